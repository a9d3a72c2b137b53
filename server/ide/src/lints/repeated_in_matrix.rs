//! A session runs in every cell of a matrix although nothing of it depends on the matrix.
//!
//! Why: each cell does the same work again and says the same. Linters, formatters, documentation and scanners are meant;
//! what depends on the interpreter or the system (tests, type checks, builds) is left alone.
//!
//! ```text
//! #- noxfile.py
//! import nox
//! @nox.session
//! def lint(session):
//!     session.run("ruff", "check", ".")
//! @nox.session(python=["3.12", "3.13"])
//! def tests(session):
//!     session.run("pytest")
//! #- .github/workflows/ci.yml
//! on: push
//! jobs:
//!   test:
//!     runs-on: ubuntu-latest
//!     strategy: { matrix: { python: ["3.12", "3.13"] } }
//!     steps:
//!       - run: nox -s lint
//!             #^^^^^^^^^^^ info: `lint` runs in each of the 2 cells and nothing of it names the matrix: a job of its own may do
//!       - run: nox -s tests-${{ matrix.python }}
//! ```
//!
//! ```text after
//! #- .github/workflows/ci.yml
//! on: push
//! jobs:
//!   lint:
//!     runs-on: ubuntu-latest
//!     steps:
//!       - run: nox -s lint
//!   test:
//!     runs-on: ubuntu-latest
//!     strategy: { matrix: { python: ["3.12", "3.13"] } }
//!     steps:
//!       - run: nox -s tests-${{ matrix.python }}
//! ```

use syntax::Span;

use crate::lint::Level;
use crate::{assists, matrix, subject, times};

use super::{Findings, Lint, LintCx};

pub(super) const LINT: Lint = Lint { id: "repeated-in-matrix", level: Level::Info, check };

/// Each fix is worked out and proved: of more findings than these the offer at the cursor is enough.
const MOST_FIXES: usize = 4;

fn check(cx: &LintCx<'_>, out: &mut Findings) {
    let Some((_, workflow)) = cx.workflow() else { return };
    let mut fixes = 0;
    for link in &workflow.links {
        let Some(job) = workflow.facts.jobs.get(link.site.job) else { continue };
        let cells = job.strategy.as_ref().and_then(|strategy| strategy.cells.value()).map_or(0, Vec::len);
        let noxfile = link.noxfile.and_then(|id| cx.snapshot.workspace.noxfiles.get(id.0));
        let (Some(noxfile), Some(call), Some(step)) =
            (noxfile, subject::call(job, link.site), subject::step(job, link.site))
        else {
            continue;
        };
        if cells < 2 || !link.cells.is_empty() || matrix::reaches(job, step, call.span.of(cx.file.document.text())) {
            continue;
        }
        // Only what the call names: what it runs beside that is chosen elsewhere.
        let named = link.runs.iter().filter(|run| run.word.is_some() && !run.is_prerequisite);
        let named: Vec<_> = named.collect();
        let is_same = |run: &&model::links::LinkedSession| {
            noxfile.effects.get(run.session.0).is_some_and(|effects| matrix::is_same_everywhere(effects))
        };
        // All words are known names: then it does not matter that the noxfile may have more sessions.
        let words = call.selection.sessions.as_deref().unwrap_or_default();
        let is_read = link.unknown.is_empty() && words.iter().all(|word| word.literal) && words.len() == named.len();
        if named.is_empty() || !is_read || !named.iter().copied().all(|run| is_same(&run)) {
            continue;
        }
        let names: Vec<&str> = named.iter().map(|run| times::name(noxfile, run.session)).collect();
        let verb = if names.len() == 1 { "runs" } else { "run" };
        let message = format!(
            "`{}` {verb} in each of the {cells} cells and nothing of it names the matrix: a job of its own may do",
            names.join("`, `")
        );
        let finding = out.push(call.span, message);
        if fixes < MOST_FIXES {
            let at = Span::empty(call.span.start);
            finding.fixes.extend(assists::fix(cx.snapshot, cx.file, at, "lift-out-of-matrix"));
            fixes += finding.fixes.len();
        }
    }
}
