//! Assists: edits offered at the cursor that are not tied to a finding. One file each in `assists/`.

use model::FileId;
use syntax::{Span, TextEdit};

use crate::snapshot::Snapshot;

/// An edit that is offered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Offer {
    /// The assist's id, kebab-case: `split-into-matrix`.
    pub assist: &'static str,
    /// What sort of edit it is.
    pub kind: OfferKind,
    /// The title, with the predicted effect.
    pub title: String,
    /// Proved to keep the meaning. One that is not says so in its title and is never preferred.
    pub is_safe: bool,
    /// The best one here.
    pub is_preferred: bool,
    /// Predicted to take less time than what is there.
    pub is_faster: bool,
    /// Why it cannot be applied, shown by editors that list disabled actions; `None`: it can.
    pub disabled: Option<String>,
    /// The edits; empty when disabled.
    pub edits: Vec<FileEdit>,
}

/// What sort of edit an offer is: editors filter and sort by it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OfferKind {
    /// Makes sessions run at the same time.
    Parallel,
    /// Makes sessions run less often, side by side with what they stood before.
    Fewer,
    /// Any other rewrite.
    Rewrite,
    /// All that is safe in a file at once.
    FixAll,
}

/// The kind of [`fix_all`] as editors name it.
pub const FIX_ALL_KIND: &str = "source.fixAll.noxflow";

impl Offer {
    /// The kind as editors name it: `refactor.rewrite.parallel.split-into-matrix`.
    pub fn kind_name(&self) -> String {
        match self.kind {
            OfferKind::Parallel | OfferKind::Fewer => format!("refactor.rewrite.parallel.{}", self.assist),
            OfferKind::Rewrite => format!("refactor.rewrite.{}", self.assist),
            OfferKind::FixAll => FIX_ALL_KIND.to_owned(),
        }
    }
}

/// Edits of one file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FileEdit {
    /// The file.
    pub file: FileId,
    /// Its edits, all speaking of the snapshot's text.
    pub edits: Vec<TextEdit>,
    /// What somebody must agree to before this file is changed, as a sentence; `None`: nothing.
    pub confirm: Option<String>,
}

impl FileEdit {
    /// Edits that need no one's consent.
    pub fn new(file: FileId, edits: Vec<TextEdit>) -> Self {
        Self { file, edits, confirm: None }
    }
}

/// Ids of all assists, in the order in which equals are shown.
pub fn assist_ids() -> impl Iterator<Item = &'static str> {
    crate::assists::every().map(|assist| assist.id)
}

/// All that could be done to what the selection `span` of `file` is part of: for lists and reports.
pub fn assists(snapshot: &Snapshot, file: FileId, span: Span) -> Vec<Offer> {
    crate::assists::all(snapshot, file, span)
}

/// What an editor offers at the selection `span` of `file`: what speaks of the very place, a handful, the best first.
/// All that is safe at once ([`fix_all`]) is not among it.
pub fn offers(snapshot: &Snapshot, file: FileId, span: Span) -> Vec<Offer> {
    crate::assists::offers(snapshot, file, span)
}

/// Whether the selection `span` of `file` means the file as a whole: no job and no session stands there, or all of them.
pub fn is_whole_file(snapshot: &Snapshot, file: FileId, span: Span) -> bool {
    crate::assists::is_whole_file(snapshot, file, span)
}

/// All that is safe to do in `file` at once; `None`: nothing is.
pub fn fix_all(snapshot: &Snapshot, file: FileId) -> Option<Offer> {
    crate::assists::all_safe(snapshot, file)
}
