//! A matrix makes more jobs than the forge runs.
//!
//! Why: GitHub runs at most 256 jobs of a matrix ("Usage limits"), and refuses the run of a larger one. Forgejo and
//! Gitea document no limit.
//!
//! ```text
//! #- .github/workflows/ci.yml
//! on: push
//! jobs:
//!   test:
//!     runs-on: ubuntu-latest
//!     strategy:
//!       matrix:
//!      #^^^^^^ error: makes 343 jobs, and GitHub runs 256 of one matrix at most
//!         a: [1, 2, 3, 4, 5, 6, 7]
//!         b: [1, 2, 3, 4, 5, 6, 7]
//!         c: [1, 2, 3, 4, 5, 6, 7]
//!     steps:
//!       - run: nox -s tests
//! ```
//!
//! ```text after
//! #- .github/workflows/ci.yml
//! on: push
//! jobs:
//!   test:
//!     runs-on: ubuntu-latest
//!     strategy:
//!       matrix:
//!         a: [1, 2, 3, 4, 5, 6, 7]
//!         b: [1, 2, 3, 4, 5, 6, 7]
//!     steps:
//!       - run: nox -s tests
//! ```

use facts::Forge;

use crate::lint::Level;

use super::{Findings, Lint, LintCx};

pub(super) const LINT: Lint = Lint { id: "oversized-matrix", level: Level::Error, check };

/// GitHub's documentation, "Usage limits for GitHub Actions".
const MOST: usize = 256;

fn check(cx: &LintCx<'_>, out: &mut Findings) {
    let Some((_, workflow)) = cx.workflow().filter(|(_, it)| it.facts.forge == Forge::GitHub) else { return };
    let jobs = cx.file.document.yaml().roots.first().and_then(|root| root.get("jobs"));
    for job in &workflow.facts.jobs {
        let cells = job.strategy.as_ref().and_then(|strategy| strategy.cells.value()).map_or(0, Vec::len);
        let matrix = || jobs?.get(&job.id)?.get("strategy")?.entry("matrix");
        if cells > MOST
            && let Some(matrix) = matrix()
        {
            out.push(matrix.key.span, format!("makes {cells} jobs, and GitHub runs {MOST} of one matrix at most"));
        }
    }
}
