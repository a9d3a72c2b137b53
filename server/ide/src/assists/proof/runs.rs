//! What workflows run: every session instance, how often, and under which conditions.
//!
//! Jobs are counted by the cells of their matrix and not named, so that a split keeps the meaning, and a session that a
//! second job now runs too is noticed.

use std::collections::{BTreeMap, BTreeSet};

use facts::workflow::{Cell, Job, Remainder, Scope, Step, WorkflowFacts};
use model::links::{Link, LinkedSession};
use model::{EdgeKind, FileId, NoxfileModel, SessionId, SessionKind, WorkflowModel, Workspace};
use syntax::Span;

use super::{Beside, Name};
use crate::assists::workflow::interpreters;
use crate::{matrix, subject};

/// Whether all workflows run the same, and `new` beside that.
pub(super) fn compare(before: &Workspace, after: &Workspace, new: &Beside<'_>) -> Result<(), String> {
    for (before_workflow, after_workflow) in before.workflows.iter().zip(&after.workflows) {
        let mut beside = new_reports(before_workflow, after_workflow, after);
        beside.extend(new.suppliers.iter().cloned());
        let (was, mut is) = (
            Runs::of(before, before_workflow, &beside, Count::Jobs),
            Runs::of(after, after_workflow, &beside, Count::Jobs),
        );
        is.leave_out_more(&was, new.builders);
        if let Some(why) = was.difference(&is, false) {
            return Err(why);
        }
    }
    Ok(())
}

/// Sessions that report on coverage, that no job ran, and that run in new jobs only, over data which others hand to them:
/// more is known then, and nothing else is done.
fn new_reports(before: &WorkflowModel, after: &WorkflowModel, workspace: &Workspace) -> BTreeSet<Name> {
    let runs = |workflow: &WorkflowModel, noxfile: model::NoxfileId, id: SessionId| -> Vec<usize> {
        let links = workflow.links.iter().filter(|link| link.noxfile == Some(noxfile));
        links.filter(|link| link.runs.iter().any(|run| run.session == id)).map(|link| link.site.job).collect()
    };
    let is_new = |job: &usize| {
        let Some(job) = after.facts.jobs.get(*job) else { return false };
        let is_known = before.facts.jobs.iter().any(|old| old.id == job.id);
        !is_known && !job.needs.is_empty() && subject::artifacts(job, "download-artifact").next().is_some()
    };
    let mut found = BTreeSet::new();
    for (at, noxfile) in workspace.noxfiles.iter().enumerate() {
        for (session, effects) in noxfile.effects.iter().enumerate() {
            let (at, id) = (model::NoxfileId(at), SessionId(session));
            let jobs = runs(after, at, id);
            let is_report =
                effects.kind == SessionKind::Coverage && !jobs.is_empty() && runs(before, at, id).is_empty();
            if is_report && jobs.iter().all(is_new) {
                found.extend(noxfile.facts.sessions.get(session).map(|it| (noxfile.file, it.name.clone())));
            }
        }
    }
    found
}

/// Whether all workflows run the same sessions with the same arguments under the same conditions, if not as often.
pub(super) fn compare_fewer(before: &Workspace, after: &Workspace, new: &Beside<'_>) -> Result<(), String> {
    let suppliers = new.suppliers;
    for (before_workflow, after_workflow) in before.workflows.iter().zip(&after.workflows) {
        let of = |workspace, workflow| Runs::of(workspace, workflow, suppliers, Count::Calls);
        let (was, is) = (of(before, before_workflow), of(after, after_workflow));
        if let Some(why) = was.difference(&is, true) {
            return Err(why);
        }
    }
    Ok(())
}

/// What is counted.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Count {
    /// Jobs that run an instance: twice in one job is once to who reads the result, as prerequisites of several calls repeat.
    Jobs,
    /// Calls that run it, by what they pass on to it.
    Calls,
}

/// A session's instance in a workflow: noxfile, signature, and the terms it runs under.
type Key = (FileId, String, String);

/// What one workflow runs.
struct Runs {
    /// The workflow, for people.
    label: String,
    /// How many jobs run it, or calls.
    instances: BTreeMap<Key, usize>,
    /// Ids of these jobs.
    jobs: BTreeMap<Key, Vec<String>>,
    /// Names that no session has.
    unknown: usize,
    /// Calls that cannot be read.
    partial: usize,
}

impl Runs {
    /// Leaves out what `builders` run beyond what they ran in `was`.
    fn leave_out_more(&mut self, was: &Self, builders: &BTreeSet<Name>) {
        self.instances.retain(|key, count| {
            let (file, signature, _) = key;
            if builders.contains(&(*file, signature.clone())) {
                *count = (*count).min(was.instances.get(key).copied().unwrap_or(0));
            }
            // A call may run none of what it names: such stand in both.
            *count > 0 || was.instances.contains_key(key)
        });
    }

    /// What would run otherwise, for people; `None`: nothing. `may_be_fewer`: less often is as good, but for never.
    fn difference(&self, after: &Self, may_be_fewer: bool) -> Option<String> {
        let label = &self.label;
        let counted = |runs: &Self, key: &Key| runs.instances.get(key).copied().unwrap_or(0);
        let keys: BTreeSet<&Key> = self.instances.keys().chain(after.instances.keys()).collect();
        let differing = keys.into_iter().map(|key| (key, counted(self, key), counted(after, key)));
        let is_kept = |was: usize, is: usize| was == is || (may_be_fewer && is > 0 && is < was);
        let differing: Vec<(&Key, usize, usize)> = differing.filter(|(_, was, is)| !is_kept(*was, *is)).collect();
        let of = |runs: &Self, key: &Key| {
            let jobs = runs.jobs.get(key).map_or(&[][..], Vec::as_slice);
            jobs.first().map_or_else(|| label.clone(), |job| format!("job `{job}` of {label}"))
        };
        // What is gone says more than what runs in its place.
        if let Some((key, ..)) = differing.iter().find(|(_, was, is)| was > is && *is == 0) {
            let (file, signature, _) = *key;
            let is_moved =
                differing.iter().any(|((other, name, _), was, _)| (other, name, *was) == (file, signature, 0));
            return Some(match is_moved {
                true => format!("`{signature}` would run under other terms in {}", of(self, key)),
                false => format!("{} would no longer run `{signature}`", of(self, key)),
            });
        }
        if let Some((key, was, is)) = differing.first() {
            let signature = &key.1;
            return Some(match was {
                0 => format!("{} would run `{signature}`, too", of(after, key)),
                _ => format!("`{signature}` would run {} in {label}, not {}", often(*is), often(*was)),
            });
        }
        if self.unknown != after.unknown {
            return Some(format!("a call in {label} would name a session that is not there"));
        }
        (self.partial != after.partial).then(|| format!("nobody would know any more what a call in {label} runs"))
    }

    fn of(workspace: &Workspace, workflow: &WorkflowModel, suppliers: &BTreeSet<Name>, count: Count) -> Self {
        let mut seen: BTreeMap<Key, BTreeMap<usize, usize>> = BTreeMap::new();
        for link in &workflow.links {
            let Some(noxfile) = link.noxfile.and_then(|id| workspace.noxfiles.get(id.0)) else { continue };
            let Some(job) = workflow.facts.jobs.get(link.site.job) else { continue };
            let installed = installed(job, link);
            let mut of_link: BTreeMap<Key, usize> = BTreeMap::new();
            for (when, cells, runs) in by_terms(&workflow.facts, job, link, count) {
                for (id, instances) in ran(noxfile, runs) {
                    let Some(session) = noxfile.facts.sessions.get(id.0) else { continue };
                    if suppliers.contains(&(noxfile.file, session.name.clone())) {
                        continue;
                    }
                    for instance in instances.iter().filter_map(|at| session.instances.get(*at)) {
                        let is_there = |all: &Vec<String>| {
                            let python = instance.python.as_deref().map(interpreters::version);
                            python.is_none_or(|python| all.iter().any(|own| own == python))
                        };
                        if installed.as_ref().is_none_or(is_there) {
                            *of_link.entry((noxfile.file, instance.signature.clone(), when.clone())).or_default() +=
                                cells;
                        }
                    }
                }
            }
            for (key, cells) in of_link {
                let in_job = seen.entry(key).or_default().entry(link.site.job).or_default();
                *in_job = if count == Count::Calls { *in_job + cells } else { cells.max(*in_job) };
            }
        }
        let id = |job: &usize| workflow.facts.jobs.get(*job).map(|job| job.id.clone());
        Self {
            label: workflow.label.clone(),
            jobs: seen.iter().map(|(key, jobs)| (key.clone(), jobs.keys().filter_map(id).collect())).collect(),
            instances: seen.into_iter().map(|(key, jobs)| (key, jobs.values().sum())).collect(),
            unknown: workflow.links.iter().map(|link| link.unknown.len()).sum(),
            partial: workflow.links.iter().filter(|link| link.is_partial).count(),
        }
    }
}

fn often(times: usize) -> String {
    match times {
        1 => "once".to_owned(),
        2 => "twice".to_owned(),
        _ => format!("{times} times"),
    }
}

/// What a call runs under which terms, and in how many cells.
fn by_terms<'a>(
    facts: &WorkflowFacts,
    job: &Job,
    link: &'a Link,
    count: Count,
) -> Vec<(String, usize, &'a [LinkedSession])> {
    let cells = job.strategy.as_ref().and_then(|strategy| strategy.cells.value()).filter(|cells| !cells.is_empty());
    let step = subject::step(job, link.site);
    let passed = |scope: &Scope<'_>| {
        let call = subject::call(job, link.site).filter(|_| count == Count::Calls);
        let words = call.into_iter().flat_map(|call| &call.posargs);
        words
            .map(|word| format!(" {}", scope.fill(&word.text).unwrap_or_else(|_| word.text.clone())))
            .collect::<String>()
    };
    let terms = |cell: Option<&Cell>| {
        let scope = Scope::of_job(facts, job, cell);
        // A job's `if` knows no matrix.
        let of_job = condition(job.condition.as_ref(), &Scope::of_job(facts, job, None));
        let of_step = step.map_or_else(String::new, |step| terms(step, &scope.in_step(step)));
        format!("{of_job}{of_step}{}", passed(&step.map_or(scope, |step| scope.in_step(step))))
    };
    let is_alike = link.cells.is_empty() && !step.is_some_and(|step| depends_on_cell(step, link, job));
    match cells {
        Some(cells) if !is_alike => cells
            .iter()
            .enumerate()
            .map(|(at, cell)| (terms(Some(cell)), 1, &**link.cells.get(at).unwrap_or(&link.runs)))
            .collect(),
        cells => vec![(terms(None), cells.map_or(1, Vec::len), &*link.runs)],
    }
}

/// Whether the terms of a step may differ from cell to cell.
fn depends_on_cell(step: &Step, link: &Link, job: &Job) -> bool {
    let texts = [&step.condition, &step.continue_on_error].into_iter().flatten().map(|(text, _)| text.as_str());
    let passed =
        subject::call(job, link.site).into_iter().flat_map(|call| &call.posargs).map(|word| word.text.as_str());
    texts.chain(passed).any(matrix::may_differ)
}

/// What is left of a condition where it is known what the cell and the machine make of it.
fn condition(written: Option<&(String, Span)>, scope: &Scope<'_>) -> String {
    let Some((text, _)) = written else { return String::new() };
    match scope.remainder(text) {
        Remainder::Always => String::new(),
        Remainder::If { text, .. } => text,
        // What nobody runs is to stay as it is, too.
        Remainder::Never => text.trim().to_owned(),
    }
}

/// Under which terms a step runs what it runs: its condition, whether it turns the job red, whether it may take as long as
/// it likes.
fn terms(step: &Step, scope: &Scope<'_>) -> String {
    let may_fail = step.continue_on_error.as_ref().map(|(text, _)| scope.fill(text).unwrap_or_else(|_| text.clone()));
    let may_fail = may_fail.as_deref().map(str::trim).filter(|text| *text != "false").unwrap_or_default();
    let limit = if step.timeout_minutes.is_some() { "limited" } else { "" };
    format!(" & {} & {may_fail} & {limit}", condition(step.condition.as_ref(), scope))
}

/// What a call runs, in all cells or in one, and what that queues by `session.notify`, directly or over others, with all its
/// instances.
fn ran(noxfile: &NoxfileModel, runs: &[LinkedSession]) -> Vec<(SessionId, Vec<usize>)> {
    let mut found: Vec<(SessionId, Vec<usize>)> =
        runs.iter().map(|run| (run.session, run.instances.to_vec())).collect();
    let instances = |id: SessionId| noxfile.facts.sessions.get(id.0).map_or(0, |session| session.instances.len());
    let mut at = 0;
    while let Some((id, _)) = found.get(at) {
        let id = *id;
        for edge in noxfile.edges.iter().filter(|edge| edge.kind == EdgeKind::Notify && edge.from == id) {
            if !found.iter().any(|(other, _)| *other == edge.to) {
                found.push((edge.to, (0..instances(edge.to)).collect()));
            }
        }
        at += 1;
    }
    found
}

/// The interpreters that the job's steps set up, in any cell, where nox is told to go on without those that are missing.
fn installed(job: &Job, link: &Link) -> Option<Vec<String>> {
    subject::call(job, link.site).filter(|call| interpreters::skips_missing(call))?;
    let written = job.steps.iter().flat_map(interpreters::versions);
    let mut all: Vec<String> = written.map(str::to_owned).collect();
    let vectors = job.strategy.iter().flat_map(|strategy| &strategy.vectors);
    let used = |key: &str| job.steps.iter().any(|step| interpreters::reads(step, key));
    for (_, _, values) in vectors.filter(|(key, ..)| used(key)) {
        all.extend(values.value()?.iter().cloned());
    }
    (all.len() > 1).then_some(all)
}
