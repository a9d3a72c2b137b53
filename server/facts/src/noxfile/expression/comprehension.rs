//! Comprehensions.

use std::sync::Arc;

use syntax::{
    Span,
    python::{Clause, Comprehension, ComprehensionKind, Expr, ExprKind},
};

use crate::Unknown;
use crate::noxfile::{
    machine::{MAX_ITEMS, Machine},
    value::{V, Val},
};

/// Why a comprehension has no result, or one whose order is not known.
#[derive(Default)]
struct Failed {
    reason: Option<Arc<Unknown>>,
    disorder: Option<Arc<Unknown>>,
}

impl<'a> Machine<'a> {
    pub(super) fn comprehension(&mut self, comprehension: &'a Comprehension, span: Span) -> Val<'a> {
        let (mut elements, mut entries, mut failed) = (Vec::new(), Vec::new(), Failed::default());
        let before = self.frames.last().map(|frame| frame.vars.clone());
        let globals = before.is_none().then(|| self.shadowed(&comprehension.clauses));
        let n_set = self.trace.n_set();
        self.clauses(&comprehension.clauses, &mut failed, &mut |this| {
            let element = this.eval(&comprehension.element);
            match &comprehension.value {
                Some(value) => {
                    let value = this.eval(value);
                    entries.push((element, value));
                }
                None => elements.push(element),
            }
            elements.len() + entries.len() < MAX_ITEMS
        });
        match (before, self.frames.last_mut()) {
            (Some(before), Some(frame)) => frame.vars = before,
            _ => self.restore(globals.unwrap_or_default(), n_set),
        }
        if let Some(unknown) = failed.reason.or(failed.disorder.clone().filter(|_| comprehension.value.is_some())) {
            return Val::new(V::Unknown(unknown), span);
        }
        let v = match comprehension.kind {
            ComprehensionKind::Dict => V::Dict(Arc::new(entries)),
            ComprehensionKind::Set => V::Set(Arc::new(crate::noxfile::library::unique(&elements).unwrap_or(elements))),
            ComprehensionKind::List | ComprehensionKind::Generator => {
                return Val::list(elements, failed.disorder, span);
            }
        };
        Val::new(v, span)
    }

    /// Global variables that the clauses of a comprehension hide while it runs.
    fn shadowed(&self, clauses: &'a [Clause]) -> Vec<(&'a str, Option<Val<'a>>)> {
        let mut names = Vec::new();
        for clause in clauses {
            if let Clause::For(target, _) = clause {
                bound_names(target, &mut names);
            }
        }
        names.into_iter().map(|name| (name, self.globals.get(name).cloned())).collect()
    }

    fn restore(&mut self, shadowed: Vec<(&'a str, Option<Val<'a>>)>, n_set: usize) {
        self.trace.unset(n_set, |name| shadowed.iter().any(|(shadow, _)| *shadow == name));
        for (name, value) in shadowed {
            match value {
                Some(value) => self.globals.insert(name, value),
                None => self.globals.remove(name),
            };
        }
    }

    /// Runs `each` for every combination; `false` from it or a clause that is not known ends all.
    fn clauses(&mut self, clauses: &'a [Clause], failed: &mut Failed, each: &mut dyn FnMut(&mut Self) -> bool) -> bool {
        let Some((clause, rest)) = clauses.split_first() else { return each(self) };
        let fail = |value: Val<'a>, failed: &mut Failed| {
            if let V::Unknown(unknown) = value.v {
                failed.reason = Some(unknown);
            }
            false
        };
        match clause {
            Clause::For(target, iter) => {
                let over = self.eval(iter);
                failed.disorder = failed.disorder.take().or_else(|| over.disorder());
                let Some(items) = over.members().or_else(|| self.iterate(&over)) else {
                    return fail(self.carry(&over, over.span, "iterates something that is not known"), failed);
                };
                for item in items {
                    if !self.step() {
                        return fail(Val::unknown(over.span, "is too much to work out"), failed);
                    }
                    let span = item.span;
                    self.assign(target, item, span);
                    if !self.deeper(|this| this.clauses(rest, failed, each)).unwrap_or(false) {
                        return failed.reason.is_none();
                    }
                }
                true
            }
            Clause::If(test) => {
                let test = self.eval(test);
                match test.truth() {
                    Some(true) => self.clauses(rest, failed, each),
                    Some(false) => true,
                    None => fail(self.carry(&test, test.span, "depends on a condition that is not known"), failed),
                }
            }
        }
    }
}

fn bound_names<'a>(target: &'a Expr, out: &mut Vec<&'a str>) {
    match &target.kind {
        ExprKind::Name(name) => out.push(name),
        ExprKind::Tuple(items) | ExprKind::List(items) => items.iter().for_each(|item| bound_names(item, out)),
        ExprKind::Star(inner) => bound_names(inner, out),
        _ => {}
    }
}
