//! Which jobs and steps run at all, as far as their `if:` tells.
//!
//! `success()` of a job looks at all jobs that it needs, and at those that they need: one that never runs keeps all of
//! them from running, unless their own `if:` says otherwise.

use std::collections::{BTreeMap, BTreeSet};

use super::scope::Scope;
use super::{Job, Step, StepKind, WorkflowFacts};

/// Cells of a matrix that are asked one by one.
const MAX_CELLS: usize = 64;

/// Whether a job or a step runs.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Runs {
    /// When nothing before it fails.
    #[default]
    Normally,
    /// Nobody can know: it depends on what happens, or on what is not in the file. A step: or on the cell.
    Maybe,
    /// Whatever happens.
    Never,
}

/// Fills in `runs` of every job and step.
pub(super) fn judge(facts: &mut WorkflowFacts) {
    let skipped = skipped(facts);
    let all: Vec<(Runs, Vec<Runs>)> = facts
        .jobs
        .iter()
        .map(|job| {
            let is_skipped = job.needs.iter().any(|(id, _)| skipped.contains(&id.to_ascii_lowercase()));
            let scope = Scope::of_job(facts, job, None).with_success(is_skipped.then_some(false));
            (of_condition(job.condition.as_ref().map_or("", |(text, _)| text), &[scope]), of_steps(facts, job))
        })
        .collect();
    for (job, (runs, steps)) in facts.jobs.iter_mut().zip(all) {
        job.runs = runs;
        fill(&mut job.steps, &mut steps.into_iter());
    }
}

/// Ids (lower case) of the jobs that never run and of all that need one of them, directly or not: with one of those among
/// its needs, `success()` of a job is false.
fn skipped(facts: &WorkflowFacts) -> BTreeSet<String> {
    let by_id: BTreeMap<String, &Job> = facts.jobs.iter().map(|job| (job.id.to_ascii_lowercase(), job)).collect();
    let may_run = |job: &Job| {
        let scope = Scope::of_job(facts, job, None);
        job.condition.as_ref().is_none_or(|(condition, _)| scope.may_hold(condition))
    };
    let never = by_id.iter().filter(|(_, job)| !may_run(job));
    let mut skipped: BTreeSet<String> = never.map(|(id, _)| id.clone()).collect();
    let mut open: Vec<String> = skipped.iter().cloned().collect();
    let mut dependents: BTreeMap<String, Vec<&String>> = BTreeMap::new();
    for (id, job) in &by_id {
        for (needed, _) in &job.needs {
            dependents.entry(needed.to_ascii_lowercase()).or_default().push(id);
        }
    }
    // One that runs all the same (`always()`) has a skipped ancestor too: the closure is transitive.
    while let Some(id) = open.pop() {
        for dependent in dependents.get(&id).into_iter().flatten() {
            if skipped.insert((*dependent).clone()) {
                open.push((*dependent).clone());
            }
        }
    }
    skipped
}

fn of_condition(condition: &str, scopes: &[Scope<'_>]) -> Runs {
    if scopes.iter().all(|scope| !scope.may_hold(condition)) {
        Runs::Never
    } else if scopes.iter().all(|scope| scope.holds(condition) == Some(true)) {
        Runs::Normally
    } else {
        Runs::Maybe
    }
}

/// Of every step, a `parallel:` group before its members.
fn of_steps(facts: &WorkflowFacts, job: &Job) -> Vec<Runs> {
    let cells = job.strategy.as_ref().and_then(|strategy| strategy.cells.value()).map(Vec::as_slice);
    let scopes: Vec<Scope<'_>> = match cells {
        Some(cells) if (1..=MAX_CELLS).contains(&cells.len()) => {
            cells.iter().map(|cell| Scope::of_job(facts, job, Some(cell))).collect()
        }
        _ => vec![Scope::of_job(facts, job, None)],
    };
    let mut out = Vec::new();
    add_steps(&job.steps, &scopes, &mut out);
    out
}

fn add_steps(steps: &[Step], scopes: &[Scope<'_>], out: &mut Vec<Runs>) {
    for step in steps {
        out.push(match &step.condition {
            None => Runs::Normally,
            Some((condition, _)) => {
                let scopes: Vec<_> = scopes.iter().map(|scope| scope.in_step(step)).collect();
                of_condition(condition, &scopes)
            }
        });
        if let StepKind::Parallel(members) = &step.kind {
            add_steps(members, scopes, out);
        }
    }
}

fn fill(steps: &mut [Step], runs: &mut impl Iterator<Item = Runs>) {
    for step in steps {
        step.runs = runs.next().unwrap_or_default();
        if let StepKind::Parallel(members) = &mut step.kind {
            fill(members, runs);
        }
    }
}
