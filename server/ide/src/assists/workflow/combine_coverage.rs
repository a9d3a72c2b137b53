//! Brings the coverage data of several jobs to the job that reports on it.
//!
//! ```yaml
//! tests:
//!   strategy: { matrix: { python: ["3.12", "3.13"] } }
//!   steps:
//!     - run: nox -s tests-${{ matrix.python }}
//! coverage:
//!   steps:
//!     - run: nox -s coverage
//! ```
//! -> `tests` uploads its `.coverage.*` under a name of each cell's own, hidden files included; `coverage` waits for it and
//! downloads all of them to one place, where the session combines them and asks for the one threshold.
//!
//! Where no job runs the report, `report_job` makes one.
//!
//! A threshold that a part of the data would have to reach goes to the report (`threshold`).
//!
//! Where the jobs run on different systems, `relative_files = true` goes into coverage's settings in the same edit
//! (`relative_files`).
//!
//! Jobs share no files: without this the report sees no data, or only what its own job measured.

use facts::Forge;
use facts::workflow::Job;
use model::forecast::HandedOver;
use model::links::Link;
use model::{NoxfileId, NoxfileModel, SessionId, SessionKind};
use syntax::TextEdit;

use super::job_text::JobText;
use super::layout::{self, StepText, UNUSUAL};
use super::relative_files::Names;
use super::style::Style;
use super::threshold::{self, Moved};
use super::{artifacts, checkout_folder, needs_list, report_job};
use crate::assist::{FileEdit, OfferKind};
use crate::assists::context::{JobCx, WorkflowCx};
use crate::assists::{Assist, AssistCx, Draft, Spot};
use crate::{subject, times};

pub(super) const ASSIST: Assist = Assist { id: "combine-coverage", kind: OfferKind::Rewrite, at: &[Spot::Workflow, Spot::Job, Spot::Needs, Spot::Step], run };

fn run(cx: &AssistCx<'_>) -> Option<Draft> {
    let workflow = cx.workflow()?;
    let Some(report) = workflow.jobs().find_map(Report::of) else {
        let is_run = workflow.jobs().any(|job| report_of(job).is_some());
        return if is_run { None } else { report_job::draft(cx, workflow) };
    };
    let sources = sources(workflow, (report.noxfile_id, report.session), Some(report.cx.at));
    let is_meant = |at: usize| at == report.cx.at || sources.iter().any(|source| source.cx.at == at);
    let here = cx.job().is_none_or(|here| cx.is_whole_file() || is_meant(here.at));
    if sources.is_empty() || !here {
        return None;
    }
    let jobs: Vec<String> = sources.iter().map(|source| format!("`{}`", source.cx.job.id)).collect();
    let around = Around::of(workflow, (report.noxfile_id, report.noxfile), report.session, report.cx.job, &sources);
    Some(Draft {
        title: format!("Bring the coverage data of {} to `{}`", jobs.join(", "), report.cx.job.id),
        gain: None,
        caveat: around.caveat(),
        edits: edits(workflow, &report, &sources).and_then(|edits| around.with(edits)),
    })
}

/// What has to change beside the workflow: settings, and the noxfile.
pub(super) struct Around {
    names: Names,
    threshold: Result<Option<Moved>, String>,
}

impl Around {
    /// For a report in `here`, or in a job like it.
    pub(super) fn of(
        cx: WorkflowCx<'_>,
        (id, noxfile): (NoxfileId, &NoxfileModel),
        report: SessionId,
        here: &Job,
        sources: &[Source<'_>],
    ) -> Self {
        let jobs = sources.iter().map(|source| source.cx.job);
        let may_differ = checkout_folder::may_differ(cx.workflow.facts.forge, cx.file.document.text(), here, jobs);
        let names = Names::of(cx.snapshot, noxfile, may_differ);
        Self { names, threshold: threshold::moved(cx, (id, noxfile), report, sources) }
    }

    pub(super) fn caveat(&self) -> Option<String> {
        let moved = self.threshold.as_ref().ok().and_then(Option::as_ref).map(|moved| moved.caveat.clone());
        let all: Vec<String> = self.names.open.iter().cloned().chain(moved).collect();
        (!all.is_empty()).then(|| all.join("; "))
    }

    /// The edits with those of the workflow, one a file.
    pub(super) fn with(self, mut edits: Vec<FileEdit>) -> Result<Vec<FileEdit>, String> {
        let moved = self.threshold?.map(|moved| moved.edits).unwrap_or_default();
        for edit in self.names.edit.into_iter().chain(moved) {
            match edits.iter_mut().find(|other| other.file == edit.file) {
                Some(other) => {
                    other.edits.extend(edit.edits);
                    other.confirm = other.confirm.take().or(edit.confirm);
                }
                None => edits.push(edit),
            }
        }
        Ok(edits)
    }
}

/// The job that reports on coverage, and gets no files from others yet.
struct Report<'a> {
    cx: JobCx<'a>,
    link: &'a Link,
    noxfile_id: NoxfileId,
    noxfile: &'a NoxfileModel,
    session: SessionId,
}

/// A job whose sessions leave coverage data.
pub(super) struct Source<'a> {
    pub(super) cx: JobCx<'a>,
    /// The last step that leaves some.
    pub(super) step: usize,
    pub(super) sessions: Vec<SessionId>,
    pub(super) files: Vec<HandedOver>,
}

impl<'a> Report<'a> {
    fn of(cx: JobCx<'a>) -> Option<Self> {
        if cx.job.strategy.is_some() || subject::artifacts(cx.job, "download-artifact").next().is_some() {
            return None;
        }
        report_of(cx)
    }
}

/// What the job reports, from whatever data.
fn report_of(cx: JobCx<'_>) -> Option<Report<'_>> {
    cx.workflow.links.iter().filter(|link| link.site.job == cx.at).find_map(|link| {
        let noxfile_id = link.noxfile?;
        let noxfile = &**cx.snapshot.workspace.noxfiles.get(noxfile_id.0)?;
        let is_report = |id: &SessionId| noxfile.effects.get(id.0).is_some_and(|it| it.kind == SessionKind::Coverage);
        let session = link.runs.iter().map(|run| run.session).find(is_report)?;
        Some(Report { cx, link, noxfile_id, noxfile, session })
    })
}

/// Jobs that leave data for a session that reports and hand none over, the job `except` left out.
pub(super) fn sources<'a>(
    workflow: WorkflowCx<'a>,
    (noxfile, report): (NoxfileId, SessionId),
    except: Option<usize>,
) -> Vec<Source<'a>> {
    let workspace = &workflow.snapshot.workspace;
    let mut found: Vec<Source<'a>> = Vec::new();
    for job in workflow.jobs().filter(|job| Some(job.at) != except) {
        let links = job.workflow.links.iter().filter(|link| link.site.job == job.at);
        for link in links.filter(|link| link.noxfile == Some(noxfile)) {
            for id in link.runs.iter().map(|run| run.session).filter(|id| *id != report) {
                let Some(files) = workspace.coverage_data(noxfile, id, report) else { continue };
                match found.last_mut().filter(|last| last.cx.at == job.at) {
                    Some(last) => {
                        last.step = link.site.step;
                        last.sessions.push(id);
                        last.files.extend(files);
                    }
                    None => found.push(Source { cx: job, step: link.site.step, sessions: vec![id], files }),
                }
            }
        }
    }
    for source in &mut found {
        source.files.sort();
        source.files.dedup();
    }
    found
}

fn edits(cx: WorkflowCx<'_>, report: &Report<'_>, sources: &[Source<'_>]) -> Result<Vec<FileEdit>, String> {
    refuse(report.noxfile, sources)?;
    if let Some(source) = sources.iter().find(|source| needs_first(report, source.cx.at)) {
        return Err(format!("`{}` waits for the report itself", source.cx.job.id));
    }
    let document = &cx.file.document;
    let hand_over = HandOver::of(cx, report.noxfile);
    let mut edits = hand_over.uploads(sources)?;
    for source in sources.iter().filter(|source| !waits(report, source.cx.at)) {
        edits.push(needs_list::add(document, report.cx.job, &source.cx.job.id)?);
    }
    let job = JobText::of(document, report.cx.job)?;
    let downloads: String = hand_over.downloads(&job.style, sources)?.iter().map(|step| job.new_step(step)).collect();
    // Before the step with the report: behind the one before it, or behind `steps:`.
    let before = job.step(report.link.site.step).ok_or(UNUSUAL)?;
    let end = job.step_end(report.link.site.step).ok_or(UNUSUAL)?;
    let at = end - u32::try_from(before.len()).unwrap_or(0);
    edits.push(TextEdit::insert(at, downloads));
    Ok(vec![FileEdit::new(cx.file.id, merged(edits))])
}

/// How data goes from job to job in one workflow.
pub(super) struct HandOver<'a> {
    cx: WorkflowCx<'a>,
    folder: &'a str,
    actions: artifacts::Actions,
    prefix: &'static str,
}

impl<'a> HandOver<'a> {
    pub(super) fn of(cx: WorkflowCx<'a>, noxfile: &'a NoxfileModel) -> Self {
        let actions = artifacts::actions(cx.snapshot, cx.workflow);
        Self { cx, folder: &noxfile.folder, actions, prefix: prefix(cx) }
    }

    /// An upload behind the last step that measures, in each job.
    pub(super) fn uploads(&self, sources: &[Source<'_>]) -> Result<Vec<TextEdit>, String> {
        let document = &self.cx.file.document;
        let upload = |source: &Source<'_>| {
            let job = JobText::of(document, source.cx.job)?;
            let name = format!("{}{}{}", self.prefix, source.cx.job.id, cell(self.cx, source.cx.job)?);
            let step = upload(&job.style, &self.actions.upload, &name, &paths(self.folder, source));
            Ok(TextEdit::insert(job.step_end(source.step).ok_or(UNUSUAL)?, job.new_step(&step)))
        };
        sources.iter().map(upload).collect()
    }

    /// The steps that bring all of it to one place.
    pub(super) fn downloads(&self, style: &Style<'_>, sources: &[Source<'_>]) -> Result<Vec<StepText>, String> {
        let has_patterns = !self.actions.download.contains("@v3");
        let several = sources.iter().any(|source| source.cx.job.strategy.is_some()) || sources.len() > 1;
        let step = |what: String, how: Option<&str>| {
            let path = (!self.folder.is_empty()).then(|| format!("path: {}", layout::scalar(self.folder)));
            let inputs = std::iter::once(what).chain(path).chain(how.map(str::to_owned)).collect();
            StepText::uses(style, &self.actions.download, inputs)
        };
        if several && has_patterns {
            return Ok(vec![step(format!("pattern: {}*", self.prefix), Some("merge-multiple: true"))]);
        }
        if sources.iter().any(|source| source.cx.job.strategy.is_some()) {
            return Err("version 3 of download-artifact cannot put several artifacts into one place".to_owned());
        }
        Ok(sources.iter().map(|source| step(format!("name: {}{}", self.prefix, source.cx.job.id), None)).collect())
    }
}

/// Several ids for one `needs` are one edit.
fn merged(edits: Vec<TextEdit>) -> Vec<TextEdit> {
    let mut out: Vec<TextEdit> = Vec::new();
    for edit in edits {
        let same = out.iter_mut().find(|other| other.span == edit.span);
        match same {
            // `needs: a` and `needs: b` at one place are `needs: [a, b]`.
            Some(other) => match (other.insert.split_once("needs: "), edit.insert.split_once("needs: ")) {
                (Some((head, first)), Some((_, second))) => {
                    let ends = first.find(['\r', '\n']).unwrap_or(first.len());
                    let (ids, tail) = first.split_at(ends);
                    let ids = ids.trim_start_matches('[').trim_end_matches(']');
                    let second = second.trim_end();
                    other.insert = format!("{head}needs: [{ids}, {second}]{tail}");
                }
                _ => other.insert.push_str(&edit.insert),
            },
            None => out.push(edit),
        }
    }
    out
}

/// Why the data cannot be brought together.
pub(super) fn refuse(noxfile: &NoxfileModel, sources: &[Source<'_>]) -> Result<(), String> {
    // A path that names one file is good for one cell of one job.
    let is_one = |file: &&HandedOver| !file.path.contains('*');
    let is_elsewhere = |at: usize, file: &HandedOver| {
        sources.iter().any(|other| other.cx.at != at && other.files.iter().any(|it| it.path == file.path))
    };
    let is_lost = |source: &&Source<'_>| {
        let has_cells = source.cx.job.strategy.is_some();
        source.files.iter().filter(is_one).any(|file| has_cells || is_elsewhere(source.cx.at, file))
    };
    let is_below = |source: &Source<'_>| checkout_folder::is_below(source.cx.workflow, source.cx.at);
    if sources.iter().any(is_below) {
        return Err(checkout_folder::BELOW.to_owned());
    }
    match sources.iter().find(is_lost) {
        Some(source) => {
            let name = source.sessions.first().map_or("a session", |id| times::name(noxfile, *id));
            Err(format!("`{name}` writes one `.coverage` in every job, and only one would arrive; `isolate-coverage` first"))
        }
        None => Ok(()),
    }
}

/// Whether job `to` waits for job `from`, directly or over others.
fn reaches(cx: JobCx<'_>, from: usize, to: usize) -> bool {
    let mut waits_for = vec![to];
    let mut at = 0;
    while let Some(job) = waits_for.get(at).copied() {
        for (before, _) in cx.workflow.needs.iter().filter(|(_, after)| *after == job) {
            if !waits_for.contains(before) {
                waits_for.push(*before);
            }
        }
        at += 1;
    }
    from != to && waits_for.contains(&from)
}

/// Whether the report waits for job `at` already.
fn waits(report: &Report<'_>, at: usize) -> bool {
    reaches(report.cx, at, report.cx.at)
}

fn needs_first(report: &Report<'_>, at: usize) -> bool {
    reaches(report.cx, report.cx.at, at)
}

/// The beginning of the artifacts' names: no other artifact of the workflow has it.
fn prefix(cx: WorkflowCx<'_>) -> &'static str {
    let uploads = cx.workflow.facts.jobs.iter().flat_map(|job| subject::artifacts(job, "upload-artifact"));
    let is_taken = uploads.into_iter().any(|used| used.input("name").is_some_and(|(name, _)| name.starts_with("coverage-")));
    if is_taken { "coverage-data-" } else { "coverage-" }
}

/// What tells a matrix's cells apart in a name. GitHub numbers them; elsewhere their values must do.
fn cell(cx: WorkflowCx<'_>, job: &Job) -> Result<String, String> {
    let Some(strategy) = &job.strategy else { return Ok(String::new()) };
    if cx.workflow.facts.forge == Forge::GitHub {
        return Ok("-${{ strategy.job-index }}".to_owned());
    }
    if strategy.vectors.is_empty() {
        return Err(format!("nothing tells the cells of `{}` apart in an artifact's name", job.id));
    }
    Ok(strategy.vectors.iter().map(|(key, ..)| format!("-${{{{ matrix.{key} }}}}")).collect())
}

fn paths(folder: &str, source: &Source<'_>) -> Vec<String> {
    let whole = |file: &HandedOver| if folder.is_empty() { file.path.clone() } else { format!("{folder}/{}", file.path) };
    source.files.iter().map(whole).collect()
}

fn upload(style: &Style<'_>, action: &str, name: &str, paths: &[String]) -> StepText {
    let mut inputs = vec![format!("name: {name}")];
    inputs.extend(artifacts::path_input(style, paths));
    inputs.extend(["include-hidden-files: true".to_owned(), "if-no-files-found: error".to_owned()]);
    StepText::uses(style, action, inputs)
}
