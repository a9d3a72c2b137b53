//! Executes a plan: processes in the needed order, as events.
//!
//! [`run`] takes a plan, a command for each of its tasks and a sink for events; it knows nothing of nox, editors or
//! terminals. Inside: `dispatcher` decides (a state machine without processes or clocks, over the same
//! [`model::schedule::Frontier`] that forecasts are simulated with), `executor` does (one process a task, its output, its
//! end), `os` holds what differs between systems, `output` what is kept of a task's output.
//!
//! What a run leaves behind: nothing. A cancelled task is interrupted, after a grace asked to end, after another killed
//! with all that it has started, also what left its process group. If this process dies itself, a small guard (Unix) or
//! the job object (Windows) ends the tasks.

mod dispatcher;
mod event;
mod executor;
mod os;
mod output;
mod run;

use std::ffi::OsString;
use std::path::PathBuf;
use std::time::Duration;

pub use dispatcher::{Dispatcher, Input, Order};
pub use event::{Event, Failure, Outcome, Summary, TaskSummary};
pub use run::{Run, RunError, list, run};

/// The variable by which processes of a task are recognised: set for every task, inherited by what it starts.
pub const TASK_VARIABLE: &str = "NOXFLOW_TASK";

/// How to start one task.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CommandSpec {
    /// The program: a path, or a name to look up in `PATH`.
    pub program: OsString,
    /// Its arguments.
    pub args: Vec<OsString>,
    /// Variables to set, or to remove (`None`); all others are inherited.
    pub env: Vec<(OsString, Option<OsString>)>,
    /// The folder it runs in; `None`: ours.
    pub cwd: Option<PathBuf>,
}

/// How to run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Options {
    /// Tasks at once (a task that takes several lanes counts as that many); 0 counts as 1.
    pub lanes: usize,
    /// The first failure ends everything.
    pub fail_fast: bool,
    /// How long a cancelled task has to end after an interrupt, and once more after being asked to terminate.
    pub grace: Duration,
    /// Where each task's whole output goes, one file each. Made when missing. `None`: nowhere.
    pub log_folder: Option<PathBuf>,
    /// Which lines of output become events.
    pub live: Live,
    /// Last lines of a failed task that its event carries.
    pub tail_lines: usize,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            lanes: std::thread::available_parallelism().map_or(1, usize::from),
            fail_fast: false,
            grace: Duration::from_secs(5),
            log_folder: None,
            live: Live::Last,
            tail_lines: 20,
        }
    }
}

/// Which lines of output become [`Event::TaskOutput`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Live {
    /// None.
    Nothing,
    /// Of each piece that arrives the last whole line: enough for a status board, cheap for any volume.
    Last,
    /// All. A slow sink slows the tasks down.
    All,
}
