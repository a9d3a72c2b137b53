//! A nox call has `-j`, but none of its sessions may run in parallel.
//!
//! Why: sessions opt in, by `allow_parallel=True` or `nox.options.allow_parallel`. Where none does nox runs them one
//! after another and says so: "No selected session allows parallel execution; ignoring --parallel" (nox 2026.8.10 and
//! later).
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
//!   checks:
//!     runs-on: ubuntu-latest
//!     steps:
//!       - run: nox -j 2 -s lint tests
//!                    #^ warning: nox ignores `-j`: neither `lint` nor `tests` says `allow_parallel=True`
//! ```
//!
//! ```text after
//! #- noxfile.py
//! import nox
//! nox.needs_version = ">=2026.08.10"
//! @nox.session(allow_parallel=True)
//! def lint(session): ...
//! @nox.session(allow_parallel=True)
//! def tests(session): ...
//! ```
//!
//! The rewrite [allow-parallel](../rewrites/allow-parallel.md) opts in those that do not disturb each other.

use facts::Known;
use model::links::LinkedSession;

use crate::lint::Level;
use crate::times;

use super::{Findings, Lint, LintCx};

pub(super) const LINT: Lint = Lint { id: "idle-parallel", level: Level::Warning, check };

/// Sessions that are told of.
const MAX_NAMES: usize = 4;

fn check(cx: &LintCx<'_>, out: &mut Findings) {
    for used in cx.nox_calls() {
        let Some(lanes) = &used.call.parallel else { continue };
        let Some(noxfile) = used.whole_noxfile() else { continue };
        let is_one = !lanes.literal || lanes.text.trim() == "1";
        let is_forced = used.call.other_flags.iter().any(|flag| flag.text == "--allow-parallel");
        let all = match &noxfile.facts.options.allow_parallel {
            None => Some(false),
            Some(Known::Literal(all, _)) => Some(*all),
            Some(Known::Dynamic(_)) => None,
        };
        if is_one || is_forced || all != Some(false) || used.link.runs.len() < 2 {
            continue;
        }
        let session = |run: &LinkedSession| noxfile.facts.sessions.get(run.session.0);
        let stays_alone = |run| session(run).is_some_and(|it| it.is_configured && it.allow_parallel != Some(true));
        if !used.link.runs.iter().all(stays_alone) {
            continue;
        }
        let name = |run: &LinkedSession| format!("`{}`", times::name(noxfile, run.session));
        let names: Vec<String> = used.link.runs.iter().map(name).collect();
        let who = match names.as_slice() {
            [a, b] => format!("neither {a} nor {b} says"),
            names if names.len() <= MAX_NAMES => format!("none of {} says", names.join(", ")),
            names => format!("none of its {} sessions says", names.len()),
        };
        let message = format!("nox ignores `-j`: {who} `allow_parallel=True`");
        let finding = out.push(lanes.span, used.told(message));
        for run in used.link.runs.iter().take(MAX_NAMES) {
            if let Some(session) = session(run) {
                finding.related(noxfile.file, session.name_span, format!("`{}` runs alone", session.name));
            }
        }
    }
}
