//! A nox call gives `-s` beside `-t` or `-k`.
//!
//! Why: with `-t` or `-k` nox looks at neither `-s` nor `nox.options.sessions`: `nox -s lint -t test` runs what has the
//! tag, and `lint` only if it has it too (nox 2026.10.20).
//!
//! ```text
//! #- noxfile.py
//! import nox
//! @nox.session
//! def lint(session): ...
//! @nox.session(tags=["test"])
//! def tests(session): ...
//! #- .github/workflows/ci.yml
//! on: push
//! jobs:
//!   test:
//!     runs-on: ubuntu-latest
//!     steps:
//!       - run: nox -s lint -t test
//!                    #^^^^ warning: never runs by its name: nox ignores `-s` beside `-t`; make it a call of its own
//! ```
//!
//! ```text after
//! #- .github/workflows/ci.yml
//! on: push
//! jobs:
//!   test:
//!     runs-on: ubuntu-latest
//!     steps:
//!       - run: nox -s lint
//!       - run: nox -t test
//! ```

use syntax::Span;

use crate::lint::Level;

use super::{Findings, Lint, LintCx};

pub(super) const LINT: Lint = Lint { id: "ignored-selection", level: Level::Warning, check };

fn check(cx: &LintCx<'_>, out: &mut Findings) {
    for used in cx.nox_calls() {
        let selection = &used.call.selection;
        let flag = match (&selection.tags, &selection.keywords) {
            (Some(_), _) => "-t",
            (None, Some(_)) => "-k",
            (None, None) => continue,
        };
        // Who sets NOXSESSION for a whole job and asks for tags in one step means it so.
        let Some(names) = selection.sessions.as_deref().filter(|_| !selection.is_from_environment) else { continue };
        let Some(span) = names.iter().map(|word| word.span).reduce(Span::join) else { continue };
        let verb = if names.len() == 1 { "never runs by its name" } else { "never run by their names" };
        let what = if names.len() == 1 { "make it a call of its own" } else { "make them a call of their own" };
        out.push(span, used.told(format!("{verb}: nox ignores `-s` beside `{flag}`; {what}")));
    }
}
