//! One item of `steps:`.

use syntax::Span;
use syntax::yaml::{Entry, Node, Scalar};

use super::expression::Reads;
use super::job::{Around, in_order, is_set};
use super::reader::{Reader, find, text};
use super::{Runs, Step, StepKind, nox_action};
use crate::repository::Repository;
use crate::shell::{self, Script, Shell, Word};

/// `parallel:` holds no `parallel:`, says GitHub; one level more than that is read, to say so.
const MAX_DEPTH: u32 = 3;

/// What a step inherits.
pub(super) struct Surroundings<'a> {
    pub(super) repository: &'a Repository<'a>,
    pub(super) workflow: &'a Around<'a>,
    pub(super) job: &'a Around<'a>,
    /// All labels are known and one is a Windows machine's: its default shell is PowerShell.
    pub(super) windows: bool,
}

/// Reads `steps:`; what their expressions read of `needs` goes to `reads`.
pub(super) fn read_all<'a>(
    reader: &Reader<'a>,
    node: &'a Node,
    around: &Surroundings<'_>,
    reads: &mut Reads,
) -> Vec<Step> {
    list(reader, node, around, reads, 0)
}

fn list<'a>(
    reader: &Reader<'a>,
    node: &'a Node,
    around: &Surroundings<'_>,
    reads: &mut Reads,
    depth: u32,
) -> Vec<Step> {
    let Some(sequence) = reader.follow(node).sequence() else { return Vec::new() };
    let mut steps = Vec::new();
    for item in &sequence.items {
        if !reader.spend() {
            break;
        }
        let value = reader.follow(&item.value);
        // An alias's step has the place of its anchor: what it says stands there.
        let is_alias = value.span != item.value.span;
        let span = if is_alias { value.span } else { item.span };
        steps.push(read(reader, span, value, around, reads, depth));
    }
    steps.shrink_to_fit();
    steps
}

fn read<'a>(
    reader: &Reader<'a>,
    span: Span,
    node: &'a Node,
    around: &Surroundings<'_>,
    reads: &mut Reads,
    depth: u32,
) -> Step {
    let entries = reader.entries(node);
    let value = |key: &str| find(&entries, key).map(|entry| reader.follow(&entry.value));
    let string = |key: &str| value(key).and_then(Node::str).map(str::to_owned);
    let env = value("env").map(|node| reader.words(node)).unwrap_or_default();
    let mut read = Reads::default();
    for entry in &entries {
        let bare = entry.key.str() == Some("if");
        reader.scalars(&entry.value, &mut |node| read.add(node, bare));
    }
    let (shell, folder) = (string("shell"), string("working-directory"));
    let own = Own { env: &env, shell: shell.as_deref(), folder: folder.as_deref() };
    let kind = kind(reader, &entries, around, reads, depth, &own);
    reads.needs.append(&mut read.needs);
    reads.matrix.append(&mut read.matrix);
    reads.env_written.append(&mut read.env_written);
    Step {
        span,
        runs: Runs::default(),
        name: value("name").and_then(text),
        id: value("id").and_then(text),
        condition: value("if").and_then(text),
        working_directory: folder,
        timeout_minutes: value("timeout-minutes").and_then(text),
        continue_on_error: value("continue-on-error").filter(|node| is_set(node)).and_then(text),
        background: value("background").is_some_and(is_set),
        reads_steps: in_order(read.steps),
        uses_secrets: read.secrets,
        env,
        shell,
        kind,
    }
}

/// What makes it a step. `run` first: a step with two of them is wrong anyway.
fn kind<'a>(
    reader: &Reader<'a>,
    entries: &[&'a Entry],
    around: &Surroundings<'_>,
    reads: &mut Reads,
    depth: u32,
    own: &Own<'_>,
) -> StepKind {
    let value = |key: &str| find(entries, key).map(|entry| reader.follow(&entry.value));
    if let Some(node) = value("run") {
        let script = node.scalar().map(|scalar| script(scalar, around, own)).unwrap_or_default();
        return StepKind::Run { span: node.span, script };
    }
    if let Some(node) = value("uses") {
        let action = node.str().unwrap_or_default().to_owned();
        let with: Vec<_> = value("with").map(|node| with(reader, node)).unwrap_or_default();
        let nox_calls = nox_action::calls(&action, node.span, &with);
        return StepKind::Uses { action, span: node.span, with, nox_calls };
    }
    if let Some(node) = value("parallel").filter(|_| depth < MAX_DEPTH) {
        return StepKind::Parallel(list(reader, node, around, reads, depth + 1));
    }
    if let Some(node) = value("wait") {
        return StepKind::Wait(reader.strings(node).into_iter().map(|(id, _)| id).collect());
    }
    if find(entries, "wait-all").is_some() {
        return StepKind::WaitAll;
    }
    match value("cancel").and_then(Node::str) {
        Some(id) => StepKind::Cancel(id.to_owned()),
        None => StepKind::Unknown,
    }
}

/// `with:` of a step or a job.
pub(super) fn with<'a>(reader: &Reader<'a>, node: &'a Node) -> Vec<(String, String, Span)> {
    let pairs = reader.entries(node).into_iter();
    let pair = |entry: &'a Entry| {
        let value = reader.follow(&entry.value);
        Some((entry.key.str()?.to_owned(), value.str().unwrap_or_default().to_owned(), value.span))
    };
    pairs.filter_map(pair).collect()
}

/// What a step itself says of how its script runs.
struct Own<'a> {
    env: &'a [(String, Word)],
    shell: Option<&'a str>,
    folder: Option<&'a str>,
}

fn script(scalar: &Scalar, around: &Surroundings<'_>, own: &Own<'_>) -> Script {
    let defaults = [around.job.defaults, around.workflow.defaults];
    let shell = own.shell.or_else(|| defaults.iter().find_map(|it| it.shell.as_deref()));
    let folder = own.folder.or_else(|| defaults.iter().find_map(|it| it.working_directory.as_deref()));
    let shell = match shell {
        Some(name) => Shell::of(name),
        None if around.windows => Shell::WindowsDefault,
        None => Shell::Posix { pipefail: false },
    };
    let levels = [own.env, around.job.env, around.workflow.env];
    let variable = |name: &str| {
        let mut found = levels.iter().flat_map(|level| level.iter().rev());
        found.find(|(key, _)| key == name).map(|(_, word)| word.clone())
    };
    let around = shell::Around {
        environment: &variable,
        repository: Some(around.repository),
        folder: folder.unwrap_or_default(),
    };
    shell::read_as(shell, &scalar.content, &|span| scalar.source_span(span), &around)
}
