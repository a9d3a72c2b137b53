//! What an expression comes to. Neighbours: `machine` runs statements, `library` knows what the functions called do.

use std::sync::Arc;

use syntax::{
    Span,
    python::{Call, Clause, Comprehension, ComprehensionKind, Expr, ExprKind, Part},
};

use super::{
    machine::{MAX_ITEMS, Machine},
    value::{Args, How, Lambda, V, Val},
};
use crate::Unknown;

/// Bytes of one string.
const MAX_TEXT: usize = 64 << 10;

impl<'a> Machine<'a> {
    pub(super) fn eval(&mut self, expr: &'a Expr) -> Val<'a> {
        let span = self.at(expr.span);
        self.deeper(|this| this.eval_kind(expr, span)).unwrap_or_else(|| Val::unknown(span, "is too much to work out"))
    }

    fn eval_kind(&mut self, expr: &'a Expr, span: Span) -> Val<'a> {
        let v = match &expr.kind {
            ExprKind::Name(name) => return self.name(name, span),
            ExprKind::Str { value, content } => return Val::str(&**value, self.at(*content)),
            ExprKind::FString(parts) => return self.format(parts, span),
            ExprKind::Int(n) => V::Int(*n),
            ExprKind::Float(text) => V::Float((**text).into()),
            ExprKind::Bool(b) => V::Bool(*b),
            ExprKind::None => V::None,
            ExprKind::List(items) => return self.collect(items, span, V::List),
            ExprKind::Tuple(items) => return self.collect(items, span, V::Tuple),
            ExprKind::Set(items) => return self.collect(items, span, V::Set),
            ExprKind::Dict(entries) => return self.dict(entries, span),
            ExprKind::Call(call) => return self.call(call, span),
            ExprKind::Attribute(owner, name) => {
                let owner = self.eval(owner);
                return self.attribute(owner, &name.text, span);
            }
            ExprKind::Subscript(owner, index) => return self.subscript(owner, index, span),
            ExprKind::Slice(_) | ExprKind::Opaque => {
                return Val::unknown(span, "is not of the Python that is read here");
            }
            ExprKind::Binary(left, op, right) if matches!(&**op, "and" | "or") => return self.logic(left, op, right),
            ExprKind::Binary(left, op, right) => {
                let (left, right) = (self.eval(left), self.eval(right));
                return self.binary(&left, op, &right, span);
            }
            ExprKind::Unary(op, value) => return self.unary(op, value, span),
            ExprKind::Compare(first, rest) => return self.compare(first, rest, span),
            ExprKind::Conditional { test, body, orelse } => return self.conditional(test, body, orelse),
            ExprKind::Comprehension(comprehension) => return self.comprehension(comprehension, span),
            ExprKind::Lambda(parameters, body) => {
                let (module, base, closure) = (self.module, self.base, self.closure());
                V::Lambda(Arc::new(Lambda { parameters, body, module, base, closure }))
            }
            ExprKind::Star(value) => return self.eval(value),
            ExprKind::Walrus(name, value) => {
                let value = self.eval(value);
                self.set(&name.text, value.clone());
                return value;
            }
        };
        Val::new(v, span)
    }

    fn name(&mut self, name: &'a str, span: Span) -> Val<'a> {
        if !self.is_local(name) {
            self.trace.uses(name);
        }
        if let Some(value) = self.lookup(name) {
            return value.clone();
        }
        match name {
            "__file__" => Val::new(V::Path(self.own_path().into(), How::Rooted), span),
            "__name__" => Val::str("noxfile", span),
            _ if super::library::is_builtin(name) => Val::new(V::Api(name.into()), span),
            _ => Val::unknown(span, format!("uses `{name}`, which is not known here")),
        }
    }

    /// Items of a display, with stars taken apart.
    fn collect(&mut self, items: &'a [Expr], span: Span, make: fn(Arc<Vec<Val<'a>>>) -> V<'a>) -> Val<'a> {
        let mut out = Vec::with_capacity(items.len());
        for item in items {
            let value = self.eval(item);
            if !matches!(item.kind, ExprKind::Star(_)) {
                out.push(value);
                continue;
            }
            match value.items() {
                Some(items) => out.extend(items),
                None => return self.carry(&value, span, "is spread out"),
            }
        }
        if out.len() > MAX_ITEMS {
            return Val::unknown(span, "is too long");
        }
        if matches!(make(Arc::default()), V::Set(_)) {
            out = super::library::unique(&out).unwrap_or(out);
        }
        Val::new(make(Arc::new(out)), span)
    }

    /// The unknown that `value` is, or a new one about it.
    pub(super) fn carry(&self, value: &Val<'a>, span: Span, reason: &str) -> Val<'a> {
        match &value.v {
            V::Unknown(unknown) => Val::new(V::Unknown(Arc::clone(unknown)), span),
            _ => Val::unknown(span, reason),
        }
    }

    fn dict(&mut self, entries: &'a [(Option<Expr>, Expr)], span: Span) -> Val<'a> {
        let mut out: Vec<(Val<'a>, Val<'a>)> = Vec::new();
        for (key, value) in entries {
            let value = self.eval(value);
            match key {
                Some(key) => {
                    let key = self.eval(key);
                    match out.iter_mut().find(|(other, _)| other.equals(&key) == Some(true)) {
                        Some(entry) => entry.1 = value,
                        None => out.push((key, value)),
                    }
                }
                None => match value.v {
                    V::Dict(more) => out.extend(more.iter().cloned()),
                    _ => return self.carry(&value, span, "is spread out"),
                },
            }
        }
        Val::new(V::Dict(Arc::new(out)), span)
    }

    fn format(&mut self, parts: &'a [Part], span: Span) -> Val<'a> {
        let (mut text, mut how) = (String::new(), How::Exact);
        for part in parts {
            match part {
                Part::Text(plain) => text.push_str(plain),
                Part::Value { value: expr, conversion, spec } => {
                    let value = self.eval(expr);
                    let shown = match conversion {
                        _ if !spec.is_empty() => None,
                        None | Some('s') => value.display(),
                        _ => value.repr().map(|repr| (repr.into(), How::Exact)),
                    };
                    match shown {
                        Some((shown, part_how)) => {
                            text.push_str(&shown);
                            how = how.max(part_how);
                        }
                        None if self.body.is_some() => {
                            text.push_str(&format!("{{{}}}", self.source(expr)));
                            how = How::Template;
                        }
                        None => return self.carry(&value, span, "formats a value that is not known"),
                    }
                }
            }
        }
        self.string(text, how, span)
    }

    fn source(&self, expr: &Expr) -> &'a str {
        expr.span.shifted(self.base).of(self.text)
    }

    pub(super) fn string(&self, text: String, how: How, span: Span) -> Val<'a> {
        if text.len() > MAX_TEXT {
            return Val::unknown(span, "is too long");
        }
        Val::new(V::Str(text.into(), how), span)
    }

    fn call(&mut self, call: &'a Call, span: Span) -> Val<'a> {
        let function = self.eval(&call.function);
        let args = self.arguments(call, span);
        self.apply(function, args, Some(call))
    }

    fn arguments(&mut self, call: &'a Call, span: Span) -> Args<'a> {
        let mut args = Args { call: span, parentheses: self.at(call.parentheses), ..Args::default() };
        for argument in &call.arguments {
            let value = self.eval(&argument.value);
            let unknown = |this: &Self| match this.carry(&value, value.span, "is spread out into arguments").v {
                V::Unknown(unknown) => Some(unknown),
                _ => None,
            };
            match (&argument.name, argument.stars) {
                (Some(name), _) => {
                    let name: Arc<str> = (*name.text).into();
                    args.written.push((Arc::clone(&name), self.at(argument.span)));
                    args.keywords.push((name, value));
                }
                (None, 0) => args.positional.push(value),
                (None, 1) => {
                    args.takes_posargs |= matches!(value.v, V::Posargs(_));
                    match value.items() {
                        Some(items) => args.positional.extend(items),
                        None => args.rest = unknown(self),
                    }
                }
                (None, _) => match &value.v {
                    V::Dict(entries) => {
                        for (key, value) in entries.iter() {
                            match key.exact() {
                                Some(key) => args.keywords.push((Arc::clone(key), value.clone())),
                                None => args.rest = unknown(self),
                            }
                        }
                    }
                    _ => args.rest = unknown(self),
                },
            }
        }
        args
    }

    fn subscript(&mut self, owner: &'a Expr, index: &'a Expr, span: Span) -> Val<'a> {
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
                Some(Val::unknown(span, "reads the environment, which is not known here"))
            }
            _ => None,
        };
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

    fn logic(&mut self, left: &'a Expr, op: &str, right: &'a Expr) -> Val<'a> {
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

    fn unary(&mut self, op: &str, value: &'a Expr, span: Span) -> Val<'a> {
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

    pub(super) fn binary(&mut self, left: &Val<'a>, op: &str, right: &Val<'a>, span: Span) -> Val<'a> {
        let join = |a: &[Val<'a>], b: &[Val<'a>]| Arc::new([a, b].concat());
        let v = match (&left.v, op, &right.v) {
            (V::Int(a), "+", V::Int(b)) => V::Int(a.saturating_add(*b)),
            (V::Int(a), "-", V::Int(b)) => V::Int(a.saturating_sub(*b)),
            (V::Int(a), "*", V::Int(b)) => V::Int(a.saturating_mul(*b)),
            (V::Int(a), "//", V::Int(b)) if *b > 0 => V::Int(a.div_euclid(*b)),
            (V::Int(a), "%", V::Int(b)) if *b > 0 => V::Int(a.rem_euclid(*b)),
            (V::Str(a, x), "+", V::Str(b, y)) => return self.string(format!("{a}{b}"), *x.max(y), span),
            (V::Str(_, How::Exact), "%", _) => return self.percent(left, right, span),
            (V::Str(a, how), "*", V::Int(n)) | (V::Int(n), "*", V::Str(a, how)) => {
                let n = usize::try_from(*n).unwrap_or(0);
                if n.saturating_mul(a.len()) > MAX_TEXT {
                    return Val::unknown(span, "is too long");
                }
                return self.string(a.repeat(n), *how, span);
            }
            (V::List(a), "+", V::List(b)) if a.len() + b.len() <= MAX_ITEMS => V::List(join(a, b)),
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
            (V::Path(a, x), "/", V::Path(b, y) | V::Str(b, y)) => {
                V::Path(super::library::join_path(a, b).into(), *x.max(y))
            }
            (V::Unknown(_), ..) => return self.carry(left, span, ""),
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
            how = how.max(part_how);
            rest = rest.get(at + 2..).unwrap_or_default();
        }
        text.push_str(rest);
        self.string(text, how, span)
    }

    fn compare(&mut self, first: &'a Expr, rest: &'a [(Box<str>, Expr)], span: Span) -> Val<'a> {
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
                    V::Unknown(_) => self.carry(&left, span, ""),
                    _ => self.carry(&right, span, "compares values that are not known"),
                },
            };
            left = right;
        }
        result
    }

    fn conditional(&mut self, test: &'a Expr, body: &'a Expr, orelse: &'a Expr) -> Val<'a> {
        let test = self.eval(test);
        match test.truth().or_else(|| test.likely()) {
            Some(true) => self.eval(body),
            Some(false) => self.eval(orelse),
            None => {
                let (a, b) = (self.eval(body), self.eval(orelse));
                if a.equals(&b) == Some(true) { a } else { self.carry(&test, test.span, "depends on a condition") }
            }
        }
    }

    fn comprehension(&mut self, comprehension: &'a Comprehension, span: Span) -> Val<'a> {
        let (mut elements, mut entries, mut failed) = (Vec::new(), Vec::new(), None);
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
        if let Some(unknown) = failed {
            return Val::new(V::Unknown(unknown), span);
        }
        let v = match comprehension.kind {
            ComprehensionKind::Dict => V::Dict(Arc::new(entries)),
            ComprehensionKind::Set => V::Set(Arc::new(super::library::unique(&elements).unwrap_or(elements))),
            ComprehensionKind::List | ComprehensionKind::Generator => V::List(Arc::new(elements)),
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
    fn clauses(
        &mut self,
        clauses: &'a [Clause],
        failed: &mut Option<Arc<Unknown>>,
        each: &mut dyn FnMut(&mut Self) -> bool,
    ) -> bool {
        let Some((clause, rest)) = clauses.split_first() else { return each(self) };
        let fail = |value: Val<'a>, failed: &mut Option<Arc<Unknown>>| {
            if let V::Unknown(unknown) = value.v {
                *failed = Some(unknown);
            }
            false
        };
        match clause {
            Clause::For(target, iter) => {
                let over = self.eval(iter);
                let Some(items) = self.iterate(&over) else {
                    return fail(self.carry(&over, over.span, "iterates something that is not known"), failed);
                };
                for item in items {
                    if !self.step() {
                        return fail(Val::unknown(over.span, "is too much to work out"), failed);
                    }
                    let span = item.span;
                    self.assign(target, item, span);
                    if !self.deeper(|this| this.clauses(rest, failed, each)).unwrap_or(false) {
                        return failed.is_none();
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

fn bound_names<'a>(target: &'a Expr, out: &mut Vec<&'a str>) {
    match &target.kind {
        ExprKind::Name(name) => out.push(name),
        ExprKind::Tuple(items) | ExprKind::List(items) => items.iter().for_each(|item| bound_names(item, out)),
        ExprKind::Star(inner) => bound_names(inner, out),
        _ => {}
    }
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
                (V::Unknown(_) | V::Maybe(_) | V::Api(_), _) | (_, V::Unknown(_) | V::Maybe(_) | V::Api(_)) => {
                    return None;
                }
                (V::None, _) | (_, V::None) => false,
                _ => left.equals(right)?,
            };
            Some(same == (op == "is"))
        }
        "in" | "not in" => contains(right, left).map(|found| found == (op == "in")),
        "<" | ">" | "<=" | ">=" => {
            let order = super::library::order(left, right)?;
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
            for other in collection.items()? {
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
