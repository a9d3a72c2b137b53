//! Which session a step of a CI run was: by the names of job and step, through the workflow's nox calls.

use std::sync::Arc;

use facts::shell::{Command, Word};
use facts::workflow::{Job, Step, StepKind};
use model::links::LinkedSession;
use model::links::called::Called;
use model::{NoxfileId, WorkflowModel, Workspace};

/// A step as a record of a run names it.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum StepAt {
    /// By what people see.
    Named {
        /// The workflow's name, if it is known.
        workflow: Option<String>,
        /// The job's, of one cell of its matrix.
        job: String,
        /// The step's.
        step: String,
        /// How many steps of that name stand before it.
        nth: usize,
    },
    /// By place: act.
    Numbered {
        /// The job's id.
        job: String,
        /// The step's id, else its number from 0.
        step: String,
        /// The values of the matrix.
        matrix: Vec<(String, String)>,
    },
}

impl StepAt {
    /// For people.
    pub(super) fn shown(&self) -> String {
        match self {
            Self::Named { job, step, .. } => format!("`{job}` › `{step}`"),
            Self::Numbered { job, step, .. } => format!("`{job}` › step {step}"),
        }
    }
}

/// A step that was found.
pub(super) struct FoundStep {
    /// The folder and signature of the one session that it runs, if it is one.
    pub(super) only: Option<(String, String)>,
    /// How many sessions it runs, as far as that is known.
    pub(super) count: usize,
    /// It runs more that is not known.
    pub(super) is_partial: bool,
    /// Its runner's label.
    pub(super) label: Option<String>,
}

/// All that can be found.
pub(super) struct Places<'a> {
    workspace: &'a Workspace,
}

impl<'a> Places<'a> {
    pub(super) fn new(workspace: &'a Workspace) -> Self {
        Self { workspace }
    }

    /// Folder and full signature of the session that `name` selects, if it is one instance.
    pub(super) fn session(&self, name: &str) -> Option<(String, String)> {
        self.workspace.noxfiles.iter().find_map(|noxfile| {
            let session = noxfile.facts.sessions.get(noxfile.by_name.get(name)?.0)?;
            let exact =
                session.instances.iter().find(|it| it.signature == name || it.aliases.iter().any(|it| it == name));
            let only = || (session.instances.len() == 1).then(|| session.instances.first()).flatten();
            Some((noxfile.folder.clone(), exact.or_else(only)?.signature.clone()))
        })
    }

    /// What makes the environment of a session, if the noxfile says it for sure.
    pub(super) fn backend(&self, folder: &str, signature: &str) -> Option<String> {
        let noxfile = self.workspace.noxfiles.iter().find(|noxfile| noxfile.folder == folder)?;
        let session = noxfile.facts.sessions.get(noxfile.by_name.get(signature)?.0)?;
        let backend = noxfile.facts.venv_backend(session).filter(|backend| !backend.contains('|'))?;
        Some(backend.to_owned())
    }

    /// The runner's label of the job of this name.
    pub(super) fn label_of_job(&self, name: &str) -> Option<String> {
        let mut jobs = self.workspace.workflows.iter().flat_map(|workflow| &workflow.facts.jobs);
        let (job, cell) = jobs.find_map(|job| Some((job, cell_named(job, name)?)))?;
        label(job, cell)
    }

    /// The step that is meant, if it runs nox.
    pub(super) fn step(&self, at: &StepAt) -> Option<FoundStep> {
        match at {
            StepAt::Named { workflow, job, step, nth } => {
                self.jobs(workflow.as_deref(), job).find_map(|(model, at, cell)| {
                    let steps = model.facts.jobs.get(at)?.steps.iter().enumerate();
                    let (step, _) = steps.filter(|(_, it)| is_called(it, step)).nth(*nth)?;
                    self.found(model, at, step, cell)
                })
            }
            StepAt::Numbered { job, step, matrix } => self.workspace.workflows.iter().find_map(|model| {
                let at = model.facts.jobs.iter().position(|it| it.id == *job)?;
                let written = model.facts.jobs.get(at)?;
                let by_id = written.steps.iter().position(|it| it.id.as_ref().is_some_and(|(id, _)| id == step));
                let step = by_id.or_else(|| step.parse().ok()).filter(|step| *step < written.steps.len())?;
                self.found(model, at, step, cell_with(written, matrix))
            }),
        }
    }

    /// The label of the job that is meant, if it runs nox: `Some(None)` where the label is not known.
    pub(super) fn nox_job(&self, workflow: Option<&str>, job: &str) -> Option<Option<String>> {
        self.jobs(workflow, job).find_map(|(model, at, cell)| {
            let runs = model.links.iter().any(|link| link.site.job == at && link.noxfile.is_some());
            let through = model.called.iter().any(|called| called.job == at && called.link.noxfile.is_some());
            (runs || through).then(|| label(model.facts.jobs.get(at)?, cell))
        })
    }

    /// Jobs of that name with the cell that is meant, those of the workflow first: it is known by its name or its file's.
    fn jobs<'b>(
        &'b self,
        workflow: Option<&'b str>,
        name: &'b str,
    ) -> impl Iterator<Item = (&'b Arc<WorkflowModel>, usize, Option<usize>)> {
        let is_meant = move |model: &&Arc<WorkflowModel>| {
            let own = model.facts.name.as_ref().map(|(name, _)| name.as_str());
            workflow.is_none_or(|it| own == Some(it) || model.label == it)
        };
        let all = self.workspace.workflows.iter();
        let named = self.workspace.workflows.iter().filter(is_meant);
        // A reusable workflow's job is called `caller / callee`.
        let own = name.rsplit(" / ").next().unwrap_or(name);
        named.chain(all).flat_map(move |model| {
            let cell = move |job: &Job| cell_named(job, name).or_else(|| cell_named(job, own));
            model.facts.jobs.iter().enumerate().filter_map(move |(at, job)| Some((model, at, cell(job)?)))
        })
    }

    fn found(&self, model: &WorkflowModel, job: usize, step: usize, cell: Option<usize>) -> Option<FoundStep> {
        let mut all: Vec<(NoxfileId, &LinkedSession, usize)> = Vec::new();
        let (mut is_nox, mut is_partial) = (false, false);
        let own = model.links.iter().filter(|link| link.site.job == job && link.site.step == step);
        let is_through = |called: &&Called| called.job == job && called.step.is_some_and(|(at, _)| at == step);
        let through = model.called.iter().filter(is_through).map(|called| &called.link);
        for link in own.chain(through) {
            is_nox = true;
            is_partial |= link.is_partial;
            let Some(noxfile) = link.noxfile else { continue };
            let runs = cell.and_then(|cell| link.cells.get(cell)).unwrap_or(&link.runs);
            for run in runs.iter() {
                all.extend(run.instances.iter().map(|instance| (noxfile, run, *instance)));
            }
        }
        let only = match all.as_slice() {
            [(noxfile, run, instance)] if !is_partial => self.workspace.noxfiles.get(noxfile.0).and_then(|noxfile| {
                let session = noxfile.facts.sessions.get(run.session.0)?;
                Some((noxfile.folder.clone(), session.instances.get(*instance)?.signature.clone()))
            }),
            _ => None,
        };
        let label = model.facts.jobs.get(job).and_then(|job| label(job, cell));
        is_nox.then_some(FoundStep { only, count: all.len(), is_partial, label })
    }
}

/// Whether the forge shows the step as `name`.
fn is_called(step: &Step, name: &str) -> bool {
    if let Some((written, _)) = &step.name {
        return matches_template(written, name);
    }
    match &step.kind {
        // "Run " and the first line of the script; Forgejo and Gitea show the line alone in some versions.
        StepKind::Run { script, .. } => {
            let shown = name.strip_prefix("Run ").unwrap_or(name);
            let first = script.commands.first();
            if first.is_some_and(|command| begins(command, shown)) {
                return true;
            }
            let first = first.and_then(|command| command.argv.first());
            let call = script.nox_calls.iter().any(|call| {
                call.launcher.first().is_some_and(|word| shown.starts_with(word.as_str())) && holds_call(call, shown)
            });
            call || first.is_some_and(|word| script.nox_calls.is_empty() && shown.starts_with(&word.text))
        }
        StepKind::Uses { action, .. } => name.strip_prefix("Run ").unwrap_or(name) == action,
        _ => false,
    }
}

/// Whether a shown first line is this command, as far as either goes: `make test` of `make test VERBOSE=1 && …`.
fn begins(command: &Command, shown: &str) -> bool {
    let shown = shown.split_whitespace().map(|word| word.trim_matches(['"', '\'']));
    let words = command.argv.iter().filter(|word| !word.text.is_empty());
    let is_same = |(word, shown): (&Word, &str)| !word.literal || shown.ends_with('…') || word.text == shown;
    words.clone().nth(1).is_some() && words.zip(shown).all(is_same)
}

/// Whether a shown first line can be this call: it has all literal words of the selection that stand on it.
fn holds_call(call: &facts::shell::NoxCall, shown: &str) -> bool {
    let words: Vec<&str> = shown.split([' ', '=', '"', '\'']).collect();
    let named = call.selection.sessions.iter().flatten().filter(|word| word.literal && !word.text.contains(' '));
    let named: Vec<&str> = named.map(|word| word.text.as_str()).collect();
    named.is_empty() || named.iter().any(|name| words.contains(name))
}

/// Whether `shown` is `written` with its expressions filled in.
fn matches_template(written: &str, shown: &str) -> bool {
    if written == shown {
        return true;
    }
    let mut rest = shown;
    let mut pieces = written.split("${{");
    let Some(first) = pieces.next().and_then(|first| rest.strip_prefix(first)) else { return false };
    rest = first;
    let mut is_open = false;
    for piece in pieces {
        is_open = true;
        let literal = piece.split_once("}}").map_or("", |(_, literal)| literal);
        match rest.find(literal) {
            Some(at) => rest = &rest[at + literal.len()..],
            None => return false,
        }
        is_open &= literal.is_empty();
    }
    rest.is_empty() || is_open
}

/// The cell of `job` that is shown as `name`; `Some(None)` for a job without a matrix.
fn cell_named(job: &Job, name: &str) -> Option<Option<usize>> {
    let cells = job.strategy.as_ref().and_then(|strategy| strategy.cells.value());
    if let Some(cells) = cells.filter(|cells| !cells.is_empty()) {
        let exact = cells.iter().position(|cell| cell.name == name);
        return exact.or_else(|| cells.iter().position(|cell| matches_template(&cell.name, name))).map(Some);
    }
    (matches_template(&job.shown, name) || job.id == name).then_some(None)
}

/// The cell with these values.
fn cell_with(job: &Job, matrix: &[(String, String)]) -> Option<usize> {
    let cells = job.strategy.as_ref()?.cells.value()?;
    cells.iter().position(|cell| {
        let value = |key: &str| cell.values.iter().find(|(name, _)| name == key).map(|(_, value)| value.as_str());
        !matrix.is_empty() && matrix.iter().all(|(key, wanted)| value(key).is_none_or(|value| value == wanted))
    })
}

/// The runner's label: the job's, else the cell's.
fn label(job: &Job, cell: Option<usize>) -> Option<String> {
    model::label(job, cell).map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::matches_template;

    #[test]
    fn expressions_in_names_stand_for_anything() {
        assert!(matches_template("Run ${{ matrix.session }}", "Run lint"));
        assert!(matches_template("Test ${{ matrix.py }} on ${{ matrix.os }}!", "Test 3.12 on ubuntu!"));
        assert!(!matches_template("Test ${{ matrix.py }}!", "Lint 3.12!"));
        assert!(!matches_template("Lint", "Lint more"));
    }
}
