//! Which sessions a nox call runs: the join of the two kinds of file that nobody else makes.

use syntax::Span;

use crate::workspace::{NoxfileId, SessionId};

/// Where a nox call stands: indices into the workflow's facts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CallSite {
    /// Job.
    pub job: usize,
    /// Step of the job; for a step inside `parallel:` the group's.
    pub step: usize,
    /// Member of the `parallel:` group.
    pub member: Option<usize>,
    /// Call among the script's nox calls.
    pub call: usize,
}

/// A nox call with the sessions it runs.
#[derive(Clone, Debug, PartialEq)]
pub struct Link {
    /// The call.
    pub site: CallSite,
    /// The noxfile it means: by `-f`, working directory, else the nearest at or above the workflow's root. `None`:
    /// there is none in the workspace, and nothing is said about its sessions.
    pub noxfile: Option<NoxfileId>,
    /// Sessions it runs when it runs alone, in nox's order, prerequisites first: index and the signatures of that
    /// session which are selected (all cells of the job's matrix together).
    pub runs: Vec<LinkedSession>,
    /// Names in it that the noxfile does not have.
    pub unknown: Vec<UnknownName>,
    /// Some of what it selects cannot be read (an expression, a noxfile that is not complete): `runs` may lack some.
    pub is_partial: bool,
}

/// One session of a call.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LinkedSession {
    /// Which.
    pub session: SessionId,
    /// Its instances that run: indices into the session's `instances`.
    pub instances: Vec<usize>,
    /// The word that names it, if one does (not for defaults, tags and prerequisites).
    pub word: Option<Span>,
    /// Runs because another one requires it.
    pub is_prerequisite: bool,
}

/// A name that no session has.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnknownName {
    /// What is written.
    pub name: String,
    /// Where.
    pub span: Span,
    /// The nearest name there is, if it is near.
    pub suggestion: Option<String>,
}
