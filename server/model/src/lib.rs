//! What all files mean together: links between steps and sessions, order that is needed, hazards, times, plans.
//!
//! Neighbours: below it `facts` (what one file says), above it `ide` (answers) and `exec` (which executes a [`plan`]).
//! It never looks at text, trees, the disk or the clock; estimates come in as values. Everything is derived once per
//! revision ([`Workspace::build`]), except what is quadratic in the number of sessions (hazards between pairs), which
//! is derived when asked for.

pub mod effects;
pub mod estimate;
pub mod forecast;
pub mod graph;
pub mod hazards;
pub mod links;
pub mod nearest;
pub mod plan;
pub mod schedule;
pub mod settings;
pub mod verdict;
mod workspace;

pub use effects::{Access, Effect, Effects, Resource, SessionKind};
pub use estimate::{Estimate, Source, Times, Timings};
pub use graph::{Edge, EdgeKind, Evidence};
pub use hazards::{Hazard, Severity};
pub use settings::Settings;
pub use verdict::Verdict;
pub use workspace::{
    FileId, Input, InputFacts, InputFile, NoxfileId, NoxfileModel, SessionId, WorkflowId, WorkflowModel, Workspace,
    label,
};
