//! A variable looks like one of nox's, but nox does not read it.
//!
//! Why: nox reads `NOXSESSION`, `NOXPYTHON`, `NOXEXTRAPYTHON` and `NOXFORCEPYTHON`; there is no `NOXTAGS` or
//! `NOXKEYWORDS` (nox 2026.10.20, tried). The default sessions run instead, and nothing says so.
//!
//! ```text
//! #- noxfile.py
//! import nox
//! @nox.session(tags=["test"])
//! def tests(session): ...
//! #- .github/workflows/ci.yml
//! on: push
//! jobs:
//!   test:
//!     runs-on: ubuntu-latest
//!     steps:
//!       - run: nox
//!         env:
//!           NOXTAGS: test
//!                   #^^^^ warning: nox does not read `NOXTAGS`: say `-t` in the call
//! ```
//!
//! ```text after
//! #- .github/workflows/ci.yml
//! on: push
//! jobs:
//!   test:
//!     runs-on: ubuntu-latest
//!     steps:
//!       - run: nox -t test
//! ```

use facts::shell::Word;

use crate::lint::Level;

use super::{Findings, Lint, LintCx};

pub(super) const LINT: Lint = Lint { id: "unread-variable", level: Level::Warning, check };

/// What people write, and what they mean.
const NAMES: [(&str, &str); 8] = [
    ("NOXTAGS", "say `-t` in the call"),
    ("NOXTAG", "say `-t` in the call"),
    ("NOX_TAGS", "say `-t` in the call"),
    ("NOXKEYWORDS", "say `-k` in the call"),
    ("NOX_KEYWORDS", "say `-k` in the call"),
    ("NOXSESSIONS", "it is called `NOXSESSION`"),
    ("NOXPYTHONS", "it is called `NOXPYTHON`"),
    ("NOX_PYTHON", "it is called `NOXPYTHON`"),
];

fn check(cx: &LintCx<'_>, out: &mut Findings) {
    let Some((_, workflow)) = cx.workflow() else { return };
    // A noxfile or a script may read a variable of its own by such a name.
    let is_read = |name: &str| {
        let own = cx.file.document.text();
        own.matches(name).count() > 1
            || cx.snapshot.files.iter().any(|file| file.noxfile().is_some() && file.document.text().contains(name))
    };
    let mut look = |env: &[(String, Word)]| {
        for (name, word) in env {
            if let Some((_, cure)) = NAMES.iter().find(|(known, _)| known == name).filter(|_| !is_read(name)) {
                out.push(word.span, format!("nox does not read `{name}`: {cure}"));
            }
        }
    };
    look(&workflow.facts.env);
    for job in &workflow.facts.jobs {
        look(&job.env);
        job.steps.iter().for_each(|step| look(&step.env));
    }
}
