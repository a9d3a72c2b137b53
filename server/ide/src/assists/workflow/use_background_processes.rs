//! Runs the sessions of a job's steps as background processes of one step: for forges that have no parallel steps.
//!
//! ```yaml
//! steps:
//!   - run: nox -s lint
//!   - run: nox -s typecheck
//! ```
//! becomes one step whose script starts both, waits for each, prints each log whole, and fails if one of them failed.

use facts::Forge;
use facts::workflow::Job;
use model::WorkflowModel;
use model::forecast::Way;

use super::group::items_of;
use super::{apart, background_script, layout};
use crate::assist::{FileEdit, OfferKind};
use crate::assists::{Assist, AssistCx, Draft, GroupCx, Spot};
use super::layout::StepText;

pub(super) const ASSIST: Assist = Assist { id: "use-background-processes", kind: OfferKind::Parallel, at: &[Spot::Job, Spot::Step], run };

fn run(cx: &AssistCx<'_>) -> Option<Draft> {
    let unlike = || cx.unlike().filter(|(cx, _)| cx.group.has_parallel_parts());
    let offer = |cx| draft(cx, if runs_on_windows(cx) { Err(WINDOWS.to_owned()) } else { edits(cx) });
    cx.group().map(offer).or_else(|| unlike().map(|(cx, why)| draft(cx, Err(why)))).or_else(|| apart(cx))
}

/// Where no group can be made of the steps, and no other offer says why.
fn apart(cx: &AssistCx<'_>) -> Option<Draft> {
    cx.workflow().filter(|cx| cx.workflow.facts.forge != Forge::GitHub)?;
    apart::draft(cx, |sessions| format!("Run {sessions} sessions as background processes"))
}

fn draft(cx: &GroupCx<'_>, edits: Result<Vec<FileEdit>, String>) -> Draft {
    Draft {
        title: format!("Run {} sessions as background processes", cx.group.parallel_items()),
        gain: cx.gain(Way::BackgroundProcesses),
        caveat: super::joined([cx.group.caveat(), cx.group.pins(&layout::calls_of(&cx.group, false), false)]),
        edits,
    }
}

fn edits(cx: &GroupCx<'_>) -> Result<Vec<FileEdit>, String> {
    let edits = layout::rewrite_steps(cx, &|units| {
        let script = background_script::script(&cx.group, units).ok_or("the sessions take different arguments")?;
        let items = items_of(units);
        let (name, carried) = (layout::name_of(cx, &items), layout::carried_by(cx, &items)?);
        Ok(vec![StepText::run(&cx.style()?, Some(name.as_deref().unwrap_or(layout::IN_PARALLEL)), &carried, &script)])
    })?;
    Ok(vec![FileEdit::new(cx.file.id, edits)])
}

pub(super) const WINDOWS: &str = "the job may run on Windows, where the script would not be read by a POSIX shell";

/// Whether the job's scripts may be read by something else than a POSIX shell.
pub(super) fn runs_on_windows(cx: &GroupCx<'_>) -> bool {
    may_be_windows(cx.workflow, cx.job, cx.group.steps.start)
}

/// The same for one step.
pub(super) fn may_be_windows(workflow: &WorkflowModel, job: &Job, step: usize) -> bool {
    let own = job.steps.get(step).and_then(|step| step.shell.as_deref());
    if let Some(shell) = own.or(job.defaults.shell.as_deref()).or(workflow.facts.defaults.shell.as_deref()) {
        let program = shell.split_whitespace().next().unwrap_or_default();
        return !matches!(program.rsplit('/').next(), Some("bash" | "sh" | "dash"));
    }
    let is_windows = |labels: &[String]| {
        labels.iter().any(|label| label.to_ascii_lowercase().contains("windows") || label.contains("${{"))
    };
    // Where the machine comes from the matrix, each cell's counts.
    let cells = job.strategy.as_ref().and_then(|strategy| strategy.cells.value());
    match (job.runs_on.value(), cells) {
        (Some(labels), _) if !labels.iter().any(|label| label.contains("${{")) => is_windows(labels),
        (_, Some(cells)) => cells.iter().any(|cell| cell.runs_on.as_deref().is_none_or(is_windows)),
        (labels, None) => labels.is_none_or(|labels| is_windows(labels)),
    }
}
