//! What the cursor stands on: the one place that maps an offset to a session, a job, a call. Hover and definition ask it.

use facts::noxfile::{ActionKind, Session};
use facts::workflow::{Job, Step, StepKind};
use model::links::called::Use;
use model::links::{CallSite, Link};
use model::{NoxfileId, SessionId, WorkflowId, WorkflowModel};
use syntax::Span;

use crate::snapshot::{FilePos, Snapshot};

/// The thing under the cursor and the bytes that stand for it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Found {
    /// The word.
    pub(crate) span: Span,
    /// What it means.
    pub(crate) subject: Subject,
}

/// What a word can mean.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Subject {
    /// A session, where it is defined or named. In a workflow with the job that names it.
    Session(NoxfileId, SessionId, Option<(WorkflowId, usize)>),
    /// A nox call: index into the workflow's links.
    Call(WorkflowId, usize),
    /// `uses:` of a file of the repository: index into the workflow's uses.
    Use(WorkflowId, usize),
    /// A job.
    Job(WorkflowId, usize),
    /// `needs` of a job: the job that waits and the one it names.
    Need(WorkflowId, usize, usize),
    /// A step of a job: its name, its first key, the action that it uses.
    Step(WorkflowId, usize, usize),
    /// A key of a job's matrix: index into its vectors.
    Matrix(WorkflowId, usize, usize),
    /// The workflow as a whole.
    Workflow(WorkflowId),
}

/// What `pos` stands on, the smallest thing first.
pub(crate) fn at(snapshot: &Snapshot, pos: FilePos) -> Option<Found> {
    let workspace = &snapshot.workspace;
    if let Some(noxfile) = workspace.noxfile_of(pos.file) {
        return in_noxfile(snapshot, noxfile, pos.offset);
    }
    in_workflow(snapshot, workspace.workflow_of(pos.file)?, pos.offset)
}

fn in_noxfile(snapshot: &Snapshot, noxfile: NoxfileId, offset: u32) -> Option<Found> {
    let model = snapshot.workspace.noxfiles.get(noxfile.0)?;
    let named = |name: &str, span: Span| {
        let session = *model.by_name.get(name)?;
        Some(Found { span, subject: Subject::Session(noxfile, session, None) })
    };
    // Sessions do not nest and stand in the order of the file but for loops and duplicates: a scan is cheap and right.
    for (at, session) in model.facts.sessions.iter().enumerate() {
        if !session.span.touches(offset) {
            continue;
        }
        if let Some((name, span)) = session.requires.iter().find(|(_, span)| span.touches(offset)) {
            let name = name.split("-{").next().unwrap_or(name);
            return named(name, *span);
        }
        for action in &session.actions {
            if let ActionKind::Notify { target } = &action.kind
                && target.span().touches(offset)
            {
                return named(target.word()?, target.span());
            }
        }
        let on_name = [session.name_span, session.function_span, session.decorator.span];
        if let Some(span) = on_name.into_iter().find(|span| span.touches(offset)) {
            return Some(Found { span, subject: Subject::Session(noxfile, SessionId(at), None) });
        }
    }
    let options = model.facts.options.sessions.as_ref().and_then(|known| known.value())?;
    let (name, span) = options.iter().find(|(_, span)| span.touches(offset))?;
    named(name, *span)
}

fn in_workflow(snapshot: &Snapshot, workflow: WorkflowId, offset: u32) -> Option<Found> {
    let model = snapshot.workspace.workflows.get(workflow.0)?;
    let facts = &model.facts;
    let found = |span: Span, subject| Some(Found { span, subject });
    if let Some((_, span)) = facts.name.as_ref().filter(|(_, span)| span.touches(offset)) {
        return found(*span, Subject::Workflow(workflow));
    }
    let (at, job) = facts.jobs.iter().enumerate().find(|(_, job)| job.span.touches(offset))?;
    if job.id_span.touches(offset) {
        return found(job.id_span, Subject::Job(workflow, at));
    }
    if let Some((_, span)) = job.name.as_ref().filter(|(_, span)| span.touches(offset)) {
        return found(*span, Subject::Job(workflow, at));
    }
    if let Some((id, span)) = job.needs.iter().find(|(_, span)| span.touches(offset)) {
        let needed = job_named(&facts.jobs, id)?;
        return found(*span, Subject::Need(workflow, at, needed));
    }
    if let Some(strategy) = job.strategy.as_ref().filter(|strategy| strategy.span.touches(offset)) {
        let key = strategy.vectors.iter().position(|(_, span, _)| span.touches(offset));
        if let Some((key, (_, span, _))) = key.and_then(|at| Some((at, strategy.vectors.get(at)?))) {
            return found(*span, Subject::Matrix(workflow, at, key));
        }
        return found(strategy.span, Subject::Job(workflow, at));
    }
    for (used_at, used) in model.uses.iter().enumerate().filter(|(_, used)| used.job == at) {
        if let Some(span) = uses_span(job, used).filter(|span| span.touches(offset)) {
            return found(span, Subject::Use(workflow, used_at));
        }
    }
    for (link_at, link) in model.links.iter().enumerate().filter(|(_, link)| link.site.job == at) {
        let Some(call) = call(job, link.site) else { continue };
        if !call.span.touches(offset) {
            continue;
        }
        let word =
            link.runs.iter().find_map(|run| run.word.filter(|word| word.touches(offset)).map(|word| (run, word)));
        if let (Some((run, word)), Some(noxfile)) = (word, link.noxfile) {
            return found(word, Subject::Session(noxfile, run.session, Some((workflow, at))));
        }
        return found(call.span, Subject::Call(workflow, link_at));
    }
    let step_at = job.steps.iter().position(|step| step.span.touches(offset))?;
    let step = job.steps.get(step_at)?;
    let text = snapshot.file(model.file)?.document.text();
    let span = step_spans(text, step).into_iter().flatten().find(|span| span.touches(offset))?;
    found(span, Subject::Step(workflow, at, step_at))
}

/// What stands for a step: its name, the action that it uses, its first key with the dash.
fn step_spans(text: &str, step: &Step) -> [Option<Span>; 3] {
    let name = step.name.as_ref().map(|(_, span)| *span);
    let uses = match &step.kind {
        StepKind::Uses { span, .. } => Some(*span),
        _ => None,
    };
    let key = step.span.of(text).find(':').and_then(|length| u32::try_from(length).ok());
    [name, uses, key.map(|length| Span::new(step.span.start, step.span.start + length))]
}

/// Links of a step's own nox calls, as indices into the workflow's links.
pub(crate) fn of_step(workflow: &WorkflowModel, job: usize, step: usize) -> Vec<usize> {
    let is_its = |link: &Link| (link.site.job, link.site.step) == (job, step);
    workflow.links.iter().enumerate().filter(|(_, link)| is_its(link)).map(|(at, _)| at).collect()
}

/// The session that requires another in the place at `offset` of its noxfile.
pub(crate) fn requiring(snapshot: &Snapshot, noxfile: NoxfileId, offset: u32) -> Option<SessionId> {
    let model = snapshot.workspace.noxfiles.get(noxfile.0)?;
    let requires = |session: &Session| session.requires.iter().any(|(_, span)| span.touches(offset));
    model.facts.sessions.iter().position(|session| session.span.touches(offset) && requires(session)).map(SessionId)
}

/// Where a job or one of its steps names the file that it uses.
pub(crate) fn uses_span(job: &Job, used: &Use) -> Option<Span> {
    let Some((step, member)) = used.step else { return job.uses.as_ref().map(|(_, span)| *span) };
    match &self::step(job, CallSite { job: used.job, step, member, call: 0 })?.kind {
        StepKind::Uses { span, .. } => Some(*span),
        _ => None,
    }
}

/// The job called `id`; ids are compared without case, as the forges do.
pub(crate) fn job_named(jobs: &[Job], id: &str) -> Option<usize> {
    jobs.iter().position(|job| job.id.eq_ignore_ascii_case(id))
}

/// The step a call stands in.
pub(crate) fn step(job: &Job, site: CallSite) -> Option<&Step> {
    let step = job.steps.get(site.step)?;
    match (&step.kind, site.member) {
        (StepKind::Parallel(members), Some(member)) => members.get(member),
        _ => Some(step),
    }
}

/// The call at `link` and all that the same command leads to (`make all`), as indices into the workflow's links.
pub(crate) fn together(workflow: &WorkflowModel, link: usize) -> Vec<usize> {
    let said = |link: &Link| workflow.facts.jobs.get(link.site.job).and_then(|job| call(job, link.site));
    let Some(first) = workflow.links.get(link) else { return Vec::new() };
    let Some(command) = said(first).filter(|call| call.through.is_some()) else { return vec![link] };
    let is_same = |other: &Link| {
        (other.site.job, other.site.step, other.site.member) == (first.site.job, first.site.step, first.site.member)
            && said(other).is_some_and(|call| call.through.is_some() && call.span == command.span)
    };
    workflow.links.iter().enumerate().filter(|(_, other)| is_same(other)).map(|(at, _)| at).collect()
}

/// The nox call at `site`.
pub(crate) fn call(job: &Job, site: CallSite) -> Option<&facts::shell::NoxCall> {
    step(job, site)?.nox_calls().get(site.call)
}

/// A step that uses an artifact action.
pub(crate) struct Artifact<'a> {
    /// The step.
    pub(crate) step: &'a Step,
    /// Whose action: `actions`, `forgejo`.
    pub(crate) owner: &'a str,
    /// Major and minor version, where the reference says them.
    pub(crate) version: Option<(u32, Option<u32>)>,
    /// The value of `uses:`.
    pub(crate) span: Span,
    with: &'a [(String, String, Span)],
}

impl<'a> Artifact<'a> {
    /// The name that it uploads under; expressions stand in it as they are written.
    pub(crate) fn name(&self) -> &'a str {
        self.with.iter().find(|(key, ..)| key == "name").map_or("artifact", |(_, name, _)| name)
    }

    /// An input and its place.
    pub(crate) fn input(&self, key: &str) -> Option<(&str, Span)> {
        self.with.iter().find(|(name, ..)| name == key).map(|(_, value, span)| (value.as_str(), *span))
    }
}

/// Steps of `job` that use an artifact action called `name`, or the one that stands for it on Gitea (`gitea-NAME`).
pub(crate) fn artifacts<'a>(job: &'a Job, name: &'a str) -> impl Iterator<Item = Artifact<'a>> {
    job.steps.iter().filter_map(move |step| {
        let StepKind::Uses { action, span, with, .. } = &step.kind else { return None };
        let (path, reference) = action.split_once('@').unwrap_or((action, ""));
        let mut parts = path.rsplit('/');
        if parts.next().map(|action| action.strip_prefix("gitea-").unwrap_or(action)) != Some(name) {
            return None;
        }
        let owner = parts.next().unwrap_or_default();
        let mut numbers = reference.strip_prefix('v').unwrap_or_default().split('.');
        let major = numbers.next().and_then(|major| major.parse().ok());
        let version = major.map(|major| (major, numbers.next().and_then(|minor| minor.parse().ok())));
        Some(Artifact { step, owner, version, span: *span, with })
    })
}
