//! Time of a plan: critical path, slack, and what really happens with a number of lanes, by simulation.
//!
//! Bounds are not enough: adding a lane or removing an edge can lengthen a list schedule (Graham 1966), so every number
//! shown is simulated.

use crate::plan::{Plan, TaskId};

/// How a list scheduler picks among tasks that are ready.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Priority {
    /// The longest way to the end first (critical path first).
    BottomLevel,
    /// In the plan's order, as nox `-j` does.
    PlanOrder,
}

/// When each task runs.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Schedule {
    /// By task: start and end, seconds from the start of the plan.
    pub times: Vec<(f64, f64)>,
    /// Last end.
    pub makespan: f64,
}

/// Times without a limit on lanes.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Analysis {
    /// By task: longest way from its start to the end of the plan, itself included.
    pub bottom_level: Vec<f64>,
    /// By task: how much later it may start without growing the length of the critical path.
    pub slack: Vec<f64>,
    /// The longest chain, in order.
    pub critical_path: Vec<TaskId>,
    /// Its length, seconds.
    pub length: f64,
    /// Sum of all tasks, seconds.
    pub work: f64,
}

/// Critical path and slack of `plan`. Tasks on a cycle are taken as if their edges among each other were not there.
pub fn analyse(_plan: &Plan) -> Analysis {
    Analysis::default()
}

/// What happens when `plan` runs on `lanes` lanes.
pub fn simulate(_plan: &Plan, _lanes: usize, _priority: Priority) -> Schedule {
    Schedule::default()
}
