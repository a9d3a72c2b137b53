//! A workflow of Forgejo or Gitea has parallel or background steps.
//!
//! Why: only GitHub knows `parallel:`, `background:` and `wait:`. The others refuse the workflow or run the steps one
//! after another.
//!
//! ```text
//! #- .forgejo/workflows/ci.yml
//! on: push
//! jobs:
//!   test:
//!     runs-on: docker
//!     steps:
//!       - parallel:
//!      #^^^^^^^^^^^ error: Forgejo has no parallel steps: start the sessions in one step, by `nox -j` or as background processes
//!           - run: nox -s lint
//!           - run: nox -s tests
//! ```
//!
//! ```text after
//! #- .forgejo/workflows/ci.yml
//! on: push
//! jobs:
//!   test:
//!     runs-on: docker
//!     steps:
//!       - run: nox -j 2 -s lint tests
//! ```

use facts::Forge;
use facts::workflow::StepKind;

use crate::lint::Level;

use super::{Findings, Lint, LintCx};

pub(super) const LINT: Lint = Lint { id: "unsupported-parallel-steps", level: Level::Error, check };

fn check(cx: &LintCx<'_>, out: &mut Findings) {
    let Some((_, workflow)) = cx.workflow() else { return };
    let forge = workflow.facts.forge;
    if forge == Forge::GitHub {
        return;
    }
    for step in workflow.facts.jobs.iter().flat_map(|job| &job.steps) {
        let what = match &step.kind {
            StepKind::Parallel(_) => "parallel steps",
            StepKind::Wait(_) | StepKind::WaitAll | StepKind::Cancel(_) => "background steps",
            _ if step.background => "background steps",
            _ => continue,
        };
        let message = format!(
            "{} has no {what}: start the sessions in one step, by `nox -j` or as background processes",
            forge.name()
        );
        out.push(step.span, message);
    }
}
