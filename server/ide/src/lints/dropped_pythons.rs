//! A session has a list of interpreters but no environment to put them in.
//!
//! Why: with the backend `none` nox makes one session, without an interpreter in its name, and says "IGNORING its
//! python=[…] parametrization" when it runs (nox 2026.10.20): it tests one interpreter, whatever the list says.
//!
//! ```text
//! #- noxfile.py
//! import nox
//! @nox.session(python=["3.12", "3.13"], venv_backend="none")
//!             #^^^^^^^^^^^^^^^^^^^^^^^ warning: without an environment nox ignores this list: `tests` runs once, with the interpreter that is there
//! def tests(session):
//!     session.run("pytest")
//! ```
//!
//! ```text after
//! #- noxfile.py
//! import nox
//! @nox.session(venv_backend="none")
//! def tests(session):
//!     session.run("pytest")
//! ```

use facts::noxfile::Python;

use crate::lint::Level;

use super::{Findings, Lint, LintCx};

pub(super) const LINT: Lint = Lint { id: "dropped-pythons", level: Level::Warning, check };

fn check(cx: &LintCx<'_>, out: &mut Findings) {
    let Some((_, noxfile)) = cx.noxfile() else { return };
    for session in noxfile.facts.sessions.iter().filter(|session| session.elsewhere.is_none()) {
        // Only where it is said of this session: as the default backend it may be changed for one run.
        let is_dropped = session.venv_backend.as_deref() == Some("none");
        let (Python::Many(versions), true) = (&session.python, is_dropped) else { continue };
        let place = session.decorator.keywords.iter().find(|(name, _)| name == "python" || name == "py");
        let (Some((_, span)), true) = (place, versions.len() > 1) else { continue };
        let message = format!(
            "without an environment nox ignores this list: `{}` runs once, with the interpreter that is there",
            session.name
        );
        out.push(*span, message);
    }
}
