//! Words: quotes undone, expansions named. Works on the script's own text, so that `${{ … }}` is seen as it is.

use super::{Part, Statements, Word};
use crate::Span;

/// Parts of a word that the parser has found: substitutions with their commands, other expansions without.
pub(super) type Nested = Vec<(Span, Option<Statements>)>;

/// Decodes the word at `span`. `nested` is in order of place.
pub(super) fn word(script: &str, span: Span, nested: Nested) -> Word {
    let mut decoder = Decoder {
        script,
        at: span.range().start,
        end: span.range().end.min(script.len()),
        nested,
        parts: Vec::new(),
        text: String::new(),
    };
    decoder.unquoted();
    decoder.flush();
    Word { span, parts: decoder.parts }
}

struct Decoder<'t> {
    script: &'t str,
    at: usize,
    end: usize,
    nested: Nested,
    parts: Vec<Part>,
    text: String,
}

impl<'t> Decoder<'t> {
    fn unquoted(&mut self) {
        while let Some(char) = self.peek() {
            match char {
                '\'' => self.single(),
                '"' => self.double(),
                '\\' => {
                    self.at += 1;
                    match self.rest().strip_prefix("\r\n").or_else(|| self.rest().strip_prefix('\n')) {
                        Some(rest) => self.at += self.rest().len() - rest.len(),
                        None => self.take(),
                    }
                }
                '$' | '`' => self.expansion(false),
                '<' | '>' | '(' if self.is_nested() => self.expansion(false),
                '{' => self.braces(),
                _ => self.take(),
            }
        }
    }

    /// Nothing is expanded by the shell; the forge has put in its expressions before.
    fn single(&mut self) {
        self.at += 1;
        while let Some(char) = self.peek() {
            match char {
                '\'' => {
                    self.at += 1;
                    return;
                }
                '$' if self.rest().starts_with("${{") => self.expansion(true),
                _ => self.take(),
            }
        }
    }

    fn double(&mut self) {
        self.at += 1;
        while let Some(char) = self.peek() {
            match char {
                '"' => {
                    self.at += 1;
                    return;
                }
                '\\' => {
                    self.at += 1;
                    match self.peek() {
                        Some('\n') => self.at += 1,
                        Some('"' | '\\' | '$' | '`') => self.take(),
                        _ => self.text.push('\\'),
                    }
                }
                '$' | '`' => self.expansion(true),
                _ => self.take(),
            }
        }
    }

    /// `$'…'`: the escapes that turn up in scripts.
    fn ansi(&mut self) {
        self.at += 2;
        while let Some(char) = self.peek() {
            self.at += char.len_utf8();
            match char {
                '\'' => return,
                '\\' => {
                    let escaped = self.peek().unwrap_or('\\');
                    self.at += escaped.len_utf8();
                    self.text.push(match escaped {
                        'n' => '\n',
                        't' => '\t',
                        'r' => '\r',
                        other => other,
                    });
                }
                other => self.text.push(other),
            }
        }
    }

    /// At `$`, `` ` ``, `<(` or `>(`.
    fn expansion(&mut self, quoted: bool) {
        let rest = self.rest();
        if rest.starts_with("${{") {
            let length = rest.find("}}").map_or(rest.len(), |at| at + 2);
            return self.other(length);
        }
        if rest.starts_with("$'") && !quoted {
            return self.ansi();
        }
        if rest.starts_with("$\"") && !quoted {
            self.at += 1;
            return self.double();
        }
        if let Some((name, all, length)) = variable(rest) {
            self.flush();
            let written = rest.get(..length).unwrap_or_default().to_owned();
            self.parts.push(Part::Variable { name: name.to_owned(), written, quoted, all });
            self.at += length;
            return;
        }
        let here = self.at;
        let found = self.nested.iter().position(|(span, _)| span.range().start == here);
        let Some((span, statements)) = found.map(|index| self.nested.swap_remove(index)) else { return self.take() };
        let length = span.range().end.min(self.end).saturating_sub(here).max(1);
        match statements {
            Some(statements) => {
                self.flush();
                let written = rest.get(..length).unwrap_or_default().to_owned();
                self.parts.push(Part::Commands { written, statements });
                self.at += length;
            }
            None => self.other(length),
        }
    }

    /// `{a,b}` without anything special in it; else the brace stands for itself.
    fn braces(&mut self) {
        let inner = self.rest().get(1..).and_then(|rest| rest.split_once('}')).map(|(inner, _)| inner);
        let plain = |inner: &&str| inner.contains(',') && !inner.contains(['{', '$', '\'', '"', '\\', '`']);
        match inner.filter(plain) {
            Some(inner) => {
                self.flush();
                self.parts.push(Part::Alternatives(inner.split(',').map(str::to_owned).collect()));
                self.at += inner.len() + 2;
            }
            None => self.take(),
        }
    }

    fn other(&mut self, length: usize) {
        self.flush();
        let written = self.rest().get(..length).unwrap_or_default().to_owned();
        self.at += written.len().max(1);
        self.parts.push(Part::Other(written));
    }

    fn is_nested(&self) -> bool {
        self.nested.iter().any(|(span, _)| span.range().start == self.at)
    }

    fn flush(&mut self) {
        if !self.text.is_empty() {
            self.parts.push(Part::Text(std::mem::take(&mut self.text)));
        }
    }

    fn take(&mut self) {
        if let Some(char) = self.peek() {
            self.text.push(char);
            self.at += char.len_utf8();
        }
    }

    fn peek(&self) -> Option<char> {
        self.rest().chars().next()
    }

    fn rest(&self) -> &'t str {
        self.script.get(self.at..self.end).unwrap_or_default()
    }
}

/// `$NAME`, `${NAME}`, `${NAME[@]}`, `$1`, `$@` at the start of `rest`: name, whether all elements, length.
fn variable(rest: &str) -> Option<(&str, bool, usize)> {
    let after = rest.strip_prefix('$')?;
    let (inner, braces) = match after.strip_prefix('{') {
        Some(inner) => (inner, 1),
        None => (after, 0),
    };
    let first = inner.chars().next()?;
    let length = match first {
        'a'..='z' | 'A'..='Z' | '_' => {
            inner.find(|char: char| !(char.is_ascii_alphanumeric() || char == '_')).unwrap_or(inner.len())
        }
        '0'..='9' | '@' | '*' => 1,
        _ => return None,
    };
    let name = inner.get(..length)?;
    if braces == 0 {
        return Some((name, matches!(name, "@" | "*"), 1 + length));
    }
    let tail = inner.get(length..)?;
    for (suffix, all) in [("}", matches!(name, "@" | "*")), ("[@]}", true), ("[*]}", true)] {
        if tail.starts_with(suffix) {
            return Some((name, all, 2 + length + suffix.len()));
        }
    }
    None
}
