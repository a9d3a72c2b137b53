//! A nox call gives `-s` twice.
//!
//! Why: a later `-s` replaces the one before, so the first sessions never run, and nothing says so (seen in eight places
//! of scientific-python/cookie).
//!
//! ```text
//! #- noxfile.py
//! import nox
//! @nox.session
//! def lint(session): ...
//! @nox.session
//! def tests(session): ...
//! #- .github/workflows/ci.yml
//! on: push
//! jobs:
//!   test:
//!     runs-on: ubuntu-latest
//!     steps:
//!       - run: nox -s lint -s tests
//!                    #^^^^ warning: never runs: the later `-s` replaces this one; write all names after one `-s`
//! ```

use facts::shell::{NoxCall, Word};
use syntax::{Span, TextEdit};

use crate::lint::{Fix, Level};
use crate::{subject, words};

use super::{Findings, Lint, LintCx};

pub(super) const LINT: Lint = Lint { id: "overridden-selection", level: Level::Warning, check };

fn check(cx: &LintCx<'_>, out: &mut Findings) {
    for (job, link) in cx.calls() {
        let Some(call) = subject::call(job, link.site) else { continue };
        for words in &call.selection.overridden {
            let span = words.iter().map(|word| word.span).reduce(Span::join);
            if let Some(span) = span {
                let message = "never runs: the later `-s` replaces this one; write all names after one `-s`";
                let place = call.through.as_deref().map(|through| format!(" ({})", words::through(&[through])));
                let finding = out.push(span, format!("{message}{}", place.unwrap_or_default()));
                if let Some(edit) = join(call, words, cx.file.document.text()) {
                    let title = "Write all names after one `-s`".to_owned();
                    finding.fix(Fix { title, is_safe: false, edits: vec![edit] });
                }
            }
        }
    }
}

/// Takes away the `-s` between these names and the next ones, where nothing else stands there.
fn join(call: &NoxCall, names: &[Word], text: &str) -> Option<TextEdit> {
    let end = names.last()?.span.end;
    let lists = call.selection.overridden.iter().map(Vec::as_slice).chain(call.selection.sessions.as_deref());
    let next = lists.filter_map(|list| list.first()).map(|word| word.span.start).filter(|start| *start > end).min()?;
    let between = Span::new(end, next);
    let is_flag = ["-s", "-e", "--session", "--sessions"].contains(&between.of(text).trim());
    (is_flag && call.through.is_none()).then(|| TextEdit::replace(between, " "))
}
