//! A job downloads an artifact that no job uploads.
//!
//! Why: the step fails ("Unable to find any artifacts", "Artifact not found"), at the end of a run that has done all
//! its work. An error where all that the workflow uses is known to upload nothing else; where an action of others
//! might, only a name that is nearly that of an upload is told. Workflows that others call, and downloads from other
//! runs, are left alone.
//!
//! ```text
//! #- .github/workflows/ci.yml
//! on: push
//! jobs:
//!   test:
//!     runs-on: ubuntu-latest
//!     steps:
//!       - run: nox -s tests
//!       - uses: actions/upload-artifact@v7
//!         with: { name: coverage-data, path: coverage.xml }
//!   report:
//!     needs: test
//!     runs-on: ubuntu-latest
//!     steps:
//!       - uses: actions/download-artifact@v8
//!         with:
//!           name: covrage-data
//!                #^^^^^^^^^^^^ error: no job uploads `covrage-data`; did you mean `coverage-data`?
//! ```

use facts::workflow::{StepKind, WorkflowFacts};
use model::nearest::nearest;
use syntax::TextEdit;

use crate::lint::{Fix, Level};
use crate::subject::{self, Artifact};

use super::{Findings, Lint, LintCx};

pub(super) const LINT: Lint = Lint { id: "unmade-artifact", level: Level::Error, check };

/// Actions that upload no artifact, by the beginning of their names.
const QUIET: [&str; 8] = [
    "actions/",
    "astral-sh/setup-uv",
    "codecov/",
    "coverallsapp/",
    "https://code.forgejo.org/actions/",
    "https://data.forgejo.org/",
    "pypa/gh-action-pypi-publish",
    "wntrblm/nox",
];

fn check(cx: &LintCx<'_>, out: &mut Findings) {
    let Some((_, workflow)) = cx.workflow() else { return };
    let facts = &workflow.facts;
    if facts.triggers.iter().any(|(event, _)| event == "workflow_call") {
        return;
    }
    let uploads: Vec<&str> = uploaded(facts);
    for job in &facts.jobs {
        for download in subject::artifacts(job, "download-artifact") {
            let Some((name, span)) = wanted(&download) else { continue };
            if uploads.iter().any(|upload| is_made(upload, name)) {
                continue;
            }
            let near = nearest(name, uploads.iter().copied().filter(|upload| !upload.contains("${{")));
            if near.is_none() && !is_known(facts) {
                continue;
            }
            let more = near.map(|near| format!("; did you mean `{near}`?")).unwrap_or_default();
            let finding = out.push(span, format!("no job uploads `{name}`{more}"));
            finding.level = if is_known(facts) { Level::Error } else { Level::Warning };
            if let Some(near) = near {
                let insert = span.of(cx.file.document.text()).replacen(name, near, 1);
                let edits = vec![TextEdit::replace(span, insert)];
                finding.fix(Fix { title: format!("Change to `{near}`"), is_safe: false, edits });
            }
        }
    }
}

/// The name of what a step downloads from its own run, where it is known.
pub(super) fn wanted<'a>(download: &'a Artifact<'_>) -> Option<(&'a str, syntax::Span)> {
    let is_elsewhere = ["run-id", "repository", "artifact-ids"].iter().any(|input| download.input(input).is_some());
    let (name, span) = download.input("name")?;
    (!is_elsewhere && !name.contains("${{") && !name.trim().is_empty()).then_some((name, span))
}

/// The names under which jobs upload, expressions as they are written.
fn uploaded(facts: &WorkflowFacts) -> Vec<&str> {
    let uploads = facts.jobs.iter().flat_map(|job| subject::artifacts(job, "upload-artifact"));
    uploads.map(|upload| upload.name()).collect()
}

/// Whether an upload's name may be `name`: its expressions may be anything.
pub(super) fn is_made(upload: &str, name: &str) -> bool {
    let mut parts = upload.split("${{");
    let Some(mut rest) = name.strip_prefix(parts.next().unwrap_or_default()) else { return false };
    let behind: Vec<&str> = parts.map(|part| part.split_once("}}").map_or("", |(_, text)| text)).collect();
    let Some((last, middle)) = behind.split_last() else { return rest.is_empty() };
    for text in middle {
        let Some(at) = rest.find(text) else { return false };
        rest = rest.get(at + text.len()..).unwrap_or_default();
    }
    rest.ends_with(last)
}

/// Whether nothing in the workflow can upload but what is seen.
fn is_known(facts: &WorkflowFacts) -> bool {
    facts.jobs.iter().all(|job| {
        job.uses.is_none()
            && job.steps.iter().all(|step| match &step.kind {
                StepKind::Uses { action, .. } => QUIET.iter().any(|quiet| action.starts_with(quiet)),
                _ => true,
            })
    })
}

#[cfg(test)]
mod tests {
    use super::is_made;

    #[test]
    fn expressions_may_be_anything() {
        assert!(is_made("dist", "dist") && !is_made("dist", "dist2") && !is_made("dist2", "dist"));
        assert!(is_made("data-${{ matrix.python }}", "data-3.12") && !is_made("data-${{ matrix.python }}", "date-3.12"));
        assert!(is_made("${{ a }}-x-${{ b }}", "1-x-2") && !is_made("${{ a }}-x-${{ b }}y", "1-x-2"));
    }
}
