//! Order that is needed, with the evidence for it.

use syntax::Span;

use crate::workspace::{FileId, SessionId};

/// `to` must come after `from`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Edge {
    /// Comes first.
    pub from: SessionId,
    /// Comes after.
    pub to: SessionId,
    /// What makes it so.
    pub kind: EdgeKind,
    /// How sure that is.
    pub evidence: Evidence,
    /// Why, as a sentence with both names: "`coverage_report` reads `.coverage`, which `unit_tests` writes".
    pub reason: String,
    /// The place that shows it, with its file.
    pub place: Option<(FileId, Span)>,
}

/// What makes an order needed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum EdgeKind {
    /// `requires=`.
    Requires,
    /// `session.notify`: `to` is queued by `from`.
    Notify,
    /// A job's `needs`.
    Needs,
    /// `from` writes what `to` reads.
    Data,
    /// `from` rewrites what `to` reads or writes in place: today's order decides what `to` sees.
    Order,
}

/// How sure an edge is, best first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Evidence {
    /// Written down: `requires`, `notify`, `needs`.
    Declared,
    /// An artifact's name.
    Artifact,
    /// A path that both name.
    ExactPath,
    /// A path that a known tool uses by default.
    DefaultPath,
    /// Names alone: `coverage_report` after `tests`.
    Naming,
    /// Nothing but that it stands earlier.
    OrderOnly,
}

impl Evidence {
    /// Its name for people.
    pub fn name(self) -> &'static str {
        match self {
            Self::Declared => "declared",
            Self::Artifact => "artifact",
            Self::ExactPath => "exact path",
            Self::DefaultPath => "default path",
            Self::Naming => "naming",
            Self::OrderOnly => "order only",
        }
    }
}
