//! The language server as an editor meets it: a process, spoken to over its standard streams. Few tests, each of what
//! only the whole can show; everything else is tested where it is made.

mod actions;
mod beside;
mod broken;
mod confirm;
mod editor;
mod encoding;
mod frames;
mod life;
mod lints;
mod names;
mod ordering;
mod runs;
mod silence;
mod timings;
