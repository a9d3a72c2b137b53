//! A job that looks at the results of others does not run when one of them fails.
//!
//! Why: without `always()` a job is skipped as soon as one it needs has failed, and branch protection takes a skipped
//! check for a success (GitHub's documentation on required checks): the gate lets pass what it should stop.
//!
//! ```text
//! #- .github/workflows/ci.yml
//! on: push
//! jobs:
//!   test:
//!     runs-on: ubuntu-latest
//!     steps: [{ run: nox -s tests }]
//!   gate:
//!  #^^^^ warning: skipped when a job it needs has failed, and a skipped check counts as passed: add `if: always()`
//!     needs: [test]
//!     runs-on: ubuntu-latest
//!     steps:
//!       - run: test "${{ needs.test.result }}" = success
//! ```

use facts::workflow::{Job, StepKind};
use syntax::TextEdit;

use crate::lint::{Fix, Level};

use super::{Findings, Lint, LintCx};

pub(super) const LINT: Lint = Lint { id: "skipped-gate", level: Level::Warning, check };

fn check(cx: &LintCx<'_>, out: &mut Findings) {
    let Some((_, workflow)) = cx.workflow() else { return };
    let text = cx.file.document.text();
    for job in workflow.facts.jobs.iter().filter(|job| !job.needs.is_empty() && job.uses.is_none()) {
        if job.condition.is_some() || !is_gate(job, text) {
            continue; // whoever writes an `if` has thought of it
        }
        let message =
            "skipped when a job it needs has failed, and a skipped check counts as passed: add `if: always()`";
        let finding = out.push(job.id_span, message.to_owned());
        if let Some(edit) = add(job, text) {
            finding.fix(Fix { title: "Add `if: always()`".to_owned(), is_safe: false, edits: vec![edit] });
        }
    }
}

/// Whether a step judges the results of needed jobs.
fn is_gate(job: &Job, text: &str) -> bool {
    job.steps.iter().any(|step| match &step.kind {
        StepKind::Uses { action, .. } => action.contains("alls-green"),
        StepKind::Run { .. } => {
            let written = step.span.of(text);
            written.contains("needs.") && written.contains(".result")
                || written.contains("toJSON(needs)")
                || written.contains("toJson(needs)")
        }
        _ => false,
    })
}

/// A line before that of `needs:`.
fn add(job: &Job, text: &str) -> Option<TextEdit> {
    let needs = job.needs_span?;
    let start = text.get(..needs.start as usize)?.rfind('\n')? + 1;
    let indent = text.get(start..needs.start as usize)?;
    let start = u32::try_from(start).ok()?;
    indent.trim().is_empty().then(|| TextEdit::insert(start, format!("{indent}if: always()\n")))
}
