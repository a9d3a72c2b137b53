//! What the functions that noxfiles call do: nox's own, Python's builtins, and the corners of its standard library that
//! only compute. Neighbours: `methods` for strings and collections, `body` for what acts on the world.

use std::{cmp::Ordering, sync::Arc};

use syntax::{
    Span,
    python::{Call, ExprKind},
};

use super::{
    machine::{MAX_ITEMS, Machine},
    project,
    value::{Args, Case, Func, How, V, Val},
};
use crate::Unknown;

pub(super) fn is_builtin(name: &str) -> bool {
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

/// Decorators that make a session.
fn is_session_api(api: &str) -> bool {
    matches!(api, "nox.session" | "nox_uv.session" | "nox_poetry.session" | "nox.registry.session_decorator")
}

impl<'a> Machine<'a> {
    pub(super) fn attribute(&mut self, owner: Val<'a>, name: &'a str, span: Span) -> Val<'a> {
        match &owner.v {
            V::Api(api) if &**api == "nox.options" => {
                self.trace.special();
                let value = self.registry.option(name).cloned();
                value.unwrap_or_else(|| Val::unknown(span, format!("`nox.options.{name}` has nox's own value")))
            }
            V::Api(api) => {
                let path: Arc<str> = format!("{api}.{name}").into();
                if let Some(module) = self.imports.named(&path) {
                    return Val::new(V::Module(module), span);
                }
                match &*path {
                    "typing.TYPE_CHECKING" => Val::new(V::Bool(false), span),
                    "os.sep" => Val::str("/", span),
                    _ => Val::new(V::Api(path), span),
                }
            }
            V::Module(module) => self.module_attribute(*module, name, span),
            V::Session => self.session_attribute(name, span),
            V::Path(text, how) => path_attribute(text, *how, name, span)
                .unwrap_or_else(|| Val::new(V::Method(Arc::new((owner.clone(), name))), span)),
            V::Func(func) if matches!(name, "__name__" | "__qualname__") => {
                Val::str(&*func.shown().function.name.text, span)
            }
            V::Func(func) if name == "__doc__" => match func.shown().function.docstring() {
                Some(doc) => Val::str(doc, span),
                None => Val::new(V::None, span),
            },
            V::Unknown(_) => owner,
            _ => Val::new(V::Method(Arc::new((owner, name))), span),
        }
    }

    /// Calls `function`. `written` is the call's own text, for methods that change what they belong to.
    pub(super) fn apply(&mut self, function: Val<'a>, args: Args<'a>, written: Option<&'a Call>) -> Val<'a> {
        match &function.v {
            V::Api(api) => {
                let api = Arc::clone(api);
                self.api(&api, args)
            }
            V::Method(method) => {
                let place = written.and_then(|call| match &call.function.kind {
                    ExprKind::Attribute(owner, _) => Some(&**owner),
                    _ => None,
                });
                self.method(&method.0, method.1, args, place)
            }
            V::Func(func) => {
                let func = Arc::clone(func);
                self.call_function(&func, args)
            }
            V::Lambda(lambda) => {
                let lambda = Arc::clone(lambda);
                self.deeper(|this| this.call_lambda(&lambda, args))
                    .unwrap_or_else(|| Val::unknown(function.span, "is nested too deeply"))
            }
            V::Partial(partial) => {
                let (inner, bound) = (partial.0.clone(), partial.1.clone());
                if let V::Api(api) = &inner.v
                    && is_session_api(api)
                    && let Some(V::Func(func)) = args.positional.first().map(|value| &value.v)
                {
                    return self.register(func, bound, None);
                }
                let mut all = bound;
                all.positional.extend(args.positional);
                all.keywords.extend(args.keywords);
                all.call = args.call;
                self.apply(inner, all, None)
            }
            V::Parametrize(cases) => match args.positional.first().map(|value| &value.v) {
                Some(V::Func(func)) => {
                    let with = with_cases(func, cases);
                    if func.is_registered && self.registry.replace(func, &with) {
                        self.trace.give_up();
                    }
                    Val::new(V::Func(with), args.call)
                }
                _ => Val::unknown(args.call, "parametrizes something that is not known"),
            },
            V::Unknown(unknown) => {
                let unknown = Arc::clone(unknown);
                // What computes a value leaves no trace; what is handed the session may do anything with it.
                if args.positional.iter().any(|value| matches!(value.v, V::Session)) {
                    self.opaque(args.call, &unknown.reason);
                }
                Val::new(V::Unknown(unknown), args.call)
            }
            _ => Val::unknown(args.call, "calls something that is not known"),
        }
    }

    /// Makes a session of `func`: what nox hands back stands for this one session.
    pub(super) fn register(&mut self, func: &Arc<Func<'a>>, args: Args<'a>, written: Option<Span>) -> Val<'a> {
        let span = func.at(func.function.name.span);
        // What another file writes cannot be edited by way of this one.
        let (mut args, mut written) = (args, written);
        if self.site.is_some() {
            written = None;
            args.parentheses = Span::default();
            args.written.clear();
        }
        let own = Arc::new(Func { is_registered: true, ..(**func).clone() });
        if self.body.is_none() {
            let is_uncertain = self.uncertain > 0;
            self.trace.registers();
            self.registry.add(&own, args, written, is_uncertain);
        }
        Val::new(V::Func(own), span)
    }

    /// Puts one decorator on a function. `written`: the `@…` line and the expression in it.
    pub(super) fn decorate(&mut self, value: Val<'a>, decorator: Val<'a>, written: Option<(Span, Span)>) -> Val<'a> {
        let V::Func(func) = &value.v else { return value };
        match &decorator.v {
            V::Api(api) if is_session_api(api) => {
                let args = Args { call: decorator.span, ..Args::default() };
                self.register(func, args, written.map(|(line, _)| line))
            }
            V::Partial(partial) if matches!(&partial.0.v, V::Api(api) if is_session_api(api)) => {
                let line = written.filter(|(_, call)| *call == partial.1.call).map(|(line, _)| line);
                self.register(func, partial.1.clone(), line)
            }
            V::Unknown(unknown) => {
                let text = written.map(|(_, span)| span.of(self.home)).unwrap_or_default();
                if self.site.is_some() || text.contains("session") || text.contains("nox") {
                    let reason = format!("is decorated by what {}", unknown.reason);
                    self.note(Arc::new(Unknown { span: decorator.span, reason }));
                }
                value
            }
            V::Api(api) => {
                if api.starts_with("nox.") || api.ends_with("session") || api.contains("nox") {
                    let reason = format!("is decorated by `{api}`, which is not known here");
                    self.note(Arc::new(Unknown { span: decorator.span, reason }));
                }
                value
            }
            V::Func(_) | V::Parametrize(_) | V::Partial(_) => {
                let args = Args { positional: vec![value.clone()], call: decorator.span, ..Args::default() };
                let out = self.apply(decorator, args, None);
                if matches!(out.v, V::Func(_)) { out } else { value }
            }
            _ => value,
        }
    }

    fn api(&mut self, api: &str, args: Args<'a>) -> Val<'a> {
        let span = args.call;
        if is_session_api(api) {
            return match args.positional.first().map(|value| &value.v) {
                Some(V::Func(func)) => {
                    let func = Arc::clone(func);
                    let mut rest = args.clone();
                    rest.positional.remove(0);
                    self.register(&func, rest, None)
                }
                _ => Val::new(V::Partial(Arc::new((Val::new(V::Api(api.into()), span), args))), span),
            };
        }
        match api {
            "nox.parametrize" => self.parametrize(&args),
            "nox.param" | "nox._parametrize.Param" => param(args),
            "nox.project.load_toml" => self.load_toml(&args),
            "nox.project.python_versions" => project::python_versions(&args),
            "nox.project.dependency_groups" => project::dependency_groups(&args),
            "tomllib.load" | "tomllib.loads" | "tomli.load" | "tomli.loads" | "toml.load" | "toml.loads" => {
                self.parse_toml(&args)
            }
            "functools.partial" => {
                let mut bound = args;
                if bound.positional.is_empty() {
                    return Val::unknown(span, "is a partial of nothing");
                }
                let inner = bound.positional.remove(0);
                Val::new(V::Partial(Arc::new((inner, bound))), span)
            }
            "dict.fromkeys" => match (args.positional.first().and_then(Val::items), args.positional.get(1)) {
                (Some(keys), value) => {
                    let value = value.cloned().unwrap_or_else(|| Val::new(V::None, span));
                    match unique(&keys) {
                        Some(keys) => {
                            let entries = keys.into_iter().map(|key| (key, value.clone()));
                            Val::new(V::Dict(Arc::new(entries.collect())), span)
                        }
                        None => Val::unknown(span, "makes a dict of keys that are not known"),
                    }
                }
                _ => Val::unknown(span, "makes a dict of keys that are not known"),
            },
            "functools.wraps" | "functools.update_wrapper" => wraps(api, args),
            "typing.cast" => args.positional.get(1).cloned().unwrap_or_else(|| Val::unknown(span, "casts nothing")),
            "os.environ.get" | "os.getenv" => {
                args.get(1, "default").cloned().unwrap_or_else(|| Val::new(V::None, span))
            }
            "os.getcwd" | "pathlib.Path.cwd" => Val::new(V::Path(".".into(), How::Rooted), span),
            "pathlib.Path" | "pathlib.PurePath" | "os.path.join" => join_all(&args),
            "os.path.abspath" | "os.path.realpath" | "os.path.normpath" | "os.fspath" | "os.path.expanduser" => {
                args.positional.first().cloned().unwrap_or_else(|| Val::unknown(span, "lacks its argument"))
            }
            "os.path.dirname" => match args.positional.first().and_then(Val::text) {
                Some((text, how)) => Val::new(V::Path(parent(&text).into(), how), span),
                None => Val::unknown(span, "takes a path that is not known"),
            },
            "os.path.basename" => match args.positional.first().and_then(Val::text) {
                Some((text, _)) => Val::str(text.rsplit('/').next().unwrap_or_default(), span),
                None => Val::unknown(span, "takes a path that is not known"),
            },
            "sys.path.append" => {
                self.add_root(args.positional.first());
                Val::new(V::None, span)
            }
            "sys.path.insert" => {
                self.add_root(args.positional.get(1));
                Val::new(V::None, span)
            }
            "itertools.product" => product(&args),
            "itertools.chain.from_iterable" => {
                let lists = args.positional.first().and_then(Val::items);
                concat(&Args { positional: lists.unwrap_or_default(), call: span, ..Args::default() })
            }
            "itertools.chain" => concat(&args),
            _ if is_builtin(api) => self.builtin(api, args),
            _ => self.act(api, args),
        }
    }

    fn builtin(&mut self, name: &str, args: Args<'a>) -> Val<'a> {
        let span = args.call;
        let first = args.positional.first().cloned();
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
            ("min" | "max", Some(items)) if args.positional.len() == 1 && args.keyword("default").is_none() => {
                self.sorted(items, &args).and_then(|sorted| {
                    let items = sorted.items()?;
                    if name == "min" { items.first().cloned() } else { items.last().cloned() }
                })
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

    fn sorted(&mut self, items: Vec<Val<'a>>, args: &Args<'a>) -> Option<Val<'a>> {
        let key = args.keyword("key").filter(|key| !matches!(key.v, V::None)).cloned();
        let is_reverse = args.keyword("reverse").map_or(Some(false), Val::truth)?;
        let mut pairs: Vec<(Val<'a>, Val<'a>)> = Vec::with_capacity(items.len());
        for item in items {
            let by = match &key {
                Some(key) => {
                    let call = Args { call: item.span, positional: vec![item.clone()], ..Args::default() };
                    self.apply(key.clone(), call, None)
                }
                None => item.clone(),
            };
            pairs.push((by, item));
        }
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
        for item in over.items()? {
            let call = Args { call: item.span, positional: vec![item], ..Args::default() };
            out.push(self.apply(function.clone(), call, None));
        }
        Some(Val::new(V::List(Arc::new(out)), args.call))
    }

    fn filter(&mut self, args: &Args<'a>) -> Option<Val<'a>> {
        let [function, over] = args.positional.as_slice() else { return None };
        let mut out = Vec::new();
        for item in over.items()? {
            let call = Args { call: item.span, positional: vec![item.clone()], ..Args::default() };
            let test = match function.v {
                V::None => item.clone(),
                _ => self.apply(function.clone(), call, None),
            };
            if test.truth()? {
                out.push(item);
            }
        }
        Some(Val::new(V::List(Arc::new(out)), args.call))
    }

    /// `nox.parametrize(names, values, ids=, tags=)`.
    fn parametrize(&mut self, args: &Args<'a>) -> Val<'a> {
        let span = args.call;
        let cases = self.cases(args).unwrap_or_else(|unknown| vec![Case { unknown: Some(unknown), ..Case::default() }]);
        Val::new(V::Parametrize(Arc::new(cases)), span)
    }

    fn cases(&self, args: &Args<'a>) -> Result<Vec<Case<'a>>, Arc<Unknown>> {
        let span = args.call;
        let fail = |value: Option<&Val<'a>>, reason: &str| match value.map(|value| self.carry(value, span, reason).v) {
            Some(V::Unknown(unknown)) => unknown,
            _ => Arc::new(Unknown { span, reason: reason.to_owned() }),
        };
        if let Some(rest) = &args.rest {
            return Err(Arc::clone(rest));
        }
        let names = args.get(0, "arg_names");
        let names: Vec<Arc<str>> = match names.map(|value| &value.v) {
            Some(V::Str(text, How::Exact)) => {
                text.split(',').map(str::trim).filter(|name| !name.is_empty()).map(Arc::from).collect()
            }
            Some(V::List(items) | V::Tuple(items)) => {
                let names: Option<Vec<_>> = items.iter().map(|item| item.exact().cloned()).collect();
                names.ok_or_else(|| fail(args.get(0, "arg_names"), "parametrizes names that are not known"))?
            }
            _ => return Err(fail(names, "parametrizes names that are not known")),
        };
        let values = args.get(1, "arg_values_list").ok_or_else(|| fail(None, "parametrizes nothing"))?;
        let rows: Vec<Val<'a>> = match (&values.v, names.len()) {
            (V::Unknown(unknown), _) => return Err(Arc::clone(unknown)),
            (V::List(items) | V::Tuple(items), _) => items.to_vec(),
            (_, 1) => vec![values.clone()],
            (V::Param(_), _) => vec![values.clone()],
            (V::Set(items), _) if items.len() > 1 => return Err(fail(None, "parametrizes a set, which has no order")),
            _ => values.items().ok_or_else(|| fail(Some(values), "parametrizes values that are not known"))?,
        };
        let column = |name: &str, at: usize| match args.get(at, name) {
            None => Ok(Vec::new()),
            Some(value) if matches!(value.v, V::None) => Ok(Vec::new()),
            Some(value) => value.items().ok_or_else(|| fail(Some(value), "has ids or tags that are not known")),
        };
        let (ids, tags) = (column("ids", 2)?, column("tags", 3)?);
        Ok(rows.iter().enumerate().map(|(at, row)| case(&names, row, ids.get(at), tags.get(at))).collect())
    }

    fn load_toml(&mut self, args: &Args<'a>) -> Val<'a> {
        let path = match args.get(0, "filename") {
            None => "pyproject.toml".into(),
            Some(value) => match value.text() {
                Some((text, How::Exact | How::Rooted)) => text,
                _ => return self.carry(value, args.call, "reads a file whose name is not known"),
            },
        };
        if !path.ends_with(".toml") {
            return Val::unknown(args.call, format!("reads the script block of `{path}`"));
        }
        self.read_toml(&path, args.call)
    }

    /// `tomllib.load(file)`, `tomllib.loads(text)`.
    fn parse_toml(&mut self, args: &Args<'a>) -> Val<'a> {
        match args.positional.first().map(|value| &value.v) {
            Some(V::Str(text, How::Exact)) => project::table(text, args.call)
                .unwrap_or_else(|| Val::unknown(args.call, "reads TOML that is not valid")),
            Some(V::Method(file)) if file.1 == "<file>" => match file.0.text() {
                Some((path, How::Exact | How::Rooted)) => self.read_toml(&path, args.call),
                _ => Val::unknown(args.call, "reads a file whose name is not known"),
            },
            Some(V::Unknown(unknown)) => Val::new(V::Unknown(Arc::clone(unknown)), args.call),
            _ => Val::unknown(args.call, "reads a file that is not known"),
        }
    }

    fn read_toml(&mut self, path: &str, span: Span) -> Val<'a> {
        match self.read_file(path) {
            Some(text) => project::table(&text, span)
                .unwrap_or_else(|| Val::unknown(span, format!("reads `{path}`, which is not valid TOML"))),
            None => Val::unknown(span, format!("reads `{path}`, which is not there")),
        }
    }

    pub(super) fn read_file(&mut self, path: &str) -> Option<Arc<str>> {
        let path = path.strip_prefix("./").unwrap_or(path);
        if !self.registry.reads.iter().any(|read| read == path) {
            self.registry.reads.push(path.to_owned());
        }
        let text = self.surroundings.read(path);
        self.trace.reads(path, text.as_ref());
        text
    }
}

/// One row of `nox.parametrize`.
fn case<'a>(names: &[Arc<str>], row: &Val<'a>, id: Option<&Val<'a>>, tags: Option<&Val<'a>>) -> Case<'a> {
    let unknown = |span, reason: &str| Some(Arc::new(Unknown { span, reason: reason.to_owned() }));
    let zip = |values: Vec<Val<'a>>| names.iter().cloned().zip(values).collect::<Vec<_>>();
    let mut out = match &row.v {
        V::Param(param) => {
            let values = param.values.iter().map(|(_, value)| value.clone()).collect::<Vec<_>>();
            let mut out = Case { values: zip(values), ..(**param).clone() };
            if param.values.len() != names.len() {
                out.unknown = unknown(row.span, "has another number of values than names");
            }
            return out;
        }
        _ if names.len() == 1 => Case { values: zip(vec![row.clone()]), ..Case::default() },
        _ => match row.items() {
            Some(items) if items.len() == names.len() => Case { values: zip(items), ..Case::default() },
            _ => Case { unknown: unknown(row.span, "is no row of as many values as names"), ..Case::default() },
        },
    };
    match id.map(|id| &id.v) {
        None | Some(V::None) => {}
        Some(V::Str(text, How::Exact)) => out.id = Some(Arc::clone(text)),
        Some(_) => out.unknown = unknown(row.span, "has an id that is not known"),
    }
    if let Some(tags) = tags.filter(|tags| !matches!(tags.v, V::None)) {
        let tags_known = tags.items().and_then(|tags| tags.iter().map(|tag| tag.exact().cloned()).collect());
        match tags_known {
            Some(tags) => out.tags = tags,
            None => out.unknown = unknown(tags.span, "has tags that are not known"),
        }
    }
    out
}

fn param(args: Args<'_>) -> Val<'_> {
    let span = args.call;
    let mut case = Case::default();
    let id = args.keyword("id").cloned();
    match id.as_ref().map(|id| &id.v) {
        None | Some(V::None) => {}
        Some(V::Str(text, How::Exact)) => case.id = Some(Arc::clone(text)),
        Some(_) => case.unknown = Some(Arc::new(Unknown { span, reason: "has an id that is not known".to_owned() })),
    }
    if let Some(tags) = args.keyword("tags").and_then(Val::items) {
        case.tags = tags.iter().filter_map(|tag| tag.exact().cloned()).collect();
    }
    case.values = args.positional.into_iter().map(|value| (Arc::from(""), value)).collect();
    Val::new(V::Param(Arc::new(case)), span)
}

/// `functools.wraps(shown)(func)`, `functools.update_wrapper(func, shown)`: name, docstring and the attributes that
/// `nox.parametrize` left.
fn wraps<'a>(api: &str, args: Args<'a>) -> Val<'a> {
    let span = args.call;
    let (func, shown) = match (api, args.positional.as_slice()) {
        ("functools.wraps", [_]) => {
            return Val::new(V::Partial(Arc::new((Val::new(V::Api(api.into()), span), args))), span);
        }
        ("functools.wraps", [shown, func]) | ("functools.update_wrapper", [func, shown]) => (func, shown),
        _ => return Val::unknown(span, "wraps something that is not known"),
    };
    match (&func.v, &shown.v) {
        (V::Func(func), V::Func(shown)) => {
            let mut out = (**func).clone();
            if shown.is_parametrized {
                (out.is_parametrized, out.cases) = (true, shown.cases.clone());
            }
            out.wraps = Some(shown.wraps.clone().unwrap_or_else(|| Arc::clone(shown)));
            Val::new(V::Func(Arc::new(out)), span)
        }
        _ => Val::unknown(span, "wraps something that is not known"),
    }
}

/// `update_param_specs`: new ones outside, old ones inside and first in the text.
fn with_cases<'a>(func: &Arc<Func<'a>>, new: &[Case<'a>]) -> Arc<Func<'a>> {
    let mut out = (**func).clone();
    let combined = match (&func.cases, func.is_parametrized) {
        (_, false) => Some(new.to_vec()),
        (Some(old), true) if old.len().saturating_mul(new.len()) <= MAX_ITEMS => {
            Some(new.iter().flat_map(|new| old.iter().map(move |old| both(old, new))).collect())
        }
        _ => None,
    };
    out.is_parametrized = true;
    out.cases = combined.map(Arc::new);
    Arc::new(out)
}

fn both<'a>(old: &Case<'a>, new: &Case<'a>) -> Case<'a> {
    let unknown = old.unknown.clone().or_else(|| new.unknown.clone());
    let id = old.signature().zip(new.signature()).map(|(old, new)| Arc::from(format!("{old}, {new}")));
    let unreadable = || {
        let span = old.values.first().or_else(|| new.values.first()).map(|(_, value)| value.span).unwrap_or_default();
        Arc::new(Unknown { span, reason: "has a parameter whose text in the name is not known".to_owned() })
    };
    let unknown = unknown.or_else(|| id.is_none().then(unreadable));
    Case { values: [&*old.values, &*new.values].concat(), id, tags: [&*old.tags, &*new.tags].concat(), unknown }
}

/// Order of two values, where Python has one.
pub(super) fn order(a: &Val<'_>, b: &Val<'_>) -> Option<Ordering> {
    match (&a.v, &b.v) {
        (V::Int(a), V::Int(b)) => Some(a.cmp(b)),
        (V::Str(a, How::Exact), V::Str(b, How::Exact)) => Some(a.cmp(b)),
        (V::Path(a, x), V::Path(b, y)) if x == y => Some(a.cmp(b)),
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
pub(super) fn unique<'a>(items: &[Val<'a>]) -> Option<Vec<Val<'a>>> {
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

fn product<'a>(args: &Args<'a>) -> Val<'a> {
    let mut rows: Vec<Vec<Val<'a>>> = vec![Vec::new()];
    for value in &args.positional {
        let Some(items) = value.items().filter(|items| items.len().saturating_mul(rows.len()) <= MAX_ITEMS) else {
            return Val::unknown(args.call, "makes a product of values that are not known");
        };
        rows = rows
            .iter()
            .flat_map(|row| items.iter().map(move |item| [row.as_slice(), std::slice::from_ref(item)].concat()))
            .collect();
    }
    let rows = rows.into_iter().map(|row| {
        let span = row.first().map_or(args.call, |value| value.span);
        Val::new(V::Tuple(Arc::new(row)), span)
    });
    Val::new(V::List(Arc::new(rows.collect())), args.call)
}

fn concat<'a>(args: &Args<'a>) -> Val<'a> {
    let all: Option<Vec<Vec<Val<'a>>>> = args.positional.iter().map(Val::items).collect();
    match all {
        Some(all) => Val::new(V::List(Arc::new(all.concat())), args.call),
        None => Val::unknown(args.call, "joins lists that are not known"),
    }
}

/// `Path(a, b, …)`, `os.path.join(a, b, …)`.
fn join_all<'a>(args: &Args<'a>) -> Val<'a> {
    let (mut path, mut how) = (String::from("."), How::Exact);
    for value in &args.positional {
        let Some((text, part_how)) = value.text() else {
            return Val::unknown(args.call, "joins a path that is not known");
        };
        path = join_path(&path, &text);
        how = how.max(part_how);
    }
    Val::new(V::Path(path.into(), how), args.call)
}

pub(super) fn join_path(a: &str, b: &str) -> String {
    let b = b.strip_prefix("./").unwrap_or(b);
    match (a, b) {
        (_, "" | ".") => a.to_owned(),
        _ if b.starts_with('/') => b.to_owned(),
        ("" | ".", _) => b.to_owned(),
        _ => format!("{}/{b}", a.trim_end_matches('/')),
    }
}

pub(super) fn parent(path: &str) -> String {
    match path.trim_end_matches('/') {
        "." | "" => "..".to_owned(),
        path if path == ".." || path.ends_with("/..") => format!("{path}/.."),
        path => path.rsplit_once('/').map_or(".", |(parent, _)| parent).to_owned(),
    }
}

fn path_attribute<'a>(text: &Arc<str>, how: How, name: &str, span: Span) -> Option<Val<'a>> {
    let last = text.rsplit('/').next().unwrap_or_default();
    let dot = last.rfind('.').filter(|at| *at > 0);
    Some(match name {
        "parent" => Val::new(V::Path(parent(text).into(), how), span),
        "name" => Val::new(V::Str(last.into(), if how == How::Template { how } else { How::Exact }), span),
        "stem" => Val::str(dot.map_or(last, |at| last.get(..at).unwrap_or(last)), span),
        "suffix" => Val::str(dot.and_then(|at| last.get(at..)).unwrap_or_default(), span),
        _ => return None,
    })
}
