//! Names and places get values, change and go.

use std::sync::Arc;

use syntax::{
    Span,
    python::{Expr, ExprKind},
};

use super::{MAX_ITEMS, Machine};
use crate::noxfile::value::{V, Val};

impl<'a> Machine<'a> {
    pub(in crate::noxfile) fn set(&mut self, name: &'a str, value: Val<'a>) {
        let (is_sure, is_loading) = (self.uncertain == 0, self.body.is_none());
        match self.frames.last_mut() {
            // Which session's body runs first is not known: what one sets is not seen by the others.
            Some(frame) if !is_loading || !frame.global.contains(&name) => {
                frame.vars.insert(name, value);
            }
            Some(_) if !is_sure => {
                self.trace.sets(name);
                let reason = format!("uses `{name}`, which is set under a condition that is not known");
                self.globals.insert(name, Val::unknown(value.span, reason));
            }
            _ => {
                self.trace.sets(name);
                self.globals.insert(name, value);
            }
        }
    }

    /// The value that `expr` names, to be changed in place.
    pub(in crate::noxfile) fn place(&mut self, expr: &'a Expr) -> Option<&mut Val<'a>> {
        match &expr.kind {
            ExprKind::Name(name) => {
                let name: &'a str = name;
                if let Some(frame) = self.frames.last_mut()
                    && (frame.vars.contains_key(name) || frame.closure.as_ref().is_some_and(|c| c.contains_key(name)))
                {
                    if let Some(value) = frame.closure.as_ref().and_then(|closure| closure.get(name)) {
                        frame.vars.entry(name).or_insert_with(|| value.clone());
                    }
                    return frame.vars.get_mut(name);
                }
                self.trace.uses(name);
                self.trace.sets(name);
                if self.body.is_some() {
                    self.trace.give_up();
                }
                self.globals.get_mut(name)
            }
            ExprKind::Attribute(owner, name) => {
                let owner = self.eval(owner);
                match owner.v {
                    V::Api(api) if &*api == "nox.options" => {
                        self.changes_options();
                        self.registry.option_mut(&name.text)
                    }
                    // In a branch that may not be taken nothing is added for good.
                    V::Session if &*name.text == "posargs" && self.uncertain == 0 => {
                        let span = self.at(name.span);
                        let body = self.body.as_mut().filter(|body| body.conditional == 0)?;
                        Some(body.posargs.get_or_insert_with(|| Val::new(V::Posargs(Arc::default()), span)))
                    }
                    _ => None,
                }
            }
            _ => None,
        }
    }

    pub(super) fn changes_options(&mut self) {
        self.trace.special();
        if self.body.is_some() {
            self.trace.give_up();
        }
    }

    pub(in crate::noxfile) fn assign(&mut self, target: &'a Expr, value: Val<'a>, statement: Span) {
        match &target.kind {
            ExprKind::Name(name) => {
                self.sets_global(name, statement);
                self.set(name, value);
            }
            ExprKind::Tuple(targets) | ExprKind::List(targets) => self.unpack(targets, value, statement),
            ExprKind::Star(inner) => self.assign(inner, value, statement),
            ExprKind::Attribute(owner, name) => {
                self.changes_global(owner, false, statement);
                if self.set_attribute(owner, &name.text, value.clone()) {
                    return;
                }
                if let V::Api(api) = self.eval(owner).v {
                    match (&*api, &*name.text) {
                        ("nox.options", _) => {
                            self.changes_options();
                            self.registry.set_option(&name.text, self.at(name.span), value, statement)
                        }
                        ("nox", "needs_version") if self.frames.is_empty() && self.uncertain == 0 => {
                            self.registry.set_needs_version(&value);
                        }
                        _ => {}
                    }
                }
            }
            ExprKind::Subscript(owner, index) => {
                let index = self.eval(index);
                self.set_item(owner, index, value, statement);
            }
            _ => {}
        }
    }

    /// `function.name = value`, for what nox looks at. `written`: the value's expression. `false`: it is nothing of that.
    pub(super) fn set_of_function(&mut self, target: &'a Expr, value: &Val<'a>, written: &'a Expr) -> bool {
        let ExprKind::Attribute(owner, name) = &target.kind else { return false };
        if !name.is("__name__") && !name.is("parametrize") {
            return false;
        }
        let V::Func(func) = self.eval(owner).v else { return false };
        let mut now = (*func).clone();
        if name.is("parametrize") {
            (now.is_parametrized, now.cases) = (true, None);
        } else if self.uncertain > 0 {
            now.named = Some(Val::unknown(value.span, "names a function under a condition that is not known"));
        } else {
            now.named = Some(value.clone());
            // `wrapper.__name__ = function.__name__`: who looks for the session finds the function.
            if let ExprKind::Attribute(other, _) = &written.kind
                && let V::Func(other) = self.eval(other).v
                && other.name().equals(value) == Some(true)
            {
                now.named.clone_from(&other.named);
                now.wraps = Some(other.wraps.clone().unwrap_or(other));
            }
        }
        if let Some(slot) = self.place(owner) {
            slot.v = V::Func(Arc::new(now));
        }
        true
    }

    fn unpack(&mut self, targets: &'a [Expr], value: Val<'a>, statement: Span) {
        let items = value.items();
        let star = targets.iter().position(|target| matches!(target.kind, ExprKind::Star(_)));
        for (at, target) in targets.iter().enumerate() {
            let reason = "cannot be taken apart";
            let item = match (&items, star) {
                (Some(items), None) if items.len() == targets.len() => items.get(at).cloned(),
                (Some(items), Some(star)) if items.len() + 1 >= targets.len() => {
                    let extra = items.len() + 1 - targets.len();
                    match at.cmp(&star) {
                        std::cmp::Ordering::Less => items.get(at).cloned(),
                        std::cmp::Ordering::Equal => {
                            let rest = items.get(at..at + extra).unwrap_or_default().to_vec();
                            Some(Val::new(V::List(Arc::new(rest)), value.span))
                        }
                        std::cmp::Ordering::Greater => items.get(at + extra - 1).cloned(),
                    }
                }
                _ => None,
            };
            let item = item.unwrap_or_else(|| match &value.v {
                V::Unknown(_) | V::Unread(_) => value.clone(),
                _ => Val::unknown(value.span, reason),
            });
            self.assign(target, item, statement);
        }
    }

    /// `del name`, `del owner[index]`.
    pub(super) fn delete(&mut self, target: &'a Expr) {
        let span = self.at(target.span);
        match &target.kind {
            ExprKind::Name(name) => self.set(name, Val::unknown(span, format!("uses `{name}`, which was deleted"))),
            ExprKind::Tuple(targets) => targets.iter().for_each(|target| self.delete(target)),
            ExprKind::Subscript(owner, index) => {
                let index = self.eval(index);
                let is_sure = self.uncertain == 0;
                let before = self.eval(owner);
                let mut now = before.clone();
                if let V::Dict(entries) = &mut now.v
                    && is_sure
                    && entries.iter().all(|(key, _)| key.equals(&index).is_some())
                {
                    Arc::make_mut(entries).retain(|(key, _)| key.equals(&index) == Some(false));
                } else if matches!(now.v, V::Dict(_) | V::List(_)) {
                    now = Val::unknown(span, "is deleted from in a way that is not known");
                }
                self.mutate(&before, Some(owner), &now);
            }
            _ => {}
        }
    }

    fn set_item(&mut self, owner: &'a Expr, index: Val<'a>, value: Val<'a>, statement: Span) {
        let owner_value = self.eval(owner);
        if self.set_env(&owner_value, &index, &value, statement) {
            return;
        }
        self.changes_global(owner, false, statement);
        let mut now = owner_value.clone();
        match &mut now.v {
            V::Dict(entries) => {
                let entries = Arc::make_mut(entries);
                let len = entries.len();
                match entries.iter_mut().find(|(key, _)| key.equals(&index) == Some(true)) {
                    Some(entry) => entry.1 = value,
                    None if len < MAX_ITEMS => entries.push((index, value)),
                    None => {}
                }
            }
            V::List(items) => match index.v {
                V::Int(n) if n >= 0 => {
                    if let Some(item) = Arc::make_mut(items).get_mut(usize::try_from(n).unwrap_or(usize::MAX)) {
                        *item = value;
                    }
                }
                _ => now = Val::unknown(statement, "is changed at a place that is not known"),
            },
            _ => return,
        }
        self.mutate(&owner_value, Some(owner), &now);
    }
}
