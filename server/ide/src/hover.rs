//! Hover: what the thing under the cursor is, how long it takes, whether it bounds the time, what to do next.
//!
//! One file a subject. First line: name, kind, time, how sure. Second: is it the bottleneck. At most about eight lines.

mod call;
mod job;
mod need;
mod session;
mod uses;
mod workflow;

use syntax::Span;

use crate::snapshot::{FilePos, Snapshot};
use crate::subject::{self, Subject};

/// A hover's text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hover {
    /// What it speaks of.
    pub span: Span,
    /// Markdown.
    pub markdown: String,
}

/// What to show for the cursor at `pos`.
pub fn hover(snapshot: &Snapshot, pos: FilePos) -> Option<Hover> {
    let found = subject::at(snapshot, pos)?;
    let markdown = match found.subject {
        Subject::Session(noxfile, id, job) => session::text(snapshot, noxfile, id, job),
        Subject::Call(workflow, link) => call::text(snapshot, workflow, link),
        Subject::Use(workflow, used) => uses::text(snapshot, workflow, used),
        Subject::Job(workflow, job) => job::text(snapshot, workflow, job),
        Subject::Need(workflow, waiting, needed) => need::text(snapshot, workflow, waiting, needed),
        Subject::Workflow(workflow) => workflow::text(snapshot, workflow),
    }?;
    Some(Hover { span: found.span, markdown })
}

#[cfg(test)]
mod tests;
