//! Hover: what the thing under the cursor is, how long it takes, whether it bounds the time, what to do next.

use syntax::Span;

use crate::snapshot::{FilePos, Snapshot};

/// A hover's text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hover {
    /// What it speaks of.
    pub span: Span,
    /// Markdown.
    pub markdown: String,
}

/// What to show for the cursor at `pos`.
pub fn hover(_snapshot: &Snapshot, _pos: FilePos) -> Option<Hover> {
    None
}
