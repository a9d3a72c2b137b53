//! What differs between systems: how a process is started so that all of it can be ended, and how its output is read.
//!
//! Both sides have `Process` (`start`, `id`, `wait`, `interrupt`, `terminate`, `kill`, `is_gone`), `Output` (`read`, `rest`)
//! and `Guard` (`new`, `add`, `drop_group`, `end`), and `let_tasks_be_interrupted`.

#[cfg(unix)]
mod unix;
#[cfg(windows)]
mod windows;

#[cfg(unix)]
pub(crate) use unix::{Guard, Output, Process, let_tasks_be_interrupted};
#[cfg(windows)]
pub(crate) use windows::{Guard, Output, Process, let_tasks_be_interrupted};

/// How a process ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Exit {
    /// By itself.
    Code(i32),
    /// By a signal.
    Signal(i32),
}
