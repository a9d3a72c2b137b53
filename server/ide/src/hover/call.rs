//! A nox call: the sessions it runs, in order, with the time of each.

use std::fmt::Write;

use model::links::{Link, LinkedSession};
use model::{NoxfileModel, WorkflowId};

use crate::snapshot::Snapshot;
use crate::{subject, times, words};

/// Lines of sessions before "and N more".
const MAX_LINES: usize = 8;

/// The hover's markdown.
pub(super) fn text(snapshot: &Snapshot, workflow: WorkflowId, link: usize) -> Option<String> {
    let model = snapshot.workspace.workflows.get(workflow.0)?;
    let noxfiles = &snapshot.workspace.noxfiles;
    let links: Vec<&Link> = subject::together(model, link).into_iter().filter_map(|at| model.links.get(at)).collect();
    let noxfile = |link: &Link| noxfiles.get(link.noxfile?.0).map(|noxfile| &**noxfile);
    let all: Vec<(&NoxfileModel, &LinkedSession)> = links
        .iter()
        .filter_map(|link| Some((noxfile(link)?, link)))
        .flat_map(|(noxfile, link)| link.runs.iter().map(move |run| (noxfile, run)))
        .collect();
    links.iter().find_map(|link| noxfile(link))?;
    let total: f64 = all.iter().map(|(noxfile, run)| seconds(noxfile, run)).sum();
    let mut out = match all.as_slice() {
        [] => "Runs no session that can be read from the noxfile".to_owned(),
        [(noxfile, run)] => format!("Runs **{}** · {}", times::name(noxfile, run.session), words::duration(total)),
        runs => format!("Runs {} sessions one after another · {}\n", runs.len(), words::duration(total)),
    };
    if all.len() > 1 {
        for (noxfile, run) in all.iter().take(MAX_LINES) {
            let times = if run.instances.len() > 1 { format!(" × {}", run.instances.len()) } else { String::new() };
            let because = if run.is_prerequisite { ", required by another" } else { "" };
            let name = times::name(noxfile, run.session);
            let _ = write!(out, "\n- `{name}`{times} · {}{because}", words::duration(seconds(noxfile, run)));
        }
        if all.len() > MAX_LINES {
            let _ = write!(out, "\n- and {} more", all.len() - MAX_LINES);
        }
    }
    if links.iter().any(|link| link.is_partial) {
        out.push_str("\n\nSome of what it selects depends on values that are not in the file.");
    }
    let call = |link: &Link| subject::call(model.facts.jobs.get(link.site.job)?, link.site);
    let ways: Vec<_> = links.iter().filter_map(|link| call(link)?.through.as_deref()).collect();
    if !ways.is_empty() {
        let _ = write!(out, "\n\nIt gets there {}", words::through(&ways));
    }
    Some(out)
}

#[expect(clippy::cast_precision_loss, reason = "a count of sessions")]
fn seconds(noxfile: &NoxfileModel, run: &LinkedSession) -> f64 {
    noxfile.ci.get(run.session.0).map_or(0.0, |estimate| estimate.seconds) * run.instances.len().max(1) as f64
}
