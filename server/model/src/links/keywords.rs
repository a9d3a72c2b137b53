//! `-k`: nox hands the text to Python's `eval`, where every name is true if it is part of a signature, a tag or a name.

/// A keyword expression, or what of it we can evaluate.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Keywords {
    Name(String),
    /// A number or a text: true or false by itself (`-k 3.11` selects all).
    Constant(bool),
    Not(Box<Keywords>),
    And(Box<Keywords>, Box<Keywords>),
    Or(Box<Keywords>, Box<Keywords>),
}

/// How deep parentheses and `not` may be nested.
const DEEPEST: usize = 32;

impl Keywords {
    /// Reads an expression of names, `and`, `or`, `not` and parentheses; `None` for anything else.
    pub(super) fn read(text: &str) -> Option<Self> {
        let tokens = tokens(text)?;
        let mut reader = Reader { tokens: &tokens, at: 0, depth: 0 };
        let found = reader.or()?;
        (reader.at == tokens.len()).then_some(found)
    }

    /// Whether it holds where a name is part of one of `texts`.
    pub(super) fn holds(&self, texts: &[&str]) -> bool {
        match self {
            Self::Name(name) => texts.iter().any(|text| text.contains(name.as_str())),
            Self::Constant(value) => *value,
            Self::Not(inner) => !inner.holds(texts),
            Self::And(a, b) => a.holds(texts) && b.holds(texts),
            Self::Or(a, b) => a.holds(texts) || b.holds(texts),
        }
    }
}

fn tokens(text: &str) -> Option<Vec<&str>> {
    let mut found = Vec::new();
    let mut rest = text.trim_start();
    while let Some(first) = rest.chars().next() {
        let end = if first == '(' || first == ')' {
            1
        } else if first == '"' || first == '\'' {
            rest[1..].find(first)? + 2
        } else if first.is_alphanumeric() || first == '_' {
            rest.find(|c: char| !(c.is_alphanumeric() || c == '_' || c == '.')).unwrap_or(rest.len())
        } else {
            return None;
        };
        found.push(&rest[..end]);
        rest = rest[end..].trim_start();
    }
    Some(found)
}

struct Reader<'a> {
    tokens: &'a [&'a str],
    at: usize,
    depth: usize,
}

impl Reader<'_> {
    fn or(&mut self) -> Option<Keywords> {
        let mut left = self.and()?;
        while self.take("or") {
            left = Keywords::Or(Box::new(left), Box::new(self.and()?));
        }
        Some(left)
    }

    fn and(&mut self) -> Option<Keywords> {
        let mut left = self.not()?;
        while self.take("and") {
            left = Keywords::And(Box::new(left), Box::new(self.not()?));
        }
        Some(left)
    }

    fn not(&mut self) -> Option<Keywords> {
        self.depth += 1;
        let found = if self.depth > DEEPEST {
            None
        } else if self.take("not") {
            self.not().map(|inner| Keywords::Not(Box::new(inner)))
        } else if self.take("(") {
            let inner = self.or();
            inner.filter(|_| self.take(")"))
        } else {
            self.atom()
        };
        self.depth -= 1;
        found
    }

    fn atom(&mut self) -> Option<Keywords> {
        let token = *self.tokens.get(self.at)?;
        self.at += 1;
        match token {
            ")" | "and" | "or" | "not" | "(" => None,
            "True" => Some(Keywords::Constant(true)),
            "False" | "None" => Some(Keywords::Constant(false)),
            _ if token.starts_with(['"', '\'']) => Some(Keywords::Constant(token.len() > 2)),
            _ if token.starts_with(|c: char| c.is_ascii_digit()) => {
                Some(Keywords::Constant(token.parse::<f64>().ok()? != 0.0))
            }
            _ if token.contains('.') => None,
            _ => Some(Keywords::Name(token.to_owned())),
        }
    }

    fn take(&mut self, word: &str) -> bool {
        let is_there = self.tokens.get(self.at) == Some(&word);
        self.at += usize::from(is_there);
        is_there
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(expression: &str, texts: &[&str], expected: Option<bool>) {
        assert_eq!(Keywords::read(expression).map(|it| it.holds(texts)), expected, "{expression}");
    }

    #[test]
    fn names_are_parts_of_texts() {
        check("test", &["unit_tests-3.12", "unit_tests"], Some(true));
        check("not test and lint", &["lint"], Some(true));
        check("not (test or lint)", &["lint"], Some(false));
        check("a or b and c", &["a"], Some(true));
    }

    #[test]
    fn numbers_are_true() {
        check("3.11", &["lint"], Some(true));
        check("0", &["lint"], Some(false));
    }

    #[test]
    fn other_python_is_not_evaluated() {
        check("tests-3.12", &["tests-3.12"], None);
        check("(a", &["a"], None);
        check(&"not ".repeat(100), &["a"], None);
    }
}
