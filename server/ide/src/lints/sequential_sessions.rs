//! A job runs sessions one after another that do not need one another.
//!
//! Why: the job takes the sum of their times where the longest chain would do. The finding says what could be won, and
//! is only made when that is worth it: more than 10 % and more than 20 seconds. Where a session runs a command whose effects
//! nobody knows, nothing is claimed; nor is it where other steps stand between those of the sessions, so that no rewrite is
//! offered: `noxflow audit` says which. Calls in composite actions of the repository count; steps that stand in another file
//! are not laid side by side, so parallel steps and background processes are not thought of there.
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

use crate::assists::context::JobCx;
use crate::assists::ways::{self, Best};
use crate::assists::{Gain, Machines};
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
        let here = JobCx { snapshot: cx.snapshot, file: cx.file, id, workflow, at, job };
        let Some(Best { way, gain, sequence }) = with_actions(here).or_else(|| ways::best(here)) else { continue };
        let Some(noxfile) = cx.snapshot.workspace.noxfiles.get(sequence.noxfile.0) else { continue };
        if !audit::unknown_commands(noxfile, &sequence.sessions).is_empty() {
            continue;
        }
        let (now, after) = (gain.now.seconds, gain.after.seconds);
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
            words::way(way).replace('`', ""),
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
        for called in sequence.called.iter().filter_map(|at| workflow.called.get(*at)).take(MAX_NAMES) {
            let runs = called.link.runs.iter().filter(|run| !run.is_prerequisite);
            let names: Vec<&str> = runs.map(|run| times::name(noxfile, run.session)).take(MAX_NAMES).collect();
            finding.related(called.file, called.span, format!("{} here", names.join(", ")));
        }
    }
}

/// The best way where some of the calls stand in composite actions: of those that no steps of the job are needed for.
fn with_actions(job: JobCx<'_>) -> Option<Best> {
    let workspace = &job.snapshot.workspace;
    let sequence = workspace.sequence_with_called(job.id, job.at, &[]).filter(|it| !it.called.is_empty())?;
    let forecasts = workspace.forecasts(&sequence);
    let now = forecasts.iter().find(|forecast| forecast.way == Way::Now)?.makespan;
    let of_steps = |way: Way| matches!(way, Way::ParallelSteps | Way::BackgroundProcesses);
    let ways = forecasts.iter().filter(|forecast| !of_steps(forecast.way));
    let best = ways.min_by(|a, b| a.makespan.seconds.total_cmp(&b.makespan.seconds))?;
    let gain = Gain { now, after: best.makespan, on: Machines::one(&workspace.settings) };
    Some(Best { way: best.way, gain, sequence })
}

#[cfg(test)]
mod tests {
    use expect_test::{Expect, expect};

    use crate::fixture::Fixture;

    /// What is found in `ci.yml`, whose job has these steps, with the other places it names.
    #[track_caller]
    fn check(steps: &str, action: &str, expected: Expect) {
        let fixture = Fixture::new(&format!(
            r#"
#- noxfile.py
import nox
@nox.session
def lint(session):
    session.run("ruff", "check", ".")
@nox.session
def typecheck(session):
    session.run("mypy", "src")
@nox.session
def docs(session):
    session.run("mkdocs", "build")
#- timings
lint 50 50 50
typecheck 60 60 60
docs 70 70 70
#- .github/actions/nox/action.yml
inputs: {{session: {{default: docs}}}}
runs:
  using: composite
  steps: [{action}]
#- .github/workflows/ci.yml
on: push
jobs:
  checks:
    runs-on: ubuntu-latest
    steps: [{steps}]
"#
        ));
        let mut out = String::new();
        for file in fixture.snapshot.files.iter().filter(|file| file.workflow().is_some()) {
            let found = crate::check(&fixture.snapshot, file.id);
            for finding in found.iter().filter(|finding| finding.lint == "sequential-sessions") {
                out.push_str(&format!("{}\n", finding.message));
                for related in &finding.related {
                    let other = fixture.snapshot.file(related.file).expect("a file");
                    let line = other.document.lines().line(related.span.start) + 1;
                    out.push_str(&format!("  {}:{line}: {}\n", other.path, related.message));
                }
            }
        }
        expected.assert_eq(&out);
    }

    const BY_INPUT: &str = "{shell: bash, run: 'nox -s ${{ inputs.session }}'}";

    #[test]
    fn what_composite_actions_run_counts() {
        let uses = |session: &str| format!("{{uses: ./.github/actions/nox, with: {{session: {session}}}}}");
        check(
            &format!("{}, {}, run: nox -s docs", uses("lint"), uses("typecheck")),
            BY_INPUT,
            expect![[r#"
                3 sessions run one after another without need: 3 m 40 s, with nox -j 4 in this job 1 m 50 s (lint, typecheck, docs)
                  .github/workflows/ci.yml:5: docs here
                  .github/actions/nox/action.yml:4: lint here
                  .github/actions/nox/action.yml:4: typecheck here
            "#]],
        );
        let both = "{shell: bash, run: nox -s lint}, {shell: bash, run: nox -s docs}";
        check("uses: ./.github/actions/nox", both, expect![[r#"
            2 sessions run one after another without need: 2 m 40 s, with nox -j 4 in this job 1 m 50 s (lint, docs)
              .github/actions/nox/action.yml:4: lint here
              .github/actions/nox/action.yml:4: docs here
        "#]]);
        check(&format!("{}, {}", uses("docs"), uses("'${{ github.actor }}'")), BY_INPUT, expect![[""]]);
    }
}
