//! What one file says: the sessions of a noxfile, the jobs, steps and nox calls of a workflow, a project's settings.
//!
//! Neighbours: below it `syntax` (trees), above it `model` (what all files mean together). It reads one document at a
//! time and knows no other file, no disk and no protocol; what a noxfile reads of its surroundings comes in as values
//! ([`noxfile::Surroundings`]). Nothing here fails: what cannot be read is marked, never guessed.

pub mod kind;
mod known;
pub mod noxfile;
pub mod project;
pub mod repository;
pub mod shell;
pub mod workflow;

pub use kind::{FileKind, Forge};
pub use known::{Known, Unknown};
