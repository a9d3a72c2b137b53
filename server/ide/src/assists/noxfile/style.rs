//! How a noxfile is written, so that what is added to it looks the same: line breaks, quotes, indentation, line length.
//!
//! Neighbours: `bracket` and `script` write by it. The tree knows no comments and no quotes; `tokens` below does.

use syntax::Span;

/// Lines that no formatter would break: black's and ruff's default.
const USUAL_WIDTH: usize = 88;
/// Lines longer than this are accidents, not a style.
const GREATEST_WIDTH: usize = 120;

/// The look of one file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Style {
    /// The line break.
    pub(super) newline: &'static str,
    /// One step of indentation.
    pub(super) indent: String,
    /// Columns that a line may take.
    pub(super) width: usize,
    quote: char,
}

/// A piece of Python that is no code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Token {
    /// From `#` to the end of the line.
    Comment(Span),
    /// With its quotes, without its prefix.
    String(Span),
}

impl Style {
    pub(crate) fn of(text: &str) -> Self {
        let tokens = tokens(text);
        let strings = tokens.iter().filter_map(|token| match token {
            Token::String(span) => Some(span.of(text)),
            Token::Comment(_) => None,
        });
        let (mut double, mut single) = (0_usize, 0_usize);
        for string in strings.filter(|string| !string.starts_with("\"\"\"") && !string.starts_with("'''")) {
            // A string that holds the other quote had no choice.
            match (string.starts_with('"'), string.contains('"'), string.contains('\'')) {
                (true, _, false) => double += 1,
                (false, false, _) => single += 1,
                _ => {}
            }
        }
        // A block tells it; what stands in a string or between brackets may be indented otherwise.
        let is_indented = |line: &&str| line.starts_with([' ', '\t']) && !line.trim().is_empty();
        let pairs = || text.lines().zip(text.lines().skip(1));
        let in_block = pairs().find(|(head, line)| head.trim_end().ends_with(':') && is_indented(line));
        let indented = in_block.map(|(_, line)| line).or_else(|| text.lines().find(is_indented));
        let indent: String = indented.map_or("    ".to_owned(), |line| {
            if line.starts_with('\t') { "\t".to_owned() } else { line.chars().take_while(|c| *c == ' ').collect() }
        });
        let longest = text.lines().map(|line| line.chars().count()).filter(|width| *width <= GREATEST_WIDTH).max();
        Self {
            newline: newline(text),
            indent,
            width: longest.unwrap_or(0).max(USUAL_WIDTH),
            quote: if single > double { '\'' } else { '"' },
        }
    }

    /// `value` as a string, in the quotes that the file has.
    pub(crate) fn string(&self, value: &str) -> String {
        let quote = if value.contains(self.quote) && !value.contains(self.other()) { self.other() } else { self.quote };
        format!("{quote}{}{quote}", escaped(value, quote))
    }

    /// An f-string around `body`, which holds its own braces and no quote.
    pub(crate) fn format_string(&self, body: &str) -> String {
        let quote = self.quote;
        format!("f{quote}{body}{quote}")
    }

    fn other(&self) -> char {
        if self.quote == '"' { '\'' } else { '"' }
    }
}

/// The line break that `text` uses.
pub(crate) fn newline(text: &str) -> &'static str {
    if text.contains("\r\n") { "\r\n" } else { "\n" }
}

/// Start of the line that `offset` is in.
pub(super) fn line_start(text: &str, offset: u32) -> u32 {
    let before = text.get(..offset as usize).unwrap_or_default();
    before.rfind('\n').map_or(0, |at| small(at + 1))
}

/// The end of the line that `offset` is in, without its line break.
pub(super) fn line_end(text: &str, offset: u32) -> u32 {
    let rest = text.get(offset as usize..).unwrap_or_default();
    let line = rest.find('\n').map_or(rest, |at| &rest[..at]);
    offset + small(line.trim_end_matches('\r').len())
}

/// Where the line behind the one of `offset` starts.
pub(super) fn next_line(text: &str, offset: u32) -> u32 {
    let rest = text.get(offset as usize..).unwrap_or_default();
    offset + small(rest.find('\n').map_or(rest.len(), |at| at + 1))
}

/// White space at the start of the line that `offset` is in.
pub(super) fn indent(text: &str, offset: u32) -> &str {
    let line = Span::new(line_start(text, offset), line_end(text, offset)).of(text);
    &line[..line.len() - line.trim_start_matches([' ', '\t']).len()]
}

/// The text without comments and strings.
pub(super) fn code(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut from = 0;
    for token in tokens(text) {
        let (Token::Comment(span) | Token::String(span)) = token;
        out.push_str(text.get(from..span.start as usize).unwrap_or_default());
        from = span.end as usize;
    }
    out.push_str(text.get(from..).unwrap_or_default());
    out
}

/// Whether a dotted name stands in the code, not as a part of a longer one.
pub(super) fn has_word(code: &str, name: &str) -> bool {
    let is_part = |c: char| c.is_alphanumeric() || c == '_';
    code.match_indices(name).any(|(at, _)| {
        let before = code[..at].chars().next_back();
        let behind = code[at + name.len()..].chars().next();
        !before.is_some_and(is_part) && !behind.is_some_and(is_part)
    })
}

/// Comments and strings of a Python text, in order. What is not closed ends with the text, or with the line.
pub(super) fn tokens(text: &str) -> Vec<Token> {
    let bytes = text.as_bytes();
    let mut out = Vec::new();
    let mut at = 0;
    while let Some(&byte) = bytes.get(at) {
        match byte {
            b'#' => {
                let end = line_end(text, small(at));
                out.push(Token::Comment(Span::new(small(at), end)));
                at = end as usize;
            }
            b'"' | b'\'' => {
                let end = string_end(bytes, at);
                out.push(Token::String(Span::from(at..end)));
                at = end;
            }
            _ => at += 1,
        }
    }
    out
}

/// The comments of a Python text.
pub(crate) fn comments(text: &str) -> Vec<Span> {
    let comment = |token: Token| match token {
        Token::Comment(span) => Some(span),
        Token::String(_) => None,
    };
    tokens(text).into_iter().filter_map(comment).collect()
}

fn string_end(bytes: &[u8], start: usize) -> usize {
    let quote = bytes[start];
    let is_long = bytes.get(start + 1) == Some(&quote) && bytes.get(start + 2) == Some(&quote);
    let mut at = start + if is_long { 3 } else { 1 };
    while let Some(&byte) = bytes.get(at) {
        match byte {
            b'\\' => at += 1,
            b'\n' if !is_long => return at,
            _ if byte == quote && !is_long => return at + 1,
            _ if byte == quote && bytes.get(at + 1) == Some(&quote) && bytes.get(at + 2) == Some(&quote) => {
                return at + 3;
            }
            _ => {}
        }
        at += 1;
    }
    bytes.len()
}

fn escaped(value: &str, quote: char) -> String {
    value.replace('\\', "\\\\").replace(quote, &format!("\\{quote}"))
}

pub(super) fn small(n: usize) -> u32 {
    u32::try_from(n).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quotes_are_those_of_the_file() {
        assert_eq!(Style::of("a = 'x'\nb = 'y'\nc = \"it's\"\n").string("new"), "'new'");
        assert_eq!(Style::of("a = \"x\"\n").string("new"), "\"new\"");
        assert_eq!(Style::of("").string("t(a='1')"), "\"t(a='1')\"");
        assert_eq!(Style::of("a = 'x'\n").string("t(a='1')"), "\"t(a='1')\"", "the other quote saves escapes");
    }

    #[test]
    fn comments_are_told_from_strings() {
        let text = "a = '#no' # yes\nb = \"\"\"\n# no\n\"\"\" # two\nc = 'it\\'s # no'\nd = 'open # no\n# three";
        let found: Vec<&str> = comments(text).iter().map(|span| span.of(text)).collect();
        assert_eq!(found, ["# yes", "# two", "# three"]);
    }

    #[test]
    fn indentation_and_width_are_those_of_the_file() {
        assert_eq!(Style::of("def f():\n\tpass\n").indent, "\t");
        assert_eq!(Style::of("def f():\n  pass\n").indent, "  ");
        assert_eq!(Style::of("x = \"\"\"\n  a\n\"\"\"\ndef f():\n    pass\n").indent, "    ");
        assert_eq!(Style::of("x = [\n  1,\n]\n").indent, "  ");
        assert_eq!(Style::of("x = 1\n").width, 88);
        assert_eq!(Style::of(&"x".repeat(110)).width, 110);
    }
}
