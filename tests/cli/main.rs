//! The command line as a person meets it: a process, its output and its exit code.

mod check;
mod confirm;
mod facts;
mod follow;
mod graph;
mod lints;
mod report;
mod rewrite;
#[cfg(unix)]
mod run;
mod timings;
