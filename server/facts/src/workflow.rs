//! Jobs, steps and nox calls of a workflow.
//!
//! Neighbours: `reader` follows aliases; `inputs`, `job` and `step` read what their names say; `strategy` and `matrix`
//! make the cells; `expression` evaluates `${{ }}` in a `scope`, over `value`s; `runs` says what never runs;
//! `action` reads composite actions, `nox_action` knows those that run nox, `nox_pins` which nox a job has; `crate::shell` reads the scripts.

use syntax::{Document, Span};

use crate::noxfile::{Alone, Surroundings};
use crate::repository::{Asked, Repository};
use crate::shell::{NoxCall, Script, Word};
use crate::{Forge, Known};

mod action;
mod expression;
mod inputs;
mod job;
mod json;
mod matrix;
mod nox_action;
mod nox_pins;
mod reader;
mod runs;
mod scope;
mod step;
mod strategy;
mod value;

pub use action::read_action;
pub use expression::Remainder;
pub use inputs::{Given, Input, Inputs};
pub use runs::Runs;
pub use scope::Scope;

use reader::Reader;

/// All that a workflow says.
#[derive(Clone, Debug, PartialEq)]
pub struct WorkflowFacts {
    /// Whose dialect it is read in.
    pub forge: Forge,
    /// `name:`.
    pub name: Option<(String, Span)>,
    /// `on:`: event names with the span of each.
    pub triggers: Vec<(String, Span)>,
    /// What whoever starts it may say.
    pub inputs: Inputs,
    /// `env:`.
    pub env: Vec<(String, Word)>,
    /// `defaults.run`.
    pub defaults: RunDefaults,
    /// `concurrency:`: the group's text and whether runs in progress are cancelled.
    pub concurrency: Option<(String, bool)>,
    /// Its jobs in the order of the file.
    pub jobs: Vec<Job>,
    /// The `jobs:` entry, key to end.
    pub jobs_span: Option<Span>,
    /// Files of the repository that its scripts may run, with their texts: a change of one changes these facts.
    pub reads: Vec<Asked>,
}

/// `defaults.run` of a workflow or a job.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RunDefaults {
    /// `shell:`.
    pub shell: Option<String>,
    /// `working-directory:`.
    pub working_directory: Option<String>,
}

/// One job.
#[derive(Clone, Debug, PartialEq)]
pub struct Job {
    /// Its key.
    pub id: String,
    /// The key's span.
    pub id_span: Span,
    /// Key to end of value.
    pub span: Span,
    /// `name:`, expressions as written.
    pub name: Option<(String, Span)>,
    /// What the forge shows where no matrix adds to it; expressions that are not known stay as written.
    pub shown: String,
    /// Whether it runs at all.
    pub runs: Runs,
    /// `needs:` with the span of each id.
    pub needs: Vec<(String, Span)>,
    /// The `needs:` entry, key to end.
    pub needs_span: Option<Span>,
    /// `runs-on:` labels.
    pub runs_on: Known<Vec<String>>,
    /// `if:`.
    pub condition: Option<(String, Span)>,
    /// `strategy:`.
    pub strategy: Option<Strategy>,
    /// `env:`.
    pub env: Vec<(String, Word)>,
    /// `defaults.run`.
    pub defaults: RunDefaults,
    /// `outputs:` names.
    pub outputs: Vec<(String, Span)>,
    /// `timeout-minutes:` as written: a number or an expression.
    pub timeout_minutes: Option<(String, Span)>,
    /// `continue-on-error:` is there and not `false`.
    pub continue_on_error: bool,
    /// `concurrency:`, like the workflow's.
    pub concurrency: Option<(String, bool)>,
    /// `container:`, `services:`, `permissions:`, `environment:`, `concurrency:`: keys that a copy must carry.
    pub other_keys: Vec<(String, Span)>,
    /// `uses:` of a job that calls a reusable workflow.
    pub uses: Option<(String, Span)>,
    /// `with:` of such a job.
    pub with: Vec<(String, String, Span)>,
    /// Its steps.
    pub steps: Vec<Step>,
    /// The `steps:` entry, key to end.
    pub steps_span: Option<Span>,
    /// Text of expressions in it that read `needs.<id>`: the ids, with their place.
    pub reads_needs: Vec<(String, Span)>,
    /// The same of `matrix.<key>`.
    pub reads_matrix: Vec<(String, Span)>,
    /// Variables that steps may set for those behind them (by `$GITHUB_ENV`).
    pub env_written: Vec<String>,
    /// Versions of nox that its steps ask for.
    pub nox_pins: Vec<NoxPin>,
}

/// A version of nox that a job asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NoxPin {
    /// As PEP 440 writes it: `==2025.2.9`, `<2026`.
    pub specifier: String,
    /// The file that says it (requirements, constraints, a lock), from the repository's root; `None`: the step itself.
    pub file: Option<String>,
    /// The word or value of the step that says it.
    pub span: Option<Span>,
}

/// `strategy:` of a job.
#[derive(Clone, Debug, PartialEq)]
pub struct Strategy {
    /// The entry, key to end.
    pub span: Span,
    /// The matrix's cells, expanded as the forge does.
    pub cells: Known<Vec<Cell>>,
    /// The matrix's own keys (vectors) with their values where they are literal.
    pub vectors: Vec<(String, Span, Known<Vec<String>>)>,
    /// `fail-fast:`; `true` when absent.
    pub fail_fast: bool,
    /// `max-parallel:`.
    pub max_parallel: Option<u32>,
}

/// One cell of a matrix.
#[derive(Clone, Debug, PartialEq)]
pub struct Cell {
    /// Name of the job's instance, as the forge shows it: `tests (3.12, ubuntu-latest)`.
    pub name: String,
    /// Values by dotted key, nested mappings flattened: `("python", "3.12")`.
    pub values: Vec<(String, String)>,
    /// `runs-on:` labels of its job, where they are known.
    pub runs_on: Option<Vec<String>>,
    /// Its values, typed.
    matrix: value::Value,
}

/// One step.
#[derive(Clone, Debug, PartialEq)]
pub struct Step {
    /// From the item's `-` to its end.
    pub span: Span,
    /// Whether it runs at all.
    pub runs: Runs,
    /// `name:`.
    pub name: Option<(String, Span)>,
    /// `id:`.
    pub id: Option<(String, Span)>,
    /// `if:`.
    pub condition: Option<(String, Span)>,
    /// `env:`.
    pub env: Vec<(String, Word)>,
    /// `working-directory:`.
    pub working_directory: Option<String>,
    /// `shell:`.
    pub shell: Option<String>,
    /// `timeout-minutes:` as written: a number or an expression.
    pub timeout_minutes: Option<(String, Span)>,
    /// `continue-on-error:` as written, where it is there and not `false`.
    pub continue_on_error: Option<(String, Span)>,
    /// `background: true`.
    pub background: bool,
    /// Ids of steps that expressions in it read (`steps.<id>`).
    pub reads_steps: Vec<(String, Span)>,
    /// Mentions a secret or a token.
    pub uses_secrets: bool,
    /// What it does.
    pub kind: StepKind,
}

/// What a step does.
#[derive(Clone, Debug, PartialEq)]
pub enum StepKind {
    /// `run:`
    Run {
        /// The scalar's node span (indicator to end for block scalars).
        span: Span,
        /// Its commands.
        script: Script,
    },
    /// `uses:`
    Uses {
        /// What it names, with its version.
        action: String,
        /// The value's span.
        span: Span,
        /// `with:`.
        with: Vec<(String, String, Span)>,
        /// Nox calls that an action of others makes which is known to.
        nox_calls: Vec<NoxCall>,
    },
    /// `parallel:` of GitHub.
    Parallel(Vec<Step>),
    /// `wait:` ids.
    Wait(Vec<String>),
    /// `wait-all:`
    WaitAll,
    /// `cancel:`
    Cancel(String),
    /// None of the keys that make a step: half-typed, or of a dialect we do not know.
    Unknown,
}

impl Job {
    /// The folder of the job's workspace that the repository is checked out into when the step at `step` runs, as it is
    /// written: `path` of the checkout action. Empty: the workspace itself.
    pub fn checkout_before(&self, step: usize) -> &str {
        let path = |step: &'_ Step| -> Option<usize> {
            let StepKind::Uses { action, with, .. } = &step.kind else { return None };
            let name = action.split('@').next().unwrap_or_default();
            let is_own =
                !with.iter().any(|(key, value, _)| key == "repository" && !value.contains("github.repository"));
            let at = with.iter().position(|(key, ..)| key == "path");
            (name.ends_with("actions/checkout") && is_own).then_some(at.unwrap_or(usize::MAX))
        };
        let before = self.steps.iter().take(step).rev();
        let found = before.filter_map(|step| Some((step, path(step)?))).next();
        let Some((Step { kind: StepKind::Uses { with, .. }, .. }, at)) = found else { return "" };
        with.get(at).map_or("", |(_, path, _)| path)
    }
}

impl Step {
    /// Nox calls that it makes itself: of its script, or of an action of others that is known to run nox.
    pub fn nox_calls(&self) -> &[NoxCall] {
        match &self.kind {
            StepKind::Run { script, .. } => &script.nox_calls,
            StepKind::Uses { nox_calls, .. } => nox_calls,
            _ => &[],
        }
    }
}

impl WorkflowFacts {
    fn empty(forge: Forge) -> Self {
        Self {
            forge,
            name: None,
            triggers: Vec::new(),
            inputs: Inputs::default(),
            env: Vec::new(),
            defaults: RunDefaults::default(),
            concurrency: None,
            jobs: Vec::new(),
            jobs_span: None,
            reads: Vec::new(),
        }
    }
}

/// Reads a workflow in `forge`'s dialect, alone.
pub fn read(document: &Document, forge: Forge) -> WorkflowFacts {
    read_in(document, forge, &Alone)
}

/// Reads a workflow in `forge`'s dialect. `surroundings` gives files of the repository, by paths from its root.
pub fn read_in(document: &Document, forge: Forge, surroundings: &dyn Surroundings) -> WorkflowFacts {
    let repository = Repository::new(surroundings);
    let facts = read_with(document, forge, &repository);
    WorkflowFacts { reads: repository.into_reads(), ..facts }
}

fn read_with(document: &Document, forge: Forge, repository: &Repository<'_>) -> WorkflowFacts {
    let mut facts = WorkflowFacts::empty(forge);
    let Some(root) = document.yaml().roots.first() else { return facts };
    let reader = Reader::new(root, forge);
    let entries = reader.entries(root);
    let value = |key: &str| reader::find(&entries, key).map(|entry| reader.follow(&entry.value));
    facts.name = value("name").and_then(reader::text);
    facts.triggers = value("on").map(|node| triggers(&reader, node)).unwrap_or_default();
    facts.inputs = value("on").map(|node| inputs::read(&reader, node)).unwrap_or_default();
    facts.env = value("env").map(|node| reader.words(node)).unwrap_or_default();
    facts.defaults = value("defaults").map(|node| job::run_defaults(&reader, node)).unwrap_or_default();
    facts.concurrency = value("concurrency").and_then(|node| concurrency(&reader, node));
    if let Some(jobs) = reader::find(&entries, "jobs") {
        facts.jobs_span = Some(jobs.span());
        let around = job::Around { repository, env: &facts.env, defaults: &facts.defaults, inputs: &facts.inputs };
        let read = |entry| job::read(&reader, entry, &around);
        facts.jobs = reader.entries(&jobs.value).into_iter().filter_map(read).collect();
        facts.jobs.shrink_to_fit();
    }
    runs::judge(&mut facts);
    facts
}

/// `on:` as a name, a list of names or a mapping from names.
fn triggers(reader: &Reader<'_>, node: &syntax::yaml::Node) -> Vec<(String, Span)> {
    let Some(mapping) = node.mapping() else { return reader.strings(node) };
    mapping.entries.iter().filter_map(|entry| reader::text(&entry.key)).collect()
}

/// `concurrency:` as a group's name or a mapping.
fn concurrency(reader: &Reader<'_>, node: &syntax::yaml::Node) -> Option<(String, bool)> {
    if let Some(group) = node.str() {
        return Some((group.to_owned(), false));
    }
    let entries = reader.entries(node);
    let value = |key: &str| reader::find(&entries, key).and_then(|entry| reader.follow(&entry.value).str());
    Some((value("group")?.to_owned(), value("cancel-in-progress").is_some_and(|cancel| cancel != "false")))
}
