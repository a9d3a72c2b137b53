//! Items and slices.

use std::sync::Arc;

use syntax::{
    Span,
    python::{Expr, ExprKind},
};

use crate::noxfile::{
    machine::Machine,
    value::{How, V, Val},
};

impl<'a> Machine<'a> {
    pub(super) fn subscript(&mut self, owner: &'a Expr, index: &'a Expr, span: Span) -> Val<'a> {
        let owner = self.eval(owner);
        if let ExprKind::Slice(parts) = &index.kind {
            let mut bounds = [None, None, None];
            for (bound, part) in bounds.iter_mut().zip(parts.iter()) {
                if let Some(part) = part {
                    match self.eval(part).v {
                        V::Int(n) => *bound = Some(n),
                        V::None => {}
                        _ => return Val::unknown(span, "is cut at a place that is not known"),
                    }
                }
            }
            return self.cut(&owner, bounds, span);
        }
        let index = self.eval(index);
        if let (V::Class(class), Some(name)) = (&owner.v, index.exact()) {
            return self.class_attribute(&Arc::clone(class), &Arc::clone(name), span);
        }
        let found = match (&owner.v, &index.v) {
            (V::List(items) | V::Tuple(items), V::Int(n)) => {
                let len = i64::try_from(items.len()).unwrap_or(i64::MAX);
                usize::try_from(if *n < 0 { n.saturating_add(len) } else { *n })
                    .ok()
                    .and_then(|at| items.get(at))
                    .cloned()
            }
            (V::Dict(entries), _) => {
                entries.iter().rev().find(|(key, _)| key.equals(&index) == Some(true)).map(|(_, value)| value.clone())
            }
            (V::Str(text, How::Exact), V::Int(n)) => {
                let len = i64::try_from(text.chars().count()).unwrap_or(i64::MAX);
                let at = usize::try_from(if *n < 0 { n.saturating_add(len) } else { *n }).ok();
                at.and_then(|at| text.chars().nth(at)).map(|c| Val::str(c.to_string(), span))
            }
            (V::Posargs(_), _) => Some(Val::unknown(span, "is an argument given on the command line")),
            (V::Api(api), _) if &**api == "os.environ" => {
                self.reads_environment(Some(&index), span);
                Some(Val::unknown(span, "reads the environment, which is not known here"))
            }
            _ => None,
        };
        if let V::Unread(_) = owner.v {
            return owner;
        }
        found.unwrap_or_else(|| self.carry(&owner, span, "takes an item that is not known"))
    }

    fn cut(&self, owner: &Val<'a>, [start, stop, step]: [Option<i64>; 3], span: Span) -> Val<'a> {
        let (V::List(items) | V::Tuple(items)) = &owner.v else {
            return match &owner.v {
                V::Str(text, How::Exact) => {
                    let chars: Vec<char> = text.chars().collect();
                    let picked = slice(chars.len(), start, stop, step.unwrap_or(1));
                    self.string(picked.into_iter().filter_map(|at| chars.get(at)).collect(), How::Exact, span)
                }
                V::Posargs(_) => Val::new(V::Posargs(Arc::default()), span),
                _ => self.carry(owner, span, "is cut, but not known"),
            };
        };
        let picked = slice(items.len(), start, stop, step.unwrap_or(1));
        let picked = Arc::new(picked.into_iter().filter_map(|at| items.get(at).cloned()).collect());
        Val::new(if matches!(owner.v, V::List(_)) { V::List(picked) } else { V::Tuple(picked) }, span)
    }
}

/// Indexes that `[start:stop:step]` picks.
fn slice(len: usize, start: Option<i64>, stop: Option<i64>, step: i64) -> Vec<usize> {
    let len = i64::try_from(len).unwrap_or(i64::MAX);
    let clamp = |at: i64, low: i64, high: i64| (if at < 0 { at.saturating_add(len) } else { at }).clamp(low, high);
    let mut out = Vec::new();
    let (mut at, end) = match step {
        0 => return out,
        1.. => (start.map_or(0, |at| clamp(at, 0, len)), stop.map_or(len, |at| clamp(at, 0, len))),
        _ => (start.map_or(len - 1, |at| clamp(at, -1, len - 1)), stop.map_or(-1, |at| clamp(at, -1, len - 1))),
    };
    while if step > 0 { at < end } else { at > end } {
        out.extend(usize::try_from(at));
        at = at.saturating_add(step);
    }
    out
}
