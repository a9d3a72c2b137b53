//! A job has a key that Forgejo ignores.
//!
//! Why: `continue-on-error` of a job does nothing there, so the run fails with the job; nor does `permissions`, so the
//! token can do more than the file says (Forgejo's documentation, "Differences from GitHub Actions").
//!
//! ```text
//! #- .forgejo/workflows/ci.yml
//! on: push
//! jobs:
//!   test:
//!     runs-on: docker
//!     continue-on-error: true
//!    #^^^^^^^^^^^^^^^^^^^^^^^ warning: Forgejo ignores a job's `continue-on-error`: the run fails with it; put it on the step
//!     steps:
//!       - run: nox -s tests
//! ```
//!
//! ```text after
//! #- .forgejo/workflows/ci.yml
//! on: push
//! jobs:
//!   test:
//!     runs-on: docker
//!     steps:
//!       - run: nox -s tests
//!         continue-on-error: true
//! ```

use facts::Forge;

use crate::lint::Level;

use super::{Findings, Lint, LintCx};

pub(super) const LINT: Lint = Lint { id: "ignored-job-key", level: Level::Warning, check };

fn check(cx: &LintCx<'_>, out: &mut Findings) {
    let Some((_, workflow)) = cx.workflow() else { return };
    if workflow.facts.forge != Forge::Forgejo {
        return;
    }
    let root = cx.file.document.yaml().roots.first();
    let jobs = root.and_then(|root| root.get("jobs"));
    for job in &workflow.facts.jobs {
        let entry = |key: &str| jobs.and_then(|jobs| jobs.get(&job.id)?.entry(key));
        if let Some(entry) = entry("continue-on-error").filter(|_| job.continue_on_error) {
            let message = "Forgejo ignores a job's `continue-on-error`: the run fails with it; put it on the step";
            out.push(entry.span(), message.to_owned());
        }
        if let Some(entry) = entry("permissions") {
            let message = "Forgejo ignores a job's `permissions`: its token can do what the instance allows";
            out.push(entry.span(), message.to_owned()).level = Level::Info;
        }
    }
}
