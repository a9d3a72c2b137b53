//! The session that builds the package as others did until now, where none does that and nothing else.

use facts::noxfile::Session;
use syntax::python::{Argument, ExprKind};

use super::builder::annotation;
use super::leaving::Member;
use super::repeat::{self, Repeat};
use super::unchanged;
use crate::assists::noxfile::scope::NoxfileCx;

/// What it says.
#[derive(Clone)]
pub(super) struct Package {
    /// `python=` of all that built.
    python: Option<String>,
    /// `venv_backend=` of all that built.
    backend: Option<String>,
    /// Statements that clear the output folder.
    clears: Vec<String>,
    /// What it installs to build with.
    front_end: Vec<String>,
    /// Its commands.
    commands: Vec<Command>,
    /// The function that did it for all.
    called: Option<String>,
    annotation: Option<String>,
}

/// A command that builds.
#[derive(Clone)]
pub(super) struct Command {
    /// `run` of `session.run`, `run_install`.
    pub(super) method: String,
    words: Vec<String>,
    /// The program is not the environment's.
    is_external: bool,
}

impl Package {
    /// One that does what `members` do; `Err`: why there is none.
    pub(super) fn of(cx: &NoxfileCx<'_>, members: &[Member<'_>]) -> Result<Self, String> {
        let first = members.first().ok_or("a session is gone")?;
        let session = first.repeat.session;
        let is_like = |it: &&Member<'_>| it.repeat.session.venv_backend == session.venv_backend;
        if let Some(other) = members.iter().find(|it| !is_like(it)) {
            let (name, other) = (&session.name, &other.repeat.session.name);
            return Err(format!("`{name}` and `{other}` have environments of different kinds"));
        }
        let backend = session.venv_backend.clone();
        let default = cx.noxfile.facts.options.default_venv_backend.as_ref().and_then(|known| known.value());
        let has_environment = backend.as_ref().or(default).is_none_or(|backend| backend != "none");
        let front_end: Vec<String> = unchanged::front_end(&first.repeat).into_iter().map(str::to_owned).collect();
        let called = first.called.filter(|called| members.iter().all(|it| it.called == Some(called)));
        let commands = commands(cx, &first.repeat)?;
        let is_outside = commands.iter().all(|it| it.is_external);
        let Repeat { front_end: package, needs_front_end, .. } = first.repeat;
        if has_environment && front_end.is_empty() && needs_front_end && !is_outside {
            return Err(format!("`{}` does not say by name that it installs `{package}`", session.name));
        }
        let annotation = repeat::own_function(cx, session)
            .and_then(|(function, base)| annotation(cx.script.text, function, base));
        let python = python(members.iter().map(|it| it.repeat.session));
        let clears = if called.is_some() { Vec::new() } else { repeat::clears(cx, &first.repeat)? };
        let clears = clears.into_iter().map(str::to_owned).collect();
        Ok(Self { python, backend, clears, front_end, commands, called: called.map(str::to_owned), annotation })
    }

    /// The session called `name`, without the empty lines behind it.
    pub(super) fn lines(&self, cx: &NoxfileCx<'_>, nox: &str, name: &str) -> Vec<String> {
        let style = &cx.script.style;
        let (tab, string) = (&style.indent, |value: &str| style.string(value));
        let keyword = |name: &str, value: &Option<String>| {
            value.as_ref().map_or(String::new(), |value| format!(", {name}={}", string(value)))
        };
        let (python, backend) = (keyword("python", &self.python), keyword("venv_backend", &self.backend));
        let (annotation, returns) = self.annotation.as_ref().map_or(("", ""), |it| (it, " -> None"));
        let mut lines = vec![
            format!("@{nox}.session(default=False{python}{backend})"),
            format!("def {name}(session{annotation}){returns}:"),
            format!("{tab}\"\"\"Build the package that other sessions use.\"\"\""),
        ];
        if let Some(called) = &self.called {
            lines.push(format!("{tab}{called}(session)"));
            return lines;
        }
        lines.extend(self.clears.iter().map(|clear| format!("{tab}{clear}")));
        if !self.front_end.is_empty() {
            let words: Vec<String> = self.front_end.iter().map(|word| string(word)).collect();
            lines.push(format!("{tab}session.install({})", words.join(", ")));
        }
        for Command { method, words, is_external } in &self.commands {
            let mut words: Vec<String> = words.iter().map(|word| string(word)).collect();
            words.extend(is_external.then(|| "external=True".to_owned()));
            let line = format!("{tab}session.{method}({})", words.join(", "));
            if line.chars().count() <= style.width {
                lines.push(line);
                continue;
            }
            lines.push(format!("{tab}session.{method}("));
            lines.extend(words.iter().map(|word| format!("{tab}{tab}{word},")));
            lines.push(format!("{tab})"));
        }
        lines
    }
}

/// The interpreter that all have; `None`: nox's own, or several.
fn python<'s>(sessions: impl Iterator<Item = &'s Session>) -> Option<String> {
    let mut pythons = sessions.flat_map(|session| session.instances.iter().map(|instance| &instance.python));
    let first = pythons.next()?.clone()?;
    pythons.all(|python| python.as_ref() == Some(&first)).then_some(first)
}

/// What the session runs to build; `Err`: not all of it could be said again.
pub(super) fn commands(cx: &NoxfileCx<'_>, repeat: &Repeat<'_>) -> Result<Vec<Command>, String> {
    let mut found = Vec::new();
    for (action, words) in repeat.commands() {
        let unusual = || format!("`{}` does not build by a plain `session.run`", repeat.session.name);
        let place = cx.script.call(action).ok_or_else(unusual)?;
        let ExprKind::Attribute(_, method) = &place.call.function.kind else { return Err(unusual()) };
        let name = |argument: &Argument| argument.name.as_ref().map(|name| name.text.to_string());
        let named: Vec<String> = place.call.arguments.iter().filter_map(name).collect();
        // `silent` hides what the build says, and nothing else.
        if let Some(odd) = named.iter().find(|name| !matches!(name.as_str(), "external" | "silent" | "env")) {
            return Err(format!("`{odd}` in line {} may change how it is built", cx.script.line(place)));
        }
        let is_external = named.iter().any(|name| name == "external");
        let words = words.into_iter().map(str::to_owned).collect();
        found.push(Command { method: method.text.to_string(), words, is_external });
    }
    Ok(found)
}
