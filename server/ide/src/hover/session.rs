//! A session: its time, its place on the critical path, what it needs, what it collides with, where CI runs it.

use std::fmt::Write;

use model::estimate::guessed_share;
use model::schedule::range_of;
use model::{NoxfileId, NoxfileModel, SessionId, SessionKind, Source, WorkflowId, WorkflowModel, Workspace};

use super::what_if;
use crate::snapshot::Snapshot;
use crate::times::{self, JobTimes, SessionTimes};
use crate::words;

/// Sessions that are looked at for hazards and for company; a hover must not grow with the square of a noxfile.
const MAX_COMPARED: usize = 64;
/// Names listed before "and N more".
const MAX_NAMES: usize = 5;

/// The hover's markdown.
pub(super) fn text(
    snapshot: &Snapshot,
    noxfile: NoxfileId,
    id: SessionId,
    job: Option<(WorkflowId, usize)>,
) -> Option<String> {
    let workspace = &snapshot.workspace;
    let model = workspace.noxfiles.get(noxfile.0)?;
    let session = model.facts.sessions.get(id.0)?;
    let kind = model.effects.get(id.0).map(|effects| effects.kind).unwrap_or_default();
    let times = if job.is_some() { &model.ci } else { &model.local };
    let (each, estimate) = (times.of(id), times.total(id)?);
    let mut out = format!("**{}** · {} · ", session.name, kind_name(kind));
    let _ = match each.len() {
        0 | 1 => write!(out, "{}", words::estimate(&estimate)),
        n => write!(out, "{n} instances, each {}, {} in all", words::each(each), words::estimate(&estimate)),
    };
    let mut sure = vec![words::source(&estimate)];
    sure.push(format!("{} – {}", words::duration(estimate.low), words::duration(estimate.high)));
    if words::is_known(guessed_share(each)) {
        sure.push(format!("p90 {}", words::seconds(range_of(&estimate).p90, estimate.source)));
    }
    if let Some((signature, trend)) = workspace.trend(noxfile, id, job.is_some()) {
        let whose = if each.len() > 1 { format!("`{signature}` ") } else { String::new() };
        sure.push(format!("{whose}{}", words::trend(&trend)));
    }
    let confirmed = if model.facts.is_confirmed { " · confirmed by nox" } else { "" };
    let _ = writeln!(out, " ({}){confirmed}", sure.join(", "));

    let (times, is_alone) = company(snapshot, model, noxfile, id, job);
    let faster = faster(snapshot, noxfile, id, job, &times, estimate.source);
    match job.filter(|_| is_alone) {
        Some((workflow, job)) => {
            bottleneck_of_job(&mut out, workspace.workflows.get(workflow.0)?, workspace, job, faster)
        }
        None => bottleneck(&mut out, model, id, &times, faster, estimate.source),
    }
    order(&mut out, model, id);
    let judged = job.map_or(noxfile, |(workflow, job)| workspace.judged(workflow, job, noxfile));
    hazards(&mut out, snapshot, judged, id, &times);
    places(&mut out, snapshot, noxfile, id);
    if let Some(doc) = &session.doc {
        let _ = write!(out, "\n{doc}");
    }
    Some(out.trim_end().to_owned())
}

/// What it gains when the session is 20 % faster, in words: the workflow that it stands in, else a run on this machine,
/// else the workflow that gains most. `None`: nothing does.
fn faster(
    snapshot: &Snapshot,
    noxfile: NoxfileId,
    id: SessionId,
    job: Option<(WorkflowId, usize)>,
    times: &SessionTimes,
    source: Source,
) -> Option<String> {
    let workspace = &snapshot.workspace;
    if let Some((workflow, _)) = job {
        let gain = what_if::gain(what_if::faster_session(workspace, workflow, (noxfile, id))?, source);
        return gain.map(|gain| format!("{gain} of the workflow"));
    }
    let lanes = workspace.settings.local_cores;
    let here = times.makespan(lanes) - times.with_faster(id, what_if::FASTER).makespan(lanes);
    let here = what_if::gain(here, source).map(|gain| format!("{gain} on {} here", words::count(lanes, "lane")));
    let runs =
        |link: &model::links::Link| link.noxfile == Some(noxfile) && link.runs.iter().any(|run| run.session == id);
    let gains = workspace.workflows.iter().enumerate().filter(|(_, workflow)| {
        workflow.links.iter().any(runs) || workflow.called.iter().any(|called| runs(&called.link))
    });
    let gains = gains.filter_map(|(at, workflow)| {
        let gain = what_if::faster_session(workspace, WorkflowId(at), (noxfile, id))?;
        let gain_in_words = what_if::gain(gain, source)?;
        Some((gain, format!("{gain_in_words} in `{}`", workflow.label)))
    });
    let best = gains.max_by(|a, b| a.0.total_cmp(&b.0)).map(|(_, gain)| gain);
    let all: Vec<String> = here.into_iter().chain(best).collect();
    (!all.is_empty()).then(|| all.join(", "))
}

/// The sessions it runs among: those of its job, else the defaults; itself always. And whether its job runs no others.
fn company(
    snapshot: &Snapshot,
    model: &NoxfileModel,
    noxfile: NoxfileId,
    id: SessionId,
    job: Option<(WorkflowId, usize)>,
) -> (SessionTimes, bool) {
    let in_job = job.and_then(|(workflow, job)| snapshot.workspace.sequence_with_called(workflow, job, &[]));
    let in_job = in_job.filter(|sequence| sequence.noxfile == noxfile && sequence.sessions.contains(&id));
    let is_alone = in_job.is_none();
    let mut sessions = in_job.map_or_else(|| times::defaults(model), |sequence| sequence.sessions);
    if !sessions.contains(&id) {
        sessions.push(id);
    }
    let seconds = if job.is_some() { times::total_seconds } else { times::local_seconds };
    (SessionTimes::of(model, sessions, |id| seconds(model, id)), is_alone)
}

/// The same of a session that is alone in its job: then it is the job that may bound the time.
fn bottleneck_of_job(
    out: &mut String,
    model: &WorkflowModel,
    workspace: &Workspace,
    job: usize,
    faster: Option<String>,
) {
    let times = JobTimes::of(workspace, model);
    let source = model.jobs.get(job).map_or(Source::Guess, |estimate| estimate.source);
    let length = words::seconds(times.analysis.length, source);
    let slack = times.analysis.slack.get(job).copied().unwrap_or_default();
    let id = model.facts.jobs.get(job).map_or("?", |job| job.id.as_str());
    let _ = if slack < 0.5 {
        write!(out, "\n**On the critical path** of the workflow, in `{id}` ({length})")
    } else {
        let slack = words::seconds(slack, source);
        write!(
            out,
            "\n`{id}` is not on the workflow's critical path: **{slack} slack** ({}, {length})",
            times.path(model)
        )
    };
    what_faster_gains(out, faster);
}

fn bottleneck(
    out: &mut String,
    model: &NoxfileModel,
    id: SessionId,
    times: &SessionTimes,
    faster: Option<String>,
    source: Source,
) {
    let Some((slack, is_critical)) = times.slack(id) else { return };
    let length = words::seconds(times.analysis.length, source);
    let path = times.path_in_words(model);
    // Of several ways that are as long one is shown.
    let _ = if is_critical || slack < 0.5 {
        write!(out, "\n**On the critical path** ({path}, {length})")
    } else {
        write!(out, "\nNot on the critical path: **{} slack** ({path}, {length})", words::seconds(slack, source))
    };
    what_faster_gains(out, faster);
}

fn what_faster_gains(out: &mut String, gain: Option<String>) {
    let _ = match gain {
        Some(gain) => writeln!(out, "; 20 % faster saves {gain}"),
        None => writeln!(out, "; nothing is gained when it is faster"),
    };
}

fn order(out: &mut String, model: &NoxfileModel, id: SessionId) {
    let needed = |edge: &&model::Edge| times::is_needed(edge);
    let before: Vec<_> = model.edges.iter().filter(needed).filter(|edge| edge.to == id).collect();
    let after: Vec<_> = model.edges.iter().filter(needed).filter(|edge| edge.from == id).collect();
    if let Some(edge) = before.first() {
        let names = list(before.iter().map(|edge| times::name(model, edge.from)));
        let _ = writeln!(out, "\nNeeds {names} ({}: {})", edge.evidence.name(), edge.reason);
    }
    if let Some(edge) = after.first() {
        let names = list(after.iter().map(|edge| times::name(model, edge.to)));
        let _ = writeln!(out, "\nNeeded by {names} ({}: {})", edge.evidence.name(), edge.reason);
    }
}

fn hazards(out: &mut String, snapshot: &Snapshot, noxfile: NoxfileId, id: SessionId, times: &SessionTimes) {
    let Some(model) = snapshot.workspace.noxfile(noxfile) else { return };
    let others = times.sessions.iter().filter(|other| **other != id).take(MAX_COMPARED);
    let mut free = Vec::new();
    let mut collides: Vec<(&str, model::Hazard)> = Vec::new();
    for other in others {
        match snapshot.workspace.verdict(noxfile, id, *other) {
            model::Verdict::Parallel => free.push(times::name(model, *other)),
            model::Verdict::AfterCure(found) | model::Verdict::Exclusive(found) | model::Verdict::OneProcess(found) => {
                collides.extend(found.into_iter().next().map(|hazard| (times::name(model, *other), hazard)));
            }
            model::Verdict::MustOrder(_) | model::Verdict::Unknown(_) => {}
        }
    }
    if !free.is_empty() {
        let _ = writeln!(out, "\nCan run beside {}", list(free.iter().copied()));
    }
    collides.sort_by_key(|(_, hazard)| hazard.severity);
    if let Some((_, worst)) = collides.first() {
        let names = list(collides.iter().map(|(name, _)| *name));
        let cure = if worst.cure.is_empty() { String::new() } else { format!(" → *{}*", worst.cure) };
        let _ = writeln!(out, "\nCollides with {names} ({}): {}{cure}", worst.severity.name(), worst.reason);
    }
}

fn places(out: &mut String, snapshot: &Snapshot, noxfile: NoxfileId, id: SessionId) {
    let mut places = Vec::new();
    let workflows = &snapshot.workspace.workflows;
    // A project that is on two forges has a `ci.yml` for each.
    let several =
        workflows.iter().any(|workflow| Some(workflow.facts.forge) != workflows.first().map(|w| w.facts.forge));
    for workflow in workflows {
        let runs =
            |link: &model::links::Link| link.noxfile == Some(noxfile) && link.runs.iter().any(|run| run.session == id);
        let own = workflow.links.iter().filter(|link| runs(link)).map(|link| (link.site.job, Some(link.site.step)));
        let called = workflow.called.iter().filter(|called| runs(&called.link));
        let called = called.map(|called| (called.job, called.step.map(|(step, _)| step)));
        for (job, step) in own.chain(called) {
            let Some(job) = workflow.facts.jobs.get(job) else { continue };
            let forge = if several { format!("{} ", workflow.facts.forge.name()) } else { String::new() };
            let step = step.map(|step| format!(" › step {}", step + 1)).unwrap_or_default();
            places.push(format!("{forge}{} › {}{step}", workflow.label, job.id));
        }
    }
    places.dedup();
    if !places.is_empty() {
        let _ = writeln!(out, "\nCI: {}", list(places.iter().map(String::as_str)));
    }
}

fn list<'a>(names: impl Iterator<Item = &'a str>) -> String {
    let names: Vec<&str> = names.collect();
    let shown = names.iter().take(MAX_NAMES).map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ");
    match names.len().saturating_sub(MAX_NAMES) {
        0 => shown,
        more => format!("{shown} and {more} more"),
    }
}

fn kind_name(kind: SessionKind) -> &'static str {
    match kind {
        SessionKind::Format => "formatter",
        SessionKind::Lint => "linter",
        SessionKind::Typecheck => "type check",
        SessionKind::Security => "security scan",
        SessionKind::DeadCode => "dead-code scan",
        SessionKind::Test => "tests",
        SessionKind::IntegrationTest => "integration tests",
        SessionKind::Coverage => "coverage report",
        SessionKind::Docs => "docs",
        SessionKind::Build => "build",
        SessionKind::Bench => "benchmark",
        SessionKind::Release => "release",
        SessionKind::Lock => "lock file",
        SessionKind::Serve => "server",
        SessionKind::Other => "session",
    }
}
