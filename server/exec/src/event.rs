//! What happens in a run, told in the past tense, with owned data: events outlive what they tell of.

use std::fmt;
use std::path::PathBuf;

use model::plan::TaskId;

/// One thing that has happened.
#[derive(Clone, Debug, PartialEq)]
pub enum Event {
    /// First of all.
    RunStarted {
        /// Labels, by task.
        tasks: Vec<String>,
        /// Lanes.
        lanes: usize,
    },
    /// Its process runs.
    TaskStarted {
        /// Which.
        task: TaskId,
        /// Its process.
        pid: u32,
        /// Where its output goes.
        log: Option<PathBuf>,
    },
    /// It wrote a line, at most 4 KiB of which are here.
    TaskOutput {
        /// Which.
        task: TaskId,
        /// The line without its end; bytes that are no UTF-8 replaced.
        line: String,
    },
    /// It ended with status 0.
    TaskPassed {
        /// Which.
        task: TaskId,
        /// From its start to its end.
        seconds: f64,
    },
    /// It ended otherwise, or could not start.
    TaskFailed {
        /// Which.
        task: TaskId,
        /// From its start to its end.
        seconds: f64,
        /// How.
        failure: Failure,
        /// Its last lines.
        tail: Vec<String>,
    },
    /// It never started, because a task before it failed.
    TaskSkipped {
        /// Which.
        task: TaskId,
        /// The task that failed.
        because: TaskId,
    },
    /// It was stopped, or not started any more, because the run was cancelled or another task failed fast.
    TaskCancelled {
        /// Which.
        task: TaskId,
        /// How long it had run; `None`: it had not started.
        seconds: Option<f64>,
    },
    /// Something went wrong beside the tasks; the run goes on.
    Warned {
        /// Whose affair it is.
        task: Option<TaskId>,
        /// What, as a sentence.
        message: String,
    },
    /// Last of all: no process is left.
    RunFinished(Summary),
}

/// How a task failed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Failure {
    /// Its exit status.
    Code(i32),
    /// The signal that killed it.
    Signal(i32),
    /// It could not be started: why, as a sentence.
    NotStarted(String),
    /// It was lost: its end could not be learned.
    Lost(String),
}

impl fmt::Display for Failure {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Code(code) => write!(out, "exit status {code}"),
            Self::Signal(signal) => match signal_name(*signal) {
                Some(name) => write!(out, "killed by signal {signal} ({name})"),
                None => write!(out, "killed by signal {signal}"),
            },
            Self::NotStarted(why) | Self::Lost(why) => out.write_str(why),
        }
    }
}

/// Names of the signals that kill: their numbers are the same on Linux and macOS, but for the last two.
fn signal_name(signal: i32) -> Option<&'static str> {
    Some(match signal {
        1 => "SIGHUP",
        2 => "SIGINT",
        3 => "SIGQUIT",
        4 => "SIGILL",
        6 => "SIGABRT",
        8 => "SIGFPE",
        9 => "SIGKILL, perhaps out of memory",
        11 => "SIGSEGV",
        13 => "SIGPIPE",
        15 => "SIGTERM",
        7 if cfg!(target_os = "linux") => "SIGBUS",
        10 if cfg!(target_os = "macos") => "SIGBUS",
        _ => return None,
    })
}

/// How a run ended.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Summary {
    /// By task.
    pub tasks: Vec<TaskSummary>,
    /// From the first start to the last end.
    pub seconds: f64,
    /// Whether somebody cancelled the run.
    pub cancelled: bool,
}

/// How a task ended.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct TaskSummary {
    /// How.
    pub outcome: Outcome,
    /// When it started, from the start of the run; `None`: it did not.
    pub started: Option<f64>,
    /// How long it ran.
    pub seconds: f64,
    /// Its log.
    pub log: Option<PathBuf>,
}

/// How a task ended, in a word.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Outcome {
    /// Status 0.
    Passed,
    /// Otherwise.
    Failed(Failure),
    /// A task before it failed.
    Skipped {
        /// That task.
        because: TaskId,
    },
    /// Stopped or not started any more.
    #[default]
    Cancelled,
}

impl Summary {
    /// Tasks that passed.
    pub fn passed(&self) -> usize {
        self.count(|outcome| *outcome == Outcome::Passed)
    }

    /// Tasks that failed.
    pub fn failed(&self) -> usize {
        self.count(|outcome| matches!(outcome, Outcome::Failed(_)))
    }

    /// Tasks that a failure before them kept from starting.
    pub fn skipped(&self) -> usize {
        self.count(|outcome| matches!(outcome, Outcome::Skipped { .. }))
    }

    /// Tasks that were stopped or not started any more.
    pub fn cancelled_tasks(&self) -> usize {
        self.count(|outcome| *outcome == Outcome::Cancelled)
    }

    /// Whether every task passed.
    pub fn is_success(&self) -> bool {
        self.passed() == self.tasks.len()
    }

    fn count(&self, is: impl Fn(&Outcome) -> bool) -> usize {
        self.tasks.iter().filter(|task| is(&task.outcome)).count()
    }
}
