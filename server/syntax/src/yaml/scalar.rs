//! Content of scalars: escapes, folding and indentation undone, with the place of every part in the file.

use smallvec::{SmallVec, smallvec};

use super::{Scalar, Style};
use crate::Span;

/// A plain scalar, on one line or several.
pub(super) fn plain(text: &str, span: Span) -> Scalar {
    flow(text, span, Style::Plain)
}

/// `'…'`, quotes included in `span`.
pub(super) fn single(text: &str, span: Span) -> Scalar {
    flow(text, inside(text, span, '\''), Style::Single)
}

/// `"…"`, quotes included in `span`.
pub(super) fn double(text: &str, span: Span) -> Scalar {
    flow(text, inside(text, span, '"'), Style::Double)
}

/// `|` or `>`; `column` is that of the parent's key or dash. Gives the scalar's real span too.
pub(super) fn block(text: &str, span: Span, column: i64) -> (Scalar, Span) {
    let raw = span.of(text);
    let header = Header::read(raw);
    let content_end = with_blanks_behind(text, span.end as usize);
    let mut lines = Lines { text, at: span.start as usize + header.length, end: content_end };
    let explicit = header.indent.map(|indent| usize::try_from(column.max(0)).unwrap_or(0) + indent);
    let indent = explicit.unwrap_or_else(|| lines.first_indent());
    let mut out = Decoded::with_room_for(span);
    let mut end = span.start as usize + header.written;
    let (mut breaks, mut pending, mut was_blank) = (Vec::new(), None, false);
    while let Some((start, stop)) = lines.next() {
        let line = text.get(start..stop).unwrap_or_default();
        let skip = line.bytes().take(indent).take_while(|byte| *byte == b' ').count();
        if skip == line.len() {
            breaks.push(stop);
            continue;
        }
        let blank = line.as_bytes().get(skip).is_some_and(|byte| matches!(byte, b' ' | b'\t'));
        match pending.take() {
            Some(at) if header.folded && !was_blank && !blank && breaks.is_empty() => out.made(" ", at),
            Some(_) if header.folded && !was_blank && !blank => {}
            Some(at) => out.line_break(text, at),
            None => {}
        }
        for at in breaks.drain(..) {
            out.line_break(text, at);
        }
        out.copied(text, start + skip, stop);
        (pending, was_blank, end) = (Some(stop), blank, stop);
    }
    if header.chomp != Chomp::Strip
        && let Some(at) = pending
        && (at < text.len() || header.chomp == Chomp::Keep)
    {
        out.line_break(text, at);
    }
    if header.chomp == Chomp::Keep {
        breaks.extend(blank_lines_behind(text, span.end as usize));
        for at in breaks {
            out.line_break(text, at);
        }
    }
    let style = if header.folded { Style::Folded } else { Style::Literal };
    (out.scalar(style), Span::from(span.start as usize..end))
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Chomp {
    Clip,
    Strip,
    Keep,
}

/// `|2-  # comment` and its line break.
struct Header {
    folded: bool,
    chomp: Chomp,
    indent: Option<usize>,
    /// Bytes up to the first line of content.
    length: usize,
    /// Bytes of the indicators alone.
    written: usize,
}

impl Header {
    fn read(raw: &str) -> Self {
        let mut header = Self { folded: raw.starts_with('>'), chomp: Chomp::Clip, indent: None, length: 0, written: 1 };
        for byte in raw.bytes().skip(1) {
            match byte {
                b'-' => header.chomp = Chomp::Strip,
                b'+' => header.chomp = Chomp::Keep,
                b'1'..=b'9' => header.indent = Some(usize::from(byte - b'0')),
                _ => break,
            }
            header.written += 1;
        }
        header.length = raw.find('\n').map_or(raw.len(), |at| at + 1);
        header.written = header.written.min(raw.len());
        header
    }
}

/// Lines without their breaks.
struct Lines<'t> {
    text: &'t str,
    at: usize,
    end: usize,
}

impl Lines<'_> {
    /// Leading spaces of the first line that holds more than spaces.
    fn first_indent(&self) -> usize {
        let mut lines = Lines { ..*self };
        while let Some((start, stop)) = lines.next() {
            let line = self.text.get(start..stop).unwrap_or_default();
            let spaces = line.bytes().take_while(|byte| *byte == b' ').count();
            if spaces < line.len() {
                return spaces;
            }
        }
        usize::MAX
    }

    fn next(&mut self) -> Option<(usize, usize)> {
        let rest = self.text.get(self.at..self.end).filter(|rest| !rest.is_empty())?;
        let start = self.at;
        let length = rest.find('\n').unwrap_or(rest.len());
        self.at = (start + length + 1).min(self.end);
        let line = rest.get(..length).unwrap_or_default();
        Some((start, start + line.trim_end_matches('\r').len()))
    }
}

/// The parser ends a block scalar before the blanks at the end of its last line: they are content.
fn with_blanks_behind(text: &str, end: usize) -> usize {
    let (before, behind) = text.split_at_checked(end).unwrap_or((text, ""));
    let rest = behind.split('\n').next().unwrap_or_default();
    let is_blank = !before.ends_with('\n') && rest.trim_matches([' ', '\t', '\r']).is_empty();
    if is_blank { end + rest.len() } else { end }
}

/// Line breaks of the blank lines that follow a block scalar: the parser ends it before them.
fn blank_lines_behind(text: &str, end: usize) -> Vec<usize> {
    let mut lines = Lines { text, at: end, end: text.len() };
    let mut breaks = Vec::new();
    // The rest of the scalar's own last line.
    if text.get(..end).is_some_and(|before| !before.ends_with('\n')) {
        lines.next();
    }
    while let Some((start, stop)) = lines.next() {
        if !text.get(start..stop).unwrap_or_default().trim_matches([' ', '\t']).is_empty() || lines.at == stop {
            break;
        }
        breaks.push(stop);
    }
    breaks
}

/// Between the quotes, as far as they are there.
fn inside(text: &str, span: Span, quote: char) -> Span {
    let raw = span.of(text);
    let start = usize::from(raw.starts_with(quote));
    let closed = raw.len() > start && raw.ends_with(quote);
    Span::from(span.range().start + start..span.range().end - usize::from(closed))
}

/// Scalars that are folded where they break.
fn flow(text: &str, span: Span, style: Style) -> Scalar {
    let raw = span.of(text);
    let special = |byte: u8| match style {
        Style::Single => matches!(byte, b'\n' | b'\r' | b'\''),
        Style::Double => matches!(byte, b'\n' | b'\r' | b'\\'),
        _ => matches!(byte, b'\n' | b'\r'),
    };
    if !raw.bytes().any(special) {
        let runs = if raw.is_empty() { SmallVec::new() } else { smallvec![(0, span.start)] };
        return Scalar { style, content: raw.into(), runs };
    }
    let (bytes, base) = (raw.as_bytes(), span.start as usize);
    let mut out = Decoded::with_room_for(span);
    let (mut at, mut copied) = (0, 0);
    while let Some(byte) = bytes.get(at).copied() {
        if !special(byte) {
            at += 1;
            continue;
        }
        match byte {
            b'\'' => {
                out.copied(text, base + copied, base + at + 1);
                at += 2;
            }
            b'\\' => {
                out.copied(text, base + copied, base + at);
                at += escape(raw, at, base, &mut out);
            }
            _ => {
                let line = raw.get(copied..at).unwrap_or_default().trim_end_matches([' ', '\t']);
                out.copied(text, base + copied, base + copied + line.len());
                at = fold(raw, at, base, &mut out);
            }
        }
        copied = at;
    }
    out.copied(text, base + copied.min(raw.len()), base + raw.len());
    out.scalar(style)
}

/// The line breaks at `at`: one is a space, each further one a break. Gives the offset behind them and the indentation.
fn fold(raw: &str, at: usize, base: usize, out: &mut Decoded) -> usize {
    let rest = raw.get(at..).unwrap_or_default();
    let next = at + rest.len() - rest.trim_start_matches([' ', '\t', '\r', '\n']).len();
    let mut breaks = raw.get(at..next).unwrap_or_default().match_indices('\n').skip(1).peekable();
    if breaks.peek().is_none() {
        out.made(" ", base + at);
    }
    for (offset, _) in breaks {
        out.made("\n", base + at + offset);
    }
    next
}

/// The escape at `at` of a double-quoted scalar. Gives its length.
fn escape(raw: &str, at: usize, base: usize, out: &mut Decoded) -> usize {
    let rest = raw.get(at + 1..).unwrap_or_default();
    let Some(kind) = rest.chars().next() else {
        out.made("\\", base + at);
        return 1;
    };
    let simple = match kind {
        '0' => "\0",
        'a' => "\u{7}",
        'b' => "\u{8}",
        't' | '\t' => "\t",
        'n' => "\n",
        'v' => "\u{b}",
        'f' => "\u{c}",
        'r' => "\r",
        'e' => "\u{1b}",
        ' ' => " ",
        '"' => "\"",
        '/' => "/",
        '\\' => "\\",
        'N' => "\u{85}",
        '_' => "\u{a0}",
        'L' => "\u{2028}",
        'P' => "\u{2029}",
        '\n' | '\r' => {
            // The line goes on: nothing stands for the break and the next line's indentation.
            let line_end = rest.find('\n').map_or(rest.len(), |at| at + 1);
            let next = rest.get(line_end..).unwrap_or_default();
            return 1 + line_end + (next.len() - next.trim_start_matches([' ', '\t']).len());
        }
        _ => "",
    };
    if !simple.is_empty() {
        out.made(simple, base + at);
        return 1 + kind.len_utf8();
    }
    let digits = match kind {
        'x' => 2,
        'u' => 4,
        'U' => 8,
        _ => 0,
    };
    let code = rest.get(1..1 + digits).filter(|code| !code.is_empty());
    match code.and_then(|code| u32::from_str_radix(code, 16).ok()).and_then(char::from_u32) {
        Some(char) => {
            out.made(char.encode_utf8(&mut [0; 4]), base + at);
            2 + digits
        }
        // No escape that YAML knows: kept as it is written.
        None => {
            out.made("\\", base + at);
            1
        }
    }
}

/// Content under construction.
#[derive(Default)]
struct Decoded {
    content: String,
    runs: SmallVec<[(u32, u32); 1]>,
    /// The last run is text of the file, so that it can go on.
    verbatim: bool,
}

impl Decoded {
    /// Content is rarely longer than what is written.
    fn with_room_for(span: Span) -> Self {
        Self { content: String::with_capacity(span.len() as usize), ..Self::default() }
    }

    /// Text that stands in the file as it is.
    fn copied(&mut self, text: &str, start: usize, end: usize) {
        if let Some(part) = text.get(start..end).filter(|part| !part.is_empty()) {
            self.run(start, true);
            self.content.push_str(part);
        }
    }

    /// Text that something else at `at` stands for.
    fn made(&mut self, part: &str, at: usize) {
        self.run(at, false);
        self.content.push_str(part);
    }

    /// A line break that is kept; in the file it may be two bytes.
    fn line_break(&mut self, text: &str, at: usize) {
        if text.as_bytes().get(at) == Some(&b'\n') {
            self.copied(text, at, at + 1);
        } else {
            self.made("\n", at);
        }
    }

    fn run(&mut self, at: usize, verbatim: bool) {
        let small = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
        let (content, file) = (small(self.content.len()), small(at));
        let follows = self.runs.last().is_some_and(|(was, from)| file.checked_sub(*from) == content.checked_sub(*was));
        if !(follows && verbatim && self.verbatim) {
            self.runs.push((content, file));
        }
        self.verbatim = verbatim;
    }

    fn scalar(self, style: Style) -> Scalar {
        Scalar { style, content: self.content.into(), runs: self.runs }
    }
}
