//! A workflow: its time from first start to last end, its critical path over jobs, what would make it shorter.

use std::fmt::Write;

use model::forecast::WhatIf;
use model::{Source, WorkflowId, WorkflowModel};

use super::what_if;
use crate::snapshot::Snapshot;
use crate::times::JobTimes;
use crate::words::{self, count};

/// Jobs of the critical path before "and N more".
const MAX_PATH: usize = 6;

/// The hover's markdown.
pub(super) fn text(snapshot: &Snapshot, id: WorkflowId) -> Option<String> {
    let workspace = &snapshot.workspace;
    let model = workspace.workflows.get(id.0)?;
    let name = model.facts.name.as_ref().map_or(model.label.as_str(), |(name, _)| name);
    let plan = workspace.job_plan(id, &WhatIf::default())?;
    let source = plan.source();
    let times = JobTimes::of(workspace, model);
    let now = words::seconds(times.makespan, source);
    let critical: Vec<usize> = times.analysis.critical_path.iter().map(|task| task.0).collect();
    let guessed = workspace.guessed_share(id, &critical);
    let sure = words::sure(origin(model, source), words::range(&plan.range(), source, guessed));
    let jobs = count(model.facts.jobs.len(), "job");
    let without = without_sessions(model);
    if without == model.facts.jobs.len() {
        return Some(format!("**{name}** · {jobs} · no nox session in it that can be read"));
    }
    let mut out = format!("**{name}** · {jobs} · {now} ({sure})");
    if times.analysis.critical_path.len() > 1 || model.facts.jobs.len() > 1 {
        let _ = write!(out, "\n\nCritical path: {}", path(model, &times));
    }
    if let Some((what, after)) = what_if::next_step(snapshot, id, &times)
        && let Some(change) = words::change(times.makespan, after, source)
    {
        let _ = write!(out, "\n\nBest next step: {what}: {change}");
    }
    if let Some((session, gain)) = what_if::best_session(snapshot, id, &times)
        && let Some(gain) = what_if::gain(gain, source)
    {
        let _ = write!(out, "\n\n`{session}` 20 % faster saves {gain}");
    }
    if let Some(runners) = what_if::by_runners(&plan) {
        let _ = write!(out, "\n\nBy runners: {runners}");
    }
    let slots = count(workspace.settings.slots(model.facts.forge), "runner");
    let overhead = words::duration(workspace.settings.job_overhead_seconds);
    let _ = write!(out, "\n\nAssumes {slots} on {}, {overhead} per job", model.facts.forge.name());
    if without > 0 {
        let _ = write!(out, "; nothing else for {} without nox sessions", count(without, "job"));
    }
    Some(out)
}

/// Where the times are from. A job without sessions is a guess beside all that may have been measured.
fn origin(model: &WorkflowModel, source: Source) -> String {
    let known = (0..model.jobs.len()).filter(|job| super::job::runs_sessions(model, *job));
    let known = known.filter_map(|job| Some(model.jobs.get(job)?.source)).reduce(Source::with);
    match known {
        Some(known) if known != Source::Guess && source == Source::Guess => {
            format!("{} where it runs sessions", words::origin(known))
        }
        _ => words::origin(source),
    }
}

fn path(model: &WorkflowModel, times: &JobTimes) -> String {
    let path = &times.analysis.critical_path;
    let job = |task: &model::plan::TaskId| {
        let time = words::estimate(model.jobs.get(task.0)?);
        Some(format!("`{}` {time}", model.facts.jobs.get(task.0)?.id))
    };
    let mut jobs: Vec<String> = path.iter().filter_map(job).take(MAX_PATH).collect();
    if path.len() > MAX_PATH {
        jobs.push(format!("{} more", path.len() - MAX_PATH));
    }
    jobs.join(" → ")
}

/// Jobs of which nothing but the set-up is known.
fn without_sessions(model: &WorkflowModel) -> usize {
    (0..model.facts.jobs.len()).filter(|job| !super::job::runs_sessions(model, *job)).count()
}
