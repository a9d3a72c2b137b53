//! Which steps of a matrix job may leave it, and what they need elsewhere.

use facts::shell::NoxCall;
use facts::workflow::{Job, Step, StepKind};
use model::links::Link;
use model::{Access, NoxfileModel, Resource, SessionId, SessionKind};
use syntax::Span;

use super::one_cell::{Condition, OneCell, python};
use crate::assists::context::JobCx;
use crate::{matrix, needs, times};

/// Steps that every cell repeats.
pub(super) struct Lifted<'a> {
    noxfile: &'a NoxfileModel,
    /// Their places in the job.
    pub(super) places: Vec<usize>,
    sessions: Vec<SessionId>,
    /// Cells of the matrix.
    pub(super) cells: usize,
}

/// A step of the new job.
pub(super) struct Taken {
    /// Its `if` holds in the cell and names the matrix: it has none there.
    pub(super) drops_condition: bool,
}

impl<'a> Lifted<'a> {
    /// The steps that `span` means: those it touches, else all whose result cannot differ from cell to cell.
    pub(super) fn of(cx: JobCx<'a>, span: Span) -> Option<Self> {
        let cells = cx.job.strategy.as_ref()?.cells.value().filter(|cells| cells.len() > 1)?.len();
        let repeated: Vec<(usize, Vec<&Link>)> =
            (0..cx.job.steps.len()).filter_map(|at| Some((at, repeated(cx, at)?))).collect();
        let touched = |at: usize| cx.job.steps.get(at).is_some_and(|step| step.span.meets(span));
        let is_chosen = (0..cx.job.steps.len()).any(touched) && !span.covers(cx.job.span);
        let noxfile_of =
            |links: &[&Link]| cx.snapshot.workspace.noxfiles.get(links.first()?.noxfile?.0).map(|it| &**it);
        let noxfile = noxfile_of(&repeated.first()?.1)?;
        let mut lifted = Self { noxfile, places: Vec::new(), sessions: Vec::new(), cells };
        for (at, links) in &repeated {
            let is_same = links.iter().all(|link| says_the_same(noxfile, link));
            if if is_chosen { touched(*at) } else { is_same } {
                lifted.places.push(*at);
                let named = links.iter().flat_map(|link| link.runs.iter()).filter(|run| !run.is_prerequisite);
                lifted.sessions.extend(named.map(|run| run.session));
            }
        }
        let mut seen: Vec<SessionId> = Vec::new();
        lifted.sessions.retain(|id| {
            let is_new = !seen.contains(id);
            seen.extend(is_new.then_some(*id));
            is_new
        });
        let is_one =
            repeated.iter().all(|(_, links)| links.iter().all(|link| link.noxfile == repeated[0].1[0].noxfile));
        (is_one && !lifted.places.is_empty()).then_some(lifted)
    }

    /// The cell in whose place the new job stands.
    pub(super) fn cell(&self, cx: JobCx<'a>) -> Option<OneCell<'a>> {
        let asked = python(self.noxfile, self.sessions.iter().copied());
        OneCell::cheapest(&cx.workflow.facts, cx.job, cx.file.document.text(), asked)
    }

    /// Names of the sessions, in the order of the steps.
    pub(super) fn names(&self) -> Vec<&'a str> {
        self.sessions.iter().map(|id| times::name(self.noxfile, *id)).collect()
    }

    /// An id for the new job.
    pub(super) fn id(&self, job: &Job) -> String {
        let plain = |name: &str| name.replace(|c: char| !c.is_ascii_alphanumeric() && c != '_' && c != '-', "-");
        let dash = if job.id.contains('_') { "_" } else { "-" };
        match self.names().as_slice() {
            [one] => plain(one),
            [one, other] => format!("{}{dash}{}", plain(one), plain(other)),
            _ => format!("{}{dash}once", job.id),
        }
    }

    /// A name for the new job, where the matrix has one.
    pub(super) fn shown(&self, job: &Job) -> Option<String> {
        job.name.as_ref()?;
        let step = |at: &usize| job.steps.get(*at)?.name.as_ref().map(|(name, _)| name.clone());
        match self.places.as_slice() {
            [one] => Some(step(one).unwrap_or_else(|| self.names().join(", "))),
            _ => Some(self.names().join(", ")),
        }
    }

    /// What stands in the way of a proof.
    pub(super) fn caveat(&self) -> String {
        let effects = self.sessions.iter().filter_map(|id| self.noxfile.effects.get(id.0));
        let unknown = effects.flat_map(|effects| &effects.unknown).next();
        match unknown {
            Some(command) => format!("unverified: nobody knows what `{}` touches", command.what),
            None if let Some(id) = self.sessions.iter().find(|id| self.changes_sources(**id)) => {
                format!("if the others need not see the sources as `{}` leaves them", times::name(self.noxfile, *id))
            }
            None if self.sessions.len() == 1 => "if it need not pass in the other cells".to_owned(),
            None => "if they need not pass in the other cells".to_owned(),
        }
    }

    /// What the sessions take in a cell, seconds.
    pub(super) fn seconds(&self, cx: JobCx<'_>) -> f64 {
        let links =
            cx.workflow.links.iter().filter(|link| link.site.job == cx.at && self.places.contains(&link.site.step));
        let runs = links.flat_map(|link| link.runs.iter());
        runs.filter_map(|run| self.noxfile.ci.sum(run.session, &run.instances)).map(|sum| sum.seconds).sum()
    }

    /// Why the steps must stay, if so.
    pub(super) fn refuse(&self, cx: JobCx<'_>) -> Result<(), String> {
        let has = |key: &str| cx.job.other_keys.iter().any(|(other, _)| other == key);
        let stays = |link: &&Link| link.site.job == cx.at && !self.places.contains(&link.site.step);
        let staying =
            || cx.workflow.links.iter().filter(stays).flat_map(|link| link.runs.iter()).map(|run| run.session);
        let why = if staying().next().is_none() {
            "nothing else runs in the matrix: it is the matrix that is not needed"
        } else if has("concurrency") {
            "the job's `concurrency` would make the new job wait for it"
        } else if has("environment") {
            "the job has an `environment`, whose protection would ask once more"
        } else if needs::publishes(cx.snapshot, cx.id, cx.at) {
            "the job publishes, and must not do so before the sessions have passed"
        } else {
            ""
        };
        if !why.is_empty() {
            return Err(why.to_owned());
        }
        let is_between = |a: SessionId, b: SessionId| self.sessions.contains(&a) && staying().any(|other| other == b);
        let edges = self.noxfile.edges.iter().filter(|edge| times::is_needed(edge) && edge.is_dependency());
        if let Some(edge) =
            edges.into_iter().find(|edge| is_between(edge.from, edge.to) || is_between(edge.to, edge.from))
        {
            return Err(format!("{}, and only in one job are its files there", edge.reason));
        }
        let noxfile = cx.workflow.links.iter().find(|link| link.site.job == cx.at).and_then(|link| link.noxfile);
        let pairs = self.sessions.iter().flat_map(|own| staying().map(move |other| (*own, other)));
        let disturbance = |(a, b)| cx.snapshot.workspace.disturbance_outside(noxfile?, a, b);
        if let Some(hazard) = pairs.into_iter().find_map(disturbance) {
            return Err(hazard.reason);
        }
        self.refuse_readers(cx)
    }

    fn changes_sources(&self, id: SessionId) -> bool {
        let effects = self.noxfile.effects.get(id.0);
        effects.is_some_and(|effects| effects.items.iter().any(|effect| effect.access == Access::Mutate))
    }

    /// Later steps that use what the sessions leave, and jobs that ask for the result of just this one.
    fn refuse_readers(&self, cx: JobCx<'_>) -> Result<(), String> {
        let first = self.places.first().copied().unwrap_or_default();
        let others = cx.job.steps.iter().enumerate().skip(first).filter(|(at, _)| !self.places.contains(at));
        for (_, step) in others.filter(|(_, step)| !runs_sessions(step)) {
            if let Some(name) = self.sessions.iter().find(|id| may_use(self.noxfile, **id, step)) {
                return Err(format!("a later step may use what `{}` makes", times::name(self.noxfile, *name)));
            }
        }
        let result = format!("needs.{}.result", cx.job.id);
        let text = cx.file.document.text();
        match cx.workflow.facts.jobs.iter().find(|job| job.span.of(text).contains(&result)) {
            Some(job) => Err(format!("`{}` asks for the result of `{}` alone", job.id, cx.job.id)),
            None => Ok(()),
        }
    }

    /// The new job's steps: what stands before the sessions and holds in the cell, then these. Uploads of other sessions
    /// stay where they are.
    pub(super) fn steps(&self, cx: JobCx<'_>, cell: &OneCell<'_>) -> Result<Vec<(usize, Taken)>, String> {
        let last = self.places.last().copied().unwrap_or_default();
        let mut steps = Vec::new();
        for (at, step) in cx.job.steps.iter().enumerate().take(last + 1) {
            let is_lifted = self.places.contains(&at);
            let is_setup = !runs_sessions(step) && !sends(step);
            if !matches!(step.kind, StepKind::Run { .. } | StepKind::Uses { .. }) {
                return Err("steps before it run at the same time or wait for some that do".to_owned());
            }
            if !is_lifted && !is_setup {
                continue;
            }
            match cell.condition(step)? {
                Condition::Fails => {}
                Condition::Holds => steps.push((at, Taken { drops_condition: true })),
                Condition::Kept => steps.push((at, Taken { drops_condition: false })),
            }
        }
        let read = |at: usize| {
            let step = cx.job.steps.get(at)?;
            step.reads_steps.iter().find(|(id, _)| {
                let is_it = |other: &usize| {
                    cx.job.steps.get(*other).is_some_and(|step| step.id.as_ref().is_some_and(|(own, _)| own == id))
                };
                !steps.iter().any(|(other, _)| is_it(other))
            })
        };
        if let Some((id, _)) = steps.iter().find_map(|(at, _)| read(*at)) {
            return Err(format!("it reads what the step `{id}` puts out, which stays in the matrix"));
        }
        Ok(steps)
    }
}

/// The links of a step that does nothing but run the same sessions in every cell.
fn repeated(cx: JobCx<'_>, at: usize) -> Option<Vec<&Link>> {
    let step = cx.job.steps.get(at)?;
    let StepKind::Run { script, .. } = &step.kind else { return None };
    let is_plain = !script.foreign && !step.background && step.id.is_none();
    let only_nox = !script.nox_calls.is_empty() && script.commands.len() == script.nox_calls.len();
    let text = cx.file.document.text();
    let calls = || script.nox_calls.iter();
    if at == 0
        || !is_plain
        || !only_nox
        || calls().any(|call| call.through.is_some() || matrix::reaches(cx.job, step, call.span.of(text)))
    {
        return None;
    }
    if matrix::names(step.span.of(text)) {
        return None;
    }
    let links: Vec<&Link> =
        cx.workflow.links.iter().filter(|link| link.site.job == cx.at && link.site.step == at).collect();
    // All words are known names: then it does not matter that the noxfile may have more sessions.
    let names = |call: &NoxCall| call.selection.sessions.iter().flatten().filter(|word| word.literal).count();
    let is_read = |(link, call): (&&Link, &NoxCall)| {
        let named = link.runs.iter().filter(|run| run.word.is_some() && !run.is_prerequisite).count();
        let is_whole =
            call.selection.sessions.as_ref().is_some_and(|words| (words.len(), named) == (names(call), names(call)));
        link.cells.is_empty() && is_whole && named > 0 && link.unknown.is_empty() && link.noxfile.is_some()
    };
    let publishes = |link: &&Link| {
        let noxfile = link.noxfile.and_then(|id| cx.snapshot.workspace.noxfiles.get(id.0));
        let effects = link.runs.iter().filter_map(|run| noxfile?.effects.get(run.session.0));
        effects.into_iter().any(|effects| effects.kind == SessionKind::Release)
    };
    let is_named = calls().all(|call| call.selection.overridden.is_empty() && call.selection.tags.is_none());
    (links.len() == script.nox_calls.len()
        && is_named
        && links.iter().zip(calls()).all(is_read)
        && !links.iter().any(publishes))
    .then_some(links)
}

/// `nox --version` runs none.
fn runs_sessions(step: &Step) -> bool {
    step.nox_calls().iter().any(|call| !call.lists_only)
}

/// Whether the sessions of a link say the same in whatever cell they run.
fn says_the_same(noxfile: &NoxfileModel, link: &Link) -> bool {
    let mut named = link.runs.iter().filter(|run| !run.is_prerequisite);
    named.all(|run| noxfile.effects.get(run.session.0).is_some_and(|effects| matrix::is_same_everywhere(effects)))
}

/// Whether a step that runs no session may use what a session leaves.
fn may_use(noxfile: &NoxfileModel, id: SessionId, step: &Step) -> bool {
    let Some(effects) = noxfile.effects.get(id.0) else { return true };
    let mut made =
        effects.items.iter().filter(|effect| matches!(effect.access, Access::Write | Access::Update)).filter_map(
            |effect| match &effect.resource {
                Resource::Path(path) => Some(path.as_str()),
                _ => None,
            },
        );
    let path = match &step.kind {
        StepKind::Uses { with, .. } => {
            with.iter().find(|(key, ..)| ["path", "files", "file", "folder", "publish_dir"].contains(&key.as_str()))
        }
        _ => None,
    };
    match path {
        Some((_, paths, _)) => made.any(|made| {
            paths.lines().any(|path| {
                model::effects::meet(
                    made.trim_start_matches("./"),
                    path.trim().trim_start_matches("./").trim_end_matches('/'),
                )
            })
        }),
        None if sends(step) => made.any(|made| made.contains("coverage")),
        None => made.any(|made| !is_cache(made)),
    }
}

/// Files that only the tool itself reads again.
fn is_cache(path: &str) -> bool {
    path.split('/').any(|part| part.contains("cache") || part.ends_with(".egg-info") || part == "build")
}

/// Whether a step sends files away: it belongs to the sessions that made them.
fn sends(step: &Step) -> bool {
    let StepKind::Uses { action, .. } = &step.kind else { return false };
    ["upload", "codecov", "coveralls", "publish", "deploy"].iter().any(|word| action.contains(word))
}
