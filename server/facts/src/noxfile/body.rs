//! What a session's body does to the world: commands, installs, files, environment. Neighbours: `machine` runs the
//! statements and follows helper functions, `library` computes.

use std::sync::Arc;

use syntax::{
    Span,
    python::{Expr, Parameter, Stmt},
};

use super::{
    Action, ActionKind, Arg, FileAccess, argparse, harmless,
    library::{join_onto, join_path},
    machine::{Body, Flow, Frame, Machine},
    methods::pure_path,
    unread::hands_session,
    value::{Args, Func, How, V, Val},
    words::may_fail,
};
use crate::Unknown;

/// Actions of one session.
const MAX_ACTIONS: usize = 500;

impl<'a> Machine<'a> {
    /// What the body of `func` does when nox calls it.
    pub(super) fn actions(&mut self, func: &Arc<Func<'a>>) -> Body<'a> {
        self.body = Some(Body::default());
        let outer = self.enter(func.module, func.base, func.site);
        self.uncertain = 0;
        let mut frame = Frame { closure: func.closure.clone(), function: Some(func.function), ..Frame::default() };
        // nox calls `function(session, **parameters)`, whatever the function calls its own.
        let parameters = &func.function.parameters;
        let mut session = Some(Val::new(V::Session, func.at(func.function.name.span)));
        for parameter in parameters {
            let span = func.at(parameter.name.span);
            let name: &'a str = &parameter.name.text;
            let value = match parameter.stars {
                0 if !parameter.is_keyword_only && session.is_some() => {
                    session = None;
                    Val::new(V::Session, span)
                }
                1 => Val::new(V::Tuple(Arc::new(session.take().into_iter().collect())), span),
                2 => given_beside(func, parameters, span),
                _ => match (&parameter.default, gives(func, name)) {
                    (Some(default), false) => self.eval(default),
                    _ => open_parameter(name, span),
                },
            };
            frame.vars.insert(name, value);
        }
        self.frames.push(frame);
        self.run(&func.function.body);
        self.frames.pop();
        self.leave(outer);
        let mut body = self.body.take().unwrap_or_default();
        body.actions.shrink_to_fit();
        body
    }

    pub(super) fn record(&mut self, span: Span, kind: ActionKind) {
        let uncertain = self.uncertain;
        if let Some(body) = &mut self.body
            && body.actions.len() < MAX_ACTIONS
        {
            let conditional = uncertain > 0 || body.conditional > 0;
            body.actions.push(Action { span, kind, conditional, directory: body.directory.clone() });
        }
    }

    /// A call that cannot be followed.
    pub(super) fn opaque(&mut self, span: Span, why: &str) {
        self.record(span, ActionKind::Opaque { why: why.to_owned() });
    }

    pub(super) fn session_attribute(&mut self, name: &'a str, span: Span) -> Val<'a> {
        let template = |text: &str| V::Str(text.into(), How::Template);
        let v = match name {
            "posargs" => match &mut self.body {
                Some(body) => {
                    body.reads_posargs = true;
                    body.posargs.as_ref().map_or_else(|| V::Posargs(Arc::default()), |changed| changed.v.clone())
                }
                None => V::Posargs(Arc::default()),
            },
            "name" => template("{session.name}"),
            "python" => template("{session.python}"),
            "bin" => template("{session.bin}"),
            "env_dir" => V::Path("{session.env_dir}".into(), How::Template),
            "invoked_from" => V::Path("{session.invoked_from}".into(), How::Template),
            "cache_dir" => V::Path(".nox/.cache".into(), How::Exact),
            "env" => V::Api("session.env".into()),
            "parallel" => V::Maybe(false),
            // To look whether somebody is there is not to ask.
            "interactive" => V::Maybe(true),
            "virtualenv" => V::Api("session.virtualenv".into()),
            "bin_paths" | "venv_backend" => return Val::unknown(span, "is only known while nox runs"),
            _ => V::Method(Arc::new((Val::new(V::Session, span), name))),
        };
        Val::new(v, span)
    }

    pub(super) fn session_method(&mut self, name: &'a str, args: Args<'a>) -> Val<'a> {
        let span = args.call;
        let none = Val::new(V::None, span);
        match name {
            "run" | "run_install" | "run_always" => {
                if let Some(V::Func(func)) = args.positional.first().map(|value| &value.v) {
                    let func = Arc::clone(func);
                    let mut rest = args;
                    rest.positional.remove(0);
                    return self.call_function(&func, rest);
                }
                self.record_run(span, &args, &args.positional);
                Val::unknown(span, "is the output of a command")
            }
            "install" | "conda_install" => {
                self.record(span, ActionKind::Install { args: self.words(&args, &args.positional) });
                none
            }
            "install_and_run_script" => {
                self.record(
                    span,
                    ActionKind::Run {
                        argv: [vec![Arg::Word("python".to_owned(), span)], self.words(&args, &args.positional)]
                            .concat(),
                        env: self.environment(&args),
                        posargs: args.posargs.clone().map(|at| at.start + 1..at.end + 1),
                        may_fail: may_fail(&args),
                    },
                );
                none
            }
            "notify" => {
                let target = args.get(0, "target").map_or(Arg::Unknown(span), |target| match &target.v {
                    V::Func(func) => Arg::Word(func.shown().function.name.text.to_string(), target.span),
                    _ => self.word(target),
                });
                self.record(span, ActionKind::Notify { target });
                none
            }
            "chdir" | "cd" => {
                self.change_directory(args.get(0, "dir").and_then(Val::text), span);
                Val::new(V::Api("session.chdir()".into()), span)
            }
            "create_tmp" => Val::new(V::Path(".nox/{session.create_tmp()}/tmp".into(), How::Template), span),
            _ => none,
        }
    }

    fn record_run(&mut self, span: Span, args: &Args<'a>, command: &[Val<'a>]) {
        self.record(
            span,
            ActionKind::Run {
                argv: self.words(args, command),
                env: self.environment(args),
                posargs: args.posargs.clone(),
                may_fail: may_fail(args),
            },
        );
    }

    fn change_directory(&mut self, to: Option<(Arc<str>, How)>, span: Span) {
        let Some(body) = &mut self.body else { return };
        match to {
            Some((to, how)) => {
                // A path that starts at the noxfile's folder leads there from everywhere.
                let from = if how.is_rooted() { "" } else { &*body.directory };
                let directory = join_path(from, &to);
                body.directory = if directory == "." { String::new() } else { directory };
            }
            None => {
                body.unknown.push(Unknown { span, reason: "changes to a folder that is not known".to_owned() });
                body.directory = "{?}".to_owned();
            }
        }
    }

    /// `with`: the folder that it changes to holds for its body only.
    pub(super) fn with(&mut self, items: &'a [(Expr, Option<Expr>)], body: &'a [Stmt]) -> Flow<'a> {
        let before = self.body.as_ref().map(|body| body.directory.clone());
        let (mut changes, mut entered) = (false, Vec::new());
        for (manager, name) in items {
            let mut value = self.eval(manager);
            changes |= matches!(&value.v, V::Api(api) if &**api == "session.chdir()");
            if let V::Object(_) = &value.v {
                entered.push(value.clone());
                value = self.enters(&value);
            }
            self.enters_unread(manager, &value);
            if let Some(name) = name {
                let span = value.span;
                self.assign(name, value, span);
            }
        }
        let flow = self.run(body);
        for object in entered.iter().rev() {
            self.exits(object);
        }
        if let (Some(before), Some(body), true) = (before, &mut self.body, changes) {
            body.directory = before;
        }
        flow
    }

    /// A method of something that is not known: what only paths have changes a file somewhere.
    pub(super) fn changes_a_file(&mut self, method: &str, span: Span) {
        let access = match method {
            "write_text" | "write_bytes" | "touch" | "symlink_to" | "hardlink_to" => FileAccess::Write,
            "unlink" | "rmdir" => FileAccess::Delete,
            _ => return,
        };
        self.record(span, ActionKind::File { access, path: Arg::Unknown(span) });
    }

    /// `session.env[…] = …` and `os.environ[…] = …`.
    pub(super) fn set_env(&mut self, owner: &Val<'a>, key: &Val<'a>, value: &Val<'a>, span: Span) -> bool {
        let is_env = matches!(&owner.v, V::Api(api) if matches!(&**api, "session.env" | "os.environ"));
        if is_env && let Some((key, _)) = key.text() {
            if matches!(&owner.v, V::Api(api) if &**api == "os.environ") {
                self.sets_environment(&key, span);
            }
            self.record(span, ActionKind::SetEnv { key: key.to_string(), value: self.word(value) });
        }
        is_env
    }

    /// A function of a library that acts, or that nothing is known of.
    pub(super) fn act(&mut self, api: &str, args: Args<'a>) -> Val<'a> {
        let span = args.call;
        let path = |this: &Self, at: usize| args.positional.get(at).map_or(Arg::Unknown(span), |path| this.word(path));
        let file = |this: &mut Self, access: FileAccess, at: usize| {
            let path = path(this, at);
            this.record(span, ActionKind::File { access, path });
        };
        match api {
            "shutil.rmtree" | "os.remove" | "os.unlink" | "os.rmdir" | "os.removedirs" => {
                file(self, FileAccess::Delete, 0)
            }
            "os.makedirs" | "os.mkdir" | "os.mkfifo" => file(self, FileAccess::Write, 0),
            "shutil.copy" | "shutil.copy2" | "shutil.copyfile" | "shutil.copytree" => {
                file(self, FileAccess::Read, 0);
                file(self, FileAccess::Write, 1);
            }
            "shutil.move" | "os.rename" | "os.replace" => {
                file(self, FileAccess::Delete, 0);
                file(self, FileAccess::Write, 1);
            }
            "urllib.request.urlretrieve" => {
                let argv = vec![Arg::Word("urlretrieve".to_owned(), span), path(self, 0), path(self, 1)];
                self.record(span, ActionKind::Run { argv, env: Vec::new(), posargs: None, may_fail: false });
            }
            "tarfile.open" | "zipfile.ZipFile" => {
                return self.open(args.positional.first().cloned(), args.get(1, "mode"), span);
            }
            "tempfile.TemporaryDirectory" | "tempfile.mkdtemp" | "tempfile.NamedTemporaryFile" => {
                return Val::new(V::Path(format!("{{{api}()}}").into(), How::Template), span);
            }
            "glob.glob" | "glob.iglob" if self.body.is_some() => {
                return args.positional.first().map_or_else(|| Val::unknown(span, "lists nothing"), listed);
            }
            "argparse.ArgumentParser" if self.body.is_some() => return argparse::parser(span),
            "shutil.make_archive" => file(self, FileAccess::Write, 0),
            "open" | "io.open" => return self.open(args.positional.first().cloned(), args.get(1, "mode"), span),
            "input" | "getpass.getpass" => self.record(span, ActionKind::Interactive),
            "os.chdir" => {
                self.change_directory(args.positional.first().and_then(Val::text), span);
            }
            "os.environ.setdefault" | "os.putenv" | "session.env.setdefault" => {
                if let [key, value, ..] = args.positional.as_slice() {
                    let owner = Val::new(V::Api(owner_of(api).into()), span);
                    self.set_env(&owner, key, value, span);
                }
            }
            "os.environ.update" | "session.env.update" => self.update_env(owner_of(api), &args),
            "session.env.get" => return args.get(1, "default").cloned().unwrap_or(Val::new(V::None, span)),
            "subprocess.run"
            | "subprocess.call"
            | "subprocess.check_call"
            | "subprocess.check_output"
            | "subprocess.Popen" => match args.positional.first().map(|command| &command.v) {
                Some(V::List(command) | V::Tuple(command)) => {
                    let command = Arc::clone(command);
                    self.record_run(span, &args, &command);
                }
                _ => self.opaque(span, api),
            },
            "runpy.run_path" | "runpy.run_module" | "importlib.import_module" if self.body.is_none() => {
                if let Some(value) = self.run_elsewhere(api, args.positional.first(), span) {
                    return value;
                }
                let reason = format!("calls `{api}`, which can define sessions");
                self.note(Arc::new(Unknown { span, reason }));
            }
            "importlib.util.spec_from_file_location" if self.body.is_none() => {
                let reason = format!("calls `{api}`, which can define sessions");
                self.note(Arc::new(Unknown { span, reason }));
            }
            "functools.cache" | "functools.lru_cache" | "contextlib.contextmanager" => {}
            _ if harmless::is_harmless(api) && !(self.body.is_some() && hands_session(&args)) => {}
            _ if self.body.is_some() => self.opaque(span, api),
            // Some keep a `nox` of their own in a package: `from company.repo.config import nox`.
            _ if hands_nox(&args) || api.split('.').any(|part| part.contains("nox")) => {
                let reason = format!("calls `{api}`, which may define sessions");
                self.note(Arc::new(Unknown { span, reason }));
            }
            // What a session does with it later is not known either.
            _ => return Val::unread(span, format!("calls `{api}`, which is not run here")),
        }
        Val::unknown(span, format!("calls `{api}`, which is not run here"))
    }

    fn update_env(&mut self, owner: &str, args: &Args<'a>) {
        let owner = Val::new(V::Api(owner.into()), args.call);
        if let Some(V::Dict(entries)) = args.positional.first().map(|value| &value.v) {
            for (key, value) in entries.iter() {
                self.set_env(&owner, key, value, args.call);
            }
        }
        for (key, value) in &args.keywords {
            self.set_env(&owner, &Val::str(Arc::clone(key), value.span), value, args.call);
        }
    }

    /// `open(path, mode)`: a file, whose text can be read while the noxfile loads.
    fn open(&mut self, path: Option<Val<'a>>, mode: Option<&Val<'a>>, span: Span) -> Val<'a> {
        let path = path.unwrap_or_else(|| Val::unknown(span, "opens nothing"));
        let mode = mode.and_then(Val::exact).map_or("r", |mode| &**mode);
        let access = if mode.contains(['w', 'a', 'x', '+']) { FileAccess::Write } else { FileAccess::Read };
        self.record(span, ActionKind::File { access, path: self.word(&path) });
        Val::new(V::Method(Arc::new((path, "<file>"))), span)
    }

    /// The items that a loop over `value` goes through; of an open file, its lines.
    pub(super) fn iterate(&mut self, value: &Val<'a>) -> Option<Vec<Val<'a>>> {
        match &value.v {
            V::Method(file) if file.1 == "<file>" => self.file_method(&file.0.clone(), "readlines", value.span).items(),
            _ => value.items(),
        }
    }

    pub(super) fn file_method(&mut self, path: &Val<'a>, name: &str, span: Span) -> Val<'a> {
        if matches!(name, "extractall" | "extract") {
            self.opaque(span, "unpacks an archive");
        }
        match (name, path.text()) {
            ("read" | "readlines", Some((path, How::Exact | How::Rooted))) if self.body.is_none() => {
                match self.read_file(&path) {
                    Some(text) if name == "readlines" => {
                        let lines = text.split_inclusive('\n').map(|line| Val::str(line, span));
                        Val::new(V::List(Arc::new(lines.collect())), span)
                    }
                    Some(text) => Val::str(text, span),
                    None => Val::unknown(span, format!("reads `{path}`, which is not there")),
                }
            }
            _ => Val::unknown(span, "reads a file"),
        }
    }

    pub(super) fn path_method(&mut self, text: &Arc<str>, how: How, name: &'a str, args: Args<'a>) -> Val<'a> {
        let span = args.call;
        let path = Val::new(V::Path(Arc::clone(text), how), span);
        if matches!(name, "absolute" | "resolve") {
            return self.absolute_path(&path);
        }
        // Where a session writes is half known rather than not at all.
        if name == "joinpath"
            && let Some((path, how)) = join_onto(text, how, &args.positional, self.body.is_some())
        {
            return Val::new(V::Path(path.into(), how), span);
        }
        if let Some(value) = pure_path(text, how, name, &args) {
            return value;
        }
        // What a session finds is what is there when it runs.
        if self.body.is_some() && matches!(name, "glob" | "rglob" | "iterdir") {
            let pattern = args.positional.first().and_then(Val::text).map_or("*".into(), |(pattern, _)| pattern);
            return listed(&Val::new(V::Path(join_path(text, &pattern).into(), how), span));
        }
        if let Some(value) = self.list_path(text, how, name, &args) {
            return value;
        }
        let access = match name {
            "write_text" | "write_bytes" | "touch" | "mkdir" | "symlink_to" | "chmod" => Some(FileAccess::Write),
            "unlink" | "rmdir" => Some(FileAccess::Delete),
            "read_text" | "read_bytes" => Some(FileAccess::Read),
            "rename" | "replace" => {
                let to = args.positional.first().map_or(Arg::Unknown(span), |path| self.word(path));
                self.record(span, ActionKind::File { access: FileAccess::Write, path: to });
                Some(FileAccess::Delete)
            }
            "open" => return self.open(Some(path), args.get(0, "mode"), span),
            _ => None,
        };
        if let Some(access) = access {
            self.record(span, ActionKind::File { access, path: self.word(&path) });
        }
        if name == "read_text" && self.body.is_none() && !how.is_template() {
            return match self.read_file(text) {
                Some(content) => Val::str(content, span),
                None => Val::unknown(span, format!("reads `{text}`, which is not there")),
            };
        }
        Val::unknown(span, format!("calls `.{name}()` of a path, which looks at the disk"))
    }
}

/// Whether a function gets `nox` itself, and may define sessions and set options with it.
pub(super) fn hands_nox(args: &Args<'_>) -> bool {
    let is_nox = |value: &Val<'_>| match &value.v {
        V::Api(api) => matches!(&**api, "nox" | "nox.session" | "nox.options" | "nox.registry"),
        _ => false,
    };
    args.positional.iter().any(is_nox) || args.keywords.iter().any(|(_, value)| is_nox(value))
}

/// Whose environment a call changes: the session's own, or that of the process.
fn owner_of(api: &str) -> &'static str {
    if api.starts_with("session.env") { "session.env" } else { "os.environ" }
}

/// What a session will find by a pattern is not known before it runs: the pattern stands for all of it.
fn listed<'a>(pattern: &Val<'a>) -> Val<'a> {
    match pattern.text() {
        Some((text, how)) => {
            let item = Val::new(V::Path(text, how.and(How::Template)), pattern.span);
            Val::new(V::List(Arc::new(vec![item])), pattern.span)
        }
        None => Val::unknown(pattern.span, "is found by a pattern that is not known"),
    }
}

/// Whether it stands for any number of files.
pub(super) fn is_pattern(value: &Val<'_>) -> bool {
    matches!(&value.v, V::Path(text, how) | V::Str(text, how) if how.is_template() && text.contains('*'))
}

/// A parameter in the words of a session: its name stands for the value that each instance has.
fn open_parameter<'a>(name: &str, span: Span) -> Val<'a> {
    Val::new(V::Str(format!("{{{name}}}").into(), How::Template), span)
}

/// What `**kwargs` of a session's function gets: the parameters that `nox.parametrize` gives and no other takes.
fn given_beside<'a>(func: &Func<'a>, own: &[Parameter], span: Span) -> Val<'a> {
    let cases = match func.cases.as_ref().filter(|cases| cases.iter().all(|case| case.unknown.is_none())) {
        Some(cases) => cases.as_slice(),
        None if !func.is_parametrized => &[],
        None => return Val::unknown(span, "holds parameters that are not known"),
    };
    let mut names: Vec<&str> = Vec::new();
    for (name, _) in cases.iter().flat_map(|case| &case.values) {
        if !names.contains(&&**name) && !own.iter().any(|own| own.name.is(name)) {
            names.push(name);
        }
    }
    let entries = names.into_iter().map(|name| (Val::str(name, span), open_parameter(name, span)));
    Val::new(V::Dict(Arc::new(entries.collect())), span)
}

/// Whether `nox.parametrize` gives the parameter, or may.
fn gives(func: &Func<'_>, name: &str) -> bool {
    let Some(cases) = func.cases.as_ref().filter(|_| func.is_parametrized) else { return func.is_parametrized };
    cases.iter().any(|case| case.unknown.is_some() || case.values.iter().any(|(given, _)| **given == *name))
}
