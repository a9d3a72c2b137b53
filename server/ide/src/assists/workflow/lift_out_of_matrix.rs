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
//! A step that one cell runs alone, by its `if`, leaves it the same way, with the values of that cell and without what of the
//! `if` chose it.
//!
//! Whoever waits for the matrix waits for the new job too. A check that ran in every cell then runs in one: whether it had
//! to pass in the others is not in the file, so this is never done unasked. Neighbours: `lifted` and
//! `only_cell` say which steps may go and what they need, `kept_back` why they may not, `one_cell` puts values in the place of expressions, `job_text` writes the job.

use model::forecast::spread;
use model::{Estimate, Source};
use syntax::{Span, TextEdit};

use super::job_text::{JobText, NewJob, free_id};
use super::layout::{self, UNUSUAL};
use super::lifted::Lifted;
use super::needs_list;
use super::one_cell::{Condition, OneCell};
use super::only_cell;
use super::step_condition;
use crate::anchors;
use crate::assist::{FileEdit, OfferKind};
use crate::assists::context::JobCx;
use crate::assists::gain::{Gain, Machines};
use crate::assists::{Assist, AssistCx, Draft, Spot};

pub(super) const ASSIST: Assist = Assist { id: "lift-out-of-matrix", kind: OfferKind::Fewer, at: &[Spot::Job, Spot::Matrix, Spot::Step], run };

fn run(cx: &AssistCx<'_>) -> Option<Draft> {
    let job = cx.job()?;
    let repeated = Lifted::of(job, cx.span).and_then(|lifted| draft(job, &lifted));
    let alone = only_cell::find(job, cx.span).and_then(|found| match found {
        Ok(lifted) => draft(job, &lifted),
        Err(refused) => {
            let title = format!("Lift {} out of the matrix of `{}`", refused.sessions, job.job.id);
            Some(Draft { title, gain: None, caveat: None, edits: Err(refused.why) })
        }
    });
    // Where both could be, what changes nothing but the time goes first.
    let is_safe = |draft: &Draft| {
        draft.caveat.is_none() && draft.edits.is_ok() && draft.gain.as_ref().is_some_and(|gain| gain.saved() > 0.0)
    };
    if alone.as_ref().is_some_and(is_safe) { alone } else { repeated.or(alone) }
}

fn draft(job: JobCx<'_>, lifted: &Lifted<'_>) -> Option<Draft> {
    let cell = lifted.cell(job)?;
    let names: Vec<String> = lifted.names().iter().map(|name| format!("`{name}`")).collect();
    let (names, id, shown) = (crate::words::list(&names), &job.job.id, cell.shown(job.job));
    let title = match lifted.only {
        Some(_) => format!("Lift {names} out of the cell of `{id}` with {shown}"),
        None => format!("Lift {names} out of the {} cells of `{id}`, to run once with {shown}", lifted.cells),
    };
    Some(Draft {
        title,
        gain: gain(job, lifted),
        caveat: lifted.caveat(job),
        edits: lifted.refuse(job).and_then(|()| edits(job, lifted, &cell)),
    })
}

fn edits(cx: JobCx<'_>, lifted: &Lifted<'_>, cell: &OneCell<'_>) -> Result<Vec<FileEdit>, String> {
    let text = cx.file.document.text();
    let job = JobText::of(&cx.file.document, cx.job)?;
    let taken: Vec<String> = cx.workflow.facts.jobs.iter().map(|job| job.id.clone()).collect();
    let id = free_id(&taken, &lifted.id(cx), if cx.job.id.contains('_') { '_' } else { '-' });
    let new = NewJob {
        id: id.clone(),
        suffix: String::new(),
        needs: None,
        without: &["name", "strategy", "outputs"],
        extra: Vec::new(),
        steps: steps(cx, &job, lifted, cell)?,
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
        let name = format!("{}{}{}name: {}", job.style.newline, job.style.id_indent, job.style.unit, layout::scalar(&cell.filled(&name)?));
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

/// The new job's steps, without what of their conditions the cell decides.
fn steps(cx: JobCx<'_>, job: &JobText<'_>, lifted: &Lifted<'_>, cell: &OneCell<'_>) -> Result<String, String> {
    let write = |(at, condition): (usize, Condition)| match condition {
        Condition::Kept | Condition::Fails => job.step(at).map(str::to_owned).ok_or_else(|| UNUSUAL.to_owned()),
        Condition::Left(condition) => step_condition::replaced(cx, job, at, Some(&condition)),
        Condition::Holds => {
            let entry = layout::step_node(&cx.file.document, &cx.job.id, at).and_then(|node| node.entry("if"));
            // Of a copy the names go anyway.
            let entry = entry.filter(|_| lifted.places.contains(&at));
            match entry.and_then(|entry| anchors::names(&entry.value).first().copied()) {
                Some(name) => Err(format!("`&{name}`, which no alias asks for, would be lost; take it out first")),
                None => step_condition::replaced(cx, job, at, None),
            }
        }
    };
    lifted.steps(cx, cell)?.into_iter().map(write).collect()
}

/// A step with its comments above, from the end of the line before it.
fn place(job: &JobText<'_>, at: usize) -> Option<Span> {
    Some(Span::new(job.step_end(at.checked_sub(1)?)?, job.step_end(at)?))
}

/// The time of all cells on the runners that there are, and of those without the sessions beside the new job.
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
    let cells: Vec<f64> = match (lifted.only, cx.workflow.cells.get(cx.at)) {
        (Some(_), Some(cells)) if cells.len() == lifted.cells => cells.iter().map(|cell| cell.seconds).collect(),
        _ => vec![now.seconds; lifted.cells],
    };
    let is_shorter = |at: usize| lifted.only.is_none_or(|only| only == at);
    let shorter = |(at, seconds): (usize, &f64)| if is_shorter(at) { seconds - gone } else { *seconds };
    let mut after: Vec<f64> = cells.iter().enumerate().map(shorter).collect();
    after.push(settings.job_overhead_seconds + gone);
    let now = spread(&cells, slots);
    let on = Machines::Several { runners: slots, forge, overhead: settings.job_overhead_seconds };
    Some(Gain { now: estimate(now), after: estimate(spread(&after, slots)), on })
}
