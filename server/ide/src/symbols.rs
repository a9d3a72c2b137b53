//! The outline of a file: sessions of a noxfile, jobs and steps of a workflow.

use facts::noxfile::Session;
use facts::workflow::{Job, Step, StepKind};
use model::FileId;
use syntax::Span;

use crate::snapshot::{FileFacts, Snapshot};

/// One entry of the outline.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Symbol {
    /// Its name.
    pub name: String,
    /// A few words beside it: python versions, runner label.
    pub detail: String,
    /// What it is.
    pub kind: SymbolKind,
    /// All of it.
    pub span: Span,
    /// Its name's place, within `span`.
    pub name_span: Span,
    /// What lies within it.
    pub children: Vec<Symbol>,
}

/// What a symbol is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SymbolKind {
    /// A session.
    Session,
    /// A job.
    Job,
    /// A step.
    Step,
}

/// The outline of `file`.
pub fn symbols(snapshot: &Snapshot, file: FileId) -> Vec<Symbol> {
    match snapshot.file(file).map(|file| &file.facts) {
        Some(FileFacts::Noxfile(facts)) => facts.sessions.iter().map(|it| session(it)).collect(),
        Some(FileFacts::Workflow(facts)) => facts.jobs.iter().map(job).collect(),
        _ => Vec::new(),
    }
}

/// Sessions and jobs of all files whose name has the letters of `query` in this order, file by file.
pub fn workspace_symbols(snapshot: &Snapshot, query: &str) -> Vec<(FileId, Symbol)> {
    let all = snapshot.files.iter().flat_map(|file| symbols(snapshot, file.id).into_iter().map(|it| (file.id, it)));
    all.filter(|(_, symbol)| has_letters(&symbol.name, query))
        .map(|(file, symbol)| (file, Symbol { children: Vec::new(), ..symbol }))
        .collect()
}

fn has_letters(name: &str, query: &str) -> bool {
    let mut letters = name.chars().flat_map(char::to_lowercase);
    query.chars().filter(|c| !c.is_whitespace()).flat_map(char::to_lowercase).all(|c| letters.any(|letter| letter == c))
}

fn session(session: &Session) -> Symbol {
    let detail = match session.instances.len() {
        0 | 1 => session.instances.first().and_then(|instance| instance.python.clone()).unwrap_or_default(),
        n => format!("{n} sessions"),
    };
    Symbol {
        name: session.name.clone(),
        detail,
        kind: SymbolKind::Session,
        span: session.span.join(session.name_span),
        name_span: session.name_span,
        children: Vec::new(),
    }
}

fn job(job: &Job) -> Symbol {
    Symbol {
        name: job.id.clone(),
        detail: job.runs_on.value().map(|labels| labels.join(", ")).unwrap_or_default(),
        kind: SymbolKind::Job,
        span: job.span,
        name_span: job.id_span,
        children: job.steps.iter().map(step).collect(),
    }
}

fn step(step: &Step) -> Symbol {
    let (fallback, fallback_span, children) = match &step.kind {
        StepKind::Run { script, span } => {
            let first = script.commands.first().map(|command| words(&command.argv));
            (first.unwrap_or_else(|| "run".to_owned()), *span, Vec::new())
        }
        StepKind::Uses { action, span, .. } => (action.clone(), *span, Vec::new()),
        StepKind::Parallel(members) => {
            ("parallel".to_owned(), Span::empty(step.span.start), members.iter().map(self::step).collect())
        }
        StepKind::Wait(ids) => (format!("wait {}", ids.join(", ")), Span::empty(step.span.start), Vec::new()),
        StepKind::WaitAll => ("wait-all".to_owned(), Span::empty(step.span.start), Vec::new()),
        StepKind::Cancel(id) => (format!("cancel {id}"), Span::empty(step.span.start), Vec::new()),
        StepKind::Unknown => ("step".to_owned(), Span::empty(step.span.start), Vec::new()),
    };
    let (name, name_span) = step.name.clone().unwrap_or((fallback, fallback_span));
    // Editors refuse an empty name and a name outside its symbol.
    let name = if name.trim().is_empty() { "step".to_owned() } else { name };
    let name_span = if step.span.covers(name_span) { name_span } else { Span::empty(step.span.start) };
    Symbol { name, detail: String::new(), kind: SymbolKind::Step, span: step.span, name_span, children }
}

fn words(argv: &[facts::shell::Word]) -> String {
    argv.iter().take(6).map(|word| word.text.as_str()).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use expect_test::{Expect, expect};

    use super::*;
    use crate::fixture::Fixture;

    #[test]
    fn a_noxfile_lists_its_sessions() {
        let fixture = r#"
            #- noxfile.py
            import nox
            @nox.session(python=["3.11", "3.12"], name="unit")
            def tests(session): ...
            @nox.session
            def lint(session): ...
        "#;
        check(fixture, expect!["unit (2 sessions)\nlint ()\n"]);
    }

    #[test]
    fn a_workflow_lists_jobs_and_steps() {
        let fixture = "
            #- .github/workflows/ci.yml
            on: push
            jobs:
              test:
                runs-on: ubuntu-latest
                steps:
                  - uses: actions/checkout@v7
                  - name: Unit tests
                    run: nox -s tests
                  - run: |
                      nox -s lint
        ";
        check(fixture, expect!["test (ubuntu-latest)\n  actions/checkout@v7 ()\n  Unit tests ()\n  nox -s lint ()\n"]);
    }

    #[test]
    fn the_workspace_is_searched_by_letters() {
        let fixture = Fixture::new(
            "
            #- .github/workflows/ci.yml
            on: push
            jobs:
              integration:
                runs-on: x
                steps: []
            #- noxfile.py
            import nox
            @nox.session
            def unit_tests(session): ...
            @nox.session
            def lint(session): ...
            ",
        );
        let names = |query: &str| {
            let found = workspace_symbols(&fixture.snapshot, query).into_iter();
            found.map(|(_, symbol)| symbol.name).collect::<Vec<_>>().join(" ")
        };
        assert_eq!(names(""), "integration unit_tests lint");
        assert_eq!(names("IT"), "integration unit_tests lint");
        assert_eq!(names("utests"), "unit_tests");
        assert_eq!(names("x"), "");
    }

    #[track_caller]
    fn check(fixture: &str, expected: Expect) {
        let fixture = Fixture::new(fixture);
        let mut out = String::new();
        render(&symbols(&fixture.snapshot, fixture.file), 0, &mut out);
        expected.assert_eq(&out);
    }

    fn render(symbols: &[Symbol], depth: usize, out: &mut String) {
        for symbol in symbols {
            out.push_str(&format!("{}{} ({})\n", "  ".repeat(depth), symbol.name, symbol.detail));
            render(&symbol.children, depth + 1, out);
        }
    }
}
