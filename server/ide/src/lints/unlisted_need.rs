//! An expression reads `needs.<job>` of a job that is not among its job's `needs`.
//!
//! Why: it is empty: `needs` holds those that the job names itself, not what these need. In an editor GitHub's own
//! language server tells it of GitHub's workflows, and noxflow is silent there.
//!
//! ```text
//! #- .forgejo/workflows/ci.yml
//! on: push
//! jobs:
//!   list:
//!     runs-on: docker
//!     outputs: { sessions: "${{ steps.list.outputs.sessions }}" }
//!     steps: [{ id: list, run: "echo sessions=lint >> $GITHUB_OUTPUT" }]
//!   test:
//!     runs-on: docker
//!     steps:
//!       - run: nox -s ${{ needs.list.outputs.sessions }}
//!                              #^^^^ warning: empty: `list` is not among the `needs` of `test`
//! ```
//!
//! ```text after
//! #- .forgejo/workflows/ci.yml
//! on: push
//! jobs:
//!   list:
//!     runs-on: docker
//!     outputs: { sessions: "${{ steps.list.outputs.sessions }}" }
//!     steps: [{ id: list, run: "echo sessions=lint >> $GITHUB_OUTPUT" }]
//!   test:
//!     needs: list
//!     runs-on: docker
//!     steps:
//!       - run: nox -s ${{ needs.list.outputs.sessions }}
//! ```


use crate::lint::Level;
use crate::subject;

use super::{Findings, Lint, LintCx};

pub(super) const LINT: Lint = Lint { id: "unlisted-need", level: Level::Warning, check };

fn check(cx: &LintCx<'_>, out: &mut Findings) {
    let Some((_, workflow)) = cx.workflow() else { return };
    let forge = workflow.facts.forge;
    for job in &workflow.facts.jobs {
        for (id, span) in job.reads_needs.iter().filter(|(id, _)| id != "*") {
            if job.needs.iter().any(|(need, _)| need.eq_ignore_ascii_case(id) || need.contains("${{")) {
                continue;
            }
            let other = subject::job_named(&workflow.facts.jobs, id).and_then(|at| workflow.facts.jobs.get(at));
            let message = match other {
                Some(_) => format!("empty: `{id}` is not among the `needs` of `{}`", job.id),
                None => format!("empty: there is no job `{id}`"),
            };
            let finding = out.push(*span, message);
            finding.told_by_github(forge);
            if let Some(other) = other {
                finding.related(workflow.file, other.id_span, format!("`{}` is defined here", other.id));
            }
        }
    }
}
