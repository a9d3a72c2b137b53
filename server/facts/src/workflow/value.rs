//! Values of a matrix: typed as the forges' YAML readers type them, compared and printed as they do.

use syntax::yaml::{Node, Style, Value as Yaml};

use super::reader::Reader;

/// Levels of values within values.
const MAX_DEPTH: u32 = 16;

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
    fn plain(text: &str) -> Self {
        match text {
            "" | "~" | "null" | "Null" | "NULL" => Self::Null,
            "true" | "True" | "TRUE" => Self::Bool(true),
            "false" | "False" | "FALSE" => Self::Bool(false),
            _ => number(text).map_or_else(|| Self::Text(text.to_owned()), Self::Number),
        }
    }

    /// As an expression puts it into a string.
    pub(super) fn text(&self) -> String {
        match self {
            Self::Null => String::new(),
            Self::Bool(value) => value.to_string(),
            Self::Number(value) => value.to_string(),
            Self::Text(value) => value.clone(),
            Self::List(_) | Self::Map(_) => {
                let mut leaves = Vec::new();
                self.leaves("", &mut leaves);
                leaves.into_iter().map(|(_, leaf)| leaf).collect::<Vec<_>>().join(", ")
            }
        }
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

    /// GitHub's `==`: text without case, and other kinds as numbers. Collections leaf by leaf, `self` may say less.
    pub(super) fn matches_loosely(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Map(ours), Self::Map(theirs)) => ours.iter().all(|(key, value)| {
                theirs.iter().any(|(name, other)| name.eq_ignore_ascii_case(key) && value.matches_loosely(other))
            }),
            (Self::List(ours), Self::List(theirs)) => {
                ours.len() <= theirs.len() && ours.iter().zip(theirs).all(|(a, b)| a.matches_loosely(b))
            }
            (Self::Map(_) | Self::List(_), _) | (_, Self::Map(_) | Self::List(_)) => false,
            (Self::Text(a), Self::Text(b)) => a.to_lowercase() == b.to_lowercase(),
            (Self::Null, Self::Null) => true,
            (a, b) => a.as_number() == b.as_number(),
        }
    }

    fn as_number(&self) -> f64 {
        match self {
            Self::Null => 0.0,
            Self::Bool(value) => f64::from(u8::from(*value)),
            Self::Number(value) => *value,
            Self::Text(text) if text.trim().is_empty() => 0.0,
            Self::Text(text) => number(text.trim()).unwrap_or(f64::NAN),
            Self::List(_) | Self::Map(_) => f64::NAN,
        }
    }
}

/// A number as YAML 1.2 writes it.
fn number(text: &str) -> Option<f64> {
    let unsigned = text.strip_prefix(['-', '+']).unwrap_or(text);
    let radix = |digits: &str, radix| u32::from_str_radix(digits, radix).ok().map(f64::from);
    if let Some(digits) = text.strip_prefix("0x") {
        return radix(digits, 16);
    }
    if let Some(digits) = text.strip_prefix("0o") {
        return radix(digits, 8);
    }
    let digits = unsigned.strip_prefix('.').unwrap_or(unsigned);
    if !digits.starts_with(|first: char| first.is_ascii_digit()) {
        return None;
    }
    if !unsigned.bytes().all(|byte| byte.is_ascii_digit() || matches!(byte, b'.' | b'e' | b'E' | b'+' | b'-')) {
        return None;
    }
    text.parse().ok()
}

/// A JSON text, as `fromJSON` reads it.
pub(super) fn json(text: &str) -> Option<Value> {
    let mut parser = Json { text, at: 0 };
    let value = parser.value(0)?;
    parser.space();
    (parser.at == text.len()).then_some(value)
}

struct Json<'t> {
    text: &'t str,
    at: usize,
}

impl Json<'_> {
    fn value(&mut self, depth: u32) -> Option<Value> {
        self.space();
        match self.peek()? {
            b'[' if depth < MAX_DEPTH => {
                let mut items = Vec::new();
                self.list(b']', |this| {
                    items.push(this.value(depth + 1)?);
                    Some(())
                })?;
                Some(Value::List(items))
            }
            b'{' if depth < MAX_DEPTH => {
                let mut pairs = Vec::new();
                self.list(b'}', |this| {
                    this.space();
                    let key = this.string()?;
                    this.space();
                    this.take(b':')?;
                    pairs.push((key, this.value(depth + 1)?));
                    Some(())
                })?;
                Some(Value::Map(pairs))
            }
            b'"' => self.string().map(Value::Text),
            _ => self.word(),
        }
    }

    /// What is between brackets, by commas.
    fn list(&mut self, close: u8, mut item: impl FnMut(&mut Self) -> Option<()>) -> Option<()> {
        self.at += 1;
        self.space();
        if self.take(close).is_some() {
            return Some(());
        }
        loop {
            item(self)?;
            self.space();
            if self.take(close).is_some() {
                return Some(());
            }
            self.take(b',')?;
        }
    }

    fn string(&mut self) -> Option<String> {
        self.take(b'"')?;
        let mut out = String::new();
        loop {
            let char = self.text.get(self.at..)?.chars().next()?;
            self.at += char.len_utf8();
            match char {
                '"' => return Some(out),
                '\\' => {
                    let escaped = self.text.get(self.at..)?.chars().next()?;
                    self.at += escaped.len_utf8();
                    out.push(match escaped {
                        'n' => '\n',
                        't' => '\t',
                        'r' => '\r',
                        'b' => '\u{8}',
                        'f' => '\u{c}',
                        'u' => {
                            let code = u32::from_str_radix(self.text.get(self.at..self.at + 4)?, 16).ok()?;
                            self.at += 4;
                            char::from_u32(code)?
                        }
                        other => other,
                    });
                }
                other => out.push(other),
            }
        }
    }

    fn word(&mut self) -> Option<Value> {
        let rest = self.text.get(self.at..)?;
        let end = rest.find(|char: char| !(char.is_ascii_alphanumeric() || "+-.".contains(char))).unwrap_or(rest.len());
        let word = rest.get(..end)?;
        self.at += end;
        match word {
            "true" => Some(Value::Bool(true)),
            "false" => Some(Value::Bool(false)),
            "null" => Some(Value::Null),
            _ => number(word).map(Value::Number),
        }
    }

    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    fn take(&mut self, byte: u8) -> Option<()> {
        (self.peek()? == byte).then(|| self.at += 1)
    }

    fn space(&mut self) {
        while self.peek().is_some_and(|byte| byte.is_ascii_whitespace()) {
            self.at += 1;
        }
    }
}
