//! An expression reads a value that the matrix does not have.
//!
//! Why: it is empty in every cell: `nox -s tests-${{ matrix.pyhton }}` asks for `tests-`. A warning where a key looks
//! like it, else a note: such an expression is mostly what is left of a matrix. In an editor GitHub's own language
//! server tells it of GitHub's workflows, and noxflow is silent there.
//!
//! ```text
//! #- .forgejo/workflows/ci.yml
//! on: push
//! jobs:
//!   test:
//!     runs-on: docker
//!     strategy: { matrix: { python: ["3.12", "3.13"] } }
//!     steps:
//!       - run: echo ${{ matrix.pyhton }}
//!                             #^^^^^^ warning: empty in every cell: the matrix has no `pyhton`; did you mean `python`?
//!       - run: nox -s tests-${{ matrix.python }}
//! ```

use std::collections::BTreeSet;

use model::nearest::nearest;
use syntax::TextEdit;

use crate::lint::{Fix, Level};

use super::{Findings, Lint, LintCx};

pub(super) const LINT: Lint = Lint { id: "unknown-matrix-key", level: Level::Warning, check };

fn check(cx: &LintCx<'_>, out: &mut Findings) {
    let Some((_, workflow)) = cx.workflow() else { return };
    let forge = workflow.facts.forge;
    let text = cx.file.document.text();
    for job in workflow.facts.jobs.iter().filter(|job| !job.reads_matrix.is_empty() && job.uses.is_none()) {
        let mut keys: BTreeSet<&str> = BTreeSet::new();
        if let Some(strategy) = &job.strategy {
            let Some(cells) = strategy.cells.value() else { continue };
            keys.extend(strategy.vectors.iter().map(|(key, ..)| key.as_str()));
            let of_cells = cells.iter().flat_map(|cell| &cell.values);
            keys.extend(of_cells.map(|(key, _)| key.split('.').next().unwrap_or(key)));
        }
        let is_there = |key: &str| keys.iter().any(|it| it.eq_ignore_ascii_case(key));
        for (key, span) in job.reads_matrix.iter().filter(|(key, _)| key != "*" && !is_there(key)) {
            if keys.is_empty() {
                let finding = out.push(*span, format!("empty: `{}` has no matrix", job.id));
                finding.told_by_github(forge).level = Level::Info;
                continue;
            }
            let near = nearest(key, keys.iter().copied());
            let more = near.map(|near| format!("; did you mean `{near}`?")).unwrap_or_default();
            let finding = out.push(*span, format!("empty in every cell: the matrix has no `{key}`{more}"));
            finding.told_by_github(forge);
            if near.is_none() {
                finding.level = Level::Info;
            }
            if let Some(near) = near.filter(|_| span.of(text) == key) {
                let edits = vec![TextEdit::replace(*span, near)];
                finding.fix(Fix { title: format!("Change to `{near}`"), is_safe: false, edits });
            }
        }
    }
}
