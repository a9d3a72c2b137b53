//! `${{ … }}`: where they stand in a text, and by the rooms below what they read (`reads`), their tree (`parse`),
//! their value (`evaluate`, `functions`) and what is left of a condition where some is known (`remainder`).

use syntax::Span;

mod evaluate;
mod functions;
mod parse;
mod reads;
mod remainder;

pub(super) use evaluate::{truth, value};
pub(super) use reads::Reads;
pub use remainder::Remainder;
pub(super) use remainder::remainder;

/// The insides of every `${{ … }}` in `text`. A string in it may hold `}}`.
pub(super) fn expressions(text: &str) -> Vec<Span> {
    let mut spans = Vec::new();
    let mut at = 0;
    let mut open = 0;
    while let Some(start) = text.get(at..).and_then(|rest| rest.find("${{")).map(|found| at + found + 3) {
        // An open string hides the end: then the first `}}` is it. Looked for a few times only, it may be far.
        let end = expression_end(text, start).unwrap_or_else(|| {
            open += 1;
            let rest = text.get(start..).filter(|_| open < 16);
            rest.and_then(|rest| rest.find("}}")).map_or(text.len(), |found| start + found)
        });
        spans.push(Span::from(start..end));
        at = (end + 2).min(text.len());
    }
    spans
}

/// The expression of a text that is one and nothing else.
pub(super) fn sole(text: &str) -> Option<&str> {
    let text = text.trim();
    let span = *expressions(text).first()?;
    (span.start == 3 && span.end as usize + 2 == text.len()).then(|| span.of(text).trim())
}

fn expression_end(text: &str, start: usize) -> Option<usize> {
    let bytes = text.as_bytes();
    let mut at = start;
    while let Some(byte) = bytes.get(at).copied() {
        match byte {
            b'\'' => at = string_end(bytes, at),
            b'}' if bytes.get(at + 1) == Some(&b'}') => return Some(at),
            _ => at += 1,
        }
    }
    None
}

fn string_end(bytes: &[u8], start: usize) -> usize {
    let rest = bytes.get(start + 1..).unwrap_or_default();
    rest.iter().position(|byte| *byte == b'\'').map_or(bytes.len(), |found| start + found + 2)
}
