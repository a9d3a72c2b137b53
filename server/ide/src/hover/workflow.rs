//! A workflow: its time from first start to last end, its critical path over jobs, the best next step.

use std::fmt::Write;

use model::WorkflowId;
use model::forecast::{Forecast, Way};

use crate::snapshot::Snapshot;
use crate::times::JobTimes;
use crate::words;

/// The hover's markdown.
pub(super) fn text(snapshot: &Snapshot, id: WorkflowId) -> Option<String> {
    let workspace = &snapshot.workspace;
    let model = workspace.workflows.get(id.0)?;
    let name = model.facts.name.as_ref().map_or(model.label.as_str(), |(name, _)| name);
    let times = JobTimes::of(workspace, model);
    let mut out = format!("**{name}** · {} jobs · ~{}", model.facts.jobs.len(), words::duration(times.makespan));
    let path: Vec<String> = times
        .analysis
        .critical_path
        .iter()
        .filter_map(|task| {
            let seconds = model.jobs.get(task.0)?.seconds;
            Some(format!("`{}` {}", model.facts.jobs.get(task.0)?.id, words::duration(seconds)))
        })
        .collect();
    let _ = write!(out, "\n\nCritical path: {}", path.join(" → "));
    if let Some((job, now, best)) = best_step(snapshot, id) {
        let _ = write!(
            out,
            "\n\nBest next step: `{job}` by {}: {} → **{}**",
            words::way(best.way),
            words::duration(now),
            words::duration(best.makespan.seconds),
        );
    }
    let slots = workspace.settings.slots(model.facts.forge);
    let runners = if slots == 1 { "1 runner".to_owned() } else { format!("{slots} runners") };
    let overhead = words::duration(workspace.settings.job_overhead_seconds);
    let _ = write!(out, "\n\nAssumes {runners} on {}, {overhead} per job", model.facts.forge.name());
    Some(out)
}

/// The job and way that save the most.
fn best_step(snapshot: &Snapshot, id: WorkflowId) -> Option<(String, f64, Forecast)> {
    let workspace = &snapshot.workspace;
    let model = workspace.workflows.get(id.0)?;
    let mut best: Option<(String, f64, Forecast)> = None;
    for (at, job) in model.facts.jobs.iter().enumerate() {
        let Some(sequence) = workspace.sequence(id, at) else { continue };
        let forecasts = workspace.forecasts(&sequence);
        let Some(now) = forecasts.iter().find(|forecast| forecast.way == Way::Now) else { continue };
        let now = now.makespan.seconds;
        for forecast in forecasts.iter().filter(|forecast| forecast.makespan.seconds < now) {
            let saved = now - forecast.makespan.seconds;
            if best.as_ref().is_none_or(|(_, now, best)| saved > now - best.makespan.seconds) {
                best = Some((job.id.clone(), now, forecast.clone()));
            }
        }
    }
    best
}
