//! `nox.options` is given a name that nox does not have.
//!
//! Why: nox raises AttributeError and the noxfile does not load at all. The minimum version is `nox.needs_version`, not
//! an option (seen in pypa/sampleproject).
//!
//! ```text
//! #- noxfile.py
//! import nox
//! nox.options.needs_version = ">=2024.1"
//!            #^^^^^^^^^^^^^ error: `nox.options` has no `needs_version`: the noxfile does not load; write `nox.needs_version`
//! ```

use facts::noxfile::OPTION_NAMES;
use model::nearest::nearest;
use syntax::{Span, TextEdit};

use crate::lint::{Fix, Level};

use super::{Findings, Lint, LintCx};

pub(super) const LINT: Lint = Lint { id: "bad-option", level: Level::Error, check };

fn check(cx: &LintCx<'_>, out: &mut Findings) {
    let Some((_, noxfile)) = cx.noxfile() else { return };
    for (name, span) in &noxfile.facts.options.bad_names {
        let near = nearest(name, OPTION_NAMES.into_iter());
        let hint = match near {
            _ if name == "needs_version" => "; write `nox.needs_version`".to_owned(),
            Some(near) => format!("; did you mean `{near}`?"),
            None => String::new(),
        };
        let finding = out.push(*span, format!("`nox.options` has no `{name}`: the noxfile does not load{hint}"));
        let text = cx.file.document.text();
        let before = text.get(..span.start as usize).unwrap_or_default();
        if name == "needs_version" && before.ends_with("nox.options.") && span.of(text) == name {
            let options = Span::new(span.start - 8, span.start); // `options.`
            let edits = vec![TextEdit::delete(options)];
            finding.fix(Fix { title: "Write `nox.needs_version`".to_owned(), is_safe: true, edits });
        } else if let Some(near) = near.filter(|_| span.of(text) == name) {
            let edits = vec![TextEdit::replace(*span, near)];
            finding.fix(Fix { title: format!("Change to `{near}`"), is_safe: false, edits });
        }
    }
}
