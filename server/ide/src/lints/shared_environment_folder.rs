//! Two sessions have names that make one environment folder.
//!
//! Why: nox makes the folder's name from the session's in lower case, with `-` for all that is neither letter, digit
//! nor `_` (`_normalize_path`, nox 2026.10.20): `Docs.api` and `docs-api` share `.nox/docs-api`. Each throws the
//! other's environment away, or with `reuse_venv` works with the other's packages; at the same time both fail.
//!
//! ```text
//! #- noxfile.py
//! import nox
//! @nox.session(name="docs.api")
//! def api(session):
//!     session.install("sphinx")
//! @nox.session(name="docs-api")
//!                   #^^^^^^^^ warning: its environment is that of `docs.api`, too: nox puts both into `.nox/docs-api`
//! def other(session):
//!     session.install("pdoc")
//! ```
//!
//! ```text after
//! #- noxfile.py
//! import nox
//! @nox.session(name="docs.api")
//! def api(session):
//!     session.install("sphinx")
//! @nox.session(name="docs-pdoc")
//! def other(session):
//!     session.install("pdoc")
//! ```

use std::collections::BTreeMap;

use facts::Known;
use facts::noxfile::{Python, Session};

use crate::lint::Level;

use super::{Findings, Lint, LintCx};

pub(super) const LINT: Lint = Lint { id: "shared-environment-folder", level: Level::Warning, check };

fn check(cx: &LintCx<'_>, out: &mut Findings) {
    let Some((_, noxfile)) = cx.noxfile() else { return };
    let default = noxfile.facts.options.default_venv_backend.as_ref();
    let is_none = |backend: Option<&str>| backend == Some("none");
    let has_environment = |session: &Session| {
        let backend = session.venv_backend.as_deref();
        let by_default = || match default {
            Some(Known::Literal(backend, _)) => is_none(Some(backend)),
            Some(Known::Dynamic(_)) => true, // may be
            None => false,
        };
        session.python != Python::False && !is_none(backend) && (backend.is_some() || !by_default())
    };
    let mut folders: BTreeMap<String, (&Session, &str)> = BTreeMap::default();
    for session in noxfile.facts.sessions.iter().filter(|session| has_environment(session)) {
        for instance in session.instances.iter() {
            let folder = folder(&instance.signature);
            let Some((first, signature)) = folders.get(&folder).copied() else {
                folders.insert(folder, (session, &instance.signature));
                continue;
            };
            if first.name != session.name {
                let message =
                    format!("its environment is that of `{signature}`, too: nox puts both into `.nox/{folder}`");
                out.push(session.name_span, message).related(cx.file.id, first.name_span, "the other session");
                break;
            }
        }
    }
}

/// nox's own rule, but for what it makes of letters outside of ASCII: those keep two names apart here.
fn folder(signature: &str) -> String {
    let mut out = String::with_capacity(signature.len());
    for c in signature.chars() {
        let c = if c.is_alphanumeric() || c == '_' { c.to_ascii_lowercase() } else { '-' };
        if c != '-' || !out.ends_with('-') {
            out.push(c);
        }
    }
    out.trim_matches('-').to_owned()
}
