//! A job waits for a job it takes nothing from.
//!
//! Why: the edge lengthens the workflow but carries no output, artifact, result or order that sessions need. Gates, jobs
//! that publish and jobs whose `if` asks for results are left alone.
//!
//! ```text
//! #- .github/workflows/ci.yml
//! on: push
//! jobs:
//!   lint:
//!     runs-on: ubuntu-latest
//!     steps: [{ run: nox -s lint }]
//!   docs:
//!     needs: lint
//!           #^^^^ info: `docs` waits for `lint` but takes nothing from it
//!     runs-on: ubuntu-latest
//!     steps: [{ run: nox -s docs }]
//! ```

use crate::lint::Level;
use crate::{needs, subject};

use super::{Findings, Lint, LintCx};

pub(super) const LINT: Lint = Lint { id: "needless-needs", level: Level::Info, check };

fn check(cx: &LintCx<'_>, out: &mut Findings) {
    let Some((id, workflow)) = cx.workflow() else { return };
    for (to, job) in workflow.facts.jobs.iter().enumerate() {
        if job.steps.is_empty() {
            continue; // half-typed: nothing can be said of what it takes
        }
        for (name, span) in &job.needs {
            let Some(from) = subject::job_named(&workflow.facts.jobs, name) else { continue };
            if from != to && needs::carried(cx.snapshot, id, from, to).is_empty() {
                let first = workflow.facts.jobs.get(from);
                let message = format!("`{}` waits for `{name}` but takes nothing from it", job.id);
                let finding = out.push(*span, message);
                if let Some(first) = first {
                    finding.related(workflow.file, first.id_span, format!("`{name}` is defined here"));
                }
            }
        }
    }
}
