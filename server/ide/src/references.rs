//! Where a session or a job is named: references, highlights, and what a rename has to change.

use facts::noxfile::ActionKind;
use model::{FileId, NoxfileId, SessionId, WorkflowId};
use syntax::Span;

use crate::snapshot::{FilePos, Snapshot};
use crate::subject::{self, Subject};

/// A place that names it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Mention {
    /// The file.
    pub file: FileId,
    /// The words.
    pub span: Span,
    /// This is where it is defined.
    pub is_definition: bool,
}

/// All places that name what stands at `pos`, its definition included, file by file.
pub fn references(snapshot: &Snapshot, pos: FilePos) -> Vec<Mention> {
    subject::at(snapshot, pos).map(|found| mentions(snapshot, found.subject)).unwrap_or_default()
}

/// All places that name `subject`.
pub(crate) fn mentions(snapshot: &Snapshot, subject: Subject) -> Vec<Mention> {
    let mut out = match subject {
        Subject::Session(noxfile, session, _) => of_session(snapshot, noxfile, session),
        Subject::Job(workflow, job) | Subject::Need(workflow, _, job) => of_job(snapshot, workflow, job),
        Subject::Call(..) | Subject::Use(..) | Subject::Step(..) | Subject::Matrix(..) | Subject::Workflow(_) => {
            Vec::new()
        }
    };
    let place = |file: FileId| snapshot.files.iter().position(|state| state.id == file);
    out.sort_by_key(|mention| (place(mention.file), mention.span.start, mention.span.end));
    out.dedup_by_key(|mention| (mention.file, mention.span));
    out
}

fn of_session(snapshot: &Snapshot, noxfile: NoxfileId, id: SessionId) -> Vec<Mention> {
    let workspace = &snapshot.workspace;
    let Some(model) = workspace.noxfiles.get(noxfile.0) else { return Vec::new() };
    let Some(session) = model.facts.sessions.get(id.0) else { return Vec::new() };
    let mut out = vec![Mention { file: model.file, span: session.name_span, is_definition: true }];
    let here = |span| Mention { file: model.file, span, is_definition: false };
    let is_it = |name: &str| model.by_name.get(name) == Some(&id);
    for other in &model.facts.sessions {
        // `tests-{python}` is filled in later; it names the session all the same.
        let required = other.requires.iter().filter(|(name, _)| is_it(name.split("-{").next().unwrap_or(name)));
        out.extend(required.map(|(_, span)| here(*span)));
        for action in &other.actions {
            if let ActionKind::Notify { target } = &action.kind
                && target.word().is_some_and(is_it)
            {
                out.push(here(target.span()));
            }
        }
    }
    let defaults = model.facts.options.sessions.as_ref().and_then(|known| known.value());
    out.extend(defaults.into_iter().flatten().filter(|(name, _)| is_it(name)).map(|(_, span)| here(*span)));
    for workflow in &workspace.workflows {
        for link in workflow.links.iter().filter(|link| link.noxfile == Some(noxfile)) {
            let job = workflow.facts.jobs.get(link.site.job);
            let call = job.and_then(|job| subject::call(job, link.site)).filter(|call| call.through.is_none());
            if call.is_none() {
                continue; // named in a file that the step runs
            }
            let words = link.runs.iter().filter(|run| run.session == id).filter_map(|run| run.word);
            out.extend(words.map(|span| Mention { file: workflow.file, span, is_definition: false }));
        }
    }
    out
}

fn of_job(snapshot: &Snapshot, workflow: WorkflowId, job: usize) -> Vec<Mention> {
    let Some(model) = snapshot.workspace.workflows.get(workflow.0) else { return Vec::new() };
    let Some(defined) = model.facts.jobs.get(job) else { return Vec::new() };
    let mut out = vec![Mention { file: model.file, span: defined.id_span, is_definition: true }];
    let is_it = |id: &str| id.eq_ignore_ascii_case(&defined.id);
    for other in &model.facts.jobs {
        let named = other.needs.iter().chain(&other.reads_needs).filter(|(id, _)| is_it(id));
        out.extend(named.map(|(_, span)| Mention { file: model.file, span: *span, is_definition: false }));
    }
    out
}

#[cfg(test)]
mod tests {
    use expect_test::{Expect, expect};

    use super::*;
    use crate::fixture::Fixture;

    #[test]
    fn a_session_is_named_in_the_noxfile_and_in_workflows() {
        check(
            r#"
            #- .github/workflows/ci.yml
            on: push
            jobs:
              a:
                runs-on: x
                steps:
                  - run: nox -s te<|>sts-3.12 lint
                  - run: uvx nox -s lint tests
            #- noxfile.py
            import nox
            nox.options.sessions = ["lint", "tests"]
            @nox.session
            def lint(session): session.notify("tests")
            @nox.session(python=["3.12", "3.13"])
            def tests(session): ...
            @nox.session(python=["3.12", "3.13"], requires=["tests-{python}"])
            def report(session): ...
            "#,
            expect![[r#"
                .github/workflows/ci.yml:6 tests-3.12
                .github/workflows/ci.yml:7 tests
                noxfile.py:2 tests
                noxfile.py:4 tests
                noxfile.py:6 tests (definition)
                noxfile.py:7 tests-{python}
            "#]],
        );
    }

    #[test]
    fn a_job_is_named_by_those_that_wait_for_it() {
        check(
            r#"
            #- .github/workflows/ci.yml
            on: push
            jobs:
              fir<|>st:
                runs-on: x
                steps: []
              second:
                needs: [first]
                if: needs.first.result == 'success'
                runs-on: x
                steps: []
            "#,
            expect![[r#"
                .github/workflows/ci.yml:3 first (definition)
                .github/workflows/ci.yml:7 first
                .github/workflows/ci.yml:8 first
            "#]],
        );
    }

    #[track_caller]
    fn check(fixture: &str, expected: Expect) {
        let fixture = Fixture::new(fixture);
        let pos = FilePos { file: fixture.file, offset: fixture.span.start };
        let lines = references(&fixture.snapshot, pos).into_iter().map(|mention| {
            let file = fixture.snapshot.file(mention.file).expect("a file of the snapshot");
            let text = file.document.text();
            let line = text[..mention.span.start as usize].matches('\n').count() + 1;
            let definition = if mention.is_definition { " (definition)" } else { "" };
            format!("{}:{line} {}{definition}\n", file.path, mention.span.of(text))
        });
        expected.assert_eq(&lines.collect::<String>());
    }
}
