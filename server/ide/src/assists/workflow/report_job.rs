//! The job that reports on coverage where jobs measure and none reports: like one of them, behind all of them, with the
//! noxfile's report as its only session and its threshold as the only one.

use facts::workflow::Job;
use model::{EdgeKind, NoxfileId, NoxfileModel, SessionId, SessionKind};
use syntax::TextEdit;

use super::combine_coverage::{self, Around, HandOver, Source};
use super::group::quoted;
use super::job_text::{JobText, NewJob, free_id};
use super::layout::{StepText, UNUSUAL};
use super::needs_list;
use crate::assist::FileEdit;
use crate::assists::context::WorkflowCx;
use crate::assists::noxfile::calls;
use crate::assists::noxfile::script::FIRST_PARALLEL;
use crate::assists::{AssistCx, Draft};
use crate::{subject, times};

/// The offer to make the job, on a job that measures or for the whole file.
pub(super) fn draft(cx: &AssistCx<'_>, workflow: WorkflowCx<'_>) -> Option<Draft> {
    let noxfiles = workflow.snapshot.workspace.noxfiles.iter().enumerate();
    let (id, noxfile, report, sources) = noxfiles.into_iter().find_map(|(at, noxfile)| {
        let report = report_of(noxfile)?;
        let sources = combine_coverage::sources(workflow, (NoxfileId(at), report), None);
        let is_split = sources.len() > 1 || sources.iter().any(|source| source.cx.job.strategy.is_some());
        is_split.then_some((NoxfileId(at), &**noxfile, report, sources))
    })?;
    let is_meant = |at: usize| sources.iter().any(|source| source.cx.at == at);
    if !cx.job().is_none_or(|here| cx.is_whole_file() || is_meant(here.at)) {
        return None;
    }
    let jobs: Vec<String> = sources.iter().map(|source| format!("`{}`", source.cx.job.id)).collect();
    let first = sources.first()?;
    let around = Around::of(workflow, (id, noxfile), report, first.cx.job, &sources);
    Some(Draft {
        title: format!(
            "Add a job with `{}` over the coverage data of {}",
            times::name(noxfile, report),
            jobs.join(", ")
        ),
        gain: None,
        caveat: around.caveat(),
        edits: edits(workflow, (id, noxfile, report), &sources).and_then(|edits| around.with(edits)),
    })
}

/// The only session that reports on what others measured.
fn report_of(noxfile: &NoxfileModel) -> Option<SessionId> {
    let is_report = |id: &SessionId| noxfile.effects.get(id.0).is_some_and(|it| it.kind == SessionKind::Coverage);
    let mut reports = (0..noxfile.facts.sessions.len()).map(SessionId).filter(is_report);
    reports.next().filter(|_| reports.next().is_none())
}

fn edits(
    cx: WorkflowCx<'_>,
    (id, noxfile, report): (NoxfileId, &NoxfileModel, SessionId),
    sources: &[Source<'_>],
) -> Result<Vec<FileEdit>, String> {
    combine_coverage::refuse(noxfile, sources)?;
    let conditions = |source: &Source<'_>| source.cx.job.condition.as_ref().map(|(text, _)| text.clone());
    let first = sources.first().ok_or(UNUSUAL)?;
    if sources.iter().any(|source| conditions(source) != conditions(first)) {
        return Err("the jobs that measure run under different conditions".to_owned());
    }
    let requires = noxfile.edges.iter().any(|edge| edge.to == report && edge.kind == EdgeKind::Requires);
    if requires {
        calls::refuse_old_nox(cx.snapshot, id, FIRST_PARALLEL, "`--no-dependencies`")?;
    }
    let hand_over = HandOver::of(cx, noxfile);
    let mut edits = hand_over.uploads(sources)?;
    let last = sources.last().ok_or(UNUSUAL)?;
    let place = JobText::of(&cx.file.document, last.cx.job)?;
    let taken: Vec<String> = cx.workflow.facts.jobs.iter().map(|job| job.id.clone()).collect();
    let name = free_id(&taken, "coverage", '-');
    let job = JobText::of(&cx.file.document, first.cx.job)?;
    let mut steps: String = (0..first_call(first)).map(|step| job.step(step)).collect::<Option<_>>().ok_or(UNUSUAL)?;
    for step in hand_over.downloads(&job.style, sources)? {
        steps.push_str(&job.new_step(&step));
    }
    steps.push_str(
        &job.new_step(&StepText { lines: vec![format!("run: {}", command(first, noxfile, report, requires)?)] }),
    );
    let new = NewJob {
        id: name.clone(),
        suffix: String::new(),
        needs: Some(sources.iter().map(|source| source.cx.job.id.clone()).collect()),
        without: &["name", "strategy", "outputs", "services", "timeout-minutes", "continue-on-error", "environment"],
        extra: Vec::new(),
        steps,
        is_first: false,
    };
    let text = job.beside(&new, &[]).and_then(|text| without_matrix(first.cx.job, text));
    let text = text.ok_or_else(|| format!("the set-up of `{}` depends on its matrix", first.cx.job.id))?;
    let (newline, indent) = (job.style.newline, job.style.id_indent);
    let comment = "# All that the jobs above measured, with one threshold for it.";
    let text = format!("{}{comment}{newline}{indent}{text}", job.style.between());
    let at = place.span().end;
    match edits.iter_mut().find(|edit| edit.span.start == at && edit.span.is_empty()) {
        Some(upload) => upload.insert.push_str(&text),
        None => edits.push(TextEdit::insert(at, text)),
    }
    // A gate over them is one over the report, too.
    for gate in cx.workflow.facts.jobs.iter().filter(|job| is_gate(job, sources)) {
        edits.push(needs_list::add(&cx.file.document, gate, &name)?);
    }
    Ok(vec![FileEdit::new(cx.file.id, edits)])
}

/// The job's first step that runs nox: those before it set the machine up.
fn first_call(source: &Source<'_>) -> usize {
    let sites = source.cx.workflow.links.iter().map(|link| link.site).filter(|site| site.job == source.cx.at);
    sites.map(|site| site.step).min().unwrap_or(source.step)
}

/// nox, started as it is to measure.
fn command(source: &Source<'_>, noxfile: &NoxfileModel, report: SessionId, alone: bool) -> Result<String, String> {
    let at = |link: &&model::links::Link| (link.site.job, link.site.step) == (source.cx.at, source.step);
    let link = source.cx.workflow.links.iter().find(at).ok_or(UNUSUAL)?;
    let call = subject::call(source.cx.job, link.site).ok_or(UNUSUAL)?;
    let is_plain = call.noxfile.is_none() && call.directory.is_empty() && call.through.is_none();
    let is_step = source.cx.job.steps.get(source.step).is_some_and(|step| step.working_directory.is_none());
    if !is_plain || !is_step {
        return Err("the call that measures names a noxfile or changes the folder".to_owned());
    }
    let alone = if alone { " --no-dependencies" } else { "" };
    Ok(format!("{}{alone} -s {}", call.launcher.join(" "), quoted(times::name(noxfile, report))))
}

/// The text with the last of each key's values in the place of `${{ matrix.key }}`: of systems a Linux, where there is one.
fn without_matrix(job: &Job, mut text: String) -> Option<String> {
    for (key, _, values) in job.strategy.iter().flat_map(|strategy| &strategy.vectors) {
        let Some(values) = values.value() else { continue };
        let Some(value) = values.iter().find(|value| value.starts_with("ubuntu")).or(values.last()) else { continue };
        for written in [format!("${{{{ matrix.{key} }}}}"), format!("${{{{matrix.{key}}}}}")] {
            text = text.replace(&written, value);
        }
    }
    (!text.contains("matrix.")).then_some(text)
}

/// A job that looks at the results of one of them whatever they are.
fn is_gate(job: &Job, sources: &[Source<'_>]) -> bool {
    let needs = |source: &Source<'_>| job.needs.iter().any(|(id, _)| id.eq_ignore_ascii_case(&source.cx.job.id));
    job.condition.as_ref().is_some_and(|(text, _)| text.contains("always()")) && sources.iter().any(needs)
}
