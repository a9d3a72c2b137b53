//! A session is given both `python=` and `py=`.
//!
//! Why: one is an alias of the other, and nox raises ValueError for both: "please only specify one". The noxfile does
//! not load at all (nox 2026.10.20).
//!
//! ```text
//! #- noxfile.py
//! import nox
//! @nox.session(python="3.12", py="3.13")
//!                            #^^^^^^^^^ error: `py=` is `python=` by another name: with both the noxfile does not load
//! def tests(session): ...
//! ```
//!
//! ```text after
//! #- noxfile.py
//! import nox
//! @nox.session(python=["3.12", "3.13"])
//! def tests(session): ...
//! ```

use crate::lint::Level;

use super::{Findings, Lint, LintCx};

pub(super) const LINT: Lint = Lint { id: "python-given-twice", level: Level::Error, check };

fn check(cx: &LintCx<'_>, out: &mut Findings) {
    let Some((_, noxfile)) = cx.noxfile() else { return };
    for session in noxfile.facts.sessions.iter().filter(|session| session.elsewhere.is_none()) {
        let place = |name: &str| session.decorator.keywords.iter().find(|(it, _)| it == name).map(|(_, span)| *span);
        let is_none = |span: syntax::Span| span.of(cx.file.document.text()).trim_end().ends_with("None");
        let (Some(python), Some(py)) = (place("python"), place("py")) else { continue };
        if is_none(python) || is_none(py) {
            continue; // None says nothing
        }
        out.push(py, "`py=` is `python=` by another name: with both the noxfile does not load".to_owned())
            .related(cx.file.id, python, "the other one");
    }
}
