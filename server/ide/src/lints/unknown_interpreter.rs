//! A nox call asks for an interpreter (`-p`) that no session has.
//!
//! Why: `-p` compares texts: `3.9` selects the sessions that say exactly `python="3.9"`. Where none is left nox stops
//! with "Python version selection caused no sessions to be selected" and exit status 3 (nox 2026.10.20). `-P` adds an
//! interpreter.
//!
//! ```text
//! #- noxfile.py
//! import nox
//! @nox.session(python=["3.12", "3.13"])
//! def tests(session): ...
//! #- .github/workflows/ci.yml
//! on: push
//! jobs:
//!   test:
//!     runs-on: ubuntu-latest
//!     steps:
//!       - run: nox -p 3.9
//!                    #^^^ error: no session has the interpreter `3.9`: the noxfile has 3.12, 3.13
//! ```
//!
//! ```text after
//! #- .github/workflows/ci.yml
//! on: push
//! jobs:
//!   test:
//!     runs-on: ubuntu-latest
//!     steps:
//!       - run: nox -p 3.12
//! ```

use crate::lint::Level;

use super::{Findings, Lint, LintCx};

pub(super) const LINT: Lint = Lint { id: "unknown-interpreter", level: Level::Error, check };

/// Interpreters that the message lists.
const MAX_SHOWN: usize = 8;

fn check(cx: &LintCx<'_>, out: &mut Findings) {
    for used in cx.nox_calls() {
        let selection = &used.call.selection;
        let Some(pythons) = selection.pythons.as_ref().filter(|_| selection.force_pythons.is_none()) else { continue };
        let Some(noxfile) = used.whole_noxfile() else { continue };
        let mut known: Vec<&str> = Vec::new();
        let instances = noxfile.facts.sessions.iter().flat_map(|session| session.instances.iter());
        for python in instances.filter_map(|instance| instance.python.as_deref()) {
            if !known.contains(&python) {
                known.push(python);
            }
        }
        let is_unknown = |text: &str| !known.contains(&text);
        let is_nothing_left = pythons.iter().all(|python| python.literal && is_unknown(&python.text));
        for python in pythons.iter().filter(|python| python.literal && is_unknown(&python.text)) {
            let has = match known.as_slice() {
                [] => "the noxfile names none".to_owned(),
                known => {
                    let shown: Vec<&str> = known.iter().take(MAX_SHOWN).copied().collect();
                    format!("the noxfile has {}", shown.join(", "))
                }
            };
            let message = format!("no session has the interpreter `{}`: {has}", python.text);
            out.push(python.span, used.told(message)).level =
                if is_nothing_left { Level::Error } else { Level::Warning };
        }
    }
}
