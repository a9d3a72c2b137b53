//! A job: its time, what of it is needless waiting, and what each way of running its sessions would take.

use std::fmt::Write;

use model::forecast::Forecast;
use model::links::called::Use;
use model::{WorkflowId, WorkflowModel};

use crate::snapshot::Snapshot;
use crate::times::{JobTimes, SessionTimes};
use crate::{table, times, words};

/// Lines of jobs before "and N more".
const MAX_LINES: usize = 8;

/// The hover's markdown.
pub(super) fn text(snapshot: &Snapshot, workflow: WorkflowId, at: usize) -> Option<String> {
    let workspace = &snapshot.workspace;
    let model = workspace.workflows.get(workflow.0)?;
    let job = model.facts.jobs.get(at)?;
    let mut out = String::new();
    let cells = job.strategy.as_ref().and_then(|strategy| strategy.cells.value()).map_or(1, Vec::len);
    let _ = write!(out, "**{}**", job.id);
    if job.uses.is_none() {
        let _ = write!(out, " · {}", count(job.steps.len(), "step"));
    }
    if cells > 1 {
        let _ = write!(out, " · {cells} jobs by its matrix, each");
    }
    if let Some(estimate) = model.jobs.get(at) {
        let _ = write!(out, " · {} ({})", words::estimate(estimate), words::source(estimate));
    }
    out.push('\n');
    if let Some(used) = model.uses.iter().find(|it| it.job == at && it.step.is_none()) {
        out.push_str(&called(snapshot, model, used));
    }
    let times = JobTimes::of(workspace, model);
    if model.facts.jobs.len() > 1 {
        let critical = times.analysis.critical_path.iter().any(|task| task.0 == at);
        let slack = times.analysis.slack.get(at).copied().unwrap_or_default();
        let _ = if critical {
            writeln!(out, "\n**On the workflow's critical path** ({})", words::duration(times.analysis.length))
        } else {
            writeln!(out, "\nNot on the workflow's critical path: **{} slack**", words::duration(slack))
        };
    }
    let Some(sequence) = workspace.sequence(workflow, at) else { return Some(out.trim_end().to_owned()) };
    let noxfile = workspace.noxfiles.get(sequence.noxfile.0)?;
    let sessions = SessionTimes::of(noxfile, sequence.sessions.clone(), |id| {
        let place = sequence.sessions.iter().position(|other| *other == id);
        place.and_then(|at| sequence.plan.tasks.get(at)).map_or(0.0, |task| task.seconds)
    });
    let _ = writeln!(
        out,
        "\nRuns {} sessions one after another; their critical path is **{}** (`{}`)",
        sequence.sessions.len(),
        words::duration(sessions.analysis.length),
        sessions.path(noxfile).join("` → `"),
    );
    out.push_str(&table(&workspace.forecasts(&sequence)));
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

/// The workflow that a job calls: its jobs, and what each runs.
fn called(snapshot: &Snapshot, model: &WorkflowModel, used: &Use) -> String {
    let Some(file) = snapshot.file(used.file) else { return String::new() };
    let jobs = file.workflow().map(|facts| facts.jobs.as_slice()).unwrap_or_default();
    let mut out = format!("\nCalls `{}`: {}\n", file.path, count(jobs.len(), "job"));
    for (at, job) in jobs.iter().enumerate().take(MAX_LINES) {
        let calls = model.called.iter().filter(|it| it.job == used.job && it.inner == Some(at));
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

/// The ways as a Markdown table, the fastest in bold.
fn table(forecasts: &[Forecast]) -> String {
    let best = forecasts.iter().map(|forecast| forecast.makespan.seconds).fold(f64::INFINITY, f64::min);
    let best = words::duration(best);
    let rows = forecasts.iter().map(|forecast| {
        let time = words::duration(forecast.makespan.seconds);
        let is_best = time == best && forecasts.len() > 1;
        let time = if is_best { format!("**{time}**") } else { time };
        [words::way(forecast.way), time, format!("{:.0}", forecast.machine_minutes.ceil())]
    });
    format!("\n{}", table::markdown(["way", "time >", "machine minutes >"], &rows.collect::<Vec<_>>()))
}

fn count(n: usize, what: &str) -> String {
    if n == 1 { format!("1 {what}") } else { format!("{n} {what}s") }
}
