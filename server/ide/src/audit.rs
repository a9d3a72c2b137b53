//! The audit: what runs one after another today, what is really needed, what it costs, what to do. Data, not text:
//! `app` prints it.

use facts::workflow::Job;
use model::estimate::guessed_share;
use model::forecast::{Forecast, Sequence, Way};
use model::schedule::Range;
use model::{Edge, Estimate, FileId, NoxfileId, NoxfileModel, Resource, SessionId, WorkflowId, WorkflowModel};
use syntax::Span;

use crate::assist::Offer;
use crate::snapshot::Snapshot;
use crate::times::{self, SessionTimes};
use crate::{needs, subject, words};

/// Sessions whose pairs are compared; a noxfile with more gets its order but no list of hazards.
const MAX_COMPARED: usize = 150;

/// The report on a workspace.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Audit {
    /// One entry per noxfile.
    pub noxfiles: Vec<NoxfileAudit>,
    /// One entry per job that runs several sessions one after another.
    pub sequences: Vec<SequenceAudit>,
    /// Jobs that wait for a job they take nothing from.
    pub needless_needs: Vec<NeedlessNeeds>,
}

/// A noxfile's sessions.
#[derive(Clone, Debug, PartialEq)]
pub struct NoxfileAudit {
    /// The file.
    pub file: FileId,
    /// Its path.
    pub path: String,
    /// By session: name, time, slack in the noxfile's own graph, on the critical path.
    pub sessions: Vec<SessionAudit>,
    /// Whether all sessions could be read.
    pub is_complete: bool,
    /// Needed order, best evidence first.
    pub edges: Vec<Edge>,
    /// What collides, worst first; one entry for all pairs that share a reason.
    pub hazards: Vec<Collision>,
    /// Commands whose effects nobody knows, by session: they are judged by nothing but their order.
    pub unknown_commands: Vec<(String, String)>,
}

/// One session's line.
#[derive(Clone, Debug, PartialEq)]
pub struct SessionAudit {
    /// Its name.
    pub name: String,
    /// How many instances it has.
    pub instances: usize,
    /// The instances that are known, and the time of each on a CI runner.
    pub signatures: Vec<(String, Estimate)>,
    /// Its time on a CI runner, all instances together.
    pub estimate: Estimate,
    /// How late it may start, seconds.
    pub slack: f64,
    /// On the critical path.
    pub is_critical: bool,
}

/// A job that runs sessions one after another.
#[derive(Clone, Debug, PartialEq)]
pub struct SequenceAudit {
    /// The workflow's file.
    pub file: FileId,
    /// Its path.
    pub path: String,
    /// The job's id.
    pub job: String,
    /// Line of the job, from 1.
    pub line: u32,
    /// Names of the sessions in order.
    pub sessions: Vec<String>,
    /// Order among them that is needed.
    pub needed: Vec<Needed>,
    /// What collides among them, worst first; one entry for all pairs that share a reason.
    pub hazards: Vec<Collision>,
    /// Sessions with commands whose effects nobody knows, and the first of these: with them in play the ways below are
    /// possible only if these commands do not disturb each other.
    pub unknown: Vec<(String, String)>,
    /// Names along the critical path.
    pub critical_path: Vec<String>,
    /// Its length, seconds.
    pub critical_seconds: f64,
    /// What each way would take, `Now` first.
    pub forecasts: Vec<Forecast>,
    /// How far the real time of each way may be from that.
    pub ranges: Vec<Range>,
    /// The share of the sessions' time that is guessed, 0 to 1.
    pub guessed: f64,
    /// Files that hold some of the calls, with how many: other jobs may use them too, and no rewrite edits them.
    pub called: Vec<(String, usize)>,
    /// The calls, in order.
    pub calls: Vec<(FileId, Span)>,
    /// What can be applied.
    pub offers: Vec<Offer>,
    /// Runners that were assumed.
    pub slots: usize,
    /// Whose runners.
    pub forge: &'static str,
}

/// A needed order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Needed {
    /// Comes first.
    pub from: String,
    /// Comes after.
    pub to: String,
    /// How sure.
    pub evidence: &'static str,
    /// Why.
    pub reason: String,
}

/// Sessions that collide over one thing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Collision {
    /// The kind's id.
    pub kind: &'static str,
    /// How bad.
    pub severity: &'static str,
    /// Whether an overlap must be prevented, rather than only costs time or looks different.
    pub forbids_overlap: bool,
    /// Who takes part, in order.
    pub sessions: Vec<String>,
    /// What happens, told of the first pair.
    pub reason: String,
    /// What to do; may be empty.
    pub cure: String,
}

/// A job that waits for another without need.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NeedlessNeeds {
    /// The workflow's path.
    pub path: String,
    /// Line, from 1.
    pub line: u32,
    /// The job that waits.
    pub job: String,
    /// What it waits for.
    pub needs: String,
}

/// Reports on everything in `snapshot`.
pub fn audit(snapshot: &Snapshot) -> Audit {
    let workspace = &snapshot.workspace;
    let noxfiles = (0..workspace.noxfiles.len()).filter_map(|at| noxfile(snapshot, NoxfileId(at))).collect();
    let mut sequences = Vec::new();
    let mut needless_needs = Vec::new();
    for (at, workflow) in workspace.workflows.iter().enumerate() {
        let id = WorkflowId(at);
        for (job_at, job) in workflow.facts.jobs.iter().enumerate() {
            if let Some(found) = workspace.sequence_with_called(id, job_at, &[]) {
                sequences.extend(sequence(snapshot, workflow, job, &found));
            }
            for inner in inner_jobs(workflow, job_at) {
                if let Some(found) = workspace.sequence_with_called(id, job_at, inner) {
                    sequences.extend(sequence(snapshot, workflow, job, &found));
                }
            }
            needless_needs.extend(needless(snapshot, id, workflow, job_at, job));
        }
    }
    Audit { noxfiles, sequences, needless_needs }
}

/// Jobs of the workflows that `job` calls, directly or over others, in which nox is called.
fn inner_jobs(workflow: &WorkflowModel, job: usize) -> Vec<&[(FileId, usize)]> {
    let called = workflow.called.iter().filter(|called| called.job == job && called.step.is_none());
    let mut inner: Vec<&[(FileId, usize)]> = called.map(|called| called.within.as_slice()).collect();
    inner.sort_unstable();
    inner.dedup();
    inner
}

fn noxfile(snapshot: &Snapshot, id: NoxfileId) -> Option<NoxfileAudit> {
    let model = snapshot.workspace.noxfiles.get(id.0)?;
    let path = snapshot.file(model.file)?.path.clone();
    let all: Vec<SessionId> = (0..model.facts.sessions.len()).map(SessionId).collect();
    let sessions = session_lines(model);
    let hazards = if all.len() <= MAX_COMPARED { collisions(snapshot, id, model, &all) } else { Vec::new() };
    let mut edges: Vec<Edge> = model.edges.iter().filter(|edge| times::is_needed(edge)).cloned().collect();
    edges.sort_by_key(|edge| (edge.evidence, edge.from, edge.to));
    let is_complete = model.facts.unknown.is_empty() && model.facts.sessions.iter().all(|session| session.complete);
    let unknown = model.facts.sessions.iter().zip(&model.effects);
    let unknown_commands = unknown
        .flat_map(|(session, effects)| {
            effects.unknown.iter().map(|unknown| (session.name.clone(), unknown.what.clone()))
        })
        .collect();
    Some(NoxfileAudit { file: model.file, path, sessions, is_complete, edges, hazards, unknown_commands })
}

/// Time, slack and place on the critical path, by session.
pub(crate) fn session_lines(model: &NoxfileModel) -> Vec<SessionAudit> {
    let all: Vec<SessionId> = (0..model.facts.sessions.len()).map(SessionId).collect();
    let times = SessionTimes::of(model, all.clone(), |id| times::total_seconds(model, id));
    let sessions = all.iter().filter_map(|id| {
        let facts = model.facts.sessions.get(id.0)?;
        let instances = facts.instances.len().max(1);
        let estimate = model.ci.total(*id)?;
        let (slack, is_critical) = times.slack(*id)?;
        let each = facts.instances.iter().zip(model.ci.of(*id));
        let signatures = each.map(|(instance, time)| (instance.signature.clone(), *time)).collect();
        Some(SessionAudit { name: facts.name.clone(), instances, signatures, estimate, slack, is_critical })
    });
    sessions.collect()
}

fn sequence(snapshot: &Snapshot, workflow: &WorkflowModel, job: &Job, found: &Sequence) -> Option<SequenceAudit> {
    let file = snapshot.file(workflow.file)?;
    let noxfile = snapshot.workspace.noxfile(found.judged)?;
    let seconds = |id: SessionId| {
        let tasks = found.sessions.iter().zip(&found.plan.tasks).filter(|(other, _)| **other == id);
        tasks.map(|(_, task)| task.seconds).sum()
    };
    let mut unique = found.sessions.clone();
    let mut seen = Vec::new();
    unique.retain(|id| {
        let is_new = !seen.contains(id);
        seen.push(*id);
        is_new
    });
    let times = SessionTimes::of(noxfile, unique.clone(), seconds);
    let needed = noxfile.edges.iter().filter(|edge| times::is_needed(edge));
    let needed = needed.filter(|edge| unique.contains(&edge.from) && unique.contains(&edge.to)).map(|edge| Needed {
        from: times::name(noxfile, edge.from).to_owned(),
        to: times::name(noxfile, edge.to).to_owned(),
        evidence: edge.evidence.name(),
        reason: edge.reason.clone(),
    });
    let forecasts = snapshot.workspace.forecasts(found);
    Some(SequenceAudit {
        file: workflow.file,
        path: file.path.clone(),
        job: job.id.clone(),
        line: file.document.lines().line(job.id_span.start) + 1,
        sessions: found.sessions.iter().map(|id| times::name(noxfile, *id).to_owned()).collect(),
        needed: needed.collect(),
        hazards: collisions(snapshot, found.judged, noxfile, &unique),
        unknown: unknown_commands(noxfile, &unique),
        critical_path: times.path(noxfile).into_iter().map(str::to_owned).collect(),
        critical_seconds: times.analysis.length,
        ranges: forecasts.iter().map(|forecast| snapshot.workspace.range(found, forecast.way)).collect(),
        forecasts,
        guessed: guessed_share(&found.estimates),
        called: called_files(snapshot, workflow, found),
        calls: calls(workflow, job, found),
        offers: crate::assists(snapshot, workflow.file, job.id_span),
        slots: snapshot.workspace.settings.slots(workflow.facts.forge),
        forge: workflow.facts.forge.name(),
    })
}

/// Where the calls of the sequence stand.
fn calls(workflow: &WorkflowModel, job: &Job, found: &Sequence) -> Vec<(FileId, Span)> {
    let own = found.links.iter().filter_map(|at| workflow.links.get(*at));
    let own = own.filter_map(|link| Some((workflow.file, subject::call(job, link.site)?.span)));
    let called = found.called.iter().filter_map(|at| workflow.called.get(*at)).map(|called| (called.file, called.span));
    own.chain(called).collect()
}

/// Files beside the workflow that hold calls of the sequence, and how many.
pub(crate) fn called_files(snapshot: &Snapshot, workflow: &WorkflowModel, found: &Sequence) -> Vec<(String, usize)> {
    let mut files: Vec<(String, usize)> = Vec::new();
    for called in found.called.iter().filter_map(|at| workflow.called.get(*at)) {
        let Some(file) = snapshot.file(called.file) else { continue };
        match files.iter_mut().find(|(path, _)| *path == file.path) {
            Some((_, count)) => *count += 1,
            None => files.push((file.path.clone(), 1)),
        }
    }
    files
}

/// Sessions with a command that the catalogue does not know, with the first such command.
pub(crate) fn unknown_commands(noxfile: &NoxfileModel, sessions: &[SessionId]) -> Vec<(String, String)> {
    let first = |id: &SessionId| noxfile.effects.get(id.0).and_then(|effects| effects.unknown.first());
    let found = sessions.iter().filter_map(|id| Some((times::name(noxfile, *id).to_owned(), first(id)?.what.clone())));
    found.collect()
}

/// Hazards among `sessions`, those over the same thing told once: by who is the same in all of them, else by resource.
fn collisions(snapshot: &Snapshot, id: NoxfileId, noxfile: &NoxfileModel, sessions: &[SessionId]) -> Vec<Collision> {
    let mut groups: Vec<(model::Hazard, Vec<SessionId>)> = Vec::new();
    for (at, a) in sessions.iter().enumerate().take(MAX_COMPARED) {
        for b in sessions.iter().skip(at + 1).take(MAX_COMPARED) {
            for hazard in snapshot.workspace.hazards_between(id, *a, *b) {
                let same = |(first, _): &&mut (model::Hazard, Vec<SessionId>)| {
                    first.kind == hazard.kind && first.resource == hazard.resource && first.severity == hazard.severity
                };
                match groups.iter_mut().find(same) {
                    Some((_, members)) => members.extend([*a, *b]),
                    None => groups.push((hazard, vec![*a, *b])),
                }
            }
        }
    }
    groups.sort_by_key(|(hazard, _)| hazard.severity);
    let collision = |(hazard, more, members): (model::Hazard, usize, Vec<SessionId>)| Collision {
        kind: hazard.kind,
        severity: hazard.severity.name(),
        forbids_overlap: hazard.severity.forbids_overlap(),
        sessions: members.iter().map(|id| times::name(noxfile, *id).to_owned()).collect(),
        reason: match more {
            0 => hazard.reason,
            more => format!("{}; so it is with {} beside it", hazard.reason, words::count(more, "more file")),
        },
        cure: hazard.cure,
    };
    by_folder(groups).into_iter().map(collision).collect()
}

/// The hazards with what follows each: the number of files beside its own over which the same sessions do the same.
fn by_folder(groups: Vec<(model::Hazard, Vec<SessionId>)>) -> Vec<(model::Hazard, usize, Vec<SessionId>)> {
    let folder = |hazard: &model::Hazard| match &hazard.resource {
        Resource::Path(path) => path.rsplit_once('/').map(|(folder, _)| folder.to_owned()),
        _ => None,
    };
    let mut out: Vec<(model::Hazard, usize, Vec<SessionId>)> = Vec::new();
    for (hazard, mut members) in groups {
        members.sort();
        members.dedup();
        let is_alike = |(known, _, others): &&mut (model::Hazard, usize, Vec<SessionId>)| {
            let same = (known.kind, known.severity, &known.cure) == (hazard.kind, hazard.severity, &hazard.cure);
            same && *others == members && folder(known).is_some() && folder(known) == folder(&hazard)
        };
        match out.iter_mut().find(is_alike) {
            Some((_, more, _)) => *more += 1,
            None => out.push((hazard, 0, members)),
        }
    }
    out
}

fn needless(snapshot: &Snapshot, id: WorkflowId, workflow: &WorkflowModel, at: usize, job: &Job) -> Vec<NeedlessNeeds> {
    let Some(file) = snapshot.file(workflow.file) else { return Vec::new() };
    let idle = job.needs.iter().filter(|(name, _)| {
        let from = subject::job_named(&workflow.facts.jobs, name);
        from.is_some_and(|from| {
            from != at && !job.steps.is_empty() && needs::carried(snapshot, id, from, at).is_empty()
        })
    });
    let idle = idle.map(|(name, span)| NeedlessNeeds {
        path: file.path.clone(),
        line: file.document.lines().line(span.start) + 1,
        job: job.id.clone(),
        needs: name.clone(),
    });
    idle.collect()
}

impl Audit {
    /// The sequences, each with the others that say the same of the same calls, which stand in a file that several jobs use:
    /// told with the job that has the calls itself, else with the first.
    pub fn told_once(&self) -> Vec<(&SequenceAudit, Vec<&SequenceAudit>)> {
        let mut told: Vec<(&SequenceAudit, Vec<&SequenceAudit>)> = Vec::new();
        for sequence in &self.sequences {
            match told.iter_mut().find(|(first, _)| first.says_what(sequence)) {
                Some((first, others)) if !first.called.is_empty() && sequence.called.is_empty() => {
                    others.insert(0, std::mem::replace(first, sequence));
                }
                Some((_, others)) => others.push(sequence),
                None => told.push((sequence, Vec::new())),
            }
        }
        told
    }

    /// The noxfiles, each with the paths of others of which the same is to be said.
    pub fn noxfiles_told_once(&self) -> Vec<(&NoxfileAudit, Vec<&str>)> {
        let mut told: Vec<(&NoxfileAudit, Vec<&str>)> = Vec::new();
        for noxfile in &self.noxfiles {
            let is_alike = |(first, _): &&mut (&NoxfileAudit, Vec<&str>)| {
                let renamed = || NoxfileAudit { file: noxfile.file, path: noxfile.path.clone(), ..(*first).clone() };
                first.sessions.len() == noxfile.sessions.len() && renamed() == *noxfile
            };
            match told.iter_mut().find(is_alike) {
                Some((_, others)) => others.push(&noxfile.path),
                None => told.push((noxfile, Vec::new())),
            }
        }
        told
    }
}

impl SequenceAudit {
    /// Whether both are the same calls with the same sessions, order and times.
    fn says_what(&self, other: &Self) -> bool {
        (&self.calls, &self.sessions, &self.needed) == (&other.calls, &other.sessions, &other.needed)
            && (&self.hazards, &self.unknown, &self.forecasts) == (&other.hazards, &other.unknown, &other.forecasts)
    }

    /// Time of the job as it is, seconds.
    pub fn now_seconds(&self) -> Option<f64> {
        self.forecasts.iter().find(|forecast| forecast.way == Way::Now).map(|forecast| forecast.makespan.seconds)
    }

    /// The fastest way that is not today's.
    pub fn best(&self) -> Option<&Forecast> {
        let others = self.forecasts.iter().filter(|forecast| forecast.way != Way::Now);
        others.min_by(|a, b| a.makespan.seconds.total_cmp(&b.makespan.seconds))
    }
}

#[cfg(test)]
mod tests;
