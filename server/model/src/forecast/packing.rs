//! Which tasks go into which job when a job is split into jobs without order: those that depend on one another stay
//! together.

use crate::plan::{Plan, Task, TaskId};
use crate::schedule::{self, Priority};

/// Tasks that hang together by edges, in the plan's order: each could have a machine of its own. Exclusions do not tie
/// them: what they share is files of one machine.
pub fn independent_groups(plan: &Plan) -> Vec<Vec<TaskId>> {
    let count = plan.tasks.len();
    let mut group: Vec<usize> = (0..count).collect();
    for &(from, to) in &plan.edges {
        if from.0 < count && to.0 < count {
            let (one, other) = (root(&group, from.0), root(&group, to.0));
            group[one.max(other)] = one.min(other);
        }
    }
    let mut groups: Vec<Vec<TaskId>> = vec![Vec::new(); count];
    for task in 0..count {
        groups[root(&group, task)].push(TaskId(task));
    }
    groups.retain(|group| !group.is_empty());
    groups
}

/// Time from the first start to the last end of `jobs` on `slots` runners, and the machine time of all of them.
pub(super) fn time(plan: &Plan, jobs: &[Vec<TaskId>], overhead: f64, slots: usize) -> (f64, f64) {
    let seconds: Vec<f64> = jobs.iter().map(|job| overhead + work(plan, job)).collect();
    (schedule::simulate(&plan_of(&seconds), slots, Priority::PlanOrder).makespan, seconds.iter().sum())
}

/// A plan of tasks that have nothing to do with one another.
pub(super) fn plan_of(seconds: &[f64]) -> Plan {
    let task = |&seconds: &f64| Task { label: String::new(), seconds, is_exclusive: false, lanes: 1 };
    Plan { tasks: seconds.iter().map(task).collect(), ..Plan::default() }
}

pub(super) fn work(plan: &Plan, tasks: &[TaskId]) -> f64 {
    tasks.iter().map(|task| plan.tasks[task.0].duration()).sum()
}

pub(super) fn root(group: &[usize], mut task: usize) -> usize {
    while group[task] != task {
        task = group[task];
    }
    task
}
