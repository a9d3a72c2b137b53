//! A noxfile uses what only a newer nox has, and does not ask for it.
//!
//! Why: an older nox stops with a TypeError that tells nobody what to do; with `nox.needs_version` it asks for an
//! update (nox's changelog: `requires=` is of 2025.2.9, `allow_parallel=` of 2026.8.10). A warning where
//! `nox.needs_version` is there and promises that an older one will do, else a hint. Arguments that are older than that
//! are left alone.
//!
//! ```text
//! #- noxfile.py
//! import nox
//! nox.needs_version = ">=2024.3"
//!                     #^^^^^^^^ warning: `requires=` is not in every nox from 2024.3 on: its first is 2025.02.09
//! @nox.session
//! def build(session): ...
//! @nox.session(requires=["build"])
//! def tests(session): ...
//! ```
//!
//! ```text
//! #- noxfile.py
//! import nox
//! @nox.session
//! def build(session): ...
//! @nox.session(requires=["build"])
//!             #^^^^^^^^^^^^^^^^^^ hint: `requires=` needs nox 2025.02.09, and nothing here asks for it
//! def tests(session): ...
//! ```

use crate::assists::{FIRST_REQUIRES, is_older, newest_argument};
use crate::lint::Level;

use super::{Findings, Lint, LintCx};

pub(super) const LINT: Lint = Lint { id: "unstated-nox-version", level: Level::Hint, check };

fn check(cx: &LintCx<'_>, out: &mut Findings) {
    let Some((_, noxfile)) = cx.noxfile() else { return };
    let facts = &noxfile.facts;
    let Some((what, first)) = newest_argument(&facts.sessions) else { return };
    if is_older(first, FIRST_REQUIRES) {
        return; // two years and more: everybody has it
    }
    if let Some((version, span)) = &facts.needs_version {
        let Some(lower) = version.trim().strip_prefix(">=").map(str::trim) else { return };
        if !lower.contains(',') && is_older(lower, first) {
            let message = format!("`{what}` is not in every nox from {lower} on: its first is {first}");
            let finding = out.push(*span, message);
            (finding.level, finding.rewrite) = (Level::Warning, None);
            let (start, end) = (span.end.saturating_sub(u32::try_from(version.len()).unwrap_or(0)), span.end);
            let place = syntax::Span::new(start, end);
            if place.of(cx.file.document.text()) == version {
                finding.fix(crate::lint::Fix {
                    title: format!("Ask for nox {first}"),
                    is_safe: false,
                    edits: vec![syntax::TextEdit::replace(place, format!(">={first}"))],
                });
            }
        }
        return;
    }
    let keyword = what.trim_end_matches('=');
    let used = facts.sessions.iter().filter(|session| session.elsewhere.is_none());
    let mut places = used.flat_map(|session| &session.decorator.keywords).filter(|(name, _)| name == keyword);
    if let Some((_, span)) = places.next() {
        let message = format!("`{what}` needs nox {first}, and nothing here asks for it");
        out.push(*span, message).rewrite = Some("require-nox-version");
    }
}
