//! A nox call names a session that the noxfile does not have.
//!
//! Why: nox stops with "Sessions not found" and exit status 3 before it runs anything.
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
//!       - run: nox -s test
//!                    #^^^^ error: the noxfile has no session `test`; did you mean `tests`?
//! ```
//!
//! In a composite action the action's file is where it is reported, not the workflows that use it.
//! A name that stands in a Makefile or a script is reported at the command that leads there.

use syntax::TextEdit;

use crate::lint::{Fix, Level};
use crate::{subject, words};

use super::{Findings, Lint, LintCx};

pub(super) const LINT: Lint = Lint { id: "unknown-session", level: Level::Error, check };

fn check(cx: &LintCx<'_>, out: &mut Findings) {
    for (job, link) in cx.calls() {
        let noxfile = link.noxfile.and_then(|id| cx.snapshot.workspace.noxfiles.get(id.0));
        for unknown in &link.unknown {
            let through = subject::call(job, link.site).and_then(|call| call.through.as_deref());
            let mut message = format!("the noxfile has no session `{}`", unknown.name);
            if let Some(through) = through {
                message.push_str(&format!(" ({})", words::through(&[through])));
            }
            if let Some(suggestion) = &unknown.suggestion {
                message.push_str(&format!("; did you mean `{suggestion}`?"));
            }
            let finding = out.push(unknown.span, message);
            // The name stands in another file: nothing here can be changed to another.
            if let Some(suggestion) = unknown.suggestion.as_ref().filter(|_| through.is_none()) {
                let written = unknown.span.of(cx.file.document.text());
                // The span may hold quotes: only the name within is replaced.
                let insert = written.replacen(&unknown.name, suggestion, 1);
                finding.fix(Fix {
                    title: format!("Change to `{suggestion}`"),
                    is_safe: false,
                    edits: vec![TextEdit::replace(unknown.span, insert)],
                });
                let named = noxfile.and_then(|noxfile| Some((noxfile, noxfile.by_name.get(suggestion)?)));
                let place = named.and_then(|(noxfile, id)| Some((noxfile.file, noxfile.facts.sessions.get(id.0)?)));
                if let Some((file, session)) = place {
                    finding.related(file, session.name_span, format!("`{suggestion}` is defined here"));
                }
            }
        }
    }
}
