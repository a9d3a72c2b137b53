//! Hover: what the thing under the cursor is, how long it takes, whether it bounds the time, what to do next.
//!
//! One file a subject. First line: name, kind, time, how sure. Second: is it the bottleneck. At most about eight lines.

mod call;
mod job;
mod matrix;
mod need;
mod requirement;
mod session;
mod step;
mod uses;
mod what_if;
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
        Subject::Session(noxfile, id, None)
            if let Some(waiting) = subject::requiring(snapshot, noxfile, pos.offset) =>
        {
            requirement::text(snapshot, noxfile, waiting, id)
        }
        Subject::Session(noxfile, id, job) => session::text(snapshot, noxfile, id, job),
        Subject::Call(workflow, link) => call::text(snapshot, workflow, link),
        Subject::Use(workflow, used) => uses::text(snapshot, workflow, used),
        Subject::Job(workflow, job) => job::text(snapshot, workflow, job),
        Subject::Need(workflow, waiting, needed) => need::text(snapshot, workflow, waiting, needed),
        Subject::Step(workflow, job, step) => step::text(snapshot, workflow, job, step),
        Subject::Matrix(workflow, job, key) => matrix::text(snapshot, workflow, job, key),
        Subject::Workflow(workflow) => workflow::text(snapshot, workflow),
    }?;
    Some(Hover { span: found.span, markdown: unstruck(&markdown) })
}

/// Guesses carry a `~`; two of them in a paragraph would strike out what stands between (GitHub's Markdown; seen in
/// Neovim, which then hides both). The sign for "similar to" looks the same and means nothing to Markdown.
fn unstruck(markdown: &str) -> String {
    let mut out = String::with_capacity(markdown.len());
    let mut chars = markdown.chars().peekable();
    while let Some(c) = chars.next() {
        let is_guess = c == '~' && chars.peek().is_some_and(char::is_ascii_digit);
        out.push(if is_guess { '\u{223c}' } else { c });
    }
    out
}

#[cfg(test)]
mod tests;
