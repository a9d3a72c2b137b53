//! One entry of `jobs:`.

use syntax::Span;
use syntax::yaml::{Entry, Node};

use super::expression::Reads;
use super::inputs::Inputs;
use super::reader::{Reader, find, text};
use super::scope::Scope;
use super::strategy::{self, JobNames};
use super::value::Value;
use super::{Job, RunDefaults, Runs, Strategy, nox_pins, step};
use crate::repository::Repository;
use crate::shell::Word;
use crate::{Known, Unknown};

/// Keys that a copy of the job must carry and that nothing else here reads.
const CARRIED: [&str; 6] = ["container", "services", "permissions", "environment", "concurrency", "snapshot"];

/// What stands around a job or a step and reaches into it.
pub(super) struct Around<'a> {
    pub(super) repository: &'a Repository<'a>,
    pub(super) env: &'a [(String, Word)],
    pub(super) defaults: &'a RunDefaults,
    pub(super) inputs: &'a Inputs,
}

/// Reads the job under `entry`; a job without content is half-typed, and still a job.
pub(super) fn read<'a>(reader: &Reader<'a>, entry: &'a Entry, around: &Around<'_>) -> Option<Job> {
    let (id, id_span) = text(&entry.key)?;
    let entries = reader.entries(&entry.value);
    let value = |key: &str| find(&entries, key).map(|entry| reader.follow(&entry.value));
    let span_of = |key: &str| find(&entries, key).map(Entry::span);
    let name = value("name").and_then(text);
    let env = value("env").map(|node| reader.words(node)).unwrap_or_default();
    let defaults = value("defaults").map(|node| run_defaults(reader, node)).unwrap_or_default();
    let scope = Scope::around_job(&env, around);
    let names = JobNames { id: &id, name: name.as_ref().map(|(name, _)| name.as_str()), runs_on: value("runs-on") };
    let strategy = find(&entries, "strategy").map(|entry| strategy::read(reader, entry, &names, &scope));
    let runs_on = runs_on(reader, value("runs-on"), strategy.as_ref(), &scope, id_span);
    let surroundings = step::Surroundings {
        repository: around.repository,
        workflow: around,
        job: &Around { repository: around.repository, env: &env, defaults: &defaults, inputs: around.inputs },
        windows: runs_on.value().is_some_and(|labels| labels.iter().any(|label| label.starts_with("windows"))),
    };
    let mut reads = Reads::default();
    let steps = value("steps").map(|node| step::read_all(reader, node, &surroundings, &mut reads)).unwrap_or_default();
    let folder = defaults.working_directory.as_ref().or(around.defaults.working_directory.as_ref());
    let nox_pins = nox_pins::of(&steps, folder.map_or("", String::as_str), around.repository);
    for entry in entries.iter().filter(|entry| entry.key.str() != Some("steps")) {
        let bare = entry.key.str() == Some("if");
        reader.scalars(&entry.value, &mut |node| reads.add(node, bare));
    }
    Some(Job {
        shown: strategy::shown(&id, names.name, &scope),
        runs: Runs::default(),
        env_written: reads.env_written,
        nox_pins,
        strategy,
        needs: value("needs").map(|node| reader.strings(node)).unwrap_or_default(),
        needs_span: span_of("needs"),
        runs_on,
        condition: value("if").and_then(text),
        outputs: value("outputs").map(|node| keys(reader, node)).unwrap_or_default(),
        timeout_minutes: value("timeout-minutes").and_then(text),
        continue_on_error: value("continue-on-error").is_some_and(is_set),
        concurrency: value("concurrency").and_then(|node| super::concurrency(reader, node)),
        other_keys: entries.iter().filter_map(|entry| carried(entry)).collect(),
        uses: value("uses").and_then(text),
        with: value("with").map(|node| step::with(reader, node)).unwrap_or_default(),
        steps_span: span_of("steps"),
        reads_needs: in_order(reads.needs),
        reads_matrix: in_order(reads.matrix),
        span: entry.span(),
        id,
        id_span,
        name,
        env,
        defaults,
        steps,
    })
}

/// `defaults:` with its one key, `run`.
pub(super) fn run_defaults<'a>(reader: &Reader<'a>, node: &'a Node) -> RunDefaults {
    let entries = reader.entries(node);
    let Some(run) = find(&entries, "run") else { return RunDefaults::default() };
    let entries = reader.entries(&run.value);
    let value = |key: &str| find(&entries, key).and_then(|entry| reader.follow(&entry.value).str()).map(str::to_owned);
    RunDefaults { shell: value("shell"), working_directory: value("working-directory") }
}

/// Whether a flag is there and not `false`; an expression may be true.
pub(super) fn is_set(node: &Node) -> bool {
    node.str().is_some_and(|flag| !flag.eq_ignore_ascii_case("false"))
}

/// By place, each once.
pub(super) fn in_order(mut places: Vec<(String, Span)>) -> Vec<(String, Span)> {
    places.sort_by_key(|(_, span)| *span);
    places.dedup();
    places
}

fn carried(entry: &Entry) -> Option<(String, Span)> {
    let key = entry.key.str().filter(|key| CARRIED.contains(key))?;
    Some((key.to_owned(), entry.span()))
}

fn keys<'a>(reader: &Reader<'a>, node: &'a Node) -> Vec<(String, Span)> {
    reader.entries(node).into_iter().filter_map(|entry| text(&entry.key)).collect()
}

/// A label, a list of labels, or GitHub's `group:` and `labels:`; else what they depend on.
pub(super) fn labels<'a>(reader: &Reader<'a>, node: &'a Node, scope: &Scope<'_>) -> Result<Vec<String>, String> {
    let value = scope.typed(Value::of(reader, node))?;
    let labels = match (&value, value.get("labels")) {
        (Value::Map(_), None) => return Ok(Vec::new()), // any machine of a `group:`
        (_, Some(labels)) => labels,
        (value, None) => value,
    };
    Ok(match labels {
        Value::Null => Vec::new(),
        Value::List(labels) => labels.iter().map(Value::text).collect(),
        label => vec![label.text()],
    })
}

/// The labels of all cells, when they have the same.
fn runs_on<'a>(
    reader: &Reader<'a>,
    node: Option<&'a Node>,
    strategy: Option<&Strategy>,
    scope: &Scope<'_>,
    id: Span,
) -> Known<Vec<String>> {
    let Some(node) = node else { return Known::Literal(Vec::new(), Span::empty(id.end)) };
    let reason = match labels(reader, node, scope) {
        Ok(labels) => return Known::Literal(labels, node.span),
        Err(reason) => reason,
    };
    let cells = strategy.and_then(|strategy| strategy.cells.value()).map(Vec::as_slice).unwrap_or_default();
    match cells {
        [first, rest @ ..] if rest.iter().all(|cell| cell.runs_on == first.runs_on) => match &first.runs_on {
            Some(labels) => Known::Literal(labels.clone(), node.span),
            None => Known::Dynamic(Unknown { span: node.span, reason }),
        },
        _ => Known::Dynamic(Unknown { span: node.span, reason }),
    }
}
