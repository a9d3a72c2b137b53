//! What comes over a `needs` edge: outputs, results, artifacts, order that sessions need. Nothing: it is needless.

use facts::workflow::{Job, StepKind};
use model::{Effect, Resource, WorkflowId};
use syntax::{Document, Span, TextEdit};

use crate::snapshot::Snapshot;
use crate::{anchors, subject, times};

/// Reasons for job `to` to wait for job `from`, as phrases; empty when there is none.
pub(crate) fn carried(snapshot: &Snapshot, workflow: WorkflowId, from: usize, to: usize) -> Vec<String> {
    let Some(model) = snapshot.workspace.workflows.get(workflow.0) else { return Vec::new() };
    let (Some(first), Some(second)) = (model.facts.jobs.get(from), model.facts.jobs.get(to)) else { return Vec::new() };
    let mut out = Vec::new();
    if second.reads_needs.iter().any(|(id, _)| id.eq_ignore_ascii_case(&first.id) || id == "*") {
        out.push(format!("it reads `needs.{}`", first.id));
    }
    if let Some((condition, _)) = &second.condition
        && ["always()", "failure()", "cancelled()", "success()"].iter().any(|call| condition.contains(call))
    {
        out.push("its `if` asks how the jobs before it ended".to_owned());
    }
    if is_gate(second) {
        out.push("it is a gate".to_owned());
    }
    if publishes(snapshot, workflow, to) {
        out.push("it publishes, and should not do so before checks have passed".to_owned());
    }
    if second.uses.is_some() || first.uses.is_some() {
        out.push("a reusable workflow, which is not followed".to_owned());
    }
    if let Some(name) = artifact(first, second) {
        out.push(name);
    }
    out.extend(session_order(snapshot, workflow, from, to));
    out.extend(disturbance(snapshot, workflow, from, to));
    out
}

/// Runs nothing of its own weight: looks at results only.
fn is_gate(job: &Job) -> bool {
    job.steps.iter().any(|step| matches!(&step.kind, StepKind::Uses { action, .. } if action.contains("alls-green")))
}

fn artifact(first: &Job, second: &Job) -> Option<String> {
    let uses = |job: &Job, word: &str| {
        job.steps.iter().any(|step| matches!(&step.kind, StepKind::Uses { action, .. } if action.contains(word)))
    };
    // One that sends its own part completes nobody's report.
    let sends = |job: &Job| ["coveralls", "codecov", "upload-artifact"].iter().any(|word| uses(job, word));
    let runs_sessions = second.steps.iter().any(|step| step.nox_calls().iter().any(|call| !call.lists_only));
    if (uses(second, "coveralls") || uses(second, "codecov")) && (sends(first) || !runs_sessions) {
        return Some("it completes a report that other jobs send their parts of".to_owned());
    }
    let downloads = uses(second, "download-artifact");
    // Caches are handed over by key, which no one reads reliably: a restore behind a save counts as taken.
    let caches = uses(second, "cache/restore") && (uses(first, "cache/save") || uses(first, "/cache@"));
    if downloads && uses(first, "upload-artifact") {
        return Some("it downloads artifacts, and the other uploads some".to_owned());
    }
    if downloads {
        return Some("it downloads artifacts".to_owned());
    }
    caches.then(|| "it restores a cache that the other saves".to_owned())
}

/// Publishing is recognised by what the job's sessions touch and by the usual words.
pub(crate) fn publishes(snapshot: &Snapshot, workflow: WorkflowId, at: usize) -> bool {
    let Some(model) = snapshot.workspace.workflows.get(workflow.0) else { return false };
    let Some(job) = model.facts.jobs.get(at) else { return false };
    const WORDS: [&str; 6] = ["publish", "release", "deploy", "upload-pages", "twine upload", "docker push"];
    let mentions = |text: &str| WORDS.iter().any(|word| text.to_ascii_lowercase().contains(word));
    let by_name = mentions(&job.id) || job.other_keys.iter().any(|(key, _)| key == "environment");
    let by_step = job.steps.iter().any(|step| match &step.kind {
        StepKind::Uses { action, .. } => mentions(action),
        StepKind::Run { script, .. } => script.commands.iter().any(|command| {
            let words: Vec<&str> = command.argv.iter().map(|word| word.text.as_str()).collect();
            mentions(&words.join(" "))
        }),
        _ => false,
    });
    let to_the_world = |effect: &Effect| effect.resource == Resource::World && effect.access != model::Access::Read;
    let by_session = model.links.iter().filter(|link| link.site.job == at).any(|link| {
        let noxfile = link.noxfile.and_then(|id| snapshot.workspace.noxfiles.get(id.0));
        noxfile.is_some_and(|noxfile| {
            let effects = link.runs.iter().filter_map(|run| noxfile.effects.get(run.session.0));
            effects.into_iter().any(|effects| effects.items.iter().any(to_the_world))
        })
    });
    by_name || by_step || by_session
}

/// Jobs do not share files, so an edge between sessions is only carried when something hands the files over; but an
/// author who ordered the jobs of two such sessions meant it, and dropping it is not ours to offer.
fn session_order(snapshot: &Snapshot, workflow: WorkflowId, from: usize, to: usize) -> Option<String> {
    let model = snapshot.workspace.workflows.get(workflow.0)?;
    let of_job = |job: usize| model.links.iter().filter(move |link| link.site.job == job);
    for earlier in of_job(from) {
        for later in of_job(to).filter(|later| later.noxfile == earlier.noxfile) {
            let noxfile = snapshot.workspace.noxfiles.get(later.noxfile?.0)?;
            let runs = |link: &model::links::Link, id| link.runs.iter().any(|run| run.session == id);
            let edge = noxfile.edges.iter().filter(|edge| times::is_needed(edge));
            if let Some(edge) = edge.into_iter().find(|edge| runs(earlier, edge.from) && runs(later, edge.to)) {
                return Some(edge.reason.clone());
            }
        }
    }
    None
}

/// Sessions of the two that would disturb each other: a database, unless each job has services of its own.
fn disturbance(snapshot: &Snapshot, workflow: WorkflowId, from: usize, to: usize) -> Option<String> {
    let model = snapshot.workspace.workflows.get(workflow.0)?;
    let has_services = |job: usize| {
        model.facts.jobs.get(job).is_some_and(|job| job.other_keys.iter().any(|(key, _)| key == "services"))
    };
    let of_job = |job: usize| model.links.iter().filter(move |link| link.site.job == job);
    for earlier in of_job(from) {
        for later in of_job(to).filter(|later| later.noxfile == earlier.noxfile) {
            let noxfile = later.noxfile?;
            let pairs = earlier.runs.iter().flat_map(|a| later.runs.iter().map(move |b| (a.session, b.session)));
            let outside = |(a, b)| snapshot.workspace.disturbance_outside(noxfile, a, b);
            if let Some(hazard) = pairs.into_iter().find_map(outside) {
                let is_own = matches!(hazard.resource, Resource::Service(_)) && has_services(from) && has_services(to);
                return (!is_own).then_some(hazard.reason);
            }
        }
    }
    None
}

/// Places in `needs` of job `to` over which nothing comes. `None`: nothing can be said, it is half-typed.
pub(crate) fn needless(snapshot: &Snapshot, workflow: WorkflowId, to: usize) -> Option<Vec<usize>> {
    let jobs = &snapshot.workspace.workflows.get(workflow.0)?.facts.jobs;
    let job = jobs.get(to).filter(|job| !job.steps.is_empty())?;
    let carries_nothing = |at: &usize| {
        let from = job.needs.get(*at).and_then(|(name, _)| subject::job_named(jobs, name));
        from.is_some_and(|from| from != to && carried(snapshot, workflow, from, to).is_empty())
    };
    Some((0..job.needs.len()).filter(carries_nothing).collect())
}

/// Takes ids out of `needs`, by their places: of a list the items, of all of them the whole entry. `None` where that would
/// take a comment along or the list is written in an unusual way, or where an alias means the list, too.
pub(crate) fn without(document: &Document, job: &Job, gone: &[usize]) -> Option<Vec<TextEdit>> {
    let text = document.text();
    let node = document.yaml().roots.first().and_then(|root| root.get("jobs")?.get(&job.id)?.get("needs"));
    let is_here = job.needs.iter().all(|(_, span)| job.span.covers(*span));
    if !is_here || node.is_some_and(|needs| anchors::is_shared(document, needs)) {
        return None;
    }
    let spans: Vec<Span> = job.needs.iter().map(|(_, span)| quoted(text, *span)).collect();
    let Some(kept) = (0..spans.len()).rev().find(|at| !gone.contains(at)) else {
        return Some(vec![TextEdit::delete(whole_lines(text, job.needs_span?)?)]);
    };
    let is_block = gone.iter().all(|at| spans.get(*at).is_some_and(|span| block_item(text, *span).is_some()));
    if is_block {
        let lines = gone.iter().map(|at| whole_lines(text, block_item(text, *spans.get(*at)?)?).map(TextEdit::delete));
        return lines.collect();
    }
    // In a flow list the comma goes along: the one behind, or for the last items the one before.
    let is_comma = |(a, b): (&Span, &Span)| Span::new(a.end, b.start).of(text).trim() == ",";
    if !spans.iter().zip(spans.iter().skip(1)).all(is_comma) {
        return None;
    }
    let before = gone.iter().filter(|at| **at < kept);
    let mut edits: Vec<TextEdit> = before
        .filter_map(|at| Some(TextEdit::delete(Span::new(spans.get(*at)?.start, spans.get(at + 1)?.start))))
        .collect();
    if kept + 1 < spans.len() {
        edits.push(TextEdit::delete(Span::new(spans.get(kept)?.end, spans.last()?.end)));
    }
    Some(edits)
}

/// The span with quotes around it, if there are some.
fn quoted(text: &str, span: Span) -> Span {
    let wide = Span::new(span.start.saturating_sub(1), span.end + 1);
    let written = wide.of(text);
    let is_quoted =
        written.len() > 1 && ['"', '\''].iter().any(|quote| written.starts_with(*quote) && written.ends_with(*quote));
    if is_quoted { wide } else { span }
}

/// The item of a block list that `span` is the value of, from its dash on.
fn block_item(text: &str, span: Span) -> Option<Span> {
    let line = text.get(..span.start as usize)?.rsplit('\n').next()?;
    let dash = line.trim_start().strip_prefix('-').filter(|rest| rest.trim().is_empty())?;
    let width = u32::try_from(dash.len() + 1).ok()?;
    Some(Span::new(span.start - width, span.end))
}

/// The lines of `span` with their last line break, if nothing else stands on them.
fn whole_lines(text: &str, span: Span) -> Option<Span> {
    let start = text.get(..span.start as usize)?.rfind('\n').map_or(0, |at| at + 1);
    let rest = text.get(span.end as usize..)?;
    let end = span.end as usize + rest.find('\n').map_or(rest.len(), |at| at + 1);
    let before = text.get(start..span.start as usize)?;
    let behind = text.get(span.end as usize..end)?;
    (before.trim().is_empty() && behind.trim().is_empty() && !span.of(text).contains('#')).then(|| (start..end).into())
}
