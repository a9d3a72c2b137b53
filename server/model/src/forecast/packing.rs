//! Which tasks go into which job when a job is split: those that depend on one another stay together, and short ones
//! share a job, because every job costs its set-up.

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

/// Packs the independent groups into jobs, longest first into the emptiest (Graham 1969): the smallest number of jobs
/// whose time is within 5 % of the best. `overhead`: what each job costs. Each job's tasks stand in the plan's order.
pub fn pack(plan: &Plan, overhead: f64, slots: usize) -> Vec<Vec<TaskId>> {
    let groups = independent_groups(plan);
    let seconds: Vec<f64> = groups.iter().map(|group| work(plan, group)).collect();
    let most = groups.len().min(slots.max(1));
    let packed: Vec<Vec<Vec<usize>>> = (1..=most).map(|jobs| longest_first(&seconds, jobs)).collect();
    let time = |jobs: &Vec<Vec<usize>>| {
        let sums = jobs.iter().map(|job| job.iter().map(|&group| seconds[group]).sum::<f64>());
        overhead + sums.fold(0.0, f64::max)
    };
    let best = packed.iter().map(time).fold(f64::INFINITY, f64::min);
    let Some(chosen) = packed.iter().find(|jobs| time(jobs) <= 1.05 * best) else { return Vec::new() };
    let mut jobs: Vec<Vec<TaskId>> = chosen
        .iter()
        .map(|job| {
            let mut tasks: Vec<TaskId> = job.iter().flat_map(|&group| groups[group].iter().copied()).collect();
            tasks.sort_unstable();
            tasks
        })
        .collect();
    jobs.retain(|job| !job.is_empty());
    jobs.sort();
    jobs
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

fn longest_first(seconds: &[f64], jobs: usize) -> Vec<Vec<usize>> {
    let mut order: Vec<usize> = (0..seconds.len()).collect();
    order.sort_by(|&a, &b| seconds[b].total_cmp(&seconds[a]).then(a.cmp(&b)));
    let mut packed: Vec<(f64, Vec<usize>)> = vec![(0.0, Vec::new()); jobs];
    for group in order {
        if let Some(emptiest) = packed.iter_mut().min_by(|a, b| a.0.total_cmp(&b.0)) {
            emptiest.0 += seconds[group];
            emptiest.1.push(group);
        }
    }
    packed.into_iter().map(|(_, groups)| groups).collect()
}

fn work(plan: &Plan, tasks: &[TaskId]) -> f64 {
    tasks.iter().map(|task| plan.tasks[task.0].duration()).sum()
}

fn root(group: &[usize], mut task: usize) -> usize {
    while group[task] != task {
        task = group[task];
    }
    task
}
