//! What an expression comes to. Neighbours: `machine` runs statements, `library` knows what the functions called do.

use std::sync::Arc;

use syntax::{
    Span,
    python::{Call, Expr, ExprKind, Part},
};

mod comprehension;
mod operators;
mod subscript;

use super::{
    harmless,
    machine::{MAX_ITEMS, Machine},
    value::{Args, How, Lambda, V, Val},
};

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
            self.reads_global(name, span);
        }
        if let Some(value) = self.lookup(name) {
            return value.clone();
        }
        match name {
            "__file__" => Val::new(V::Path(self.own_path().into(), How::Rooted), span),
            "__name__" => Val::str("noxfile", span),
            _ if super::library::is_builtin(name) => Val::new(V::Api(name.into()), span),
            _ if harmless::is_python(name) => Val::unknown(span, format!("uses `{name}`, which is not known here")),
            _ => Val::unread(span, format!("uses `{name}`, which is not known here")),
        }
    }

    /// Items of a display, with stars taken apart.
    fn collect(&mut self, items: &'a [Expr], span: Span, make: fn(Arc<Vec<Val<'a>>>) -> V<'a>) -> Val<'a> {
        let (mut out, mut disorder) = (Vec::with_capacity(items.len()), None);
        for item in items {
            let value = self.eval(item);
            if !matches!(item.kind, ExprKind::Star(_)) {
                out.push(value);
                continue;
            }
            disorder = disorder.or_else(|| value.disorder());
            match value.members() {
                Some(items) => out.extend(items),
                None => return self.carry(&value, span, "is spread out"),
            }
        }
        if out.len() > MAX_ITEMS {
            return Val::unknown(span, "is too long");
        }
        if matches!(make(Arc::default()), V::Set(_)) {
            out = super::library::unique(&out).unwrap_or(out);
        } else if disorder.is_some() {
            return Val::list(out, disorder, span);
        }
        Val::new(make(Arc::new(out)), span)
    }

    /// The unknown that `value` is, or a new one about it.
    pub(super) fn carry(&self, value: &Val<'a>, span: Span, reason: &str) -> Val<'a> {
        match value.why() {
            Some(unknown) => Val::new(V::Unknown(Arc::clone(unknown)), span),
            None => Val::unknown(span, reason),
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
                    // `{**os.environ, "KEY": …}`: the environment that is there anyway.
                    V::Api(api) if matches!(&*api, "os.environ" | "session.env") => {}
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
                            how = how.and(part_how);
                        }
                        None if self.body.is_some() => {
                            text.push_str(&format!("{{{}}}", self.source(expr)));
                            how = how.and(How::Template);
                        }
                        None => return self.carry(&value, span, "formats a value that is not known"),
                    }
                }
            }
        }
        self.string(text, how, span)
    }

    pub(super) fn source(&self, expr: &Expr) -> &'a str {
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
        if let ExprKind::Attribute(owner, method) = &call.function.kind {
            self.calls_method(owner, &method.text, span);
            if matches!(function.v, V::Unknown(_)) {
                self.changes_a_file(&method.text, span);
            }
        }
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
                    let from = args.positional.len();
                    match value.items() {
                        Some(items) => args.positional.extend(items),
                        None => args.rest = unknown(self),
                    }
                    if matches!(value.v, V::Posargs(_)) {
                        args.posargs = Some(from..args.positional.len());
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
}
