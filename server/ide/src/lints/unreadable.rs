//! A part of the file could not be read.
//!
//! Why: what noxflow cannot read it says nothing about; the rest of the file stays as good as before. A session list
//! that depends on other programs is reported once, quietly.
//!
//! ```text
//! #- noxfile.py
//! import nox
//! nox.options.sessions = pick()
//!                       #^^^^ hint: cannot be read: uses `pick`, which is not known here
//! ```
//!
//! ```text after
//! #- noxfile.py
//! import nox
//! nox.options.sessions = ["lint"]
//! @nox.session
//! def lint(session): ...
//! ```

use facts::{Known, Unknown};

use crate::lint::Level;

use super::{Findings, Lint, LintCx};

pub(super) const LINT: Lint = Lint { id: "unreadable", level: Level::Hint, check };

fn check(cx: &LintCx<'_>, out: &mut Findings) {
    for issue in cx.file.document.issues() {
        out.push(issue.span, issue.message.clone()).level = Level::Warning;
    }
    let Some((_, noxfile)) = cx.noxfile() else { return };
    let facts = &noxfile.facts;
    let selection = facts.options.sessions.iter().filter_map(unknown);
    let partial = facts.sessions.iter().filter(|session| !(session.complete && session.is_configured));
    let instances = partial.flat_map(|session| &session.unknown);
    let mut unknown: Vec<&Unknown> = facts.unknown.iter().chain(selection).chain(instances).collect();
    unknown.sort_by_key(|unknown| unknown.span);
    unknown.dedup_by_key(|unknown| unknown.span);
    for unknown in unknown {
        out.push(unknown.span, format!("cannot be read: {}", unknown.reason));
    }
}

fn unknown<T>(known: &Known<T>) -> Option<&Unknown> {
    match known {
        Known::Dynamic(unknown) => Some(unknown),
        Known::Literal(..) => None,
    }
}
