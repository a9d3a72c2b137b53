//! One entry of `jobs:`.

use syntax::Span;
use syntax::yaml::{Entry, Node};

use super::expression::Reads;
use super::reader::{Reader, find, text};
use super::{Job, RunDefaults, matrix, step};
use crate::shell::Word;
use crate::{Known, Unknown};

/// Keys that a copy of the job must carry and that nothing else here reads.
const CARRIED: [&str; 6] = ["container", "services", "permissions", "environment", "concurrency", "snapshot"];

/// What stands around a job or a step and reaches into it.
pub(super) struct Around<'a> {
    pub(super) env: &'a [(String, Word)],
    pub(super) defaults: &'a RunDefaults,
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
    let runs_on = value("runs-on").map_or_else(|| nothing(id_span), |node| runs_on(reader, node));
    let surroundings = step::Surroundings {
        workflow: around,
        job: &Around { env: &env, defaults: &defaults },
        windows: runs_on.value().is_some_and(|labels| labels.iter().any(|label| label.starts_with("windows"))),
    };
    let mut reads = Reads::default();
    let steps = value("steps").map(|node| step::read_all(reader, node, &surroundings, &mut reads)).unwrap_or_default();
    for entry in entries.iter().filter(|entry| entry.key.str() != Some("steps")) {
        let bare = entry.key.str() == Some("if");
        reader.scalars(&entry.value, &mut |node| reads.add(node, bare));
    }
    let strategy = find(&entries, "strategy");
    let shown = name.as_ref().map_or(id.as_str(), |(name, _)| name.as_str());
    Some(Job {
        strategy: strategy.map(|entry| matrix::read(reader, entry, shown)),
        needs: value("needs").map(|node| reader.strings(node)).unwrap_or_default(),
        needs_span: span_of("needs"),
        runs_on,
        condition: value("if").and_then(text),
        outputs: value("outputs").map(|node| keys(reader, node)).unwrap_or_default(),
        timeout_minutes: value("timeout-minutes").and_then(Node::str).and_then(|minutes| minutes.parse().ok()),
        continue_on_error: value("continue-on-error").is_some_and(is_set),
        other_keys: entries.iter().filter_map(|entry| carried(entry)).collect(),
        uses: value("uses").and_then(text),
        steps_span: span_of("steps"),
        reads_needs: in_order(reads.needs),
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

/// A label, a list of labels, or GitHub's `group:` and `labels:`.
fn runs_on<'a>(reader: &Reader<'a>, node: &'a Node) -> Known<Vec<String>> {
    let entries = reader.entries(node);
    let labels = match find(&entries, "labels") {
        Some(labels) => reader.strings(&labels.value),
        None => reader.strings(node),
    };
    match labels.iter().find(|(label, _)| label.contains("${{")) {
        Some((label, span)) => Known::Dynamic(Unknown { span: *span, reason: format!("depends on `{label}`") }),
        None => Known::Literal(labels.into_iter().map(|(label, _)| label).collect(), node.span),
    }
}

fn nothing(span: Span) -> Known<Vec<String>> {
    Known::Literal(Vec::new(), Span::empty(span.end))
}
