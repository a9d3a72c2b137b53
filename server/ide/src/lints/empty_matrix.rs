//! A matrix makes no job.
//!
//! Why: GitHub refuses the run ("Matrix vector does not contain any values"); on Forgejo the job is not there, and
//! those that need it wait.
//!
//! ```text
//! #- .github/workflows/ci.yml
//! on: push
//! jobs:
//!   test:
//!     runs-on: ubuntu-latest
//!     strategy:
//!       matrix:
//!         python: ["3.12"]
//!         exclude: [{ python: "3.12" }]
//!        #^^^^^^^ error: nothing is left: every combination is excluded
//!     steps:
//!       - run: nox -s tests-${{ matrix.python }}
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
//!         python: ["3.12", "3.13"]
//!         exclude: [{ python: "3.12" }]
//!     steps:
//!       - run: nox -s tests-${{ matrix.python }}
//! ```

use facts::Known;
use facts::workflow::Strategy;
use syntax::Span;
use syntax::yaml::Node;

use crate::lint::Level;

use super::{Findings, Lint, LintCx};

pub(super) const LINT: Lint = Lint { id: "empty-matrix", level: Level::Error, check };

fn check(cx: &LintCx<'_>, out: &mut Findings) {
    let Some((_, workflow)) = cx.workflow() else { return };
    let jobs = cx.file.document.yaml().roots.first().and_then(|root| root.get("jobs"));
    for job in &workflow.facts.jobs {
        let Some(strategy) = &job.strategy else { continue };
        let matrix = || jobs?.get(&job.id)?.get("strategy")?.get("matrix");
        if strategy.cells.value().is_some_and(Vec::is_empty)
            && let Some((span, why)) = why(strategy, matrix())
        {
            out.push(span, why);
        }
    }
}

/// What empties it, where it is written there; half-typed ones have nothing yet.
fn why(strategy: &Strategy, matrix: Option<&Node>) -> Option<(Span, String)> {
    let is_empty = |values: &Known<Vec<String>>| values.value().is_some_and(Vec::is_empty);
    if let Some((key, span, _)) = strategy.vectors.iter().find(|(.., values)| is_empty(values)) {
        let is_written = matrix?.get(key)?.sequence().is_some();
        return is_written.then(|| (*span, format!("`{key}` has no values: the matrix makes no job")));
    }
    let exclude = matrix?.entry("exclude")?;
    let is_there = strategy.vectors.iter().all(|(.., values)| values.value().is_some());
    (is_there && !strategy.vectors.is_empty())
        .then(|| (exclude.key.span, "nothing is left: every combination is excluded".to_owned()))
}
