//! The graph of everything: sessions with order and hazards, jobs with `needs`. Data for programs and pictures; `app`
//! writes it as JSON, DOT, Mermaid or text.

use std::collections::{BTreeSet, VecDeque};

use model::{Edge, EdgeKind, Estimate, FileId, NoxfileId, NoxfileModel, Resource, SessionId, WorkflowId};

use syntax::Span;

use crate::audit::{SessionAudit, session_lines};
use crate::needs;
use crate::snapshot::Snapshot;
use crate::times::{self, JobTimes};

/// Sessions whose pairs are compared; a larger noxfile gets its order but no hazards.
const MAX_COMPARED: usize = 300;

/// What the workspace's files mean together.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Graph {
    /// One entry per noxfile.
    pub noxfiles: Vec<SessionGraph>,
    /// One entry per workflow.
    pub workflows: Vec<JobGraph>,
}

/// Sessions of one noxfile.
#[derive(Clone, Debug, PartialEq)]
pub struct SessionGraph {
    /// Its path.
    pub path: String,
    /// By session: name, time, slack.
    pub sessions: Vec<SessionAudit>,
    /// Order, by (from, to).
    pub edges: Vec<GraphEdge>,
    /// Pairs that disturb each other, worst first.
    pub hazards: Vec<GraphHazard>,
    /// Whether all sessions could be read.
    pub is_complete: bool,
    /// Whether its pairs were compared at all.
    pub is_compared: bool,
}

/// Jobs of one workflow.
#[derive(Clone, Debug, PartialEq)]
pub struct JobGraph {
    /// Its path.
    pub path: String,
    /// First start to last end on the forge's runners, seconds.
    pub makespan: f64,
    /// Its jobs.
    pub jobs: Vec<GraphJob>,
    /// `needs`, as written.
    pub edges: Vec<GraphEdge>,
}

/// One job.
#[derive(Clone, Debug, PartialEq)]
pub struct GraphJob {
    /// Its id.
    pub id: String,
    /// Start to end, overhead included.
    pub estimate: Estimate,
    /// How late it may start, seconds.
    pub slack: f64,
    /// On the critical path.
    pub is_critical: bool,
    /// Sessions that its nox calls run.
    pub sessions: Vec<String>,
}

/// `to` comes after `from`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GraphEdge {
    /// Comes first.
    pub from: String,
    /// Comes after.
    pub to: String,
    /// `requires`, `notify`, `needs`, `data`, `gate` or `order`.
    pub kind: &'static str,
    /// How sure, as [`model::Evidence::name`] says it.
    pub evidence: &'static str,
    /// Why.
    pub reason: String,
    /// Whether a plan must keep it.
    pub is_needed: bool,
    /// Whether other needed edges say the same.
    pub is_implied: bool,
    /// The place that shows it.
    pub place: Option<(FileId, Span)>,
}

/// Two sessions that disturb each other when they run at once.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GraphHazard {
    /// The kind's id.
    pub kind: &'static str,
    /// The two; the same twice for two instances of one session.
    pub between: (String, String),
    /// How bad.
    pub severity: &'static str,
    /// What they share.
    pub resource: String,
    /// What happens.
    pub reason: String,
    /// What to do; empty when they must simply not overlap.
    pub cure: String,
    /// The two places in the noxfile.
    pub places: [(FileId, Span); 2],
}

/// The graph of everything in `snapshot`.
pub fn graph(snapshot: &Snapshot) -> Graph {
    let workspace = &snapshot.workspace;
    Graph {
        noxfiles: (0..workspace.noxfiles.len()).filter_map(|at| sessions(snapshot, NoxfileId(at))).collect(),
        workflows: (0..workspace.workflows.len()).filter_map(|at| jobs(snapshot, WorkflowId(at))).collect(),
    }
}

/// Its name for programs.
pub(crate) fn kind_name(kind: EdgeKind) -> &'static str {
    match kind {
        EdgeKind::Requires => "requires",
        EdgeKind::Notify => "notify",
        EdgeKind::Needs => "needs",
        EdgeKind::Data => "data",
        EdgeKind::Variable => "variable",
        EdgeKind::Gate => "gate",
        EdgeKind::Order => "order",
    }
}

/// What is shared, without decoration: a path, or words.
pub(crate) fn resource_name(resource: &Resource) -> String {
    match resource {
        Resource::Path(path) => path.clone(),
        Resource::Sources => "the sources".to_owned(),
        Resource::Git => "git".to_owned(),
        Resource::Port(port) => format!("port {port}"),
        Resource::Service(name) => name.clone(),
        Resource::Variable(name) => format!("the variable {name}"),
        Resource::World => "the world outside".to_owned(),
    }
}

fn sessions(snapshot: &Snapshot, id: NoxfileId) -> Option<SessionGraph> {
    let model = snapshot.workspace.noxfiles.get(id.0)?;
    let implied = implied(model);
    let edges = model.edges.iter().map(|edge| GraphEdge {
        from: times::name(model, edge.from).to_owned(),
        to: times::name(model, edge.to).to_owned(),
        kind: kind_name(edge.kind),
        evidence: edge.evidence.name(),
        reason: edge.reason.clone(),
        is_needed: edge.is_needed(),
        is_implied: edge.is_needed() && implied.contains(&(edge.from, edge.to)),
        place: edge.place,
    });
    let is_compared = model.facts.sessions.len() <= MAX_COMPARED;
    Some(SessionGraph {
        path: snapshot.file(model.file)?.path.clone(),
        sessions: session_lines(model),
        edges: edges.collect(),
        hazards: if is_compared { hazards(snapshot, id, model) } else { Vec::new() },
        is_complete: model.facts.unknown.is_empty() && model.facts.sessions.iter().all(|session| session.complete),
        is_compared,
    })
}

fn hazards(snapshot: &Snapshot, id: NoxfileId, model: &NoxfileModel) -> Vec<GraphHazard> {
    let count = model.facts.sessions.len();
    let mut found = Vec::new();
    for a in 0..count {
        for b in a..count {
            let is_one = model.facts.sessions.get(a).is_some_and(|session| session.instances.len() < 2);
            if a != b || !is_one {
                found.extend(snapshot.workspace.hazards_between(id, SessionId(a), SessionId(b)));
            }
        }
    }
    found.sort_by_key(|hazard| (hazard.severity, hazard.between));
    let found = found.into_iter().map(|hazard| GraphHazard {
        kind: hazard.kind,
        between: (times::name(model, hazard.between.0).to_owned(), times::name(model, hazard.between.1).to_owned()),
        severity: hazard.severity.name(),
        resource: resource_name(&hazard.resource),
        reason: hazard.reason,
        cure: hazard.cure,
        places: [(model.file, hazard.places.0), (model.file, hazard.places.1)],
    });
    found.collect()
}

/// Pairs with a needed edge that other needed edges make superfluous. On a circle nothing is: there is no reduction.
fn implied(model: &NoxfileModel) -> BTreeSet<(SessionId, SessionId)> {
    let mut after = vec![Vec::new(); model.facts.sessions.len()];
    for edge in model.edges.iter().filter(|edge| edge.is_needed()) {
        if let Some(list) = after.get_mut(edge.from.0).filter(|list| !list.contains(&edge.to)) {
            list.push(edge.to);
        }
    }
    let mut out = BTreeSet::default();
    for (from, direct) in after.iter().enumerate() {
        let from = SessionId(from);
        // All that is two or more edges away.
        let mut seen = BTreeSet::default();
        let next = |session: SessionId| after.get(session.0).into_iter().flatten().copied();
        let mut open: Vec<SessionId> = direct.iter().flat_map(|first| next(*first)).collect();
        while let Some(session) = open.pop() {
            if seen.insert(session) {
                open.extend(next(session));
            }
        }
        if !seen.contains(&from) {
            out.extend(direct.iter().filter(|to| seen.contains(*to)).map(|to| (from, *to)));
        }
    }
    out
}

fn jobs(snapshot: &Snapshot, id: WorkflowId) -> Option<JobGraph> {
    let workspace = &snapshot.workspace;
    let model = workspace.workflows.get(id.0)?;
    let times = JobTimes::of(workspace, model);
    let jobs = model.facts.jobs.iter().zip(&model.jobs).enumerate().map(|(at, (job, estimate))| {
        let mut sessions: Vec<String> = Vec::new();
        for link in model.links.iter().filter(|link| link.site.job == at) {
            let Some(noxfile) = link.noxfile.and_then(|id| workspace.noxfiles.get(id.0)) else { continue };
            for run in link.runs.iter() {
                let name = times::name(noxfile, run.session);
                if !sessions.iter().any(|known| known == name) {
                    sessions.push(name.to_owned());
                }
            }
        }
        GraphJob {
            id: job.id.clone(),
            estimate: *estimate,
            slack: times.analysis.slack.get(at).copied().unwrap_or_default(),
            is_critical: times.analysis.critical_path.iter().any(|task| task.0 == at),
            sessions,
        }
    });
    let edges = model.needs.iter().filter_map(|(from, to)| {
        let (first, second) = (model.facts.jobs.get(*from)?, model.facts.jobs.get(*to)?);
        let carried = needs::carried(snapshot, id, *from, *to);
        let reason = match carried.first() {
            Some(reason) => format!("`{}` needs `{}`: {reason}", second.id, first.id),
            None => format!("`{}` needs `{}` but takes nothing from it", second.id, first.id),
        };
        let written = second.needs.iter().find(|(name, _)| name.eq_ignore_ascii_case(&first.id));
        Some(GraphEdge {
            from: first.id.clone(),
            to: second.id.clone(),
            kind: "needs",
            evidence: "declared",
            reason,
            is_needed: !carried.is_empty(),
            is_implied: false,
            place: written.map(|(_, span)| (model.file, *span)),
        })
    });
    Some(JobGraph {
        path: snapshot.file(model.file)?.path.clone(),
        makespan: times.makespan,
        edges: edges.collect(),
        jobs: jobs.collect(),
    })
}

/// The edges of a shortest way over needed edges from `from` to `to`.
pub(crate) fn way(model: &NoxfileModel, from: SessionId, to: SessionId) -> Vec<&Edge> {
    let mut came: Vec<Option<&Edge>> = vec![None; model.facts.sessions.len()];
    let mut queue = VecDeque::from([from]);
    while let Some(session) = queue.pop_front() {
        for edge in model.edges.iter().filter(|edge| edge.from == session && edge.is_needed()) {
            let Some(slot) = came.get_mut(edge.to.0).filter(|slot| slot.is_none() && edge.to != from) else { continue };
            *slot = Some(edge);
            queue.push_back(edge.to);
        }
    }
    let mut out = Vec::new();
    let mut at = to;
    while let Some(edge) = came.get(at.0).copied().flatten() {
        out.push(edge);
        at = edge.from;
    }
    out.reverse();
    out
}

#[cfg(test)]
mod tests {
    use std::fmt::Write;

    use expect_test::{Expect, expect};

    use super::*;
    use crate::fixture::Fixture;

    #[test]
    fn order_and_collisions_of_a_noxfile_and_jobs_of_a_workflow() {
        check_graph(
            "
            #- noxfile.py
            import nox
            @nox.session
            def build(session):
                session.run('python', '-m', 'build')
            @nox.session(requires=['build'])
            def tests(session):
                session.run('coverage', 'run', '-m', 'pytest')
            @nox.session(requires=['build', 'tests'])
            def report(session):
                session.run('coverage', 'report')
            #- timings
            build 20 20 20
            tests 60 60 60
            report 5 5 5
            #- .github/workflows/ci.yml
            on: push
            jobs:
              one: { runs-on: x, steps: [{ run: nox -s build }] }
              two: { runs-on: x, needs: one, steps: [{ run: nox -s tests --no-dependencies }] }
            ",
            expect![[r#"
                noxfile.py
                  build 20 slack 0 critical
                  tests 60 slack 0 critical
                  report 5 slack 0 critical
                  build -> tests requires/declared
                  build -> report requires/declared implied
                  tests -> report requires/declared
                  tests -> report data/default path
                  tests / report loses data .coverage
                .github/workflows/ci.yml 160
                  one 60 slack 0 critical [build]
                  two 100 slack 0 critical [tests]
                  one -> two: `two` needs `one`: `tests` requires `build`
            "#]],
        );
    }

    #[track_caller]
    fn check_graph(fixture: &str, expected: Expect) {
        let fixture = Fixture::new(fixture);
        let graph = graph(&fixture.snapshot);
        let mut out = String::new();
        let mark = |flag: bool, word: &'static str| if flag { word } else { "" };
        for noxfile in &graph.noxfiles {
            let _ = writeln!(out, "{}", noxfile.path);
            for it in &noxfile.sessions {
                let critical = mark(it.is_critical, " critical");
                let _ = writeln!(out, "  {} {} slack {}{critical}", it.name, it.estimate.seconds, it.slack);
            }
            for it in &noxfile.edges {
                let implied = mark(it.is_implied, " implied");
                let _ = writeln!(out, "  {} -> {} {}/{}{implied}", it.from, it.to, it.kind, it.evidence);
            }
            for it in &noxfile.hazards {
                let _ = writeln!(out, "  {} / {} {} {}", it.between.0, it.between.1, it.severity, it.resource);
            }
        }
        for workflow in &graph.workflows {
            let _ = writeln!(out, "{} {}", workflow.path, workflow.makespan);
            for it in &workflow.jobs {
                let critical = mark(it.is_critical, " critical");
                let _ = writeln!(
                    out,
                    "  {} {} slack {}{critical} [{}]",
                    it.id,
                    it.estimate.seconds,
                    it.slack,
                    it.sessions.join(", ")
                );
            }
            for it in &workflow.edges {
                let _ = writeln!(out, "  {} -> {}: {}", it.from, it.to, it.reason);
            }
        }
        expected.assert_eq(&out);
    }
}
