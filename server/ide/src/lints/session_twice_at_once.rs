//! One session runs twice at the same time.
//!
//! Why: both runs make the environment `.nox/<session>` in one folder: one deletes what the other is filling (nox
//! 2026.10.20: 4 of 8 trials failed). nox itself keeps them apart only within one process.
//!
//! ```text
//! #- noxfile.py
//! import nox
//! @nox.session
//! def tests(session):
//!     session.run("pytest", *session.posargs)
//! #- .github/workflows/ci.yml
//! on: push
//! jobs:
//!   test:
//!     runs-on: ubuntu-latest
//!     steps:
//!       - parallel:
//!           - run: nox -s tests -- tests/unit
//!           - run: nox -s tests -- tests/integration
//!                 #^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ warning: runs `tests` while another call runs it: both make one environment
//! ```
//!
//! ```text after
//! #- .github/workflows/ci.yml
//! on: push
//! jobs:
//!   test:
//!     runs-on: ubuntu-latest
//!     steps:
//!       - run: nox -s tests -- tests/unit
//!       - run: nox -s tests -- tests/integration
//! ```

use facts::noxfile::Python;
use facts::workflow::StepKind;
use model::links::LinkedSession;

use crate::lint::Level;
use crate::times;

use super::{Findings, Lint, LintCx, NoxUse};

pub(super) const LINT: Lint = Lint { id: "session-twice-at-once", level: Level::Warning, check };

fn check(cx: &LintCx<'_>, out: &mut Findings) {
    let calls: Vec<NoxUse<'_>> = cx.nox_calls().filter(|used| used.noxfile.is_some()).collect();
    for (at, second) in calls.iter().enumerate() {
        let Some(noxfile) = second.noxfile else { continue };
        for first in calls.iter().take(at).filter(|first| are_together(first, second)) {
            let has_environment = |run: &LinkedSession| {
                noxfile.facts.sessions.get(run.session.0).is_some_and(|session| {
                    session.python != Python::False && session.venv_backend.as_deref() != Some("none")
                })
            };
            let is_same = |run: &&LinkedSession| {
                has_environment(run)
                    && first.link.runs.iter().any(|it| {
                        it.session == run.session && it.instances.iter().any(|one| run.instances.contains(one))
                    })
            };
            let Some(run) = second.link.runs.iter().find(is_same) else { continue };
            let name = times::name(noxfile, run.session);
            let message = format!("runs `{name}` while another call runs it: both make one environment");
            let finding = out.push(second.call.span, second.told(message));
            finding.related(cx.file.id, first.call.span, format!("runs `{name}`, too"));
            break;
        }
    }
}

/// Whether two calls of a job, the first before the second, run at once in one folder.
fn are_together(first: &NoxUse<'_>, second: &NoxUse<'_>) -> bool {
    let (a, b) = (first.link, second.link);
    let is_one_place = a.site.job == b.site.job && a.noxfile == b.noxfile && a.cells.is_empty() && b.cells.is_empty();
    if !is_one_place || has_own_folder(first) || has_own_folder(second) {
        return false;
    }
    let is_one_group = a.site.step == b.site.step && a.site.member.is_some() && a.site.member != b.site.member;
    let is_one_script = a.site.step == b.site.step && a.site.member == b.site.member;
    is_one_group || (is_one_script && first.call.background && !is_waited(first, second))
}

/// Environments of its own.
fn has_own_folder(used: &NoxUse<'_>) -> bool {
    used.call.other_flags.iter().any(|flag| flag.text.starts_with("--envdir") || flag.text == "--no-venv")
}

/// Whether the script waits between the two.
fn is_waited(first: &NoxUse<'_>, second: &NoxUse<'_>) -> bool {
    let StepKind::Run { script, .. } = &first.step.kind else { return true };
    script.commands.iter().any(|command| {
        let is_between = first.call.span.end <= command.span.start && command.span.end <= second.call.span.start;
        is_between && command.argv.first().is_some_and(|word| word.text == "wait")
    })
}
