//! The graph as an editor walks it, by its call hierarchy: what a session or a job needs (outgoing), and what needs it or
//! runs it (incoming).

use model::{FileId, NoxfileId, SessionId, WorkflowId};
use syntax::Span;

use crate::snapshot::{FilePos, Snapshot};
use crate::subject::{self, Subject};
use crate::symbols::SymbolKind;
use crate::times;

/// A session or a job.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Node {
    /// Its name.
    pub name: String,
    /// Where it is, or why it is needed.
    pub detail: String,
    /// What it is.
    pub kind: SymbolKind,
    /// Its file.
    pub file: FileId,
    /// All of it.
    pub span: Span,
    /// Its name's place.
    pub name_span: Span,
}

/// A neighbour in the graph.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Neighbour {
    /// It.
    pub node: Node,
    /// The places that show the edge, in the file of whoever needs.
    pub places: Vec<Span>,
}

/// What stands at `pos`.
pub fn node_at(snapshot: &Snapshot, pos: FilePos) -> Option<Node> {
    match subject::at(snapshot, pos)?.subject {
        Subject::Session(noxfile, id, _) => session(snapshot, noxfile, id, ""),
        Subject::Job(workflow, job) | Subject::Need(workflow, _, job) => self::job(snapshot, workflow, job, ""),
        _ => None,
    }
}

/// What the thing at `pos` needs; of a job also the sessions it runs.
pub fn needed(snapshot: &Snapshot, pos: FilePos) -> Vec<Neighbour> {
    match subject::at(snapshot, pos).map(|found| found.subject) {
        Some(Subject::Session(noxfile, id, _)) => {
            session_edges(snapshot, noxfile, |edge| (edge.to == id).then_some((edge.from, id)))
        }
        Some(Subject::Job(workflow, at) | Subject::Need(workflow, _, at)) => {
            let mut out = jobs(snapshot, workflow, |(from, to)| (to == at).then_some((from, to)));
            out.extend(sessions_of(snapshot, workflow, at));
            out
        }
        _ => Vec::new(),
    }
}

/// What needs the thing at `pos`; of a session also the jobs that run it.
pub fn needing(snapshot: &Snapshot, pos: FilePos) -> Vec<Neighbour> {
    match subject::at(snapshot, pos).map(|found| found.subject) {
        Some(Subject::Session(noxfile, id, _)) => {
            let mut out = session_edges(snapshot, noxfile, |edge| (edge.from == id).then_some((edge.to, edge.to)));
            out.extend(jobs_that_run(snapshot, noxfile, id));
            out
        }
        Some(Subject::Job(workflow, at) | Subject::Need(workflow, _, at)) => {
            jobs(snapshot, workflow, |(from, to)| (from == at).then_some((to, to)))
        }
        _ => Vec::new(),
    }
}

/// Neighbours over the needed edges that `pick` takes: the other end, and the session whose place shows it.
fn session_edges(
    snapshot: &Snapshot,
    noxfile: NoxfileId,
    pick: impl Fn(&model::Edge) -> Option<(SessionId, SessionId)>,
) -> Vec<Neighbour> {
    let Some(model) = snapshot.workspace.noxfiles.get(noxfile.0) else { return Vec::new() };
    let mut out: Vec<Neighbour> = Vec::new();
    for edge in model.edges.iter().filter(|edge| edge.is_needed()) {
        let Some((other, shown_by)) = pick(edge) else { continue };
        let Some(node) = session(snapshot, noxfile, other, &edge.reason) else { continue };
        if out.iter().any(|known| known.node.name_span == node.name_span) {
            continue; // the best evidence stands first
        }
        let whole = model.facts.sessions.get(shown_by.0).map(|session| session.span.join(session.name_span));
        let place = edge.place.filter(|(file, _)| *file == model.file).map(|(_, span)| span);
        let place = place.filter(|place| whole.is_some_and(|whole| whole.covers(*place)));
        let name = model.facts.sessions.get(shown_by.0).map(|session| session.name_span);
        out.push(Neighbour { node, places: place.or(name).into_iter().collect() });
    }
    out
}

fn jobs(
    snapshot: &Snapshot,
    workflow: WorkflowId,
    pick: impl Fn((usize, usize)) -> Option<(usize, usize)>,
) -> Vec<Neighbour> {
    let Some(model) = snapshot.workspace.workflows.get(workflow.0) else { return Vec::new() };
    let found = model.needs.iter().filter_map(|need| {
        let (other, waiting) = pick(*need)?;
        let id = &model.facts.jobs.get(need.0)?.id;
        let named = model.facts.jobs.get(waiting)?.needs.iter().filter(|(name, _)| name.eq_ignore_ascii_case(id));
        let places = named.map(|(_, span)| *span).collect();
        Some(Neighbour { node: job(snapshot, workflow, other, "`needs`")?, places })
    });
    found.collect()
}

/// The sessions that a job's own calls run.
fn sessions_of(snapshot: &Snapshot, workflow: WorkflowId, at: usize) -> Vec<Neighbour> {
    let Some(model) = snapshot.workspace.workflows.get(workflow.0) else { return Vec::new() };
    let Some(facts) = model.facts.jobs.get(at) else { return Vec::new() };
    let mut out: Vec<Neighbour> = Vec::new();
    for link in model.links.iter().filter(|link| link.site.job == at) {
        let Some((noxfile, call)) = link.noxfile.zip(subject::call(facts, link.site)) else { continue };
        for run in link.runs.iter() {
            let Some(node) = session(snapshot, noxfile, run.session, "runs here") else { continue };
            let place = run.word.unwrap_or(call.span);
            match out.iter_mut().find(|known| known.node == node) {
                Some(known) => known.places.push(place),
                None => out.push(Neighbour { node, places: vec![place] }),
            }
        }
    }
    out
}

fn jobs_that_run(snapshot: &Snapshot, noxfile: NoxfileId, id: SessionId) -> Vec<Neighbour> {
    let mut out = Vec::new();
    for (at, model) in snapshot.workspace.workflows.iter().enumerate() {
        for job_at in 0..model.facts.jobs.len() {
            let runs = sessions_of(snapshot, WorkflowId(at), job_at);
            let target = session(snapshot, noxfile, id, "runs here");
            let found = runs.into_iter().find(|neighbour| Some(&neighbour.node) == target.as_ref());
            let node = job(snapshot, WorkflowId(at), job_at, &model.label);
            out.extend(found.zip(node).map(|(found, node)| Neighbour { node, places: found.places }));
        }
    }
    out
}

fn session(snapshot: &Snapshot, noxfile: NoxfileId, id: SessionId, detail: &str) -> Option<Node> {
    let model = snapshot.workspace.noxfiles.get(noxfile.0)?;
    let facts = model.facts.sessions.get(id.0)?;
    Some(Node {
        name: times::name(model, id).to_owned(),
        detail: detail.replace('`', ""),
        kind: SymbolKind::Session,
        file: model.file,
        span: facts.span.join(facts.name_span),
        name_span: facts.name_span,
    })
}

fn job(snapshot: &Snapshot, workflow: WorkflowId, at: usize, detail: &str) -> Option<Node> {
    let model = snapshot.workspace.workflows.get(workflow.0)?;
    let facts = model.facts.jobs.get(at)?;
    Some(Node {
        name: facts.id.clone(),
        detail: detail.replace('`', ""),
        kind: SymbolKind::Job,
        file: model.file,
        span: facts.span,
        name_span: facts.id_span,
    })
}

#[cfg(test)]
mod tests {
    use expect_test::{Expect, expect};

    use super::*;
    use crate::fixture::Fixture;

    const FILES: &str = "
        #- noxfile.py
        import nox
        @nox.session
        def build(session): session.run('python', '-m', 'build')
        @nox.session(requires=['build'])
        def tests(session): session.run('coverage', 'run', '-m', 'pytest')
        @nox.session
        def report(session): session.run('coverage', 'report')
        #- .github/workflows/ci.yml
        on: push
        jobs:
          first:
            runs-on: x
            steps: [{run: nox -s tests report}]
          second:
            needs: [first]
            runs-on: x
            steps: []
        ";

    #[test]
    fn a_session_needs_and_is_needed() {
        check(
            "def te",
            expect![[r#"
                tests
                  needs build (tests requires build): build
                  needed by report (report reads .coverage, which tests writes): session.run('coverage', 'report')
                  needed by first (ci.yml): tests
            "#]],
        );
    }

    #[test]
    fn a_job_needs_and_is_needed() {
        check(
            "  fir",
            expect![[r#"
                first
                  needs build (runs here): nox -s tests report
                  needs tests (runs here): tests
                  needs report (runs here): report
                  needed by second (needs): first
            "#]],
        );
        check(
            "  sec",
            expect![[r#"
            second
              needs first (needs): first
        "#]],
        );
    }

    #[track_caller]
    fn check(before: &str, expected: Expect) {
        let fixture = Fixture::new(&FILES.replacen(before, &format!("{before}<|>"), 1));
        let pos = FilePos { file: fixture.file, offset: fixture.span.start };
        let at = node_at(&fixture.snapshot, pos).expect("a session or a job");
        let mut out = format!("{}\n", at.name);
        let mut add = |word: &str, neighbour: &Neighbour, file: FileId| {
            let text = fixture.snapshot.file(file).expect("a file").document.text();
            let places: Vec<&str> = neighbour.places.iter().map(|span| span.of(text)).collect();
            let Node { name, detail, .. } = &neighbour.node;
            out.push_str(&format!("  {word} {name} ({detail}): {}\n", places.join(", ")));
        };
        needed(&fixture.snapshot, pos).iter().for_each(|it| add("needs", it, at.file));
        needing(&fixture.snapshot, pos).iter().for_each(|it| add("needed by", it, it.node.file));
        expected.assert_eq(&out);
    }
}
