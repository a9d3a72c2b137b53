//! The steps of a job that run nox sessions one after another, and which of those sessions may overlap.
//!
//! A step takes part when it does nothing but run nox in a way that another step could do as well. Steps that are not
//! next to each other do not meet in a group: what stands between them may need its place.
//!
//! Neighbours: `reading` reads one step, `relations` says how its sessions stand to each other, `parts` cuts the group.

mod parts;
mod reading;
mod relations;

use std::ops::Range;
use std::sync::Arc;

use facts::noxfile::ActionKind;
use facts::workflow::{Job, Step};
use model::{NoxfileId, NoxfileModel, SessionId, WorkflowModel};
use syntax::Span;

use reading::{Call, Found};

pub(super) use reading::quoted;

use super::sent::sent;
use crate::snapshot::{FileState, Snapshot};

/// Sessions looked at in one group; more are left alone, as every pair is compared.
const MAX_ITEMS: usize = 120;

/// Neighbouring steps that run sessions.
pub(crate) struct Group<'a> {
    /// The noxfile of all of them.
    pub(crate) noxfile_id: NoxfileId,
    /// It as the job runs it: what its variables move collides elsewhere.
    pub(crate) judged: NoxfileId,
    pub(crate) noxfile: &'a NoxfileModel,
    /// Their places in the job.
    pub(crate) steps: Range<usize>,
    /// The sessions, in the order in which they run.
    pub(crate) items: Vec<Item>,
    /// Why one step cannot stand for all of them, if so: they differ in what they are called with.
    pub(crate) differs: Option<String>,
    /// Its calls, in order.
    calls: Vec<Call>,
    /// What is left as it is and what runs at the same time, in order.
    pub(crate) parts: Vec<Part>,
    /// Commands whose effects nobody knows.
    pub(crate) unknown: Vec<String>,
}

/// One session that a step runs.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Item {
    /// Which.
    pub(crate) session: SessionId,
    /// The step: index into the job's.
    pub(crate) step: usize,
    /// How it is named behind `-s`, as it is written.
    pub(crate) text: String,
    /// The same as nox gets it: the shell's quotes undone. Expressions stand in it as they are.
    pub(crate) name: String,
    /// Whether its call names sessions, rather than run whatever the noxfile has.
    pub(crate) is_named: bool,
    /// How nox is started: `nox`, `uvx nox`.
    pub(crate) launcher: String,
    /// nox's flags other than the names, as written, with a space in front: ` --error-on-missing-interpreters -p 3.12`.
    pub(crate) flags: String,
    /// Words behind `--`, as written.
    pub(crate) posargs: String,
    /// Whether it, or what it requires, may read such words.
    pub(crate) reads_posargs: bool,
}

/// Which neighbouring steps make one group.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Join {
    /// Those that one step could stand for: what they are called with is the same.
    Alike,
    /// Those that differ in condition, shell, folder, variables, limits and options of nox, too: each must keep its own.
    EachItsOwn,
    /// The same with steps between them that send away what a session made, which can follow it anywhere.
    WithSenders,
}

/// A stretch of a group's items.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Part {
    /// Runs by itself, in its place: others see what it does to the sources, or it disturbs too many.
    Alone(usize),
    /// Runs at the same time; at least two units.
    Parallel(Vec<Unit>),
}

/// All items of units, in order.
pub(crate) fn items_of(units: &[Unit]) -> Vec<usize> {
    units.iter().flat_map(|unit| unit.items.iter().copied()).collect()
}

/// Items that run one after another in one process, and the units that must end before it starts.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Unit {
    /// Indices of items, in order.
    pub(crate) items: Vec<usize>,
    /// Indices of earlier units of the same part.
    pub(crate) after: Vec<usize>,
}

/// The group at `span`: the one that the selection touches, else the largest of the job.
pub(crate) fn find<'a>(
    snapshot: &'a Snapshot,
    file: &Arc<FileState>,
    workflow: &'a WorkflowModel,
    job_at: usize,
    span: Span,
    join: Join,
) -> Option<Group<'a>> {
    let job = workflow.facts.jobs.get(job_at)?;
    let text = file.document.text();
    let selected = |step: &Step| span.is_empty() || step.span.meets(span) || !in_steps(job, span);
    let mut groups: Vec<Group<'a>> = Vec::new();
    for (at, step) in job.steps.iter().enumerate() {
        let Some(found) = selected(step).then(|| reading::step(snapshot, workflow, job_at, at, text)).flatten() else {
            continue;
        };
        match groups.last_mut() {
            Some(group) if group.takes(&found, job, join) => {
                group.differs = group.differs.take().or_else(|| group.differs_from(&found, job));
                group.steps.end = at + 1;
                group.items.extend(found.items);
                group.calls.extend(found.calls);
            }
            _ => {
                let id = snapshot.workspace.workflow_of(file.id)?;
                let judged = snapshot.workspace.judged(id, job_at, found.noxfile);
                let noxfile = snapshot.workspace.noxfile(judged)?;
                groups.push(Group {
                    noxfile_id: found.noxfile,
                    judged,
                    noxfile,
                    steps: at..at + 1,
                    items: found.items,
                    differs: None,
                    calls: found.calls,
                    parts: Vec::new(),
                    unknown: Vec::new(),
                });
            }
        }
    }
    groups.retain(|group| (2..=MAX_ITEMS).contains(&group.items.len()) && !is_referenced(job, &group.steps));
    let largest = groups.iter().enumerate().max_by_key(|(at, group)| (group.items.len(), usize::MAX - at))?.0;
    let touched = groups.iter().position(|group| {
        let spans = job.steps.get(group.steps.clone()).unwrap_or_default();
        in_steps(job, span) && spans.iter().any(|step| step.span.meets(span))
    });
    let mut group = groups.swap_remove(touched.unwrap_or(largest));
    let mut unknown = Vec::new();
    // Steps that run whatever happened before them do so when what they need has failed, too: such stay in one process.
    // So does what follows a step that may fail.
    let regardless =
        |step: &Step| step.condition.as_ref().is_some_and(|(text, _)| model::verdict::runs_regardless(text));
    let goes_on = |step: &Step| regardless(step) || step.continue_on_error.is_some();
    let is_regardless = group.session_steps(job).any(goes_on);
    group.parts = parts::cut(snapshot, &group, is_regardless, &mut unknown);
    group.unknown = unknown;
    Some(group)
}

/// Whether the step at `step` does nothing but run nox in a way that another step could do as well.
pub(super) fn is_part(snapshot: &Snapshot, workflow: &WorkflowModel, job: usize, step: usize, text: &str) -> bool {
    reading::step(snapshot, workflow, job, step, text).is_some()
}

impl Part {
    /// Whether something in it waits for something else in it.
    pub(crate) fn waits(&self) -> bool {
        matches!(self, Self::Parallel(units) if units.iter().any(|unit| !unit.after.is_empty()))
    }
}

impl Group<'_> {
    /// Whether some of them may run at the same time on one machine.
    pub(crate) fn has_parallel_parts(&self) -> bool {
        self.parts.iter().any(|part| matches!(part, Part::Parallel(_)))
    }

    /// Its steps that run sessions, in order: all of them but for those that only send something away.
    pub(crate) fn session_steps<'j>(&self, job: &'j Job) -> impl Iterator<Item = &'j Step> {
        let runs = |at: usize| self.items.iter().any(|item| item.step == at);
        let steps = job.steps.iter().enumerate().skip(self.steps.start).take(self.steps.len());
        steps.filter(move |(at, _)| runs(*at)).map(|(_, step)| step)
    }

    /// How many sessions it runs, one that runs twice once.
    pub(crate) fn count(&self) -> usize {
        let mut all: Vec<(SessionId, &str)> =
            self.items.iter().map(|item| (item.session, item.text.as_str())).collect();
        all.sort_unstable();
        all.dedup();
        all.len()
    }

    /// Sessions that start at the same time as others, not behind them.
    pub(crate) fn items_at_once(&self) -> usize {
        let units = self.parts.iter().flat_map(|part| match part {
            Part::Alone(_) => &[][..],
            Part::Parallel(units) => units.as_slice(),
        });
        units.filter(|unit| unit.after.is_empty()).map(|unit| unit.items.len()).sum()
    }

    /// What is to be said where calls of `lists` of items take the place of one that runs whatever the noxfile has: these
    /// name what they run. `keeps_steps`: the items of a whole step are left as they are written.
    pub(crate) fn pins(&self, lists: &[Vec<usize>], keeps_steps: bool) -> Option<String> {
        let is_named = |at: &usize| self.items.get(*at).is_none_or(|item| item.is_named);
        let is_kept = |list: &Vec<usize>| {
            let step = list.first().and_then(|at| self.items.get(*at)).map(|item| item.step);
            let whole = (0..self.items.len()).filter(|at| self.items.get(*at).map(|item| item.step) == step);
            self.calls.iter().any(|call| call.runs_just(&self.items, list))
                || (keeps_steps && whole.eq(list.iter().copied()))
        };
        let is_pinned = lists.iter().any(|list| !list.iter().all(is_named) && !is_kept(list));
        is_pinned.then(|| "sessions added to the noxfile later would not run".to_owned())
    }

    /// Sessions that run at the same time as others.
    pub(crate) fn parallel_items(&self) -> usize {
        let units = self.parts.iter().flat_map(|part| match part {
            Part::Alone(_) => &[][..],
            Part::Parallel(units) => units.as_slice(),
        });
        units.map(|unit| unit.items.len()).sum()
    }

    /// The words that make nox run `items` in order: `nox --flag -s a b -- posargs`, or those of the call that runs just
    /// these. `extra`: more flags. `None` when they need several calls.
    pub(crate) fn command(&self, items: &[usize], extra: &str) -> Option<String> {
        if let Some(call) = self.calls.iter().find(|call| call.runs_just(&self.items, items)) {
            let item = items.first().and_then(|at| self.items.get(*at))?;
            return call.with(&item.launcher, extra);
        }
        let items: Vec<&Item> = items.iter().filter_map(|at| self.items.get(*at)).collect();
        let Item { launcher, flags, .. } = items.first()?;
        if items.iter().any(|item| (&item.launcher, &item.flags) != (launcher, flags)) {
            return None;
        }
        // nox gives them to every session of a call: more than before may only get who does not read them.
        let posargs = items.iter().map(|item| &item.posargs).find(|posargs| !posargs.is_empty());
        let posargs = posargs.or(items.first().map(|item| &item.posargs))?;
        if items.iter().any(|item| item.posargs != *posargs && (item.reads_posargs || !item.posargs.is_empty())) {
            return None;
        }
        let names = items.iter().map(|item| item.text.as_str()).collect::<Vec<_>>().join(" ");
        let tail = if posargs.is_empty() { String::new() } else { format!(" -- {posargs}") };
        Some(format!("{launcher}{flags}{extra} -s {names}{tail}"))
    }

    /// What stands in the way of a proof that the sessions do not disturb each other.
    pub(crate) fn caveat(&self) -> Option<String> {
        let first = self.unknown.first()?;
        Some(format!("unverified: nobody knows what `{first}` touches"))
    }

    /// The item that makes nox run a session: which names it, else the first that requires it.
    pub(crate) fn caller(&self, snapshot: &Snapshot, session: SessionId) -> Option<&Item> {
        let requires =
            |item: &&Item| snapshot.workspace.with_required(self.noxfile_id, &[item.session]).contains(&session);
        self.items.iter().find(|item| item.session == session).or_else(|| self.items.iter().find(requires))
    }

    fn takes(&self, found: &Found, job: &Job, join: Join) -> bool {
        let last = self.steps.end.saturating_sub(1);
        let may_join = match join {
            Join::Alike => self.differs_from(found, job).is_none(),
            Join::EachItsOwn => model::verdict::steps_of_their_own(job, last, found.step).is_none(),
            Join::WithSenders => {
                let between = job.steps.get(last + 1..found.step).unwrap_or_default();
                let are_senders = between.iter().all(|step| sent(step).is_some());
                let objection = model::verdict::steps_of_their_own(job, last, found.step);
                objection.is_none_or(|it| it.precondition == model::verdict::BETWEEN && are_senders)
            }
        };
        may_join && self.noxfile_id == found.noxfile
    }

    /// Why one step cannot stand for the last of these and the one found, if so.
    fn differs_from(&self, found: &Found, job: &Job) -> Option<String> {
        let objection = model::verdict::steps(job, self.steps.end.saturating_sub(1), found.step);
        let options = || !are_called_alike(&self.items, &found.items);
        objection.map(|it| it.reason).or_else(|| options().then(|| "they give nox different options".to_owned()))
    }
}

/// Whether nox is started in one way for all of them.
fn are_called_alike(some: &[Item], others: &[Item]) -> bool {
    let (some, others) = (some.first(), others.first());
    some.zip(others).is_some_and(|(a, b)| (&a.launcher, &a.flags) == (&b.launcher, &b.flags))
}

/// Whether a session, or what nox runs before it, may read `session.posargs`. Its own lines say so, unless it does things
/// elsewhere: in a helper function, in another file.
fn reads_posargs(snapshot: &Snapshot, noxfile: NoxfileId, session: SessionId) -> bool {
    let Some(model) = snapshot.workspace.noxfiles.get(noxfile.0) else { return true };
    let Some(file) = snapshot.file(model.file) else { return true };
    let may_read = |id: &SessionId| {
        let Some(session) = model.facts.sessions.get(id.0) else { return true };
        let is_elsewhere = |action: &facts::noxfile::Action| {
            !session.span.covers(action.span) || matches!(action.kind, ActionKind::Opaque { .. })
        };
        session.elsewhere.is_some()
            || session.span.of(file.document.text()).contains("posargs")
            || session.actions.iter().any(is_elsewhere)
    };
    snapshot.workspace.with_required(noxfile, &[session]).iter().any(may_read)
}

/// Whether anything in the job reads the id of one of the steps: then the step must stay.
fn is_referenced(job: &Job, steps: &Range<usize>) -> bool {
    let ids = job.steps.get(steps.clone()).unwrap_or_default().iter().filter_map(|step| step.id.as_ref());
    let mut ids = ids.map(|(id, _)| id.as_str());
    let read = |id: &str| job.steps.iter().any(|step| step.reads_steps.iter().any(|(other, _)| other == id));
    ids.any(|id| read(id) || !job.outputs.is_empty())
}

fn in_steps(job: &Job, span: Span) -> bool {
    job.steps_span.is_some_and(|steps| steps.covers(span)) && job.steps.iter().any(|step| step.span.meets(span))
}

/// Whether any overlap of `a` and `b` must be prevented; for edits that cannot chain sessions.
pub(crate) fn forbids_overlap(snapshot: &Snapshot, noxfile: NoxfileId, a: SessionId, b: SessionId) -> bool {
    !snapshot.workspace.disturbances(noxfile, a, b).is_empty()
}
