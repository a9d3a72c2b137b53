//! A noxfile has two sessions of one name.
//!
//! Why: nox takes the later function and warns: "has already been registered; this will be an error in a future version
//! of nox" (nox 2026.10.20). The first function never runs. Two that stand under a condition which is not known are
//! left alone.
//!
//! ```text
//! #- noxfile.py
//! import nox
//! @nox.session
//! def lint(session):
//!     session.run("ruff", "check", ".")
//! @nox.session(name="lint")
//!                   #^^^^ warning: there is a session `lint` already: nox takes this one, and the first never runs
//! def check(session):
//!     session.run("mypy", "src")
//! ```
//!
//! ```text after
//! #- noxfile.py
//! import nox
//! @nox.session
//! def lint(session):
//!     session.run("ruff", "check", ".")
//! @nox.session(name="types")
//! def check(session):
//!     session.run("mypy", "src")
//! ```

use crate::lint::Level;

use super::{Findings, Lint, LintCx};

pub(super) const LINT: Lint = Lint { id: "repeated-session", level: Level::Warning, check };

fn check(cx: &LintCx<'_>, out: &mut Findings) {
    let Some((_, noxfile)) = cx.noxfile() else { return };
    for (first, second) in &noxfile.facts.repeated {
        let session = noxfile.facts.sessions.iter().find(|session| session.name_span == *second);
        let Some(session) = session.filter(|session| session.elsewhere.is_none()) else { continue };
        let name = &session.name;
        let message = format!("there is a session `{name}` already: nox takes this one, and the first never runs");
        out.push(*second, message).related(cx.file.id, *first, "the first, which never runs");
    }
}
