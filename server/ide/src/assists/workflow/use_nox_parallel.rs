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

use model::WorkflowModel;
use model::forecast::Way;
use model::links::Link;

use super::layout::{self, StepText};
use crate::assist::{FileEdit, OfferKind};
use crate::assists::noxfile::calls;
use crate::assists::noxfile::script::FIRST_PARALLEL;
use crate::assists::{Assist, AssistCx, Draft, GroupCx, noxfile_edits};

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
    calls::refuse_old_nox(cx.snapshot, cx.group.noxfile_id, FIRST_PARALLEL, "nox -j")?;
    let workflow = layout::rewrite_steps(cx, &|units, carried| {
        let items: Vec<usize> = units.iter().flat_map(|unit| unit.items.iter().copied()).collect();
        let command = cx.group.command(&items, &format!(" -j {lanes}")).ok_or("the sessions take different arguments")?;
        Ok(vec![StepText::run(Some("Sessions in parallel"), carried, &command)])
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
    Ok(edits)
}
