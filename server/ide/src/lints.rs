//! The list of lints. A new one is a file in `lints/` and a line here; the file's head is its documentation and is run
//! as a test.

use std::sync::Arc;

use facts::workflow::Job;
use model::links::Link;
use model::{FileId, NoxfileId, NoxfileModel, WorkflowId, WorkflowModel};
use syntax::Span;

use crate::ignore;
use crate::lint::{Finding, Fix, Level, Related};
use crate::snapshot::{FileState, Snapshot};

/// A lint as plain data.
pub(crate) struct Lint {
    /// Kebab-case id: names the bad thing, reads well after "allow".
    pub(crate) id: &'static str,
    /// How loud it is unless somebody sets it.
    pub(crate) level: Level,
    /// Looks at one file.
    pub(crate) check: fn(&LintCx<'_>, &mut Findings),
}

macro_rules! lints {
    ($($name:ident),* $(,)?) => {
        $(mod $name;)*

        /// Every lint, in the order of its documentation.
        pub(crate) const LINTS: &[Lint] = &[$($name::LINT),*];

        /// Head of each lint's file, for the test that runs it.
        #[cfg(test)]
        pub(crate) const SOURCES: &[(&str, &str)] =
            &[$((stringify!($name), include_str!(concat!("lints/", stringify!($name), ".rs")))),*];
    };
}

lints![
    unreadable,
    unknown_session,
    unknown_requirement,
    requirement_cycle,
    bad_option,
    overridden_selection,
    sequential_sessions,
    needless_needs,
    unknown_default,
    text_for_list,
    unfilled_python,
    notify_in_parallel,
    unseen_failure,
    hidden_files_left_out,
    repeated_artifact_name,
    refused_artifact_action,
    ignored_job_key,
    unsupported_parallel_steps,
    skipped_gate,
    repeated_in_matrix,
    repeated_requirement,
    needless_ignore,
];

/// What a lint looks at.
pub(crate) struct LintCx<'a> {
    /// All files.
    pub(crate) snapshot: &'a Snapshot,
    /// The file in question.
    pub(crate) file: &'a Arc<FileState>,
}

impl<'a> LintCx<'a> {
    /// The file as a noxfile.
    pub(crate) fn noxfile(&self) -> Option<(NoxfileId, &'a NoxfileModel)> {
        let id = self.snapshot.workspace.noxfile_of(self.file.id)?;
        Some((id, self.snapshot.workspace.noxfiles.get(id.0)?))
    }

    /// The nox calls of the file, a workflow or a composite action, with their jobs.
    pub(crate) fn calls(&self) -> Vec<(&'a Job, &'a Link)> {
        let action = self.snapshot.workspace.action_of(self.file.id);
        let (facts, links) = match (self.workflow(), action) {
            (Some((_, workflow)), _) => (&workflow.facts, &workflow.links),
            (None, Some(action)) => (&action.facts, &action.links),
            (None, None) => return Vec::new(),
        };
        links.iter().filter_map(|link| Some((facts.jobs.get(link.site.job)?, link))).collect()
    }

    /// The file as a workflow.
    pub(crate) fn workflow(&self) -> Option<(WorkflowId, &'a WorkflowModel)> {
        let id = self.snapshot.workspace.workflow_of(self.file.id)?;
        Some((id, self.snapshot.workspace.workflows.get(id.0)?))
    }
}

/// Where lints put what they find.
pub(crate) struct Findings {
    lint: &'static str,
    level: Level,
    found: Vec<Finding>,
}

impl Findings {
    /// Reports `message` at `span`.
    pub(crate) fn push(&mut self, span: Span, message: String) -> &mut Finding {
        let at = self.found.len();
        self.found.push(Finding {
            lint: self.lint,
            level: self.level,
            span,
            message,
            related: Vec::new(),
            fixes: Vec::new(),
        });
        &mut self.found[at]
    }
}

impl Finding {
    /// Adds another place.
    pub(crate) fn related(&mut self, file: FileId, span: Span, message: impl Into<String>) -> &mut Self {
        self.related.push(Related { file, span, message: message.into() });
        self
    }

    /// Adds a way to mend it.
    pub(crate) fn fix(&mut self, fix: Fix) -> &mut Self {
        self.fixes.push(fix);
        self
    }
}

/// Runs every lint on `file`; findings by place, without those that a comment silences.
pub(crate) fn check(snapshot: &Snapshot, file: FileId) -> Vec<Finding> {
    let Some(file) = snapshot.file(file) else { return Vec::new() };
    let cx = LintCx { snapshot, file };
    let mut findings = Findings { lint: "", level: Level::Hint, found: Vec::new() };
    for lint in LINTS {
        (findings.lint, findings.level) = (lint.id, lint.level);
        (lint.check)(&cx, &mut findings);
    }
    let mut found = findings.found;
    let comments = ignore::read(file.document.text());
    found.retain(|finding| !comments.iter().any(|comment| needless_ignore::is_silenced(comment, finding)));
    found.sort_by_key(|finding| (finding.span, finding.lint));
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixture::Fixture;

    /// Every lint's head holds an example that shows exactly what it reports.
    #[test]
    fn examples_in_the_documentation_hold() {
        let mut wrong = Vec::new();
        for (name, source) in SOURCES {
            let examples = examples(source);
            assert!(!examples.is_empty(), "lints/{name}.rs has no example block");
            for example in examples {
                let (found, expected) = check_example(name, &example);
                if found != expected {
                    wrong.push(format!("lints/{name}.rs\n  found {found:#?}\n  but its head says {expected:#?}"));
                }
            }
        }
        assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    }

    #[test]
    fn ids_are_the_names_of_the_files() {
        let ids: Vec<String> = LINTS.iter().map(|lint| lint.id.replace('-', "_")).collect();
        let files: Vec<&str> = SOURCES.iter().map(|(name, _)| *name).collect();
        assert_eq!(ids, files);
    }

    /// The table in the manual has a line for each lint: what its head says first.
    #[test]
    fn the_manual_lists_every_lint() {
        let lines = SOURCES.iter().zip(LINTS).map(|((_, source), lint)| {
            let first = source.lines().next().unwrap_or_default().trim_start_matches("//!").trim();
            format!("| `{}` | {} | {first} |\n", lint.id, format!("{:?}", lint.level).to_lowercase())
        });
        let table: String = lines.collect();
        let manual = include_str!("../../../docs/lints.md");
        assert!(manual.contains(&table), "docs/lints.md should have these lines:\n{table}");
    }

    fn examples(source: &str) -> Vec<String> {
        let head: Vec<&str> = source.lines().take_while(|line| line.starts_with("//!")).collect();
        let head: Vec<&str> = head.iter().map(|line| line[3..].strip_prefix(' ').unwrap_or(&line[3..])).collect();
        let mut out = Vec::new();
        let mut inside: Option<String> = None;
        for line in head {
            match (&mut inside, line.trim()) {
                (None, "```text") => inside = Some(String::new()),
                (Some(text), "```") => {
                    out.push(std::mem::take(text));
                    inside = None;
                }
                (Some(text), _) => {
                    text.push_str(line);
                    text.push('\n');
                }
                _ => {}
            }
        }
        out
    }

    /// Findings of the lint called `name`, and those that `#^^^ level: message` lines of the example announce.
    fn check_example(name: &str, example: &str) -> (Vec<String>, Vec<String>) {
        let fixture = Fixture::new(example);
        let mut expected = Vec::new();
        let mut found = Vec::new();
        for file in &fixture.snapshot.files {
            let text = file.document.text();
            let mut above = "";
            for line in text.lines() {
                match line.find("#^") {
                    Some(at) => {
                        let carets = line[at + 1..].chars().take_while(|c| *c == '^').count();
                        let message = line[at + 1 + carets..].trim();
                        let word = above.get(at + 1..at + 1 + carets).unwrap_or("<past the end of the line>");
                        expected.push(format!("{}: {word}: {message}", file.path));
                    }
                    None => above = line,
                }
            }
            for finding in check(&fixture.snapshot, file.id) {
                if finding.lint.replace('-', "_") != name {
                    continue;
                }
                let first = finding.span.of(text).lines().next().unwrap_or_default();
                let level = format!("{:?}", finding.level).to_lowercase();
                found.push(format!("{}: {first}: {level}: {}", file.path, finding.message));
            }
        }
        (found, expected)
    }
}
