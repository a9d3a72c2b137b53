//! An `if:` has text beside `${{ }}` and is always true.
//!
//! Why: with text around the brackets the condition is no longer an expression but a text, and a text that is not empty
//! is true: `${{ github.ref }} == 'refs/heads/main'` holds everywhere. In an editor GitHub's own language server tells
//! it of GitHub's workflows, and noxflow is silent there.
//!
//! ```text
//! #- .forgejo/workflows/ci.yml
//! on: push
//! jobs:
//!   deploy:
//!     runs-on: docker
//!     if: ${{ github.ref }} == 'refs/heads/main'
//!        #^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ warning: always true: with text beside `${{ }}` the condition is a text, and one that is not empty
//!     steps:
//!       - run: nox -s deploy
//! ```

use syntax::{Span, TextEdit};

use crate::lint::{Fix, Level};

use super::{Findings, Lint, LintCx};

pub(super) const LINT: Lint = Lint { id: "always-true", level: Level::Warning, check };

fn check(cx: &LintCx<'_>, out: &mut Findings) {
    let Some((_, workflow)) = cx.workflow() else { return };
    let text = cx.file.document.text();
    let of_jobs = workflow.facts.jobs.iter().flat_map(|job| {
        let steps = job.steps.iter().filter_map(|step| step.condition.as_ref());
        job.condition.iter().chain(steps)
    });
    for (condition, span) in of_jobs.filter(|(condition, _)| is_text(condition)) {
        let message = "always true: with text beside `${{ }}` the condition is a text, and one that is not empty";
        let finding = out.push(*span, message.to_owned());
        finding.told_by_github(workflow.facts.forge);
        if let Some(edit) = bare(condition, *span, text) {
            finding.fix(Fix { title: "Take the brackets away".to_owned(), is_safe: false, edits: vec![edit] });
        }
    }
}

/// Whether something stands before the first `${{`, behind the last `}}`, or between two pairs.
fn is_text(condition: &str) -> bool {
    let mut rest = condition.trim();
    let mut pairs = 0;
    let mut has_text = false;
    while let Some(start) = rest.find("${{") {
        let (before, inside) = rest.split_at(start);
        let Some(end) = inside.find("}}") else { return false };
        has_text |= !before.trim().is_empty();
        pairs += 1;
        rest = inside.get(end + 2..).unwrap_or_default();
    }
    // A string may hold `}}`: then it is not ours to judge.
    let is_balanced = condition.matches("${{").count() == condition.matches("}}").count();
    pairs > 0 && (has_text || !rest.trim().is_empty()) && is_balanced
}

/// The condition without brackets, where it is written plainly and on one line.
fn bare(condition: &str, span: Span, text: &str) -> Option<TextEdit> {
    let bare = condition.replace("${{", "").replace("}}", "");
    let bare = bare.split_whitespace().collect::<Vec<_>>().join(" ");
    // A plain scalar must not begin with what YAML takes for its own.
    let is_special = bare.starts_with(['!', '\'', '"', '&', '*', '[', '{']) || bare.contains(": ");
    (span.of(text) == condition && !is_special).then(|| TextEdit::replace(span, bare))
}
