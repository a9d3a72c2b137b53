//! How each session of a finished run ended, in the words that reports of all forms share.

use std::path::PathBuf;

use exec::{Outcome, Summary};

use crate::disk;
use crate::launch::{self, Prepared};

/// One session of a finished run.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Ended {
    /// Its signature.
    pub(crate) label: String,
    /// How.
    pub(crate) verdict: Verdict,
    /// How long it ran.
    pub(crate) seconds: f64,
    /// How long it should have taken.
    pub(crate) predicted: f64,
    /// All of its output.
    pub(crate) log: Option<PathBuf>,
}

/// How a session ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Verdict {
    /// Well.
    Passed,
    /// It said itself that it has nothing to do here; why, which may be empty.
    SkippedItself(String),
    /// Badly: how.
    Failed(String),
    /// It never started: the session before it that failed.
    Skipped(String),
    /// It was stopped, or not started any more.
    Cancelled,
}

impl Verdict {
    /// What there is to say beyond the word.
    pub(crate) fn reason(&self) -> Option<String> {
        match self {
            Self::Passed => None,
            Self::SkippedItself(why) if why.is_empty() => Some("by itself".to_owned()),
            Self::SkippedItself(why) | Self::Failed(why) => Some(why.clone()),
            Self::Skipped(because) => Some(format!("{because} did not pass")),
            Self::Cancelled => Some("the run was stopped".to_owned()),
        }
    }
}

/// The sessions of `run`, in the plan's order.
pub(crate) fn ended(run: &Prepared, summary: &Summary) -> Vec<Ended> {
    let label = |at: usize| run.plan.tasks.get(at).map(|task| task.label.clone()).unwrap_or_default();
    let tasks = run.plan.tasks.iter().zip(&summary.tasks);
    let ended = tasks.map(|(task, told)| {
        let verdict = match &told.outcome {
            Outcome::Passed => match told.log.as_deref().and_then(launch::skipped_itself) {
                Some(why) => Verdict::SkippedItself(why),
                None => Verdict::Passed,
            },
            Outcome::Failed(failure) => Verdict::Failed(failure.to_string()),
            Outcome::Skipped { because } => Verdict::Skipped(label(because.0)),
            Outcome::Cancelled => Verdict::Cancelled,
        };
        let (seconds, predicted) = (told.seconds, task.duration());
        Ended { label: task.label.clone(), verdict, seconds, predicted, log: told.log.clone() }
    });
    ended.collect()
}

/// Seconds that the run was shorter than its sessions one after another. `None` where that is nothing to speak of: less
/// than a twentieth or half a second, or a run that was broken off.
pub(crate) fn saved(sessions: &[Ended], summary: &Summary) -> Option<f64> {
    let work: f64 = sessions.iter().map(|session| session.seconds).sum();
    let is_whole = sessions.iter().all(|session| session.verdict != Verdict::Cancelled);
    let saved = work - summary.seconds;
    (is_whole && saved >= 0.5 && work > summary.seconds * 1.05).then_some(saved)
}

impl Ended {
    /// Its last lines, without colours and other control characters.
    pub(crate) fn tail(&self) -> Vec<String> {
        let lines = self.log.as_deref().map(disk::tail).unwrap_or_default();
        lines.iter().map(|line| super::lines::clean(line, false)).collect()
    }
}
