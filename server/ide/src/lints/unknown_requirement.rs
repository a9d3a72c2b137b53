//! `requires=` or `session.notify` names a session that the noxfile does not have.
//!
//! Why: nox refuses to list or run anything as soon as the session is selected ("Session not found", exit status 3).
//!
//! ```text
//! #- noxfile.py
//! import nox
//! @nox.session
//! def build(session): ...
//! @nox.session(requires=["biuld"])
//!                        #^^^^^ error: there is no session `biuld`; did you mean `build`?
//! def tests(session): ...
//! ```

use facts::noxfile::ActionKind;
use model::NoxfileModel;
use model::nearest::nearest;
use syntax::{Span, TextEdit};

use crate::lint::{Fix, Level};

use super::{Findings, Lint, LintCx};

pub(super) const LINT: Lint = Lint { id: "unknown-requirement", level: Level::Error, check };

fn check(cx: &LintCx<'_>, out: &mut Findings) {
    let Some((_, noxfile)) = cx.noxfile() else { return };
    if !noxfile.facts.unknown.is_empty() || noxfile.facts.sessions.iter().any(|session| !session.complete) {
        return; // a session that is not seen may well exist
    }
    for session in &noxfile.facts.sessions {
        for (name, span) in session.requires.iter().filter(|(name, _)| !name.contains('{')) {
            report(cx, noxfile, name, *span, out);
        }
        for action in &session.actions {
            if let ActionKind::Notify { target } = &action.kind
                && let Some(name) = target.word()
            {
                report(cx, noxfile, name, target.span(), out);
            }
        }
    }
}

fn report(cx: &LintCx<'_>, noxfile: &NoxfileModel, name: &str, span: Span, out: &mut Findings) {
    if noxfile.by_name.contains_key(name) {
        return;
    }
    let known = noxfile.facts.sessions.iter().map(|session| session.name.as_str());
    let mut message = format!("there is no session `{name}`");
    let Some(suggestion) = nearest(name, known) else {
        out.push(span, message);
        return;
    };
    message.push_str(&format!("; did you mean `{suggestion}`?"));
    let insert = span.of(cx.file.document.text()).replacen(name, suggestion, 1);
    out.push(span, message).fix(Fix {
        title: format!("Change to `{suggestion}`"),
        is_safe: false,
        edits: vec![TextEdit::replace(span, insert)],
    });
}
