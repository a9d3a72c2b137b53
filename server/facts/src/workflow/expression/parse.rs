//! An expression as a tree: GitHub's grammar and precedence, bounded in length and depth as GitHub bounds them.
//!
//! Chains (`a && b && c`, `a == b`, `a.b.c`) are flat lists, so that only brackets, calls and `!` make the tree deep.

use crate::workflow::value::{Value, number_of};

/// GitHub's own limits (`@actions/expressions` 0.3).
const MAX_LENGTH: usize = 21_000;
const MAX_DEPTH: u32 = 50;

/// One expression.
#[derive(Debug)]
pub(super) enum Expr<'t> {
    Literal(Value),
    /// A context by its name, lower case.
    Context(String),
    /// A function by its name, lower case, with its arguments.
    Call(String, Vec<Expr<'t>>),
    /// What stands before the first `.` or `[`, and the accesses. The text is all of it, for messages.
    Access(Box<Expr<'t>>, Vec<Index<'t>>, &'t str),
    Not(Box<Expr<'t>>),
    /// Operators of one precedence, from left to right.
    Compare(Box<Expr<'t>>, Vec<(Operator, Expr<'t>)>),
    And(Vec<Expr<'t>>),
    Or(Vec<Expr<'t>>),
}

/// One access.
#[derive(Debug)]
pub(super) enum Index<'t> {
    /// `.name`
    Name(&'t str),
    /// `[…]`
    Computed(Expr<'t>),
    /// `.*` or `[*]`
    All,
}

/// A comparison.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Operator {
    Equal,
    NotEqual,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
}

/// The tree of `text`; nothing when it is no expression.
pub(super) fn parse(text: &str) -> Option<Expr<'_>> {
    if text.len() > MAX_LENGTH {
        return None;
    }
    let mut parser = Parser { text, at: 0, depth: 0 };
    let expr = parser.expression()?;
    parser.space();
    (parser.at == text.len()).then_some(expr)
}

struct Parser<'t> {
    text: &'t str,
    at: usize,
    depth: u32,
}

impl<'t> Parser<'t> {
    fn expression(&mut self) -> Option<Expr<'t>> {
        self.depth += 1;
        let expr = if self.depth > MAX_DEPTH { None } else { self.or() };
        self.depth -= 1;
        expr
    }

    fn or(&mut self) -> Option<Expr<'t>> {
        let mut all = vec![self.and()?];
        while self.take("||") {
            all.push(self.and()?);
        }
        if all.len() == 1 { all.pop() } else { Some(Expr::Or(all)) }
    }

    fn and(&mut self) -> Option<Expr<'t>> {
        let mut all = vec![self.equality()?];
        while self.take("&&") {
            all.push(self.equality()?);
        }
        if all.len() == 1 { all.pop() } else { Some(Expr::And(all)) }
    }

    fn equality(&mut self) -> Option<Expr<'t>> {
        self.chain(Self::comparison, &[("==", Operator::Equal), ("!=", Operator::NotEqual)])
    }

    fn comparison(&mut self) -> Option<Expr<'t>> {
        let operators = [
            ("<=", Operator::LessOrEqual),
            (">=", Operator::GreaterOrEqual),
            ("<", Operator::Less),
            (">", Operator::Greater),
        ];
        self.chain(Self::unary, &operators)
    }

    fn chain(
        &mut self,
        operand: fn(&mut Self) -> Option<Expr<'t>>,
        operators: &[(&str, Operator)],
    ) -> Option<Expr<'t>> {
        let first = operand(self)?;
        let mut rest = Vec::new();
        while let Some((_, operator)) = operators.iter().find(|(sign, _)| self.take(sign)) {
            rest.push((*operator, operand(self)?));
        }
        Some(if rest.is_empty() { first } else { Expr::Compare(Box::new(first), rest) })
    }

    fn unary(&mut self) -> Option<Expr<'t>> {
        self.space();
        if self.rest().starts_with("!=") || !self.take("!") {
            return self.access();
        }
        self.depth += 1;
        let inner = if self.depth > MAX_DEPTH { None } else { self.unary() };
        self.depth -= 1;
        Some(Expr::Not(Box::new(inner?)))
    }

    fn access(&mut self) -> Option<Expr<'t>> {
        self.space();
        let start = self.at;
        let base = self.primary()?;
        if matches!(base, Expr::Literal(_)) {
            return Some(base);
        }
        let mut accesses = Vec::new();
        loop {
            if self.take(".") {
                self.space();
                accesses.push(if self.take("*") { Index::All } else { Index::Name(self.name()?) });
            } else if self.take("[") {
                let index = if self.take("*") { Index::All } else { Index::Computed(self.expression()?) };
                accesses.push(index);
                self.must("]")?;
            } else {
                break;
            }
            if accesses.len() > MAX_DEPTH as usize {
                return None;
            }
        }
        let text = self.text.get(start..self.at)?.trim_end();
        Some(if accesses.is_empty() { base } else { Expr::Access(Box::new(base), accesses, text) })
    }

    fn primary(&mut self) -> Option<Expr<'t>> {
        self.space();
        let first = self.rest().bytes().next()?;
        if self.take("(") {
            let inner = self.expression()?;
            self.must(")")?;
            return Some(match inner {
                // Brackets around a literal change nothing but what may follow.
                Expr::Literal(_) => Expr::And(vec![inner]),
                inner => inner,
            });
        }
        match first {
            b'\'' => self.string().map(Value::Text).map(Expr::Literal),
            b'0'..=b'9' | b'-' | b'+' | b'.' => self.number().map(Value::Number).map(Expr::Literal),
            _ => self.word(),
        }
    }

    /// A keyword, a context or a call.
    fn word(&mut self) -> Option<Expr<'t>> {
        let name = self.name()?;
        let value = match name {
            "true" => Value::Bool(true),
            "false" => Value::Bool(false),
            "null" => Value::Null,
            "NaN" => Value::Number(f64::NAN),
            "Infinity" => Value::Number(f64::INFINITY),
            _ => return self.context_or_call(name.to_ascii_lowercase()),
        };
        Some(Expr::Literal(value))
    }

    fn context_or_call(&mut self, name: String) -> Option<Expr<'t>> {
        if !self.take("(") {
            return Some(Expr::Context(name));
        }
        let mut arguments = Vec::new();
        if !self.take(")") {
            loop {
                arguments.push(self.expression()?);
                if self.take(")") {
                    break;
                }
                self.must(",")?;
            }
        }
        Some(Expr::Call(name, arguments))
    }

    /// `'it''s'`
    fn string(&mut self) -> Option<String> {
        let mut out = String::new();
        self.at += 1;
        loop {
            let (part, _) = self.rest().split_once('\'')?;
            out.push_str(part);
            self.at += part.len() + 1;
            if !self.rest().starts_with('\'') {
                return Some(out);
            }
            out.push('\'');
            self.at += 1;
        }
    }

    fn number(&mut self) -> Option<f64> {
        let rest = self.rest();
        let is_end = |char: char| char.is_whitespace() || "()[],!<>=&|".contains(char);
        let word = rest.split(is_end).next().filter(|word| !word.is_empty())?;
        self.at += word.len();
        Some(number_of(word)).filter(|number| !number.is_nan())
    }

    fn name(&mut self) -> Option<&'t str> {
        let rest = self.rest();
        let is_first = |byte: u8| byte.is_ascii_alphabetic() || byte == b'_';
        rest.bytes().next().filter(|byte| is_first(*byte))?;
        let length = rest.bytes().take_while(|byte| is_first(*byte) || byte.is_ascii_digit() || *byte == b'-').count();
        self.at += length;
        rest.get(..length)
    }

    fn rest(&self) -> &'t str {
        self.text.get(self.at..).unwrap_or_default()
    }

    fn space(&mut self) {
        let rest = self.rest();
        self.at += rest.len() - rest.trim_start().len();
    }

    /// Takes `sign` if it comes next, blanks before it skipped.
    fn take(&mut self, sign: &str) -> bool {
        let rest = self.rest().trim_start();
        let is_next = rest.starts_with(sign);
        if is_next {
            self.at = self.text.len() - rest.len() + sign.len();
        }
        is_next
    }

    fn must(&mut self, sign: &str) -> Option<()> {
        self.take(sign).then_some(())
    }
}
