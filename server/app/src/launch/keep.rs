//! What is remembered of a run: how long each session that passed took, and which ones did not pass.

use std::path::{Path, PathBuf};

use exec::Event;
use model::plan::{Plan, TaskId};

use super::LastRun;
use crate::disk;
use crate::history::{self, Record};

/// Hears a run's events and writes down durations and ends.
#[derive(Clone, Debug)]
pub struct Keeper {
    workspace: PathBuf,
    folder: String,
    lanes: usize,
    plan: Plan,
    tasks: Vec<Kept>,
    log_folder: Option<PathBuf>,
}

#[derive(Clone, Debug)]
struct Kept {
    is_cold: bool,
    log: Option<PathBuf>,
    /// nox said that the session skipped itself: its time says nothing.
    is_skipped: bool,
}

impl Keeper {
    /// For the run of `plan` in the workspace at `workspace`; `colds` by task.
    pub(super) fn new(
        workspace: &Path,
        folder: &str,
        plan: &Plan,
        lanes: usize,
        colds: Vec<bool>,
        log_folder: Option<PathBuf>,
    ) -> Self {
        let tasks = colds.into_iter().map(|is_cold| Kept { is_cold, log: None, is_skipped: false }).collect();
        let (workspace, folder) = (workspace.to_path_buf(), folder.to_owned());
        Self { workspace, folder, lanes, plan: plan.clone(), tasks, log_folder }
    }

    /// Something happened.
    pub fn hear(&mut self, event: &Event) {
        match event {
            Event::TaskStarted { task: TaskId(task), log, .. } => {
                if let Some(kept) = self.tasks.get_mut(*task) {
                    kept.log.clone_from(log);
                }
            }
            Event::TaskOutput { task: TaskId(task), line } => {
                if let Some(kept) = self.tasks.get_mut(*task) {
                    kept.is_skipped |= why_skipped(line).is_some();
                }
            }
            Event::TaskPassed { task: TaskId(task), seconds } => self.passed(*task, *seconds),
            Event::RunFinished(summary) => {
                let saved = self.log_folder.as_ref().filter(|folder| folder.is_dir());
                let saved = saved.map(|run| LastRun::new(&self.folder, &self.plan, summary).save(run));
                if let Some(Err(error)) = saved {
                    tracing::warn!("the run's end could not be kept: {error}");
                }
            }
            _ => {}
        }
    }

    fn passed(&self, task: usize, seconds: f64) {
        let (Some(kept), Some(told)) = (self.tasks.get(task), self.plan.tasks.get(task)) else { return };
        if kept.is_skipped || kept.log.as_deref().is_some_and(|log| skipped_itself(log).is_some()) {
            return;
        }
        let record = Record {
            folder: self.folder.clone(),
            signature: told.label.clone(),
            seconds,
            cold: kept.is_cold,
            lanes: self.lanes,
            place: "local".to_owned(),
            at: history::now(),
            set: None,
        };
        if let Err(error) = history::append(&self.workspace, &[record])
            && kept.log.is_some()
        {
            // Where not even logs can be written that has been said already.
            tracing::warn!("the duration of `{}` could not be kept: {error}", told.label);
        }
    }
}

/// Why the session with this log skipped itself, if it did: the reason that it gave, which may be empty.
pub fn skipped_itself(log: &Path) -> Option<String> {
    disk::tail(log).iter().rev().find_map(|line| why_skipped(line))
}

/// nox's last word on a session that skipped itself: `nox > Session docs skipped: no pandoc.`
fn why_skipped(line: &str) -> Option<String> {
    let plain = anstream::adapter::strip_str(line).to_string();
    let (_, words) = plain.split_once("nox > Session ")?;
    let (_, reason) = words.split_once(" skipped")?;
    let reason = reason.rsplit_once(" (took ").map_or(reason, |(reason, _)| reason);
    Some(reason.trim_start_matches(':').trim().trim_end_matches('.').to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_session_that_skipped_itself_is_known_by_noxs_words() {
        assert_eq!(why_skipped("nox > Session docs skipped: no pandoc.").as_deref(), Some("no pandoc"));
        let slow = "nox > Session docs skipped: Python interpreter 3.10 not found (took 12 seconds).";
        assert_eq!(why_skipped(slow).as_deref(), Some("Python interpreter 3.10 not found"));
        assert_eq!(why_skipped("\u{1b}[33mnox > Session docs skipped.\u{1b}[0m").as_deref(), Some(""));
        assert_eq!(why_skipped("nox > Session docs was successful in 3 seconds."), None);
        assert_eq!(why_skipped("3 passed, 1 skipped in 2 s"), None);
    }
}
