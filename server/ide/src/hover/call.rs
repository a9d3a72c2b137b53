//! A nox call: the sessions it runs, in order, with the time of each and of all.

use std::fmt::Write;

use model::links::{Link, LinkedSession};
use model::{Estimate, NoxfileModel, WorkflowId, WorkflowModel};

use crate::snapshot::Snapshot;
use crate::words::count;
use crate::{subject, times, words};

/// Lines of sessions before "and N more".
const MAX_LINES: usize = 8;

/// The hover's markdown.
pub(super) fn text(snapshot: &Snapshot, workflow: WorkflowId, link: usize) -> Option<String> {
    let model = snapshot.workspace.workflows.get(workflow.0)?;
    text_of(snapshot, model, &subject::together(model, link))
}

/// The same of several calls that run one after another, as indices into the workflow's links.
pub(super) fn text_of(snapshot: &Snapshot, model: &WorkflowModel, links: &[usize]) -> Option<String> {
    let noxfiles = &snapshot.workspace.noxfiles;
    let links: Vec<&Link> = links.iter().filter_map(|at| model.links.get(*at)).collect();
    let noxfile = |link: &Link| noxfiles.get(link.noxfile?.0).map(|noxfile| &**noxfile);
    let all: Vec<(&NoxfileModel, &LinkedSession)> = links
        .iter()
        .filter_map(|link| Some((noxfile(link)?, link)))
        .flat_map(|(noxfile, link)| link.runs.iter().map(move |run| (noxfile, run)))
        .collect();
    if links.iter().all(|link| noxfile(link).is_none()) {
        return Some("Runs nox, of whose noxfile nothing is known here".to_owned());
    }
    let mut out = match all.as_slice() {
        [] => "Runs no session that can be read from the noxfile".to_owned(),
        [(noxfile, run)] if run.instances.len() > 1 && links.iter().all(|link| link.cells.is_empty()) => {
            format!("Runs **{}**, {} instances", times::name(noxfile, run.session), run.instances.len())
        }
        [(noxfile, run)] => format!("Runs **{}**", times::name(noxfile, run.session)),
        runs => format!("Runs {} sessions", runs.len()),
    };
    if !all.is_empty() {
        out.push_str(&time(snapshot, model, &links)?);
    }
    if all.len() > 1 {
        out.push('\n');
        for (noxfile, run) in all.iter().take(MAX_LINES) {
            let times = if run.instances.len() > 1 { format!(" × {}", run.instances.len()) } else { String::new() };
            let because = if run.is_prerequisite { ", required by another" } else { "" };
            let name = times::name(noxfile, run.session);
            let each: Vec<Estimate> =
                run.instances.iter().filter_map(|at| noxfile.ci.instance(run.session, *at)).copied().collect();
            let _ = write!(out, "\n- `{name}`{times} · {}{because}", words::each(&each));
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

/// How they run, how long that takes, and how sure that is: of a matrix the cell that takes longest.
fn time(snapshot: &Snapshot, model: &WorkflowModel, links: &[&Link]) -> Option<String> {
    let forecast = snapshot.workspace.calls(model, links)?;
    let cells = links.iter().map(|link| link.cells.len()).max().unwrap_or_default();
    let how = match (cells, forecast.sessions, forecast.lanes) {
        (2.., 1, _) => format!(" in {}, once in each", count(cells, "job")),
        (2.., n, _) => format!(" in {}, at most {n} in each", count(cells, "job")),
        (_, 0 | 1, _) => String::new(),
        (_, _, 1) => " one after another".to_owned(),
        (_, _, lanes) => format!(", {lanes} at once"),
    };
    let (time, source) = (words::estimate(&forecast.estimate), words::source(&forecast.estimate));
    let sure = words::sure(source, words::range(&forecast.range, forecast.estimate.source, forecast.guessed));
    let longest = if cells > 1 { "the longest " } else { "" };
    Some(format!("{how} · {longest}{time} ({sure})"))
}
