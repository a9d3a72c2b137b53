//! A JSON text as the value that Python makes of it.

use std::sync::Arc;

use syntax::Span;

use crate::noxfile::value::{How, V, Val};

/// Nesting that is read.
const MAX_DEPTH: u32 = 32;

/// `None`: it is no JSON.
pub(super) fn value<'a>(text: &str, span: Span) -> Option<Val<'a>> {
    let mut reader = Reader { rest: text.trim_start_matches('\u{feff}'), span };
    let value = reader.value(0)?;
    reader.skip();
    reader.rest.is_empty().then_some(value)
}

struct Reader<'t> {
    rest: &'t str,
    span: Span,
}

impl<'t> Reader<'t> {
    fn skip(&mut self) {
        self.rest = self.rest.trim_start_matches([' ', '\t', '\n', '\r']);
    }

    fn take(&mut self, token: &str) -> bool {
        self.skip();
        let rest = self.rest.strip_prefix(token);
        self.rest = rest.unwrap_or(self.rest);
        rest.is_some()
    }

    fn value<'a>(&mut self, depth: u32) -> Option<Val<'a>> {
        if depth > MAX_DEPTH {
            return None;
        }
        self.skip();
        let v = match self.rest.chars().next()? {
            '{' => V::Dict(Arc::new(self.items('{', '}', |this| {
                let key = this.string()?;
                this.take(":").then_some(())?;
                Some((Val::str(key, this.span), this.value(depth + 1)?))
            })?)),
            '[' => V::List(Arc::new(self.items('[', ']', |this| this.value(depth + 1))?)),
            '"' => V::Str(self.string()?.into(), How::Exact),
            _ if self.take("true") => V::Bool(true),
            _ if self.take("false") => V::Bool(false),
            _ if self.take("null") => V::None,
            _ => self.number()?,
        };
        Some(Val::new(v, self.span))
    }

    fn items<T>(&mut self, open: char, close: char, mut item: impl FnMut(&mut Self) -> Option<T>) -> Option<Vec<T>> {
        let (open, close) = (open.to_string(), close.to_string());
        self.take(&open).then_some(())?;
        let mut out = Vec::new();
        if self.take(&close) {
            return Some(out);
        }
        loop {
            out.push(item(self)?);
            if self.take(&close) {
                return Some(out);
            }
            self.take(",").then_some(())?;
        }
    }

    fn string(&mut self) -> Option<String> {
        self.take("\"").then_some(())?;
        let (mut out, mut chars) = (String::new(), self.rest.char_indices());
        while let Some((at, c)) = chars.next() {
            match c {
                '"' => {
                    self.rest = self.rest.get(at + 1..)?;
                    return Some(out);
                }
                '\\' => match chars.next()?.1 {
                    'n' => out.push('\n'),
                    't' => out.push('\t'),
                    'r' => out.push('\r'),
                    'b' => out.push('\u{8}'),
                    'f' => out.push('\u{c}'),
                    'u' => {
                        let digits: Option<String> = (0..4).map(|_| chars.next().map(|(_, c)| c)).collect();
                        // Half of a pair is no character of its own.
                        out.push(char::from_u32(u32::from_str_radix(&digits?, 16).ok()?)?);
                    }
                    other => out.push(other),
                },
                c => out.push(c),
            }
        }
        None
    }

    fn number<'a>(&mut self) -> Option<V<'a>> {
        let end = self.rest.find(|c: char| !matches!(c, '0'..='9' | '-' | '+' | '.' | 'e' | 'E'));
        let (text, rest) = self.rest.split_at(end.unwrap_or(self.rest.len()));
        self.rest = rest;
        match text.parse::<i64>() {
            Ok(n) => Some(V::Int(n)),
            Err(_) => text.parse::<f64>().ok().map(|_| V::Float(text.into())),
        }
    }
}
