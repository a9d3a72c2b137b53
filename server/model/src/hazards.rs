//! What goes wrong when two sessions overlap, and what cures it. One file a kind in `hazards/`.

use syntax::Span;

use crate::effects::Resource;
use crate::graph::Edge;
use crate::workspace::{NoxfileId, SessionId, Workspace};

/// Two sessions that disturb each other when they run at once.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hazard {
    /// The two, the earlier one in the noxfile first.
    pub between: (SessionId, SessionId),
    /// Kebab-case id of its kind, also its file's name: `shared-coverage-data`.
    pub kind: &'static str,
    /// How bad.
    pub severity: Severity,
    /// What they share.
    pub resource: Resource,
    /// What happens, as a sentence: "both write `.coverage`; the later one wins and the other's data is lost".
    pub reason: String,
    /// What to do, as a sentence; empty when they must simply not overlap.
    pub cure: String,
    /// The two places in the noxfile.
    pub places: (Span, Span),
}

/// How bad an overlap is, worst first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    /// Silently wrong results.
    LosesData,
    /// One of them fails.
    Fails,
    /// One of them fails sometimes.
    Flaky,
    /// Both get slower or a cache is wasted.
    Slower,
    /// Only the output looks different.
    Cosmetic,
}

impl Severity {
    /// Its name for people.
    pub fn name(self) -> &'static str {
        match self {
            Self::LosesData => "loses data",
            Self::Fails => "fails",
            Self::Flaky => "flaky",
            Self::Slower => "slower",
            Self::Cosmetic => "cosmetic",
        }
    }

    /// Whether an overlap must be prevented.
    pub fn forbids_overlap(self) -> bool {
        self <= Self::Flaky
    }
}

/// Whether two sessions may overlap.
#[derive(Clone, Debug, PartialEq)]
pub enum Verdict {
    /// Yes.
    Parallel,
    /// Not as they are; after the cure of each of these, yes.
    AfterCure(Vec<Hazard>),
    /// No: the later one needs the earlier one (directly or over others; then the first edge of the way).
    MustOrder(Box<Edge>),
    /// No: they disturb each other and nothing cures it.
    Exclusive(Vec<Hazard>),
    /// Not known: commands whose effects nobody knows.
    Unknown(Vec<String>),
}

impl Workspace {
    /// All hazards between two sessions of a noxfile, worst first.
    pub fn hazards_between(&self, _noxfile: NoxfileId, _a: SessionId, _b: SessionId) -> Vec<Hazard> {
        Vec::new()
    }

    /// Whether two sessions of a noxfile may overlap.
    pub fn verdict(&self, noxfile: NoxfileId, a: SessionId, b: SessionId) -> Verdict {
        let _ = (noxfile, a, b);
        Verdict::Parallel
    }
}
