//! A job: its time, what it is worth to the workflow, and what each way of running its sessions would take.

use std::fmt::Write;

use facts::workflow::{Job, Runs};
use model::forecast::{Forecast, Sequence, Way};
use model::links::called::Use;
use model::{Estimate, NoxfileModel, WorkflowId, WorkflowModel};

use super::what_if;
use crate::snapshot::Snapshot;
use crate::times::{JobTimes, SessionTimes};
use crate::words::count;
use crate::{table, times, words};

/// Lines of jobs before "and N more".
const MAX_LINES: usize = 8;

/// The hover's markdown.
pub(super) fn text(snapshot: &Snapshot, workflow: WorkflowId, at: usize) -> Option<String> {
    let workspace = &snapshot.workspace;
    let model = workspace.workflows.get(workflow.0)?;
    let (job, estimate) = (model.facts.jobs.get(at)?, model.jobs.get(at)?);
    if job.runs == Runs::Never {
        return Some(format!("**{}** · never runs: its `if`, or that of a job it needs, is false", job.id));
    }
    let mut out = head(snapshot, workflow, at, job, estimate)?;
    if let Some(used) = model.uses.iter().find(|it| it.job == at && it.step.is_none()) {
        out.push_str(&called(snapshot, model, used));
    }
    if model.facts.jobs.len() > 1 {
        place(&mut out, snapshot, workflow, at, estimate)?;
    }
    let Some(sequence) = workspace.sequence_with_called(workflow, at, &[]) else {
        return Some(out.trim_end().to_owned());
    };
    let noxfile = workspace.noxfiles.get(sequence.noxfile.0)?;
    let sessions = SessionTimes::of(noxfile, sequence.sessions.clone(), |id| {
        let place = sequence.sessions.iter().position(|other| *other == id);
        place.and_then(|at| sequence.plan.tasks.get(at)).map_or(0.0, |task| task.seconds)
    });
    let _ = writeln!(
        out,
        "\nRuns {} sessions one after another; their critical path is **{}** ({})",
        sequence.sessions.len(),
        words::seconds(sessions.analysis.length, estimate.source),
        sessions.path_in_words(noxfile),
    );
    let forecasts = workspace.forecasts(&sequence);
    if is_any_faster(&forecasts) {
        out.push_str(&table(&forecasts));
        lanes(&mut out, snapshot, &sequence, &forecasts, noxfile);
    } else {
        out.push_str("\nNone of the ways to run them at the same time is faster\n");
    }
    for (path, calls) in crate::audit::called_files(snapshot, model, &sequence) {
        let _ = writeln!(out, "\n{} in `{path}`: no rewrite edits what other jobs may use too", count(calls, "call"));
    }
    let slots = workspace.settings.slots(model.facts.forge);
    let _ = write!(
        out,
        "\nAssumes {} on {}, {} per job, {} cores",
        count(slots, "runner"),
        model.facts.forge.name(),
        words::duration(workspace.settings.job_overhead_seconds),
        workspace.settings.runner_cores,
    );
    Some(out)
}

/// Name, kind, time, how sure.
fn head(snapshot: &Snapshot, workflow: WorkflowId, at: usize, job: &Job, estimate: &Estimate) -> Option<String> {
    let mut out = format!("**{}**", job.id);
    if job.uses.is_none() {
        let _ = write!(out, " · {}", count(job.steps.len(), "step"));
    }
    let cells = job.strategy.as_ref().and_then(|strategy| strategy.cells.value()).map_or(1, Vec::len);
    if !runs_sessions(snapshot.workspace.workflows.get(workflow.0)?, at) {
        let each = if cells > 1 { format!(" · {cells} jobs by its matrix, each") } else { String::new() };
        let _ =
            writeln!(out, "{each} · {} of set-up; no nox session in it that can be read", words::estimate(estimate));
        return Some(out);
    }
    let plan = snapshot.workspace.job_plan_of(workflow, at)?;
    let guessed = snapshot.workspace.guessed_share(workflow, &[at]);
    let range = words::range(&plan.range(), estimate.source, guessed);
    let (time, source) = (words::estimate(estimate), words::source(estimate));
    let _ = match cells {
        0 | 1 => writeln!(out, " · {time} ({})", words::sure(source, range)),
        cells => {
            let sure = words::sure(source, range.map(|range| format!("all of them {range}")));
            writeln!(out, " · {cells} jobs by its matrix, the longest {time} ({sure})")
        }
    };
    Some(out)
}

/// Whether it bounds the workflow's time, and what it is worth.
fn place(out: &mut String, snapshot: &Snapshot, workflow: WorkflowId, at: usize, estimate: &Estimate) -> Option<()> {
    let workspace = &snapshot.workspace;
    let model = workspace.workflows.get(workflow.0)?;
    let times = JobTimes::of(workspace, model);
    let source = estimate.source;
    let whole = words::seconds(times.analysis.length, source);
    if times.analysis.critical_path.iter().any(|task| task.0 == at) {
        let (faster, without) = what_if::faster_job(workspace, workflow, at)?;
        let _ = write!(out, "\n**On the workflow's critical path** ({whole})");
        let gain = |after: f64| what_if::gain(times.makespan - after, source);
        let _ = match (gain(faster), gain(without)) {
            (Some(faster), Some(all)) => writeln!(out, "; 20 % faster saves {faster}, without it {all}"),
            (None, Some(all)) => writeln!(out, "; without it {all} are saved"),
            _ => writeln!(out, "; nothing is gained when it is faster, others take as long"),
        };
        return Some(());
    }
    let slack = times.analysis.slack.get(at).copied().unwrap_or_default();
    let slack = words::seconds(slack, source);
    let path = times.path(model);
    let _ = writeln!(out, "\nNot on the workflow's critical path: **{slack} slack** ({path}, {whole})");
    Some(())
}

/// Whether any nox call of a job is known to run a session.
pub(super) fn runs_sessions(model: &WorkflowModel, job: usize) -> bool {
    let own = model.links.iter().filter(|link| link.site.job == job);
    let called = model.called.iter().filter(|called| called.job == job).map(|called| &called.link);
    own.chain(called).any(|link| !link.runs.is_empty())
}

/// What another number of lanes would do, where `nox -j` is a way at all.
fn lanes(out: &mut String, snapshot: &Snapshot, sequence: &Sequence, forecasts: &[Forecast], noxfile: &NoxfileModel) {
    let Some(parallel) = forecasts.iter().find(|it| matches!(it.way, Way::NoxParallel { .. })) else { return };
    if let Some(lanes) = what_if::by_lanes(&snapshot.workspace, sequence, parallel.makespan.source) {
        let name = noxfile.folder.rsplit('/').next().filter(|name| !name.is_empty());
        let whose = name.map(|name| format!(" in `{name}`")).unwrap_or_default();
        let _ = writeln!(out, "\n`nox -j`{whose}: {lanes}");
    }
}

/// The workflow that a job calls: its jobs, and what each runs.
fn called(snapshot: &Snapshot, model: &WorkflowModel, used: &Use) -> String {
    let Some(file) = snapshot.file(used.file) else { return String::new() };
    let jobs = file.workflow().map(|facts| facts.jobs.as_slice()).unwrap_or_default();
    let mut out = format!("\nCalls `{}`: {}\n", file.path, count(jobs.len(), "job"));
    for (at, job) in jobs.iter().enumerate().take(MAX_LINES) {
        let calls = model.called.iter().filter(|it| it.job == used.job && it.inner() == Some(at));
        let sessions = calls.filter_map(|it| Some((snapshot.workspace.noxfiles.get(it.link.noxfile?.0)?, &it.link)));
        let mut names: Vec<String> = sessions
            .flat_map(|(noxfile, link)| link.runs.iter().map(|run| format!("`{}`", times::name(noxfile, run.session))))
            .collect();
        names.dedup();
        let runs = if names.is_empty() { String::new() } else { format!(" · {}", names.join(", ")) };
        let _ = write!(out, "\n- **{}**{runs}", job.id);
    }
    if jobs.len() > MAX_LINES {
        let _ = write!(out, "\n- and {} more", jobs.len() - MAX_LINES);
    }
    out.push('\n');
    out
}

/// Whether people would see a difference between today and the best way.
fn is_any_faster(forecasts: &[Forecast]) -> bool {
    let now = forecasts.iter().find(|forecast| forecast.way == Way::Now);
    let is_faster = |now: &Forecast, other: &Forecast| {
        other.makespan.seconds < now.makespan.seconds
            && words::duration(other.makespan.seconds) != words::duration(now.makespan.seconds)
    };
    now.is_some_and(|now| forecasts.iter().any(|other| is_faster(now, other)))
}

/// The ways as a Markdown table, the fastest in bold.
fn table(forecasts: &[Forecast]) -> String {
    let best = forecasts.iter().map(|forecast| forecast.makespan.seconds).fold(f64::INFINITY, f64::min);
    let best = words::duration(best);
    let rows = forecasts.iter().map(|forecast| {
        let is_best = words::duration(forecast.makespan.seconds) == best && forecasts.len() > 1;
        let time = words::estimate(&forecast.makespan);
        let time = if is_best { format!("**{time}**") } else { time };
        [words::way(forecast.way), time, format!("{:.0}", forecast.machine_minutes.ceil())]
    });
    format!("\n{}", table::markdown(["way", "time >", "machine minutes >"], &rows.collect::<Vec<_>>()))
}
