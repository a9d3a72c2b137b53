//! A matrix that nox fills: `fromJSON` of what a job before has listed by `nox --list --json`. For a proof it is read as
//! what nox would list now.

use facts::Known;
use facts::shell::{NoxCall, Word};
use facts::workflow::{Job, StepKind, WorkflowFacts};
use model::links::asked::Asked;
use model::{NoxfileId, WorkflowModel, Workspace};
use syntax::TextEdit;

use crate::subject;

/// What of each entry of the list is taken.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Field {
    /// `tests`
    Name,
    /// `tests-3.12`
    Session,
}

/// What nox lists for a selection: each value once, in nox's order. `None`: it cannot be told.
pub(crate) fn listed(workspace: &Workspace, noxfile: NoxfileId, asked: &Asked, field: Field) -> Option<Vec<String>> {
    let selection = workspace.select(noxfile, asked);
    if selection.is_partial || !selection.unknown.is_empty() {
        return None;
    }
    let facts = &workspace.noxfiles.get(noxfile.0)?.facts;
    let mut values: Vec<String> = Vec::new();
    for (id, instance) in selection.entries {
        let session = facts.sessions.get(id.0)?;
        let value = match field {
            Field::Name => &session.name,
            Field::Session => &session.instances.get(instance)?.signature,
        };
        if !values.contains(value) {
            values.push(value.clone());
        }
    }
    Some(values)
}

/// Edits that write the lists of `workflow` in the place of the expressions that read them.
pub(super) fn filled(workspace: &Workspace, workflow: &WorkflowModel, text: &str) -> Vec<TextEdit> {
    let vectors = workflow.facts.jobs.iter().filter_map(|job| job.strategy.as_ref()).flat_map(|it| &it.vectors);
    let edit = |known: &Known<Vec<String>>| {
        let Known::Dynamic(unknown) = known else { return None };
        let values = values(workspace, workflow, unknown.span.of(text), text)?;
        let quoted: Vec<String> = values.iter().map(|value| format!("\"{}\"", value.replace('"', "\\\""))).collect();
        Some(TextEdit::replace(unknown.span, format!("[{}]", quoted.join(", "))))
    };
    vectors.filter_map(|(_, _, known)| edit(known)).collect()
}

/// The list behind `${{ fromJSON(needs.list.outputs.sessions) }}`.
fn values(workspace: &Workspace, workflow: &WorkflowModel, expression: &str, text: &str) -> Option<Vec<String>> {
    let inner = expression.trim().trim_matches(['"', '\'']).strip_prefix("${{")?.strip_suffix("}}")?.trim();
    let path = inner.strip_prefix("fromJSON(")?.strip_suffix(')')?.trim();
    let mut parts = path.split('.');
    let (Some("needs"), Some(id), Some("outputs")) = (parts.next(), parts.next(), parts.next()) else { return None };
    let job = workflow.facts.jobs.get(subject::job_named(&workflow.facts.jobs, id)?)?;
    let (call, script) = listing(job, text)?;
    let noxfile = noxfile_of(workspace, &workflow.facts, call)?;
    let field = if script.contains("\"name\"") || script.contains(".name") { Field::Name } else { Field::Session };
    listed(workspace, noxfile, &asked(call), field)
}

/// The call of a job that lists sessions, and its script.
fn listing<'a>(job: &'a Job, text: &'a str) -> Option<(&'a NoxCall, &'a str)> {
    job.steps.iter().find_map(|step| {
        let StepKind::Run { span, script } = &step.kind else { return None };
        let call = script.nox_calls.iter().find(|call| call.lists_only)?;
        Some((call, span.of(text)))
    })
}

fn asked(call: &NoxCall) -> Asked {
    let words =
        |words: &Option<Vec<Word>>| words.iter().flatten().map(|word| word.text.clone()).collect::<Vec<String>>();
    Asked {
        names: words(&call.selection.sessions),
        tags: words(&call.selection.tags),
        keywords: call.selection.keywords.as_ref().map(|word| word.text.clone()),
        pythons: words(&call.selection.pythons),
        without_prerequisites: true,
    }
}

/// The only noxfile that the workflow's calls mean.
fn noxfile_of(workspace: &Workspace, facts: &WorkflowFacts, call: &NoxCall) -> Option<NoxfileId> {
    if call.noxfile.is_some() || !call.directory.is_empty() || facts.defaults.working_directory.is_some() {
        return None;
    }
    match workspace.noxfiles.len() {
        1 => Some(NoxfileId(0)),
        _ => workspace.noxfiles.iter().position(|noxfile| noxfile.folder.is_empty()).map(NoxfileId),
    }
}
