//! Adds a gate: one check that is green only if all jobs are, for branch protection to require.
//!
//! ```yaml
//! jobs:
//!   lint: …
//!   tests: …
//! ```
//! ->
//! ```yaml
//!   # The one check to require: it is green only if all of these are.
//!   all-checks:
//!     if: always()
//!     needs: [lint, tests]
//!     runs-on: ubuntu-latest
//!     permissions: {}
//!     steps:
//!       - if: ${{ contains(needs.*.result, 'failure') || contains(needs.*.result, 'cancelled') || contains(needs.*.result, 'skipped') }}
//!         run: exit 1
//! ```
//! The checks of a matrix have a name for each cell, and those of a split job new ones: whoever requires them by name has to
//! follow every change, and waits for ever for a check that is gone. Jobs that publish are not part of it.
//! Neighbour: `gate_runner` says where it runs.

use facts::Known;
use facts::workflow::Job;
use syntax::TextEdit;

use super::gate::Gate;
use super::gate_runner;
use super::job_text::free_id;
use super::layout::{self, UNUSUAL};
use super::style::Style;
use crate::assist::{FileEdit, OfferKind};
use crate::assists::context::{JobCx, WorkflowCx};
use crate::assists::{Assist, AssistCx, Draft, Spot};
use crate::needs;

pub(super) const ASSIST: Assist = Assist { id: "add-gate-job", kind: OfferKind::Rewrite, at: &[Spot::Workflow, Spot::Job, Spot::Matrix], run };

fn run(cx: &AssistCx<'_>) -> Option<Draft> {
    let workflow = cx.workflow()?;
    let here = cx.job();
    // On a job only where its checks are many: elsewhere nobody looks for this.
    let is_meant = cx.is_whole_file() || here.is_some_and(|here| here.job.strategy.is_some());
    let events = &workflow.workflow.facts.triggers;
    let is_checked = events.iter().any(|(event, _)| ["push", "pull_request", "merge_group"].contains(&event.as_str()));
    if !is_meant || !is_checked || workflow.workflow.facts.jobs.iter().any(is_gate) {
        return None;
    }
    let jobs: Vec<JobCx<'_>> = workflow.jobs().filter(|job| !needs::publishes(cx.snapshot, workflow.id, job.at)).collect();
    let checks: usize = jobs.iter().map(|job| instances(job.job)).sum();
    if jobs.is_empty() || checks < 2 {
        return None;
    }
    let title = match jobs.as_slice() {
        [one] => format!("Add a gate over the {checks} checks of `{}`", one.job.id),
        _ => format!("Add a gate over {} jobs", jobs.len()),
    };
    Some(Draft { title, gain: None, caveat: None, edits: edits(workflow, &jobs) })
}

/// Looks at how other jobs ended.
fn is_gate(job: &Job) -> bool {
    let asks = |(condition, _): &(String, _)| condition.contains("always()") || condition.contains("cancelled()");
    !job.needs.is_empty() && (job.condition.as_ref().is_some_and(asks) || needs::is_gate(job))
}

fn instances(job: &Job) -> usize {
    match job.strategy.as_ref().map(|strategy| &strategy.cells) {
        Some(Known::Literal(cells, _)) => cells.len(),
        Some(Known::Dynamic(_)) => 2,
        None => 1,
    }
}

fn edits(cx: WorkflowCx<'_>, jobs: &[JobCx<'_>]) -> Result<Vec<FileEdit>, String> {
    let (document, text) = (&cx.file.document, cx.file.document.text());
    let last = cx.workflow.facts.jobs.last().ok_or(UNUSUAL)?;
    // One with steps shows how lists are written.
    let like = cx.workflow.facts.jobs.iter().rfind(|job| !job.steps.is_empty()).unwrap_or(last);
    let style = Style::of(document, layout::block_job(document, &like.id)?)?;
    let all: Vec<&Job> = jobs.iter().map(|job| job.job).collect();
    let runs_on = gate_runner::over(cx.snapshot, cx.file, cx.workflow, &all)?;
    let taken: Vec<String> = cx.workflow.facts.jobs.iter().map(|job| job.id.clone()).collect();
    let gate = Gate {
        id: &free_id(&taken, "all-checks", '-'),
        name: None,
        needs: jobs.iter().map(|job| job.job.id.clone()).collect(),
        skipped_with: None,
        runs_on: &runs_on,
        outputs: Vec::new(),
        has_permissions: jobs.iter().any(|job| super::gate::has_permissions(cx.workflow.facts.forge, job.job)),
        // A job that its own `if` skips is none that failed.
        may_skip: jobs.iter().any(|job| job.job.condition.is_some()),
    };
    let gate = gate.text(&style, "The one check to require: it is green only if all of these are.");
    let gate = format!("{}{gate}", style.between());
    let at = layout::line_end(text, last.span.end);
    Ok(vec![FileEdit::new(cx.file.id, vec![TextEdit::insert(at, gate)])])
}
