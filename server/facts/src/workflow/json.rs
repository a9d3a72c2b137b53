//! JSON, as `fromJSON` reads it and `toJSON` writes it.

use super::value::{MAX_DEPTH, Value, number_of};

/// The value of a JSON text.
pub(super) fn read(text: &str) -> Option<Value> {
    let mut parser = Json { text, at: 0 };
    let value = parser.value(0)?;
    parser.space();
    (parser.at == text.len()).then_some(value)
}

/// The value as JSON over several lines, two blanks a level.
pub(super) fn write(value: &Value) -> String {
    let mut out = String::new();
    write_below(value, 0, &mut out);
    out
}

fn write_below(value: &Value, level: usize, out: &mut String) {
    match value {
        Value::Null => out.push_str("null"),
        Value::Number(number) if !number.is_finite() => out.push_str("null"),
        Value::Bool(_) | Value::Number(_) => out.push_str(&value.text()),
        Value::Text(text) => write_text(text, out),
        Value::List(items) => {
            write_lines("[]", items.iter(), level, out, |item, out| write_below(item, level + 1, out));
        }
        Value::Map(pairs) => write_lines("{}", pairs.iter(), level, out, |(key, value), out| {
            write_text(key, out);
            out.push_str(": ");
            write_below(value, level + 1, out);
        }),
    }
}

fn write_lines<T>(
    brackets: &str,
    items: impl ExactSizeIterator<Item = T>,
    level: usize,
    out: &mut String,
    mut write: impl FnMut(T, &mut String),
) {
    if items.len() == 0 {
        return out.push_str(brackets);
    }
    let (open, close) = brackets.split_at(1);
    out.push_str(open);
    for (at, item) in items.enumerate() {
        out.push_str(if at > 0 { ",\n" } else { "\n" });
        out.push_str(&"  ".repeat(level + 1));
        write(item, out);
    }
    out.push('\n');
    out.push_str(&"  ".repeat(level));
    out.push_str(close);
}

fn write_text(text: &str, out: &mut String) {
    out.push('"');
    for char in text.chars() {
        match char {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            '\u{8}' => out.push_str("\\b"),
            '\u{c}' => out.push_str("\\f"),
            char if char < ' ' => out.push_str(&format!("\\u{:04x}", u32::from(char))),
            char => out.push(char),
        }
    }
    out.push('"');
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
                        'u' => self.escaped()?,
                        other => other,
                    });
                }
                other => out.push(other),
            }
        }
    }

    /// The four digits behind `\u`, and those of a second half where the first is half a character.
    fn escaped(&mut self) -> Option<char> {
        let first = self.four_digits()?;
        if !(0xD800..0xDC00).contains(&first) {
            return char::from_u32(first);
        }
        self.text.get(self.at..)?.strip_prefix("\\u")?;
        self.at += 2;
        let second = self.four_digits()?.checked_sub(0xDC00).filter(|low| *low < 0x400)?;
        char::from_u32(0x10000 + ((first - 0xD800) << 10) + second)
    }

    fn four_digits(&mut self) -> Option<u32> {
        let digits = self.text.get(self.at..self.at + 4)?;
        self.at += 4;
        u32::from_str_radix(digits, 16).ok()
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
            _ if word.starts_with(|first: char| first.is_ascii_digit() || first == '-') => {
                Some(number_of(word)).filter(|number| !number.is_nan()).map(Value::Number)
            }
            _ => None,
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
