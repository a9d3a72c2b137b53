//! Code lenses: run this session, run all in parallel.

use model::FileId;
use syntax::Span;

use crate::snapshot::Snapshot;

/// A lens above a line: a title and what a click runs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lens {
    /// The line's thing.
    pub span: Span,
    /// What it says.
    pub title: String,
    /// Sessions a click runs; empty: the noxfile's default ones.
    pub sessions: Vec<String>,
    /// Prerequisites too.
    pub with_dependencies: bool,
}

/// The lenses of `file`.
pub fn lenses(_snapshot: &Snapshot, _file: FileId) -> Vec<Lens> {
    Vec::new()
}
