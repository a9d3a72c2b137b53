//! A step: its sessions and what they wait for without need; of a step without nox whether it counts at all.

use std::fmt::Write;

use facts::workflow::{Runs, Step, StepKind};
use model::{WorkflowId, WorkflowModel};

use super::call;
use crate::snapshot::Snapshot;
use crate::{subject, times, words};

/// The hover's markdown.
pub(super) fn text(snapshot: &Snapshot, workflow: WorkflowId, job: usize, at: usize) -> Option<String> {
    let model = snapshot.workspace.workflows.get(workflow.0)?;
    let facts = model.facts.jobs.get(job)?;
    let step = facts.steps.get(at)?;
    let mut out = format!("Step {} of {}", at + 1, facts.steps.len());
    if let Some((name, _)) = &step.name {
        out = format!("**{name}** · step {} of {}", at + 1, facts.steps.len());
    }
    out.push_str(&nature(step));
    let links = subject::of_step(model, job, at);
    if !links.is_empty() {
        let _ = write!(out, "\n\n{}", call::text_of(snapshot, model, &links)?);
        if let Some(waits) = waits(snapshot, workflow, model, job, at) {
            let _ = write!(out, "\n\n{waits}");
        }
        return Some(out);
    }
    if step.runs == Runs::Never {
        return Some(out);
    }
    let overhead = words::duration(snapshot.workspace.settings.job_overhead_seconds);
    match &step.kind {
        StepKind::Run { script, .. } if !script.unread.is_empty() => {
            let what = script.unread.first().map(|unread| unread.reason.clone()).unwrap_or_default();
            let _ = write!(out, "\n\nWhat it runs cannot be read: {what}");
        }
        StepKind::Run { script, .. } if script.foreign => {
            out.push_str("\n\nNot a POSIX shell's script: not read");
        }
        StepKind::Run { .. } | StepKind::Uses { .. } => {
            let _ = write!(out, "\n\nRuns no nox session: part of the {overhead} that each job is taken to cost");
        }
        _ => {}
    }
    Some(out)
}

/// What is unusual about it.
fn nature(step: &Step) -> String {
    let mut out = String::new();
    if step.runs == Runs::Never {
        out.push_str(" · never runs, its `if` is false");
    } else if let Some((condition, _)) = &step.condition {
        let _ = write!(out, " · only if `{}`", condition.trim().replace('`', "'"));
    }
    if step.background {
        out.push_str(" · in the background");
    }
    if step.continue_on_error.is_some() {
        out.push_str(" · its failure does not fail the job");
    }
    if let StepKind::Parallel(members) = &step.kind {
        let _ = write!(out, " · {} at the same time", words::count(members.len(), "step"));
    }
    out
}

/// The sessions of earlier steps that it waits for although it does not need them.
fn waits(snapshot: &Snapshot, workflow: WorkflowId, model: &WorkflowModel, job: usize, step: usize) -> Option<String> {
    let sequence = snapshot.workspace.sequence(workflow, job)?;
    let noxfile = snapshot.workspace.noxfiles.get(sequence.noxfile.0)?;
    let runs = |is_meant: &dyn Fn(usize) -> bool| {
        let links = sequence.links.iter().filter_map(|link| model.links.get(*link));
        let runs = links.filter(|link| is_meant(link.site.step)).flat_map(|link| link.runs.iter());
        runs.map(|run| run.session).collect::<Vec<_>>()
    };
    let own = runs(&|at| at == step);
    let mut earlier = runs(&|at| at < step);
    earlier.retain(|id| !own.contains(id));
    earlier.dedup();
    if own.is_empty() || earlier.is_empty() {
        return None;
    }
    let needs = |before: &model::SessionId| own.iter().any(|own| !crate::graph::way(noxfile, *before, *own).is_empty());
    let needed: Vec<String> =
        earlier.iter().filter(|id| needs(id)).map(|id| format!("`{}`", times::name(noxfile, *id))).collect();
    let idle = earlier.len() - needed.len();
    Some(match (needed.as_slice(), idle) {
        ([], idle) => format!("Waits for {} before it, of which it needs none", words::count(idle, "session")),
        (needed, 0) => format!("Needs what runs before it: {}", needed.join(", ")),
        (needed, idle) => {
            format!("Needs {}; waits for {} that it does not need", needed.join(", "), words::count(idle, "session"))
        }
    })
}
