//! Assists: edits offered at the cursor that are not tied to a finding. One file each in `assists/`.

use model::FileId;
use syntax::{Span, TextEdit};

use crate::snapshot::Snapshot;

/// An edit that is offered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Offer {
    /// The assist's id, kebab-case: `split-into-matrix`.
    pub assist: &'static str,
    /// The title, with the predicted effect.
    pub title: String,
    /// Proved to keep the meaning. One that is not says so in its title and is never preferred.
    pub is_safe: bool,
    /// The best one here.
    pub is_preferred: bool,
    /// Why it cannot be applied, shown by editors that list disabled actions; `None`: it can.
    pub disabled: Option<String>,
    /// The edits; empty when disabled.
    pub edits: Vec<FileEdit>,
}

/// Edits of one file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FileEdit {
    /// The file.
    pub file: FileId,
    /// Its edits, all speaking of the snapshot's text.
    pub edits: Vec<TextEdit>,
}

/// What is offered for the selection `span` of `file`.
pub fn assists(snapshot: &Snapshot, file: FileId, span: Span) -> Vec<Offer> {
    crate::assists::offers(snapshot, file, span)
}
