//! How a run's sessions ended, kept beside its logs: for `--only-failed`.

use std::fs;
use std::path::Path;

use exec::{Outcome, Summary};
use ide::Unfinished;
use model::plan::Plan;
use serde::{Deserialize, Serialize};

use crate::{disk, history};

/// A finished run.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct LastRun {
    /// The noxfile's folder, relative to the workspace's.
    folder: String,
    /// Seconds since 1970 at its end.
    at: f64,
    /// Signatures of the sessions that passed.
    passed: Vec<String>,
    /// Of those that failed, were skipped because of it, or were stopped.
    pub failed: Vec<String>,
}

const NAME: &str = "run.json";

impl LastRun {
    pub(super) fn new(folder: &str, plan: &Plan, summary: &Summary) -> Self {
        let labels = |has_passed: bool| {
            let tasks = plan.tasks.iter().zip(&summary.tasks);
            let meant = tasks.filter(move |(_, told)| (told.outcome == Outcome::Passed) == has_passed);
            meant.map(|(task, _)| task.label.clone()).collect()
        };
        Self { folder: folder.to_owned(), at: history::now(), passed: labels(true), failed: labels(false) }
    }

    /// Writes it into the folder of its run; under another name first, so that nobody reads half of it.
    pub(super) fn save(&self, run: &Path) -> std::io::Result<()> {
        let beside = run.join(format!("{NAME}.new"));
        fs::write(&beside, serde_json::to_vec(self)?)?;
        fs::rename(beside, run.join(NAME))
    }

    /// What did not pass in the newest finished run of each noxfile.
    pub fn unfinished(workspace: &Path) -> Unfinished {
        let mut runs: Vec<Self> = Self::all(workspace).collect();
        runs.sort_by(|a, b| a.at.total_cmp(&b.at));
        runs.into_iter().map(|run| (run.folder, run.failed)).collect()
    }

    /// The newest finished run of the noxfile in `folder` of a workspace.
    pub fn find(workspace: &Path, folder: &str) -> Option<Self> {
        Self::all(workspace).filter(|run| run.folder == folder).max_by(|a, b| a.at.total_cmp(&b.at))
    }

    fn all(workspace: &Path) -> impl Iterator<Item = Self> {
        let runs = disk::state_of(workspace).and_then(|state| fs::read_dir(state.join("runs")).ok());
        let runs = runs.into_iter().flatten().filter_map(Result::ok);
        runs.filter_map(|run| serde_json::from_slice(&fs::read(run.path().join(NAME)).ok()?).ok())
    }
}
