//! Inlay hints: the time of each session and job at the end of its line, and how many jobs a matrix makes.

use facts::noxfile::NoxfileFacts;
use facts::workflow::{Strategy, WorkflowFacts};
use model::{Estimate, FileId, NoxfileModel, SessionId, WorkflowModel};
use syntax::Span;

use crate::snapshot::{FileFacts, Snapshot};
use crate::words;

/// A few words at the end of a line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hint {
    /// Where: the end of a line.
    pub offset: u32,
    /// What it says.
    pub label: String,
    /// More of it, for who points at it.
    pub tooltip: String,
}

/// The hints of `file` in the lines that `span` touches, in the order of the file.
pub fn hints(snapshot: &Snapshot, file: FileId, span: Span) -> Vec<Hint> {
    let workspace = &snapshot.workspace;
    let Some(state) = snapshot.file(file) else { return Vec::new() };
    let text = state.document.text();
    let mut out = match &state.facts {
        FileFacts::Noxfile(facts) => {
            let model = workspace.noxfile_of(file).and_then(|id| workspace.noxfiles.get(id.0));
            model.map_or_else(Vec::new, |model| of_noxfile(text, facts, model))
        }
        FileFacts::Workflow(facts) => {
            let model = workspace.workflow_of(file).and_then(|id| workspace.workflows.get(id.0));
            model.map_or_else(Vec::new, |model| of_workflow(text, facts, model))
        }
        _ => Vec::new(),
    };
    out.retain(|hint| span.start <= hint.offset && line_start(text, hint.offset) <= span.end);
    out.sort_by_key(|hint| hint.offset);
    out
}

fn of_noxfile(text: &str, facts: &NoxfileFacts, model: &NoxfileModel) -> Vec<Hint> {
    let here = facts.sessions.iter().enumerate().filter(|(_, session)| session.elsewhere.is_none());
    here.filter_map(|(at, session)| {
        let (each, count) = (model.local.of(SessionId(at)), session.instances.len());
        let time = words::each(each);
        let label = if count > 1 { format!("{time} × {count}") } else { time };
        let in_turn = if count > 1 { " each" } else { "" };
        let source = words::source(&model.local.total(SessionId(at))?);
        let tooltip = format!("`{}` takes this long{in_turn} on this machine ({source})", session.name);
        Some(Hint { offset: line_end(text, session.function_span.end), label, tooltip })
    })
    .collect()
}

fn of_workflow(text: &str, facts: &WorkflowFacts, model: &WorkflowModel) -> Vec<Hint> {
    let mut out = Vec::new();
    for (job, estimate) in facts.jobs.iter().zip(&model.jobs) {
        out.push(of_job(text, &job.id, job.id_span, estimate));
        out.extend(job.strategy.as_ref().and_then(|strategy| of_matrix(text, strategy)));
    }
    out
}

fn of_job(text: &str, id: &str, span: Span, estimate: &Estimate) -> Hint {
    let tooltip = format!("`{id}` takes this long on a runner, its start included ({})", words::source(estimate));
    Hint { offset: line_end(text, span.end), label: words::estimate(estimate), tooltip }
}

fn of_matrix(text: &str, strategy: &Strategy) -> Option<Hint> {
    let cells = strategy.cells.value()?;
    let within = text.get(strategy.span.range())?;
    let at = within.find("matrix:")?;
    let offset = line_end(text, strategy.span.start + u32::try_from(at).ok()?);
    let label = if cells.len() == 1 { "1 job".to_owned() } else { format!("{} jobs", cells.len()) };
    let shown = cells.iter().take(12).map(|cell| cell.name.as_str()).collect::<Vec<_>>().join("\n");
    let more = if cells.len() > 12 { format!("\nand {} more", cells.len() - 12) } else { String::new() };
    Some(Hint { offset, label, tooltip: format!("{shown}{more}") })
}

fn line_end(text: &str, offset: u32) -> u32 {
    let rest = text.get(offset as usize..).unwrap_or_default();
    let line = rest.lines().next().unwrap_or_default();
    offset + u32::try_from(line.trim_end().len()).unwrap_or_default()
}

fn line_start(text: &str, offset: u32) -> u32 {
    let before = text.get(..offset as usize).unwrap_or_default();
    before.rfind('\n').map_or(0, |at| u32::try_from(at + 1).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use expect_test::{Expect, expect};

    use super::*;
    use crate::fixture::Fixture;

    #[test]
    fn a_session_says_how_long_it_takes() {
        check(
            r#"
            #- noxfile.py
            import nox
            @nox.session(python=["3.12", "3.13"])
            def tests(session):  # slow
                session.run("pytest")
            @nox.session
            def lint(session): session.run("ruff", "check")
            #- timings
            lint 12 12
            "#,
            expect![[r#"
                def tests(session):  # slow  ~1 m 45 s × 2 | "`tests` takes this long each on this machine (a guess)"
                def lint(session): session.run("ruff", "check")  10 s | "`lint` takes this long on this machine (measured, n=2)"
            "#]],
        );
    }

    #[test]
    fn a_job_says_how_long_it_takes_and_a_matrix_how_many_it_makes() {
        check(
            r#"
            #- .github/workflows/ci.yml
            on: push
            jobs:
              tests:
                strategy:
                  matrix:
                    python: ["3.12", "3.13"]
                    os: [linux, macos]
                runs-on: x
                steps:
                  - run: make
              open:
                strategy:
                  matrix: ${{ fromJSON(inputs.matrix) }}
                runs-on: x
                steps: []
            "#,
            expect![[r#"
                tests:  ~40 s | "`tests` takes this long on a runner, its start included (a guess)"
                matrix:  4 jobs | "tests (3.12, linux)\ntests (3.12, macos)\ntests (3.13, linux)\ntests (3.13, macos)"
                open:  ~40 s | "`open` takes this long on a runner, its start included (a guess)"
            "#]],
        );
    }

    #[track_caller]
    fn check(fixture: &str, expected: Expect) {
        let fixture = Fixture::new(fixture);
        let text = fixture.snapshot.file(fixture.file).expect("a file").document.text();
        let whole = Span::from(0..text.len());
        let lines = hints(&fixture.snapshot, fixture.file, whole).into_iter().map(|hint| {
            let start = line_start(text, hint.offset) as usize;
            format!("{}  {} | {:?}\n", text[start..hint.offset as usize].trim_start(), hint.label, hint.tooltip)
        });
        expected.assert_eq(&lines.collect::<String>());
    }
}
