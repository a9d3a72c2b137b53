//! A nox call has an argument that nox does not know.
//!
//! Why: names of sessions stand behind `-s`, arguments for them behind `--`. Anything else nox refuses with exit status
//! 2 ("Unknown argument(s)", "unrecognized arguments"; nox 2026.10.20).
//!
//! ```text
//! #- noxfile.py
//! import nox
//! @nox.session
//! def tests(session): ...
//! #- .github/workflows/ci.yml
//! on: push
//! jobs:
//!   test:
//!     runs-on: ubuntu-latest
//!     steps:
//!       - run: nox tests
//!                 #^^^^^ error: nox stops: `tests` belongs to no option; sessions are named behind `-s`
//! ```
//!
//! ```text
//! #- .github/workflows/ci.yml
//! on: push
//! jobs:
//!   test:
//!     runs-on: ubuntu-latest
//!     steps:
//!       - run: nox --no-instal -s tests
//!                 #^^^^^^^^^^^ error: nox stops: it has no option `--no-instal`; did you mean `--no-install`?
//! ```

use facts::shell::FLAGS;
use model::nearest::nearest;
use syntax::TextEdit;

use crate::lint::{Fix, Level};

use super::{Findings, Lint, LintCx};

pub(super) const LINT: Lint = Lint { id: "refused-argument", level: Level::Error, check };

/// Options that take a value and may be meant.
const WITH_VALUES: [&str; 13] = [
    "--session",
    "--sessions",
    "--tags",
    "--keywords",
    "--python",
    "--pythons",
    "--force-python",
    "--extra-pythons",
    "--noxfile",
    "--parallel",
    "--no-dependencies",
    "--report",
    "--envdir",
];

fn check(cx: &LintCx<'_>, out: &mut Findings) {
    for used in cx.nox_calls() {
        let Some(word) = used.call.refused.first() else { continue };
        let text = &word.text;
        if text.starts_with('-') {
            let flag = text.split('=').next().unwrap_or_default();
            let near = nearest(flag, FLAGS.into_iter().chain(WITH_VALUES).filter(|_| flag.starts_with("--")));
            let more = near.map(|near| format!("; did you mean `{near}`?")).unwrap_or_default();
            let finding = out.push(word.span, used.told(format!("nox stops: it has no option `{flag}`{more}")));
            if let Some(near) = near.filter(|_| used.call.through.is_none()) {
                let insert = word.span.of(cx.file.document.text()).replacen(flag, near, 1);
                let edits = vec![TextEdit::replace(word.span, insert)];
                finding.fix(Fix { title: format!("Change to `{near}`"), is_safe: false, edits });
            }
            continue;
        }
        let is_session = used.noxfile.is_some_and(|noxfile| noxfile.by_name.contains_key(text));
        let hint = if is_session || used.call.selection.sessions.is_none() {
            "sessions are named behind `-s`"
        } else {
            "arguments of sessions stand behind `--`"
        };
        let finding = out.push(word.span, used.told(format!("nox stops: `{text}` belongs to no option; {hint}")));
        if is_session && used.call.selection.sessions.is_none() && used.call.through.is_none() {
            let edits = vec![TextEdit::insert(word.span.start, "-s ")];
            finding.fix(Fix { title: format!("Name it behind `-s`: `-s {text}`"), is_safe: false, edits });
        }
    }
}
