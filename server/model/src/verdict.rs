//! Whether two sessions, or two steps of a job, may run at the same time. Every way to run them side by side (the launcher,
//! `nox -j`, parallel steps, jobs) shares ten preconditions; each is a file in `verdict/` and a line here.
//!
//! | | precondition | of | file |
//! | --- | --- | --- | --- |
//! | C1 | neither changes a file that the other touches, nor the sources under its feet | sessions | `files` |
//! | C2 | neither needs the other: `requires`, `notify`, data, directly or over others | sessions | `order` |
//! | C3 | neither leaves variables of nox's process to the other | sessions | `variables` |
//! | C3 | neither hands outputs or variables to the other or to a later step | steps | `outputs` |
//! | C4 | both run under the same condition, which does not ask how steps ended | steps | `conditions` |
//! | C5 | nothing stands between them | steps | `between` |
//! | C6 | shell, folder, variables and limits are the same | steps | `carried` |
//! | C7 | no common port, database, compose project or git index | sessions | `services` |
//! | C8 | neither publishes | sessions | `publishing` |
//! | C9 | neither is the gate of the other by its place | sessions | `gate` |
//! | C10 | it is not one session twice, in one environment | sessions | `same_session` |
//!
//! Neighbours: `hazards` and `graph` say what the sessions do to each other; `plan --explain`, the assists and the
//! launcher ask here. What a command nobody knows touches is in no precondition: the verdict is then [`Verdict::Unknown`].

mod between;
mod carried;
mod conditions;
mod files;
mod gate;
mod order;
mod outputs;
mod publishing;
mod same_session;
mod services;
mod variables;

use facts::workflow::Job;

pub use conditions::{asks_how_steps_ended, runs_regardless};

use crate::effects::Resource;
use crate::graph::Edge;
use crate::hazards::Hazard;
use crate::workspace::{NoxfileId, NoxfileModel, SessionId, Workspace};

/// The preconditions of two sessions, the strongest objection first.
const SESSIONS: [OfSessions; 7] = [
    variables::PRECONDITION,
    order::PRECONDITION,
    gate::PRECONDITION,
    same_session::PRECONDITION,
    publishing::PRECONDITION,
    services::PRECONDITION,
    files::PRECONDITION,
];

/// The preconditions of two steps.
/// The last is the one that does not count where each keeps its own, so that it hides no other.
const STEPS: [OfSteps; 4] =
    [outputs::PRECONDITION, conditions::PRECONDITION, between::PRECONDITION, carried::PRECONDITION];

/// Whether two sessions may overlap.
#[derive(Clone, Debug, PartialEq)]
pub enum Verdict {
    /// Yes.
    Parallel,
    /// Not as they are; after the cure of each of these, yes.
    AfterCure(Vec<Hazard>),
    /// No: the later one needs the earlier one (directly or over others; then the first edge of the way).
    MustOrder(Box<Edge>),
    /// No, and each in a process of its own neither: one reads variables that the other leaves in nox's process. They
    /// must stay in order, in one process.
    OneProcess(Vec<Hazard>),
    /// No: they disturb each other and nothing cures it.
    Exclusive(Vec<Hazard>),
    /// Not known: commands whose effects nobody knows.
    Unknown(Vec<String>),
}

/// What speaks against two steps at the same time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StepObjection {
    /// The precondition that does not hold: `C5`.
    pub precondition: &'static str,
    /// Why, as a sentence.
    pub reason: String,
}

/// A precondition of two sessions.
struct OfSessions {
    look: fn(&Sessions<'_>) -> Option<Objection>,
}

/// A precondition of two steps: its number, and why it does not hold, as a sentence.
struct OfSteps {
    id: &'static str,
    look: fn(&Steps<'_>) -> Option<String>,
}

/// What speaks against two sessions at the same time.
enum Objection {
    /// One needs the other.
    Order(Box<Edge>),
    /// They need one process.
    OneProcess(Vec<Hazard>),
    /// They disturb each other.
    Hazards(Vec<Hazard>),
}

/// Two sessions of one noxfile; both the same: two runs of it.
struct Sessions<'a> {
    model: &'a NoxfileModel,
    a: SessionId,
    b: SessionId,
    /// What they do to each other that forbids an overlap, worst first.
    hazards: Vec<Hazard>,
}

/// Two steps of one job, by their places; the first stands before the second.
struct Steps<'a> {
    job: &'a Job,
    first: usize,
    second: usize,
}

impl Sessions<'_> {
    /// The hazards that are meant, as an objection.
    fn hazards(&self, is_meant: impl Fn(&Hazard) -> bool) -> Option<Objection> {
        let found: Vec<Hazard> = self.hazards.iter().filter(|hazard| is_meant(hazard)).cloned().collect();
        (!found.is_empty()).then_some(Objection::Hazards(found))
    }
}

impl Workspace {
    /// Whether two sessions of a noxfile may overlap.
    pub fn verdict(&self, noxfile: NoxfileId, a: SessionId, b: SessionId) -> Verdict {
        let Some(model) = self.noxfile(noxfile) else { return Verdict::Parallel };
        let pair = Sessions { model, a, b, hazards: self.disturbances(noxfile, a, b) };
        let mut hazards: Vec<Hazard> = Vec::new();
        for precondition in SESSIONS {
            match (precondition.look)(&pair) {
                Some(Objection::OneProcess(found)) => return Verdict::OneProcess(found),
                Some(Objection::Order(edge)) => return Verdict::MustOrder(edge),
                Some(Objection::Hazards(found)) => hazards.extend(found),
                None => {}
            }
        }
        // Worst first again, whichever precondition they are from.
        hazards.sort_by(|x, y| (x.severity, x.kind, &x.resource).cmp(&(y.severity, y.kind, &y.resource)));
        if hazards.iter().any(|hazard| hazard.cure.is_empty()) {
            return Verdict::Exclusive(hazards);
        }
        if !hazards.is_empty() {
            return Verdict::AfterCure(hazards);
        }
        let unknown = unknown(model, a, b);
        if unknown.is_empty() { Verdict::Parallel } else { Verdict::Unknown(unknown) }
    }

    /// What two sessions do to each other that forbids an overlap, worst first, whatever order says of them.
    pub fn disturbances(&self, noxfile: NoxfileId, a: SessionId, b: SessionId) -> Vec<Hazard> {
        let mut hazards = self.hazards_between(noxfile, a, b);
        hazards.retain(|hazard| hazard.severity.forbids_overlap());
        hazards
    }

    /// The first of those that machines of their own do not part: a database, a forge, the repository's tags.
    pub fn disturbance_outside(&self, noxfile: NoxfileId, a: SessionId, b: SessionId) -> Option<Hazard> {
        let is_outside = |it: &Hazard| matches!(it.resource, Resource::World | Resource::Service(_) | Resource::Git);
        self.disturbances(noxfile, a, b).into_iter().find(is_outside)
    }
}

/// The precondition that nothing stands between two steps, as in [`StepObjection::precondition`].
pub const BETWEEN: &str = between::PRECONDITION.id;

/// What speaks against running two steps of `job` at the same time, whatever they do; the first stands before the second.
pub fn steps(job: &Job, first: usize, second: usize) -> Option<StepObjection> {
    let pair = Steps { job, first, second };
    STEPS.iter().find_map(|precondition| {
        let reason = (precondition.look)(&pair)?;
        Some(StepObjection { precondition: precondition.id, reason })
    })
}

/// The same where each step keeps its condition and what it is called with, so that C4 and C6 hold whatever these are.
pub fn steps_of_their_own(job: &Job, first: usize, second: usize) -> Option<StepObjection> {
    let pair = Steps { job, first, second };
    STEPS.iter().find_map(|precondition| {
        let reason = match precondition.id {
            id if id == carried::PRECONDITION.id => None,
            id if id == conditions::PRECONDITION.id => conditions::of_their_own(&pair),
            _ => (precondition.look)(&pair),
        };
        Some(StepObjection { precondition: precondition.id, reason: reason? })
    })
}

/// What two steps are called with that is not the same, their condition among it, as a sentence.
pub fn differ(job: &Job, first: usize, second: usize) -> Option<String> {
    let pair = Steps { job, first, second };
    (conditions::PRECONDITION.look)(&pair).or_else(|| (carried::PRECONDITION.look)(&pair))
}

/// Commands of the two that nobody knows, each once.
fn unknown(model: &NoxfileModel, a: SessionId, b: SessionId) -> Vec<String> {
    let mut unknown: Vec<String> = Vec::new();
    for effects in [a, b].into_iter().filter_map(|id| model.effects.get(id.0)) {
        for command in &effects.unknown {
            if !unknown.contains(&command.what) {
                unknown.push(command.what.clone());
            }
        }
    }
    unknown
}

#[cfg(test)]
mod tests;
