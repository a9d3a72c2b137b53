//! `nox.options.sessions` is given a text.
//!
//! Why: nox takes a list or a tuple of names and raises for a text: nothing runs.
//!
//! ```text
//! #- noxfile.py
//! import nox
//! nox.options.sessions = "lint"
//!                       #^^^^^^ error: nox takes a list of names here: write `["lint"]`
//! @nox.session
//! def lint(session): ...
//! ```

use facts::Known;
use syntax::{Span, TextEdit};

use crate::lint::{Fix, Level};

use super::{Findings, Lint, LintCx};

pub(super) const LINT: Lint = Lint { id: "text-for-list", level: Level::Error, check };

fn check(cx: &LintCx<'_>, out: &mut Findings) {
    let Some((_, noxfile)) = cx.noxfile() else { return };
    let text = cx.file.document.text();
    let (Some(Known::Dynamic(unknown)), Some(statement)) =
        (&noxfile.facts.options.sessions, noxfile.facts.options.sessions_statement)
    else {
        return;
    };
    // Exactly `nox.options.sessions = "…"`; everything else cannot be read, which is another lint's word.
    let written = statement.of(text);
    let Some((target, value)) = written.split_once('=') else { return };
    let trimmed = value.trim();
    let quote = trimmed.chars().next().filter(|quote| matches!(quote, '"' | '\''));
    let Some(quote) = quote else { return };
    let inside = trimmed
        .strip_prefix(quote)
        .and_then(|rest| rest.strip_suffix(quote))
        .unwrap_or(quote.encode_utf8(&mut [0; 4]))
        .to_owned();
    if !target.trim_end().ends_with("sessions")
        || inside.contains([quote, '\n'])
        || !statement.touches(unknown.span.start)
    {
        return;
    }
    let start = statement.start + u32::try_from(written.len() - value.trim_start().len()).unwrap_or(0);
    let span = Span::new(start, start + u32::try_from(trimmed.len()).unwrap_or(0));
    let list = format!("[{trimmed}]");
    out.push(span, format!("nox takes a list of names here: write `{list}`")).fix(Fix {
        title: format!("Write `{list}`"),
        is_safe: true,
        edits: vec![TextEdit::replace(span, list)],
    });
}
