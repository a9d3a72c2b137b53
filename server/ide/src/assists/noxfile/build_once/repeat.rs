//! A session that builds the package itself: by which commands, into which folders.

use facts::noxfile::{Action, ActionKind, Session};
use model::effects::Role;
use model::{Access, Effect, Resource, SessionId};
use syntax::python::{Argument, ExprKind, Function, StmtKind};

use crate::assists::noxfile::scope::NoxfileCx;
use crate::assists::noxfile::tree::Place;

/// What builds a Python package: the catalogue's name of it, the project that it is of, and whether that must be installed for
/// it; empty: there is nothing to install.
const FRONT_ENDS: [(&str, &str, bool); 9] = [
    ("python -m build", "build", true),
    ("pip wheel", "pip", false),
    ("hatch build", "hatch", true),
    ("flit build", "flit", true),
    ("poetry build", "poetry", true),
    ("pdm build", "pdm", true),
    ("uv build", "uv", false),
    ("maturin build", "maturin", true),
    ("setup.py", "", false),
];

/// Those that build with what is installed beside them, not in environments of their own.
pub(super) const NOT_ISOLATED: [&str; 1] = ["setup.py"];

/// A session that builds the package.
#[derive(Clone)]
pub(super) struct Repeat<'a> {
    pub(super) id: SessionId,
    pub(super) session: &'a Session,
    /// Its commands that do, by their place among its actions.
    pub(super) builds: Vec<usize>,
    /// Its removals of the output folder and of build trees in front of them, in the same way.
    pub(super) clears: Vec<usize>,
    /// Where they put it, relative to the noxfile's folder.
    pub(super) folders: Vec<&'a str>,
    /// What is installed for that; empty: nothing.
    pub(super) front_end: &'static str,
    /// Whether it must be: else the machine may have it.
    pub(super) needs_front_end: bool,
    /// The catalogue's row of that.
    pub(super) tool: &'static str,
}

/// The session, if it builds the package that the noxfile is of into a folder that others find, too.
pub(super) fn repeat<'a>(cx: &NoxfileCx<'a>, id: SessionId) -> Option<Repeat<'a>> {
    let (session, effects) = (cx.session(id)?, cx.noxfile.effects.get(id.0)?);
    let (builds, clears, folders) = (Vec::new(), Vec::new(), Vec::new());
    let mut found = Repeat { id, session, builds, clears, folders, front_end: "", needs_front_end: false, tool: "" };
    for effect in &effects.items {
        let Resource::Path(folder) = &effect.resource else { continue };
        let tool = FRONT_ENDS.iter().find(|(tool, ..)| *tool == effect.tool);
        let is_build = effect.role == Role::Package && effect.access == Access::Write;
        let (Some((tool, project, is_needed)), true) = (tool, is_build) else { continue };
        let action = session.actions.get(effect.action)?;
        // Nobody looks below `.nox` for a package.
        if !action.directory.is_empty() || folder.contains(['{', '*', '?']) || folder.starts_with(".nox/") {
            return None;
        }
        found.builds.push(effect.action);
        found.folders.push(folder);
        // `uv run -m build`: what builds is in uv's own environment.
        (found.front_end, found.needs_front_end) = if is_uv(action) { ("uv", false) } else { (*project, *is_needed) };
        found.tool = tool;
    }
    let first = found.builds.first().copied()?;
    let is_clear = |effect: &&Effect| {
        let is_folder = matches!(&effect.resource, Resource::Path(path) if found.folders.contains(&&**path));
        // What an old `build/` holds setuptools puts into the wheel.
        let is_cleared = is_folder || effect.role == Role::BuildTree;
        is_cleared && effect.access == Access::Delete && effect.action < first
    };
    found.clears = effects.items.iter().filter(is_clear).map(|effect| effect.action).collect();
    found.clears.dedup();
    Some(found)
}

fn is_uv(action: &Action) -> bool {
    let ActionKind::Run { argv, .. } = &action.kind else { return false };
    argv.first().and_then(|word| word.text()) == Some("uv")
}

/// The words of a command; those that are not known are empty.
pub(super) fn words_of(action: &Action) -> Vec<&str> {
    match &action.kind {
        ActionKind::Run { argv, .. } => argv.iter().map(|arg| arg.text().unwrap_or_default()).collect(),
        _ => Vec::new(),
    }
}

/// Whether the two say the same to the same front end.
pub(super) fn builds_like(a: &Repeat<'_>, b: &Repeat<'_>) -> bool {
    a.commands().map(|(_, words)| words).eq(b.commands().map(|(_, words)| words))
}

impl<'a> Repeat<'a> {
    /// The commands that build, with their words; those that are not known are empty.
    pub(super) fn commands(&self) -> impl Iterator<Item = (&'a Action, Vec<&'a str>)> {
        let actions = self.builds.iter().filter_map(|at| self.session.actions.get(*at));
        actions.map(|action| (action, words_of(action)))
    }

    /// Whether the action is one of those that build, or that clear the folder for them.
    pub(super) fn is_build(&self, at: usize) -> bool {
        self.builds.contains(&at) || self.clears.contains(&at)
    }

    /// Its commands that build, and those that clear the folder for them.
    pub(super) fn actions(&self) -> impl Iterator<Item = &'a Action> {
        self.clears.iter().chain(&self.builds).filter_map(|at| self.session.actions.get(*at))
    }

    /// The commands for people.
    pub(super) fn shown(&self) -> String {
        let commands: Vec<String> = self.commands().map(|(_, words)| words.join(" ")).collect();
        commands.join("; ")
    }

    /// Whether it builds and does nothing else, so that others may require it.
    pub(super) fn is_builder(&self, cx: &NoxfileCx<'_>) -> bool {
        let is_known = cx.noxfile.effects.get(self.id.0).is_some_and(|effects| effects.unknown.is_empty());
        // What it installs behind its build it does to try it.
        let last = self.builds.last().copied().unwrap_or(0);
        let is_part = |(at, action): (usize, &Action)| {
            let is_set_up = matches!(action.kind, ActionKind::Install { .. }) && !action.conditional && at < last;
            self.is_build(at) || is_set_up
        };
        // What it requires would be required by all.
        is_known && self.session.complete && self.session.requires.is_empty() && self.session.actions.iter().enumerate().all(is_part)
    }
}

/// The statements by which the session clears the output folder, to be said again.
pub(super) fn clears<'a>(cx: &NoxfileCx<'a>, repeat: &Repeat<'_>) -> Result<Vec<&'a str>, String> {
    let text = |at: &usize| {
        let action = repeat.session.actions.get(*at)?;
        let place = cx.script.call(action).filter(Place::is_statement).filter(|_| !action.conditional)?;
        let is_said = |argument: &Argument| {
            argument.stars == 0 && matches!(argument.value.kind, ExprKind::Str { .. } | ExprKind::Bool(_))
        };
        let function = place.call.function.dotted()?;
        let is_known = matches!(&*function, "shutil.rmtree" | "rmtree" | "session.run");
        let is_plain = is_known && place.call.arguments.iter().all(is_said);
        Some(place.statement_span().of(cx.script.text)).filter(|text| is_plain && !text.contains('\n'))
    };
    let texts: Option<Vec<&str>> = repeat.clears.iter().map(text).collect();
    texts.ok_or_else(|| format!("`{}` clears the output folder in a way that cannot be taken along", repeat.session.name))
}

/// The session's function, with the offset of its spans.
pub(super) fn own_function<'a>(cx: &NoxfileCx<'a>, session: &Session) -> Option<(&'a Function, u32)> {
    cx.script.module.statements.iter().find_map(|top| match &top.statement.kind {
        StmtKind::Function(function) if function.name.span.shifted(top.start) == session.function_span => {
            Some((&**function, top.start))
        }
        _ => None,
    })
}
