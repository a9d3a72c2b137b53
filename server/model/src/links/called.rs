//! Nox calls in composite actions and reusable workflows of the repository, as the steps and jobs run them that use
//! these: inputs filled in, matrices of both sides expanded.

use std::sync::Arc;

use facts::workflow::{Cell, Given, Job, Runs, Scope, Step, StepKind, WorkflowFacts};
use syntax::Span;

use super::{CallSite, Frame, Link, Noxfiles, link};
use crate::workspace::{FileId, Input, InputFacts};

/// Files that use files: GitHub allows ten levels.
const MAX_DEPTH: u32 = 10;
/// Calls of one workflow.
const MAX_CALLS: usize = 2_000;
/// Cells by cells that are looked at one by one.
const MAX_SCOPES: usize = 256;

/// A nox call that a job makes through another file of CI.
#[derive(Clone, Debug, PartialEq)]
pub struct Called {
    /// Job of the workflow that makes it.
    pub job: usize,
    /// Its step that uses a composite action, with the place in a `parallel:` group. `None`: the job calls a workflow.
    pub step: Option<(usize, Option<usize>)>,
    /// The jobs that it stands in, from one of the called workflow on: each is of a workflow that the one before calls.
    /// Empty: no workflow is called.
    pub within: Vec<(FileId, usize)>,
    /// The file that holds the call; its link's `site` is a place in that file (an action has one job).
    pub file: FileId,
    /// Where the call stands in that file.
    pub span: Span,
    /// It runs beside the call before it.
    pub beside: bool,
    /// Lanes of `-j`.
    pub lanes: Option<f64>,
    /// What it runs.
    pub link: Link,
}

impl Called {
    /// The job of the called workflow.
    pub fn inner(&self) -> Option<usize> {
        self.within.first().map(|(_, job)| *job)
    }
}

/// A file of CI that another one uses.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Use {
    /// Job.
    pub job: usize,
    /// Step of it, with the place in a `parallel:` group; `None`: the job calls a workflow.
    pub step: Option<(usize, Option<usize>)>,
    /// The file.
    pub file: FileId,
}

/// Workflows and actions by path.
pub(crate) struct Callables<'a> {
    files: Vec<(&'a str, FileId, &'a Arc<WorkflowFacts>)>,
}

impl<'a> Callables<'a> {
    pub(crate) fn new(input: &'a Input) -> Self {
        let file = |file: &'a crate::workspace::InputFile| match &file.facts {
            InputFacts::Workflow(facts) | InputFacts::Action(facts) => Some((file.path.as_str(), file.id, facts)),
            _ => None,
        };
        Self { files: input.files.iter().filter_map(file).collect() }
    }

    /// What all of them say, to tell whether anything has changed.
    pub(crate) fn facts(&self) -> Vec<(FileId, Arc<WorkflowFacts>)> {
        self.files.iter().map(|(_, id, facts)| (*id, Arc::clone(facts))).collect()
    }

    /// What a file says.
    pub(crate) fn facts_of(&self, file: FileId) -> Option<&'a WorkflowFacts> {
        self.files.iter().find(|(_, id, _)| *id == file).map(|(_, _, facts)| &***facts)
    }

    /// The file that `uses:` names in the repository at `root`; `$/` is the repository that is running.
    fn find(&self, root: &str, uses: &str) -> Option<(FileId, &'a WorkflowFacts)> {
        let path = uses.strip_prefix("./").or_else(|| uses.strip_prefix("$/"))?.trim_end_matches('/');
        let at = |path: &str| {
            let found = self.files.iter().find(|(known, ..)| {
                let own = if root.is_empty() {
                    Some(*known)
                } else {
                    known.strip_prefix(root).and_then(|it| it.strip_prefix('/'))
                };
                let Some(rest) = own.and_then(|own| own.strip_prefix(path)) else { return false };
                rest.is_empty()
                    || matches!(rest, "/action.yml" | "/action.yaml")
                    || path.is_empty() && rest.starts_with("action.y")
            });
            found.map(|(_, id, facts)| (*id, &***facts))
        };
        // A checkout into a folder (`path: src`) puts the repository one level down.
        at(path).or_else(|| at(path.split_once('/').map(|(_, below)| below)?))
    }
}

/// Whether a workflow uses any file of its repository.
pub(crate) fn uses_others(facts: &WorkflowFacts) -> bool {
    let is_local = |uses: &str| uses.starts_with("./") || uses.starts_with("$/");
    let mut jobs = facts.jobs.iter();
    jobs.any(|job| {
        job.uses.as_ref().is_some_and(|(uses, _)| is_local(uses))
            || job.steps.iter().any(|step| step_uses(step, &is_local))
    })
}

fn step_uses(step: &Step, is_local: &dyn Fn(&str) -> bool) -> bool {
    match &step.kind {
        StepKind::Uses { action, .. } => is_local(action),
        StepKind::Parallel(members) => members.iter().any(|member| step_uses(member, is_local)),
        _ => false,
    }
}

/// All calls that the jobs of a workflow make through other files, in the order of the workflow, and the files.
pub(crate) fn called_by(
    facts: &WorkflowFacts,
    root: &str,
    callables: &Callables<'_>,
    noxfiles: &mut Noxfiles<'_>,
) -> (Vec<Called>, Vec<Use>) {
    if !uses_others(facts) {
        return (Vec::new(), Vec::new());
    }
    let mut walk =
        Walk { root, callables, noxfiles, called: Vec::new(), uses: Vec::new(), open: Vec::new(), within: Vec::new() };
    for (at, job) in facts.jobs.iter().enumerate() {
        let scopes = scopes(facts, job);
        let from = From { job: at, step: None };
        if let Some((uses, _)) = &job.uses {
            walk.workflow(uses, &job.with, &scopes, from);
        }
        for (at, step) in job.steps.iter().enumerate() {
            match &step.kind {
                StepKind::Parallel(members) => {
                    for (member, step) in members.iter().enumerate() {
                        walk.action(step, &scopes, From { step: Some((at, Some(member))), ..from });
                    }
                }
                _ => walk.action(step, &scopes, From { step: Some((at, None)), ..from }),
            }
        }
    }
    (walk.called, walk.uses)
}

#[derive(Clone, Copy)]
struct From {
    job: usize,
    step: Option<(usize, Option<usize>)>,
}

struct Walk<'x, 'a> {
    root: &'x str,
    callables: &'x Callables<'x>,
    noxfiles: &'x mut Noxfiles<'a>,
    called: Vec<Called>,
    uses: Vec<Use>,
    /// Files that we are in.
    open: Vec<FileId>,
    /// Jobs of called workflows that we are in.
    within: Vec<(FileId, usize)>,
}

impl<'x> Walk<'x, '_> {
    /// A job that calls a workflow.
    fn workflow(&mut self, uses: &str, with: &[(String, String, Span)], outer: &[Scope<'_>], from: From) {
        let Some((file, facts)) = self.enter(uses, from) else { return };
        let givens: Vec<Given> =
            outer.iter().map(|scope| facts.inputs.given(with, &|text| scope.fill(text).ok())).collect();
        for (at, job) in facts.jobs.iter().enumerate() {
            let cells = cells(job);
            let scope = |cell, given| Scope::of_job(facts, job, cell).with_inputs(given);
            let condition = job.condition.as_ref().map_or("", |(text, _)| text.as_str());
            let all = givens.iter().filter(|given| scope(None, given).may_hold(condition));
            let all = all.flat_map(|given| cells.iter().map(move |cell| scope(*cell, given)));
            let scopes: Vec<Scope<'_>> = all.take(MAX_SCOPES).collect();
            if scopes.is_empty() || job.runs == Runs::Never {
                continue;
            }
            self.within.push((file, at));
            if let Some((uses, _)) = &job.uses {
                self.workflow(uses, &job.with, &scopes, from);
            }
            let frame = Frame {
                root: self.root,
                folders: [job.defaults.working_directory.as_deref(), facts.defaults.working_directory.as_deref()],
                checkout: job.checkout_before(usize::MAX),
                is_assumed: false,
            };
            self.steps(&job.steps, at, &scopes, (file, &frame), from);
            self.within.pop();
        }
        self.open.pop();
    }

    /// A step that uses a composite action.
    fn action(&mut self, step: &Step, outer: &[Scope<'_>], from: From) {
        let StepKind::Uses { action, with, .. } = &step.kind else { return };
        if step.runs == Runs::Never {
            return;
        }
        let Some((file, facts)) = self.enter(action, from) else { return };
        let given = |scope: &Scope<'_>| facts.inputs.given(with, &|text| scope.in_step(step).fill(text).ok());
        let givens: Vec<Given> = outer.iter().map(given).collect();
        let scopes: Vec<Scope<'_>> = outer.iter().zip(&givens).map(|(scope, given)| scope.with_inputs(given)).collect();
        for (at, job) in facts.jobs.iter().enumerate() {
            let frame = Frame { root: self.root, folders: [None, None], checkout: "", is_assumed: false };
            self.steps(&job.steps, at, &scopes, (file, &frame), from);
        }
        self.open.pop();
    }

    fn enter(&mut self, uses: &str, from: From) -> Option<(FileId, &'x WorkflowFacts)> {
        let callables = self.callables;
        let (file, facts) = callables.find(self.root, uses)?;
        if self.open.contains(&file) || self.open.len() as u32 >= MAX_DEPTH {
            return None;
        }
        if self.open.is_empty() {
            self.uses.push(Use { job: from.job, step: from.step, file });
        }
        self.open.push(file);
        Some((file, facts))
    }

    fn steps(
        &mut self,
        steps: &[Step],
        job: usize,
        scopes: &[Scope<'_>],
        (file, frame): (FileId, &Frame<'_>),
        from: From,
    ) {
        for (at, step) in steps.iter().enumerate() {
            let site = CallSite { job, step: at, member: None, call: 0 };
            match &step.kind {
                StepKind::Parallel(members) => {
                    for (member, step) in members.iter().enumerate() {
                        self.step(step, CallSite { member: Some(member), ..site }, scopes, (file, frame), from);
                    }
                }
                _ => self.step(step, site, scopes, (file, frame), from),
            }
        }
    }

    fn step(
        &mut self,
        step: &Step,
        site: CallSite,
        scopes: &[Scope<'_>],
        (file, frame): (FileId, &Frame<'_>),
        from: From,
    ) {
        let condition = step.condition.as_ref().map_or("", |(text, _)| text.as_str());
        let may_run = |scope: &&Scope<'_>| scope.in_step(step).may_hold(condition);
        let scopes: Vec<Scope<'_>> = scopes.iter().filter(may_run).copied().collect();
        if scopes.is_empty() {
            return;
        }
        self.action(step, &scopes, from);
        for (call, said) in step.nox_calls().iter().enumerate() {
            if said.lists_only || self.called.len() >= MAX_CALLS {
                continue;
            }
            let found = link(self.noxfiles, CallSite { call, ..site }, said, step, &scopes, frame);
            self.called.push(Called {
                job: from.job,
                step: from.step,
                within: self.within.clone(),
                file,
                span: said.span,
                beside: site.member.is_some() || said.background,
                lanes: said.parallel.as_ref().and_then(|word| word.text.parse().ok()),
                link: found,
            });
        }
    }
}

/// What is known in a job, once for each cell of its matrix.
pub(super) fn scopes<'f>(facts: &'f WorkflowFacts, job: &'f Job) -> Vec<Scope<'f>> {
    cells(job).into_iter().map(|cell| Scope::of_job(facts, job, cell)).collect()
}

fn cells(job: &Job) -> Vec<Option<&Cell>> {
    let cells = job.strategy.as_ref().and_then(|strategy| strategy.cells.value());
    match cells {
        Some(cells) if !cells.is_empty() => cells.iter().map(Some).take(MAX_SCOPES).collect(),
        _ => vec![None],
    }
}
