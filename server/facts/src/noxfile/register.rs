//! What nox's own registry does: sessions by name, their expansion into instances, `nox.options`.
//!
//! Written after nox 2026.10.20 (`registry.py`, `manifest.py`, `_parametrize.py`): a name registered twice keeps its
//! first position and takes the later function; the innermost `parametrize` comes first and varies fastest; backend
//! `none` drops a list of pythons.

use std::sync::Arc;

use indexmap::IndexMap;
use syntax::Span;

use super::{
    Action, ActionKind, Arg, Decorator, Instance, Options, Python, Session,
    value::{Args, Case, Func, How, V, Val},
};
use crate::{Known, Unknown};

/// Instances of one file: sqlalchemy, the largest known, has 798.
const MAX_INSTANCES: usize = 20_000;

/// Everything nox lets a noxfile set on `nox.options` (`_options.py` of 2026.10.20).
pub const OPTION_NAMES: [&str; 17] = [
    "allow_parallel",
    "default_venv_backend",
    "download_python",
    "envdir",
    "error_on_external_run",
    "error_on_missing_interpreters",
    "force_venv_backend",
    "keywords",
    "parallel",
    "pythons",
    "report",
    "reuse_existing_virtualenvs",
    "reuse_venv",
    "sessions",
    "stop_on_first_error",
    "tags",
    "verbose",
];

/// What was registered so far.
#[derive(Default)]
pub(super) struct Registry<'a> {
    pub(super) sessions: IndexMap<Arc<str>, Draft<'a>>,
    /// Place of the statement that runs.
    pub(super) running: usize,
    options: Vec<(Arc<str>, Span, Val<'a>, Span)>,
    pub(super) needs_version: Option<(String, Span)>,
    /// Names that were registered twice for sure: the two places.
    pub(super) repeated: Vec<(Span, Span)>,
    pub(super) unknown: Vec<Unknown>,
    pub(super) reads: Vec<String>,
    pub(super) lists: Vec<String>,
}

/// A session that a statement has registered.
pub(super) struct Draft<'a> {
    statement: usize,
    session: Registered<'a>,
}

enum Registered<'a> {
    /// To be expanded at the end of the file.
    New(Box<New<'a>>),
    /// Taken over from the reading before.
    Known(Arc<Session>),
}

struct New<'a> {
    func: Arc<Func<'a>>,
    args: Args<'a>,
    name_span: Span,
    decorator: Decorator,
    is_uncertain: bool,
}

impl Draft<'_> {
    /// Where the name stands, unless it is registered under a condition that is not known.
    fn sure_place(&self) -> Option<Span> {
        match &self.session {
            Registered::New(new) => (!new.is_uncertain).then_some(new.name_span),
            Registered::Known(session) => session.complete.then_some(session.name_span),
        }
    }
}

impl<'a> Registry<'a> {
    /// Registers `func` with the decorator's arguments; `written` is its `@…` line, when it stands above the function.
    pub(super) fn add(&mut self, func: &Arc<Func<'a>>, args: Args<'a>, written: Option<Span>, is_uncertain: bool) {
        let given = args.get(3, "name").filter(|given| given.truth() != Some(false)).cloned();
        let given = given.unwrap_or_else(|| func.name());
        let (name, name_span) = match (&given.v, given.span) {
            (V::Str(name, How::Exact), span) => (Arc::clone(name), span),
            (V::Unknown(unknown) | V::Unread(unknown), _) => return self.unknown.push((**unknown).clone()),
            (_, span) => {
                return self
                    .unknown
                    .push(Unknown { span, reason: "names a session in a way that is not known".to_owned() });
            }
        };
        let has_list = !args.parentheses.is_empty();
        let decorator = Decorator {
            span: written.unwrap_or(args.call),
            arguments: has_list.then_some(args.parentheses),
            keywords: args.written.iter().map(|(name, span)| (name.to_string(), *span)).collect(),
            is_plain: written.is_some(),
        };
        let new = Box::new(New { func: Arc::clone(func), args, name_span, decorator, is_uncertain });
        self.register(name, Draft { statement: self.running, session: Registered::New(new) });
    }

    fn register(&mut self, name: Arc<str>, draft: Draft<'a>) {
        let place = draft.sure_place();
        if let (Some(before), Some(now)) = (self.sessions.insert(name, draft).and_then(|it| it.sure_place()), place)
            && before != now
        {
            self.repeated.push((before, now));
        }
    }

    /// Registers what the statement `at` made when it was read before.
    pub(super) fn take_over(&mut self, at: usize, session: Arc<Session>) {
        let draft = Draft { statement: at, session: Registered::Known(Arc::clone(&session)) };
        self.register(Arc::from(session.name.as_str()), draft);
    }

    /// How much was told so far of what cannot be read.
    pub(super) fn notes(&self) -> usize {
        self.unknown.len()
    }

    /// A session's function got parameters after it was registered. Says whether another statement registered it.
    pub(super) fn replace(&mut self, old: &Arc<Func<'a>>, new: &Arc<Func<'a>>) -> bool {
        // Nearly always the last one.
        for draft in self.sessions.values_mut().rev() {
            if let Registered::New(session) = &mut draft.session
                && Arc::ptr_eq(&session.func, old)
            {
                session.func = Arc::clone(new);
                return draft.statement != self.running;
            }
        }
        false
    }

    pub(super) fn option_mut(&mut self, name: &str) -> Option<&mut Val<'a>> {
        self.options.iter_mut().find(|(option, ..)| &**option == name).map(|(_, _, value, _)| value)
    }

    pub(super) fn option_values(&mut self) -> impl Iterator<Item = &mut Val<'a>> {
        self.options.iter_mut().map(|(_, _, value, _)| value)
    }

    pub(super) fn option(&self, name: &str) -> Option<&Val<'a>> {
        self.options.iter().find(|(option, ..)| &**option == name).map(|(_, _, value, _)| value)
    }

    pub(super) fn set_option(&mut self, name: &str, name_span: Span, value: Val<'a>, statement: Span) {
        match self.options.iter_mut().find(|(option, ..)| &**option == name) {
            Some(option) => (option.2, option.3) = (value, statement),
            None => self.options.push((name.into(), name_span, value, statement)),
        }
    }

    pub(super) fn set_needs_version(&mut self, value: &Val<'a>) {
        if let Some(version) = value.exact() {
            self.needs_version = Some((version.to_string(), value.span));
        }
    }

    /// `nox.options` at the end of the file.
    pub(super) fn options(&self) -> Options {
        let mut out = Options::default();
        for (name, span, value, statement) in &self.options {
            match &**name {
                "sessions" => {
                    out.sessions = Some(strings(value));
                    out.sessions_statement = Some(*statement);
                }
                "tags" => out.tags = Some(strings(value)),
                "pythons" => out.pythons = Some(strings(value)),
                "keywords" => out.keywords = Some(known(value, |v| v.exact().map(|text| text.to_string()))),
                "default_venv_backend" => {
                    out.default_venv_backend = Some(known(value, |v| v.exact().map(|text| text.to_string())));
                }
                "allow_parallel" => out.allow_parallel = Some(known(value, Val::truth)),
                "reuse_venv" | "reuse_existing_virtualenvs" => {
                    let truth = |v: &Val<'_>| match v.exact() {
                        Some(word) => Some(matches!(&**word, "yes" | "always")),
                        None => v.truth(),
                    };
                    out.reuse_venv = Some(known(value, truth));
                }
                name if !OPTION_NAMES.contains(&name) => out.bad_names.push((name.to_owned(), *span)),
                _ => {}
            }
        }
        out
    }

    pub(super) fn default_backend(&self) -> Option<Arc<str>> {
        self.option("default_venv_backend").and_then(|value| value.exact().cloned())
    }

    /// The sessions, expanded, each with the place of its statement; bodies come later. The flag: all had room.
    pub(super) fn finish(&mut self) -> (Vec<Finished<'a>>, bool) {
        let default_backend = self.default_backend();
        let mut left = MAX_INSTANCES;
        let mut finished = Vec::with_capacity(self.sessions.len());
        for (name, draft) in std::mem::take(&mut self.sessions) {
            let (n_instances, read) = match draft.session {
                Registered::Known(session) => (session.instances.len(), Read::Known(session)),
                Registered::New(new) => {
                    let session = new.finish(&name, default_backend.as_deref(), left);
                    (session.instances.len(), Read::New(Box::new(session), new.func))
                }
            };
            left = left.saturating_sub(n_instances);
            finished.push(Finished { statement: draft.statement, read });
        }
        (finished, left > 0)
    }
}

/// A session that is registered for good.
pub(super) struct Finished<'a> {
    pub(super) statement: usize,
    pub(super) read: Read<'a>,
}

/// How it was read.
pub(super) enum Read<'a> {
    /// Now: its body is still to be run.
    New(Box<Session>, Arc<Func<'a>>),
    /// Before.
    Known(Arc<Session>),
}

impl New<'_> {
    /// What `nox_uv.session` does before the body (nox-uv's `__init__.py`, read in November 2026).
    fn sync(&self) -> Vec<Action> {
        let span = self.decorator.span;
        let action = |kind| Action { span, kind, conditional: false, directory: String::new() };
        let word = |text: &str| Arg::Word(text.to_owned(), span);
        let mut argv = vec![word("uv"), word("sync"), word("--no-default-groups"), word("--locked")];
        let groups = self.args.keyword("uv_only_groups").and_then(Val::items);
        argv.extend(groups.is_some_and(|groups| !groups.is_empty()).then(|| word("--only-group")));
        let value = Arg::Template("{session.virtualenv.location}".to_owned(), span);
        vec![
            action(ActionKind::SetEnv { key: "UV_PROJECT_ENVIRONMENT".to_owned(), value }),
            action(ActionKind::Run { argv, env: Vec::new(), posargs: None, may_fail: false }),
        ]
    }

    fn finish(&self, name: &str, default_backend: Option<&str>, limit: usize) -> Session {
        let mut unknown: Vec<Unknown> = self.args.rest.iter().map(|unknown| (**unknown).clone()).collect();
        let args = &self.args;
        let requires = strings_of(args, ("requires", usize::MAX), &mut unknown);
        let is_configured = unknown.is_empty();
        let tags = strings_of(args, ("tags", 6), &mut unknown);
        let python = python_of(args.get(0, "python").filter(|v| !matches!(v.v, V::None)).or_else(|| args.get(1, "py")));
        let venv_backend = args.get(4, "venv_backend").and_then(Val::exact).map(|text| text.to_string());
        let truth = |name: &str, at: usize| args.get(at, name).filter(|v| !matches!(v.v, V::None)).and_then(Val::truth);
        let shown = self.func.shown();
        let mut session = Session {
            name: name.to_owned(),
            name_span: self.name_span,
            function: shown.function.name.text.to_string(),
            function_span: shown.at(shown.function.name.span),
            span: shown.span,
            elsewhere: None,
            decorator: self.decorator.clone(),
            doc: shown.function.docstring().and_then(first_line),
            python,
            tags,
            requires,
            default: truth("default", usize::MAX).unwrap_or(true),
            reuse_venv: truth("reuse_venv", 2),
            allow_parallel: truth("allow_parallel", usize::MAX),
            venv_backend,
            instances: Arc::default(),
            complete: true,
            is_configured,
            actions: Vec::new(),
            reads_posargs: false,
            unknown,
        };
        for (name, at) in [("default", usize::MAX), ("allow_parallel", usize::MAX)] {
            if let Some(unknown) = args.get(at, name).and_then(Val::why) {
                let reason = format!("{name}: {}", unknown.reason);
                session.unknown.push(Unknown { span: unknown.span, reason });
                session.is_configured = false;
            }
        }
        if args.syncs {
            session.actions = self.sync();
        }
        // Tags and `requires` are part of what nox queues.
        session.complete = session.unknown.is_empty();
        if self.args.rest.is_some() || self.is_uncertain {
            session.complete = false;
            if self.is_uncertain {
                let reason = "is defined under a condition that is not known".to_owned();
                session.unknown.push(Unknown { span: self.name_span, reason });
            }
            return session;
        }
        let backend = session.venv_backend.as_deref().or(default_backend);
        let drops_list = backend == Some("none");
        let mut instances = Vec::new();
        self.expand(&mut session, &mut instances, drops_list, limit);
        instances.shrink_to_fit(); // most sessions have one
        session.instances = Arc::new(instances);
        session
    }

    /// `Manifest.make_session`.
    fn expand(&self, session: &mut Session, instances: &mut Vec<Instance>, drops_list: bool, limit: usize) {
        let incomplete = |session: &mut Session, unknown: Unknown| {
            session.complete = false;
            session.unknown.push(unknown);
        };
        let pythons: Vec<Option<String>> = match &session.python {
            Python::Unset | Python::False => vec![None],
            Python::One(version, _) => vec![Some(version.clone())],
            Python::Many(_) if drops_list => vec![None],
            Python::Many(versions) => {
                let mut unique: Vec<Option<String>> = Vec::new();
                for (version, _) in versions {
                    if !unique.iter().any(|other| other.as_deref() == Some(version)) {
                        unique.push(Some(version.clone()));
                    }
                }
                unique
            }
            Python::Unknown => {
                let value = self.args.get(0, "python").or_else(|| self.args.get(1, "py"));
                let unknown = match value.map(|value| (&value.v, value.span)) {
                    Some((V::Unknown(unknown) | V::Unread(unknown) | V::Bag(_, unknown), _)) => (**unknown).clone(),
                    value => Unknown {
                        span: value.map_or(self.name_span, |(_, span)| span),
                        reason: "is no version that could be read".to_owned(),
                    },
                };
                return incomplete(session, unknown);
            }
        };
        let is_multi = matches!(session.python, Python::Many(_)) && !drops_list;
        let cases = match (&self.func.cases, self.func.is_parametrized) {
            (_, false) => None,
            (Some(cases), true) => Some(cases),
            (None, true) => {
                let reason = "has parameters that are not known".to_owned();
                return incomplete(session, Unknown { span: self.name_span, reason });
            }
        };
        for python in &pythons {
            if instances.len() >= limit {
                let reason = format!("makes more than {MAX_INSTANCES} sessions");
                return incomplete(session, Unknown { span: self.name_span, reason });
            }
            let Some(cases) = cases else {
                let instance = self.instance(session, python.as_deref(), is_multi, None);
                instances.extend(instance);
                continue;
            };
            if cases.is_empty() {
                let mut empty = self.instance(session, None, false, None);
                empty.iter_mut().for_each(|empty| empty.tags.clear());
                instances.extend(empty);
            }
            for case in cases.iter().take(limit.saturating_sub(instances.len())) {
                if let Some(unknown) = &case.unknown {
                    incomplete(session, (**unknown).clone());
                    continue;
                }
                if let Some(disorder) = &case.disorder {
                    session.complete = false;
                    if session.unknown.last() != Some(&**disorder) {
                        session.unknown.push((**disorder).clone());
                    }
                }
                match self.instance(session, python.as_deref(), is_multi, Some(case)) {
                    Some(instance) => instances.push(instance),
                    None => {
                        let span = case.values.first().map_or(self.name_span, |(_, value)| value.span);
                        let reason = "has a parameter whose text in the name is not known".to_owned();
                        incomplete(session, Unknown { span, reason });
                    }
                }
            }
        }
    }

    fn instance(
        &self,
        session: &Session,
        python: Option<&str>,
        is_multi: bool,
        case: Option<&Case<'_>>,
    ) -> Option<Instance> {
        let name = &session.name;
        let suffix = match case {
            Some(case) => format!("({})", case.signature()?),
            None => String::new(),
        };
        let plain = format!("{name}{suffix}");
        let with_python = python.map(|python| format!("{name}-{python}{suffix}"));
        let (signature, mut aliases) = match with_python {
            Some(with_python) if is_multi => (with_python, Vec::new()),
            Some(with_python) => (plain, vec![with_python]),
            None => (plain, Vec::new()),
        };
        if case.is_some() {
            aliases.extend(python.map(|python| format!("{name}-{python}")));
        }
        let mut parameters: Vec<(String, String)> = Vec::new();
        let mut own_python = python.map(str::to_owned);
        for (parameter, value) in case.map(|case| case.values.as_slice()).unwrap_or_default() {
            let takes = self.func.function.parameters.iter().any(|own| own.name.is("python"));
            if &**parameter == "python" && matches!(session.python, Python::Unset) && !takes {
                own_python = value.exact().map(|text| text.to_string());
            } else {
                parameters.push((parameter.to_string(), value.repr().unwrap_or_else(|| "…".to_owned())));
            }
        }
        let mut tags: Vec<String> = session.tags.iter().map(|(tag, _)| tag.clone()).collect();
        tags.extend(case.into_iter().flat_map(|case| case.tags.iter().map(|tag| tag.to_string())));
        let requires = session.requires.iter().map(|(written, _)| fill_python(written, python)).collect();
        Some(Instance { signature, aliases, python: own_python, parameters, tags, requires })
    }
}

/// `requires` with the dependent's own python in it; as it is written when there is none (nox fails then).
pub(super) fn fill_python(written: &str, python: Option<&str>) -> String {
    match python {
        Some(python) if written.contains('{') => {
            written.replace("{python}", python).replace("{py}", python).replace("{{", "{").replace("}}", "}")
        }
        _ => written.to_owned(),
    }
}

fn first_line(doc: &str) -> Option<String> {
    doc.lines().map(str::trim).find(|line| !line.is_empty()).map(str::to_owned)
}

fn python_of(value: Option<&Val<'_>>) -> Python {
    let Some(value) = value else { return Python::Unset };
    match &value.v {
        V::None => Python::Unset,
        V::Bool(false) => Python::False,
        V::Str(version, How::Exact) if version.is_empty() => Python::Unset,
        V::Str(version, How::Exact) => Python::One(version.to_string(), value.span),
        V::List(items) | V::Tuple(items) | V::Set(items) => {
            // A set has no order that could be known.
            if matches!(value.v, V::Set(_)) && items.len() > 1 {
                return Python::Unknown;
            }
            let versions = items.iter().map(|item| Some((item.exact()?.to_string(), item.span)));
            versions.collect::<Option<Vec<_>>>().map_or(Python::Unknown, Python::Many)
        }
        _ => Python::Unknown,
    }
}

/// The strings of an argument; what could not be read is told.
fn strings_of(args: &Args<'_>, (name, at): (&str, usize), unknown: &mut Vec<Unknown>) -> Vec<(String, Span)> {
    match args.get(at, name).map(strings) {
        None => Vec::new(),
        Some(Known::Literal(list, _)) => list,
        Some(Known::Dynamic(more)) => {
            unknown.push(Unknown { reason: format!("{name}: {}", more.reason), ..more });
            Vec::new()
        }
    }
}

fn strings(value: &Val<'_>) -> Known<Vec<(String, Span)>> {
    let items = match &value.v {
        V::List(items) | V::Tuple(items) | V::Set(items) => Some(items.as_slice()),
        V::None => Some(&[] as &[_]),
        _ => None,
    };
    let list = items.map(|items| items.iter().map(|item| Some((item.exact()?.to_string(), item.span))).collect());
    match list.flatten() {
        Some(list) => Known::Literal(list, value.span),
        None => Known::Dynamic(why(value, items)),
    }
}

fn known<'v, 'a, T>(value: &'v Val<'a>, read: impl FnOnce(&'v Val<'a>) -> Option<T>) -> Known<T> {
    match read(value) {
        Some(read) => Known::Literal(read, value.span),
        None => Known::Dynamic(why(value, None)),
    }
}

fn why(value: &Val<'_>, items: Option<&[Val<'_>]>) -> Unknown {
    let culprit = items.and_then(|items| items.iter().find(|item| item.exact().is_none())).unwrap_or(value);
    match &culprit.v {
        V::Unknown(unknown) | V::Unread(unknown) => (**unknown).clone(),
        _ => {
            // A function in a list has its own place: told is where it is used.
            let span = if value.span.covers(culprit.span) { culprit.span } else { value.span };
            Unknown { span, reason: "is not of a kind that nox takes here".to_owned() }
        }
    }
}
