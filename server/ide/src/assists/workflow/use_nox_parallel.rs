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
//! session which now requires others get `--no-dependencies`, and so do what they did before.

use facts::workflow::{Job, StepKind};
use model::WorkflowModel;
use model::forecast::Way;
use syntax::TextEdit;

use super::layout;
use crate::assist::{FileEdit, OfferKind};
use crate::assists::noxfile_edits::{self, Requiring};
use crate::assists::{Assist, AssistCx, Draft, GroupCx};
use super::layout::StepText;
use crate::subject;

pub(super) const ASSIST: Assist = Assist { id: "use-nox-parallel", kind: OfferKind::Parallel, run };

fn run(cx: &AssistCx<'_>) -> Option<Draft> {
    let cx = cx.group()?;
    let lanes = cx.snapshot.workspace.settings.runner_cores.max(2);
    Some(Draft {
        title: format!("Run {} sessions with nox -j {lanes}", cx.group.parallel_items()),
        gain: cx.gain(Way::NoxParallel { lanes }),
        caveat: cx.group.caveat(),
        edits: edits(cx, lanes),
    })
}

fn edits(cx: &GroupCx<'_>, lanes: usize) -> Result<Vec<FileEdit>, String> {
    refuse_old_nox(cx)?;
    let workflow = layout::rewrite_steps(cx, &|units, carried| {
        let items: Vec<usize> = units.iter().flat_map(|unit| unit.items.iter().copied()).collect();
        let command = cx.group.command(&items, &format!(" -j {lanes}")).ok_or("the sessions take different arguments")?;
        Ok(vec![StepText::run(Some("Sessions in parallel"), carried, &command)])
    })?;
    let noxfile = noxfile_edits::allow_parallel(cx)?;
    let mut edits = vec![FileEdit::new(cx.file.id, workflow)];
    edits[0].edits.extend(keep_alone(cx, cx.workflow, &noxfile.requiring)?);
    for other in cx.snapshot.workspace.workflows.iter().filter(|other| other.file != cx.file.id) {
        let kept = keep_alone(cx, other, &noxfile.requiring)?;
        if !kept.is_empty() {
            edits.push(FileEdit::new(other.file, kept));
        }
    }
    if !noxfile.edits.is_empty() {
        edits.push(FileEdit::new(cx.group.noxfile.file, noxfile.edits));
    }
    Ok(edits)
}

/// Calls elsewhere that run one of `requiring` by itself must go on doing so: they get `--no-dependencies`.
fn keep_alone(cx: &GroupCx<'_>, workflow: &WorkflowModel, requiring: &[Requiring]) -> Result<Vec<TextEdit>, String> {
    let file = cx.snapshot.file(workflow.file).ok_or("a workflow is gone")?;
    let text = file.document.text();
    let mut edits = Vec::new();
    for link in workflow.links.iter().filter(|link| link.noxfile == Some(cx.group.noxfile_id)) {
        let is_rewritten = workflow.file == cx.file.id
            && workflow.facts.jobs.get(link.site.job).is_some_and(|job| job.id == cx.job.id)
            && cx.group.steps.contains(&link.site.step);
        let runs = |id: &model::SessionId| link.runs.iter().any(|run| run.session == *id);
        let adds = requiring.iter().any(|new| runs(&new.session) && !new.requires.iter().all(runs));
        let Some(call) = workflow.facts.jobs.get(link.site.job).and_then(|job| subject::call(job, link.site)) else {
            continue;
        };
        if is_rewritten || !adds || call.no_dependencies {
            continue;
        }
        let launcher = call.launcher.join(" ");
        if link.runs.iter().any(|run| run.is_prerequisite) || !call.span.of(text).starts_with(&launcher) {
            let at = file.document.lines().line(call.span.start) + 1;
            return Err(format!("the call in line {at} of {} would run more sessions than before", file.path));
        }
        let at = call.span.start + u32::try_from(launcher.len()).unwrap_or(0);
        edits.push(TextEdit::insert(at, " --no-dependencies"));
    }
    Ok(edits)
}

/// Whoever uses this noxfile must have a nox that knows `allow_parallel`: elsewhere it would not even load.
fn refuse_old_nox(cx: &GroupCx<'_>) -> Result<(), String> {
    let first = noxfile_edits::FIRST_PARALLEL;
    let is_old = |version: &str| noxfile_edits::is_older(version, first);
    if let Some(version) = &cx.snapshot.workspace.settings.nox_version {
        return if is_old(version) { Err(format!("nox -j needs nox {first}; the setting says {version}")) } else { Ok(()) };
    }
    for workflow in &cx.snapshot.workspace.workflows {
        let linked = workflow.links.iter().filter(|link| link.noxfile == Some(cx.group.noxfile_id));
        for job in linked.filter_map(|link| workflow.facts.jobs.get(link.site.job)) {
            if let Some(version) = pinned_version(job).filter(|version| is_old(version)) {
                return Err(format!("nox -j needs nox {first}, and job `{}` of {} uses {version}", job.id, workflow.label));
            }
        }
    }
    Ok(())
}

/// nox's version as a job installs it.
fn pinned_version(job: &Job) -> Option<&str> {
    let scripts = job.steps.iter().filter_map(|step| match &step.kind {
        StepKind::Run { script, .. } => Some(script),
        _ => None,
    });
    let mut words = scripts.flat_map(|script| &script.commands).flat_map(|command| &command.argv);
    words.find_map(|word| word.text.trim_matches(['"', '\'']).strip_prefix("nox=="))
}
