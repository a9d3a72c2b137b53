//! The jobs of a workflow as a plan, a task for each cell of a matrix, and the same with something changed: what if this
//! `needs` were not there, if that session were faster, with so many runners?

use facts::workflow::{Runs, Strategy};

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

/// The jobs of a workflow, ready to be simulated.
#[derive(Clone, Debug)]
pub struct JobPlan {
    plan: Plan,
    spreads: Vec<Estimate>,
    /// By task: the job it is of.
    owners: Vec<usize>,
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
            let change = |other, id| if (other, id) == (noxfile, session) { factor } else { 1.0 };
            self.cells_if(model, &change)
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
            let factor = match job {
                Some((changed, factor)) if changed == at => factor,
                _ if facts.runs == Runs::Never => 0.0,
                _ => 1.0,
            };
            let own: Vec<TaskId> = cells.iter().map(|cell| out.add(at, &facts.id, cell, factor)).collect();
            // Of cells that run at most N at a time each waits for the one N places before it.
            let at_once = facts.strategy.as_ref().and_then(|it: &Strategy| it.max_parallel).map_or(0, |it| it as usize);
            let seconds: Vec<f64> = cells.iter().map(|cell| cell.seconds * factor).collect();
            let lanes = if at_once > 0 { at_once } else { seconds.len().max(1) };
            out.jobs.push(schedule::simulate(&super::packing::plan_of(&seconds), lanes, Priority::PlanOrder).makespan);
            if at_once > 0 {
                let pairs = own.iter().zip(own.iter().skip(at_once));
                out.plan.edges.extend(pairs.map(|(before, after)| (*before, *after)));
            }
            places.push(own);
        }
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

    fn add(&mut self, job: usize, label: &str, cell: &Estimate, factor: f64) -> TaskId {
        let scaled = Estimate {
            seconds: cell.seconds * factor,
            low: cell.low * factor,
            high: cell.high * factor,
            source: cell.source,
        };
        let task = Task { label: label.to_owned(), seconds: scaled.seconds, is_exclusive: false, lanes: 1 };
        self.plan.tasks.push(task);
        self.spreads.push(scaled);
        self.owners.push(job);
        TaskId(self.plan.tasks.len() - 1)
    }

    /// A task without length that is done when all of `cells` are.
    fn join(&mut self, job: usize, cells: &[TaskId]) -> TaskId {
        let nothing = Estimate { seconds: 0.0, low: 0.0, high: 0.0, source: Source::Guess };
        let join = self.add(job, "", &nothing, 1.0);
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
        let (spreads, draws) = ((&*self.spreads, &*self.owners), schedule::draws(self.plan.tasks.len()));
        schedule::simulate_range(&self.plan, spreads, self.slots, &list, draws)
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
