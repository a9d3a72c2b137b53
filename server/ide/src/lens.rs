//! Code lenses: run this session, run all in parallel.

use model::FileId;
use syntax::Span;

use crate::snapshot::{FileFacts, Snapshot};
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
    /// Prerequisites too.
    pub with_dependencies: bool,
}

/// The lenses of `file`: on each session of a noxfile, and on each job that runs several.
pub fn lenses(snapshot: &Snapshot, file: FileId) -> Vec<Lens> {
    let workspace = &snapshot.workspace;
    match snapshot.file(file).map(|file| &file.facts) {
        Some(FileFacts::Noxfile(facts)) => {
            let Some(model) = workspace.noxfile_of(file).and_then(|id| workspace.noxfiles.get(id.0)) else {
                return Vec::new();
            };
            let mut out = Vec::new();
            for (at, session) in facts.sessions.iter().enumerate() {
                let span = session.decorator.span;
                let sessions = vec![session.name.clone()];
                let time = model.local.get(at).map(words::estimate).unwrap_or_default();
                let title = format!("Run · {time}");
                out.push(Lens { span, title, sessions: sessions.clone(), with_dependencies: false });
                if model.edges.iter().any(|edge| edge.to.0 == at && edge.is_dependency()) {
                    out.push(Lens {
                        span,
                        title: "Run with dependencies".to_owned(),
                        sessions,
                        with_dependencies: true,
                    });
                }
            }
            if facts.sessions.len() > 1 {
                let title = "Run all in parallel".to_owned();
                out.push(Lens { span: Span::empty(0), title, sessions: Vec::new(), with_dependencies: false });
            }
            out
        }
        Some(FileFacts::Workflow(facts)) => {
            let Some(id) = workspace.workflow_of(file) else { return Vec::new() };
            let jobs = facts.jobs.iter().enumerate();
            jobs.filter_map(|(at, job)| {
                let sequence = workspace.sequence(id, at)?;
                let noxfile = workspace.noxfiles.get(sequence.noxfile.0)?;
                let names =
                    sequence.sessions.iter().filter_map(|id| Some(noxfile.facts.sessions.get(id.0)?.name.clone()));
                let sessions: Vec<String> = names.collect();
                let title = format!("Run its {} sessions in parallel here", sessions.len());
                Some(Lens { span: job.id_span, title, sessions, with_dependencies: false })
            })
            .collect()
        }
        _ => Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixture::Fixture;

    #[test]
    fn dependencies_are_offered_where_there_are_some() {
        let fixture = Fixture::new(
            r#"
            #- noxfile.py
            import nox
            @nox.session
            def build(session): ...
            @nox.session(requires=["build"])
            def tests(session): ...
            @nox.session
            def format(session): session.run("ruff", "format", ".")
            @nox.session
            def typecheck(session): session.run("mypy", "src")
            "#,
        );
        let lenses = lenses(&fixture.snapshot, fixture.file);
        let with: Vec<_> = lenses.iter().filter(|lens| lens.with_dependencies).map(|lens| &lens.sessions[0]).collect();
        assert_eq!(with, ["tests"]);
    }
}
