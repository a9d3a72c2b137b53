//! A job runs a required session again that a job it needs has run already.
//!
//! Why: jobs do not share files, so `requires=` runs again on the new machine. The result can be handed over as an
//! artifact and the call say `--no-dependencies`.
//!
//! ```text
//! #- noxfile.py
//! import nox
//! @nox.session
//! def build(session):
//!     session.run("python", "-m", "build")
//! @nox.session(requires=["build"])
//! def tests(session):
//!     session.run("pytest")
//! #- .github/workflows/ci.yml
//! on: push
//! jobs:
//!   package:
//!     runs-on: ubuntu-latest
//!     steps: [{ run: nox -s build }]
//!   test:
//!     needs: package
//!     runs-on: ubuntu-latest
//!     steps:
//!       - run: nox -s tests
//!             #^^^^^^^^^^^^ info: runs `build` again, which the job `package` has run already: hand its result over and add `--no-dependencies`
//! ```

use crate::lint::Level;
use crate::{subject, times};

use super::{Findings, Lint, LintCx};

pub(super) const LINT: Lint = Lint { id: "repeated-requirement", level: Level::Info, check };

fn check(cx: &LintCx<'_>, out: &mut Findings) {
    let Some((_, workflow)) = cx.workflow() else { return };
    let jobs = &workflow.facts.jobs;
    for link in &workflow.links {
        let Some(job) = jobs.get(link.site.job) else { continue };
        let noxfile = link.noxfile.and_then(|id| cx.snapshot.workspace.noxfiles.get(id.0));
        let (Some(noxfile), Some(call)) = (noxfile, subject::call(job, link.site)) else { continue };
        for run in link.runs.iter().filter(|run| run.is_prerequisite) {
            let before = job.needs.iter().filter_map(|(name, _)| subject::job_named(jobs, name)).find(|before| {
                workflow.links.iter().any(|other| {
                    other.site.job == *before
                        && other.noxfile == link.noxfile
                        && other.runs.iter().any(|it| {
                            it.session == run.session && run.instances.iter().all(|one| it.instances.contains(one))
                        })
                })
            });
            let Some(before) = before.and_then(|before| jobs.get(before)) else { continue };
            let message = format!(
                "runs `{}` again, which the job `{}` has run already: hand its result over and add `--no-dependencies`",
                times::name(noxfile, run.session),
                before.id,
            );
            out.push(call.span, message).related(workflow.file, before.id_span, "has run it");
        }
    }
}
