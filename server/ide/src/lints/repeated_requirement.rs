//! A call of nox runs a required session again that has run already.
//!
//! Why: `requires=` is resolved within one call of nox: the next call, in the same job or in one that waits for it,
//! runs what it requires once more (nox 2026.10.20; two calls that each required `build` built twice). Jobs share no
//! files: there the result has to be handed over.
//!
//! ```text
//! #- noxfile.py
//! import nox
//! nox.needs_version = ">=2026.08.10"
//! @nox.session
//! def build(session):
//!     session.run("python", "-m", "build")
//! @nox.session(requires=["build"])
//! def tests(session):
//!     session.run("pytest")
//! #- .github/workflows/ci.yml
//! on: push
//! jobs:
//!   test:
//!     runs-on: ubuntu-latest
//!     steps:
//!       - run: nox -s build
//!       - run: nox -s tests
//!             #^^^^^^^^^^^^ info: runs `build` again, which a call before it in this job has run: name all in one call, or add `--no-dependencies`
//! ```
//!
//! In another job:
//!
//! ```text
//! #- noxfile.py
//! import nox
//! nox.needs_version = ">=2026.08.10"
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
//!
//! ```text after
//! #- .github/workflows/ci.yml
//! on: push
//! jobs:
//!   package:
//!     runs-on: ubuntu-latest
//!     steps:
//!       - run: nox -s build
//!       - uses: actions/upload-artifact@v7
//!         with: { name: dist, path: dist }
//!   test:
//!     needs: package
//!     runs-on: ubuntu-latest
//!     steps:
//!       - uses: actions/download-artifact@v8
//!         with: { name: dist, path: dist }
//!       - run: nox --no-dependencies -s tests
//! ```

use model::links::{Link, LinkedSession};
use model::{NoxfileModel, WorkflowModel};
use syntax::{Span, TextEdit};

use crate::lint::{Fix, Level};
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
        let required = || link.runs.iter().filter(|run| run.is_prerequisite);
        let before = |run: &LinkedSession| {
            workflow.links.iter().find(|other| is_before(workflow, other, link) && has_run(other, run, link))
        };
        if let Some((run, first)) = required().find_map(|run| Some((run, before(run)?))) {
            let message = format!(
                "runs `{}` again, which a call before it in this job has run: name all in one call, or add \
                 `--no-dependencies`",
                times::name(noxfile, run.session),
            );
            let finding = out.push(call.span, message);
            if let Some(first) = subject::call(job, first.site) {
                finding.related(workflow.file, first.span, "has run it");
            }
            let is_known_there = noxfile.facts.needs_version.as_ref().is_some_and(|(version, _)| has_flag(version));
            if is_known_there && call.through.is_none() && required().all(|run| before(run).is_some()) {
                let edits = vec![TextEdit::insert(call.arguments.start, " --no-dependencies")];
                finding.fix(Fix { title: "Add `--no-dependencies`".to_owned(), is_safe: false, edits });
            }
            continue;
        }
        in_other_jobs(workflow, (link, noxfile), call.span, out);
    }
}

fn in_other_jobs(
    workflow: &WorkflowModel,
    (link, noxfile): (&Link, &NoxfileModel),
    span: Span,
    out: &mut Findings,
) {
    let jobs = &workflow.facts.jobs;
    let Some(job) = jobs.get(link.site.job) else { return };
    for run in link.runs.iter().filter(|run| run.is_prerequisite) {
        let before = job.needs.iter().filter_map(|(name, _)| subject::job_named(jobs, name)).find(|before| {
            workflow.links.iter().any(|other| other.site.job == *before && has_run(other, run, link))
        });
        let Some(before) = before.and_then(|before| jobs.get(before)) else { continue };
        let message = format!(
            "runs `{}` again, which the job `{}` has run already: hand its result over and add `--no-dependencies`",
            times::name(noxfile, run.session),
            before.id,
        );
        out.push(span, message).related(workflow.file, before.id_span, "has run it");
    }
}

/// Whether `other` stands before `link` in its job and is done by then, whatever the cell.
fn is_before(workflow: &WorkflowModel, other: &Link, link: &Link) -> bool {
    let (a, b) = (other.site, link.site);
    let is_earlier = a.job == b.job && ((a.step, a.call) < (b.step, b.call)) && (a.member.is_none() || a.step < b.step);
    if !is_earlier || !other.cells.is_empty() || !link.cells.is_empty() {
        return false;
    }
    let job = workflow.facts.jobs.get(a.job);
    job.and_then(|job| Some((subject::step(job, a)?, subject::call(job, a)?)))
        .is_some_and(|(step, call)| step.condition.is_none() && !call.conditional && !call.background)
}

/// Whether `other` runs all that `link` runs of the session of `run`.
fn has_run(other: &Link, run: &LinkedSession, link: &Link) -> bool {
    let is_all = |it: &LinkedSession| {
        it.session == run.session && run.instances.iter().all(|one| it.instances.contains(one))
    };
    other.noxfile == link.noxfile && other.runs.iter().any(is_all)
}

/// Whether every nox that the noxfile takes has `--no-dependencies`.
fn has_flag(version: &str) -> bool {
    let lower = version.trim().strip_prefix(">=").unwrap_or_default();
    !lower.is_empty() && !crate::assists::is_older(lower, crate::assists::FIRST_PARALLEL)
}
