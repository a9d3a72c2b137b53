//! Splits a job that runs sessions one after another into a matrix with a job for each, behind a gate under the old name.
//!
//! ```yaml
//! checks:
//!   runs-on: ubuntu-latest
//!   steps:
//!     - run: nox -s lint
//!     - run: nox -s typecheck
//! ```
//! ->
//! ```yaml
//! checks-sessions:
//!   runs-on: ubuntu-latest
//!   strategy:
//!     fail-fast: false
//!     matrix:
//!       sessions:
//!         - lint
//!         - typecheck
//!   steps:
//!     - env:
//!         SESSIONS: ${{ matrix.sessions }}
//!       run: nox -s $SESSIONS
//!
//! checks:
//!   if: always()
//!   needs: checks-sessions
//!   runs-on: ubuntu-latest
//!   permissions: {}
//!   steps:
//!     - if: ${{ needs.checks-sessions.result != 'success' }}
//!       run: exit 1
//! ```
//! A matrix cannot order its jobs: sessions that need one another stay together in one. The gate keeps the check's name,
//! which branch protection and other jobs' `needs` know. `fail-fast: false` keeps the meaning: without it the first
//! failure cancels the others.
//!
//! A job that is a matrix already gets the sessions as one more key. Its checks had names for each cell before, so there
//! is none that a gate could keep. Neighbours: `matrix_cells` says which sessions share a cell, `matrix_values` what a cell holds
//! of them, `gate` writes the gate.

use facts::workflow::{Job, Step, StepKind, Strategy};
use model::Estimate;
use model::forecast::{Way, spread};
use syntax::TextEdit;

use super::gate;
use super::gate_runner;
use super::group::Item;
use super::include_cells;
use super::instances;
use super::job_text::free_id;
use super::layout::{self, StepText, UNUSUAL};
use super::matrix_cells::{cells, mutator_of};
use super::matrix_values::Values;
use super::style::Style;
use super::use_background_processes::{WINDOWS, runs_on_windows};
use crate::anchors;
use crate::assist::{FileEdit, OfferKind};
use crate::assists::gain::{Gain, Machines};
use crate::assists::{Assist, AssistCx, Draft, GroupCx, Spot};
use crate::words;

pub(super) const ASSIST: Assist = Assist { id: "split-into-matrix", kind: OfferKind::Parallel, at: &[Spot::Job, Spot::Matrix, Spot::Step], run };

/// GitHub's limit on jobs of a matrix.
const MAX_CELLS: usize = 256;

fn run(cx: &AssistCx<'_>) -> Option<Draft> {
    match cx.any_group() {
        Some(cx) => draft(cx, None),
        None => cx.unlike().and_then(|(cx, why)| draft(cx, Some(why))),
    }
}

/// `unlike`: why one step cannot stand for all.
fn draft(cx: &GroupCx<'_>, unlike: Option<String>) -> Option<Draft> {
    if cx.is_split() {
        return None;
    }
    let cells = cells(cx);
    let count = cx.group.count();
    if cells.len() < 2 {
        let why = instances::obstacle(cx)?;
        let title = format!("Split {} into a matrix", words::count(count, "session"));
        return Some(Draft { title, gain: None, caveat: cx.group.caveat(), edits: Err(why) });
    }
    let parted = instances::parted(cx, &cells);
    let unknown = cx.group.caveat().or_else(|| instances::caveat(cx, &parted));
    let caveat = super::joined([unknown.or_else(|| mutator_of(cx)), cx.group.pins(&cells, false)]);
    let Some(strategy) = &cx.job.strategy else {
        return Some(Draft {
            title: format!("Split {count} sessions into a matrix of {} jobs", cells.len()),
            gain: match parted.as_slice() {
                [] => cx.gain(Way::Matrix { jobs: cells.len() }),
                _ => instances::gain(cx, &cells),
            },
            caveat,
            edits: unlike.map_or_else(|| edits(cx, &cells), Err),
        });
    };
    let before = strategy.cells.value().map_or(0, Vec::len);
    Some(Draft {
        title: format!("Split {count} sessions of each cell into a matrix of {before} × {} jobs", cells.len()),
        gain: gain_of_cells(cx, strategy, &cells),
        caveat: super::joined([
            caveat,
            (!gate::is_gated(cx.workflow, cx.job)).then(|| "its checks are then named by session, too".to_owned()),
        ]),
        edits: unlike.map_or_else(|| edits_of_matrix(cx, strategy, &cells), Err),
    })
}

/// All cells on the runners that there are, now and with a job for each of their `groups` of sessions.
fn gain_of_cells(cx: &GroupCx<'_>, strategy: &Strategy, groups: &[Vec<usize>]) -> Option<Gain> {
    let (settings, forge) = (&cx.snapshot.workspace.settings, cx.workflow.facts.forge);
    let is_parted = !instances::parted(cx, groups).is_empty();
    // Of instances a forecast knows the sum.
    let sequence = if is_parted { None } else { Some(cx.sequence.as_ref()?) };
    let count = strategy.cells.value()?.len();
    let runners = strategy.max_parallel.map_or(usize::MAX, |most| most as usize).min(settings.slots(forge));
    let overhead = settings.job_overhead_seconds;
    let seconds = |group: &Vec<usize>| {
        let Some(sequence) = sequence else { return overhead + instances::seconds(cx, group) };
        let sessions: Vec<_> = group.iter().filter_map(|at| cx.group.items.get(*at)).map(|item| item.session).collect();
        let tasks = sequence.sessions.iter().zip(&sequence.plan.tasks);
        overhead + tasks.filter(|(id, _)| sessions.contains(id)).map(|(_, task)| task.duration()).sum::<f64>()
    };
    let one: Vec<f64> = groups.iter().map(seconds).collect();
    let now = cx.workflow.jobs.get(cx.at)?;
    let estimate = |seconds: f64| {
        let share = seconds / now.seconds.max(1.0);
        Estimate { seconds, low: now.low * share, high: now.high * share, source: now.source }
    };
    Some(Gain {
        now: estimate(spread(&vec![now.seconds; count], runners)),
        after: estimate(spread(&one.repeat(count), runners)),
        on: Machines::Several { runners, forge, overhead },
    })
}

/// The sessions as one more key of the job's own matrix.
fn edits_of_matrix(cx: &GroupCx<'_>, strategy: &Strategy, groups: &[Vec<usize>]) -> Result<Vec<FileEdit>, String> {
    let all = strategy.cells.value().ok_or("the matrix is worked out when it runs")?;
    refuse(cx, all.len() * groups.len())?;
    let values = Values::of(cx, groups)?;
    let (document, text) = (&cx.file.document, cx.file.document.text());
    let style = cx.style()?;
    let matrix = layout::job_entry(document, &cx.job.id).and_then(|job| job.value.get("strategy")?.entry("matrix"));
    let matrix = matrix.ok_or(UNUSUAL)?;
    let entries = matrix.value.mapping().filter(|mapping| !mapping.flow).ok_or("the matrix is written in braces")?;
    if anchors::is_shared(document, &matrix.value) {
        return Err(anchors::ALIASED.to_owned());
    }
    let is_vector = |entry: &&syntax::yaml::Entry| {
        entry.key.str().is_some_and(|key| strategy.vectors.iter().any(|(name, ..)| name == key))
    };
    let lone = include_cells::of(strategy);
    let mut edits = include_cells::repeated(document, &matrix.value, &lone, ("sessions", &values.of_cells))?;
    if lone.len() < all.len() {
        let last = entries.entries.iter().rfind(is_vector).ok_or("the matrix has no key of its own")?;
        let own = layout::indent(text, last.key.span.start).ok_or(UNUSUAL)?;
        let lines = list_lines(cx, &style, groups, &values);
        let list: String = lines.iter().map(|line| format!("{}{own}{line}", style.newline)).collect();
        edits.push(TextEdit::insert(layout::line_end(text, last.span().end), list));
    }
    edits.extend(renamed(cx));
    edits.push(session_step(cx, &style, groups, &values)?);
    Ok(vec![FileEdit::new(cx.file.id, edits)])
}

/// The job's name with what its cells differ in.
fn renamed(cx: &GroupCx<'_>) -> Option<TextEdit> {
    let (_, span) = cx.job.name.as_ref()?;
    let is_quoted = span.of(cx.file.document.text()).ends_with(['"', '\'']);
    Some(TextEdit::insert(span.end - u32::from(is_quoted), " (${{ matrix.sessions }})"))
}

/// `sessions:` with the list of cells, and the comments of their steps.
fn list_lines(cx: &GroupCx<'_>, style: &Style<'_>, cells: &[Vec<usize>], values: &Values) -> Vec<String> {
    let item = |(cell, value): (&Vec<usize>, &String)| {
        let mut lines = cell_comments(cx, cell);
        lines.push(layout::scalar(value));
        lines
    };
    let items = cells.iter().zip(&values.of_cells).map(item);
    std::iter::once("sessions:".to_owned()).chain(style.list(items)).collect()
}

fn edits(cx: &GroupCx<'_>, cells: &[Vec<usize>]) -> Result<Vec<FileEdit>, String> {
    refuse(cx, cells.len())?;
    let values = Values::of(cx, cells)?;
    let document = &cx.file.document;
    let text = document.text();
    let entry = layout::block_job(document, &cx.job.id)?;
    let style = cx.style()?;
    let taken: Vec<String> = cx.workflow.facts.jobs.iter().map(|job| job.id.clone()).collect();
    let dash = if cx.job.id.contains('_') { '_' } else { '-' };
    let new_id = free_id(&taken, &format!("{}{dash}sessions", cx.job.id), dash);

    let mut edits = vec![TextEdit::replace(cx.job.id_span, new_id.as_str())];
    edits.extend(renamed(cx));
    let strategy = style.strategy(list_lines(cx, &style, cells, &values));
    edits.push(layout::before_steps(text, entry, &strategy).ok_or(UNUSUAL)?);
    edits.push(session_step(cx, &style, cells, &values)?);
    let runs_on = gate_runner::in_place_of(cx.snapshot, cx.file, cx.workflow, cx.job)?;
    let gate = gate::under_old_name(document, cx.workflow.facts.forge, cx.job, &runs_on, &new_id)?;
    edits.push(TextEdit::insert(layout::line_end(text, cx.job.span.end), gate));
    Ok(vec![FileEdit::new(cx.file.id, merged(edits))])
}

/// The steps' edit and the gate's insertion may meet at the end of the job: then they are one edit.
fn merged(mut edits: Vec<TextEdit>) -> Vec<TextEdit> {
    let (Some(gate), Some(steps)) = (edits.pop(), edits.pop()) else { return edits };
    if steps.span.end >= gate.span.start {
        edits.push(TextEdit::replace(steps.span, steps.insert + &gate.insert));
    } else {
        edits.extend([steps, gate]);
    }
    edits
}

/// Why this job cannot be split, if so.
fn refuse(cx: &GroupCx<'_>, cells: usize) -> Result<(), String> {
    let why = if let Some(why) = unsharable(cx.job) {
        why
    } else if cx.group.steps.end != cx.job.steps.len() {
        "steps after the sessions would run in every job"
    } else if cells > MAX_CELLS {
        "a matrix has at most 256 jobs"
    } else if runs_on_windows(cx) {
        WINDOWS
    } else if let Some(why) = setup_repeats(cx.job, cx.group.steps.start) {
        why
    } else {
        return Ok(());
    };
    Err(why.to_owned())
}

/// A key of the job that the cells of a matrix cannot share.
pub(super) fn unsharable(job: &Job) -> Option<&'static str> {
    let has = |key: &str| job.other_keys.iter().any(|(other, _)| other == key);
    if !job.outputs.is_empty() {
        Some("the job has `outputs`, and those of a matrix overwrite one another")
    } else if job.continue_on_error && job.strategy.is_none() {
        Some("the job has `continue-on-error`, which a gate would not see")
    } else if has("concurrency") {
        Some("the job's `concurrency` would make the jobs wait for one another")
    } else {
        has("environment").then_some("the job has an `environment`, whose protection would ask once for every job")
    }
}

/// A step before the sessions, whose first step is at `first`, that must not run several times.
pub(super) fn setup_repeats(job: &Job, first: usize) -> Option<&'static str> {
    let setup = job.steps.get(..first).unwrap_or_default();
    let runs_nox = setup.iter().any(|step| step.nox_calls().iter().any(|call| !call.lists_only));
    let uploads = setup.iter().any(|step| match &step.kind {
        StepKind::Uses { action, .. } => ["upload-artifact", "deploy", "publish", "release"].iter().any(|w| action.contains(w)),
        _ => false,
    });
    let grouped = setup.iter().any(|step| !matches!(&step.kind, StepKind::Run { .. } | StepKind::Uses { .. }));
    if runs_nox {
        Some("sessions before these would run in every job")
    } else if uploads {
        Some("a step before the sessions uploads or publishes, which must happen once")
    } else {
        grouped.then_some("steps before the sessions would run in every job")
    }
}

/// Comments of the steps of a cell, each once.
fn cell_comments(cx: &GroupCx<'_>, cell: &[usize]) -> Vec<String> {
    let mut steps: Vec<usize> = cell.iter().filter_map(|at| cx.group.items.get(*at)).map(|item| item.step).collect();
    steps.dedup();
    let mut out: Vec<String> = Vec::new();
    for comment in steps.into_iter().flat_map(|step| layout::step_comments(cx, step)) {
        if !out.contains(&comment) {
            out.push(comment);
        }
    }
    out
}

/// Whether the sessions of a cell had steps of their own: then what follows a failed one did not start.
fn stops_early(cx: &GroupCx<'_>, cells: &[Vec<usize>]) -> bool {
    let mut several = cells.iter().filter(|cell| cell.len() > 1).peekable();
    let Some(Item { flags, .. }) = cx.group.items.first() else { return false };
    let goes_on = |step: &Step| step.condition.is_some() || step.continue_on_error.is_some();
    let goes_on = cx.job.steps.get(cx.group.steps.start).is_some_and(goes_on);
    let is_written = flags.split_whitespace().any(|flag| matches!(flag, "-x" | "--stop-on-first-error"));
    let have_own_steps = |cell: &Vec<usize>| {
        let steps: Vec<_> = cell.iter().filter_map(|at| cx.group.items.get(*at)).map(|item| item.step).collect();
        steps.windows(2).all(|pair| pair.first() != pair.last())
    };
    several.peek().is_some() && !is_written && !goes_on && several.all(have_own_steps)
}

/// The step's `env` with the cell's sessions in it, a line each.
fn with_sessions(style: &Style<'_>, env: Option<&str>) -> Vec<String> {
    const VALUE: &str = "SESSIONS: ${{ matrix.sessions }}";
    let Some(env) = env else { return style.below("env:", [VALUE.to_owned()]) };
    let mut lines: Vec<String> = env.lines().map(str::to_owned).collect();
    // In braces those of an expression would be read as YAML's.
    if let [only] = lines.as_mut_slice()
        && let Some(inner) = only.strip_suffix('}')
    {
        let comma = if inner.trim_end().ends_with(['{', ',']) { "" } else { "," };
        *only = format!("{}{comma} SESSIONS: \"${{{{ matrix.sessions }}}}\" }}", inner.trim_end());
        return lines;
    }
    let inner = lines.get(1).map_or(style.unit.len(), |line| line.len() - line.trim_start().len());
    lines.push(format!("{}{VALUE}", " ".repeat(inner.max(1))));
    lines
}

/// The one step that runs what the cell names.
fn session_step(cx: &GroupCx<'_>, style: &Style<'_>, cells: &[Vec<usize>], values: &Values) -> Result<TextEdit, String> {
    let text = cx.file.document.text();
    layout::block_steps(&cx.file.document, &cx.job.id)?;
    let old = cx.job.steps.get(cx.group.steps.clone()).ok_or(UNUSUAL)?;
    let (first, last) = (old.first().ok_or(UNUSUAL)?, old.last().ok_or(UNUSUAL)?);
    if !cx.job.span.covers(first.span) || !cx.job.span.covers(last.span) {
        return Err(UNUSUAL.to_owned());
    }
    let indent = layout::indent(text, first.span.start).ok_or(UNUSUAL)?;
    // The limit is that of the cell which stands for most steps.
    let steps_of = |cell: &&Vec<usize>| {
        let mut steps: Vec<_> = cell.iter().filter_map(|at| cx.group.items.get(*at)).map(|item| item.step).collect();
        steps.dedup();
        steps.len()
    };
    let longest = cells.iter().max_by_key(steps_of).ok_or(UNUSUAL)?;
    let carried = layout::carried_by(cx, longest)?;
    // Through the environment: an expression inside `run` would let a value be read as shell code.
    let (conditions, carried): (Vec<String>, Vec<String>) =
        carried.into_iter().partition(|entry| entry.starts_with("if:"));
    let mut step = StepText { lines: Vec::new() };
    if let ([_], Some((_, span))) = (old, &first.name) {
        step.lines.push(format!("name: {}", span.of(text)));
    }
    step.lines.extend(conditions);
    let (env, others): (Vec<&String>, Vec<&String>) = carried.iter().partition(|entry| entry.starts_with("env:"));
    step.lines.extend(with_sessions(style, env.first().map(|env| env.as_str())));
    step.lines.extend(others.iter().flat_map(|entry| entry.lines()).map(str::to_owned));
    let stop = if stops_early(cx, cells) { " -x" } else { "" };
    let Item { launcher, flags, .. } = cx.group.items.first().ok_or(UNUSUAL)?;
    step.lines.push(format!("run: {launcher}{flags}{stop} -s {}", values.words));
    let span = syntax::Span::new(first.span.start, layout::line_end(text, last.span.end));
    let new = layout::render(&[step], style, indent);
    layout::steps_stay(cx, cx.group.steps.clone(), &format!("{indent}{new}"))?;
    Ok(TextEdit::replace(span, new))
}
