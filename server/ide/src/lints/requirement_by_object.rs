//! `requires=` is given a function where nox wants its name.
//!
//! Why: nox stops with a traceback even when it only lists: "'Func' object has no attribute 'format'" (nox 2026.10.20).
//!
//! ```text
//! #- noxfile.py
//! import nox
//! @nox.session
//! def build(session): ...
//! @nox.session(requires=[build])
//!                       #^^^^^ error: nox stops here with a traceback: it wants the name, `"build"`
//! def tests(session): ...
//! ```

use syntax::{Span, TextEdit};

use crate::lint::{Fix, Level};

use super::{Findings, Lint, LintCx};

pub(super) const LINT: Lint = Lint { id: "requirement-by-object", level: Level::Error, check };

fn check(cx: &LintCx<'_>, out: &mut Findings) {
    let Some((_, noxfile)) = cx.noxfile() else { return };
    let text = cx.file.document.text();
    let sessions = || noxfile.facts.sessions.iter().filter(|it| it.elsewhere.is_none());
    for session in sessions().filter(|it| !it.is_configured) {
        let mut keywords = session.decorator.keywords.iter();
        let Some((_, argument)) = keywords.find(|(name, _)| name == "requires") else { continue };
        for (word, span) in words(text, *argument) {
            let Some(meant) = sessions().find(|it| it.function == word) else { continue };
            let name = format!("\"{}\"", meant.name);
            out.push(span, format!("nox stops here with a traceback: it wants the name, `{name}`"))
                .related(cx.file.id, meant.name_span, format!("`{}` is defined here", meant.name))
                .fix(Fix {
                    title: format!("Write `{name}`"),
                    is_safe: true,
                    edits: vec![TextEdit::replace(span, name)],
                });
        }
    }
}

/// The items of `requires=[a, "b"]` that are words without quotes.
fn words(text: &str, argument: Span) -> Vec<(&str, Span)> {
    let written = argument.of(text);
    let Some(list) = written.split_once('=').map(|(_, list)| list.trim()) else { return Vec::new() };
    let inside = list.strip_prefix(['[', '(']).and_then(|list| list.strip_suffix([']', ')']));
    let Some(inside) = inside else { return Vec::new() };
    let is_word = |word: &str| !word.is_empty() && word.chars().all(|c| c.is_alphanumeric() || c == '_');
    // All parts are of one text: their distance is their place.
    let place = |word: &str| argument.start as usize + (word.as_ptr().addr() - written.as_ptr().addr());
    let items = inside.split(',').map(str::trim).filter(|word| is_word(word));
    items.map(|word| (word, Span::from(place(word)..place(word) + word.len()))).collect()
}
