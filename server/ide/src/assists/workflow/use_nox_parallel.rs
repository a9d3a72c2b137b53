//! Runs a job's sessions by one `nox -j N`, and makes the noxfile safe for it.
//!
//! ```yaml
//! steps:
//!   - run: nox -s lint
//!   - run: nox -s typecheck
//! ```
//! ->
//! ```yaml
//! steps:
//!   - run: nox -j 4 -s lint typecheck
//! ```
//! nox has `-j` since 2026.08.10, starts only sessions that say `allow_parallel=True` beside others, and knows no order but
//! `requires=`: so the noxfile gets both, where they are missing, and the version it needs. Calls elsewhere that run a
//! session which now requires others get `--no-dependencies`, and so do what they did before. Jobs that pin an older nox get
//! that one, which the title says.

use model::forecast::Way;
use model::links::Link;
use model::{SessionId, WorkflowModel};
use syntax::Span;

use super::group::{Item, items_of};
use super::layout::{self, StepText};
use super::together::Together;
use crate::assist::{FileEdit, OfferKind};
use crate::assists::noxfile::calls;
use crate::assists::noxfile::raised_nox::{self, Raised};
use crate::assists::noxfile::script::FIRST_PARALLEL;
use crate::assists::{noxfile_edits, Assist, AssistCx, Draft, Gain, GroupCx, Spot};
use crate::times;

pub(super) const ASSIST: Assist = Assist { id: "use-nox-parallel", kind: OfferKind::Parallel, at: &[Spot::Job, Spot::Step, Spot::Session, Spot::Options, Spot::Noxfile], run };

fn run(cx: &AssistCx<'_>) -> Option<Draft> {
    if cx.noxfile().is_some() {
        return from_noxfile(cx);
    }
    let what = |cx: &GroupCx<'_>| format!("Run {} sessions", cx.group.parallel_items());
    let of = |cx: &GroupCx<'_>| draft(cx, &what(cx));
    let unlike = || cx.unlike().filter(|(cx, _)| cx.group.has_parallel_parts());
    let together = || Together::of(cx).map(|found| of_together(&found, &what(&found.cx)));
    cx.group().map(of).or_else(|| unlike().map(|(cx, why)| Draft { edits: Err(why), ..of(cx) })).or_else(together)
}

/// The same for what only nox can run side by side.
fn of_together(found: &Together<'_>, what: &str) -> Draft {
    let draft = draft(&found.cx, what);
    let edits = found.obstacle.clone().map_or(draft.edits, Err);
    Draft { title: draft.title, gain: found.gain(lanes(&found.cx)), caveat: draft.caveat, edits }
}

/// `N` of the `nox -j N` that is written.
fn lanes(cx: &GroupCx<'_>) -> usize {
    cx.snapshot.workspace.settings.runner_cores.max(2)
}

/// `what` is the beginning of the title.
fn draft(cx: &GroupCx<'_>, what: &str) -> Draft {
    let lanes = lanes(cx);
    let raised = raised_nox::raise(cx.snapshot, cx.group.noxfile_id, FIRST_PARALLEL, "nox -j");
    let newer = raised.as_ref().ok().and_then(|raised| raised.caveat.clone());
    Draft {
        title: format!("{what} with nox -j {lanes}"),
        gain: cx.gain(Way::NoxParallel { lanes }),
        caveat: super::joined([cx.group.caveat(), newer, cx.group.pins(&layout::calls_of(&cx.group, true), false)]),
        edits: raised.and_then(|raised| edits(cx, lanes, raised)),
    }
}

/// The same, asked for in the noxfile: of the jobs that run a session in question the one that saves most.
fn from_noxfile(cx: &AssistCx<'_>) -> Option<Draft> {
    let (id, _) = cx.noxfile()?;
    let is_whole = cx.is_whole_file();
    let asked: Vec<SessionId> = cx.sessions().iter().map(|it| it.id).collect();
    let mut best: Option<Draft> = None;
    for workflow in &cx.snapshot.workspace.workflows {
        let Some(file) = cx.snapshot.file(workflow.file) else { continue };
        for job in &workflow.facts.jobs {
            let there = AssistCx::new(cx.snapshot, file, Span::empty(job.id_span.start));
            let together = if there.group().is_none() { Together::of(&there) } else { None };
            let group = there.group().or(together.as_ref().map(|found| &found.cx));
            let Some(group) = group.filter(|it| it.group.noxfile_id == id) else { continue };
            let runs = |asked: &SessionId| group.group.items.iter().any(|item| item.session == *asked);
            if !(is_whole || asked.iter().any(runs)) {
                continue;
            }
            let count = group.group.parallel_items();
            let what = format!("Run {count} sessions of `{}` in {}", job.id, workflow.label);
            let new = together.as_ref().map_or_else(|| draft(group, &what), |found| of_together(found, &what));
            let saves = |draft: &Draft| draft.gain.as_ref().map_or(0.0, Gain::saved);
            let is_better = |known: &Draft| (new.edits.is_ok(), saves(&new)) > (known.edits.is_ok(), saves(known));
            if best.as_ref().is_none_or(is_better) {
                best = Some(new);
            }
        }
    }
    best
}

/// Why the sessions cannot be one call.
fn arguments(cx: &GroupCx<'_>, items: &[usize]) -> String {
    let items = || items.iter().filter_map(|at| cx.group.items.get(*at));
    let given = items().find(|item| !item.posargs.is_empty());
    let reader = items().find(|item| item.reads_posargs && given.is_some_and(|given| given.posargs != item.posargs));
    match (given, reader) {
        (Some(given), Some(reader)) => {
            let name = |item: &Item| times::name(cx.group.noxfile, item.session);
            let (first, other) = (name(given), name(reader));
            format!("one call gives its arguments to all: `{first}` gets `-- {}`, which `{other}` may read, too", given.posargs)
        }
        _ => "the sessions take different arguments".to_owned(),
    }
}

fn edits(cx: &GroupCx<'_>, lanes: usize, raised: Raised) -> Result<Vec<FileEdit>, String> {
    let workflow = layout::rewrite_steps(cx, &|units| {
        let items = items_of(units);
        let command = cx.group.command(&items, &format!(" -j {lanes}")).ok_or_else(|| arguments(cx, &items))?;
        let (name, carried) = (layout::name_of(cx, &items), layout::carried_by(cx, &items)?);
        Ok(vec![StepText::run(&cx.style()?, Some(name.as_deref().unwrap_or(layout::IN_PARALLEL)), &carried, &command)])
    })?;
    let noxfile = noxfile_edits::allow_parallel(cx)?;
    let mut edits = vec![FileEdit::new(cx.file.id, workflow)];
    let is_rewritten = |workflow: &WorkflowModel, link: &Link| {
        let job = workflow.facts.jobs.get(link.site.job);
        workflow.file == cx.file.id
            && job.is_some_and(|job| job.id == cx.job.id)
            && cx.group.steps.contains(&link.site.step)
    };
    for kept in calls::keep_alone(cx.snapshot, cx.group.noxfile_id, &noxfile.requiring, &is_rewritten)? {
        match edits.iter_mut().find(|edit| edit.file == kept.file) {
            Some(edit) => edit.edits.extend(kept.edits),
            None => edits.push(kept),
        }
    }
    if !noxfile.edits.is_empty() {
        edits.push(FileEdit::new(cx.group.noxfile.file, noxfile.edits));
    }
    raised.merge_into(&mut edits, |file| cx.snapshot.file(file).map(|file| file.document.text().to_owned()));
    Ok(edits)
}
