//! The audit: what runs one after another today, what is really needed, what it costs, what to do. Data, not text:
//! `app` prints it.

use model::forecast::Forecast;
use model::{Edge, Estimate, FileId, Hazard};

use crate::assist::Offer;
use crate::snapshot::Snapshot;

/// The report on a workspace.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Audit {
    /// One entry per noxfile.
    pub noxfiles: Vec<NoxfileAudit>,
    /// One entry per job that runs several sessions one after another.
    pub sequences: Vec<SequenceAudit>,
    /// Jobs that wait for a job they take nothing from.
    pub needless_needs: Vec<NeedlessNeeds>,
}

/// A noxfile's sessions.
#[derive(Clone, Debug, PartialEq)]
pub struct NoxfileAudit {
    /// The file.
    pub file: FileId,
    /// Its path.
    pub path: String,
    /// By session: name, time, slack in the noxfile's own graph, on the critical path.
    pub sessions: Vec<SessionAudit>,
    /// Whether all sessions could be read.
    pub is_complete: bool,
    /// Needed order.
    pub edges: Vec<Edge>,
    /// What collides.
    pub hazards: Vec<Hazard>,
}

/// One session's line.
#[derive(Clone, Debug, PartialEq)]
pub struct SessionAudit {
    /// Its name.
    pub name: String,
    /// Its time on a CI runner.
    pub estimate: Estimate,
    /// How late it may start.
    pub slack: f64,
    /// On the critical path.
    pub is_critical: bool,
}

/// A job that runs sessions one after another.
#[derive(Clone, Debug, PartialEq)]
pub struct SequenceAudit {
    /// The workflow's file.
    pub file: FileId,
    /// Its path.
    pub path: String,
    /// The job's id.
    pub job: String,
    /// Line of the job, from 1.
    pub line: u32,
    /// Names of the sessions in order.
    pub sessions: Vec<String>,
    /// Order among them that is needed, as sentences.
    pub needed: Vec<String>,
    /// What collides among them, as sentences with the cure.
    pub hazards: Vec<String>,
    /// Critical path: names and seconds.
    pub critical_path: Vec<String>,
    /// Its length, seconds.
    pub critical_seconds: f64,
    /// What each way would take, `Now` first.
    pub forecasts: Vec<Forecast>,
    /// What can be applied.
    pub offers: Vec<Offer>,
}

/// A job that waits for another without need.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NeedlessNeeds {
    /// The workflow's path.
    pub path: String,
    /// Line, from 1.
    pub line: u32,
    /// The job that waits.
    pub job: String,
    /// What it waits for.
    pub needs: String,
}

/// Reports on everything in `snapshot`.
pub fn audit(_snapshot: &Snapshot) -> Audit {
    Audit::default()
}
