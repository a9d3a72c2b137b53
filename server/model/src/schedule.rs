//! Time of a plan: critical path, slack, and what really happens with a number of lanes, by simulation.
//!
//! Bounds are not enough: adding a lane or removing an edge can lengthen a list schedule (Graham 1966), so every number
//! shown is simulated. Who starts next is decided in one place, [`Frontier`]: the simulation drives it with a clock that
//! jumps, `exec` with real processes, so that a forecast is about what will be done.
//!
//! Neighbours: [`crate::plan`] is what comes in; `graph` (below) makes any plan acyclic; `frontier` is the list
//! scheduler; `search` looks for a better list; `range` puts a spread on the result, with `plain` and `random`.

mod frontier;
mod graph;
mod plain;
mod random;
mod range;
mod search;
#[cfg(test)]
mod tests;
#[cfg(test)]
pub(crate) use tests::{any_plans, eleven};

use std::cmp::Reverse;
use std::collections::BinaryHeap;

pub use frontier::{Frontier, List, Wide};
pub(crate) use random::{Random, quantile};
pub(crate) use range::{COMMON, sigma};
pub use range::{DRAWS, Range, draws, range_of, simulate_range};
pub use search::best_list;

use crate::plan::{Plan, TaskId};
pub(crate) use graph::{Graph, components};

/// How a list scheduler picks among tasks that are ready.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Priority {
    /// The longest way to the end first (critical path first).
    BottomLevel,
    /// In the plan's order, as nox `-j` does: it knows neither durations nor how many processes a session keeps busy, and
    /// lets others overtake an exclusive session (read in nox 2026.10.20's `_parallel.py`, seen in a run).
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
pub fn analyse(plan: &Plan) -> Analysis {
    let graph = Graph::of(plan);
    let bottom_level = graph.bottom_levels(plan);
    let mut earliest = vec![0.0_f64; plan.tasks.len()];
    for &task in &graph.order {
        let end = earliest[task] + plan.tasks[task].duration();
        for &next in &graph.after[task] {
            earliest[next] = earliest[next].max(end);
        }
    }
    let length = bottom_level.iter().copied().fold(0.0, f64::max);
    // Sums in another order differ in their last bits; a slack of a nanosecond is none.
    let slack = earliest
        .iter()
        .zip(&bottom_level)
        .map(|(start, level)| length - start - level)
        .map(|slack| if slack > 1e-9 * (1.0 + length) { slack } else { 0.0 })
        .collect();
    Analysis {
        slack,
        critical_path: graph.longest_chain(&bottom_level),
        length,
        work: plan.tasks.iter().map(|task| task.duration()).sum(),
        bottom_level,
    }
}

/// What happens when `plan` runs on `lanes` lanes.
pub fn simulate(plan: &Plan, lanes: usize, priority: Priority) -> Schedule {
    simulate_list(plan, lanes, &List::of(plan, priority))
}

/// What happens when `plan` runs on `lanes` lanes and ready tasks start in the order of `list`.
pub fn simulate_list(plan: &Plan, lanes: usize, list: &List) -> Schedule {
    let durations: Vec<f64> = plan.tasks.iter().map(|task| task.duration()).collect();
    run(Frontier::new(plan, lanes, list), &durations)
}

/// Drives a frontier with a clock that jumps from end to end.
fn run(mut frontier: Frontier, durations: &[f64]) -> Schedule {
    let mut times = vec![(0.0, 0.0); durations.len()];
    let mut running: BinaryHeap<Reverse<(Instant, TaskId)>> = BinaryHeap::new();
    let mut now = 0.0;
    loop {
        while let Some(task) = frontier.start_next() {
            times[task.0] = (now, now + durations[task.0]);
            running.push(Reverse((Instant(now + durations[task.0]), task)));
        }
        let Some(Reverse((end, task))) = running.pop() else { break };
        now = end.0;
        frontier.finish(task);
        // All that end at one moment end before anything starts: who is seen first must not matter.
        while let Some(&Reverse((end, task))) = running.peek()
            && end.0 <= now
        {
            running.pop();
            frontier.finish(task);
        }
    }
    Schedule { times, makespan: now }
}

/// A moment that can be sorted.
#[derive(Clone, Copy, Debug)]
struct Instant(f64);

impl PartialEq for Instant {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other).is_eq()
    }
}

impl Eq for Instant {}

impl PartialOrd for Instant {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Instant {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.0.total_cmp(&other.0)
    }
}
