//! Code lenses: run this session, run everything side by side, run again what failed.

use std::collections::BTreeMap;

use facts::noxfile::NoxfileFacts;
use facts::workflow::WorkflowFacts;
use model::{FileId, NoxfileModel, SessionId, WorkflowId};
use syntax::Span;

use crate::snapshot::{FileFacts, Snapshot};
use crate::times;
use crate::words;

/// A lens above a line: a title and what a click runs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lens {
    /// The line's thing.
    pub span: Span,
    /// What it says.
    pub title: String,
    /// Sessions a click runs; empty: the noxfile's default ones.
    pub sessions: Vec<String>,
    /// `true`: also what they need; `false`: they alone; `None`: what nox itself would run with them.
    pub with_dependencies: Option<bool>,
}

/// Signatures of sessions that did not pass when they ran last, by the folder of their noxfile.
pub type Unfinished = BTreeMap<String, Vec<String>>;

/// The lenses of `file`: on top of a noxfile and on each of its sessions; on each job of a workflow that runs sessions.
pub fn lenses(snapshot: &Snapshot, file: FileId, unfinished: &Unfinished) -> Vec<Lens> {
    let workspace = &snapshot.workspace;
    match snapshot.file(file).map(|file| &file.facts) {
        Some(FileFacts::Noxfile(facts)) => {
            let model = workspace.noxfile_of(file).and_then(|id| workspace.noxfiles.get(id.0));
            model.map_or_else(Vec::new, |model| of_noxfile(facts, model, unfinished))
        }
        Some(FileFacts::Workflow(facts)) => {
            workspace.workflow_of(file).map_or_else(Vec::new, |id| of_workflow(snapshot, id, facts))
        }
        _ => Vec::new(),
    }
}

fn of_noxfile(facts: &NoxfileFacts, model: &NoxfileModel, unfinished: &Unfinished) -> Vec<Lens> {
    let mut out = Vec::new();
    let top = Span::empty(0);
    if times::defaults(model).len() > 1 {
        let title = "Run everything in parallel".to_owned();
        out.push(Lens { span: top, title, sessions: Vec::new(), with_dependencies: None });
    }
    // Those that the noxfile no longer has cannot be run again.
    let failed = unfinished.get(&model.folder).into_iter().flatten();
    let failed: Vec<String> = failed.filter(|name| model.by_name.contains_key(*name)).cloned().collect();
    if !failed.is_empty() {
        let title = match failed.as_slice() {
            [only] => format!("Re-run failed: {only}"),
            _ => format!("Re-run failed: {} sessions", failed.len()),
        };
        out.push(Lens { span: top, title, sessions: failed, with_dependencies: Some(false) });
    }
    for (at, session) in facts.sessions.iter().enumerate() {
        let span = session.decorator.span;
        let sessions = vec![session.name.clone()];
        let time = model.local.total(SessionId(at)).as_ref().map(words::estimate).unwrap_or_default();
        let title = format!("Run · {time}");
        out.push(Lens { span, title, sessions: sessions.clone(), with_dependencies: Some(false) });
        if model.edges.iter().any(|edge| edge.to.0 == at && edge.is_dependency()) {
            let title = "Run with dependencies".to_owned();
            out.push(Lens { span, title, sessions, with_dependencies: Some(true) });
        }
    }
    out
}

/// A click runs in the editor what the job runs on the forge. One whose sessions lie in several noxfiles has no lens.
fn of_workflow(snapshot: &Snapshot, id: WorkflowId, facts: &WorkflowFacts) -> Vec<Lens> {
    let workspace = &snapshot.workspace;
    let Some(workflow) = workspace.workflows.get(id.0) else { return Vec::new() };
    let mut out = Vec::new();
    for (at, job) in facts.jobs.iter().enumerate() {
        let mut links = workflow.links.iter().filter(|link| link.site.job == at && link.noxfile.is_some()).peekable();
        let Some(first) = links.peek().and_then(|link| link.noxfile) else { continue };
        let Some(noxfile) = workspace.noxfiles.get(first.0) else { continue };
        let (mut signatures, mut names, mut is_one) = (Vec::new(), Vec::new(), true);
        for link in links {
            is_one &= link.noxfile == Some(first);
            for run in link.runs.iter().filter(|run| !run.is_prerequisite) {
                let Some(session) = noxfile.facts.sessions.get(run.session.0) else { continue };
                push_new(&mut names, &session.name);
                let instances = run.instances.iter().filter_map(|at| session.instances.get(*at));
                instances.for_each(|instance| push_new(&mut signatures, &instance.signature));
            }
        }
        let title = match (names.as_slice(), signatures.len()) {
            ([], _) => continue,
            ([only], 1) => format!("Run {only} here"),
            (_, count) => format!("Run its {count} sessions in parallel here"),
        };
        if is_one {
            out.push(Lens { span: job.id_span, title, sessions: signatures, with_dependencies: None });
        }
    }
    out
}

fn push_new(list: &mut Vec<String>, name: &str) {
    if !list.iter().any(|known| known == name) {
        list.push(name.to_owned());
    }
}

#[cfg(test)]
mod tests {
    use expect_test::{Expect, expect};

    use super::*;
    use crate::fixture::Fixture;

    const NOXFILE: &str = r#"
        #- noxfile.py
        import nox
        @nox.session
        def build(session): ...
        @nox.session(requires=["build"], python=["3.12", "3.13"])
        def tests(session): ...
        @nox.session(default=False)
        def clean(session): ...
        #- timings
        build 12
        tests-3.12 30
    "#;

    #[test]
    fn sessions_run_alone_or_with_what_they_need() {
        check(
            NOXFILE,
            &[],
            expect![[r#"
                1: Run everything in parallel [] None
                2: Run · 10 s ["build"] Some(false)
                4: Run · 1 m ["tests"] Some(false)
                4: Run with dependencies ["tests"] Some(true)
                6: Run · ~1 m 15 s ["clean"] Some(false)
            "#]],
        );
    }

    #[test]
    fn what_failed_last_time_can_be_run_again() {
        check(
            NOXFILE,
            &["tests-3.13", "gone"],
            expect![[r#"
                1: Run everything in parallel [] None
                1: Re-run failed: tests-3.13 ["tests-3.13"] Some(false)
                2: Run · 10 s ["build"] Some(false)
                4: Run · 1 m ["tests"] Some(false)
                4: Run with dependencies ["tests"] Some(true)
                6: Run · ~1 m 15 s ["clean"] Some(false)
            "#]],
        );
    }

    #[test]
    fn a_job_offers_what_it_runs() {
        let workflow = r#"
        #- .github/workflows/ci.yml
        on: push
        jobs:
          build:
            runs-on: x
            steps:
              - run: nox -s build
          tests:
            runs-on: x
            strategy:
              matrix:
                python: ["3.12", "3.13"]
            steps:
              - run: nox -s tests-${{ matrix.python }}
          docs:
            runs-on: x
            steps:
              - run: make docs
        "#;
        let noxfile = NOXFILE.split("        #- timings").next().expect("the noxfile");
        check(
            &format!("{}{noxfile}", workflow.trim_end_matches(' ')),
            &[],
            expect![[r#"
            3: Run build here ["build"] None
            7: Run its 2 sessions in parallel here ["tests-3.12", "tests-3.13"] None
        "#]],
        );
    }

    #[track_caller]
    fn check(fixture: &str, failed: &[&str], expected: Expect) {
        let fixture = Fixture::new(fixture);
        let failed = failed.iter().map(|name| (*name).to_owned()).collect();
        let unfinished = Unfinished::from([(String::new(), failed)]);
        let text = fixture.snapshot.file(fixture.file).expect("a file").document.text();
        let lines = lenses(&fixture.snapshot, fixture.file, &unfinished).into_iter().map(|lens| {
            let line = text[..lens.span.start as usize].matches('\n').count() + 1;
            format!("{line}: {} {:?} {:?}\n", lens.title, lens.sessions, lens.with_dependencies)
        });
        expected.assert_eq(&lines.collect::<String>());
    }
}
