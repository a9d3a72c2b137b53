//! Variables that one session changes and another one reads: module globals, and `os.environ`. nox runs sessions in one
//! process, unless it is told `-j`: then each has a process of its own and sees what the module set (nox 2026.10.20,
//! `_parallel.py`: the parent "never executes a session itself"). The working directory is none of these: nox goes back
//! to the noxfile's folder before every session (`sessions.py`).
//!
//! Neighbours: `machine` notes what bodies look at and change, `body` what they do.

use std::sync::Arc;

use rustc_hash::FxHashMap;
use syntax::{
    Span,
    python::{Expr, ExprKind},
};

use super::{
    Action, ActionKind, Session,
    machine::Machine,
    value::{V, Val},
};

/// Touches of one body.
const MAX_TOUCHES: usize = 200;

/// Methods that change what they are called on, and do not look at it.
const ADDING: [&str; 9] = ["append", "appendleft", "extend", "add", "update", "insert", "clear", "remove", "discard"];
/// Methods that do both.
const TAKING: [&str; 3] = ["pop", "popitem", "setdefault"];

/// A variable that outlives a session.
#[derive(Clone, PartialEq, Eq, Hash)]
enum Variable<'a> {
    /// Of a module: which one, and its name.
    Global(usize, &'a str),
    /// Of the process's environment.
    Environment(Arc<str>),
}

/// A body looks at one or changes it.
pub(super) struct Touch<'a> {
    variable: Variable<'a>,
    how: How,
    /// How many actions the body had done.
    place: usize,
    span: Span,
    is_conditional: bool,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum How {
    Reads,
    /// Gives it another value.
    Sets,
    /// Adds to what it is.
    Changes,
}

impl<'a> Machine<'a> {
    /// The running body looks at a module variable.
    pub(super) fn reads_global(&mut self, name: &'a str, span: Span) {
        if self.body.is_some() {
            self.touch(Variable::Global(self.module, name), How::Reads, span);
        }
    }

    /// The running body assigns to `name`, which may be the module's by `global`.
    pub(super) fn sets_global(&mut self, name: &'a str, span: Span) {
        if self.body.is_some() && self.frames.last().is_some_and(|frame| frame.global.contains(&name)) {
            self.touch(Variable::Global(self.module, name), How::Sets, span);
        }
    }

    /// The running body changes what `owner` names, an item or an attribute of it. `is_looked_at`: what it was counts.
    pub(super) fn changes_global(&mut self, owner: &'a Expr, is_looked_at: bool, span: Span) {
        if self.body.is_none() {
            return;
        }
        let mut root = owner;
        while let ExprKind::Attribute(inner, _) | ExprKind::Subscript(inner, _) = &root.kind {
            root = inner;
        }
        let ExprKind::Name(name) = &root.kind else { return };
        let name: &'a str = name;
        // Who sets an option of nox or a variable of the process has a place of its own.
        let is_meant = |value: &Val<'_>| !matches!(value.v, V::Api(_) | V::Session);
        if self.is_local(name) || !self.globals.get(name).is_some_and(is_meant) {
            return;
        }
        let variable = Variable::Global(self.module, name);
        let looked = self.at(root.span);
        if let Some(body) = &mut self.body {
            // To reach it is not to look at it.
            let is_it =
                |touch: &Touch<'_>| touch.how == How::Reads && touch.span == looked && touch.variable == variable;
            if let Some(at) = body.touches.iter().rposition(is_it).filter(|_| !is_looked_at) {
                body.touches.remove(at);
            }
        }
        self.touch(variable, How::Changes, span);
    }

    /// The running body changes what a module variable holds, by another name for it.
    pub(super) fn changes_named(&mut self, name: &'a str, span: Span) {
        if self.body.is_some() {
            self.touch(Variable::Global(self.module, name), How::Changes, span);
        }
    }

    /// The running body calls a method of what `owner` names.
    pub(super) fn calls_method(&mut self, owner: &'a Expr, method: &str, span: Span) {
        if ADDING.contains(&method) || TAKING.contains(&method) {
            self.changes_global(owner, TAKING.contains(&method), span);
        }
    }

    /// The running body looks at a variable of the process.
    pub(super) fn reads_environment(&mut self, key: Option<&Val<'a>>, span: Span) {
        if let Some((key, _)) = key.filter(|_| self.body.is_some()).and_then(Val::text) {
            self.touch(Variable::Environment(key), How::Reads, span);
        }
    }

    /// The running body sets a variable of the process.
    pub(super) fn sets_environment(&mut self, key: &Arc<str>, span: Span) {
        if self.body.is_some() {
            self.touch(Variable::Environment(Arc::clone(key)), How::Sets, span);
        }
    }

    fn touch(&mut self, variable: Variable<'a>, how: How, span: Span) {
        let is_uncertain = self.uncertain > 0;
        let Some(body) = &mut self.body else { return };
        let is_own = |touch: &Touch<'_>| touch.how == How::Sets && !touch.is_conditional;
        let is_known = |touch: &Touch<'_>| touch.variable == variable && (touch.how == how || is_own(touch));
        let is_told = match how {
            // What it has set itself it does not take from others.
            How::Reads => body.touches.iter().any(is_known),
            How::Sets | How::Changes => body.touches.iter().any(|it| it.variable == variable && it.how == how),
        };
        if is_told || body.touches.len() >= MAX_TOUCHES {
            return;
        }
        let is_conditional = is_uncertain || body.conditional > 0;
        let place = body.actions.len();
        body.touches.push(Touch { variable, how, place, span, is_conditional });
        if how != How::Reads {
            // What a body reads is told where another changes it: all are read together.
            self.trace.give_up();
        }
    }
}

/// Adds to the sessions what they share: `touches` are theirs, in the same order.
pub(super) fn add(sessions: &mut [Arc<Session>], touches: &[Vec<Touch<'_>>]) {
    // By variable: who changes it, and who reads it.
    let mut users: FxHashMap<&Variable<'_>, [Vec<usize>; 2]> = FxHashMap::default();
    for (session, touches) in touches.iter().enumerate() {
        for touch in touches.iter().filter(|touch| touch.how != How::Reads) {
            users.entry(&touch.variable).or_default()[0].push(session);
        }
    }
    for (session, touches) in touches.iter().enumerate() {
        for touch in touches.iter().filter(|touch| touch.how == How::Reads) {
            if let Some([_, readers]) = users.get_mut(&touch.variable) {
                readers.push(session);
            }
        }
    }
    for (at, session) in sessions.iter_mut().enumerate() {
        let is_several = session.instances.len() > 1;
        let is_shared = |touch: &&Touch<'_>| {
            let Some(users) = users.get(&touch.variable) else { return false };
            let others = if touch.how == How::Reads { &users[0] } else { &users[1] };
            others.iter().any(|other| *other != at || is_several)
        };
        let shared: Vec<&Touch<'_>> = touches.get(at).into_iter().flatten().filter(is_shared).collect();
        if shared.is_empty() {
            continue;
        }
        let session = Arc::make_mut(session);
        // From behind, so that the places stay what they are.
        for touch in shared.into_iter().rev() {
            let place = touch.place.min(session.actions.len());
            session.actions.insert(place, touch.action());
        }
    }
}

impl Touch<'_> {
    fn action(&self) -> Action {
        let variable = match &self.variable {
            Variable::Global(_, name) => (*name).to_owned(),
            Variable::Environment(key) => format!("os.environ[\"{key}\"]"),
        };
        let kind = ActionKind::Variable { name: variable, is_read: self.how == How::Reads };
        Action { span: self.span, kind, conditional: self.is_conditional, directory: String::new() }
    }
}
