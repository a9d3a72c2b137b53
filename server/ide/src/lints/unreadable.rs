//! A part of the file could not be read.
//!
//! Why: what noxflow cannot read it says nothing about; the rest of the file stays as good as before. A session list
//! that depends on other programs is reported once, quietly.
//!
//! ```text
//! #- noxfile.py
//! import nox
//! nox.options.sessions = pick()
//!                       #^^^^^^ hint: cannot be read: calls `pick`, which this file does not define
//! ```

use crate::lint::Level;

use super::{Findings, Lint, LintCx};

pub(super) const LINT: Lint = Lint { id: "unreadable", level: Level::Hint, check };

fn check(cx: &LintCx<'_>, out: &mut Findings) {
    for issue in cx.file.document.issues() {
        out.push(issue.span, issue.message.clone()).level = Level::Warning;
    }
    if let Some((_, noxfile)) = cx.noxfile() {
        for unknown in &noxfile.facts.unknown {
            out.push(unknown.span, format!("cannot be read: {}", unknown.reason));
        }
    }
}
