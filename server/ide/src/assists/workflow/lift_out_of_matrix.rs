//! Lifts sessions out of a matrix whose every cell repeats them, though nothing of them depends on it, into a job that runs
//! them once.
//!
//! ```yaml
//! tests:
//!   strategy: { matrix: { python: ["3.13", "3.14"] } }
//!   runs-on: ubuntu-latest
//!   steps:
//!     - uses: actions/checkout@v7
//!     - uses: actions/setup-python@v7
//!       with: { python-version: "${{ matrix.python }}" }
//!     - run: nox -s lint
//!     - run: nox -s tests-${{ matrix.python }}
//! ```
//! -> `tests` without the step, and a job `lint` with the same set-up, Python 3.14 in the matrix's place.
//!
//! Whoever waits for the matrix waits for the new job too. A check that ran in every cell then runs in one: whether it had
//! to pass in the others is not in the file, so this is never done unasked. Neighbours: `lifted` says which steps may go
//! and what they need, `one_cell` puts values in the place of expressions, `job_text` writes the job.

use model::forecast::spread;
use model::{Estimate, Source};
use syntax::{Span, TextEdit};

use super::job_text::{JobText, NewJob, free_id};
use super::layout::{self, UNUSUAL};
use super::lifted::Lifted;
use super::needs_list;
use super::one_cell::OneCell;
use crate::anchors;
use crate::assist::{FileEdit, OfferKind};
use crate::assists::context::JobCx;
use crate::assists::gain::{Gain, Machines};
use crate::assists::{Assist, AssistCx, Draft, Spot};

pub(super) const ASSIST: Assist = Assist { id: "lift-out-of-matrix", kind: OfferKind::Fewer, at: &[Spot::Job, Spot::Matrix, Spot::Step], run };

fn run(cx: &AssistCx<'_>) -> Option<Draft> {
    let job = cx.job()?;
    let lifted = Lifted::of(job, cx.span)?;
    let cell = lifted.cell(job)?;
    let names: Vec<String> = lifted.names().iter().map(|name| format!("`{name}`")).collect();
    let title = format!(
        "Lift {} out of the {} cells of `{}`, to run once with {}",
        crate::words::list(&names),
        lifted.cells,
        job.job.id,
        cell.shown(job.job)
    );
    Some(Draft {
        title,
        gain: gain(job, &lifted),
        caveat: Some(lifted.caveat()),
        edits: lifted.refuse(job).and_then(|()| edits(job, &lifted, &cell)),
    })
}

fn edits(cx: JobCx<'_>, lifted: &Lifted<'_>, cell: &OneCell<'_>) -> Result<Vec<FileEdit>, String> {
    let text = cx.file.document.text();
    let job = JobText::of(&cx.file.document, cx.job)?;
    let taken: Vec<String> = cx.workflow.facts.jobs.iter().map(|job| job.id.clone()).collect();
    let id = free_id(&taken, &lifted.id(cx.job), if cx.job.id.contains('_') { '_' } else { '-' });
    let mut steps = String::new();
    for (at, step) in lifted.steps(cx, cell)? {
        let written = job.step(at).ok_or(UNUSUAL)?;
        let step = if step.drops_condition { without_condition(cx, at, written)? } else { written.to_owned() };
        steps.push_str(&step);
    }
    let new = NewJob {
        id: id.clone(),
        suffix: String::new(),
        needs: None,
        without: &["name", "strategy", "outputs"],
        extra: Vec::new(),
        steps,
        is_first: false,
    };
    let nodes: Vec<_> =
        lifted.places.iter().map(|at| layout::step_node(&cx.file.document, &cx.job.id, *at)).collect::<Option<_>>().ok_or(UNUSUAL)?;
    if nodes.iter().any(|node| anchors::is_shared(&cx.file.document, node)) {
        return Err(anchors::ALIASED.to_owned());
    }
    let moved: Vec<&str> = nodes.into_iter().flat_map(anchors::names).collect();
    let mut new = cell.filled(&job.beside(&new, &moved).ok_or(UNUSUAL)?)?;
    if let Some(name) = lifted.shown(cx.job) {
        let name = format!("{}{}{}name: {}", job.style.newline, job.style.id_indent, job.style.unit, layout::scalar(&name));
        new.insert_str(id.len() + 1, &name);
    }
    let mut edits: Vec<TextEdit> =
        lifted.places.iter().map(|at| Some(TextEdit::delete(place(&job, *at)?))).collect::<Option<_>>().ok_or(UNUSUAL)?;
    let end = layout::line_end(text, cx.job.span.end);
    let new = format!("{}{new}", job.style.between());
    match edits.last_mut() {
        // The last step goes: its place is that of the job.
        Some(last) if last.span.end == end => last.insert = new,
        _ => edits.push(TextEdit::insert(end, new)),
    }
    let waits = |other: &&facts::workflow::Job| other.needs.iter().any(|(need, _)| need.eq_ignore_ascii_case(&cx.job.id));
    for other in cx.workflow.facts.jobs.iter().filter(waits) {
        edits.push(needs_list::add(&cx.file.document, other, &id)?);
    }
    Ok(vec![FileEdit::new(cx.file.id, edits)])
}

/// A step with its comments above, from the end of the line before it.
fn place(job: &JobText<'_>, at: usize) -> Option<Span> {
    Some(Span::new(job.step_end(at.checked_sub(1)?)?, job.step_end(at)?))
}

/// The step's text without its `if`, which holds in the cell that is chosen.
fn without_condition(cx: JobCx<'_>, at: usize, written: &str) -> Result<String, String> {
    let text = cx.file.document.text();
    let entry = layout::step_node(&cx.file.document, &cx.job.id, at).and_then(|node| node.entry("if")).ok_or(UNUSUAL)?;
    let line = layout::indent(text, entry.key.span.start).ok_or("a step begins with its `if`")?;
    let start = entry.key.span.start as usize - line.len();
    let end = layout::line_end(text, entry.value.span.end) as usize;
    let lines = text.get(start..end).filter(|lines| !lines.contains('#')).ok_or("a comment stands behind an `if`")?;
    Ok(written.replacen(&format!("{lines}{}", layout::newline(text)), "", 1).replacen(lines, "", 1))
}

/// The time of all cells on the runners that there are, and of the cells without the sessions beside the new job.
fn gain(cx: JobCx<'_>, lifted: &Lifted<'_>) -> Option<Gain> {
    let settings = &cx.snapshot.workspace.settings;
    let now = cx.workflow.jobs.get(cx.at)?;
    let gone = lifted.seconds(cx);
    let forge = cx.workflow.facts.forge;
    let slots = settings.slots(forge);
    let slots = cx.job.strategy.as_ref().and_then(|strategy| strategy.max_parallel).map_or(slots, |most| slots.min(most as usize));
    let estimate = |seconds: f64| {
        let share = seconds / now.seconds.max(1.0);
        Estimate { seconds, low: now.low * share, high: now.high * share, source: now.source.max(Source::Measured(usize::MAX)) }
    };
    let mut after = vec![now.seconds - gone; lifted.cells];
    after.push(settings.job_overhead_seconds + gone);
    let now = spread(&vec![now.seconds; lifted.cells], slots);
    let on = Machines::Several { runners: slots, forge, overhead: settings.job_overhead_seconds };
    Some(Gain { now: estimate(now), after: estimate(spread(&after, slots)), on })
}
