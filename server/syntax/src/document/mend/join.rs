//! Valid YAML that tree-sitter-yaml 0.7.2 refuses: a quoted text or a flow collection that goes on in a line which is not
//! indented more than its key (its issues 10, 39 and 43). The forges' parsers come from libyaml and take it.
//!
//! Such a value is put on one line: its line breaks, and the comments in it, become blanks of the same length, so that
//! every offset stays. Contents are read from the text as it is written.

use super::Mend;
use crate::Span;

/// Parts that become blank in one text: a file with more is not of this kind.
const MAX_PARTS: usize = 500;

/// Blanks for every value that the grammar refuses for its indentation. None: there is no such value.
pub(super) fn mends(text: &str) -> Option<Vec<Mend>> {
    let mut scan = Scan { text, bytes: text.as_bytes(), at: 0, parts: Vec::new() };
    while scan.at < text.len() && scan.parts.len() <= MAX_PARTS {
        scan.line();
    }
    let blank = |span: Span| Mend { span, insert: " ".repeat(span.len() as usize) };
    (1..=MAX_PARTS).contains(&scan.parts.len()).then(|| scan.parts.into_iter().map(blank).collect())
}

/// Whether a mend is one of these (or of `splat`): the text was right, and there is nothing to tell.
pub(super) fn is_one(mend: &Mend) -> bool {
    !mend.insert.is_empty() && mend.insert.bytes().all(|byte| byte == b' ')
}

struct Scan<'t> {
    text: &'t str,
    bytes: &'t [u8],
    at: usize,
    parts: Vec<Span>,
}

impl Scan<'_> {
    /// One line of block structure, with all that its last value takes of the lines below.
    fn line(&mut self) {
        let start = self.at;
        let mut column = 0;
        loop {
            self.blanks();
            let here = self.at - start;
            match self.byte() {
                b'-' | b'?' | b':'
                    if matches!(self.bytes.get(self.at + 1), None | Some(b' ' | b'\t' | b'\r' | b'\n')) =>
                {
                    column = here;
                    self.at += 1;
                }
                b'&' | b'!' => self.word(),
                b'|' | b'>' => return self.block(column),
                quote @ (b'"' | b'\'') => {
                    if !self.value(column, |this| this.quoted(quote)) {
                        return self.next_line();
                    }
                    column = here;
                }
                b'[' | b'{' => {
                    if !self.value(column, Self::flow) {
                        return self.next_line();
                    }
                }
                0 | b'#' | b'\n' | b'\r' => return self.next_line(),
                _ if self.plain_key() => column = here,
                _ => return self.next_line(),
            }
        }
    }

    /// Goes over a value and notes what makes it more than one line, if one of them is too far left. `true`: it was a key.
    fn value(&mut self, column: usize, over: impl FnOnce(&mut Self) -> Option<Vec<Span>>) -> bool {
        let Some(breaks) = over(self) else {
            self.at = self.bytes.len(); // never closed: somebody is typing, and what is below may be part of it
            return false;
        };
        let is_left = |part: &Span| self.indent(part.end as usize).is_some_and(|indent| indent <= column);
        if breaks.iter().any(is_left) {
            for part in breaks {
                match self.parts.last_mut().filter(|last| last.end == part.start) {
                    Some(last) => last.end = part.end,
                    None => self.parts.push(part),
                }
            }
        }
        self.blanks();
        let is_key = self.byte() == b':';
        self.at += usize::from(is_key);
        is_key
    }

    /// Over a quoted text: its line breaks. `None`: it does not end.
    fn quoted(&mut self, quote: u8) -> Option<Vec<Span>> {
        let mut breaks = Vec::new();
        self.at += 1;
        loop {
            match *self.bytes.get(self.at)? {
                b'\\' if quote == b'"' && !matches!(self.bytes.get(self.at + 1), Some(b'\r' | b'\n')) => self.at += 2,
                b'\n' | b'\r' => breaks.push(self.take_break()),
                byte if byte == quote => {
                    self.at += 1;
                    if quote == b'"' || self.byte() != b'\'' {
                        return Some(breaks);
                    }
                    self.at += 1;
                }
                _ => self.at += 1,
            }
        }
    }

    /// Over a flow collection: its line breaks and comments. `None`: it does not end.
    fn flow(&mut self) -> Option<Vec<Span>> {
        let (mut breaks, mut depth, mut before) = (Vec::new(), 0_u32, b' ');
        loop {
            let byte = *self.bytes.get(self.at)?;
            let starts = matches!(before, b' ' | b'\t' | b'\n' | b'[' | b'{' | b',' | b':');
            before = byte;
            match byte {
                b'"' | b'\'' if starts => breaks.append(&mut self.quoted(byte)?),
                b'#' if starts => {
                    let end = self.line_end();
                    breaks.push(Span::from(self.at..end));
                    self.at = end;
                }
                b'\n' | b'\r' => {
                    breaks.push(self.take_break());
                    before = b'\n';
                }
                _ => {
                    depth += u32::from(matches!(byte, b'[' | b'{'));
                    depth -= u32::from(matches!(byte, b']' | b'}'));
                    self.at += 1;
                    if depth == 0 {
                        return Some(breaks);
                    }
                }
            }
        }
    }

    /// Over a plain key and its colon; stays where it is when there is none in the line.
    fn plain_key(&mut self) -> bool {
        let line = self.text.get(self.at..self.line_end()).unwrap_or_default();
        let ends = |(at, _): &(usize, char)| {
            line.get(at + 1..).is_none_or(|rest| rest.is_empty() || rest.starts_with([' ', '\t']))
        };
        let Some((at, _)) = line.char_indices().filter(|(_, char)| *char == ':').find(ends) else { return false };
        if line.get(..at).is_some_and(|key| key.contains(" #")) {
            return false;
        }
        self.at += at + 1;
        true
    }

    /// Over the lines of a block scalar: those that are indented more than its key.
    fn block(&mut self, column: usize) {
        self.next_line();
        while self.at < self.bytes.len() && self.indent(self.at).is_none_or(|indent| indent > column) {
            self.next_line();
        }
    }

    /// Column of the first content of the line at `at`; `None` when it has none.
    fn indent(&self, at: usize) -> Option<usize> {
        let rest = self.bytes.get(at..).unwrap_or_default();
        let indent = rest.iter().take_while(|byte| **byte == b' ').count();
        (!matches!(rest.get(indent), None | Some(b'\n' | b'\r'))).then_some(indent)
    }

    fn take_break(&mut self) -> Span {
        let start = self.at;
        self.at += usize::from(self.byte() == b'\r');
        self.at += usize::from(self.byte() == b'\n');
        Span::from(start..self.at)
    }

    fn next_line(&mut self) {
        self.at = (self.line_end() + 1).min(self.bytes.len());
        if self.bytes.get(self.at.wrapping_sub(1)) == Some(&b'\r') && self.byte() == b'\n' {
            self.at += 1;
        }
    }

    /// Where the line ends, without its break.
    fn line_end(&self) -> usize {
        let rest = self.bytes.get(self.at..).unwrap_or_default();
        self.at + rest.iter().take_while(|byte| !matches!(byte, b'\n' | b'\r')).count()
    }

    fn blanks(&mut self) {
        while matches!(self.byte(), b' ' | b'\t') {
            self.at += 1;
        }
    }

    fn word(&mut self) {
        while !matches!(self.byte(), 0 | b' ' | b'\t' | b'\r' | b'\n') {
            self.at += 1;
        }
    }

    fn byte(&self) -> u8 {
        self.bytes.get(self.at).copied().unwrap_or(0)
    }
}
