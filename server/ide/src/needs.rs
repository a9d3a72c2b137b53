//! What comes over a `needs` edge: outputs, results, artifacts, order that sessions need. Nothing: it is needless.

use facts::workflow::{Job, StepKind};
use model::{Effect, Resource, WorkflowId};

use crate::snapshot::Snapshot;
use crate::times;

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
    if uses(second, "coveralls") || uses(second, "codecov") {
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
fn publishes(snapshot: &Snapshot, workflow: WorkflowId, at: usize) -> bool {
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
