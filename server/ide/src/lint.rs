//! Lints: what is wrong or slower than it needs to be, one file each in `lints/`.

use model::FileId;
use syntax::{Span, TextEdit};

use crate::assists;
use crate::lints;
use crate::snapshot::Snapshot;

/// How loud a finding is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Level {
    /// It fails or loses data.
    Error,
    /// It is probably not what the author means.
    Warning,
    /// Worth knowing.
    Info,
    /// A quiet offer.
    Hint,
}

/// One report of a lint.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// The lint's id, also its documentation's anchor.
    pub lint: &'static str,
    /// How loud.
    pub level: Level,
    /// Where.
    pub span: Span,
    /// What, as a sentence.
    pub message: String,
    /// Other places that belong to it.
    pub related: Vec<Related>,
    /// Ways to mend it.
    pub fixes: Vec<Fix>,
    /// The rewrite that mends it, by its id: it is proved when somebody asks ([`fixes`]), not at every keystroke.
    pub rewrite: Option<&'static str>,
    /// GitHub's own language server tells it too: in an editor it stays silent.
    pub is_told_by_github: bool,
}

/// Another place that belongs to a finding.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Related {
    /// The file.
    pub file: FileId,
    /// The place.
    pub span: Span,
    /// What is there.
    pub message: String,
}

/// A way to mend a finding.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fix {
    /// What it does, in the imperative.
    pub title: String,
    /// It cannot change what the file means beyond mending it.
    pub is_safe: bool,
    /// The edits, in the finding's file.
    pub edits: Vec<TextEdit>,
}

/// All findings in `file`, by place. Includes what could not be read of it.
pub fn check(snapshot: &Snapshot, file: FileId) -> Vec<Finding> {
    lints::check(snapshot, file)
}

/// All ways to mend `finding` of `file`: its own, and the rewrite that it names where that is possible.
pub fn fixes(snapshot: &Snapshot, file: FileId, finding: &Finding) -> Vec<Fix> {
    let rewrite = || assists::fix(snapshot, snapshot.file(file)?, finding.span, finding.rewrite?);
    finding.fixes.iter().cloned().chain(rewrite()).collect()
}
