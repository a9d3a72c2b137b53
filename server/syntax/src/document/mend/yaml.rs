//! Mending YAML: a line that cannot be read becomes a comment of the same length, so that every offset stays.

use super::{Mend, comment_out};
use crate::Span;

/// A pasted block larger than this is not taken out as a whole.
const MAX_LINES: usize = 60;

/// Ways to mend `place` (whole lines), best first.
pub(super) fn candidates(text: &str, place: Span) -> Vec<Vec<Mend>> {
    if place.of(text).bytes().filter(|b| *b == b'\n').count() > MAX_LINES {
        return Vec::new();
    }
    let mends = comment_out(text, place);
    if mends.is_empty() { Vec::new() } else { vec![mends] }
}
