//! The sessions that an assist of a noxfile is asked about: those at the selection, or all of the file.

use std::sync::Arc;

use facts::noxfile::Session;
use model::{NoxfileId, NoxfileModel, SessionId};

use super::script::Script;
use crate::assists::AssistCx;
use crate::snapshot::{FileState, Snapshot};

/// A noxfile and the sessions in question.
pub(crate) struct NoxfileCx<'a> {
    pub(crate) snapshot: &'a Snapshot,
    pub(crate) file: &'a Arc<FileState>,
    pub(crate) id: NoxfileId,
    pub(crate) noxfile: &'a NoxfileModel,
    pub(crate) script: Script<'a>,
    /// The sessions in question, in the order of the file.
    pub(crate) scope: Vec<SessionId>,
}

impl<'a> NoxfileCx<'a> {
    /// The noxfile of `cx`, if its file is one that can be read.
    pub(crate) fn of(cx: &AssistCx<'a>) -> Option<Self> {
        let (id, noxfile) = cx.noxfile()?;
        let scope = if cx.is_whole_file() {
            (0..noxfile.facts.sessions.len()).map(SessionId).collect()
        } else {
            cx.sessions().iter().map(|it| it.id).collect()
        };
        let script = Script::of(cx.file, &noxfile.facts);
        Some(Self { snapshot: cx.snapshot, file: cx.file, id, noxfile, script, scope })
    }

    /// A noxfile that another file speaks of; no session of it is in question.
    pub(crate) fn at(snapshot: &'a Snapshot, id: NoxfileId) -> Option<Self> {
        let noxfile = snapshot.workspace.noxfiles.get(id.0)?;
        let file = snapshot.file(noxfile.file)?;
        let script = Script::of(file, &noxfile.facts);
        Some(Self { snapshot, file, id, noxfile, script, scope: Vec::new() })
    }

    pub(crate) fn session(&self, id: SessionId) -> Option<&'a Session> {
        self.noxfile.facts.sessions.get(id.0).map(|session| &**session)
    }

    /// A session's name.
    pub(crate) fn name(&self, id: SessionId) -> &'a str {
        crate::times::name(self.noxfile, id)
    }

    /// Names in backquotes: "`a`, `b` and `c`"; of many, how many.
    pub(crate) fn names(&self, ids: &[SessionId]) -> String {
        let quoted: Vec<String> = ids.iter().map(|id| format!("`{}`", self.name(*id))).collect();
        match quoted.as_slice() {
            [] => String::new(),
            [one] => one.clone(),
            [first @ .., last] if quoted.len() <= 3 => format!("{} and {last}", first.join(", ")),
            _ => format!("{} sessions", quoted.len()),
        }
    }
}
