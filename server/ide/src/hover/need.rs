//! One entry of `needs`: what it makes the job wait for, and whether anything comes over it.

use std::fmt::Write;

use model::WorkflowId;

use crate::needs;
use crate::snapshot::Snapshot;
use crate::words;

/// The hover's markdown.
pub(super) fn text(snapshot: &Snapshot, workflow: WorkflowId, waiting: usize, needed: usize) -> Option<String> {
    let model = snapshot.workspace.workflows.get(workflow.0)?;
    let (to, from) = (model.facts.jobs.get(waiting)?, model.facts.jobs.get(needed)?);
    let mut out = format!("`{}` waits for **{}**", to.id, from.id);
    if let Some(estimate) = model.jobs.get(needed) {
        let _ = write!(out, " · {}", words::estimate(estimate));
    }
    let carried = needs::carried(snapshot, workflow, needed, waiting);
    let _ = match carried.first() {
        Some(_) => write!(out, "\n\nTakes from it: {}", carried.join("; ")),
        None => write!(out, "\n\nTakes nothing from it: the two could run at the same time"),
    };
    Some(out)
}
