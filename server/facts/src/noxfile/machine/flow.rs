//! Conditions and loops: what is known is followed, what is not leads both ways.

use std::sync::Arc;

use syntax::python::{Expr, Stmt, StmtKind};

use super::{Flow, MAX_BODY_ROUNDS, MAX_ROUNDS, Machine};
use crate::Unknown;
use crate::noxfile::value::{Object, Scope, V, Val};

impl<'a> Machine<'a> {
    pub(super) fn branches(&mut self, branches: &'a [(Expr, Vec<Stmt>)], orelse: &'a [Stmt]) -> Flow<'a> {
        let Some(((test, body), rest)) = branches.split_first() else { return self.run(orelse) };
        let test = self.eval(test);
        match test.truth() {
            Some(true) => self.run(body),
            Some(false) => self.branches_deeper(rest, orelse),
            None => self.either(&test, |this| this.run(body), |this| this.branches_deeper(rest, orelse)),
        }
    }

    fn branches_deeper(&mut self, rest: &'a [(Expr, Vec<Stmt>)], orelse: &'a [Stmt]) -> Flow<'a> {
        self.deeper(|this| this.branches(rest, orelse)).unwrap_or(Flow::Next)
    }

    /// A condition that is not known: both sides, then only what they agree on.
    fn either(
        &mut self,
        test: &Val<'a>,
        yes: impl FnOnce(&mut Self) -> Flow<'a>,
        no: impl FnOnce(&mut Self) -> Flow<'a>,
    ) -> Flow<'a> {
        let before = self.vars().clone();
        self.uncertain += 1;
        let yes = yes(self);
        let after_yes = std::mem::replace(self.vars(), before);
        let no = no(self);
        self.uncertain -= 1;
        let likely = test.likely();
        if matches!((&yes, likely), (Flow::Next, Some(true) | None)) || matches!(no, Flow::Return(_) | Flow::Stop) {
            let after_no = std::mem::replace(self.vars(), after_yes);
            self.merge(after_no, likely == Some(true), test);
        } else {
            self.merge(after_yes, likely == Some(false), test);
        }
        match (yes, no) {
            (Flow::Return(a), Flow::Return(b)) => Flow::Return(match likely {
                Some(true) => a,
                Some(false) => b,
                None if a.equals(&b) == Some(true) => a,
                None => self.because(test).instead_of([&a, &b]),
            }),
            (Flow::Stop, Flow::Stop) => Flow::Stop,
            // What comes behind an early end may not happen.
            (end @ (Flow::Return(_) | Flow::Stop), _) => self.ends_early(end, likely != Some(false), test),
            (_, end @ (Flow::Return(_) | Flow::Stop)) => self.ends_early(end, likely != Some(true), test),
            _ => Flow::Next,
        }
    }

    /// One side of a condition that is not known ends the function.
    fn ends_early(&mut self, end: Flow<'a>, is_possible: bool, test: &Val<'a>) -> Flow<'a> {
        if let Some(body) = &mut self.body {
            body.conditional += 1;
        }
        let unknown = self.because(test);
        if let (Flow::Return(value), true, Some(frame)) = (end, is_possible, self.frames.last_mut()) {
            frame.early.push((value, unknown));
        }
        Flow::Next
    }

    fn because(&self, test: &Val<'a>) -> Val<'a> {
        let reason = match test.why() {
            Some(unknown) => format!("depends on a condition that {}", unknown.reason),
            None => "depends on a condition that is not known".to_owned(),
        };
        Val::unknown(test.span, reason)
    }

    pub(super) fn vars(&mut self) -> &mut Scope<'a> {
        match self.frames.last_mut() {
            Some(frame) => &mut frame.vars,
            None => &mut self.globals,
        }
    }

    /// Keeps of the present variables what `other` agrees with, or all of them when the present is the likely side.
    fn merge(&mut self, other: Scope<'a>, is_likely: bool, test: &Val<'a>) {
        let unknown = self.because(test);
        let is_body = self.body.is_some();
        let vars = self.vars();
        let mut differing: Vec<&'a str> = Vec::new();
        #[expect(clippy::iter_over_hash_type, reason = "each name is handled on its own, order does not matter")]
        for (name, value) in &other {
            match vars.get(name) {
                Some(here) if is_likely || here.equals(value) == Some(true) => {}
                None if is_likely => {}
                _ => differing.push(name),
            }
        }
        if !is_likely {
            differing.extend(vars.keys().filter(|name| !other.contains_key(*name)));
        }
        for name in differing {
            let both = vars.get(name).zip(other.get(name));
            if both.is_some_and(|(a, b)| is_same_unknown(a, b)) {
                continue;
            }
            let common = both.filter(|_| is_body).and_then(|(a, b)| common(a, b, &unknown));
            let either = || match both {
                Some((a, b)) => unknown.clone().instead_of([a, b]),
                None => unknown.clone(),
            };
            let value = common.unwrap_or_else(either);
            vars.insert(name, value);
        }
    }

    /// A body that may run any number of times.
    pub(super) fn maybe(&mut self, body: &'a [Stmt], test: &Val<'a>) -> Flow<'a> {
        self.either(test, |this| this.run(body), |_| Flow::Next)
    }

    pub(super) fn for_loop(
        &mut self,
        target: &'a Expr,
        iter: &'a Expr,
        body: &'a [Stmt],
        orelse: &'a [Stmt],
    ) -> Flow<'a> {
        let over = self.eval(iter);
        let statement = self.at(target.span);
        let limit = if self.body.is_some() { MAX_BODY_ROUNDS } else { MAX_ROUNDS };
        let disorder = over.disorder().filter(|_| self.body.is_none());
        if let (Some(why), Some(items), false) = (&disorder, over.members(), ends_early(body)) {
            return self.disordered_loop(target, items, why, body);
        }
        let items = if disorder.is_none() { over.members().or_else(|| self.iterate(&over)) } else { None };
        let Some(items) = items.filter(|_| !matches!(over.v, V::Posargs(_))) else {
            let item = match &over.v {
                V::Unknown(_) | V::Unread(_) => over.clone(),
                _ => Val::unknown(over.span, "iterates something that is not known"),
            };
            if let Some(unknown) = item.why()
                && self.body.is_none()
                && has_definitions(body)
            {
                self.note(Arc::clone(unknown));
            }
            self.assign(target, item.clone(), statement);
            return self.maybe(body, &item);
        };
        if items.len() > limit && self.body.is_none() {
            self.note(Arc::new(Unknown { span: over.span, reason: "goes round too often".to_owned() }));
        }
        for item in items.into_iter().take(limit) {
            self.assign(target, item, statement);
            match self.run(body) {
                Flow::Next | Flow::Continue => {}
                Flow::Break => return Flow::Next,
                end => return end,
            }
        }
        self.run(orelse)
    }

    /// A loop over items in an order that is not known: which sessions it makes is known, not their order. What is
    /// different behind it is not known, but for lists, whose items are.
    fn disordered_loop(
        &mut self,
        target: &'a Expr,
        items: Vec<Val<'a>>,
        why: &Arc<Unknown>,
        body: &'a [Stmt],
    ) -> Flow<'a> {
        let (before, n_sessions) = (self.vars().clone(), self.registry.sessions.len());
        for item in items.into_iter().take(MAX_ROUNDS) {
            let span = item.span;
            self.assign(target, item, span);
            self.run(body);
        }
        if self.registry.sessions.len() > n_sessions {
            self.note(Arc::clone(why));
        }
        let vars = self.vars();
        let mut changed: Vec<&'a str> = Vec::new();
        #[expect(clippy::iter_over_hash_type, reason = "each name is handled on its own, order does not matter")]
        for (name, value) in vars.iter() {
            let is_same =
                before.get(name).is_some_and(|old| is_same_unknown(old, value) || old.equals(value) == Some(true));
            if !is_same {
                changed.push(name);
            }
        }
        for name in changed {
            let Some(value) = vars.get_mut(name) else { continue };
            value.v = match &value.v {
                V::List(items) | V::Bag(items, _) => V::Bag(Arc::clone(items), Arc::clone(why)),
                V::Set(items) => V::Set(Arc::clone(items)),
                V::Module(module) => V::Module(*module),
                _ => V::Unknown(Arc::clone(why)),
            };
        }
        Flow::Next
    }

    pub(super) fn attempt(
        &mut self,
        body: &'a [Stmt],
        handlers: &'a [Vec<Stmt>],
        orelse: &'a [Stmt],
        finally: &'a [Stmt],
    ) -> Flow<'a> {
        let mut flow = self.run(body);
        if matches!(flow, Flow::Next) {
            flow = self.run(orelse);
        }
        if self.body.is_some() {
            let before = self.vars().clone();
            self.uncertain += 1;
            for handler in handlers {
                self.run(handler);
            }
            self.uncertain -= 1;
            *self.vars() = before;
        }
        match self.run(finally) {
            Flow::Next => flow,
            end => end,
        }
    }
}

/// What two lists of words, or two environments, have in common: how the lists begin, and all keys, with the values that
/// are the same in both. Only for what a session does; of what nox lists, half a value would be a wrong one.
fn common<'a>(a: &Val<'a>, b: &Val<'a>, unknown: &Val<'a>) -> Option<Val<'a>> {
    let v = match (&a.v, &b.v) {
        (V::List(a), V::List(b)) => {
            let same = a.iter().zip(b.iter()).take_while(|(a, b)| a.equals(b) == Some(true));
            let mut items: Vec<Val<'a>> = same.map(|(a, _)| a.clone()).collect();
            if items.is_empty() {
                return None;
            }
            items.push(unknown.clone());
            V::List(Arc::new(items))
        }
        (V::Dict(a), V::Dict(b)) => {
            let find = |key: &Val<'a>, all: &[(Val<'a>, Val<'a>)]| {
                all.iter().find(|(other, _)| key.equals(other) == Some(true)).map(|(_, value)| value.clone())
            };
            let agreed = |(key, value): &(Val<'a>, Val<'a>)| match find(key, b) {
                Some(other) if value.equals(&other) == Some(true) => (key.clone(), value.clone()),
                _ => (key.clone(), unknown.clone()),
            };
            let only_there = b.iter().filter(|(key, _)| find(key, a).is_none());
            let only_there = only_there.map(|(key, _)| (key.clone(), unknown.clone()));
            V::Dict(Arc::new(a.iter().map(agreed).chain(only_there).collect()))
        }
        (V::Object(a), V::Object(b)) if Arc::ptr_eq(&a.class, &b.class) => {
            let agreed = |(name, value): &(Arc<str>, Val<'a>)| match b.get(name) {
                Some(other) if value.equals(other) == Some(true) || is_same_unknown(value, other) => value.clone(),
                Some(other) => {
                    common(value, other, unknown).unwrap_or_else(|| unknown.clone().instead_of([value, other]))
                }
                None => unknown.clone().instead_of([value, value]),
            };
            let mut fields: Vec<_> = a.fields.iter().map(|field| (Arc::clone(&field.0), agreed(field))).collect();
            let only_there = b.fields.iter().filter(|(name, _)| a.get(name).is_none());
            fields
                .extend(only_there.map(|(name, value)| (Arc::clone(name), unknown.clone().instead_of([value, value]))));
            V::Object(Arc::new(Object { class: Arc::clone(&a.class), fields }))
        }
        _ => return None,
    };
    Some(Val::new(v, a.span))
}

fn is_same_unknown(a: &Val<'_>, b: &Val<'_>) -> bool {
    match (&a.v, &b.v) {
        (V::Unknown(a), V::Unknown(b)) | (V::Unread(a), V::Unread(b)) => a == b,
        (V::Method(a), V::Method(b)) => Arc::ptr_eq(a, b),
        (V::Dict(a), V::Dict(b)) => Arc::ptr_eq(a, b),
        (V::Set(a), V::Set(b)) | (V::Bag(a, _), V::Bag(b, _)) => Arc::ptr_eq(a, b),
        (V::Posargs(a), V::Posargs(b)) => Arc::ptr_eq(a, b),
        (V::Partial(a), V::Partial(b)) => Arc::ptr_eq(a, b),
        (V::Parametrize(a), V::Parametrize(b)) => Arc::ptr_eq(a, b),
        (V::Str(a, x), V::Str(b, y)) | (V::Path(a, x), V::Path(b, y)) => a == b && x == y,
        (V::Maybe(a), V::Maybe(b)) => a == b,
        (V::List(a), V::List(b)) | (V::Tuple(a), V::Tuple(b)) => Arc::ptr_eq(a, b),
        (V::Class(a), V::Class(b)) => Arc::ptr_eq(a, b),
        (V::Param(a), V::Param(b)) => Arc::ptr_eq(a, b),
        _ => false,
    }
}

/// Whether a loop with this body may be left before its last round.
fn ends_early(body: &[Stmt]) -> bool {
    body.iter().any(|statement| match &statement.kind {
        StmtKind::Break | StmtKind::Return(_) | StmtKind::Raise => true,
        StmtKind::If { branches, orelse } => branches.iter().any(|(_, body)| ends_early(body)) || ends_early(orelse),
        StmtKind::With { body, .. } | StmtKind::Try { body, .. } => ends_early(body),
        StmtKind::For { body, .. } | StmtKind::While { body, .. } => ends_early(body),
        _ => false,
    })
}

fn has_definitions(statements: &[Stmt]) -> bool {
    statements.iter().any(|statement| matches!(statement.kind, StmtKind::Function(_) | StmtKind::Expr(_)))
}
