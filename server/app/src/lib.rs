//! The noxflow binary: language server and command line. A library too, so that tests can call it.
//!
//! Neighbours: below it `ide` (answers) and `exec` (which runs a plan). This crate alone knows the protocol, JSON, the
//! disk, the clock and the environment; it holds no rule of any feature.

pub mod cli;
pub mod config;
pub mod disk;
pub mod fetch;
pub mod history;
pub mod import;
pub mod launch;
mod links;
pub mod log;
pub mod lsp;
mod memory;
mod report;
mod revision;
mod style;
pub mod workspace;
