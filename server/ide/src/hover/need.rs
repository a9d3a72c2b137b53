//! One entry of `needs`: what it makes the job wait for, whether anything comes over it, and what the workflow would gain
//! without it.

use std::fmt::Write;

use model::WorkflowId;

use crate::needs;
use crate::snapshot::Snapshot;
use crate::times::JobTimes;
use crate::words;

/// The hover's markdown.
pub(super) fn text(snapshot: &Snapshot, workflow: WorkflowId, waiting: usize, needed: usize) -> Option<String> {
    let workspace = &snapshot.workspace;
    let model = workspace.workflows.get(workflow.0)?;
    let (to, from) = (model.facts.jobs.get(waiting)?, model.facts.jobs.get(needed)?);
    let mut out = format!("`{}` waits for **{}**", to.id, from.id);
    let estimate = model.jobs.get(needed)?;
    let _ = write!(out, " · {} ({})", words::estimate(estimate), words::source(estimate));
    let carried = needs::carried(snapshot, workflow, needed, waiting);
    let _ = match carried.first() {
        Some(_) => write!(out, "\n\nBecause {}", carried.join("; ")),
        None => write!(out, "\n\nTakes nothing from it: the two could run at the same time"),
    };
    let kept: Vec<(usize, usize)> = model.needs.iter().copied().filter(|need| *need != (needed, waiting)).collect();
    let (now, then) = (JobTimes::of(workspace, model), JobTimes::with_needs(workspace, model, &kept));
    let source = model.jobs.iter().map(|estimate| estimate.source).max().unwrap_or(estimate.source);
    let _ = match words::change(now.makespan, then.makespan, source) {
        Some(change) => write!(out, "\n\nWithout it: the workflow {change}"),
        None => {
            let length = words::seconds(then.analysis.length, source);
            write!(out, "\n\nNothing is gained without it: {} bounds the time ({length})", then.path(model))
        }
    };
    Some(out)
}
