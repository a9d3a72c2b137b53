//! How long a workflow takes as a whole, and how that differs between two versions of it.
//!
//! It is the same [`super::JobPlan`] that hovers simulate; only the range is drawn session by session instead of job by job. A
//! session's draw depends on its name and the number of the draw alone: two versions of a workflow are compared under the
//! same luck, so what they share does not blur the difference (common random numbers, Hammersley and Handscomb 1964).
//!
//! Neighbours: `jobs` makes the plan; `compare` pairs two versions.

mod compare;
#[cfg(test)]
mod tests;

pub use compare::{Change, JobChange, Side, WorkflowChange, compare};

use facts::Forge;

use super::WhatIf;
use crate::estimate::{Estimate, Source};
use crate::schedule::{COMMON, Random, quantile, sigma};
use crate::workspace::{NoxfileId, SessionId, WorkflowId, Workspace, times};

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

impl Workspace {
    /// What `workflow` takes as a whole.
    pub fn prediction(&self, workflow: WorkflowId) -> Option<Prediction> {
        let model = self.workflows.get(workflow.0)?;
        let overhead = self.settings.job_overhead_seconds;
        let plan = self.job_plan(workflow, &WhatIf::default())?;
        let known = self.cells_if(model, overhead, &|_, one| one);
        let jobs = plan.running_jobs();
        let (mut drawn, mut draws) = (plan.clone(), Vec::with_capacity(DRAWS));
        let mut of_jobs: Vec<Vec<f64>> = jobs.iter().map(|_| Vec::with_capacity(DRAWS)).collect();
        for draw in 0..DRAWS {
            let cells = self.cells_if(model, overhead, &|whose, one| self.drawn(whose, one, draw));
            drawn.take(&cells);
            draws.push((drawn.makespan(), drawn.machine()));
            for (draws, job) in of_jobs.iter_mut().zip(&jobs) {
                draws.push(cells[*job].iter().map(|cell| cell.seconds).fold(0.0, f64::max));
            }
        }
        let longest = |job: usize| known[job].iter().copied().max_by(|a, b| a.seconds.total_cmp(&b.seconds));
        // A job without sessions is an assumption that all versions share; it makes nothing less sure.
        let sources =
            jobs.iter().filter_map(|&job| Some(longest(job)?.source)).filter(|source| *source != times::NOTHING);
        let source = sources.max().unwrap_or(Source::Guess);
        let of_job = |(&job, draws): (&usize, Vec<f64>)| {
            let (longest, id) = (longest(job)?, model.facts.jobs.get(job)?.id.clone());
            let longest = spread(longest.seconds, &draws, times::known(longest).source);
            Some(JobPrediction { id, cells: known[job].len(), longest, draws })
        };
        let (ends, machines): (Vec<f64>, Vec<f64>) = draws.iter().copied().unzip();
        Some(Prediction {
            makespan: spread(plan.makespan(), &ends, source),
            machine: spread(plan.machine(), &machines, source),
            critical_path: plan.critical_path(),
            jobs: jobs.iter().zip(of_jobs).filter_map(of_job).collect(),
            slots: self.settings.slots(model.facts.forge),
            forge: model.facts.forge,
            overhead,
            draws,
        })
    }

    /// The time of an instance in one draw. Guesses err together, as they do in every range, and guesses of one session wholly
    /// so; what was measured varies by itself.
    fn drawn(&self, (id, session, instance): (NoxfileId, SessionId, usize), one: Estimate, draw: usize) -> Estimate {
        let Some(noxfile) = self.noxfiles.get(id.0) else { return one };
        let Some(facts) = noxfile.facts.sessions.get(session.0) else { return one };
        let z = match one.source {
            Source::Guess => {
                let common = quantile((draw as f64 + 0.5) / DRAWS as f64);
                (1.0 - COMMON).sqrt() * luck(&noxfile.folder, &facts.name, draw) + COMMON.sqrt() * common
            }
            Source::Measured(_) | Source::Imported(_) => {
                let name = facts.instances.get(instance).map_or(&facts.name, |instance| &instance.signature);
                luck(&noxfile.folder, name, draw)
            }
        };
        let seconds = one.seconds * (sigma(&one) * z).exp();
        Estimate { seconds, low: seconds, high: seconds, ..one }
    }
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
