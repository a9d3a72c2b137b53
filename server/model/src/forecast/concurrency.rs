//! `concurrency` of jobs: of those that have the same group one runs at a time. Within one run of a workflow an expression of
//! the forge has one value, so two groups are the same when their text is, but for what differs from cell to cell or job to job.
//!
//! `cancel-in-progress` is about other runs: it shortens none. (A third job of a group takes the place of the second that
//! waits, which GitHub then cancels: whoever has that is told a time that no run can have.)

use facts::workflow::Job;
use rustc_hash::FxHashMap;

use crate::plan::TaskId;

/// Pairs of cells that are kept apart one by one; of a group with more only the first.
const MAX_PAIRS: usize = 1_024;

/// Whether the cells of the job's matrix take turns.
pub(super) fn is_one_by_one(job: &Job) -> bool {
    job.concurrency.as_ref().is_some_and(|(group, _)| !differs_by_cell(group))
}

/// Pairs of cells of different jobs that take turns; `places`: by job, its cells.
pub(super) fn exclusions(jobs: &[Job], places: &[Vec<TaskId>]) -> Vec<(TaskId, TaskId)> {
    let mut groups: FxHashMap<String, Vec<(usize, TaskId)>> = FxHashMap::default();
    let mut pairs = Vec::new();
    for (at, (job, cells)) in jobs.iter().zip(places).enumerate() {
        let Some((group, _)) = &job.concurrency else { continue };
        for (number, task) in cells.iter().enumerate() {
            let Some(name) = name(job, group, number) else { continue };
            let others = groups.entry(name).or_default();
            pairs.extend(
                others.iter().filter(|(other, _)| *other != at || differs_by_cell(group)).map(|(_, it)| (*it, *task)),
            );
            others.push((at, *task));
            if pairs.len() > MAX_PAIRS {
                return pairs;
            }
        }
    }
    pairs
}

/// The group of one cell. Case does not count (GitHub's workflow syntax). `None`: no other has it.
fn name(job: &Job, group: &str, cell: usize) -> Option<String> {
    if group.contains("strategy.") {
        return None;
    }
    let mut name = group.replace("github.job", &job.id);
    if differs_by_cell(group) {
        let cell = job.strategy.as_ref()?.cells.value()?.get(cell)?;
        for (key, value) in &cell.values {
            name = name.replace(&format!("${{{{ matrix.{key} }}}}"), value);
        }
        if differs_by_cell(&name) {
            return None; // an expression that is not just a value
        }
    }
    Some(name.to_lowercase())
}

fn differs_by_cell(group: &str) -> bool {
    group.contains("matrix.") || group.contains("strategy.")
}
