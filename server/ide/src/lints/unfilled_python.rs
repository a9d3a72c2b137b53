//! `requires=` has `{python}` in it, but the session has no `python=`.
//!
//! Why: nox stops with a traceback even when it only lists: "Cannot parametrize requires with {python} when python is
//! None or a bool".
//!
//! ```text
//! #- noxfile.py
//! import nox
//! @nox.session(python=["3.12", "3.13"])
//! def build(session): ...
//! @nox.session(requires=["build-{python}"])
//!                        #^^^^^^^^^^^^^^ error: nox stops here with a traceback: `tests` has no `python=` to fill `{python}` with
//! def tests(session): ...
//! ```
//!
//! ```text after
//! #- noxfile.py
//! import nox
//! @nox.session(python=["3.12", "3.13"])
//! def build(session): ...
//! @nox.session(python=["3.12", "3.13"], requires=["build-{python}"])
//! def tests(session): ...
//! ```

use facts::noxfile::Python;

use crate::lint::Level;

use super::{Findings, Lint, LintCx};

pub(super) const LINT: Lint = Lint { id: "unfilled-python", level: Level::Error, check };

fn check(cx: &LintCx<'_>, out: &mut Findings) {
    let Some((_, noxfile)) = cx.noxfile() else { return };
    for session in &noxfile.facts.sessions {
        if !matches!(session.python, Python::Unset | Python::False) {
            continue;
        }
        for (_, span) in session.requires.iter().filter(|(name, _)| name.contains("{python}") || name.contains("{py}")) {
            let message = format!(
                "nox stops here with a traceback: `{}` has no `python=` to fill `{{python}}` with",
                session.name
            );
            out.push(*span, message);
        }
    }
}
