//! Byte offsets to lines and columns and back, in the encoding the client counts columns in.

use line_index::{LineIndex, TextSize, WideEncoding};

/// What a column counts: bytes, UTF-16 units (the protocol's default) or characters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum Encoding {
    /// Bytes.
    Utf8,
    /// UTF-16 code units.
    #[default]
    Utf16,
    /// Unicode scalar values.
    Utf32,
}

/// A line and a column in it, both from zero; the column counts what the [`Encoding`] says.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Default)]
pub struct LineCol {
    /// Line, from zero.
    pub line: u32,
    /// Column, from zero.
    pub column: u32,
}

/// The line starts of one text.
#[derive(Clone, Debug)]
pub struct Lines {
    index: LineIndex,
    len: u32,
}

impl Lines {
    /// Reads the line starts of `text`.
    pub fn new(text: &str) -> Self {
        Self { index: LineIndex::new(text), len: u32::try_from(text.len()).unwrap_or(u32::MAX) }
    }

    /// Line of `offset`, from zero. Offsets past the end belong to the last line.
    pub fn line(&self, offset: u32) -> u32 {
        self.position(offset, Encoding::Utf8).line
    }

    /// Where `offset` is. Offsets past the end give the end; one inside a character gives the character's start.
    pub fn position(&self, offset: u32, encoding: Encoding) -> LineCol {
        let mut offset = offset.min(self.len);
        loop {
            if let Some(utf8) = self.index.try_line_col(TextSize::from(offset)) {
                let position = match wide(encoding) {
                    None => Some((utf8.line, utf8.col)),
                    Some(wide) => self.index.to_wide(wide, utf8).map(|w| (w.line, w.col)),
                };
                if let Some((line, column)) = position {
                    return LineCol { line, column };
                }
            }
            if offset == 0 {
                return LineCol::default();
            }
            offset -= 1;
        }
    }

    /// The offset of a position. What lies past the end of a line is that line's end, what lies past the last line the
    /// end of the text, and the second half of a surrogate pair is the start of its character (LSP 3.17, "Position").
    pub fn offset(&self, text: &str, position: LineCol, encoding: Encoding) -> u32 {
        let Some(line) = self.index.line(position.line) else { return self.len };
        let range = usize::from(line.start())..usize::from(line.end()).min(text.len());
        let content = text.get(range.clone()).unwrap_or_default().trim_end_matches(['\n', '\r']);
        let start = u32::try_from(range.start).unwrap_or(u32::MAX);
        let mut column = 0;
        for (at, c) in content.char_indices() {
            let width = match encoding {
                Encoding::Utf8 => c.len_utf8(),
                Encoding::Utf16 => c.len_utf16(),
                Encoding::Utf32 => 1,
            };
            column += u32::try_from(width).unwrap_or(u32::MAX);
            if column > position.column {
                return start + u32::try_from(at).unwrap_or(u32::MAX);
            }
        }
        start + u32::try_from(content.len()).unwrap_or(u32::MAX)
    }

    /// Offset of the first byte of `line`; the end of the text when there is no such line.
    pub fn start(&self, line: u32) -> u32 {
        self.index.line(line).map_or(self.len, |range| range.start().into())
    }

    /// Number of lines; the empty text has one.
    pub fn count(&self) -> u32 {
        self.line(self.len) + 1
    }
}

fn wide(encoding: Encoding) -> Option<WideEncoding> {
    match encoding {
        Encoding::Utf8 => None,
        Encoding::Utf16 => Some(WideEncoding::Utf16),
        Encoding::Utf32 => Some(WideEncoding::Utf32),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "a: 😀b\r\nc\n";

    #[test]
    fn columns_count_what_the_client_counts() {
        let lines = Lines::new(TEXT);
        let b = u32::try_from(TEXT.find('b').expect("there is one")).expect("small");
        let column = |encoding| lines.position(b, encoding).column;
        assert_eq!((column(Encoding::Utf8), column(Encoding::Utf16), column(Encoding::Utf32)), (7, 5, 4));
        for encoding in [Encoding::Utf8, Encoding::Utf16, Encoding::Utf32] {
            assert_eq!(lines.offset(TEXT, lines.position(b, encoding), encoding), b);
        }
    }

    #[test]
    fn positions_outside_the_text_are_clamped() {
        let lines = Lines::new(TEXT);
        let at = |line, column| lines.offset(TEXT, LineCol { line, column }, Encoding::Utf16);
        assert_eq!(at(0, 99), 8, "the end of the line is before its line break");
        assert_eq!(at(99, 0), 12);
        assert_eq!(at(0, 4), 3, "the middle of a surrogate pair is the character's start");
    }
}
