//! What each way of running a job's sessions would take: the numbers in titles, hovers and the audit.
//!
//! `T_now = O + sum D`; in one machine `O + max(list schedule, sum of processor time / cores)`; over jobs a list schedule
//! of `O + D` on the forge's runner slots. Neighbours: `sequence` finds the sessions, `layout`, `packing` and
//! `split` say how each way arranges them (rewrites use the same arrangement), `range` puts a spread on it, `jobs` does
//! all this for the jobs of a whole workflow, `prediction` compares two versions of one, `calls` is for single calls, `schedule` gives the time.

mod calls;
mod concurrency;
mod handover;
mod jobs;
mod layout;
mod packing;
mod prediction;
mod range;
mod sequence;
mod split;
#[cfg(test)]
mod tests;

use facts::Forge;

pub use calls::CallForecast;
pub use handover::HandedOver;
pub use jobs::{JobPlan, WhatIf};
pub use layout::{Layout, layout, time as staged};
pub use packing::independent_groups;
pub use prediction::{Change, DRAWS, JobChange, JobPrediction, Prediction, Side, WorkflowChange, compare};
pub use split::{Split, split};

use crate::estimate::{Estimate, Source};
use crate::plan::{Plan, Task, TaskId};
use crate::schedule::{self, Priority};
use crate::settings::Settings;
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
    /// The same as the job runs it: what collides there, see [`Workspace::judged`].
    pub judged: NoxfileId,
    /// Links (indices into the workflow's `links`) that take part, in order.
    pub links: Vec<usize>,
    /// Calls in other files that take part (indices into the workflow's `called`), in order.
    pub called: Vec<usize>,
    /// The sessions, in order of running.
    pub sessions: Vec<SessionId>,
    /// The plan that keeps only the order and exclusions that are needed; its tasks are `sessions` in order, each with
    /// the time of all its instances that run.
    pub plan: Plan,
    /// The same with one task an instance, as nox's queue has them: what `nox -j` runs.
    pub queue: Plan,
    /// Seconds spent on sessions that an earlier call of the job has already run (prerequisites of several calls).
    pub repeated: f64,
    /// Seconds of the job's other sessions, which stay as they are: of calls that take no part.
    pub beside: f64,
    /// Edges of `plan` whose files can go to another job.
    pub may_cut: Vec<(TaskId, TaskId)>,
    /// By task of `queue`: its session's task in `plan`.
    pub queue_tasks: Vec<usize>,
    /// By task of `plan`: what its instances take one after another.
    pub estimates: Vec<Estimate>,
    /// By task of `queue`: what the instance takes.
    pub queue_estimates: Vec<Estimate>,
}

/// Parallel steps that GitHub runs at once in a job (read in the runner's source, 2.336.0).
pub const PARALLEL_STEPS: usize = 10;

/// First start to last end of jobs that take `seconds` each, in their order on `slots` runners.
pub fn spread(seconds: &[f64], slots: usize) -> f64 {
    schedule::simulate(&packing::plan_of(seconds), slots, Priority::PlanOrder).makespan
}

impl Workspace {
    /// What each way of running `sequence` would take, `Now` first. Ways that the forge or nox's version does not
    /// have are left out.
    pub fn forecasts(&self, sequence: &Sequence) -> Vec<Forecast> {
        let Some(workflow) = self.workflows.get(sequence.workflow.0) else { return Vec::new() };
        forecasts(sequence, workflow.facts.forge, &self.settings)
    }

    /// Seconds that one way takes, be it offered or not: `nox -j 8` on a machine that has fewer cores.
    pub fn seconds(&self, sequence: &Sequence, way: Way) -> f64 {
        let forge = self.workflows.get(sequence.workflow.0).map_or(Forge::GitHub, |workflow| workflow.facts.forge);
        time(way, sequence, forge, &self.settings).0
    }

    /// The jobs that `sequence` would be split into.
    pub fn split(&self, sequence: &Sequence) -> Split {
        let forge = self.workflows.get(sequence.workflow.0).map_or(Forge::GitHub, |workflow| workflow.facts.forge);
        split(&sequence.plan, &sequence.may_cut, self.settings.job_overhead_seconds, self.settings.slots(forge))
    }
}

fn forecasts(sequence: &Sequence, forge: Forge, settings: &Settings) -> Vec<Forecast> {
    ways(sequence, forge, settings)
        .into_iter()
        .map(|way| {
            let (seconds, machine) = time(way, sequence, forge, settings);
            // Low and high for all at once: a guess that is off is off for all sessions alike.
            let scaled = |pick: fn(&Estimate) -> f64| time(way, &scaled(sequence, pick), forge, settings).0;
            let (low, high) = (scaled(|estimate| estimate.low), scaled(|estimate| estimate.high));
            // Graham's anomalies: shorter sessions may take longer together.
            let makespan = Estimate {
                seconds,
                low: low.min(seconds),
                high: high.max(seconds),
                source: source(&sequence.estimates),
            };
            Forecast { way, makespan, machine_minutes: machine / 60.0 }
        })
        .collect()
}

/// The ways there are. Those that change least come first: of equals the first is the better one.
fn ways(sequence: &Sequence, forge: Forge, settings: &Settings) -> Vec<Way> {
    let mut ways = vec![Way::Now];
    if forge == Forge::GitHub {
        ways.push(Way::ParallelSteps);
    }
    if settings.nox_version.as_deref().is_none_or(has_parallel) {
        ways.push(Way::NoxParallel { lanes: settings.runner_cores.max(1) });
    }
    ways.push(Way::BackgroundProcesses);
    let slots = settings.slots(forge);
    let jobs = split(&sequence.plan, &sequence.may_cut, settings.job_overhead_seconds, slots).jobs.len();
    if jobs > 1 {
        ways.push(Way::Jobs { jobs });
    }
    let groups = independent_groups(&sequence.plan).len();
    if groups > 1 {
        ways.push(Way::Matrix { jobs: groups });
    }
    ways
}

/// Seconds from start to end, and machine seconds.
fn time(way: Way, sequence: &Sequence, forge: Forge, settings: &Settings) -> (f64, f64) {
    let Sequence { plan, queue, repeated, beside, may_cut, .. } = sequence;
    let (overhead, cores, slots) = (settings.job_overhead_seconds, settings.runner_cores.max(1), settings.slots(forge));
    let one_machine = |seconds: f64| (overhead + seconds, overhead + seconds);
    let (seconds, machine) = match way {
        Way::Now => one_machine(plan.tasks.iter().map(Task::duration).sum::<f64>() + repeated),
        Way::NoxParallel { lanes } => {
            let bound = queue.tasks.iter().map(|task| busy(task, cores)).sum::<f64>() / cores as f64;
            one_machine(schedule::simulate(queue, lanes, Priority::PlanOrder).makespan.max(bound))
        }
        Way::ParallelSteps => one_machine(layout(plan, PARALLEL_STEPS, cores).1),
        Way::BackgroundProcesses => one_machine(layout(plan, cores, cores).1),
        Way::Matrix { .. } => packing::time(plan, &independent_groups(plan), overhead, slots),
        Way::Jobs { .. } => split::time(plan, &split(plan, may_cut, overhead, slots), overhead, slots),
    };
    (seconds + beside, machine + beside)
}

/// Processor seconds of a task on a machine with `cores`.
fn busy(task: &Task, cores: usize) -> f64 {
    task.duration() * task.lanes.clamp(1, cores.max(1)) as f64
}

/// The sequence with other times.
fn scaled(sequence: &Sequence, pick: fn(&Estimate) -> f64) -> Sequence {
    let mut other = sequence.clone();
    let scale = |tasks: &mut [Task], estimates: &[Estimate]| {
        for (task, estimate) in tasks.iter_mut().zip(estimates) {
            let factor = pick(estimate) / estimate.seconds;
            task.seconds *= if factor.is_finite() { factor } else { 1.0 };
        }
    };
    scale(&mut other.plan.tasks, &sequence.estimates);
    scale(&mut other.queue.tasks, &sequence.queue_estimates);
    let sum = |plan: &Plan| plan.tasks.iter().map(Task::duration).sum::<f64>();
    let share = sum(&other.plan) / sum(&sequence.plan);
    other.repeated *= if share.is_finite() { share } else { 1.0 };
    other
}

/// As good as the worst of its parts.
fn source(estimates: &[Estimate]) -> Source {
    estimates.iter().map(|estimate| estimate.source).reduce(Source::with).unwrap_or(Source::Guess)
}

/// Whether this version of nox has `-j` (first in 2026.8.10). A version that cannot be read counts as new.
fn has_parallel(version: &str) -> bool {
    let mut parts = version.trim().trim_start_matches('v').split('.').map(str::parse::<u32>);
    match (parts.next(), parts.next(), parts.next()) {
        (Some(Ok(year)), Some(Ok(month)), Some(Ok(day))) => (year, month, day) >= (2026, 8, 10),
        (Some(Ok(year)), Some(Ok(month)), _) => (year, month) > (2026, 8),
        (Some(Ok(year)), ..) => year > 2026,
        _ => true,
    }
}
