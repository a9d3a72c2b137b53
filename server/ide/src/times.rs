//! Critical paths as hovers and the audit tell them: over the sessions of a noxfile and over the jobs of a workflow.

use facts::workflow::Job;
use model::forecast::JobPlan;
use model::plan::{Plan, Task, TaskId};
use model::schedule::{self, Analysis, Priority};
use model::{NoxfileModel, SessionId, WorkflowModel, Workspace};

/// Some sessions of a noxfile with the order that is needed among them.
pub(crate) struct SessionTimes {
    /// Which, in the order given.
    pub(crate) sessions: Vec<SessionId>,
    /// Critical path and slack over them.
    pub(crate) analysis: Analysis,
    plan: Plan,
}

impl SessionTimes {
    /// Looks at `sessions` with what each of them takes (all its instances after one another) and only the needed
    /// order. Hazards are left out: they say what may not overlap, not what bounds the time.
    pub(crate) fn of(noxfile: &NoxfileModel, sessions: Vec<SessionId>, seconds: impl Fn(SessionId) -> f64) -> Self {
        let mut place = vec![None; noxfile.facts.sessions.len()];
        for (at, session) in sessions.iter().enumerate() {
            if let Some(slot) = place.get_mut(session.0) {
                *slot = Some(TaskId(at));
            }
        }
        let task = |id: &SessionId| Task {
            label: name(noxfile, *id).to_owned(),
            seconds: seconds(*id),
            is_exclusive: false,
            lanes: 1,
        };
        let at = |id: SessionId| place.get(id.0).copied().flatten();
        let edges = noxfile.edges.iter().filter(|edge| is_needed(edge));
        let edges = edges.filter_map(|edge| Some((at(edge.from)?, at(edge.to)?))).collect();
        let plan = Plan { tasks: sessions.iter().map(task).collect(), edges, ..Plan::default() };
        Self { analysis: schedule::analyse(&plan), sessions, plan }
    }

    /// The same without the order of one pair.
    pub(crate) fn without(&self, before: SessionId, after: SessionId) -> Self {
        let place = |id: SessionId| self.sessions.iter().position(|other| *other == id).map(TaskId);
        let gone = place(before).zip(place(after));
        let mut plan = self.plan.clone();
        plan.edges.retain(|edge| Some(*edge) != gone);
        Self { analysis: schedule::analyse(&plan), sessions: self.sessions.clone(), plan }
    }

    /// The same with one session taking `factor` times as long.
    pub(crate) fn with_faster(&self, session: SessionId, factor: f64) -> Self {
        let mut plan = self.plan.clone();
        let tasks = self.sessions.iter().zip(&mut plan.tasks).filter(|(id, _)| **id == session);
        tasks.for_each(|(_, task)| task.seconds *= factor);
        Self { analysis: schedule::analyse(&plan), sessions: self.sessions.clone(), plan }
    }

    /// First start to last end on `lanes` lanes, seconds.
    pub(crate) fn makespan(&self, lanes: usize) -> f64 {
        schedule::simulate(&self.plan, lanes, Priority::BottomLevel).makespan
    }

    /// How late `session` may start, and whether it is on the critical path.
    pub(crate) fn slack(&self, session: SessionId) -> Option<(f64, bool)> {
        let at = self.sessions.iter().position(|other| *other == session)?;
        let slack = *self.analysis.slack.get(at)?;
        Some((slack, self.analysis.critical_path.contains(&TaskId(at))))
    }

    /// Names along the critical path.
    pub(crate) fn path<'a>(&self, noxfile: &'a NoxfileModel) -> Vec<&'a str> {
        let ids = self.analysis.critical_path.iter().filter_map(|task| self.sessions.get(task.0));
        ids.map(|id| name(noxfile, *id)).collect()
    }

    /// The same for people: "`build` → `tests`".
    pub(crate) fn path_in_words(&self, noxfile: &NoxfileModel) -> String {
        path_in_words(&self.path(noxfile))
    }
}

/// Names of a path before "N more".
const MAX_PATH: usize = 6;

/// The jobs of a workflow with their `needs`.
pub(crate) struct JobTimes {
    /// Critical path and slack over the jobs, in the order of the file.
    pub(crate) analysis: Analysis,
    /// First start to last end with the forge's runner slots.
    pub(crate) makespan: f64,
}

impl JobTimes {
    /// Looks at all jobs of `workflow`.
    pub(crate) fn of(workspace: &Workspace, workflow: &WorkflowModel) -> Self {
        Self::with_needs(workspace, workflow, &workflow.needs)
    }

    /// The same with other `needs`, as pairs of jobs.
    pub(crate) fn with_needs(workspace: &Workspace, workflow: &WorkflowModel, needs: &[(usize, usize)]) -> Self {
        Self::simulated(workflow, &workspace.job_plan_with(workflow, needs), needs)
    }

    /// The same with jobs that save so many seconds.
    pub(crate) fn shortened(workspace: &Workspace, workflow: &WorkflowModel, saved: &dyn Fn(usize) -> f64) -> Self {
        Self::simulated(workflow, &workspace.job_plan_shortened(workflow, saved), &workflow.needs)
    }

    fn simulated(workflow: &WorkflowModel, jobs: &JobPlan, needs: &[(usize, usize)]) -> Self {
        let task = |(job, seconds): (&Job, &f64)| Task {
            label: job.id.clone(),
            seconds: *seconds,
            is_exclusive: false,
            lanes: 1,
        };
        let tasks = workflow.facts.jobs.iter().zip(jobs.job_seconds()).map(task);
        let edges = needs.iter().map(|(from, to)| (TaskId(*from), TaskId(*to))).collect();
        let plan = Plan { tasks: tasks.collect(), edges, ..Plan::default() };
        Self { analysis: schedule::analyse(&plan), makespan: jobs.makespan() }
    }

    /// The critical path in words: "`build` → `tests`".
    pub(crate) fn path(&self, workflow: &WorkflowModel) -> String {
        let jobs = self.analysis.critical_path.iter().filter_map(|task| workflow.facts.jobs.get(task.0));
        path_in_words(&jobs.map(|job| job.id.as_str()).collect::<Vec<_>>())
    }
}

fn path_in_words(names: &[&str]) -> String {
    let mut shown: Vec<String> = names.iter().take(MAX_PATH).map(|name| format!("`{name}`")).collect();
    if names.len() > MAX_PATH {
        shown.push(format!("{} more", names.len() - MAX_PATH));
    }
    shown.join(" → ")
}

/// Whether an edge must be kept by whoever reorders sessions: all but the mere order of the file.
pub(crate) fn is_needed(edge: &model::Edge) -> bool {
    edge.is_needed()
}

/// A session's name.
pub(crate) fn name(noxfile: &NoxfileModel, id: SessionId) -> &str {
    noxfile.facts.sessions.get(id.0).map_or("?", |session| &session.name)
}

/// All instances of a session after one another, on a CI runner, seconds.
pub(crate) fn total_seconds(noxfile: &NoxfileModel, id: SessionId) -> f64 {
    noxfile.ci.total(id).map_or(0.0, |all| all.seconds)
}

/// The same on this machine.
pub(crate) fn local_seconds(noxfile: &NoxfileModel, id: SessionId) -> f64 {
    noxfile.local.total(id).map_or(0.0, |all| all.seconds)
}

/// What bare `nox` runs: `nox.options.sessions`, else every session that is not `default=False`.
pub(crate) fn defaults(noxfile: &NoxfileModel) -> Vec<SessionId> {
    let named = noxfile.facts.options.sessions.as_ref().and_then(|known| known.value());
    if let Some(named) = named {
        let mut ids: Vec<SessionId> = Vec::new();
        for (name, _) in named {
            if let Some(id) = noxfile.by_name.get(name)
                && !ids.contains(id)
            {
                ids.push(*id);
            }
        }
        return ids;
    }
    let sessions = noxfile.facts.sessions.iter().enumerate();
    sessions.filter(|(_, session)| session.default).map(|(at, _)| SessionId(at)).collect()
}
