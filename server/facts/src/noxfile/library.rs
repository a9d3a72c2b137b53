//! What the functions that noxfiles call do: nox's own, Python's builtins, and the corners of its standard library that
//! only compute. Neighbours: `methods` for strings and collections, `body` for what acts on the world.

use std::sync::Arc;

use syntax::{
    Span,
    python::{Call, ExprKind},
};

mod builtins;
mod decorators;
mod files;
mod itertools;
mod json;
mod listing;
mod paths;

use decorators::{param, with_cases};
use itertools::{chain, product};
use paths::{join_all, join_texts, path_attribute};

pub(super) use builtins::{is_builtin, order, unique};
pub(super) use paths::{OPEN, join_onto, join_path, parent};

use super::{
    argparse,
    machine::{Machine, is_data, is_field},
    project,
    value::{Args, How, V, Val},
};

/// Decorators that make a session.
fn is_session_api(api: &str) -> bool {
    matches!(api, "nox.session" | "nox_uv.session" | "nox_poetry.session" | "nox.registry.session_decorator")
}

/// Whether the decorator's sessions begin with `uv sync`.
fn syncs(api: &str) -> bool {
    api == "nox_uv.session"
}

impl<'a> Machine<'a> {
    pub(super) fn attribute(&mut self, owner: Val<'a>, name: &'a str, span: Span) -> Val<'a> {
        match &owner.v {
            V::Api(api) if &**api == "nox.options" => {
                self.trace.special();
                let value = self.registry.option(name).cloned();
                value.unwrap_or_else(|| Val::unknown(span, format!("`nox.options.{name}` has nox's own value")))
            }
            V::Api(api) if &**api == "session.virtualenv" => match name {
                "location" | "bin" => Val::new(V::Path(format!("{{{api}.{name}}}").into(), How::Template), span),
                _ => Val::unknown(span, "is only known while nox runs"),
            },
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
            V::Func(func) if matches!(name, "__name__" | "__qualname__") => Val::new(func.name().v, span),
            V::Func(func) if name == "__doc__" => match func.shown().function.docstring() {
                Some(doc) => Val::str(doc, span),
                None => Val::new(V::None, span),
            },
            V::Object(_) => self.object_attribute(&owner, name, span),
            V::Class(class) => self.class_attribute(&Arc::clone(class), name, span),
            V::Unknown(_) | V::Unread(_) => owner,
            V::Method(parsed) if parsed.1 == argparse::NAMESPACE => argparse::option(&parsed.0, name, span),
            _ => Val::new(V::Method(Arc::new((owner, name))), span),
        }
    }

    /// Calls `function`. `written` is the call's own text, for methods that change what they belong to.
    pub(super) fn apply(&mut self, function: Val<'a>, args: Args<'a>, written: Option<&'a Call>) -> Val<'a> {
        match &function.v {
            V::Api(api) => {
                let api = Arc::clone(api);
                let value = self.api(&api, args);
                // What it is called with is changed in place.
                if let ("functools.update_wrapper", V::Func(_)) = (&*api, &value.v)
                    && let Some(slot) = written.and_then(|call| self.place(&call.arguments.first()?.value))
                {
                    *slot = value.clone();
                }
                value
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
            V::Class(class) => {
                let class = Arc::clone(class);
                self.construct(&class, args)
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
            V::Object(_) => self.call_object(&function, args, written),
            _ => self.call_unknown(&function, &args, written),
        }
    }

    fn api(&mut self, api: &str, args: Args<'a>) -> Val<'a> {
        let span = args.call;
        if is_session_api(api) {
            let args = Args { syncs: syncs(api), ..args };
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
            "json.load" | "json.loads" => self.parse_json(&args),
            "functools.partial" => {
                let mut bound = args;
                if bound.positional.is_empty() {
                    return Val::unknown(span, "is a partial of nothing");
                }
                let inner = bound.positional.remove(0);
                Val::new(V::Partial(Arc::new((inner, bound))), span)
            }
            _ if is_field(api) || is_data(api) => {
                Val::new(V::Partial(Arc::new((Val::new(V::Api(api.into()), span), args))), span)
            }
            "enum.auto" => Val::new(V::Api("enum.auto()".into()), span),
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
                self.reads_environment(args.positional.first(), span);
                args.get(1, "default").cloned().unwrap_or_else(|| Val::new(V::None, span))
            }
            "os.getcwd" | "pathlib.Path.cwd" => {
                let here = self.body.as_ref().map_or("", |body| &*body.directory);
                let how = if here.contains('{') { How::RootedTemplate } else { How::Rooted };
                Val::new(V::Path(if here.is_empty() { ".".into() } else { here.into() }, how), span)
            }
            "pathlib.Path" | "pathlib.PurePath" => join_all(&args, self.body.is_some()),
            "os.path.join" => join_texts(&args),
            "os.path.abspath" | "os.path.realpath" => match args.positional.first() {
                Some(path) => self.absolute_path(path),
                None => Val::unknown(span, "lacks its argument"),
            },
            "os.path.normpath" | "os.fspath" | "os.fsdecode" | "os.fsencode" | "os.path.expanduser" => {
                args.positional.first().cloned().unwrap_or_else(|| Val::unknown(span, "lacks its argument"))
            }
            "os.path.dirname" => match args.positional.first().and_then(Val::text) {
                // Of a path in the noxfile's own folder the empty string is that folder.
                Some((text, How::Exact)) => Val::str(text.rsplit_once('/').map_or("", |(folder, _)| folder), span),
                Some((text, how)) => Val::new(V::Str(parent(&text).into(), how), span),
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
            "glob.glob" | "glob.iglob" if self.body.is_none() => self.glob(&args),
            "os.listdir" if self.body.is_none() => self.list_names(&args),
            "os.walk" => self.walk(&args),
            "itertools.product" => product(&args),
            "itertools.chain.from_iterable" => {
                let lists = args.positional.first().filter(|lists| lists.disorder().is_none()).and_then(Val::items);
                chain(&Args { positional: lists.unwrap_or_default(), call: span, ..Args::default() })
            }
            "itertools.chain" => chain(&args),
            _ if is_builtin(api) => self.builtin(api, args),
            _ => self.act(api, args),
        }
    }
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
            out.named.clone_from(&shown.named);
            Val::new(V::Func(Arc::new(out)), span)
        }
        _ => Val::unknown(span, "wraps something that is not known"),
    }
}
