//! Text, spans, positions and error-tolerant trees of Python, YAML and shell.
//!
//! Neighbours: below it `grammars` (the parsers), above it `facts` (what a file says). It knows nothing of nox, CI, the
//! disk or a protocol, and nothing in it can fail: any bytes give a document, with issues where it could not be read.

mod document;
mod edit;
mod lines;
mod span;

pub mod python;
pub mod shell;
pub mod yaml;

pub use document::{Change, Document, Issue, Language, MAX_BYTES};
pub use edit::{TextEdit, apply};
pub use lines::{Encoding, LineCol, Lines};
pub use span::Span;
