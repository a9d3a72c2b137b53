//! A keyword expression (`-k`) has a number in it.
//!
//! Why: nox hands the text to Python's `eval`, where names stand for "is part of the signature"; a number is just true.
//! `-k 3.11` selects every session, whatever its interpreter (nox 2026.10.20).
//!
//! ```text
//! #- noxfile.py
//! import nox
//! @nox.session(python=["3.11", "3.12"])
//! def tests(session): ...
//! #- .github/workflows/ci.yml
//! on: push
//! jobs:
//!   test:
//!     runs-on: ubuntu-latest
//!     steps:
//!       - run: nox -k 3.11
//!                    #^^^^ warning: `3.11` is a number, and a number is true: it selects every session; interpreters are selected by `-p`
//! ```

use syntax::TextEdit;

use crate::lint::{Fix, Level};

use super::{Findings, Lint, LintCx};

pub(super) const LINT: Lint = Lint { id: "constant-keyword", level: Level::Warning, check };

fn check(cx: &LintCx<'_>, out: &mut Findings) {
    for used in cx.nox_calls() {
        let Some(word) = used.call.selection.keywords.as_ref().filter(|word| word.literal) else { continue };
        let is_part = |c: char| c.is_alphanumeric() || matches!(c, '_' | '.');
        // Within quotes it is a text, which nobody takes for a name.
        if word.text.contains(['"', '\'']) {
            continue;
        }
        let Some(number) = word.text.split(|c| !is_part(c)).find(|part| is_number(part)) else { continue };
        let is_all = word.text.trim() == number;
        let effect = if is_all { ": it selects every session" } else { "" };
        let message = format!("`{number}` is a number, and a number is true{effect}; interpreters are selected by `-p`");
        let finding = out.push(word.span, used.told(message));
        let text = cx.file.document.text();
        let before = text.get(..word.span.start as usize).unwrap_or_default();
        if let Some(flag) = before.strip_suffix("-k ").filter(|_| is_all && used.call.through.is_none()) {
            let start = u32::try_from(flag.len()).unwrap_or(word.span.start);
            let edits = vec![TextEdit::replace(syntax::Span::new(start, start + 2), "-p".to_owned())];
            finding.fix(Fix { title: format!("Select by `-p {number}`"), is_safe: false, edits });
        }
    }
}

/// Whether Python takes a word for a number, and for true.
fn is_number(word: &str) -> bool {
    word.starts_with(|c: char| c.is_ascii_digit()) && word.parse::<f64>().is_ok_and(|number| number != 0.0)
}
