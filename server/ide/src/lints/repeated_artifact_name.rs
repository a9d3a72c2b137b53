//! Every cell of a matrix uploads an artifact of the same name.
//!
//! Why: since v4 a name can be uploaded once in a run: the first cell wins, all others fail with "409 Conflict".
//!
//! ```text
//! #- .github/workflows/ci.yml
//! on: push
//! jobs:
//!   test:
//!     runs-on: ubuntu-latest
//!     strategy: { matrix: { python: ["3.12", "3.13"] } }
//!     steps:
//!       - run: nox -s tests-${{ matrix.python }}
//!       - uses: actions/upload-artifact@v4
//!         with:
//!           name: report
//!                #^^^^^^ warning: each of the 2 cells uploads `report`, and only the first one can: put a value of the matrix into the name
//!           path: report.xml
//! ```

use facts::Forge;
use syntax::TextEdit;

use crate::lint::{Fix, Level};
use crate::subject;

use super::{Findings, Lint, LintCx};

pub(super) const LINT: Lint = Lint { id: "repeated-artifact-name", level: Level::Warning, check };

fn check(cx: &LintCx<'_>, out: &mut Findings) {
    let Some((_, workflow)) = cx.workflow() else { return };
    for job in &workflow.facts.jobs {
        let cells = job.strategy.as_ref().and_then(|strategy| strategy.cells.value()).map_or(0, Vec::len);
        if cells < 2 || job.condition.as_ref().is_some_and(|(condition, _)| condition.contains("matrix")) {
            continue;
        }
        for upload in subject::artifacts(job, "upload-artifact") {
            // What Gitea does with a name that is taken nobody has looked at.
            let is_known = workflow.facts.forge != Forge::Gitea;
            let is_new = is_known && upload.version.is_none_or(|(major, _)| major >= 4);
            // A condition may leave one cell: by a value of the matrix, or by what an earlier step found out.
            let is_some_cells = upload.step.condition.as_ref().is_some_and(|(condition, _)| {
                ["matrix", "runner", "steps", "env"].iter().any(|word| condition.contains(word))
            });
            if !is_new || is_some_cells || upload.input("overwrite").is_some_and(|(value, _)| value != "false") {
                continue;
            }
            let (name, span) = upload.input("name").unwrap_or(("artifact", upload.span));
            if name.contains("${{") {
                continue;
            }
            let message = format!(
                "each of the {cells} cells uploads `{name}`, and only the first one can: put a value of the matrix into the \
                 name"
            );
            let keys = job.strategy.iter().flat_map(|strategy| &strategy.vectors).map(|(key, ..)| key);
            let values: String = keys.map(|key| format!("-${{{{ matrix.{key} }}}}")).collect();
            let finding = out.push(span, message);
            finding.related(workflow.file, job.id_span, format!("runs in {cells} cells"));
            // Only what is written without quotes: an expression may stand there as it is.
            if !values.is_empty() && span.of(cx.file.document.text()) == name {
                // Who downloads it by its name must follow.
                let edits = vec![TextEdit::insert(span.end, values.clone())];
                finding.fix(Fix { title: format!("Name it `{name}{values}`"), is_safe: false, edits });
            }
        }
    }
}
