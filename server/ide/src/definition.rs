//! Go to definition: from a name in a workflow to the session in the noxfile, from `needs` to the job, and within the
//! noxfile from `requires=` and `notify` to the session.

use model::FileId;
use syntax::Span;

use crate::snapshot::{FilePos, Snapshot};
use crate::subject::{self, Subject};

/// Where a definition stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Target {
    /// The word under the cursor.
    pub origin: Span,
    /// The file it leads to.
    pub file: FileId,
    /// All of the definition.
    pub span: Span,
    /// Its name.
    pub name_span: Span,
}

/// Where the word at `pos` is defined. A call without a name leads to every session it runs.
pub fn definition(snapshot: &Snapshot, pos: FilePos) -> Vec<Target> {
    let Some(found) = subject::at(snapshot, pos) else { return Vec::new() };
    let workspace = &snapshot.workspace;
    let session = |noxfile: model::NoxfileId, session: model::SessionId| {
        let model = workspace.noxfiles.get(noxfile.0)?;
        let facts = model.facts.sessions.get(session.0)?;
        Some(Target { origin: found.span, file: model.file, span: facts.span, name_span: facts.name_span })
    };
    match found.subject {
        Subject::Session(noxfile, id, _) => session(noxfile, id).into_iter().collect(),
        Subject::Call(workflow, _) | Subject::Step(workflow, ..) => {
            let Some(model) = workspace.workflows.get(workflow.0) else { return Vec::new() };
            let at = match found.subject {
                Subject::Call(_, link) => subject::together(model, link),
                Subject::Step(_, job, step) => subject::of_step(model, job, step),
                _ => Vec::new(),
            };
            let links = at.into_iter().filter_map(|at| model.links.get(at));
            let runs = links.flat_map(|link| link.runs.iter().map(move |run| (link.noxfile, run)));
            runs.filter_map(|(noxfile, run)| session(noxfile?, run.session)).collect()
        }
        Subject::Need(workflow, _, needed) => {
            let model = workspace.workflows.get(workflow.0);
            let job = model.and_then(|model| Some((model.file, model.facts.jobs.get(needed)?)));
            job.map(|(file, job)| Target { origin: found.span, file, span: job.span, name_span: job.id_span })
                .into_iter()
                .collect()
        }
        Subject::Use(workflow, used) => {
            let used = workspace.workflows.get(workflow.0).and_then(|model| model.uses.get(used));
            let start = Span::default();
            used.map(|used| Target { origin: found.span, file: used.file, span: start, name_span: start })
                .into_iter()
                .collect()
        }
        Subject::Job(..) | Subject::Matrix(..) | Subject::Workflow(_) => Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use expect_test::{Expect, expect};

    use super::*;
    use crate::fixture::Fixture;

    const NOXFILE: &str = r#"
        import nox
        @nox.session(requires=["bui<|>ld"])
        def tests(session): ...
        @nox.session
        def build(session): ...
    "#;

    #[test]
    fn a_requirement_leads_to_its_session() {
        check(&format!("#- noxfile.py{NOXFILE}"), expect!["noxfile.py: build"]);
    }

    #[test]
    fn a_name_in_a_workflow_leads_to_the_noxfile() {
        let workflow = "
        #- .github/workflows/ci.yml
        on: push
        jobs:
          a:
            runs-on: x
            steps:
              - run: nox -s te<|>sts
        ";
        let noxfile = NOXFILE.replace("<|>", "");
        check(&format!("        #- noxfile.py{noxfile}{workflow}"), expect!["noxfile.py: tests"]);
    }

    #[test]
    fn a_need_leads_to_its_job() {
        let fixture = "
        #- .github/workflows/ci.yml
        on: push
        jobs:
          first:
            runs-on: x
            steps: []
          second:
            needs: fir<|>st
            runs-on: x
            steps: []
        ";
        check(fixture, expect![".github/workflows/ci.yml: first"]);
    }

    #[test]
    fn what_a_step_uses_leads_to_the_action() {
        let fixture = "
        #- .github/actions/x/action.yml
        runs: {using: composite, steps: []}
        #- .github/workflows/ci.yml
        on: push
        jobs:
          a:
            runs-on: x
            steps:
              - uses: ./.github/act<|>ions/x
        ";
        check(fixture, expect![".github/actions/x/action.yml: "]);
    }

    #[track_caller]
    fn check(fixture: &str, expected: Expect) {
        let fixture = Fixture::new(fixture);
        let pos = FilePos { file: fixture.file, offset: fixture.span.start };
        let lines = definition(&fixture.snapshot, pos).into_iter().map(|target| {
            let file = fixture.snapshot.file(target.file).expect("a file of the snapshot");
            format!("{}: {}", file.path, target.name_span.of(file.document.text()))
        });
        expected.assert_eq(&lines.collect::<Vec<_>>().join("\n"));
    }
}
