//! What is remembered of a run: how long each session that passed took, in what environment, and which ones did not pass.

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
    environment: Environment,
    log: Option<PathBuf>,
    /// nox said that the session skipped itself: its time says nothing.
    is_skipped: bool,
}

/// The virtual environment of a session, as far as it is known before the session runs.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Environment {
    /// It has to be made.
    pub(super) is_cold: bool,
    /// What makes it, as nox calls it, if that is known; `none`: there is none.
    pub(super) backend: Option<String>,
    /// Where it is.
    pub(super) folder: PathBuf,
}

impl Environment {
    /// Whether it was made in the run with this log, and by what: nox says so when it makes one, and nothing when it does
    /// not (nox 2026.10.20).
    fn seen(&self, log: &[String]) -> (bool, Option<String>) {
        if self.backend.as_deref() == Some("none") {
            return (false, self.backend.clone());
        }
        match log.iter().find_map(|line| making(line)) {
            Some(backend) => (true, Some(backend)),
            None if log.is_empty() => (self.is_cold, self.backend.clone()),
            None => (false, made_by(&self.folder).or_else(|| self.backend.clone())),
        }
    }
}

/// What makes an environment, in a line of nox that says so: `Creating virtual environment (uv) using python3.12 in .nox/lint`,
/// `Creating conda env in .nox/lint with python=3.12`.
fn making(line: &str) -> Option<String> {
    let plain = anstream::adapter::strip_str(line).to_string();
    let (_, made) = plain.split_once("nox > Creating ")?;
    let venv = made.strip_prefix("virtual environment (").and_then(|rest| rest.split_once(')'));
    venv.or_else(|| made.split_once(" env in ")).map(|(backend, _)| backend.to_owned())
}

/// What has made the environment in `folder`: uv and virtualenv write their names into `pyvenv.cfg`, venv does not.
fn made_by(folder: &Path) -> Option<String> {
    if folder.join("conda-meta").is_dir() {
        return Some("conda".to_owned());
    }
    let config = std::fs::read_to_string(folder.join("pyvenv.cfg")).ok()?;
    let has = |key: &str| config.lines().any(|line| line.split('=').next().is_some_and(|it| it.trim() == key));
    ["uv", "virtualenv"].into_iter().find(|key| has(key)).map(str::to_owned).or_else(|| Some("venv".to_owned()))
}

impl Keeper {
    /// For the run of `plan` in the workspace at `workspace`; `environments` by task, as far as they are known before.
    pub(super) fn new(
        workspace: &Path,
        folder: &str,
        plan: &Plan,
        lanes: usize,
        environments: Vec<Environment>,
        log_folder: Option<PathBuf>,
    ) -> Self {
        let kept = |environment| Kept { environment, log: None, is_skipped: false };
        let tasks = environments.into_iter().map(kept).collect();
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
        let said = kept.log.as_deref().map(disk::head).unwrap_or_default();
        let (cold, backend) = kept.environment.seen(&said);
        let record = Record {
            folder: self.folder.clone(),
            signature: told.label.clone(),
            seconds,
            cold,
            backend,
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
    fn nox_says_what_made_the_environment() {
        let folder = tempfile::tempdir().expect("a scratch folder");
        let old = folder.path().join(".nox/old");
        std::fs::create_dir_all(&old).expect("made");
        std::fs::write(old.join("pyvenv.cfg"), "home = /usr/bin\nuv = 0.9.1\nversion_info = 3.12\n").expect("written");
        let environment = Environment { is_cold: true, backend: None, folder: old };
        let seen = |lines: &[&str]| environment.seen(&lines.iter().map(|line| (*line).to_owned()).collect::<Vec<_>>());
        let is = |cold: bool, backend: &str| (cold, Some(backend.to_owned()));
        let running = "nox > Running session lint";
        let made = "nox > Creating virtual environment (virtualenv) using python3.12 in .nox/lint";
        assert_eq!(seen(&[running, made]), is(true, "virtualenv"));
        assert_eq!(
            seen(&[running, "\u{1b}[36mnox > Creating conda env in .nox/a with python=3.12"]),
            is(true, "conda")
        );
        assert_eq!(seen(&[running]), is(false, "uv"), "the environment that is there is used again");
        assert_eq!(seen(&[]), (true, None), "no log: what was expected");
        let none = Environment { backend: Some("none".to_owned()), ..environment.clone() };
        assert_eq!(none.seen(&[running.to_owned()]), is(false, "none"));
    }

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
