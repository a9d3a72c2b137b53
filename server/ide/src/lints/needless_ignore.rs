//! A comment silences a finding that is not there, or a lint that does not exist.
//!
//! Why: it hides the next real finding on its line, and a name with a mistake in it silences nothing.
//!
//! ```text
//! #- noxfile.py
//! import nox
//!
//! # noxflow: ignore[unknown-requirment]
//!                  #^^^^^^^^^^^^^^^^^^ hint: there is no lint `unknown-requirment`; did you mean `unknown-requirement`?
//! @nox.session
//! def lint(session): ...  # noxflow: ignore[unreadable] it can be read
//!                        #^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ hint: nothing is silenced here
//!
//! @nox.session(requires=["lnt"])  # noxflow: ignore[unknown-requirement] made elsewhere
//! def tests(session): ...
//! ```

use model::nearest::nearest;
use syntax::TextEdit;

use crate::ignore::{self, Ignore};
use crate::lint::{Finding, Fix, Level};

use super::{Findings, LINTS, Lint, LintCx};

pub(super) const LINT: Lint = Lint { id: "needless-ignore", level: Level::Hint, check };

/// Comes last: it looks at what the others have found.
fn check(cx: &LintCx<'_>, out: &mut Findings) {
    for comment in ignore::read(cx.file.document.text()) {
        let is_known = |name: &str| LINTS.iter().any(|lint| lint.id == name);
        let mut has_unknown = false;
        for (name, span) in comment.lints.iter().flatten().filter(|(name, _)| !is_known(name)) {
            has_unknown = true;
            let suggestion = nearest(name, LINTS.iter().map(|lint| lint.id));
            let more = suggestion.map(|suggestion| format!("; did you mean `{suggestion}`?")).unwrap_or_default();
            let finding = out.push(*span, format!("there is no lint `{name}`{more}"));
            if let Some(suggestion) = suggestion {
                finding.fix(Fix {
                    title: format!("Change to `{suggestion}`"),
                    is_safe: false,
                    edits: vec![TextEdit::replace(*span, suggestion)],
                });
            }
        }
        if !has_unknown && !out.found.iter().any(|finding| is_silenced(&comment, finding)) {
            out.push(comment.span, "nothing is silenced here".to_owned()).fix(Fix {
                title: "Remove the comment".to_owned(),
                is_safe: true,
                edits: vec![TextEdit::delete(comment.removal)],
            });
        }
    }
}

/// Whether `comment` silences `finding`. This lint's own findings cannot be: each would silence what tells of it.
pub(super) fn is_silenced(comment: &Ignore, finding: &Finding) -> bool {
    finding.lint != LINT.id && comment.silences(finding)
}
