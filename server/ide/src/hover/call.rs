//! A nox call: the sessions it runs, in order, with the time of each.

use std::fmt::Write;

use model::WorkflowId;

use crate::snapshot::Snapshot;
use crate::times;
use crate::words;

/// Lines of sessions before "and N more".
const MAX_LINES: usize = 8;

/// The hover's markdown.
pub(super) fn text(snapshot: &Snapshot, workflow: WorkflowId, link: usize) -> Option<String> {
    let model = snapshot.workspace.workflows.get(workflow.0)?;
    let link = model.links.get(link)?;
    let noxfile = snapshot.workspace.noxfiles.get(link.noxfile?.0)?;
    #[expect(clippy::cast_precision_loss, reason = "a count of sessions")]
    let seconds = |run: &model::links::LinkedSession| {
        noxfile.ci.get(run.session.0).map_or(0.0, |estimate| estimate.seconds) * run.instances.len().max(1) as f64
    };
    let total: f64 = link.runs.iter().map(seconds).sum();
    let mut out = match &*link.runs {
        [] => "Runs no session that can be read from the noxfile".to_owned(),
        [run] => format!("Runs **{}** · {}", times::name(noxfile, run.session), words::duration(total)),
        runs => format!("Runs {} sessions one after another · {}\n", runs.len(), words::duration(total)),
    };
    if link.runs.len() > 1 {
        for run in link.runs.iter().take(MAX_LINES) {
            let times = if run.instances.len() > 1 { format!(" × {}", run.instances.len()) } else { String::new() };
            let because = if run.is_prerequisite { ", required by another" } else { "" };
            let name = times::name(noxfile, run.session);
            let _ = write!(out, "\n- `{name}`{times} · {}{because}", words::duration(seconds(run)));
        }
        if link.runs.len() > MAX_LINES {
            let _ = write!(out, "\n- and {} more", link.runs.len() - MAX_LINES);
        }
    }
    if link.is_partial {
        out.push_str("\n\nSome of what it selects depends on values that are not in the file.");
    }
    Some(out)
}
