//! `uses:` of a file of the repository: which one, and the sessions that it runs here.

use std::fmt::Write;

use model::WorkflowId;
use model::links::called::Called;

use crate::snapshot::Snapshot;
use crate::{times, words};

/// Lines of sessions before "and N more".
const MAX_LINES: usize = 8;

/// The hover's markdown.
pub(super) fn text(snapshot: &Snapshot, workflow: WorkflowId, at: usize) -> Option<String> {
    let model = snapshot.workspace.workflows.get(workflow.0)?;
    let used = model.uses.get(at)?;
    let file = snapshot.file(used.file)?;
    let is_its = |called: &&Called| called.job == used.job && called.step == used.step;
    let calls: Vec<&Called> = model.called.iter().filter(is_its).collect();
    let mut lines = Vec::new();
    for called in &calls {
        let noxfile = called.link.noxfile.and_then(|id| snapshot.workspace.noxfiles.get(id.0));
        for (noxfile, run) in noxfile.iter().flat_map(|noxfile| called.link.runs.iter().map(move |run| (noxfile, run)))
        {
            let seconds = noxfile.ci.sum(run.session, &run.instances).map_or(0.0, |sum| sum.seconds);
            lines.push((format!("`{}` · {}", times::name(noxfile, run.session), words::duration(seconds)), seconds));
        }
    }
    let total = words::duration(lines.iter().map(|(_, seconds)| seconds).sum());
    let mut out = match lines.len() {
        0 => format!("**{}** runs no session that can be read", file.path),
        1 => format!("**{}** runs 1 session · {total}\n", file.path),
        n => format!("**{}** runs {n} sessions · {total}\n", file.path),
    };
    for (line, _) in lines.iter().take(MAX_LINES) {
        let _ = write!(out, "\n- {line}");
    }
    if lines.len() > MAX_LINES {
        let _ = write!(out, "\n- and {} more", lines.len() - MAX_LINES);
    }
    if calls.iter().any(|called| called.link.is_partial) {
        out.push_str("\n\nSome of what it selects depends on values that are not in the files.");
    }
    Some(out)
}
