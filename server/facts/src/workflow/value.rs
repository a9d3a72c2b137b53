//! Values as the forges' YAML readers type them and as their expressions compare, count and print them.
//!
//! The rules are those of GitHub's `@actions/expressions` 0.3 (and of Forgejo's and Gitea's runners, which copy them).

use std::cmp::Ordering;

use syntax::yaml::{Node, Style, Value as Yaml};

use super::reader::Reader;

/// Levels of values within values.
pub(super) const MAX_DEPTH: u32 = 16;

/// A typed value.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Value {
    Null,
    Bool(bool),
    Number(f64),
    Text(String),
    List(Vec<Value>),
    Map(Vec<(String, Value)>),
}

impl Value {
    /// The value of `node`; what is too deep or too much reads as nothing.
    pub(super) fn of<'a>(reader: &Reader<'a>, node: &'a Node) -> Self {
        Self::below(reader, node, 0)
    }

    fn below<'a>(reader: &Reader<'a>, node: &'a Node, depth: u32) -> Self {
        if depth > MAX_DEPTH || !reader.spend() {
            return Self::Null;
        }
        let node = reader.follow(node);
        match &node.value {
            Yaml::Scalar(scalar) if scalar.style == Style::Plain => Self::plain(&scalar.content),
            Yaml::Scalar(scalar) => Self::Text(scalar.content.to_string()),
            Yaml::Sequence(sequence) => {
                Self::List(sequence.items.iter().map(|item| Self::below(reader, &item.value, depth + 1)).collect())
            }
            Yaml::Mapping(_) => {
                let pairs = reader.entries(node).into_iter();
                let pair = |entry: &'a syntax::yaml::Entry| {
                    Some((entry.key.str()?.to_owned(), Self::below(reader, &entry.value, depth + 1)))
                };
                Self::Map(pairs.filter_map(pair).collect())
            }
            Yaml::Null | Yaml::Alias(_) => Self::Null,
        }
    }

    /// A plain scalar by YAML 1.2's core schema.
    pub(super) fn plain(text: &str) -> Self {
        match text {
            "" | "~" | "null" | "Null" | "NULL" => Self::Null,
            "true" | "True" | "TRUE" => Self::Bool(true),
            "false" | "False" | "FALSE" => Self::Bool(false),
            _ => yaml_number(text).map_or_else(|| Self::Text(text.to_owned()), Self::Number),
        }
    }

    /// As an expression puts it into a string.
    pub(super) fn text(&self) -> String {
        match self {
            Self::Null => String::new(),
            Self::Bool(value) => value.to_string(),
            Self::Number(value) => number_text(*value),
            Self::Text(value) => value.clone(),
            Self::List(_) => "Array".to_owned(),
            Self::Map(_) => "Object".to_owned(),
        }
    }

    /// All scalars in it, for people.
    pub(super) fn shown(&self) -> String {
        let mut leaves = Vec::new();
        self.leaves("", &mut leaves);
        leaves.into_iter().map(|(_, leaf)| leaf).collect::<Vec<_>>().join(", ")
    }

    /// Scalars in it with their dotted keys.
    pub(super) fn leaves(&self, key: &str, into: &mut Vec<(String, String)>) {
        let below = |name: &str| if key.is_empty() { name.to_owned() } else { format!("{key}.{name}") };
        match self {
            Self::List(items) => {
                items.iter().enumerate().for_each(|(at, item)| item.leaves(&below(&at.to_string()), into));
            }
            Self::Map(pairs) => pairs.iter().for_each(|(name, value)| value.leaves(&below(name), into)),
            _ => into.push((key.to_owned(), self.text())),
        }
    }

    /// The pairs of a mapping.
    pub(super) fn pairs(&self) -> &[(String, Self)] {
        match self {
            Self::Map(pairs) => pairs,
            _ => &[],
        }
    }

    /// Whether an expression is left in it.
    pub(super) fn has_expression(&self) -> bool {
        match self {
            Self::Text(text) => text.contains("${{"),
            Self::List(items) => items.iter().any(Self::has_expression),
            Self::Map(pairs) => pairs.iter().any(|(_, value)| value.has_expression()),
            _ => false,
        }
    }

    /// The value under `key` of a mapping, whatever its case.
    pub(super) fn get(&self, key: &str) -> Option<&Self> {
        self.pairs().iter().find(|(name, _)| name.eq_ignore_ascii_case(key)).map(|(_, value)| value)
    }

    /// Whether a condition takes it for true.
    pub(super) fn is_true(&self) -> bool {
        match self {
            Self::Null => false,
            Self::Bool(value) => *value,
            Self::Number(value) => *value != 0.0 && !value.is_nan(),
            Self::Text(text) => !text.is_empty(),
            Self::List(_) | Self::Map(_) => true,
        }
    }

    /// A string, a number, a truth value or nothing: what has a text.
    pub(super) fn is_scalar(&self) -> bool {
        !matches!(self, Self::List(_) | Self::Map(_))
    }

    /// GitHub's order: text without case, other kinds as numbers. What is no number has no order; a collection is equal to
    /// itself alone.
    pub(super) fn compared(&self, other: &Self) -> Option<Ordering> {
        match (self, other) {
            (Self::Text(a), Self::Text(b)) => Some(folded(a).cmp(&folded(b))),
            (Self::Null, Self::Null) => Some(Ordering::Equal),
            (Self::List(_) | Self::Map(_), _) | (_, Self::List(_) | Self::Map(_)) => {
                std::ptr::eq(self, other).then_some(Ordering::Equal)
            }
            (a, b) => a.number().partial_cmp(&b.number()),
        }
    }

    /// Whether a matrix takes `other` for it: scalars loosely, collections leaf by leaf; `self` may say less.
    pub(super) fn matches_loosely(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Map(ours), Self::Map(_)) => {
                ours.iter().all(|(key, value)| other.get(key).is_some_and(|other| value.matches_loosely(other)))
            }
            (Self::List(ours), Self::List(theirs)) => {
                ours.len() <= theirs.len() && ours.iter().zip(theirs).all(|(a, b)| a.matches_loosely(b))
            }
            (a, b) => a.compared(b) == Some(Ordering::Equal),
        }
    }

    /// As a number; not a number when it is none.
    pub(super) fn number(&self) -> f64 {
        match self {
            Self::Null => 0.0,
            Self::Bool(value) => f64::from(u8::from(*value)),
            Self::Number(value) => *value,
            Self::Text(text) => number_of(text),
            Self::List(_) | Self::Map(_) => f64::NAN,
        }
    }
}

/// Text as it is compared.
pub(super) fn folded(text: &str) -> String {
    text.to_uppercase()
}

/// The number that a text stands for in an expression.
pub(super) fn number_of(text: &str) -> f64 {
    let text = text.trim();
    if text.is_empty() {
        return 0.0;
    }
    let unsigned = text.strip_prefix(['-', '+']).unwrap_or(text);
    match unsigned {
        "Infinity" if text.starts_with('-') => f64::NEG_INFINITY,
        "Infinity" => f64::INFINITY,
        _ => radix_number(text).or_else(|| decimal_number(text)).unwrap_or(f64::NAN),
    }
}

/// A number as YAML 1.2 writes it.
fn yaml_number(text: &str) -> Option<f64> {
    let unsigned = text.strip_prefix(['-', '+']).unwrap_or(text);
    match unsigned {
        ".inf" | ".Inf" | ".INF" if text.starts_with('-') => Some(f64::NEG_INFINITY),
        ".inf" | ".Inf" | ".INF" => Some(f64::INFINITY),
        ".nan" | ".NaN" | ".NAN" if unsigned.len() == text.len() => Some(f64::NAN),
        _ => radix_number(text).or_else(|| decimal_number(text)),
    }
}

/// `0x1F` and `0o17`; too large for exactness is a float all the same.
fn radix_number(text: &str) -> Option<f64> {
    let (digits, radix) = match text.split_at_checked(2)? {
        ("0x", digits) => (digits, 16),
        ("0o", digits) => (digits, 8),
        _ => return None,
    };
    let digit = |number: Option<f64>, char: char| Some(number? * f64::from(radix) + f64::from(char.to_digit(radix)?));
    digits.chars().fold(Some(0.0).filter(|_| !digits.is_empty()), digit)
}

fn decimal_number(text: &str) -> Option<f64> {
    let unsigned = text.strip_prefix(['-', '+']).unwrap_or(text);
    let digits = unsigned.strip_prefix('.').unwrap_or(unsigned);
    let is_number = digits.starts_with(|first: char| first.is_ascii_digit())
        && unsigned.bytes().all(|byte| byte.is_ascii_digit() || matches!(byte, b'.' | b'e' | b'E' | b'+' | b'-'));
    if is_number { text.parse().ok() } else { None }
}

/// A number with at most 15 digits behind the point, and no sign of zero.
fn number_text(value: f64) -> String {
    if value == 0.0 {
        return "0".to_owned();
    }
    if value.is_infinite() {
        return if value > 0.0 { "Infinity".to_owned() } else { "-Infinity".to_owned() };
    }
    let rounded: f64 = format!("{value:.15}").parse().unwrap_or(value);
    rounded.to_string()
}
