//! What comes over a `needs` edge: outputs, results, artifacts, order that sessions need. Nothing: it is needless.

use facts::shell::Command;
use facts::workflow::{Job, Step, StepKind};
use model::{Effect, Resource, WorkflowId};
use syntax::yaml::{Entry, Item, Node, Sequence, Value};
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

/// Runs nothing of its own weight: looks at results only, or does nothing but wait. Without an `if` it is skipped when a job
/// that it needs has failed, and whoever requires it takes its `needs` for what it is there for.
pub(crate) fn is_gate(job: &Job) -> bool {
    let looks = |step: &Step| matches!(&step.kind, StepKind::Uses { action, .. } if action.contains("alls-green"));
    job.steps.iter().any(looks) || (!job.steps.is_empty() && job.steps.iter().all(only_says))
}

/// Does nothing but say something, or end green or red.
fn only_says(step: &Step) -> bool {
    const WORDS: [&str; 8] = ["echo", "printf", "true", "false", ":", "exit", "test", "["];
    let StepKind::Run { script, .. } = &step.kind else { return false };
    let is_one = |command: &Command| command.argv.first().is_some_and(|word| WORDS.contains(&word.text.as_str()));
    !(script.foreign || script.commands.is_empty()) && script.unread.is_empty() && script.commands.iter().all(is_one)
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

/// Takes ids out of `needs`, by their places: of a list the items, of all of them the whole entry. The error says why that
/// cannot be done.
pub(crate) fn without(document: &Document, job: &Job, gone: &[usize]) -> Result<Vec<TextEdit>, String> {
    let (text, id) = (document.text(), &job.id);
    let entry = document.yaml().roots.first().and_then(|root| root.get("jobs")?.get(id)?.entry("needs"));
    let entry =
        entry.ok_or_else(|| format!("the `needs` of `{id}` stand in another place, which an alias stands for"))?;
    let kept: Vec<usize> = (0..job.needs.len()).filter(|at| !gone.contains(at)).collect();
    if kept.is_empty() {
        may_go(document, id, &entry.value)?;
        let lines = whole_lines(text, entry_span(text, entry)).ok_or_else(|| beside(text, id, entry.span()))?;
        return Ok(vec![TextEdit::delete(lines)]);
    }
    let names = |at: &usize| job.needs.get(*at).map_or("", |(name, _)| name);
    match &entry.value.value {
        // The other place keeps its list, this one gets what is left of it.
        Value::Alias(_) => {
            let list = kept.iter().map(names).collect::<Vec<_>>().join(", ");
            Ok(vec![TextEdit::replace(entry.value.span, format!("[{list}]"))])
        }
        Value::Sequence(list) if list.items.len() == job.needs.len() => {
            if anchors::is_aliased(document, &entry.value) {
                return Err(meant_elsewhere(id, &entry.value));
            }
            let items = gone.iter().filter_map(|at| list.items.get(*at));
            items.into_iter().try_for_each(|item| may_go(document, id, &item.value))?;
            let edits = if list.flow { of_flow_list(text, list, gone) } else { of_block_list(text, list, gone) };
            edits.ok_or_else(|| beside(text, id, entry.span()))
        }
        _ => Err(format!("the `needs` of `{id}` are written in an unusual way")),
    }
}

/// That nothing is lost with the node but itself.
fn may_go(document: &Document, job: &str, node: &Node) -> Result<(), String> {
    if anchors::is_shared(document, node) {
        return Err(meant_elsewhere(job, node));
    }
    match anchors::names(node).first() {
        Some(name) => Err(format!(
            "`&{name}` in the `needs` of `{job}`, which no alias asks for, would be lost; take it out first"
        )),
        None => Ok(()),
    }
}

fn meant_elsewhere(job: &str, node: &Node) -> String {
    let names: Vec<String> = anchors::names(node).iter().map(|name| format!("`&{name}`")).collect();
    format!("the `needs` of `{job}` are {}, which an alias elsewhere stands for", names.join(", "))
}

/// What keeps `needs` from being edited that stand beside something: a comment, other keys.
fn beside(text: &str, job: &str, needs: Span) -> String {
    let end = text
        .get(needs.end as usize..)
        .and_then(|rest| rest.find('\n'))
        .map_or(text.len(), |at| needs.end as usize + at);
    match text.get(needs.start as usize..end).is_some_and(|lines| lines.contains('#')) {
        true => format!("the `needs` of `{job}` carry a comment, which would be lost"),
        false => format!("the `needs` of `{job}` stand beside other keys, in braces"),
    }
}

/// An entry with the name that aliases may have for its value.
fn entry_span(text: &str, entry: &Entry) -> Span {
    anchors::place(text, &entry.value).map_or(entry.span(), |name| entry.span().join(name))
}

/// The lines of the items.
fn of_block_list(text: &str, list: &Sequence, gone: &[usize]) -> Option<Vec<TextEdit>> {
    gone.iter().map(|at| whole_lines(text, list.items.get(*at)?.span).map(TextEdit::delete)).collect()
}

/// In a flow list the comma goes along: the one behind, or for the last items the one before.
fn of_flow_list(text: &str, list: &Sequence, gone: &[usize]) -> Option<Vec<TextEdit>> {
    let named = |item: &Item| anchors::place(text, &item.value).map_or(item.span, |name| item.span.join(name));
    let spans: Vec<Span> = list.items.iter().map(named).collect();
    let is_comma = |(a, b): (&Span, &Span)| Span::new(a.end, b.start).of(text).trim() == ",";
    if !spans.iter().zip(spans.iter().skip(1)).all(is_comma) {
        return None;
    }
    let kept = (0..spans.len()).rev().find(|at| !gone.contains(at))?;
    let before = gone.iter().filter(|at| **at < kept);
    let mut edits: Vec<TextEdit> = before
        .filter_map(|at| Some(TextEdit::delete(Span::new(spans.get(*at)?.start, spans.get(at + 1)?.start))))
        .collect();
    if kept + 1 < spans.len() {
        edits.push(TextEdit::delete(Span::new(spans.get(kept)?.end, spans.last()?.end)));
    }
    Some(edits)
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
