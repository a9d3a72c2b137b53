//! Completion: names of sessions, tags and jobs, where one is expected.
//!
//! What is being typed cannot be parsed, so the place is told from the text before the cursor; what may stand there
//! comes from the workspace as it was read. `completion/noxfile.rs` and `completion/workflow.rs` know the places.

use model::{Estimate, NoxfileId, NoxfileModel, SessionId};
use syntax::Span;

use crate::snapshot::{FilePos, Snapshot};
use crate::words;

mod noxfile;
mod workflow;

/// One proposal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Completion {
    /// What is put in place of `span`.
    pub text: String,
    /// What it is.
    pub kind: CompletionKind,
    /// A few words beside it.
    pub detail: String,
    /// The word that is replaced.
    pub span: Span,
}

/// What a proposal is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CompletionKind {
    /// A session, or one instance of it.
    Session,
    /// A tag of sessions.
    Tag,
    /// A version of Python.
    Python,
    /// A job.
    Job,
}

/// What can be written at `pos`, best first.
pub fn completions(snapshot: &Snapshot, pos: FilePos) -> Vec<Completion> {
    let workspace = &snapshot.workspace;
    let Some(file) = snapshot.file(pos.file) else { return Vec::new() };
    let text = file.document.text();
    let at = pos.offset as usize;
    if !text.is_char_boundary(at) {
        return Vec::new();
    }
    let mut out = match workspace.noxfile_of(pos.file) {
        Some(id) => noxfile::completions(snapshot, id, text, at),
        None => {
            workspace.workflow_of(pos.file).map_or_else(Vec::new, |id| workflow::completions(snapshot, id, text, at))
        }
    };
    out.retain(|proposal| !proposal.text.is_empty()); // the string that is being typed was read as a tag
    out
}

/// Sessions by name, then by signature where that says more.
fn sessions(snapshot: &Snapshot, noxfile: NoxfileId, span: Span) -> Vec<Completion> {
    let Some(model) = snapshot.workspace.noxfiles.get(noxfile.0) else { return Vec::new() };
    let proposal =
        |text: &str, detail: String| Completion { text: text.to_owned(), kind: CompletionKind::Session, detail, span };
    let mut out = Vec::new();
    for (at, session) in model.facts.sessions.iter().enumerate() {
        let time = model.local.total(SessionId(at)).as_ref().map(words::estimate).unwrap_or_default();
        let tags: Vec<String> = session.tags.iter().map(|(tag, _)| format!("#{tag}")).collect();
        let parts = [time, tags.join(" "), session.doc.clone().unwrap_or_default()];
        let parts: Vec<String> = parts.into_iter().filter(|part| !part.is_empty()).collect();
        out.push(proposal(&session.name, parts.join(" · ")));
    }
    for (at, session) in model.facts.sessions.iter().enumerate() {
        let (count, times) = (session.instances.len(), model.local.of(SessionId(at)));
        let others = session.instances.iter().zip(times).filter(|(instance, _)| instance.signature != session.name);
        let detail = |time: &Estimate| format!("{} · one of {count}", words::estimate(time));
        out.extend(others.map(|(it, time)| proposal(&it.signature, detail(time))));
    }
    out
}

/// All tags, with the sessions that have them.
fn tags(model: &NoxfileModel, span: Span) -> Vec<Completion> {
    let mut known: Vec<(&str, Vec<&str>)> = Vec::new();
    for session in &model.facts.sessions {
        for tag in session.instances.iter().flat_map(|instance| &instance.tags) {
            match known.iter_mut().find(|(name, _)| name == tag) {
                Some((_, names)) if names.last() == Some(&session.name.as_str()) => {}
                Some((_, names)) => names.push(&session.name),
                None => known.push((tag, vec![&session.name])),
            }
        }
    }
    let proposal = |(tag, names): (&str, Vec<&str>)| Completion {
        text: tag.to_owned(),
        kind: CompletionKind::Tag,
        detail: names.join(", "),
        span,
    };
    known.into_iter().map(proposal).collect()
}

/// All interpreters.
fn pythons(model: &NoxfileModel, span: Span) -> Vec<Completion> {
    let mut known: Vec<&str> = Vec::new();
    for python in model.facts.sessions.iter().flat_map(|it| it.instances.iter()).filter_map(|it| it.python.as_deref()) {
        if !known.contains(&python) {
            known.push(python);
        }
    }
    let proposal = |python: &str| Completion {
        text: python.to_owned(),
        kind: CompletionKind::Python,
        detail: String::new(),
        span,
    };
    known.into_iter().map(proposal).collect()
}

/// The word around `at`: from `start` to its last letter.
fn word(text: &str, start: usize, at: usize) -> Span {
    let rest = text.get(at..).unwrap_or_default();
    let end = rest.find(|c: char| !(c.is_alphanumeric() || "_-.".contains(c))).unwrap_or(rest.len());
    Span::from(start..at + end)
}

#[cfg(test)]
mod tests;
