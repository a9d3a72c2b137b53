//! Expressions, parameters and strings. Neighbour: the statements in `lower`.

use smallvec::smallvec;
use tree_sitter::Node;

use super::{
    super::{
        Argument, Call, Clause, Comprehension, ComprehensionKind, Expr, ExprKind, Name, Parameter, Part,
        string::unescape,
    },
    Kind, Lowering, children, kind,
};
use crate::Span;

impl<'t> Lowering<'t> {
    pub(super) fn expression(&mut self, node: Node<'t>) -> Expr {
        let mut node = node;
        while matches!(kind(node), Kind::ParenthesizedExpression | Kind::ParenthesizedListSplat) {
            match self.children(node).first() {
                Some(inner) => node = *inner,
                None => break,
            }
        }
        let span = self.span(node);
        let kind = self.deeper(|this| this.expression_kind(node)).flatten().unwrap_or(ExprKind::Opaque);
        Expr { span, kind }
    }

    fn boxed(&mut self, node: Node<'t>, field: u16) -> Option<Box<Expr>> {
        Some(Box::new(self.field(node, field)?))
    }

    /// The first child, as an expression.
    fn first(&mut self, node: Node<'t>) -> Option<Expr> {
        let first = self.children(node).first().copied()?;
        Some(self.expression(first))
    }

    fn all(&mut self, node: Node<'t>) -> Vec<Expr> {
        self.children(node).into_iter().map(|item| self.expression(item)).collect()
    }

    fn expression_kind(&mut self, node: Node<'t>) -> Option<ExprKind> {
        let fields = self.fields;
        Some(match kind(node) {
            Kind::Identifier => ExprKind::Name(self.text(node).into()),
            Kind::String | Kind::ConcatenatedString => return self.string(node),
            Kind::Integer => self.integer(node),
            Kind::Float => ExprKind::Float(self.text(node).into()),
            Kind::True => ExprKind::Bool(true),
            Kind::False => ExprKind::Bool(false),
            Kind::None => ExprKind::None,
            Kind::List | Kind::ListPattern => ExprKind::List(self.all(node)),
            Kind::Tuple | Kind::TuplePattern | Kind::ExpressionList | Kind::PatternList => {
                ExprKind::Tuple(self.all(node))
            }
            Kind::Set => ExprKind::Set(self.all(node)),
            Kind::Dictionary => self.dictionary(node)?,
            Kind::Call => self.call(node)?,
            Kind::Attribute => {
                let [object, name] = self.both(node, [fields.object, fields.attribute])?;
                let name = self.name(name);
                ExprKind::Attribute(Box::new(self.expression(object)), name)
            }
            Kind::Subscript => self.subscript(node)?,
            Kind::Slice => self.slice(node),
            Kind::BinaryOperator | Kind::BooleanOperator => {
                let op = self.text(node.child_by_field_id(fields.operator)?).into();
                ExprKind::Binary(self.boxed(node, fields.left)?, op, self.boxed(node, fields.right)?)
            }
            Kind::UnaryOperator => {
                let op = self.text(node.child_by_field_id(fields.operator)?).into();
                ExprKind::Unary(op, self.boxed(node, fields.argument)?)
            }
            Kind::NotOperator => ExprKind::Unary("not".into(), self.boxed(node, fields.argument)?),
            Kind::ComparisonOperator => self.comparison(node)?,
            Kind::ConditionalExpression => {
                let mut parts = self.all(node).into_iter().map(Box::new);
                let (body, test, orelse) = (parts.next()?, parts.next()?, parts.next()?);
                ExprKind::Conditional { test, body, orelse }
            }
            Kind::ListComprehension => self.comprehension(node, ComprehensionKind::List)?,
            Kind::SetComprehension => self.comprehension(node, ComprehensionKind::Set)?,
            Kind::DictionaryComprehension => self.comprehension(node, ComprehensionKind::Dict)?,
            Kind::GeneratorExpression => self.comprehension(node, ComprehensionKind::Generator)?,
            Kind::Lambda => {
                let parameters = node.child_by_field_id(fields.parameters);
                let parameters = parameters.map(|parameters| self.parameters(parameters)).unwrap_or_default();
                ExprKind::Lambda(parameters, self.boxed(node, fields.body)?)
            }
            Kind::ListSplat | Kind::ListSplatPattern => ExprKind::Star(Box::new(self.first(node)?)),
            Kind::NamedExpression => {
                let name = self.name(node.child_by_field_id(fields.name)?);
                ExprKind::Walrus(name, self.boxed(node, fields.value)?)
            }
            _ => return None,
        })
    }

    fn integer(&self, node: Node<'t>) -> ExprKind {
        let text = self.text(node).replace('_', "");
        let lower = text.to_ascii_lowercase();
        let (digits, radix) = match lower.get(..2) {
            Some("0x") => (lower.get(2..).unwrap_or_default(), 16),
            Some("0o") => (lower.get(2..).unwrap_or_default(), 8),
            Some("0b") => (lower.get(2..).unwrap_or_default(), 2),
            _ => (lower.as_str(), 10),
        };
        i64::from_str_radix(digits, radix).map_or_else(|_| ExprKind::Opaque, ExprKind::Int)
    }

    fn dictionary(&mut self, node: Node<'t>) -> Option<ExprKind> {
        let mut entries = Vec::new();
        for child in self.children(node) {
            entries.push(match kind(child) {
                Kind::Pair => {
                    let [key, value] = self.both(child, [self.fields.key, self.fields.value])?;
                    (Some(self.expression(key)), self.expression(value))
                }
                Kind::DictionarySplat => (None, self.first(child)?),
                _ => return None,
            });
        }
        Some(ExprKind::Dict(entries))
    }

    fn call(&mut self, node: Node<'t>) -> Option<ExprKind> {
        let [function, list] = self.both(node, [self.fields.function, self.fields.arguments])?;
        let function = self.expression(function);
        let parentheses = self.span(list);
        let nodes = if kind(list) == Kind::GeneratorExpression { smallvec![list] } else { self.children(list) };
        let arguments = nodes.into_iter().filter_map(|argument| self.argument(argument)).collect();
        Some(ExprKind::Call(Box::new(Call { function, arguments, parentheses })))
    }

    fn argument(&mut self, node: Node<'t>) -> Option<Argument> {
        let span = self.span(node);
        let (name, stars, value) = match kind(node) {
            Kind::KeywordArgument => {
                let [name, value] = self.both(node, [self.fields.name, self.fields.value])?;
                (Some(self.name(name)), 0, self.expression(value))
            }
            Kind::ListSplat => (None, 1, self.first(node)?),
            Kind::DictionarySplat => (None, 2, self.first(node)?),
            _ => match self.expression(node) {
                Expr { kind: ExprKind::Star(value), .. } => (None, 1, *value),
                value => (None, 0, value),
            },
        };
        Some(Argument { span, name, stars, value })
    }

    fn subscript(&mut self, node: Node<'t>) -> Option<ExprKind> {
        let value = self.boxed(node, self.fields.value)?;
        let mut cursor = node.walk();
        let field = self.fields.id(self.fields.subscript);
        let indexes: Vec<_> = node.children_by_field_id(field, &mut cursor).filter(Node::is_named).collect();
        let (first, last) = (indexes.first()?, indexes.last()?);
        let span = self.between(first.start_byte(), last.end_byte());
        let mut items: Vec<Expr> = indexes.iter().map(|index| self.expression(*index)).collect();
        let index = if items.len() == 1 { items.pop()? } else { Expr { span, kind: ExprKind::Tuple(items) } };
        Some(ExprKind::Subscript(value, Box::new(index)))
    }

    fn slice(&mut self, node: Node<'t>) -> ExprKind {
        let (mut parts, mut at) = ([None, None, None], 0);
        let mut cursor = node.walk();
        let all: Vec<_> = node.children(&mut cursor).filter(|child| !child.is_extra()).collect();
        for child in all {
            if child.is_named() {
                let value = self.expression(child);
                if let Some(part) = parts.get_mut(at) {
                    *part = Some(value);
                }
            } else {
                at += 1;
            }
        }
        ExprKind::Slice(Box::new(parts))
    }

    fn comparison(&mut self, node: Node<'t>) -> Option<ExprKind> {
        let mut cursor = node.walk();
        let all: Vec<_> = node.children(&mut cursor).filter(|child| !child.is_extra()).collect();
        let mut all = all.into_iter();
        let first = Box::new(self.expression(all.next()?));
        let mut rest = Vec::new();
        while let (Some(op), Some(value)) = (all.next(), all.next()) {
            rest.push((op.kind().into(), self.expression(value)));
        }
        Some(ExprKind::Compare(first, rest))
    }

    fn comprehension(&mut self, node: Node<'t>, brackets: ComprehensionKind) -> Option<ExprKind> {
        let body = node.child_by_field_id(self.fields.body)?;
        let (element, value) = if brackets == ComprehensionKind::Dict {
            (self.field(body, self.fields.key)?, Some(self.field(body, self.fields.value)?))
        } else {
            (self.expression(body), None)
        };
        let mut clauses = Vec::new();
        for child in self.children(node) {
            match kind(child) {
                Kind::ForInClause => {
                    clauses
                        .push(Clause::For(self.field(child, self.fields.left)?, self.field(child, self.fields.right)?));
                }
                Kind::IfClause => clauses.push(Clause::If(self.first(child)?)),
                _ => {}
            }
        }
        Some(ExprKind::Comprehension(Box::new(Comprehension { kind: brackets, element, value, clauses })))
    }

    pub(super) fn parameters(&mut self, node: Node<'t>) -> Vec<Parameter> {
        let (mut out, mut is_keyword_only) = (Vec::new(), false);
        for child in self.children(node) {
            let (name, stars, default) = match kind(child) {
                Kind::Identifier => (Some(child), 0, None),
                Kind::DefaultParameter | Kind::TypedDefaultParameter => {
                    let default = self.field(child, self.fields.value);
                    (child.child_by_field_id(self.fields.name), 0, default)
                }
                Kind::TypedParameter => match self.children(child).first() {
                    Some(inner) => splat(*inner),
                    None => continue,
                },
                Kind::ListSplatPattern | Kind::DictionarySplatPattern => splat(child),
                Kind::KeywordSeparator => {
                    is_keyword_only = true;
                    continue;
                }
                _ => continue,
            };
            if let Some(name) = name {
                out.push(Parameter { name: self.name(name), stars, is_keyword_only, default });
            }
            is_keyword_only |= stars == 1;
        }
        out
    }

    fn string(&mut self, node: Node<'t>) -> Option<ExprKind> {
        if let Some(value) = plain(self.text(node)) {
            return Some(ExprKind::Str {
                value: value.into(),
                content: self.between(node.start_byte() + 1, node.end_byte() - 1),
            });
        }
        let strings = if kind(node) == Kind::ConcatenatedString { self.children(node) } else { smallvec![node] };
        let (mut parts, mut content) = (Vec::new(), self.span(node));
        for string in &strings {
            content = self.string_parts(*string, &mut parts)?;
        }
        if strings.len() > 1 {
            content = self.span(node);
        }
        if parts.iter().all(|part| matches!(part, Part::Text(_))) {
            let texts = parts.iter().map(|part| if let Part::Text(text) = part { &**text } else { "" });
            return Some(ExprKind::Str { value: texts.collect::<String>().into(), content });
        }
        Some(ExprKind::FString(parts))
    }

    /// Adds the parts of one string, and gives the span between its quotes. `None` for bytes and templates.
    fn string_parts(&mut self, node: Node<'t>, out: &mut Vec<Part>) -> Option<Span> {
        let pieces = self.children(node);
        let (first, last) = (pieces.first()?, pieces.last()?);
        let prefix = self.text(*first).trim_end_matches(['"', '\'']).to_ascii_lowercase();
        if prefix.contains(['b', 't']) || kind(*first) != Kind::StringStart {
            return None;
        }
        let is_raw = prefix.contains('r');
        for piece in &pieces {
            match kind(*piece) {
                Kind::StringContent => out.push(self.string_text(*piece, is_raw, prefix.contains('f'))),
                Kind::Interpolation => out.push(self.interpolation(*piece)?),
                Kind::StringStart | Kind::StringEnd => {}
                _ => return None,
            }
        }
        let end = if kind(*last) == Kind::StringEnd { last.start_byte() } else { last.end_byte() };
        Some(self.between(first.end_byte(), end))
    }

    fn string_text(&self, node: Node<'t>, is_raw: bool, is_format: bool) -> Part {
        let text = self.text(node);
        let text = if is_raw { text.to_owned() } else { unescape(text) };
        let text = if is_format { text.replace("{{", "{").replace("}}", "}") } else { text };
        Part::Text(text.into())
    }

    fn interpolation(&mut self, node: Node<'t>) -> Option<Part> {
        let mut cursor = node.walk();
        if node.children(&mut cursor).any(|child| child.kind() == "=") {
            return None; // `{x=}` prints the expression's own text
        }
        let value = self.boxed(node, self.fields.expression)?;
        let (mut conversion, mut spec) = (None, Vec::new());
        for child in self.children(node) {
            match kind(child) {
                Kind::TypeConversion => conversion = self.text(child).chars().nth(1),
                Kind::FormatSpecifier => spec = self.format_specifier(child)?,
                _ => {}
            }
        }
        Some(Part::Value { value, conversion, spec })
    }

    /// `:>10`, with further values in it.
    fn format_specifier(&mut self, node: Node<'t>) -> Option<Vec<Part>> {
        let (mut out, mut at) = (Vec::new(), node.start_byte() + 1);
        for child in self.children(node) {
            let before = self.source.get(at..child.start_byte()).unwrap_or_default();
            if !before.is_empty() {
                out.push(Part::Text(before.into()));
            }
            out.push(self.deeper(|this| this.interpolation(child)).flatten()?);
            at = child.end_byte();
        }
        let rest = self.source.get(at..node.end_byte()).unwrap_or_default();
        if !rest.is_empty() {
            out.push(Part::Text(rest.into()));
        }
        Some(out)
    }
}

/// What stands between the quotes of a string that is written as it is meant: most are, and no child of theirs needs to
/// be looked at.
fn plain(text: &str) -> Option<&str> {
    let quote = text.chars().next().filter(|quote| matches!(quote, '"' | '\''))?;
    let inner = text.get(1..)?.strip_suffix(quote)?;
    (!inner.contains([quote, '\\', '\n', '\r'])).then_some(inner)
}

/// `*name`, `**name` or a plain name.
fn splat(node: Node<'_>) -> (Option<Node<'_>>, u8, Option<Expr>) {
    match kind(node) {
        Kind::ListSplatPattern => (children(node).first().copied(), 1, None),
        Kind::DictionarySplatPattern => (children(node).first().copied(), 2, None),
        _ => (Some(node), 0, None),
    }
}

impl Name {
    /// Whether it is the name `text`.
    pub fn is(&self, text: &str) -> bool {
        &*self.text == text
    }
}
