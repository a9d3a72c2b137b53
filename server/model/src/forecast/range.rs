//! How far the real time of a way may be from its forecast: its arrangement as a plan, simulated many times.

use super::{PARALLEL_STEPS, Sequence, Way, busy, independent_groups, layout, packing, split};
use crate::estimate::Estimate;
use crate::plan::{Plan, TaskId};
use crate::schedule::{self, DRAWS, List, Priority, Range};
use crate::workspace::Workspace;

/// Work that is arranged: tasks that wait for each other on some lanes, with the spread of each.
struct Arranged {
    plan: Plan,
    spreads: Vec<Estimate>,
    /// By task: those of one number are guessed alike. May be empty.
    alike: Vec<usize>,
    lanes: usize,
    /// Seconds in front of it all.
    overhead: f64,
    /// It cannot be shorter than this: the processors are busy.
    least: f64,
}

impl Workspace {
    /// The spread of the time that `way` takes for `sequence`, first start to last end.
    pub fn range(&self, sequence: &Sequence, way: Way) -> Range {
        let forge = self.workflows.get(sequence.workflow.0).map_or(facts::Forge::GitHub, |model| model.facts.forge);
        let (overhead, slots) = (self.settings.job_overhead_seconds, self.settings.slots(forge));
        let cores = self.settings.runner_cores.max(1);
        let arranged = match way {
            Way::Now => one_after_another(sequence, overhead),
            Way::NoxParallel { lanes } => queue(sequence, lanes, cores, overhead),
            Way::ParallelSteps => stages(sequence, PARALLEL_STEPS, cores, overhead),
            Way::BackgroundProcesses => stages(sequence, cores, cores, overhead),
            Way::Matrix { .. } => jobs(sequence, &independent_groups(&sequence.plan), &[], overhead, slots),
            Way::Jobs { .. } => {
                let split = split(&sequence.plan, &sequence.may_cut, overhead, slots);
                jobs(sequence, &split.jobs, &split.needs, overhead, slots)
            }
        };
        let Arranged { plan, spreads, alike, lanes, overhead, least } = arranged;
        let list = List::of(&plan, Priority::PlanOrder);
        schedule::simulate_range(&plan, (&spreads, &alike), lanes, &list, DRAWS)
            .at_least(least)
            .after(overhead + sequence.beside)
    }
}

fn one_after_another(sequence: &Sequence, overhead: f64) -> Arranged {
    let spreads = (0..sequence.plan.tasks.len()).map(|task| spread(sequence, TaskId(task))).collect();
    let overhead = overhead + sequence.repeated;
    Arranged { plan: sequence.plan.clone(), spreads, alike: Vec::new(), lanes: 1, overhead, least: 0.0 }
}

fn queue(sequence: &Sequence, lanes: usize, cores: usize, overhead: f64) -> Arranged {
    let spreads = sequence.queue_estimates.clone();
    let least = sequence.queue.tasks.iter().map(|task| busy(task, cores)).sum::<f64>() / cores as f64;
    let alike = sequence.queue_tasks.clone();
    Arranged { plan: sequence.queue.clone(), spreads, alike, lanes, overhead, least }
}

fn stages(sequence: &Sequence, at_once: usize, cores: usize, overhead: f64) -> Arranged {
    let stages = layout(&sequence.plan, at_once, cores).0.stages;
    let (mut spreads, mut edges) = (Vec::new(), Vec::new());
    let mut before: Vec<TaskId> = Vec::new();
    for stage in &stages {
        let start = spreads.len();
        spreads.extend(stage.iter().map(|chain| chained(sequence, chain)));
        let own: Vec<TaskId> = (start..spreads.len()).map(TaskId).collect();
        edges.extend(before.iter().flat_map(|&before| own.iter().map(move |&after| (before, after))));
        before = own;
    }
    let seconds: Vec<f64> = spreads.iter().map(|spread| spread.seconds).collect();
    let least = sequence.plan.tasks.iter().map(|task| busy(task, cores)).sum::<f64>() / cores as f64;
    let plan = Plan { edges, ..packing::plan_of(&seconds) };
    Arranged { plan, spreads, alike: Vec::new(), lanes: at_once, overhead, least }
}

fn jobs(sequence: &Sequence, jobs: &[Vec<TaskId>], needs: &[(usize, usize)], overhead: f64, slots: usize) -> Arranged {
    let with_overhead = |tasks: &Vec<TaskId>| {
        let Estimate { seconds, low, high, source } = chained(sequence, tasks);
        Estimate { seconds: seconds + overhead, low: low + overhead, high: high + overhead, source }
    };
    let spreads: Vec<Estimate> = jobs.iter().map(with_overhead).collect();
    let seconds: Vec<f64> = spreads.iter().map(|spread| spread.seconds).collect();
    let edges = needs.iter().map(|&(before, after)| (TaskId(before), TaskId(after))).collect();
    let plan = Plan { edges, ..packing::plan_of(&seconds) };
    Arranged { plan, spreads, alike: Vec::new(), lanes: slots, overhead: 0.0, least: 0.0 }
}

/// Tasks one after another.
fn chained(sequence: &Sequence, tasks: &[TaskId]) -> Estimate {
    let nothing = Estimate { seconds: 0.0, low: 0.0, high: 0.0, source: super::source(&sequence.estimates) };
    tasks.iter().map(|&task| spread(sequence, task)).reduce(|a, b| a.then(&b)).unwrap_or(nothing)
}

/// All instances of a session after one another.
fn spread(sequence: &Sequence, task: TaskId) -> Estimate {
    let seconds = sequence.plan.tasks.get(task.0).map_or(0.0, |task| task.duration());
    let source = super::source(&sequence.estimates);
    sequence.estimates.get(task.0).copied().unwrap_or(Estimate { seconds, low: seconds, high: seconds, source })
}
