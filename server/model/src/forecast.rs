//! What each way of running a job's sessions would take: the numbers in titles, hovers and the audit.

use crate::estimate::Estimate;
use crate::plan::Plan;
use crate::workspace::{NoxfileId, SessionId, WorkflowId, Workspace};

/// A way to run the sessions of a job.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Way {
    /// As the workflow has it.
    Now,
    /// One `nox -j N`.
    NoxParallel {
        /// N.
        lanes: usize,
    },
    /// GitHub's `parallel:` steps.
    ParallelSteps,
    /// One shell step with background processes.
    BackgroundProcesses,
    /// One job per session in a matrix (dependent ones stay with what they need).
    Matrix {
        /// Jobs it makes.
        jobs: usize,
    },
    /// Packed jobs.
    Jobs {
        /// Jobs it makes.
        jobs: usize,
    },
}

/// The forecast of one way.
#[derive(Clone, Debug, PartialEq)]
pub struct Forecast {
    /// Which.
    pub way: Way,
    /// Start of the first job to end of the last, overheads included.
    pub makespan: Estimate,
    /// Machine time over all jobs, minutes.
    pub machine_minutes: f64,
}

/// The sessions that one job runs one after another.
#[derive(Clone, Debug, PartialEq)]
pub struct Sequence {
    /// The workflow.
    pub workflow: WorkflowId,
    /// The job: index into its facts.
    pub job: usize,
    /// The noxfile they are of.
    pub noxfile: NoxfileId,
    /// Links (indices into the workflow's `links`) that take part, in order.
    pub links: Vec<usize>,
    /// The sessions, in order of running.
    pub sessions: Vec<SessionId>,
    /// The plan that keeps only the order and exclusions that are needed; its tasks are `sessions` in order.
    pub plan: Plan,
}

impl Workspace {
    /// The sessions that `job` of `workflow` runs one after another, when there are at least two.
    pub fn sequence(&self, _workflow: WorkflowId, _job: usize) -> Option<Sequence> {
        None
    }

    /// What each way of running `sequence` would take, `Now` first. Ways that the forge or nox's version does not
    /// have are left out.
    pub fn forecasts(&self, _sequence: &Sequence) -> Vec<Forecast> {
        Vec::new()
    }

    /// The plan that runs `sessions` of a noxfile (each with all its instances, or those named) in the needed order:
    /// declared edges, data edges, hazards as exclusions.
    pub fn plan(&self, _noxfile: NoxfileId, _sessions: &[SessionId]) -> Plan {
        Plan::default()
    }
}
