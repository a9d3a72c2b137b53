//! What would change the time: a session that is faster, a `needs` that is not there, another number of runners, the best
//! next step. Everything is simulated: less to do can take longer in a list schedule (Graham 1966).

use model::forecast::{JobPlan, Sequence, Way, WhatIf};
use model::{NoxfileId, SessionId, Source, WorkflowId, WorkflowModel, Workspace};

use crate::snapshot::Snapshot;
use crate::times::JobTimes;
use crate::{needs, times, words};

/// How much faster "20 % faster" is.
pub(super) const FASTER: f64 = 0.8;
/// Sessions and jobs of a critical path that are tried one by one.
const MAX_TRIED: usize = 8;
/// Numbers of runners or lanes that are shown.
const COUNTS: [usize; 5] = [1, 2, 4, 8, 16];

/// What a workflow gains when one session is 20 % faster, seconds.
pub(super) fn faster_session(workspace: &Workspace, id: WorkflowId, session: (NoxfileId, SessionId)) -> Option<f64> {
    let now = workspace.job_plan(id, &WhatIf::default())?.makespan();
    let what = WhatIf { session: Some((session.0, session.1, FASTER)), ..WhatIf::default() };
    Some(now - workspace.job_plan(id, &what)?.makespan())
}

/// What a workflow takes when one job is 20 % faster, and when it is not there, seconds.
pub(super) fn faster_job(workspace: &Workspace, id: WorkflowId, job: usize) -> Option<(f64, f64)> {
    let with = |factor: f64| {
        let what = WhatIf { job: Some((job, factor)), ..WhatIf::default() };
        workspace.job_plan(id, &what).map(|plan| plan.makespan())
    };
    Some((with(FASTER)?, with(0.0)?))
}

/// "20 s" that are saved; `None` where nobody would notice.
pub(super) fn gain(seconds: f64, source: Source) -> Option<String> {
    (seconds >= 0.5).then(|| words::seconds(seconds, source))
}

/// The session on the critical path that is worth most, and what 20 % of it are worth to the workflow.
pub(super) fn best_session(snapshot: &Snapshot, id: WorkflowId, times: &JobTimes) -> Option<(String, f64)> {
    let workspace = &snapshot.workspace;
    let model = workspace.workflows.get(id.0)?;
    let is_critical = |job: usize| times.analysis.critical_path.iter().any(|task| task.0 == job);
    let own = model.links.iter().filter(|link| is_critical(link.site.job));
    let called = model.called.iter().filter(|called| is_critical(called.job)).map(|called| &called.link);
    let mut found: Vec<((NoxfileId, SessionId), f64)> = Vec::new();
    for link in own.chain(called) {
        let Some(noxfile) = link.noxfile else { continue };
        for run in link.runs.iter() {
            let one = workspace.noxfiles.get(noxfile.0).and_then(|it| it.ci.sum(run.session, &run.instances));
            let seconds = one.map_or(0.0, |one| one.seconds);
            if !found.iter().any(|(known, _)| *known == (noxfile, run.session)) {
                found.push(((noxfile, run.session), seconds));
            }
        }
    }
    found.sort_by(|a, b| b.1.total_cmp(&a.1));
    let mut best: Option<((NoxfileId, SessionId), f64)> = None;
    for (session, _) in found.into_iter().take(MAX_TRIED) {
        let gain = faster_session(workspace, id, session)?;
        if best.is_none_or(|(_, most)| gain > most) {
            best = Some((session, gain));
        }
    }
    let ((noxfile, session), gain) = best?;
    Some((times::name(workspace.noxfiles.get(noxfile.0)?, session).to_owned(), gain))
}

/// "1 → 12 m, 2 → 7 m, 4 or more → 5 m". `None` where the number makes no difference.
pub(super) fn by_runners(plan: &JobPlan) -> Option<String> {
    by_count(plan.cells(), plan.source(), &|count| plan.makespan_on(count))
}

/// The same for lanes of `nox -j`.
pub(super) fn by_lanes(workspace: &Workspace, sequence: &Sequence, source: Source) -> Option<String> {
    let seconds = |lanes: usize| workspace.seconds(sequence, Way::NoxParallel { lanes });
    by_count(sequence.queue.tasks.len(), source, &seconds)
}

fn by_count(most: usize, source: Source, seconds: &dyn Fn(usize) -> f64) -> Option<String> {
    let in_words = |count: usize| words::seconds(seconds(count), source);
    let least = in_words(most.max(1));
    let mut parts = Vec::new();
    for count in COUNTS.into_iter().filter(|count| *count < most.max(2)) {
        let time = in_words(count);
        if time == least {
            parts.push(format!("{count} or more → {time}"));
            return (parts.len() > 1).then(|| parts.join(", "));
        }
        parts.push(format!("{count} → {time}"));
    }
    parts.push(format!("{} → {least}", most.max(1)));
    Some(parts.join(", "))
}

/// The one change that makes the workflow shortest: what to do, and its time then.
pub(super) fn next_step(snapshot: &Snapshot, id: WorkflowId, times: &JobTimes) -> Option<(String, f64)> {
    let model = snapshot.workspace.workflows.get(id.0)?;
    let steps = without_needless(snapshot, id, model).into_iter().chain(other_way(snapshot, id, model, times));
    let is_better = |(_, seconds): &(String, f64)| *seconds < times.makespan;
    steps.filter(is_better).min_by(|a, b| a.1.total_cmp(&b.1))
}

/// All `needs` gone over which nothing comes.
fn without_needless(snapshot: &Snapshot, id: WorkflowId, model: &WorkflowModel) -> Option<(String, f64)> {
    let mut kept = model.needs.clone();
    kept.retain(|(from, to)| !needs::carried(snapshot, id, *from, *to).is_empty() || is_called(model, *to));
    let gone: Vec<(usize, usize)> = model.needs.iter().copied().filter(|need| !kept.contains(need)).collect();
    let name = |job: usize| model.facts.jobs.get(job).map_or("?", |job| job.id.as_str());
    let what = match gone.as_slice() {
        [] => return None,
        [(from, to)] => format!("let `{}` not wait for `{}`, of which it takes nothing", name(*to), name(*from)),
        several => format!("drop {} `needs` over which nothing comes", several.len()),
    };
    Some((what, snapshot.workspace.job_plan_with(model, &kept).makespan()))
}

fn is_called(model: &WorkflowModel, job: usize) -> bool {
    model.facts.jobs.get(job).is_none_or(|job| job.steps.is_empty())
}

/// Another way of running the sessions of one job.
fn other_way(snapshot: &Snapshot, id: WorkflowId, model: &WorkflowModel, times: &JobTimes) -> Option<(String, f64)> {
    let workspace = &snapshot.workspace;
    let slots = workspace.settings.slots(model.facts.forge);
    let is_free = workspace.job_plan(id, &WhatIf::default())?.cells() <= slots;
    let is_critical = |job: usize| times.analysis.critical_path.iter().any(|task| task.0 == job);
    // Where runners are scarce every job counts, else those on the critical path do.
    let mut jobs: Vec<usize> = (0..model.facts.jobs.len()).filter(|job| !is_free || is_critical(*job)).collect();
    jobs.sort_by(|a, b| model.jobs[*b].seconds.total_cmp(&model.jobs[*a].seconds));
    let mut best: Option<(String, f64)> = None;
    for job in jobs.into_iter().take(MAX_TRIED) {
        let Some(sequence) = workspace.sequence(id, job) else { continue };
        let forecasts = workspace.forecasts(&sequence);
        let now = forecasts.iter().find(|it| it.way == Way::Now).map_or(0.0, |it| it.makespan.seconds);
        // Of each job the fastest way alone, the first of equals: every simulation is of all jobs.
        let faster = forecasts.iter().filter(|forecast| forecast.makespan.seconds < now);
        let Some(forecast) = faster.min_by(|a, b| a.makespan.seconds.total_cmp(&b.makespan.seconds)) else { continue };
        let what = WhatIf { job: Some((job, forecast.makespan.seconds / now)), ..WhatIf::default() };
        let Some(seconds) = workspace.job_plan(id, &what).map(|plan| plan.makespan()) else { continue };
        if best.as_ref().is_none_or(|(_, least)| seconds < *least) {
            let name = model.facts.jobs.get(job).map_or("?", |job| job.id.as_str());
            best = Some((format!("run `{name}` by {}", words::way(forecast.way).replace(" in this job", "")), seconds));
        }
    }
    best
}
