//! A job runs sessions one after another that do not need one another.
//!
//! Why: the job takes the sum of their times where the longest chain would do. The finding says what could be won, and
//! is only made when that is worth it: more than 10 % and more than 20 seconds. Where a session runs a command whose effects
//! nobody knows, nothing is claimed.
//!
//! ```text
//! #- noxfile.py
//! import nox
//! @nox.session
//! def lint(session):
//!     session.run("ruff", "check", ".")
//! @nox.session
//! def typecheck(session):
//!     session.run("mypy", "src")
//! @nox.session
//! def docs(session):
//!     session.run("mkdocs", "build")
//! #- timings
//! lint 50 50 50
//! typecheck 60 60 60
//! docs 70 70 70
//! #- .github/workflows/ci.yml
//! on: push
//! jobs:
//!     checks:
//!    #^^^^^^ info: 3 sessions run one after another without need: 3 m 40 s, with parallel steps in this job 1 m 50 s (lint, typecheck, docs)
//!       runs-on: ubuntu-latest
//!       steps:
//!         - run: nox -s lint
//!         - run: nox -s typecheck
//!         - run: nox -s docs
//! ```
//!
//! ```text after
//! #- .github/workflows/ci.yml
//! on: push
//! jobs:
//!     checks:
//!       runs-on: ubuntu-latest
//!       steps:
//!         - parallel:
//!             - run: nox -s lint
//!             - run: nox -s typecheck
//!             - run: nox -s docs
//! ```

use model::forecast::Way;

use crate::lint::Level;
use crate::{audit, subject, times, words};

use super::{Findings, Lint, LintCx};

/// Less than this is not worth anybody's time, in seconds.
const MIN_SECONDS: f64 = 20.0;
/// Nor is less than this part of the job.
const MIN_SHARE: f64 = 0.1;
/// Names that the message lists.
const MAX_NAMES: usize = 11;

pub(super) const LINT: Lint = Lint { id: "sequential-sessions", level: Level::Info, check };

fn check(cx: &LintCx<'_>, out: &mut Findings) {
    let Some((id, workflow)) = cx.workflow() else { return };
    for (at, job) in workflow.facts.jobs.iter().enumerate() {
        let Some(sequence) = cx.snapshot.workspace.sequence(id, at) else { continue };
        let Some(noxfile) = cx.snapshot.workspace.noxfiles.get(sequence.noxfile.0) else { continue };
        if !audit::unknown_commands(noxfile, &sequence.sessions).is_empty() {
            continue;
        }
        let forecasts = cx.snapshot.workspace.forecasts(&sequence);
        let Some(now) = forecasts.iter().find(|forecast| forecast.way == Way::Now) else { continue };
        let Some(best) = forecasts.iter().min_by(|a, b| a.makespan.seconds.total_cmp(&b.makespan.seconds)) else { continue };
        let (now, after) = (now.makespan.seconds, best.makespan.seconds);
        if now - after < MIN_SECONDS || now - after < MIN_SHARE * now {
            continue;
        }
        let names: Vec<&str> = sequence.sessions.iter().map(|id| times::name(noxfile, *id)).collect();
        let more = names.len().saturating_sub(MAX_NAMES);
        let shown = names.iter().take(MAX_NAMES).copied().collect::<Vec<_>>().join(", ");
        let shown = if more > 0 { format!("{shown} and {more} more") } else { shown };
        // The times before the names: editors cut long messages at the edge of the screen.
        let message = format!(
            "{} sessions run one after another without need: {}, with {} {} ({shown})",
            names.len(),
            words::duration(now),
            words::way(best.way).replace('`', ""),
            words::duration(after),
        );
        let finding = out.push(job.id_span, message);
        for link in sequence.links.iter().filter_map(|link| workflow.links.get(*link)).take(MAX_NAMES) {
            if let Some(call) = subject::call(job, link.site) {
                let runs = link.runs.iter().filter(|run| !run.is_prerequisite);
                let names: Vec<&str> = runs.map(|run| times::name(noxfile, run.session)).take(MAX_NAMES).collect();
                if !names.is_empty() {
                    finding.related(workflow.file, call.span, format!("{} here", names.join(", ")));
                }
            }
        }
    }
}
