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
//!   steps:
//!     - if: ${{ needs.checks-sessions.result != 'success' }}
//!       run: exit 1
//! ```
//! A matrix cannot order its jobs: sessions that need one another, or collide, stay together in one. The gate keeps the
//! check's name, which branch protection and other jobs' `needs` know. `fail-fast: false` keeps the meaning: without it
//! the first failure cancels the others.

use facts::workflow::StepKind;
use model::forecast::Way;
use syntax::TextEdit;

use super::use_background_processes::{WINDOWS, runs_on_windows};
use super::gate::Gate;
use super::layout;
use crate::assist::{FileEdit, OfferKind};
use crate::assists::{Assist, AssistCx, Draft, GroupCx};
use super::group::{Part, Unit};
use super::layout::{StepText, UNUSUAL};

pub(super) const ASSIST: Assist = Assist { id: "split-into-matrix", kind: OfferKind::Parallel, run };

/// GitHub's limit on jobs of a matrix.
const MAX_CELLS: usize = 256;

fn run(cx: &AssistCx<'_>) -> Option<Draft> {
    let cx = cx.group().filter(|cx| !cx.is_split())?;
    let cells = cells(cx);
    if cells.len() < 2 {
        return None;
    }
    let caveat = cx.group.caveat().or_else(|| mutator(cx).map(|name| format!("`{name}` then changes only its own checkout")));
    Some(Draft {
        title: format!("Split {} sessions into a matrix of {} jobs", cx.group.items.len(), cells.len()),
        gain: cx.gain(Way::Matrix { jobs: cells.len() }),
        caveat,
        edits: edits(cx, &cells),
    })
}

/// Items of each job, in order. What runs alone in its place in one job may run in a job of its own.
fn cells(cx: &GroupCx<'_>) -> Vec<Vec<usize>> {
    let mut cells: Vec<Vec<usize>> = Vec::new();
    for part in &cx.group.parts {
        match part {
            Part::Alone(item) => cells.push(vec![*item]),
            Part::Parallel(units) => cells.extend(connected(units)),
        }
    }
    // A session that needs one of another stretch goes where that one is.
    let needs = |a: &[usize], b: &[usize]| {
        let session = |at: &usize| cx.group.items.get(*at).map(|item| item.session);
        let order = |a: Option<_>, b: Option<_>| {
            a.zip(b).is_some_and(|(a, b)| {
                a == b || matches!(cx.snapshot.workspace.verdict(cx.group.noxfile_id, a, b), model::Verdict::MustOrder(_))
            })
        };
        a.iter().any(|a| b.iter().any(|b| order(session(a), session(b))))
    };
    let mut at = 0;
    while at < cells.len() {
        match (0..at).find(|other| needs(&cells[*other], &cells[at])) {
            Some(other) => {
                let cell = cells.remove(at);
                cells[other].extend(cell);
                cells[other].sort_unstable();
                at = other + 1;
            }
            None => at += 1,
        }
    }
    cells
}

/// Units that wait for one another, together.
fn connected(units: &[Unit]) -> Vec<Vec<usize>> {
    let mut owner: Vec<usize> = (0..units.len()).collect();
    for (at, unit) in units.iter().enumerate() {
        for before in &unit.after {
            let (from, to) = (owner[at].max(owner[*before]), owner[at].min(owner[*before]));
            owner.iter_mut().filter(|o| **o == from).for_each(|o| *o = to);
        }
    }
    let mut cells = Vec::new();
    for head in 0..units.len() {
        let mut items: Vec<usize> =
            (0..units.len()).filter(|at| owner[*at] == head).flat_map(|at| units[at].items.clone()).collect();
        if !items.is_empty() {
            items.sort_unstable();
            cells.push(items);
        }
    }
    cells
}

/// A session that rewrites what others read: alone in its job it no longer does so for them.
pub(super) fn mutator<'a>(cx: &'a GroupCx<'_>) -> Option<&'a str> {
    let rewrites = |item: &&super::group::Item| {
        let effects = cx.group.noxfile.effects.get(item.session.0);
        effects.is_some_and(|effects| effects.items.iter().any(|effect| effect.access == model::Access::Mutate))
    };
    cx.group.items.iter().find(rewrites).map(|item| crate::times::name(cx.group.noxfile, item.session))
}

fn edits(cx: &GroupCx<'_>, cells: &[Vec<usize>]) -> Result<Vec<FileEdit>, String> {
    refuse(cx, cells)?;
    let document = &cx.file.document;
    let text = document.text();
    let entry = layout::job_entry(document, &cx.job.id).ok_or(UNUSUAL)?;
    let id_indent = layout::indent(text, entry.key.span.start).ok_or(UNUSUAL)?;
    let steps = entry.value.entry("steps").ok_or(UNUSUAL)?;
    let key_indent = layout::indent(text, steps.key.span.start).ok_or(UNUSUAL)?;
    let unit = key_indent.strip_prefix(id_indent).filter(|unit| !unit.is_empty()).ok_or(UNUSUAL)?;
    let newline = layout::newline(text);
    let new_id = free_id(cx);

    let mut edits = vec![TextEdit::replace(cx.job.id_span, new_id.as_str())];
    if let Some((_, span)) = &cx.job.name {
        let is_quoted = span.of(text).ends_with(['"', '\'']);
        edits.push(TextEdit::insert(span.end - u32::from(is_quoted), " (${{ matrix.sessions }})"));
    }
    let mut strategy = format!("strategy:{newline}{key_indent}{unit}fail-fast: false{newline}");
    strategy.push_str(&format!("{key_indent}{unit}matrix:{newline}{key_indent}{unit}{unit}sessions:{newline}"));
    for cell in cells {
        let item_indent = format!("{key_indent}{unit}{unit}{unit}");
        for comment in cell_comments(cx, cell) {
            strategy.push_str(&format!("{item_indent}{comment}{newline}"));
        }
        strategy.push_str(&format!("{item_indent}- {}{newline}", layout::scalar(&value(cx, cell)?)));
    }
    edits.push(TextEdit::insert(steps.key.span.start, format!("{strategy}{key_indent}")));
    edits.push(session_step(cx, cells, newline)?);
    let gate = gate(cx, &new_id, id_indent, unit, newline)?;
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
fn refuse(cx: &GroupCx<'_>, cells: &[Vec<usize>]) -> Result<(), String> {
    let why = if cx.job.strategy.is_some() {
        "the job has a `strategy` already"
    } else if !cx.job.outputs.is_empty() {
        "the job has `outputs`, and those of a matrix overwrite one another"
    } else if cx.job.continue_on_error {
        "the job has `continue-on-error`, which a gate would not see"
    } else if cx.job.other_keys.iter().any(|(key, _)| key == "concurrency") {
        "the job's `concurrency` would make the jobs wait for one another"
    } else if cx.job.other_keys.iter().any(|(key, _)| key == "environment") {
        "the job has an `environment`, whose protection would ask once for every job"
    } else if cx.group.steps.end != cx.job.steps.len() {
        "steps after the sessions would run in every job"
    } else if cells.len() > MAX_CELLS {
        "a matrix has at most 256 jobs"
    } else if runs_on_windows(cx) {
        WINDOWS
    } else if let Some(why) = setup_repeats(cx) {
        why
    } else {
        return Ok(());
    };
    Err(why.to_owned())
}

/// A step before the sessions that must not run several times.
pub(super) fn setup_repeats(cx: &GroupCx<'_>) -> Option<&'static str> {
    let setup = cx.job.steps.get(..cx.group.steps.start).unwrap_or_default();
    let runs_nox = setup.iter().any(|step| matches!(&step.kind, StepKind::Run { script, .. } if !script.nox_calls.is_empty()));
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

/// An id that no job has.
fn free_id(cx: &GroupCx<'_>) -> String {
    let dash = if cx.job.id.contains('_') { '_' } else { '-' };
    let base = format!("{}{dash}sessions", cx.job.id);
    let taken = |id: &str| cx.workflow.facts.jobs.iter().any(|job| job.id.eq_ignore_ascii_case(id));
    let mut id = base.clone();
    let mut n = 2;
    while taken(&id) {
        id = format!("{base}{dash}{n}");
        n += 1;
    }
    id
}

/// A cell's value: the words behind `-s`. The shell splits them, so none may hold white space.
fn value(cx: &GroupCx<'_>, cell: &[usize]) -> Result<String, String> {
    let items: Vec<_> = cell.iter().filter_map(|at| cx.group.items.get(*at)).collect();
    let mut words: Vec<String> = items.iter().map(|item| item.text.trim_matches(['"', '\'']).to_owned()).collect();
    let posargs = items.first().map(|item| item.posargs.clone()).unwrap_or_default();
    if items.iter().any(|item| item.posargs != posargs) {
        return Err("the sessions take different arguments".to_owned());
    }
    if !posargs.is_empty() {
        words.extend(["--".to_owned(), posargs]);
    }
    let value = words.join(" ");
    let needs_quotes = words.iter().any(|word| word.contains(char::is_whitespace) && word != words.last().unwrap_or(word))
        || value.contains(['"', '\'', '*', '?', '[', '$', '\\', '`']);
    if needs_quotes {
        return Err("a session's name or argument needs quotes, which a matrix value does not carry".to_owned());
    }
    Ok(value)
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
    let is_written = cx.group.flags.split_whitespace().any(|flag| matches!(flag, "-x" | "--stop-on-first-error"));
    let have_own_steps = |cell: &Vec<usize>| {
        let steps: Vec<_> = cell.iter().filter_map(|at| cx.group.items.get(*at)).map(|item| item.step).collect();
        steps.windows(2).all(|pair| pair.first() != pair.last())
    };
    several.peek().is_some() && !is_written && several.all(have_own_steps)
}

/// The one step that runs what the cell names.
fn session_step(cx: &GroupCx<'_>, cells: &[Vec<usize>], newline: &str) -> Result<TextEdit, String> {
    let text = cx.file.document.text();
    let old = cx.job.steps.get(cx.group.steps.clone()).ok_or(UNUSUAL)?;
    let (first, last) = (old.first().ok_or(UNUSUAL)?, old.last().ok_or(UNUSUAL)?);
    if !cx.job.span.covers(first.span) || !cx.job.span.covers(last.span) {
        return Err(UNUSUAL.to_owned());
    }
    for at in cx.group.steps.clone() {
        let node = layout::step_node(&cx.file.document, &cx.job.id, at).ok_or(UNUSUAL)?;
        if layout::has_anchor(node) {
            return Err(layout::ALIASED.to_owned());
        }
    }
    let indent = layout::indent(text, first.span.start).ok_or(UNUSUAL)?;
    let carried = layout::carried(cx, cx.group.steps.start).ok_or(UNUSUAL)?;
    // Through the environment: an expression inside `run` would let a value be read as shell code.
    let mut step = StepText { lines: Vec::new() };
    let (env, others): (Vec<&String>, Vec<&String>) = carried.iter().partition(|entry| entry.starts_with("env:"));
    match env.first() {
        Some(env) => step.lines.extend(env.lines().map(str::to_owned)),
        None => step.lines.push("env:".to_owned()),
    }
    let inner = step.lines.get(1).map_or(2, |line| line.len() - line.trim_start().len());
    step.lines.push(format!("{}SESSIONS: ${{{{ matrix.sessions }}}}", " ".repeat(inner.max(1))));
    step.lines.extend(others.iter().flat_map(|entry| entry.lines()).map(str::to_owned));
    let stop = if stops_early(cx, cells) { " -x" } else { "" };
    step.lines.push(format!("run: {}{}{stop} -s $SESSIONS", cx.group.launcher, cx.group.flags));
    let span = syntax::Span::new(first.span.start, layout::line_end(text, last.span.end));
    Ok(TextEdit::replace(span, layout::render(&[step], indent, newline)))
}

/// The job that keeps the old id and name.
fn gate(cx: &GroupCx<'_>, new_id: &str, indent: &str, unit: &str, newline: &str) -> Result<String, String> {
    let text = cx.file.document.text();
    let entry = layout::job_entry(&cx.file.document, &cx.job.id).ok_or(UNUSUAL)?;
    let runs_on = entry.value.entry("runs-on").ok_or("the job does not say where it runs")?;
    if runs_on.span().of(text).contains('\n') || runs_on.value.anchor.is_some() {
        return Err("`runs-on` is written over several lines".to_owned());
    }
    let may_be_skipped = !cx.job.needs.is_empty() || cx.job.condition.is_some();
    let gate = Gate {
        id: &cx.job.id,
        name: cx.job.name.as_ref().map(|(_, span)| span.of(text)),
        needs: vec![new_id.to_owned()],
        skipped_with: may_be_skipped.then_some(new_id),
        runs_on: runs_on.span().of(text),
        outputs: Vec::new(),
        has_permissions: cx.job.other_keys.iter().any(|(key, _)| key == "permissions"),
        may_skip: false,
    };
    let body: String = gate.lines(unit).iter().map(|line| format!("{newline}{indent}{line}")).collect();
    Ok(format!("{newline}{newline}{indent}# One check for all of them, under the name that others know.{body}"))
}
