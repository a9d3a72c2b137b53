//! Two sessions write the same coverage data, and a report reads it after both.
//!
//! Why: without `--append` or `parallel = true`, `coverage run` begins with an empty file: the report sees only what the
//! last session wrote, also when they run one after another. Side by side it is chance which one that is.
//!
//! ```text
//! #- noxfile.py
//! import nox
//! @nox.session
//! def unit(session):
//!     session.run("coverage", "run", "-m", "pytest", "tests/unit")
//! @nox.session
//! def integration(session):
//!     session.run("coverage", "run", "-m", "pytest", "tests/integration")
//!    #^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ info: overwrites the coverage data of `unit`, and `report` reads it after both: give each a `COVERAGE_FILE` of its own and combine them
//! @nox.session
//! def report(session):
//!     session.run("coverage", "report")
//! ```

use model::{EdgeKind, SessionId, Severity};

use crate::lint::Level;
use crate::times;

use super::{Findings, Lint, LintCx};

/// Writers of one report that are compared; more of them are made by a program, which knows what it does.
const MAX_WRITERS: usize = 12;

pub(super) const LINT: Lint = Lint { id: "overwritten-coverage", level: Level::Info, check };

fn check(cx: &LintCx<'_>, out: &mut Findings) {
    let Some((id, noxfile)) = cx.noxfile() else { return };
    let mut told: Vec<SessionId> = Vec::new();
    for reader in (0..noxfile.facts.sessions.len()).map(SessionId) {
        let before = noxfile.edges.iter().filter(|edge| edge.to == reader && edge.kind == EdgeKind::Data);
        let mut writers: Vec<SessionId> = before.map(|edge| edge.from).collect();
        writers.sort();
        writers.dedup();
        for (at, later) in writers.iter().enumerate().take(MAX_WRITERS).skip(1) {
            if told.contains(later) {
                continue;
            }
            let lost = writers.iter().take(at).find_map(|earlier| {
                let mut hazards = cx.snapshot.workspace.hazards_between(id, *earlier, *later).into_iter();
                hazards.find(|it| it.kind == "shared-coverage-data" && it.severity == Severity::LosesData)
            });
            let Some(lost) = lost else { continue };
            told.push(*later);
            let message = format!(
                "overwrites the coverage data of `{}`, and `{}` reads it after both: give each a `COVERAGE_FILE` of its own \
                 and combine them",
                times::name(noxfile, lost.between.0),
                times::name(noxfile, reader),
            );
            out.push(lost.places.1, message).related(noxfile.file, lost.places.0, "writes it first");
        }
    }
}
