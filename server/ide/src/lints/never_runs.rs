//! A job or a step has an `if:` that is never true.
//!
//! Why: it looks like a check and is none. Conditions are evaluated as the forge does, with the cells of the matrix,
//! the machine, the variables and the inputs that are in the file; whatever is known only when it runs (events,
//! results, secrets) may be either. `if: false` and the like are taken for what they are: switched off on purpose.
//! Where the matrix or the machine decides it is a note: such a condition is mostly what is left of a cell that is
//! gone.
//!
//! ```text
//! #- .github/workflows/ci.yml
//! on: push
//! jobs:
//!   test:
//!     strategy: { matrix: { os: [ubuntu-latest, windows-latest] } }
//!     runs-on: ${{ matrix.os }}
//!     steps:
//!       - run: nox -s tests
//!       - if: matrix.os == 'macos-latest'
//!            #^^^^^^^^^^^^^^^^^^^^^^^^^^^ info: never true: the step runs in no cell of the matrix
//!         run: nox -s docs
//! ```
//!
//! ```text after
//! #- .github/workflows/ci.yml
//! on: push
//! jobs:
//!   test:
//!     strategy: { matrix: { os: [ubuntu-latest, windows-latest, macos-latest] } }
//!     runs-on: ${{ matrix.os }}
//!     steps:
//!       - run: nox -s tests
//!       - if: matrix.os == 'macos-latest'
//!         run: nox -s docs
//! ```

use facts::workflow::{Job, Runs, Scope, Step, StepKind};
use syntax::Span;

use crate::lint::Level;

use super::{Findings, Lint, LintCx};

pub(super) const LINT: Lint = Lint { id: "never-runs", level: Level::Warning, check };

fn check(cx: &LintCx<'_>, out: &mut Findings) {
    let Some((_, workflow)) = cx.workflow() else { return };
    for job in &workflow.facts.jobs {
        if let Some(span) = never(job.runs, job.condition.as_ref()) {
            // By its own condition, not because a job it needs never runs.
            let (condition, _) = job.condition.as_ref().map_or(("", span), |(text, span)| (text, *span));
            if !Scope::of_job(&workflow.facts, job, None).may_hold(condition) {
                out.push(span, "never true: the job never runs".to_owned()).level = level(condition);
            }
            continue;
        }
        for step in &job.steps {
            look(job, step, out);
            if let StepKind::Parallel(members) = &step.kind {
                members.iter().for_each(|member| look(job, member, out));
            }
        }
    }
}

fn look(job: &Job, step: &Step, out: &mut Findings) {
    if let Some(span) = never(step.runs, step.condition.as_ref()) {
        let of_cells = step.condition.as_ref().is_some_and(|(text, _)| text.contains("matrix."));
        let is_matrix = job.strategy.as_ref().and_then(|it| it.cells.value()).is_some_and(|cells| cells.len() > 1);
        let what = if of_cells && is_matrix { "the step runs in no cell of the matrix" } else { "the step never runs" };
        let condition = step.condition.as_ref().map_or("", |(text, _)| text);
        out.push(span, format!("never true: {what}")).level = level(condition);
    }
}

fn level(condition: &str) -> Level {
    if condition.contains("matrix.") || condition.contains("runner.") { Level::Info } else { LINT.level }
}

/// The place of a condition that never holds and is not switched off by hand.
fn never(runs: Runs, condition: Option<&(String, Span)>) -> Option<Span> {
    let (text, span) = condition.filter(|_| runs == Runs::Never)?;
    let is_by_hand = text.split(|c: char| !c.is_ascii_alphanumeric()).any(|word| word.eq_ignore_ascii_case("false"))
        || !text.contains(|c: char| c.is_ascii_alphabetic());
    (!is_by_hand).then_some(*span)
}
