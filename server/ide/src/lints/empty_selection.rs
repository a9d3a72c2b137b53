//! A nox call selects no session.
//!
//! Why: nox stops with exit status 3 ("No sessions selected after filtering by keyword" and the like, nox 2026.10.20).
//! That of a tag or an interpreter that nobody has is told by `unknown-tag` and `unknown-interpreter`; this one tells
//! of `-k` and of what each have sessions, but together none.
//!
//! ```text
//! #- noxfile.py
//! import nox
//! @nox.session(python="3.12", tags=["test"])
//! def tests(session): ...
//! @nox.session(python="3.13", tags=["docs"])
//! def docs(session): ...
//! #- .github/workflows/ci.yml
//! on: push
//! jobs:
//!   test:
//!     runs-on: ubuntu-latest
//!     steps:
//!       - run: nox -k "unit and not slow"
//!             #^^^^^^^^^^^^^^^^^^^^^^^^^^ error: selects no session: no signature, name or tag fits `unit and not slow`
//!       - run: nox -t test -p 3.13
//!             #^^^^^^^^^^^^^^^^^^^ error: selects no session: none of those with the tag `test` has the interpreter `3.13`
//! ```
//!
//! ```text after
//! #- .github/workflows/ci.yml
//! on: push
//! jobs:
//!   test:
//!     runs-on: ubuntu-latest
//!     steps:
//!       - run: nox -k "test and not slow"
//!       - run: nox -t test -p 3.12
//! ```

use facts::shell::{Selection, Word};

use crate::lint::Level;

use super::{Findings, Lint, LintCx};

pub(super) const LINT: Lint = Lint { id: "empty-selection", level: Level::Error, check };

fn check(cx: &LintCx<'_>, out: &mut Findings) {
    for used in cx.nox_calls() {
        let (link, selection) = (used.link, &used.call.selection);
        let is_asked = selection.tags.is_some() || selection.keywords.is_some() || selection.pythons.is_some();
        let is_empty = link.runs.is_empty() && link.cells.is_empty() && link.unknown.is_empty();
        if !is_asked || !is_empty || !is_known(selection) {
            continue;
        }
        let Some(noxfile) = used.whole_noxfile() else { continue };
        let instances = || noxfile.facts.sessions.iter().flat_map(|session| session.instances.iter());
        let is_tag = |word: &Word| instances().any(|it| it.tags.contains(&word.text));
        let is_python = |word: &Word| instances().any(|it| it.python.as_ref() == Some(&word.text));
        let has_one = |words: &Option<Vec<Word>>, is_it: &dyn Fn(&Word) -> bool| {
            words.as_ref().is_none_or(|words| words.is_empty() || words.iter().any(is_it))
        };
        if !has_one(&selection.tags, &is_tag) || !has_one(&selection.pythons, &is_python) {
            continue; // told by others
        }
        out.push(used.call.span, used.told(format!("selects no session: {}", why(selection))));
    }
}

/// Whether all words are what nox gets.
fn is_known(selection: &Selection) -> bool {
    let lists = [&selection.sessions, &selection.tags, &selection.pythons, &selection.force_pythons];
    lists.into_iter().flatten().flatten().chain(&selection.keywords).all(|word| word.literal)
}

fn why(selection: &Selection) -> String {
    let list = |words: &[Word]| words.iter().map(|word| format!("`{}`", word.text)).collect::<Vec<_>>().join(" or ");
    let tags = selection.tags.as_deref().map(|tags| format!("with the tag {}", list(tags)));
    let keywords = selection.keywords.as_ref().map(|word| format!("that fit `{}`", word.text));
    let pythons = selection.pythons.as_deref().map(|pythons| format!("has the interpreter {}", list(pythons)));
    match (tags, keywords, pythons) {
        (Some(tags), _, Some(pythons)) => format!("none of those {tags} {pythons}"),
        (None, Some(keywords), Some(pythons)) => format!("none of those {keywords} {pythons}"),
        (None, None, Some(pythons)) => format!("none of what it names {pythons}"),
        (Some(tags), Some(_), None) => format!("none of those {tags} fits the keywords"),
        (_, _, None) => {
            let keywords = selection.keywords.as_ref().map_or("", |word| word.text.as_str());
            format!("no signature, name or tag fits `{keywords}`")
        }
    }
}
