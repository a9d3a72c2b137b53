//! A nox call selects by a tag that no session has.
//!
//! Why: where none of its tags is known nox stops with "Tag selection caused no sessions to be selected" and exit
//! status 3; where others are, the mistake passes without a word (nox 2026.10.20). Nothing is said where the noxfile
//! cannot be read completely.
//!
//! ```text
//! #- noxfile.py
//! import nox
//! @nox.session(tags=["style"])
//! def lint(session): ...
//! @nox.session(tags=["test"])
//! def tests(session): ...
//! #- .github/workflows/ci.yml
//! on: push
//! jobs:
//!   checks:
//!     runs-on: ubuntu-latest
//!     steps:
//!       - run: nox -t tests
//!                    #^^^^^ error: no session has the tag `tests`; did you mean `test`?
//!       - run: nox -t style sytle
//!                          #^^^^^ warning: no session has the tag `sytle`; did you mean `style`?
//! ```

use std::collections::BTreeSet;

use model::nearest::nearest;
use syntax::TextEdit;

use crate::lint::{Fix, Level};

use super::{Findings, Lint, LintCx};

pub(super) const LINT: Lint = Lint { id: "unknown-tag", level: Level::Error, check };

fn check(cx: &LintCx<'_>, out: &mut Findings) {
    for used in cx.nox_calls() {
        let Some(tags) = &used.call.selection.tags else { continue };
        let Some(noxfile) = used.whole_noxfile() else { continue };
        let instances = noxfile.facts.sessions.iter().flat_map(|session| session.instances.iter());
        let known: BTreeSet<&str> = instances.flat_map(|it| it.tags.iter().map(String::as_str)).collect();
        let is_unknown = |text: &str| !known.contains(text);
        let is_nothing_left = tags.iter().all(|tag| tag.literal && is_unknown(&tag.text));
        for tag in tags.iter().filter(|tag| tag.literal && is_unknown(&tag.text)) {
            let mut message = format!("no session has the tag `{}`", tag.text);
            let near = nearest(&tag.text, known.iter().copied());
            message.extend(near.map(|near| format!("; did you mean `{near}`?")));
            let finding = out.push(tag.span, used.told(message));
            finding.level = if is_nothing_left { Level::Error } else { Level::Warning };
            if let Some(near) = near.filter(|_| used.call.through.is_none()) {
                let insert = tag.span.of(cx.file.document.text()).replacen(&tag.text, near, 1);
                let edits = vec![TextEdit::replace(tag.span, insert)];
                finding.fix(Fix { title: format!("Change to `{near}`"), is_safe: false, edits });
            }
        }
    }
}
