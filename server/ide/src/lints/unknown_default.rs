//! `nox.options.sessions` names a session that the noxfile does not have.
//!
//! Why: bare `nox` stops with "Sessions not found" and exit status 3 before it runs anything.
//!
//! ```text
//! #- noxfile.py
//! import nox
//! nox.options.sessions = ["lint", "test"]
//!                                 #^^^^ error: there is no session `test`; did you mean `tests`?
//! @nox.session
//! def lint(session): ...
//! @nox.session
//! def tests(session): ...
//! ```

use model::nearest::nearest;
use syntax::TextEdit;

use crate::lint::{Fix, Level};

use super::{Findings, Lint, LintCx};

pub(super) const LINT: Lint = Lint { id: "unknown-default", level: Level::Error, check };

fn check(cx: &LintCx<'_>, out: &mut Findings) {
    let Some((_, noxfile)) = cx.noxfile() else { return };
    if !noxfile.facts.unknown.is_empty() || noxfile.facts.sessions.iter().any(|session| !session.complete) {
        return; // a session that is not seen may well exist
    }
    let named = noxfile.facts.options.sessions.as_ref().and_then(|known| known.value());
    let text = cx.file.document.text();
    for (name, span) in named.into_iter().flatten() {
        if noxfile.by_name.contains_key(name) {
            continue;
        }
        let mut message = format!("there is no session `{name}`");
        let Some(near) = nearest(name, noxfile.facts.sessions.iter().map(|session| session.name.as_str())) else {
            out.push(*span, message);
            continue;
        };
        message.push_str(&format!("; did you mean `{near}`?"));
        let written = span.of(text);
        let finding = out.push(*span, message);
        if written.contains(name) {
            let edits = vec![TextEdit::replace(*span, written.replacen(name, near, 1))];
            finding.fix(Fix { title: format!("Change to `{near}`"), is_safe: false, edits });
        }
    }
}
