//! The outline of a file: sessions of a noxfile, jobs and steps of a workflow.

use model::FileId;
use syntax::Span;

use crate::snapshot::Snapshot;

/// One entry of the outline.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Symbol {
    /// Its name.
    pub name: String,
    /// A few words beside it: python versions, runner label.
    pub detail: String,
    /// What it is.
    pub kind: SymbolKind,
    /// All of it.
    pub span: Span,
    /// Its name's place, within `span`.
    pub name_span: Span,
    /// What lies within it.
    pub children: Vec<Symbol>,
}

/// What a symbol is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SymbolKind {
    /// A session.
    Session,
    /// A job.
    Job,
    /// A step.
    Step,
}

/// The outline of `file`.
pub fn symbols(_snapshot: &Snapshot, _file: FileId) -> Vec<Symbol> {
    Vec::new()
}
