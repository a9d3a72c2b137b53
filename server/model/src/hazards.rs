//! What goes wrong when two sessions overlap, and what cures it. One file a kind in `hazards/`, one line in [`KINDS`].
//!
//! Neighbours: `effects` says what each touches; `pairs` finds what two have in common and asks the kinds about it;
//! `verdict` says what follows for the two.

mod coverage_consumer_runs_early;
mod deletes_what_others_use;
mod git_writes;
mod in_place_formatter;
mod in_tree_build;
mod pairs;
mod port;
mod publishes;
mod read_while_written;
mod same_session_twice;
mod shared_basetemp;
mod shared_cache;
mod shared_coverage_data;
mod shared_doctrees;
mod shared_environment;
mod shared_lock_file;
mod shared_output;
mod shared_service;
mod shared_variable;

use syntax::Span;

use crate::effects::Resource;
use crate::workspace::{NoxfileId, SessionId, Workspace};
use pairs::Kind;

/// All kinds that two touches can make. Of one pair of touches the first that answers counts.
const KINDS: [&Kind; 17] = [
    &publishes::KIND,
    &in_place_formatter::KIND,
    &coverage_consumer_runs_early::KIND,
    &shared_coverage_data::KIND,
    &shared_basetemp::KIND,
    &shared_doctrees::KIND,
    &in_tree_build::KIND,
    &shared_environment::KIND,
    &shared_lock_file::KIND,
    &shared_cache::KIND,
    &deletes_what_others_use::KIND,
    &shared_output::KIND,
    &read_while_written::KIND,
    &port::KIND,
    &git_writes::KIND,
    &shared_service::KIND,
    &shared_variable::KIND,
];

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

impl Workspace {
    /// All hazards between two sessions of a noxfile, worst first. Of a session and itself: between two of its instances,
    /// or between two runs of its only one.
    pub fn hazards_between(&self, noxfile: NoxfileId, a: SessionId, b: SessionId) -> Vec<Hazard> {
        self.noxfile(noxfile).map_or_else(Vec::new, |model| pairs::hazards(model, a.min(b), a.max(b)))
    }
}

#[cfg(test)]
mod tests;
