//! A session notifies another one.
//!
//! Why: `session.notify` raises ValueError under `nox -j`, and the session fails ("declare the ordering with requires=
//! instead", nox 2026.8.10 and later). A warning where the noxfile opts in to parallel runs, else a hint.
//!
//! ```text
//! #- noxfile.py
//! import nox
//! @nox.session(allow_parallel=True)
//! def tests(session):
//!     session.run("coverage", "run", "-m", "pytest")
//!     session.notify("coverage")
//!                    #^^^^^^^^ warning: fails under `nox -j`: let `coverage` say `requires=["tests"]` instead
//! @nox.session
//! def coverage(session):
//!     session.run("coverage", "report")
//! ```

use facts::noxfile::ActionKind;

use crate::lint::Level;

use super::{Findings, Lint, LintCx};

pub(super) const LINT: Lint = Lint { id: "notify-in-parallel", level: Level::Warning, check };

fn check(cx: &LintCx<'_>, out: &mut Findings) {
    let Some((_, noxfile)) = cx.noxfile() else { return };
    let facts = &noxfile.facts;
    let all = facts.options.allow_parallel.as_ref().and_then(|known| known.value()).copied().unwrap_or(false);
    for session in &facts.sessions {
        for action in &session.actions {
            let ActionKind::Notify { target } = &action.kind else { continue };
            let message = match target.word() {
                Some(name) => {
                    format!("fails under `nox -j`: let `{name}` say `requires=[\"{}\"]` instead", session.name)
                }
                None => "fails under `nox -j`: say the order by `requires=` instead".to_owned(),
            };
            let is_meant = session.allow_parallel.unwrap_or(all);
            out.push(target.span(), message).level = if is_meant { Level::Warning } else { Level::Hint };
        }
    }
}
