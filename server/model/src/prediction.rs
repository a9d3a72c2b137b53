//! How long a workflow takes as a whole, and how that differs between two versions of it.
//!
//! A job of a matrix is as many tasks as it has cells, on as many runners as the forge gives; that is what tells one long
//! job from nine short ones on a single runner. The range comes from many draws of every session's time. A session's draw
//! depends on its name and the number of the draw alone: two versions of a workflow are compared under the same luck, so
//! what they share does not blur the difference (common random numbers, Hammersley and Handscomb 1964).
//!
//! Neighbours: [`crate::forecast`] asks what other arrangements of one job's sessions would take; `compare` pairs two
//! versions.

mod compare;
#[cfg(test)]
mod tests;

pub use compare::{Change, JobChange, Side, WorkflowChange, compare};

use facts::Forge;
use facts::workflow::{Job, Runs};

use crate::estimate::{Estimate, Source};
use crate::plan::{Plan, Task, TaskId};
use crate::schedule::{self, Priority, Random, sigma};
use crate::workspace::{NoxfileModel, WorkflowId, WorkflowModel, Workspace, times};

/// Draws: enough for a 90 % range to be steady to a percent or two.
pub const DRAWS: usize = 1_000;

/// A workflow's times, seconds.
#[derive(Clone, Debug, PartialEq)]
pub struct Prediction {
    /// Start of the first job to end of the last, with its 20th and 80th percentile.
    pub makespan: Estimate,
    /// Machine time of all jobs together.
    pub machine: Estimate,
    /// The longest chain of jobs, by the names that the forge shows.
    pub critical_path: Vec<String>,
    /// The jobs that may run, in the order of the file.
    pub jobs: Vec<JobPrediction>,
    /// Jobs that run at once at most.
    pub slots: usize,
    /// Whose runners these are.
    pub forge: Forge,
    /// What every job costs before its first session.
    pub overhead: f64,
    /// By draw: the makespan, and the machine time.
    draws: Vec<(f64, f64)>,
}

/// One job.
#[derive(Clone, Debug, PartialEq)]
pub struct JobPrediction {
    /// Its key in the file.
    pub id: String,
    /// How many cells its matrix has; 1 without.
    pub cells: usize,
    /// The cell that takes longest, from start to end, overhead included.
    pub longest: Estimate,
    /// By draw: that.
    draws: Vec<f64>,
}

/// One cell of one job.
struct Cell {
    job: usize,
    cell: usize,
}

impl Workspace {
    /// What `workflow` takes as a whole.
    pub fn prediction(&self, workflow: WorkflowId) -> Option<Prediction> {
        let model = self.workflows.get(workflow.0)?;
        let known: Vec<&[Estimate]> = self.noxfiles.iter().map(|noxfile| noxfile.ci.as_slice()).collect();
        let by_job = self.times_of_cells(model, &known);
        let may_run = |job: &Job| job.runs != Runs::Never;
        let jobs: Vec<usize> = (0..by_job.len()).filter(|&at| model.facts.jobs.get(at).is_some_and(may_run)).collect();
        let cells: Vec<Cell> =
            jobs.iter().flat_map(|&job| (0..by_job[job].len()).map(move |cell| Cell { job, cell })).collect();
        let plan = plan(model, &cells, &by_job);
        let slots = self.settings.slots(model.facts.forge);
        let end = |plan: &Plan| schedule::simulate(plan, slots, Priority::PlanOrder).makespan;
        let (mut drawn_plan, mut draws) = (plan.clone(), Vec::with_capacity(DRAWS));
        let mut of_jobs: Vec<Vec<f64>> = jobs.iter().map(|_| Vec::with_capacity(DRAWS)).collect();
        for draw in 0..DRAWS {
            let drawn: Vec<Vec<Estimate>> = self.noxfiles.iter().map(|noxfile| drawn(noxfile, draw)).collect();
            let drawn: Vec<&[Estimate]> = drawn.iter().map(Vec::as_slice).collect();
            let by_job = self.times_of_cells(model, &drawn);
            for (task, Cell { job, cell }) in drawn_plan.tasks.iter_mut().zip(&cells) {
                task.seconds = seconds(&by_job, *job, *cell);
            }
            let machine = drawn_plan.tasks.iter().map(Task::duration).sum();
            draws.push((end(&drawn_plan), machine));
            for (draws, job) in of_jobs.iter_mut().zip(&jobs) {
                draws.push(by_job[*job].iter().map(|cell| cell.seconds).fold(0.0, f64::max));
            }
        }
        let longest = |job: usize| by_job[job].iter().copied().max_by(|a, b| a.seconds.total_cmp(&b.seconds));
        // A job without sessions is an assumption that all versions share; it makes nothing less sure.
        let sources =
            jobs.iter().filter_map(|&job| Some(longest(job)?.source)).filter(|source| *source != times::NOTHING);
        let source = sources.max().unwrap_or(Source::Guess);
        let of_job = |(&job, draws): (&usize, Vec<f64>)| {
            let (longest, id) = (longest(job)?, model.facts.jobs.get(job)?.id.clone());
            let longest = spread(longest.seconds, &draws, times::known(longest).source);
            Some(JobPrediction { id, cells: by_job[job].len(), longest, draws })
        };
        let (ends, machines): (Vec<f64>, Vec<f64>) = draws.iter().copied().unzip();
        let path = schedule::analyse(&plan).critical_path;
        Some(Prediction {
            makespan: spread(end(&plan), &ends, source),
            machine: spread(plan.tasks.iter().map(Task::duration).sum(), &machines, source),
            critical_path: path.iter().filter_map(|task| Some(plan.tasks.get(task.0)?.label.clone())).collect(),
            jobs: jobs.iter().zip(of_jobs).filter_map(of_job).collect(),
            slots,
            forge: model.facts.forge,
            overhead: self.settings.job_overhead_seconds,
            draws,
        })
    }
}

/// One task a cell. Cells of one job that may not all run at once start in their order, each when the one so many places
/// before it has ended.
fn plan(model: &WorkflowModel, cells: &[Cell], by_job: &[Vec<Estimate>]) -> Plan {
    let task = |cell: &Cell| Task {
        label: name(model, cell),
        seconds: seconds(by_job, cell.job, cell.cell),
        is_exclusive: false,
        lanes: 1,
    };
    let of_job =
        |job: usize| cells.iter().enumerate().filter(move |(_, cell)| cell.job == job).map(|(at, _)| TaskId(at));
    let mut edges = Vec::new();
    for (from, to) in &model.needs {
        edges.extend(of_job(*from).flat_map(|from| of_job(*to).map(move |to| (from, to))));
    }
    // Forgejo parses `max-parallel` and does not heed it (its job emitter, 2026).
    if model.facts.forge != Forge::Forgejo {
        for (at, job) in model.facts.jobs.iter().enumerate() {
            let most = job.strategy.as_ref().and_then(|strategy| strategy.max_parallel).unwrap_or_default() as usize;
            let own: Vec<TaskId> = of_job(at).collect();
            if most > 0 {
                edges.extend(own.iter().zip(own.iter().skip(most)).map(|(before, after)| (*before, *after)));
            }
        }
    }
    Plan { tasks: cells.iter().map(task).collect(), edges, ..Plan::default() }
}

fn name(model: &WorkflowModel, cell: &Cell) -> String {
    let Some(job) = model.facts.jobs.get(cell.job) else { return String::new() };
    let cells = job.strategy.as_ref().and_then(|strategy| strategy.cells.value());
    cells.and_then(|cells| cells.get(cell.cell)).map_or_else(|| job.shown.clone(), |cell| cell.name.clone())
}

fn seconds(by_job: &[Vec<Estimate>], job: usize, cell: usize) -> f64 {
    by_job.get(job).and_then(|cells| cells.get(cell)).map_or(0.0, |estimate| estimate.seconds)
}

/// The times of a noxfile's sessions in one draw.
fn drawn(noxfile: &NoxfileModel, draw: usize) -> Vec<Estimate> {
    let one = |(session, estimate): (&std::sync::Arc<facts::noxfile::Session>, &Estimate)| {
        let seconds = estimate.seconds * (sigma(estimate) * luck(&noxfile.folder, &session.name, draw)).exp();
        Estimate { seconds, low: seconds, high: seconds, ..*estimate }
    };
    noxfile.facts.sessions.iter().zip(&noxfile.ci).map(one).collect()
}

/// Standard normal, by session and draw: the same in every version of a project.
fn luck(folder: &str, session: &str, draw: usize) -> f64 {
    // FNV-1a: the same on every machine.
    let bytes = folder.bytes().chain([0]).chain(session.bytes());
    let seed =
        bytes.fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3));
    Random::new(seed ^ (draw as u64).wrapping_mul(0x2545_f491_4f6c_dd1d)).normal()
}

/// `seconds` with the 20th and 80th percentile of draws around it.
fn spread(seconds: f64, draws: &[f64], source: Source) -> Estimate {
    let (low, high) = (percentile(draws, 0.2), percentile(draws, 0.8));
    Estimate { seconds, low: low.min(seconds), high: high.max(seconds), source }
}

fn percentile(values: &[f64], share: f64) -> f64 {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    let last = sorted.len().saturating_sub(1);
    sorted.get((last as f64 * share).round() as usize).copied().unwrap_or_default()
}
