//! Which steps of a matrix job may leave it, and what they need elsewhere. Neighbours: `only_cell` finds those that one cell
//! runs alone, `kept_back` says why steps must stay.

use facts::shell::{NoxCall, Word};
use facts::workflow::{Job, Step, StepKind};
use model::links::{Link, LinkedSession};
use model::{Access, NoxfileModel, SessionId, SessionKind};
use syntax::Span;

use super::gate;
use super::kept_back::sends;
use super::one_cell::{Condition, OneCell, python};
use crate::assists::context::JobCx;
use crate::{matrix, times};

/// An id longer than this is no name.
const MAX_ID: usize = 40;

/// Steps that every cell repeats, or that one runs alone.
pub(super) struct Lifted<'a> {
    pub(super) noxfile: &'a NoxfileModel,
    /// Their places in the job.
    pub(super) places: Vec<usize>,
    pub(super) sessions: Vec<SessionId>,
    /// Cells of the matrix.
    pub(super) cells: usize,
    /// The cell that alone runs them, by their `if`.
    pub(super) only: Option<usize>,
}

impl<'a> Lifted<'a> {
    /// The steps that `span` means: those it touches, else all whose result cannot differ from cell to cell.
    pub(super) fn of(cx: JobCx<'a>, span: Span) -> Option<Self> {
        let cells = cx.job.strategy.as_ref()?.cells.value().filter(|cells| cells.len() > 1)?.len();
        let repeated: Vec<(usize, Vec<&Link>)> =
            (0..cx.job.steps.len()).filter_map(|at| Some((at, repeated(cx, at)?))).collect();
        let touched = touched(cx, span);
        let noxfile_of =
            |links: &[&Link]| cx.snapshot.workspace.noxfiles.get(links.first()?.noxfile?.0).map(|it| &**it);
        let noxfile = noxfile_of(&repeated.first()?.1)?;
        let mut lifted = Self { noxfile, places: Vec::new(), sessions: Vec::new(), cells, only: None };
        for (at, links) in &repeated {
            let is_same = links.iter().all(|link| says_the_same(noxfile, link));
            if touched.as_ref().map_or(is_same, |touched| touched.contains(at)) {
                lifted.add(*at, links);
            }
        }
        let is_one =
            repeated.iter().all(|(_, links)| links.iter().all(|link| link.noxfile == repeated[0].1[0].noxfile));
        (is_one && !lifted.places.is_empty()).then_some(lifted)
    }

    /// Steps at `places` that `cell` alone runs.
    pub(super) fn alone(cx: JobCx<'a>, places: Vec<usize>, cell: usize) -> Option<Self> {
        let cells = cx.job.strategy.as_ref()?.cells.value()?.len();
        let steps: Vec<(usize, Vec<&Link>)> =
            places.into_iter().map(|at| Some((at, plain(cx, at, Some(cell))?))).collect::<Option<_>>()?;
        let id = steps.first()?.1.first()?.noxfile?;
        let noxfile = cx.snapshot.workspace.noxfiles.get(id.0)?;
        let mut lifted = Self { noxfile, places: Vec::new(), sessions: Vec::new(), cells, only: Some(cell) };
        for (at, links) in &steps {
            if links.iter().any(|link| link.noxfile != Some(id)) {
                return None;
            }
            lifted.add(*at, links);
        }
        Some(lifted)
    }

    fn add(&mut self, at: usize, links: &[&Link]) {
        self.places.push(at);
        for link in links {
            for run in self.runs(link).iter().filter(|run| !run.is_prerequisite) {
                if !self.sessions.contains(&run.session) {
                    self.sessions.push(run.session);
                }
            }
        }
    }

    /// What a call runs where the steps run.
    pub(super) fn runs<'l>(&self, link: &'l Link) -> &'l [LinkedSession] {
        runs_in(link, self.only)
    }

    /// The cell in whose place the new job stands.
    pub(super) fn cell(&self, cx: JobCx<'a>) -> Option<OneCell<'a>> {
        if let Some(cell) = self.only {
            return OneCell::at(&cx.workflow.facts, cx.job, cx.file.document.text(), cell);
        }
        let asked = python(self.noxfile, self.sessions.iter().copied());
        OneCell::cheapest(&cx.workflow.facts, cx.job, cx.file.document.text(), asked)
    }

    /// Names of the sessions, in the order of the steps.
    pub(super) fn names(&self) -> Vec<&'a str> {
        self.sessions.iter().map(|id| times::name(self.noxfile, *id)).collect()
    }

    /// An id for the new job.
    pub(super) fn id(&self, cx: JobCx<'a>) -> String {
        let plain = |name: &str| name.replace(|c: char| !c.is_ascii_alphanumeric() && c != '_' && c != '-', "-");
        let dash = if cx.job.id.contains('_') { "_" } else { "-" };
        // One that runs in the matrix, too, does something else here: the step's name says what.
        let also_stays = self.sessions.iter().any(|id| self.staying(cx).any(|(_, other)| other == *id));
        match (self.names().as_slice(), also_stays) {
            ([one], false) => plain(one),
            ([one, other], false) => format!("{}{dash}{}", plain(one), plain(other)),
            (_, true) if let Some(id) = self.id_of_step(cx.job, dash) => id,
            _ => format!("{}{dash}once", cx.job.id),
        }
    }

    /// `Test docstrings` as `test-docstrings`.
    fn id_of_step(&self, job: &Job, dash: &str) -> Option<String> {
        let [only] = self.places.as_slice() else { return None };
        let (name, _) = job.steps.get(*only)?.name.as_ref().filter(|(name, _)| !name.contains("${{"))?;
        let words = name.split(|c: char| !c.is_ascii_alphanumeric()).filter(|word| !word.is_empty());
        let id = words.map(str::to_ascii_lowercase).collect::<Vec<_>>().join(dash);
        (id.len() <= MAX_ID && id.starts_with(|c: char| c.is_ascii_alphabetic())).then_some(id)
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
    pub(super) fn caveat(&self, cx: JobCx<'a>) -> Option<String> {
        let name = |id: SessionId| times::name(self.noxfile, id);
        let unknown = |id: SessionId| self.noxfile.effects.get(id.0).and_then(|effects| effects.unknown.first());
        let staying = || self.staying(cx).map(|(_, id)| id).filter(|_| self.only.is_some());
        let all = || self.sessions.iter().copied().chain(staying());
        Some(if let Some(command) = all().find_map(unknown) {
            format!("unverified: nobody knows what `{}` touches", command.what)
        } else if let Some(id) = self.sessions.iter().find(|id| self.changes_sources(**id)) {
            format!("if the others need not see the sources as `{}` leaves them", name(*id))
        } else if let Some(id) = staying().find(|id| self.changes_sources(*id)) {
            format!("if it need not see the sources as `{}` leaves them", name(id))
        } else if self.only.is_some() {
            // Nothing runs less often. Under a gate it is as much required as it was.
            return (!gate::is_gated(cx.workflow, cx.job)).then(|| "its check is then one of its own".to_owned());
        } else if self.sessions.len() == 1 {
            "if it need not pass in the other cells".to_owned()
        } else {
            "if they need not pass in the other cells".to_owned()
        })
    }

    /// What the sessions take in a cell, seconds.
    pub(super) fn seconds(&self, cx: JobCx<'_>) -> f64 {
        let links =
            cx.workflow.links.iter().filter(|link| link.site.job == cx.at && self.places.contains(&link.site.step));
        let runs = links.flat_map(|link| self.runs(link));
        runs.filter_map(|run| self.noxfile.ci.sum(run.session, &run.instances)).map(|sum| sum.seconds).sum()
    }

    fn changes_sources(&self, id: SessionId) -> bool {
        let effects = self.noxfile.effects.get(id.0);
        effects.is_some_and(|effects| effects.items.iter().any(|effect| effect.access == Access::Mutate))
    }

    /// The new job's steps: what stands before the sessions and holds in the cell, then these. Uploads of other sessions
    /// stay where they are.
    pub(super) fn steps(&self, cx: JobCx<'_>, cell: &OneCell<'_>) -> Result<Vec<(usize, Condition)>, String> {
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
                condition => steps.push((at, condition)),
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

/// The steps that `span` touches; `None`: it means the job as a whole.
pub(super) fn touched(cx: JobCx<'_>, span: Span) -> Option<Vec<usize>> {
    let steps = cx.job.steps.iter().enumerate().filter(|(_, step)| step.span.meets(span));
    let touched: Vec<usize> = steps.map(|(at, _)| at).collect();
    (!touched.is_empty() && !span.covers(cx.job.span)).then_some(touched)
}

/// The links of a step that does nothing but run the same sessions in every cell.
fn repeated(cx: JobCx<'_>, at: usize) -> Option<Vec<&Link>> {
    let step = cx.job.steps.get(at)?;
    let text = cx.file.document.text();
    let is_reached = |call: &NoxCall| matrix::reaches(cx.job, step, call.span.of(text));
    if matrix::names(step.span.of(text)) || step.nox_calls().iter().any(is_reached) {
        return None;
    }
    plain(cx, at, None)
}

/// The links of a step that does nothing but run sessions which its calls name: in every cell the same, or in `cell`.
pub(super) fn plain(cx: JobCx<'_>, at: usize, cell: Option<usize>) -> Option<Vec<&Link>> {
    let step = cx.job.steps.get(at)?;
    let StepKind::Run { script, .. } = &step.kind else { return None };
    let is_plain = !script.foreign && !step.background && step.id.is_none();
    let only_nox = !script.nox_calls.is_empty() && script.commands.len() == script.nox_calls.len();
    let calls = || script.nox_calls.iter();
    if at == 0 || !is_plain || !only_nox || calls().any(|call| call.through.is_some()) {
        return None;
    }
    let links: Vec<&Link> =
        cx.workflow.links.iter().filter(|link| link.site.job == cx.at && link.site.step == at).collect();
    // All words are known names: then it does not matter that the noxfile may have more sessions.
    let is_read = |(link, call): (&&Link, &NoxCall)| {
        let named = runs_in(link, cell).iter().filter(|run| run.word.is_some() && !run.is_prerequisite).count();
        let is_known =
            |words: &Vec<Word>| words.len() == named && (cell.is_some() || words.iter().all(|word| word.literal));
        let is_whole = call.selection.sessions.as_ref().is_some_and(is_known);
        (cell.is_some() || link.cells.is_empty())
            && is_whole
            && named > 0
            && link.unknown.is_empty()
            && link.noxfile.is_some()
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

/// What a call runs in `cell`; `None`: in all of them.
fn runs_in(link: &Link, cell: Option<usize>) -> &[LinkedSession] {
    cell.and_then(|cell| link.cells.get(cell)).unwrap_or(&link.runs)
}

/// `nox --version` runs none.
pub(super) fn runs_sessions(step: &Step) -> bool {
    step.nox_calls().iter().any(|call| !call.lists_only)
}

/// Whether the sessions of a link say the same in whatever cell they run.
fn says_the_same(noxfile: &NoxfileModel, link: &Link) -> bool {
    let mut named = link.runs.iter().filter(|run| !run.is_prerequisite);
    named.all(|run| noxfile.effects.get(run.session.0).is_some_and(|effects| matrix::is_same_everywhere(effects)))
}
