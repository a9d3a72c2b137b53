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

use crate::lint::Level;

use super::{Findings, Lint, LintCx};

pub(super) const LINT: Lint = Lint { id: "bad-option", level: Level::Error, check };

fn check(cx: &LintCx<'_>, out: &mut Findings) {
    let Some((_, noxfile)) = cx.noxfile() else { return };
    for (name, span) in &noxfile.facts.options.bad_names {
        let hint = if name == "needs_version" { "; write `nox.needs_version`" } else { "" };
        out.push(*span, format!("`nox.options` has no `{name}`: the noxfile does not load{hint}"));
    }
}
