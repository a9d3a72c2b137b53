//! Makes one matrix job of jobs that differ in the session they run and in nothing else.
//!
//! ```yaml
//! lint:
//!   runs-on: ubuntu-latest
//!   steps:
//!     - uses: actions/checkout@v7
//!     - run: nox -s lint
//! docs:
//!   runs-on: ubuntu-latest
//!   steps:
//!     - uses: actions/checkout@v7
//!     - run: nox -s docs
//! ```
//! ->
//! ```yaml
//! sessions:
//!   name: ${{ matrix.session }}
//!   strategy:
//!     fail-fast: false
//!     matrix:
//!       session: [lint, docs]
//!   runs-on: ubuntu-latest
//!   steps:
//!     - uses: actions/checkout@v7
//!     - run: nox -s ${{ matrix.session }}
//! ```
//! The cells have the jobs' names, so checks that branch protection requires are still there. Jobs that others wait for
//! are left alone: those would then wait for all cells.

use model::{NoxfileId, SessionId};
use syntax::{Span, TextEdit};

use super::braces;
use super::job_text::{JobText, free_id};
use super::layout::{self, UNUSUAL};
use crate::anchors;
use crate::assist::{FileEdit, OfferKind};
use crate::assists::context::{JobCx, WorkflowCx};
use crate::assists::{Assist, AssistCx, Draft, Spot};
use crate::subject;

pub(super) const ASSIST: Assist = Assist { id: "merge-identical-jobs", kind: OfferKind::Rewrite, at: &[Spot::Job, Spot::Matrix, Spot::Step], run };

/// GitHub's limit on jobs of a matrix.
const MAX_CELLS: usize = 256;

/// What stands in the place of the session while jobs are compared; no YAML holds it.
const HOLE: &str = "\u{0}";

fn run(cx: &AssistCx<'_>) -> Option<Draft> {
    let workflow = cx.workflow()?;
    let here = Cell::of(cx.job()?)?;
    let alike: Vec<Cell<'_>> = workflow.jobs().filter_map(Cell::of).filter(|cell| cell.shape == here.shape).collect();
    if alike.len() < 2 || alike.len() > MAX_CELLS {
        return None;
    }
    Some(Draft {
        title: format!("Merge {} jobs that differ in their session only into one matrix", alike.len()),
        gain: None,
        caveat: None,
        edits: edits(workflow, &alike),
    })
}

/// A job that runs one session and could be a cell.
struct Cell<'a> {
    cx: JobCx<'a>,
    /// The session as it is named behind `-s`.
    session: &'a str,
    id: SessionId,
    noxfile: NoxfileId,
    /// Where it stands.
    places: Vec<Span>,
    /// The name that its check has.
    shown: &'a str,
    /// The job's text but for its name and session.
    shape: String,
}

impl<'a> Cell<'a> {
    fn of(cx: JobCx<'a>) -> Option<Self> {
        let text = cx.file.document.text();
        let mut links = cx.workflow.links.iter().filter(|link| link.site.job == cx.at);
        let (link, None) = (links.next()?, links.next()) else { return None };
        let named: Vec<Span> = link.runs.iter().filter_map(|run| run.word).collect();
        let ([word], None, Some(_)) = (named.as_slice(), &cx.job.strategy, link.noxfile) else { return None };
        let word = name_in(text, *word)?;
        let session = word.of(text);
        let named = subject::call(cx.job, link.site)?.selection.sessions.iter().flatten();
        // What is written otherwise than it is meant (`''` in a quoted command) is no value.
        let is_meant = named.into_iter().any(|it| it.span.covers(word) && it.text == session);
        if !is_meant || !cx.job.span.covers(word) || link.is_partial || !link.unknown.is_empty() {
            return None;
        }
        let entry = layout::job_entry(&cx.file.document, &cx.job.id)?;
        // A step may be called like its session.
        let called = cx.job.steps.iter().filter_map(|step| step.name.as_ref()).filter(|(name, _)| name == session);
        let mut places: Vec<Span> = called.map(|(_, span)| *span).collect();
        places.push(word);
        places.sort_unstable();
        let shape = shape(text, entry, &places)?;
        let shown = cx.job.name.as_ref().map_or(cx.job.id.as_str(), |(name, _)| name);
        let id = link.runs.iter().find(|run| run.word.is_some())?.session;
        Some(Self { cx, session, id, noxfile: link.noxfile?, places, shown, shape })
    }
}

/// Where the name stands in a word that names a session: within its quotes, if it has any. An expression in its place is put
/// in before the shell reads the line, so what means more than itself there is no name for it.
fn name_in(text: &str, word: Span) -> Option<Span> {
    let written = word.of(text);
    let quote = written.chars().next().filter(|c| matches!(c, '"' | '\''));
    let Some(quote) = quote else {
        return written.chars().all(|c| c.is_ascii_alphanumeric() || "-_.".contains(c)).then_some(word);
    };
    let inner = written.strip_prefix(quote)?.strip_suffix(quote)?;
    let is_plain = !inner.is_empty() && !inner.contains([quote, '$', '`', '\\', '\n']);
    is_plain.then(|| Span::new(word.start + 1, word.end - 1))
}

/// The text of all entries but the name, with holes at `places`.
fn shape(text: &str, job: &syntax::yaml::Entry, places: &[Span]) -> Option<String> {
    let mut out = String::new();
    for entry in &job.value.mapping()?.entries {
        if entry.key.str() == Some("name") {
            continue;
        }
        let span = Span::new(entry.key.span.start, layout::line_end(text, entry.span().end));
        let mut at = span.start;
        for place in places.iter().filter(|place| span.covers(**place)) {
            out.push_str(Span::new(at, place.start).of(text));
            out.push_str(HOLE);
            at = place.end;
        }
        out.push_str(Span::new(at, span.end).of(text));
        out.push('\n');
    }
    Some(out)
}

fn edits(cx: WorkflowCx<'_>, cells: &[Cell<'_>]) -> Result<Vec<FileEdit>, String> {
    let (first, others) = cells.split_first().ok_or(UNUSUAL)?;
    refuse(cx, cells)?;
    let (document, text) = (&cx.file.document, cx.file.document.text());
    let job = JobText::of(document, first.cx.job)?;
    let entries = cells.iter().filter_map(|cell| layout::job_entry(document, &cell.cx.job.id));
    if entries.into_iter().any(|entry| anchors::is_shared(document, &entry.value)) {
        return Err(anchors::ALIASED.to_owned());
    }
    let taken: Vec<String> = cx.workflow.facts.jobs.iter().map(|job| job.id.clone()).collect();
    let style = job.style;
    let mut edits = vec![TextEdit::replace(first.cx.job.id_span, free_id(&taken, "sessions", '-'))];
    for place in &first.places {
        edits.push(TextEdit::replace(*place, "${{ matrix.session }}"));
    }
    // Cells are shown by their session, unless the jobs had names of their own.
    let is_called_so = cells.iter().all(|cell| cell.shown == cell.session);
    let name = if is_called_so { "${{ matrix.session }}" } else { "${{ matrix.name }}" };
    let entry = layout::block_job(document, &first.cx.job.id)?;
    let first_key = entry.value.mapping().and_then(|mapping| mapping.entries.first()).ok_or(UNUSUAL)?.key.span.start;
    let indent = layout::indent(text, first_key).ok_or(UNUSUAL)?;
    let mut head: Vec<String> = Vec::new();
    match entry.value.entry("name") {
        Some(old) => edits.push(TextEdit::replace(old.value.span, name)),
        None => head.push(format!("name: {name}")),
    }
    let session = |cell: &Cell<'_>| layout::scalar(cell.session);
    let own_name = |cell: &Cell<'_>| vec![format!("session: {}", session(cell)), format!("name: {}", layout::scalar(cell.shown))];
    let (key, items): (&str, Vec<Vec<String>>) = if is_called_so {
        ("session:", cells.iter().map(|cell| vec![session(cell)]).collect())
    } else {
        ("include:", cells.iter().map(own_name).collect())
    };
    head.extend(style.strategy(std::iter::once(key.to_owned()).chain(style.list(items))));
    let head: String = head.iter().map(|line| format!("{line}{}{indent}", style.newline)).collect();
    let at = match entry.value.entry("name") {
        Some(_) => entry.value.entry("steps").ok_or(UNUSUAL)?.key.span.start,
        None => first_key,
    };
    edits.push(TextEdit::insert(at, head));
    for cell in others {
        edits.push(TextEdit::delete(lines_of(text, cell.cx.job.span)?));
    }
    Ok(vec![FileEdit::new(cx.file.id, braces::quoted(document, edits))])
}

/// Why these jobs must stay several.
fn refuse(cx: WorkflowCx<'_>, cells: &[Cell<'_>]) -> Result<(), String> {
    let is_cell = |id: &str| cells.iter().any(|cell| cell.cx.job.id.eq_ignore_ascii_case(id));
    let waits = cx.workflow.facts.jobs.iter().find(|job| job.needs.iter().any(|(id, _)| is_cell(id)));
    let mut names: Vec<&str> = cells.iter().map(|cell| cell.shown).collect();
    names.sort_unstable();
    names.dedup();
    let job = |test: fn(&facts::workflow::Job) -> bool| cells.iter().any(|cell| test(cell.cx.job));
    if let Some(job) = waits {
        return Err(format!("`{}` waits for one of them, and would wait for all", job.id));
    }
    if names.len() != cells.len() || names.iter().any(|name| name.contains("${{")) {
        return Err("two of the jobs have the same name, or one that is worked out".to_owned());
    }
    if job(|job| !job.outputs.is_empty()) {
        return Err("the jobs have `outputs`, and those of a matrix overwrite one another".to_owned());
    }
    if job(|job| job.other_keys.iter().any(|(key, _)| key == "concurrency" || key == "environment")) {
        return Err("the jobs have a `concurrency` or an `environment`, which a matrix would share".to_owned());
    }
    let workspace = &cx.snapshot.workspace;
    let edges = workspace.noxfiles.get(cells.first().map_or(0, |cell| cell.noxfile.0)).map_or(&[][..], |it| &it.edges);
    let runs = |id: SessionId| cells.iter().any(|cell| cell.id == id);
    if let Some(edge) = edges.iter().find(|edge| edge.is_needed() && edge.is_dependency() && runs(edge.from) && runs(edge.to)) {
        return Err(format!("{}, and a matrix cannot order its jobs", edge.reason));
    }
    let uploads = |cell: &Cell<'_>| subject::artifacts(cell.cx.job, "upload-artifact").next().is_some();
    if cells.iter().any(uploads) {
        return Err("the jobs upload an artifact, whose name must differ from cell to cell".to_owned());
    }
    Ok(())
}

/// The job's lines with the blank lines before it, from the end of the line above.
fn lines_of(text: &str, job: Span) -> Result<Span, String> {
    let line = layout::indent(text, job.start).ok_or(anchors::ALIASED)?;
    let above = text.get(..job.start as usize - line.len()).ok_or(UNUSUAL)?.trim_end_matches(['\n', '\r', ' ']);
    Ok(Span::new(u32::try_from(above.len()).unwrap_or(0), layout::line_end(text, job.end)))
}
