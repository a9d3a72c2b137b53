//! Places of what was read, carried over an edit that happened elsewhere. Neighbour: `memory`, which knows what may be
//! carried over.

use std::sync::Arc;

use syntax::{Span, python::Top};

use super::{Action, ActionKind, Arg, Decorator, Python, Session};
use crate::Unknown;

/// Which statements an edit left alone, and how far those below it moved.
#[derive(Clone, Copy, Debug)]
pub(super) struct Shift {
    /// Statements above the edit; they stand where they stood.
    pub(super) above: usize,
    /// Statements below it.
    pub(super) below: usize,
    /// How many there were, and are.
    before: usize,
    now: usize,
    /// End of what stands above, start of what stood below.
    gap: (u32, u32),
    by: i64,
}

impl Shift {
    pub(super) fn between(before: &[Top], now: &[Top]) -> Self {
        let is_same = |(a, b): &(&Top, &Top)| {
            Arc::ptr_eq(&a.statement, &b.statement) && a.is_broken == b.is_broken && !a.is_broken
        };
        let above = before.iter().zip(now).take_while(|pair| is_same(pair) && pair.0.start == pair.1.start).count();
        let by = |(a, b): (&Top, &Top)| i64::from(b.start) - i64::from(a.start);
        let shift = before.last().zip(now.last()).map_or(0, by);
        let rest = before.len().min(now.len()) - above;
        let pairs = before.iter().rev().zip(now.iter().rev()).take(rest);
        let below = pairs.take_while(|pair| is_same(pair) && by(*pair) == shift).count();
        let end = |top: &Top| top.start + top.statement.span.end;
        let top = above.checked_sub(1).and_then(|at| before.get(at)).map_or(0, end);
        let bottom = before.get(before.len() - below).map_or(u32::MAX, |top| top.start);
        Self { above, below, before: before.len(), now: now.len(), gap: (top, bottom), by: shift }
    }

    /// Where the statement `at` of the new text stood in the old one, if it is the same.
    pub(super) fn before(&self, at: usize) -> Option<usize> {
        match at {
            _ if at < self.above => Some(at),
            _ if at + self.below >= self.now => Some(at + self.before - self.now),
            _ => None,
        }
    }

    /// The statements of the old text that are gone or changed.
    pub(super) fn gone(&self) -> std::ops::Range<usize> {
        self.above..self.before - self.below
    }

    /// `session` as it stands now. `None`: a part of it stood where the text has changed.
    pub(super) fn moved(&self, session: &Arc<Session>) -> Option<Arc<Session>> {
        let (mut stays, mut is_known) = (true, true);
        each_place(session, &mut |span| match self.span(*span) {
            Some(moved) => stays &= moved == *span,
            None => is_known = false,
        });
        if !is_known {
            return None;
        }
        if stays {
            return Some(Arc::clone(session));
        }
        let mut session = (**session).clone();
        each_place_mut(&mut session, &mut |span| *span = self.span(*span).unwrap_or(*span));
        Some(Arc::new(session))
    }

    fn span(&self, span: Span) -> Option<Span> {
        if span.end <= self.gap.0 {
            return Some(span);
        }
        let at = |at: u32| u32::try_from(i64::from(at) + self.by).ok();
        (span.start >= self.gap.1).then(|| Some(Span::new(at(span.start)?, at(span.end)?)))?
    }
}

/// One walk over all places of a session, to look at them and to change them.
macro_rules! walk {
    ($name:ident, $iter:ident $(, $mutable:tt)?) => {
        fn $name(session: &$($mutable)? Session, visit: &mut impl FnMut(&$($mutable)? Span)) {
            // Every field is named, so that a new one is not forgotten here.
            let Session {
                name_span, function_span, span, decorator, python, tags, requires, actions, unknown,
                name: _, function: _, doc: _, default: _, venv_backend: _, reuse_venv: _, allow_parallel: _,
                instances: _, complete: _, is_configured: _, elsewhere: _, reads_posargs: _,
            } = session;
            let Decorator { span: written, arguments, keywords, is_plain: _ } = decorator;
            [name_span, function_span, span, written].into_iter().for_each(&mut *visit);
            arguments.$iter().for_each(&mut *visit);
            keywords.$iter().for_each(|(_, span)| visit(span));
            match python {
                Python::One(_, span) => visit(span),
                Python::Many(versions) => versions.$iter().for_each(|(_, span)| visit(span)),
                Python::Unset | Python::False | Python::Unknown => {}
            }
            tags.$iter().chain(requires).for_each(|(_, span)| visit(span));
            unknown.$iter().for_each(|Unknown { span, reason: _ }| visit(span));
            for Action { span, kind, conditional: _, directory: _ } in actions {
                visit(span);
                let mut arg = |arg: &$($mutable)? Arg| match arg {
                    Arg::Word(_, span) | Arg::Template(_, span) | Arg::Unknown(span) => visit(span),
                };
                match kind {
                    ActionKind::Run { argv, env, posargs: _, may_fail: _ } => {
                        argv.$iter().for_each(&mut arg);
                        env.$iter().for_each(|(_, value)| arg(value));
                    }
                    ActionKind::Install { args } => args.$iter().for_each(arg),
                    ActionKind::Notify { target } => arg(target),
                    ActionKind::SetEnv { key: _, value } => arg(value),
                    ActionKind::File { access: _, path } => arg(path),
                    ActionKind::Interactive | ActionKind::Opaque { why: _ } | ActionKind::Variable { name: _, is_read: _ } => {}
                }
            }
        }
    };
}

walk!(each_place, iter);
walk!(each_place_mut, iter_mut, mut);
