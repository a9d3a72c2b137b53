//! Coverage data is uploaded as an artifact without `include-hidden-files`.
//!
//! Why: since v4.4 `actions/upload-artifact` leaves out files whose name begins with a dot, and `.coverage` is one: the
//! artifact is empty, and the job that combines finds no data.
//!
//! ```text
//! #- .github/workflows/ci.yml
//! on: push
//! jobs:
//!   test:
//!     runs-on: ubuntu-latest
//!     steps:
//!       - run: nox -s tests
//!       - uses: actions/upload-artifact@v4
//!         with:
//!           name: coverage
//!           path: .coverage.*
//!                #^^^^^^^^^^^ warning: `.coverage.*` is hidden and left out of the artifact: add `include-hidden-files: true`
//! ```

use syntax::{Span, TextEdit};

use crate::lint::{Fix, Level};
use crate::subject::{self, Artifact};

use super::{Findings, Lint, LintCx};

pub(super) const LINT: Lint = Lint { id: "hidden-files-left-out", level: Level::Warning, check };

fn check(cx: &LintCx<'_>, out: &mut Findings) {
    let Some((_, workflow)) = cx.workflow() else { return };
    let text = cx.file.document.text();
    for job in &workflow.facts.jobs {
        for upload in subject::artifacts(job, "upload-artifact") {
            if !upload.leaves_hidden_out() || upload.input("include-hidden-files").is_some() {
                continue;
            }
            let Some((path, span)) = upload.input("path") else { continue };
            let hidden = path.lines().map(str::trim).find(|line| is_hidden_data(line));
            let Some(hidden) = hidden else { continue };
            let message =
                format!("`{hidden}` is hidden and left out of the artifact: add `include-hidden-files: true`");
            let finding = out.push(span, message);
            if let Some(edit) = add(text, span) {
                let title = "Add `include-hidden-files: true`".to_owned();
                finding.fix(Fix { title, is_safe: true, edits: vec![edit] });
            }
        }
    }
}

/// Whether the last part of a pattern is coverage data by its name.
fn is_hidden_data(path: &str) -> bool {
    !path.starts_with(['!', '#']) && path.rsplit('/').next().is_some_and(|name| name.starts_with(".coverage"))
}

/// A line of its own before that of `path:`.
fn add(text: &str, value: Span) -> Option<TextEdit> {
    let start = text.get(..value.start as usize)?.rfind('\n')? + 1;
    let before = text.get(start..value.start as usize)?;
    let indent = before.len() - before.trim_start_matches(' ').len();
    let is_plain =
        before.trim_start().strip_prefix("path:").is_some_and(|rest| rest.trim().is_empty() || rest.trim() == "\"");
    let line = format!("{}include-hidden-files: true\n", before.get(..indent)?);
    is_plain.then(|| u32::try_from(start).ok().map(|start| TextEdit::insert(start, line)))?
}

impl Artifact<'_> {
    /// v4.4 began it. A pinned commit is taken for a new one: old ones are refused by the forge since 2025.
    fn leaves_hidden_out(&self) -> bool {
        let Some((major, minor)) = self.version else { return self.owner == "actions" };
        self.owner == "actions" && (major > 4 || major == 4 && minor.is_none_or(|minor| minor >= 4))
    }
}
