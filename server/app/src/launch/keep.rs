//! What is remembered of a run: how long each session that passed took.

use std::path::{Path, PathBuf};

use exec::Event;
use model::plan::{Plan, TaskId};

use super::record;
use crate::history;

/// Hears a run's events and writes down durations.
#[derive(Clone, Debug)]
pub struct Keeper {
    workspace: PathBuf,
    folder: String,
    lanes: usize,
    tasks: Vec<Kept>,
}

#[derive(Clone, Debug)]
struct Kept {
    signature: String,
    is_cold: bool,
    /// nox said that the session skipped itself: its time says nothing.
    is_skipped: bool,
}

impl Keeper {
    /// For the run of `plan` in the workspace at `workspace`; `colds` by task.
    pub(super) fn new(workspace: &Path, folder: &str, plan: &Plan, lanes: usize, colds: Vec<bool>) -> Self {
        let kept = |(task, is_cold): (&model::plan::Task, bool)| Kept {
            signature: task.label.clone(),
            is_cold,
            is_skipped: false,
        };
        let tasks = plan.tasks.iter().zip(colds).map(kept).collect();
        Self { workspace: workspace.to_path_buf(), folder: folder.to_owned(), lanes, tasks }
    }

    /// Something happened.
    pub fn hear(&mut self, event: &Event) {
        match event {
            Event::TaskOutput { task: TaskId(task), line } => {
                if let Some(kept) = self.tasks.get_mut(*task) {
                    kept.is_skipped |= says_skipped(line);
                }
            }
            Event::TaskPassed { task: TaskId(task), seconds } => {
                let Some(kept) = self.tasks.get(*task).filter(|kept| !kept.is_skipped) else { return };
                let record = record(&self.folder, &kept.signature, *seconds, kept.is_cold, self.lanes);
                if let Err(error) = history::append(&self.workspace, &[record]) {
                    tracing::warn!("the duration of `{}` could not be kept: {error}", kept.signature);
                }
            }
            _ => {}
        }
    }
}

/// nox's last word on a session that skipped itself: `nox > Session docs skipped: no pandoc.`
fn says_skipped(line: &str) -> bool {
    line.contains("nox > Session ") && line.contains(" skipped")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_session_that_skipped_itself_is_known_by_noxs_words() {
        assert!(says_skipped("nox > Session docs skipped: no pandoc."));
        assert!(!says_skipped("nox > Session docs was successful in 3 seconds."));
        assert!(!says_skipped("3 passed, 1 skipped in 2 s"));
    }
}
