//! What operators and comparisons come to.

use std::sync::Arc;

use syntax::{
    Span,
    python::{Expr, SmolStr},
};

use super::MAX_TEXT;
use crate::noxfile::{
    library::{OPEN, join_path},
    machine::{MAX_ITEMS, Machine},
    value::{How, V, Val},
};

impl<'a> Machine<'a> {
    pub(super) fn logic(&mut self, left: &'a Expr, op: &str, right: &'a Expr) -> Val<'a> {
        let span = self.at(left.span);
        let left = self.eval(left);
        let is_or = op == "or";
        if let V::Posargs(default) = &left.v
            && is_or
            && default.is_empty()
        {
            let right = self.eval(right);
            return match right.items() {
                Some(items) => Val::new(V::Posargs(Arc::new(items)), right.span),
                None => right,
            };
        }
        match left.truth() {
            Some(truth) if truth == is_or => left,
            Some(_) => self.eval(right),
            None => {
                let right = self.eval(right);
                match (left.likely(), right.truth()) {
                    (_, Some(truth)) if truth == is_or => Val::new(V::Maybe(is_or), span),
                    (Some(truth), _) if truth == is_or => Val::new(V::Maybe(is_or), span),
                    (Some(_), _) => right.likely().map_or(right, |likely| Val::new(V::Maybe(likely), span)),
                    (None, _) => left,
                }
            }
        }
    }

    pub(super) fn unary(&mut self, op: &str, value: &'a Expr, span: Span) -> Val<'a> {
        let value = self.eval(value);
        let v = match (op, &value.v) {
            ("-", V::Int(n)) => V::Int(n.saturating_neg()),
            ("-", V::Float(text)) => V::Float(format!("-{text}").into()),
            ("+", V::Int(n)) => V::Int(*n),
            ("not", _) => match (value.truth(), value.likely()) {
                (Some(truth), _) => V::Bool(!truth),
                (None, Some(likely)) => V::Maybe(!likely),
                (None, None) => return self.carry(&value, span, "negates a value that is not known"),
            },
            _ => return self.carry(&value, span, "is not worked out"),
        };
        Val::new(v, span)
    }

    pub(in crate::noxfile) fn binary(&mut self, left: &Val<'a>, op: &str, right: &Val<'a>, span: Span) -> Val<'a> {
        let join = |a: &[Val<'a>], b: &[Val<'a>]| Arc::new([a, b].concat());
        let v = match (&left.v, op, &right.v) {
            (V::Int(a), "+", V::Int(b)) => V::Int(a.saturating_add(*b)),
            (V::Int(a), "-", V::Int(b)) => V::Int(a.saturating_sub(*b)),
            (V::Int(a), "*", V::Int(b)) => V::Int(a.saturating_mul(*b)),
            (V::Int(a), "//", V::Int(b)) if *b > 0 => V::Int(a.div_euclid(*b)),
            (V::Int(a), "%", V::Int(b)) if *b > 0 => V::Int(a.rem_euclid(*b)),
            (V::Str(a, x), "+", V::Str(b, y)) => return self.string(format!("{a}{b}"), x.and(*y), span),
            (V::Str(_, How::Exact), "%", _) => return self.percent(left, right, span),
            (V::Str(a, how), "*", V::Int(n)) | (V::Int(n), "*", V::Str(a, how)) => {
                let n = usize::try_from(*n).unwrap_or(0);
                if n.saturating_mul(a.len()) > MAX_TEXT {
                    return Val::unknown(span, "is too long");
                }
                return self.string(a.repeat(n), *how, span);
            }
            (V::List(a), "+", V::List(b)) if a.len() + b.len() <= MAX_ITEMS => V::List(join(a, b)),
            (V::Bag(a, why), "+", V::Bag(b, _) | V::List(b)) | (V::List(a), "+", V::Bag(b, why)) => {
                V::Bag(join(a, b), Arc::clone(why))
            }
            (V::Tuple(a), "+", V::Tuple(b)) if a.len() + b.len() <= MAX_ITEMS => V::Tuple(join(a, b)),
            (V::Posargs(a), "+", V::List(b)) | (V::List(a), "+", V::Posargs(b)) if a.len() + b.len() <= MAX_ITEMS => {
                V::Posargs(join(a, b))
            }
            (V::List(items), "*", V::Int(n)) => {
                let n = usize::try_from(*n).unwrap_or(0);
                if n.saturating_mul(items.len()) > MAX_ITEMS {
                    return Val::unknown(span, "is too long");
                }
                V::List(Arc::new(std::iter::repeat_n(&**items, n).flatten().cloned().collect()))
            }
            (V::Set(a), "|" | "-" | "&" | "^", V::Set(b)) => match combine(a, op, b) {
                Some(items) => V::Set(Arc::new(items)),
                None => return Val::unknown(span, format!("uses `{op}` on values that are not known")),
            },
            (V::Dict(a), "|", V::Dict(b)) => {
                let mut out = (**a).clone();
                for (key, value) in b.iter() {
                    match out.iter_mut().find(|(other, _)| other.equals(key) == Some(true)) {
                        Some(entry) => entry.1 = value.clone(),
                        None => out.push((key.clone(), value.clone())),
                    }
                }
                V::Dict(Arc::new(out))
            }
            (V::Path(a, x), "/", V::Path(b, y) | V::Str(b, y)) => V::Path(join_path(a, b).into(), x.and(*y)),
            // Where a session writes is half known rather than not at all.
            (V::Path(path, how), "/", V::Unknown(_) | V::Unread(_)) if self.body.is_some() => {
                V::Path(join_path(path, OPEN).into(), how.and(How::Template))
            }
            (V::Unknown(_) | V::Unread(_), ..) => return self.carry(left, span, ""),
            _ => return self.carry(right, span, &format!("uses `{op}` on values that are not known")),
        };
        Val::new(v, span)
    }

    /// `"…%s…" % values`.
    fn percent(&self, left: &Val<'a>, right: &Val<'a>, span: Span) -> Val<'a> {
        let Some(format) = left.exact() else { return left.clone() };
        let values = match &right.v {
            V::Tuple(items) => items.to_vec(),
            _ => vec![right.clone()],
        };
        let (mut text, mut values, mut how) = (String::new(), values.into_iter(), How::Exact);
        let mut rest = &**format;
        while let Some(at) = rest.find('%') {
            text.push_str(rest.get(..at).unwrap_or_default());
            let spec = rest.get(at + 1..).and_then(|rest| rest.chars().next());
            let shown = match spec {
                Some('%') => Some(("%".into(), How::Exact)),
                Some('s' | 'd') => values.next().and_then(|value| value.display()),
                Some('r') => values.next().and_then(|value| value.repr()).map(|repr| (repr.into(), How::Exact)),
                _ => None,
            };
            let Some((shown, part_how)) = shown else {
                return self.carry(right, span, "formats a value that is not known");
            };
            text.push_str(&shown);
            how = how.and(part_how);
            rest = rest.get(at + 2..).unwrap_or_default();
        }
        text.push_str(rest);
        self.string(text, how, span)
    }

    pub(super) fn compare(&mut self, first: &'a Expr, rest: &'a [(SmolStr, Expr)], span: Span) -> Val<'a> {
        let mut left = self.eval(first);
        let mut result = Val::new(V::Bool(true), span);
        for (op, right) in rest {
            let right = self.eval(right);
            let known = compare_one(&left, op, &right);
            result = match known {
                Some(true) => result,
                Some(false) => return Val::new(V::Bool(false), span),
                None if has_posargs(&left) || has_posargs(&right) => {
                    Val::new(V::Maybe(matches!(&**op, "!=" | "not in" | "is not")), span)
                }
                None => match &left.v {
                    V::Unknown(_) | V::Unread(_) => self.carry(&left, span, ""),
                    _ => self.carry(&right, span, "compares values that are not known"),
                },
            };
            left = right;
        }
        result
    }

    pub(super) fn conditional(&mut self, test: &'a Expr, body: &'a Expr, orelse: &'a Expr) -> Val<'a> {
        let test = self.eval(test);
        match test.truth().or_else(|| test.likely()) {
            Some(true) => self.eval(body),
            Some(false) => self.eval(orelse),
            None => {
                let (a, b) = (self.eval(body), self.eval(orelse));
                if a.equals(&b) == Some(true) {
                    a
                } else {
                    self.carry(&test, test.span, "depends on a condition").instead_of([&a, &b])
                }
            }
        }
    }
}

/// `a | b` and the like, of sets. `None`: it is not known which items are the same.
fn combine<'a>(a: &[Val<'a>], op: &str, b: &[Val<'a>]) -> Option<Vec<Val<'a>>> {
    let holds =
        |all: &[Val<'a>], item: &Val<'a>| all.iter().try_fold(false, |found, other| Some(found | other.equals(item)?));
    let mut out = Vec::new();
    for item in a {
        let is_in_both = holds(b, item)?;
        if op == "|" || is_in_both == (op == "&") {
            out.push(item.clone());
        }
    }
    for item in b.iter().filter(|_| matches!(op, "|" | "^")) {
        if !holds(a, item)? {
            out.push(item.clone());
        }
    }
    Some(out)
}

fn has_posargs(value: &Val<'_>) -> bool {
    matches!(value.v, V::Posargs(_) | V::Maybe(_))
}

fn compare_one<'a>(left: &Val<'a>, op: &str, right: &Val<'a>) -> Option<bool> {
    match op {
        "==" => left.equals(right),
        "!=" | "<>" => left.equals(right).map(|same| !same),
        "is" | "is not" => {
            let same = match (&left.v, &right.v) {
                (V::None, V::None) => true,
                (V::Unknown(_) | V::Unread(_) | V::Maybe(_) | V::Api(_), _)
                | (_, V::Unknown(_) | V::Unread(_) | V::Maybe(_) | V::Api(_)) => return None,
                (V::None, _) | (_, V::None) => false,
                _ => left.equals(right)?,
            };
            Some(same == (op == "is"))
        }
        "in" | "not in" => contains(right, left).map(|found| found == (op == "in")),
        "<" | ">" | "<=" | ">=" => {
            let order = crate::noxfile::library::order(left, right)?;
            Some(match op {
                "<" => order.is_lt(),
                ">" => order.is_gt(),
                "<=" => order.is_le(),
                _ => order.is_ge(),
            })
        }
        _ => None,
    }
}

/// `item in collection`. The environment is taken to hold nothing of its own.
fn contains(collection: &Val<'_>, item: &Val<'_>) -> Option<bool> {
    match &collection.v {
        V::Api(api) if &**api == "os.environ" => Some(false),
        V::Str(text, How::Exact) => Some(text.contains(&**item.exact()?)),
        V::Posargs(_) => None,
        _ => {
            let mut is_unsure = false;
            for other in collection.members()? {
                match other.equals(item) {
                    Some(true) => return Some(true),
                    Some(false) => {}
                    None => is_unsure = true,
                }
            }
            if is_unsure { None } else { Some(false) }
        }
    }
}
