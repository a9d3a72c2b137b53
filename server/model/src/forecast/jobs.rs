//! The jobs of a workflow as a plan, a task for each cell of a matrix, and the same with something changed: what if this
//! `needs` were not there, if that session were faster, with so many runners?
//!
//! Every forecast of a workflow is made of it: hovers and titles, and `prediction` for the comparison of two versions.
//! `concurrency` knows which cells take turns.

use facts::Forge;
use facts::workflow::{Job, Runs};

use super::concurrency;

use crate::estimate::{Estimate, Source};
use crate::plan::{Plan, Task, TaskId};
use crate::schedule::{self, List, Priority, Range};
use crate::workspace::{NoxfileId, SessionId, WorkflowId, WorkflowModel, Workspace};

/// Cells by cells that wait for each other one by one; above it they wait for the whole job.
const MAX_PAIRS: usize = 1_024;

/// What is imagined to be different.
#[derive(Clone, Copy, Debug, Default)]
pub struct WhatIf {
    /// `(before, after)`: this `needs` is not there.
    pub without_need: Option<(usize, usize)>,
    /// A session takes that many times as long as it does.
    pub session: Option<(NoxfileId, SessionId, f64)>,
    /// A job takes that many times as long as it does; 0: it is not there.
    pub job: Option<(usize, f64)>,
}

/// The jobs of a workflow, ready to be simulated. Jobs that never run are not in it.
#[derive(Clone, Debug)]
pub struct JobPlan {
    plan: Plan,
    spreads: Vec<Estimate>,
    /// By task: the job it is of, and the cell; no cell where it only joins others.
    owners: Vec<(usize, Option<usize>)>,
    /// By job: its seconds on as many runners as it may have.
    jobs: Vec<f64>,
    /// Runners of the forge.
    slots: usize,
}

impl Workspace {
    /// The jobs of `workflow` as they are, but for what is imagined.
    pub fn job_plan(&self, workflow: WorkflowId, what: &WhatIf) -> Option<JobPlan> {
        let model = self.workflows.get(workflow.0)?;
        let changed = what.session.map(|(noxfile, session, factor)| {
            let is_it = |other, id| (other, id) == (noxfile, session);
            let change = |(other, id, _), one: Estimate| if is_it(other, id) { one.times(factor) } else { one };
            self.cells_if(model, self.settings.job_overhead_seconds, &change)
        });
        let needs = model.needs.iter().copied().filter(|need| Some(*need) != what.without_need);
        let needs: Vec<(usize, usize)> = needs.collect();
        let mut plan = JobPlan::of(model, changed.as_ref().unwrap_or(&model.cells), &needs, what.job);
        plan.slots = self.settings.slots(model.facts.forge);
        Some(plan)
    }

    /// The jobs of a workflow with other `needs`, as pairs of jobs.
    pub fn job_plan_with(&self, model: &WorkflowModel, needs: &[(usize, usize)]) -> JobPlan {
        let slots = self.settings.slots(model.facts.forge);
        JobPlan { slots, ..JobPlan::of(model, &model.cells, needs, None) }
    }

    /// The jobs of a workflow, each shorter by so many seconds.
    pub fn job_plan_shortened(&self, model: &WorkflowModel, saved: &dyn Fn(usize) -> f64) -> JobPlan {
        let shorter = |at: usize, cell: &Estimate| {
            let less = |seconds: f64| (seconds - saved(at)).max(0.0);
            Estimate { seconds: less(cell.seconds), low: less(cell.low), high: less(cell.high), source: cell.source }
        };
        let cells = model.cells.iter().enumerate();
        let cells: Vec<Vec<Estimate>> =
            cells.map(|(at, cells)| cells.iter().map(|cell| shorter(at, cell)).collect()).collect();
        let slots = self.settings.slots(model.facts.forge);
        JobPlan { slots, ..JobPlan::of(model, &cells, &model.needs, None) }
    }

    /// The share of the sessions' time in the longest cells of `jobs` that is guessed, 0 to 1. What each job costs besides is
    /// assumed, not guessed, and does not count.
    pub fn guessed_share(&self, workflow: WorkflowId, jobs: &[usize]) -> f64 {
        let Some(model) = self.workflows.get(workflow.0) else { return 1.0 };
        let all = self.cells_if(model, 0.0, &|_, one| one);
        let guesses = |one: Estimate| if one.source == Source::Guess { one } else { one.times(0.0) };
        let guessed = self.cells_if(model, 0.0, &|_, one| guesses(one));
        let (mut of_guesses, mut of_all) = (0.0, 0.0);
        for job in jobs {
            let (Some(cells), Some(guessed)) = (all.get(*job), guessed.get(*job)) else { continue };
            let pairs = cells.iter().zip(guessed);
            let Some((one, guess)) = pairs.max_by(|a, b| a.0.seconds.total_cmp(&b.0.seconds)) else { continue };
            of_all += one.seconds;
            of_guesses += guess.seconds;
        }
        if of_all > 0.0 { of_guesses / of_all } else { 1.0 }
    }

    /// One job of a workflow, all cells of its matrix.
    pub fn job_plan_of(&self, workflow: WorkflowId, job: usize) -> Option<JobPlan> {
        let model = self.workflows.get(workflow.0)?;
        let only: Vec<Vec<Estimate>> = (0..model.cells.len())
            .map(|at| if at == job { model.cells.get(at).cloned().unwrap_or_default() } else { Vec::new() })
            .collect();
        let slots = self.settings.slots(model.facts.forge);
        Some(JobPlan { slots, ..JobPlan::of(model, &only, &[], None) })
    }
}

impl JobPlan {
    fn of(model: &WorkflowModel, cells: &[Vec<Estimate>], needs: &[(usize, usize)], job: Option<(usize, f64)>) -> Self {
        let mut out =
            Self { plan: Plan::default(), spreads: Vec::new(), owners: Vec::new(), jobs: Vec::new(), slots: 1 };
        let mut places: Vec<Vec<TaskId>> = Vec::with_capacity(cells.len());
        for (at, (facts, cells)) in model.facts.jobs.iter().zip(cells).enumerate() {
            let cells = if facts.runs == Runs::Never { &[] } else { cells.as_slice() };
            let factor = job.filter(|(changed, _)| *changed == at).map_or(1.0, |(_, factor)| factor);
            let add = |(number, cell)| out.add((at, Some(number)), name(facts, number), cell, factor);
            let own: Vec<TaskId> = cells.iter().enumerate().map(add).collect();
            let at_once = at_once(facts, model.facts.forge, own.len());
            let seconds: Vec<f64> = cells.iter().map(|cell| cell.seconds * factor).collect();
            let plan = super::packing::plan_of(&seconds);
            out.jobs.push(schedule::simulate(&plan, at_once, Priority::PlanOrder).makespan);
            // Of cells that run at most N at a time each waits for the one N places before it.
            let pairs = own.iter().zip(own.iter().skip(at_once));
            out.plan.edges.extend(pairs.map(|(before, after)| (*before, *after)));
            places.push(own);
        }
        out.plan.exclusions = concurrency::exclusions(&model.facts.jobs, &places);
        let mut joins: Vec<Option<TaskId>> = vec![None; places.len()];
        for &(from, to) in needs {
            let (Some(before), Some(after)) = (places.get(from), places.get(to)) else { continue };
            if before.len() * after.len() <= MAX_PAIRS {
                let pairs = before.iter().flat_map(|&before| after.iter().map(move |&after| (before, after)));
                out.plan.edges.extend(pairs);
                continue;
            }
            let join = match joins.get(from).copied().flatten() {
                Some(join) => join,
                None => out.join(from, before),
            };
            out.plan.edges.extend(after.iter().map(|&after| (join, after)));
            if let Some(slot) = joins.get_mut(from) {
                *slot = Some(join);
            }
        }
        out
    }

    fn add(&mut self, owner: (usize, Option<usize>), label: &str, cell: &Estimate, factor: f64) -> TaskId {
        let scaled = cell.times(factor);
        let task = Task { label: label.to_owned(), seconds: scaled.seconds, is_exclusive: false, lanes: 1 };
        self.plan.tasks.push(task);
        self.spreads.push(scaled);
        self.owners.push(owner);
        TaskId(self.plan.tasks.len() - 1)
    }

    /// A task without length that is done when all of `cells` are.
    fn join(&mut self, job: usize, cells: &[TaskId]) -> TaskId {
        let nothing = Estimate { seconds: 0.0, low: 0.0, high: 0.0, source: Source::Guess };
        let join = self.add((job, None), "", &nothing, 1.0);
        self.plan.edges.extend(cells.iter().map(|&cell| (cell, join)));
        join
    }

    /// First start to last end on the forge's runners, seconds.
    pub fn makespan(&self) -> f64 {
        self.makespan_on(self.slots)
    }

    /// The same with `slots` runners.
    pub fn makespan_on(&self, slots: usize) -> f64 {
        schedule::simulate(&self.plan, slots, Priority::PlanOrder).makespan
    }

    /// How far the real time may be from that.
    pub fn range(&self) -> Range {
        let list = List::of(&self.plan, Priority::PlanOrder);
        let alike: Vec<usize> = self.owners.iter().map(|(job, _)| *job).collect();
        let draws = schedule::draws(self.plan.tasks.len());
        schedule::simulate_range(&self.plan, (&self.spreads, &alike), self.slots, &list, draws)
    }

    /// Takes other times: by job, by cell.
    pub(super) fn take(&mut self, cells: &[Vec<Estimate>]) {
        for ((task, spread), (job, cell)) in self.plan.tasks.iter_mut().zip(&mut self.spreads).zip(&self.owners) {
            let Some(own) = cell.and_then(|cell| cells.get(*job)?.get(cell)) else { continue };
            (task.seconds, *spread) = (own.seconds, *own);
        }
    }

    /// Machine time of all jobs, seconds.
    pub(super) fn machine(&self) -> f64 {
        self.plan.tasks.iter().map(Task::duration).sum()
    }

    /// The jobs that may run.
    pub(super) fn running_jobs(&self) -> Vec<usize> {
        let mut jobs: Vec<usize> = self.owners.iter().map(|(job, _)| *job).collect();
        jobs.dedup();
        jobs.sort_unstable();
        jobs.dedup();
        jobs
    }

    /// The longest chain of jobs, by the names that the forge shows.
    pub(super) fn critical_path(&self) -> Vec<String> {
        let path = schedule::analyse(&self.plan).critical_path;
        let labels = path.iter().filter_map(|task| Some(self.plan.tasks.get(task.0)?.label.clone()));
        labels.filter(|label| !label.is_empty()).collect()
    }

    /// By job: from its start to the end of its last cell, seconds, whoever else waits for a runner.
    pub fn job_seconds(&self) -> &[f64] {
        &self.jobs
    }

    /// Jobs that can run at once at most, cells counted: more runners than these are of no use.
    pub fn cells(&self) -> usize {
        self.spreads.iter().filter(|spread| spread.seconds > 0.0).count()
    }

    /// As sure as the least sure job that takes any time.
    pub fn source(&self) -> Source {
        let jobs = self.spreads.iter().filter(|spread| spread.seconds > 0.0);
        jobs.map(|spread| spread.source).reduce(Source::with).unwrap_or(Source::Guess)
    }
}

/// Cells of a job that may run at once.
fn at_once(job: &Job, forge: Forge, cells: usize) -> usize {
    let most = job.strategy.as_ref().and_then(|strategy| strategy.max_parallel).unwrap_or_default() as usize;
    match most {
        _ if concurrency::is_one_by_one(job) => 1,
        // Forgejo parses `max-parallel` and does not heed it (its job emitter, 2026).
        1.. if forge != Forge::Forgejo => most,
        _ => cells.max(1),
    }
}

/// What the forge calls a cell of a job.
fn name(job: &Job, cell: usize) -> &str {
    let cells = job.strategy.as_ref().and_then(|strategy| strategy.cells.value());
    cells.and_then(|cells| cells.get(cell)).map_or(&job.shown, |cell| &cell.name)
}
