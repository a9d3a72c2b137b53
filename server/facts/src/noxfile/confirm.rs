//! What nox itself lists, put over what was read: which entries there are comes from nox, where they stand from the text.
//! Neighbours: whoever may start nox hands the list in by [`Surroundings::listed`](super::Surroundings::listed).

use std::sync::Arc;

use syntax::Span;

use super::{Action, ActionKind, Decorator, Instance, NoxfileFacts, Python, Session, register::fill_python};
use crate::Unknown;

/// One entry of nox's own list (`nox --list --json -k True`).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Listed {
    /// Its signature.
    pub signature: String,
    /// The session's name.
    pub name: String,
    /// First line of the docstring.
    pub description: Option<String>,
    /// Its interpreter, when it has one of its own.
    pub python: Option<String>,
    /// All of its tags.
    pub tags: Vec<String>,
    /// Parameters: name and the value's `repr`.
    pub parameters: Vec<(String, String)>,
}

/// Puts `listed` over `facts`. nox does not tell `requires`, `default` and `allow_parallel`: of a session where one of
/// them could not be read that stays marked.
pub(super) fn confirm(facts: &mut NoxfileFacts, listed: &[Listed]) {
    let place = facts.unknown.first().map_or_else(Span::default, |unknown| unknown.span);
    let mut sessions: Vec<Arc<Session>> = Vec::with_capacity(facts.sessions.len());
    // nox lists the entries of a session one behind the other.
    for entries in listed.chunk_by(|a, b| a.name == b.name) {
        let Some(first) = entries.first() else { continue };
        let read = facts.sessions.iter().find(|session| session.name == first.name);
        let mut session = read.map_or_else(|| unseen(first, place), |session| (**session).clone());
        let instances = entries.iter().map(|entry| instance(entry, &session)).collect();
        session.instances = Arc::new(instances);
        session.complete = true;
        sessions.push(Arc::new(session));
    }
    facts.sessions = sessions;
    facts.unknown.clear();
    facts.is_confirmed = true;
}

/// A session that no decorator in the text was seen to make. What it does is not known.
fn unseen(entry: &Listed, place: Span) -> Session {
    let why = "is not in the text of the noxfile".to_owned();
    Session {
        name: entry.name.clone(),
        name_span: place,
        function: entry.name.clone(),
        function_span: place,
        span: place,
        elsewhere: None,
        decorator: Decorator { span: place, arguments: None, keywords: Vec::new(), is_plain: false },
        doc: entry.description.clone(),
        python: Python::Unknown,
        tags: Vec::new(),
        requires: Vec::new(),
        default: true,
        venv_backend: None,
        reuse_venv: None,
        allow_parallel: None,
        instances: Arc::default(),
        complete: false,
        is_configured: false,
        actions: vec![Action {
            span: place,
            kind: ActionKind::Opaque { why: why.clone() },
            conditional: false,
            directory: String::new(),
        }],
        reads_posargs: true,
        unknown: vec![Unknown { span: place, reason: format!("`{}` {why}", entry.name) }],
    }
}

fn instance(entry: &Listed, session: &Session) -> Instance {
    let read = session.instances.iter().find(|read| read.signature == entry.signature);
    let (python, tags) = (entry.python.clone(), entry.tags.clone());
    if let Some(read) = read {
        return Instance { python, tags, ..read.clone() };
    }
    let requires = session.requires.iter().map(|(written, _)| fill_python(written, entry.python.as_deref())).collect();
    let (signature, parameters) = (entry.signature.clone(), entry.parameters.clone());
    Instance { signature, aliases: aliases(entry, session), python, parameters, tags, requires }
}

/// Other names of an entry that could not be read, as `Manifest.make_session` gives them (nox 2026.10.20).
fn aliases(entry: &Listed, session: &Session) -> Vec<String> {
    let Some(python) = &entry.python else { return Vec::new() };
    let parameters = entry.signature.strip_prefix(entry.name.as_str()).unwrap_or_default();
    let with_python = format!("{}-{python}", entry.name);
    match parameters.strip_prefix('-') {
        // One of several pythons.
        Some(rest) if rest == python => Vec::new(),
        Some(_) => vec![with_python],
        // The python is a parameter: it has no other name.
        None if session.python == Python::Unset => Vec::new(),
        None if parameters.is_empty() => vec![with_python],
        None => vec![format!("{with_python}{parameters}"), with_python],
    }
}
