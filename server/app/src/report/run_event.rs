//! A run as programs hear of it: what the server sends as `noxflow/runEvent`, and `noxflow run --format json` writes a
//! line each. The names are a promise: fields are added, never changed.

use exec::{Event, Failure, Outcome, Summary};
use ide::Level;
use model::plan::TaskId;
use serde::Serialize;

use crate::disk;
use crate::launch::{Located, Prepared};

/// One thing that has happened.
#[derive(Clone, Debug, Default, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct RunEvent {
    /// The run's id.
    run: String,
    /// What: `runStarted`, `taskStarted`, `taskOutput`, `taskPassed`, `taskFailed`, `taskSkipped`, `taskCancelled`,
    /// `runFinished`.
    event: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    session: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    line: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    exit_code: Option<i32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    seconds: Option<f64>,
    /// Why it failed or was skipped. At the end: why nothing could be run.
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    log: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    sessions: Option<Vec<String>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    predicted_seconds: Option<f64>,
    /// With `taskFailed`, from the command line: what its output names.
    #[serde(skip_serializing_if = "Option::is_none")]
    places: Option<Vec<PlaceResult>>,
    /// With `runFinished`: whether somebody cancelled it.
    #[serde(skip_serializing_if = "Option::is_none")]
    cancelled: Option<bool>,
}

impl RunEvent {
    /// `event` of `run`, if programs are told of it.
    pub(crate) fn new(run: &Prepared, event: &Event) -> Option<Self> {
        let base = |event, task: Option<TaskId>| Self {
            run: run.id.clone(),
            event,
            session: task.map(|task| label(run, task)),
            ..Self::default()
        };
        Some(match event {
            Event::RunStarted { tasks, .. } => Self {
                sessions: Some(tasks.clone()),
                predicted_seconds: Some(run.predicted_seconds),
                ..base("runStarted", None)
            },
            Event::TaskStarted { task, log, .. } => {
                Self { log: log.as_deref().map(disk::slashed), ..base("taskStarted", Some(*task)) }
            }
            Event::TaskOutput { task, line } => Self { line: Some(line.clone()), ..base("taskOutput", Some(*task)) },
            Event::TaskPassed { task, seconds } => {
                Self { exit_code: Some(0), seconds: Some(*seconds), ..base("taskPassed", Some(*task)) }
            }
            Event::TaskFailed { task, seconds, failure, .. } => Self {
                exit_code: code(failure),
                seconds: Some(*seconds),
                reason: Some(failure.to_string()),
                ..base("taskFailed", Some(*task))
            },
            Event::TaskSkipped { task, because } => {
                Self { reason: Some(format!("`{}` failed", label(run, *because))), ..base("taskSkipped", Some(*task)) }
            }
            Event::TaskCancelled { task, seconds } => Self { seconds: *seconds, ..base("taskCancelled", Some(*task)) },
            Event::RunFinished(summary) => Self {
                exit_code: Some(exit_code(summary)),
                seconds: Some(summary.seconds),
                cancelled: Some(summary.cancelled),
                ..base("runFinished", None)
            },
            Event::Warned { .. } => return None,
        })
    }

    /// The same with what the output of a failed session names.
    pub(crate) fn with_places(mut self, places: &[Located]) -> Self {
        self.places = Some(places.iter().map(PlaceResult::from).collect());
        self
    }

    /// The same with another end than the sessions' own: why.
    pub(crate) fn ended_with(mut self, exit_code: i32, reason: &str) -> Self {
        self.exit_code = Some(exit_code);
        self.reason = Some(reason.to_owned());
        self.cancelled = Some(false); // by nobody
        self
    }
}

/// A finished run.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct RunResult {
    run: String,
    exit_code: i32,
    passed: usize,
    failed: usize,
    skipped: usize,
    cancelled: bool,
    seconds: f64,
    /// What the sessions that ran took one after another.
    sequential_seconds: f64,
    sessions: Vec<SessionResult>,
}

/// A session of a finished run.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct SessionResult {
    name: String,
    outcome: &'static str,
    exit_code: Option<i32>,
    seconds: f64,
    log: Option<String>,
    /// What the output of a failed one names.
    places: Vec<PlaceResult>,
}

/// A place that a session's output names.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct PlaceResult {
    /// Absolute.
    pub(crate) path: String,
    /// From 1.
    pub(crate) line: u32,
    /// From 1, in characters.
    pub(crate) column: Option<u32>,
    /// `error`, `warning`, `info` or `hint`.
    pub(crate) level: &'static str,
    /// `pytest`, `ruff`; empty where nobody can tell.
    pub(crate) tool: String,
    /// The rule's name.
    pub(crate) code: Option<String>,
    pub(crate) message: String,
}

impl RunResult {
    /// How `run` ended; `places` by task.
    pub(crate) fn new(run: &Prepared, summary: &Summary, places: Vec<Vec<PlaceResult>>) -> Self {
        let places = places.into_iter().chain(std::iter::repeat_with(Vec::new));
        let sessions = run.plan.tasks.iter().zip(&summary.tasks).zip(places).map(|((task, told), places)| {
            let (outcome, exit_code) = match &told.outcome {
                Outcome::Passed => ("passed", Some(0)),
                Outcome::Failed(failure) => ("failed", code(failure)),
                Outcome::Skipped { .. } => ("skipped", None),
                Outcome::Cancelled => ("cancelled", None),
            };
            let log = told.log.as_deref().map(disk::slashed);
            SessionResult { name: task.label.clone(), outcome, exit_code, seconds: told.seconds, log, places }
        });
        Self {
            run: run.id.clone(),
            exit_code: exit_code(summary),
            passed: summary.passed(),
            failed: summary.failed(),
            skipped: summary.skipped(),
            cancelled: summary.cancelled,
            seconds: summary.seconds,
            sequential_seconds: summary.tasks.iter().map(|task| task.seconds).sum(),
            sessions: sessions.collect(),
        }
    }
}

impl From<&Located> for PlaceResult {
    fn from(located: &Located) -> Self {
        let place = &located.place;
        let level = match place.level {
            Level::Error => "error",
            Level::Warning => "warning",
            Level::Info => "info",
            Level::Hint => "hint",
        };
        Self {
            path: disk::slashed(&located.path),
            line: place.line,
            column: place.column,
            level,
            tool: place.tool.clone(),
            code: place.code.clone(),
            message: place.message.clone(),
        }
    }
}

/// The exit code of a run: 0 all passed, 130 cancelled, else 1.
pub(crate) fn exit_code(summary: &Summary) -> i32 {
    if summary.cancelled { 130 } else { i32::from(!summary.is_success()) }
}

fn code(failure: &Failure) -> Option<i32> {
    match failure {
        Failure::Code(code) => Some(*code),
        Failure::Signal(signal) => Some(128 + signal),
        Failure::NotStarted(_) | Failure::Lost(_) => None,
    }
}

fn label(run: &Prepared, TaskId(at): TaskId) -> String {
    run.plan.tasks.get(at).map(|task| task.label.clone()).unwrap_or_default()
}
