//! Python's builtin functions, as far as they only compute.

use std::sync::Arc;

use crate::Unknown;
use crate::noxfile::{
    machine::{MAX_ITEMS, Machine},
    value::{Args, How, V, Val},
};

use std::cmp::Ordering;

impl<'a> Machine<'a> {
    pub(super) fn builtin(&mut self, name: &str, args: Args<'a>) -> Val<'a> {
        let span = args.call;
        let first = args.positional.first().cloned();
        if let Some(why) = first.as_ref().and_then(Val::disorder) {
            let known = self.of_disordered(name, &args, &why);
            return known.unwrap_or_else(|| Val::new(V::Unknown(why), span));
        }
        let items = first.as_ref().and_then(|first| self.iterate(first));
        let list = |items: Vec<Val<'a>>| Val::new(V::List(Arc::new(items)), span);
        let known = match (name, items) {
            ("list" | "reversed" | "iter", Some(mut items)) => {
                if name == "reversed" {
                    items.reverse();
                }
                Some(match first.as_ref().map(|value| &value.v) {
                    Some(V::Posargs(_)) => first.unwrap_or_else(|| list(items)),
                    _ => list(items),
                })
            }
            ("list", None) if first.is_none() => Some(list(Vec::new())),
            ("tuple", Some(items)) => Some(Val::new(V::Tuple(Arc::new(items)), span)),
            ("set" | "frozenset", Some(items)) => unique(&items).map(|items| Val::new(V::Set(Arc::new(items)), span)),
            ("tuple", None) if first.is_none() => Some(Val::new(V::Tuple(Arc::default()), span)),
            ("set" | "frozenset", None) if first.is_none() => Some(Val::new(V::Set(Arc::default()), span)),
            ("len", Some(items)) if matches!(first.as_ref().map(|value| &value.v), Some(V::Set(_))) => {
                unique(&items).and_then(|items| i64::try_from(items.len()).ok()).map(|n| Val::new(V::Int(n), span))
            }
            ("dict", items) => dict_of(&args, first.as_ref(), items),
            ("len", Some(items)) if items.iter().any(crate::noxfile::body::is_pattern) => {
                return Val::unknown(span, "counts what a pattern finds");
            }
            ("len", Some(items)) if !matches!(first.as_ref().map(|value| &value.v), Some(V::Posargs(_))) => {
                i64::try_from(items.len()).ok().map(|n| Val::new(V::Int(n), span))
            }
            ("len", _) if matches!(first.as_ref().map(|value| &value.v), Some(V::Posargs(_))) => first,
            ("range", _) => range(&args),
            ("sorted", Some(items)) => self.sorted(items, &args),
            ("enumerate", Some(items)) => {
                let start = match args.get(1, "start").map(|value| &value.v) {
                    Some(V::Int(n)) => *n,
                    _ => 0,
                };
                let pairs = items.into_iter().zip(start..).map(|(item, n)| {
                    let span = item.span;
                    Val::new(V::Tuple(Arc::new(vec![Val::new(V::Int(n), span), item])), span)
                });
                Some(list(pairs.collect()))
            }
            ("zip", _) => zip(&args),
            ("map", _) => self.map(&args),
            ("filter", _) => self.filter(&args),
            ("str", _) => first.as_ref().and_then(Val::display).map(|(text, how)| Val::new(V::Str(text, how), span)),
            ("repr", _) => first.as_ref().and_then(Val::repr).map(|repr| Val::str(repr, span)),
            ("int", _) => first.as_ref().and_then(|value| match &value.v {
                V::Int(n) => Some(Val::new(V::Int(*n), span)),
                _ => value.exact()?.trim().parse().ok().map(|n| Val::new(V::Int(n), span)),
            }),
            ("bool", _) => match first.as_ref() {
                Some(value) => match (value.truth(), value.likely()) {
                    (Some(truth), _) => Some(Val::new(V::Bool(truth), span)),
                    (None, Some(likely)) => Some(Val::new(V::Maybe(likely), span)),
                    _ => None,
                },
                None => Some(Val::new(V::Bool(false), span)),
            },
            ("any" | "all", Some(items)) => {
                let truths: Option<Vec<bool>> = items.iter().map(Val::truth).collect();
                let result =
                    truths.map(|truths| if name == "any" { truths.contains(&true) } else { !truths.contains(&false) });
                result.map(|truth| Val::new(V::Bool(truth), span))
            }
            ("min" | "max", Some(mut items)) if items.len() == 1 && args.positional.len() == 1 => items.pop(),
            ("min" | "max", Some(items)) if args.positional.len() == 1 && args.keyword("default").is_none() => {
                self.sorted(items, &args).and_then(|sorted| {
                    let items = sorted.items()?;
                    if name == "min" { items.first().cloned() } else { items.last().cloned() }
                })
            }
            ("min" | "max", _) if args.positional.len() > 1 => {
                let sorted = self.sorted(args.positional.clone(), &args).and_then(|sorted| sorted.items());
                sorted.and_then(|items| if name == "min" { items.first().cloned() } else { items.last().cloned() })
            }
            ("sum", Some(items)) if args.positional.len() == 1 => {
                let add = |sum: i64, item: &Val<'a>| match item.v {
                    V::Int(n) => Some(sum.saturating_add(n)),
                    _ => None,
                };
                items.iter().try_fold(0, add).map(|sum| Val::new(V::Int(sum), span))
            }
            ("next", Some(items)) => items.first().cloned().or_else(|| args.positional.get(1).cloned()),
            ("print", _) => Some(Val::new(V::None, span)),
            ("open" | "input", _) => return self.act(name, args),
            ("exec" | "eval" | "__import__" | "globals" | "setattr", _) => {
                if self.body.is_none() {
                    let reason = format!("calls `{name}`, which can define anything");
                    self.note(Arc::new(Unknown { span, reason }));
                }
                None
            }
            _ => None,
        };
        known.unwrap_or_else(|| {
            let culprit = args.positional.iter().find(|value| matches!(value.v, V::Unknown(_)));
            match culprit {
                Some(value) => self.carry(value, span, ""),
                None => Val::unknown(span, format!("calls `{name}` on values that are not known")),
            }
        })
    }

    /// A builtin of values whose order is not known. `None`: that decides what comes out.
    fn of_disordered(&mut self, name: &str, args: &Args<'a>, why: &Arc<Unknown>) -> Option<Val<'a>> {
        let items = args.positional.first()?.members()?;
        let call = |items: Vec<Val<'a>>| {
            let mut args = args.clone();
            let list = Val::new(V::List(Arc::new(items)), args.call);
            args.positional.first_mut().into_iter().for_each(|first| *first = list.clone());
            args
        };
        match name {
            // Of one there is no order: `max(folder.glob("*.whl"), key=…)` is whatever that matches.
            "min" | "max" if items.len() == 1 && args.positional.len() == 1 => items.into_iter().next(),
            "list" | "tuple" | "iter" | "reversed" => Some(Val::list(items, Some(Arc::clone(why)), args.call)),
            "set" | "frozenset" | "len" | "any" | "all" | "bool" => Some(self.builtin(name, call(items))),
            "sorted" | "min" | "max" => {
                // Those that are equal stand in the order that is not known.
                let sorted = self.sorted(items, args)?.items()?;
                let keys = self.keys(&sorted, args);
                let is_strict = keys.windows(2).all(|pair| match pair {
                    [a, b] => {
                        order(a, b).is_some_and(Ordering::is_ne)
                            || a.equals(b) == Some(true) && args.keyword("key").is_none()
                    }
                    _ => true,
                });
                if name == "sorted" && is_strict {
                    return Some(Val::new(V::List(Arc::new(sorted)), args.call));
                }
                is_strict.then(|| self.builtin(name, call(sorted)))
            }
            _ => None,
        }
    }

    /// What `key=` makes of each item.
    fn keys(&mut self, items: &[Val<'a>], args: &Args<'a>) -> Vec<Val<'a>> {
        let Some(key) = args.keyword("key").filter(|key| !matches!(key.v, V::None)).cloned() else {
            return items.to_vec();
        };
        let call = |item: &Val<'a>| Args { call: item.span, positional: vec![item.clone()], ..Args::default() };
        items.iter().map(|item| self.apply(key.clone(), call(item), None)).collect()
    }

    fn sorted(&mut self, items: Vec<Val<'a>>, args: &Args<'a>) -> Option<Val<'a>> {
        let is_reverse = args.keyword("reverse").map_or(Some(false), Val::truth)?;
        let mut pairs: Vec<(Val<'a>, Val<'a>)> = self.keys(&items, args).into_iter().zip(items).collect();
        for pair in pairs.windows(2) {
            order(&pair.first()?.0, &pair.get(1)?.0)?;
        }
        // Equal ones keep their order in reverse too.
        pairs.sort_by(|(a, _), (b, _)| {
            let order = order(a, b).unwrap_or(Ordering::Equal);
            if is_reverse { order.reverse() } else { order }
        });
        let items = pairs.into_iter().map(|(_, item)| item).collect();
        Some(Val::new(V::List(Arc::new(items)), args.call))
    }

    fn map(&mut self, args: &Args<'a>) -> Option<Val<'a>> {
        let [function, over] = args.positional.as_slice() else { return None };
        let mut out = Vec::new();
        for item in over.members()? {
            let call = Args { call: item.span, positional: vec![item], ..Args::default() };
            out.push(self.apply(function.clone(), call, None));
        }
        Some(Val::list(out, over.disorder(), args.call))
    }

    fn filter(&mut self, args: &Args<'a>) -> Option<Val<'a>> {
        let [function, over] = args.positional.as_slice() else { return None };
        let mut out = Vec::new();
        for item in over.members()? {
            let call = Args { call: item.span, positional: vec![item.clone()], ..Args::default() };
            let test = match function.v {
                V::None => item.clone(),
                _ => self.apply(function.clone(), call, None),
            };
            if test.truth()? {
                out.push(item);
            }
        }
        Some(Val::list(out, over.disorder(), args.call))
    }
}

pub(in crate::noxfile) fn is_builtin(name: &str) -> bool {
    matches!(
        name,
        "sorted"
            | "range"
            | "len"
            | "zip"
            | "enumerate"
            | "str"
            | "list"
            | "tuple"
            | "set"
            | "dict"
            | "map"
            | "filter"
            | "int"
            | "bool"
            | "repr"
            | "reversed"
            | "min"
            | "max"
            | "sum"
            | "any"
            | "all"
            | "print"
            | "open"
            | "input"
            | "isinstance"
            | "getattr"
            | "frozenset"
            | "abs"
            | "exec"
            | "iter"
            | "next"
            | "hasattr"
            | "callable"
            | "type"
            | "globals"
            | "locals"
            | "vars"
            | "float"
            | "setattr"
            | "round"
            | "object"
            | "eval"
            | "__import__"
    )
}

/// Order of two values, where Python has one.
pub(in crate::noxfile) fn order(a: &Val<'_>, b: &Val<'_>) -> Option<Ordering> {
    match (&a.v, &b.v) {
        (V::Int(a), V::Int(b)) => Some(a.cmp(b)),
        (V::Str(a, How::Exact), V::Str(b, How::Exact)) => Some(a.cmp(b)),
        (V::Path(a, x), V::Path(b, y)) if x == y => Some(a.split('/').cmp(b.split('/'))), // by parts
        (V::Tuple(a), V::Tuple(b)) | (V::List(a), V::List(b)) => {
            for (a, b) in a.iter().zip(b.iter()) {
                match order(a, b)? {
                    Ordering::Equal => {}
                    other => return Some(other),
                }
            }
            Some(a.len().cmp(&b.len()))
        }
        _ => None,
    }
}

/// Each value once. `None`: it is not known which are the same.
pub(in crate::noxfile) fn unique<'a>(items: &[Val<'a>]) -> Option<Vec<Val<'a>>> {
    let mut out: Vec<Val<'_>> = Vec::new();
    for item in items {
        let mut is_new = true;
        for other in &out {
            is_new &= !other.equals(item)?;
        }
        if is_new {
            out.push(item.clone());
        }
        if out.len() > 500 {
            return None;
        }
    }
    Some(out)
}

fn dict_of<'a>(args: &Args<'a>, first: Option<&Val<'a>>, items: Option<Vec<Val<'a>>>) -> Option<Val<'a>> {
    let mut entries = match first.map(|value| &value.v) {
        None => Vec::new(),
        Some(V::Dict(entries)) => (**entries).clone(),
        Some(_) => {
            let mut entries = Vec::new();
            for pair in items? {
                let pair = pair.items()?;
                let [key, value] = pair.as_slice() else { return None };
                entries.push((key.clone(), value.clone()));
            }
            entries
        }
    };
    if args.rest.is_some() {
        return None;
    }
    entries.extend(args.keywords.iter().map(|(name, value)| (Val::str(Arc::clone(name), value.span), value.clone())));
    Some(Val::new(V::Dict(Arc::new(entries)), args.call))
}

fn range<'a>(args: &Args<'a>) -> Option<Val<'a>> {
    let mut bounds = Vec::new();
    for value in &args.positional {
        match value.v {
            V::Int(n) => bounds.push(n),
            _ => return None,
        }
    }
    let (start, stop, step) = match *bounds.as_slice() {
        [stop] => (0, stop, 1),
        [start, stop] => (start, stop, 1),
        [start, stop, step] if step != 0 => (start, stop, step),
        _ => return None,
    };
    let (mut out, mut at) = (Vec::new(), start);
    while (step > 0 && at < stop) || (step < 0 && at > stop) {
        if out.len() >= MAX_ITEMS {
            return None;
        }
        out.push(Val::new(V::Int(at), args.call));
        at = at.saturating_add(step);
    }
    Some(Val::new(V::List(Arc::new(out)), args.call))
}

fn zip<'a>(args: &Args<'a>) -> Option<Val<'a>> {
    if args.positional.iter().any(|column| column.disorder().is_some()) {
        return None;
    }
    let columns: Option<Vec<Vec<Val<'a>>>> = args.positional.iter().map(Val::items).collect();
    let columns = columns?;
    let len = columns.iter().map(Vec::len).min().unwrap_or(0);
    let row = |at: usize| {
        let row: Vec<Val<'a>> = columns.iter().filter_map(|column| column.get(at).cloned()).collect();
        let span = row.first().map_or(args.call, |value| value.span);
        Val::new(V::Tuple(Arc::new(row)), span)
    };
    Some(Val::new(V::List(Arc::new((0..len).map(row).collect())), args.call))
}
