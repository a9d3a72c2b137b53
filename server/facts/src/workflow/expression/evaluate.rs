//! The value of an expression over what is known, or why it is not known.

use std::{borrow::Cow, cmp::Ordering};

use super::functions;
use super::parse::{Expr, Index, Operator, parse};
use crate::workflow::scope::Scope;
use crate::workflow::value::Value;

/// A value, or what it depends on, as the end of a sentence: "depends on `github.ref`".
pub(in crate::workflow) type Evaluated<'a> = Result<Cow<'a, Value>, String>;

/// Text that an expression may make. Nested `format` would double it with every level.
pub(super) const MAX_TEXT: usize = 64 << 10;

/// The value of `expression`, the text between `${{` and `}}`.
pub(in crate::workflow) fn value<'a>(expression: &str, scope: &Scope<'a>) -> Evaluated<'a> {
    match parse(expression.trim()) {
        Some(expr) => evaluate(&expr, scope),
        None => Err(format!("is no expression: `{}`", expression.trim())),
    }
}

/// Whether `condition` holds; nothing when that is not known. Of `a && b` one part may be enough.
pub(in crate::workflow) fn truth(condition: &str, scope: &Scope<'_>) -> Option<bool> {
    let expr = parse(condition.trim())?;
    let asks = asks_for_status(&expr);
    // Without a word about the status of what went before, `success()` is part of it.
    let success = if asks { Some(true) } else { scope.success() };
    all([success, holds(&expr, scope)].into_iter())
}

/// Whether it is true, by the part that is enough for that.
pub(super) fn holds(expr: &Expr<'_>, scope: &Scope<'_>) -> Option<bool> {
    match expr {
        Expr::Not(inner) => holds(inner, scope).map(|it| !it),
        Expr::And(parts) => all(parts.iter().map(|part| holds(part, scope))),
        Expr::Or(parts) => all(parts.iter().map(|part| holds(part, scope).map(|it| !it))).map(|it| !it),
        _ => evaluate(expr, scope).ok().map(|value| value.is_true()),
    }
}

/// False as soon as one is, however little is known of the others.
fn all(mut parts: impl Iterator<Item = Option<bool>>) -> Option<bool> {
    parts
        .try_fold(Some(true), |sum, part| match part {
            Some(false) => Err(()),
            Some(true) => Ok(sum),
            None => Ok(None),
        })
        .unwrap_or(Some(false))
}

/// Whether it calls one of the functions that switch the implicit `success()` off.
pub(super) fn asks_for_status(expr: &Expr<'_>) -> bool {
    match expr {
        Expr::Literal(_) | Expr::Context(_) => false,
        Expr::Call(name, arguments) => {
            matches!(name.as_str(), "success" | "failure" | "always" | "cancelled")
                || arguments.iter().any(asks_for_status)
        }
        Expr::Access(base, indexes, _) => {
            let in_index = |index: &Index<'_>| matches!(index, Index::Computed(expr) if asks_for_status(expr));
            asks_for_status(base) || indexes.iter().any(in_index)
        }
        Expr::Not(inner) => asks_for_status(inner),
        Expr::Compare(first, rest) => asks_for_status(first) || rest.iter().any(|(_, expr)| asks_for_status(expr)),
        Expr::And(parts) | Expr::Or(parts) => parts.iter().any(asks_for_status),
    }
}

pub(super) fn evaluate<'a>(expr: &Expr<'_>, scope: &Scope<'a>) -> Evaluated<'a> {
    match expr {
        Expr::Literal(value) => Ok(Cow::Owned(value.clone())),
        Expr::Context(name) => scope.context(name).map(Cow::Borrowed).ok_or_else(|| format!("depends on `{name}`")),
        Expr::Call(name, arguments) => functions::call(name, arguments, scope),
        Expr::Access(base, indexes, text) => access(base, indexes, text, scope),
        Expr::Not(inner) => Ok(Cow::Owned(Value::Bool(!evaluate(inner, scope)?.is_true()))),
        Expr::Compare(first, rest) => compare(first, rest, scope),
        Expr::And(parts) => first_that(parts, false, scope),
        Expr::Or(parts) => first_that(parts, true, scope),
    }
}

/// The first part that is as true as `wanted`, else the last.
fn first_that<'a>(parts: &[Expr<'_>], wanted: bool, scope: &Scope<'a>) -> Evaluated<'a> {
    let mut last = Cow::Owned(Value::Null);
    for part in parts {
        last = evaluate(part, scope)?;
        if last.is_true() == wanted {
            break;
        }
    }
    Ok(last)
}

fn compare<'a>(first: &Expr<'_>, rest: &[(Operator, Expr<'_>)], scope: &Scope<'a>) -> Evaluated<'a> {
    let mut left = evaluate(first, scope)?;
    for (operator, right) in rest {
        let order = left.compared(&*evaluate(right, scope)?);
        let holds = match operator {
            Operator::Equal => order == Some(Ordering::Equal),
            Operator::NotEqual => order != Some(Ordering::Equal),
            Operator::Less => order == Some(Ordering::Less),
            Operator::LessOrEqual => matches!(order, Some(Ordering::Less | Ordering::Equal)),
            Operator::Greater => order == Some(Ordering::Greater),
            Operator::GreaterOrEqual => matches!(order, Some(Ordering::Greater | Ordering::Equal)),
        };
        left = Cow::Owned(Value::Bool(holds));
    }
    Ok(left)
}

fn access<'a>(base: &Expr<'_>, indexes: &[Index<'_>], text: &str, scope: &Scope<'a>) -> Evaluated<'a> {
    let depends = || format!("depends on `{text}`");
    let mut indexes = indexes.iter();
    let mut value = match base {
        Expr::Context(name) => match scope.context(name) {
            Some(value) => Cow::Borrowed(value),
            None => match indexes.next().map(|index| Key::of(index, scope)).transpose()? {
                Some(Key::One(key)) => scope.member(name, &key.text()).ok_or_else(depends)?,
                _ => return Err(depends()),
            },
        },
        base => evaluate(base, scope)?,
    };
    let mut is_filtered = false;
    for index in indexes {
        let key = Key::of(index, scope)?;
        value = match value {
            Cow::Borrowed(value) => step(value, &key, is_filtered),
            Cow::Owned(value) => Cow::Owned(step(&value, &key, is_filtered).into_owned()),
        };
        is_filtered |= matches!(key, Key::All);
    }
    Ok(value)
}

/// What an access asks for.
enum Key {
    /// A key, or the position that it counts as.
    One(Value),
    All,
}

impl Key {
    fn of(index: &Index<'_>, scope: &Scope<'_>) -> Result<Self, String> {
        Ok(match index {
            Index::Name(name) => Self::One(Value::Text((*name).to_owned())),
            Index::Computed(expr) => Self::One(evaluate(expr, scope)?.into_owned()),
            Index::All => Self::All,
        })
    }
}

/// One access. Behind a `*` it is one of every item, and items without such a key are left out.
fn step<'v>(value: &'v Value, key: &Key, is_filtered: bool) -> Cow<'v, Value> {
    let nothing = Cow::Owned(Value::Null);
    let (Value::List(items), true) = (value, is_filtered) else {
        return match key {
            Key::All => Cow::Owned(Value::List(parts(value).cloned().collect())),
            Key::One(key) => part(value, key).map_or(nothing, Cow::Borrowed),
        };
    };
    let found: Vec<Value> = match key {
        Key::All => items.iter().flat_map(parts).cloned().collect(),
        Key::One(key) => items.iter().filter_map(|item| part(item, key)).cloned().collect(),
    };
    Cow::Owned(Value::List(found))
}

fn part<'v>(value: &'v Value, key: &Value) -> Option<&'v Value> {
    match value {
        Value::List(items) => {
            let position = key.number();
            // A position beyond all lists saturates.
            if position >= 0.0 { items.get(position as usize) } else { None }
        }
        value if key.is_scalar() => value.get(&key.text()),
        _ => None,
    }
}

fn parts(value: &Value) -> Box<dyn Iterator<Item = &Value> + '_> {
    match value {
        Value::List(items) => Box::new(items.iter()),
        Value::Map(pairs) => Box::new(pairs.iter().map(|(_, value)| value)),
        _ => Box::new(std::iter::empty()),
    }
}
