//! A script waits for background processes in a way that does not see their failure.
//!
//! Why: `wait` without a process id is always successful, and `wait p1 p2` has the status of the last one only (POSIX).
//! The step is green although a session failed.
//!
//! ```text
//! #- .github/workflows/ci.yml
//! on: push
//! jobs:
//!   test:
//!     runs-on: ubuntu-latest
//!     steps:
//!       - run: |
//!           nox -s lint & nox -s tests &
//!           wait
//!          #^^^^ warning: `wait` is always successful: nobody sees when `nox -s lint` fails; wait for each process by its id
//! ```
//!
//! ```text after
//! #- .github/workflows/ci.yml
//! on: push
//! jobs:
//!   test:
//!     runs-on: ubuntu-latest
//!     steps:
//!       - run: |
//!           nox -s lint & lint=$!
//!           nox -s tests & tests=$!
//!           status=0
//!           wait $lint || status=1
//!           wait $tests || status=1
//!           exit $status
//! ```
//!
//! ```text
//! #- .github/workflows/ci.yml
//! on: push
//! jobs:
//!   test:
//!     runs-on: ubuntu-latest
//!     steps:
//!       - run: |
//!           nox -s lint & a=$!
//!           nox -s tests & b=$!
//!           wait $a $b
//!          #^^^^^^^^^^ warning: `wait` has the status of its last process only: nobody sees when an earlier one fails; wait for each by its id
//!           wait $a || exit 1
//! ```
//!
//! ```text after
//! #- .github/workflows/ci.yml
//! on: push
//! jobs:
//!   test:
//!     runs-on: ubuntu-latest
//!     steps:
//!       - run: |
//!           nox -s lint & a=$!
//!           nox -s tests & b=$!
//!           status=0
//!           wait $a || status=1
//!           wait $b || status=1
//!           exit $status
//! ```

use facts::shell::Command;
use facts::workflow::{Step, StepKind};

use crate::lint::Level;

use super::{Findings, Lint, LintCx};

pub(super) const LINT: Lint = Lint { id: "unseen-failure", level: Level::Warning, check };

fn check(cx: &LintCx<'_>, out: &mut Findings) {
    let Some((_, workflow)) = cx.workflow() else { return };
    for step in workflow.facts.jobs.iter().flat_map(|job| &job.steps) {
        match &step.kind {
            StepKind::Parallel(members) => members.iter().for_each(|member| look(member, out)),
            _ => look(step, out),
        }
    }
}

fn look(step: &Step, out: &mut Findings) {
    let StepKind::Run { script, .. } = &step.kind else { return };
    let mut background: Option<&Command> = None;
    for command in &script.commands {
        if command.background {
            background = background.or(Some(command));
        }
        let Some(first) = background else { continue };
        let mut words = command.argv.iter().map(|word| word.text.as_str());
        if words.next() != Some("wait") || command.background {
            continue;
        }
        let ids: Vec<&str> = words.collect();
        if ids.is_empty() {
            let what = first.argv.iter().take(3).map(|word| word.text.as_str()).collect::<Vec<_>>().join(" ");
            let message = format!(
                "`wait` is always successful: nobody sees when `{what}` fails; wait for each process by its id"
            );
            out.push(command.span, message);
        } else if ids.len() > 1 && !ids.iter().any(|id| id.starts_with('-')) {
            let message = "`wait` has the status of its last process only: nobody sees when an earlier one fails; wait for \
                           each by its id";
            out.push(command.span, message.to_owned());
        }
    }
}
