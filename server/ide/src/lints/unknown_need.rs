//! `needs:` names a job that the workflow does not have.
//!
//! Why: the forge refuses the whole workflow. In an editor GitHub's own language server tells it of GitHub's workflows,
//! and noxflow is silent there.
//!
//! ```text
//! #- .forgejo/workflows/ci.yml
//! on: push
//! jobs:
//!   build:
//!     runs-on: docker
//!     steps: [{ run: nox -s build }]
//!   publish:
//!     needs: biuld
//!           #^^^^^ error: there is no job `biuld`; did you mean `build`?
//!     runs-on: docker
//!     steps: [{ run: nox -s publish }]
//! ```

use model::nearest::nearest;
use syntax::TextEdit;

use crate::lint::{Fix, Level};
use crate::subject;

use super::{Findings, Lint, LintCx};

pub(super) const LINT: Lint = Lint { id: "unknown-need", level: Level::Error, check };

fn check(cx: &LintCx<'_>, out: &mut Findings) {
    let Some((_, workflow)) = cx.workflow() else { return };
    let forge = workflow.facts.forge;
    let jobs = &workflow.facts.jobs;
    for (at, job) in jobs.iter().enumerate() {
        let is_unknown = |id: &str| subject::job_named(jobs, id).is_none() && !id.contains("${{");
        for (id, span) in job.needs.iter().filter(|(id, _)| is_unknown(id)) {
            let others = jobs.iter().enumerate().filter(|(other, _)| *other != at).map(|(_, other)| other.id.as_str());
            let near = nearest(id, others);
            let more = near.map(|near| format!("; did you mean `{near}`?")).unwrap_or_default();
            let finding = out.push(*span, format!("there is no job `{id}`{more}"));
            finding.told_by_github(forge);
            if let Some(near) = near {
                let insert = span.of(cx.file.document.text()).replacen(id, near, 1);
                let edits = vec![TextEdit::replace(*span, insert)];
                finding.fix(Fix { title: format!("Change to `{near}`"), is_safe: false, edits });
            }
        }
    }
}
