//! Sessions that install the package from the tree: each has the build backend build it. They take a wheel instead.
//!
//! setuptools and others build inside the source tree, where two at once fail (2 of 12 pairs, measured). pip builds a
//! wheel for it in any case, so installing the same wheel changes nothing.

use facts::noxfile::{Action, ActionKind, Arg, Session};
use facts::project::Wheels;
use model::effects::Role;
use model::{EdgeKind, SessionId};
use syntax::TextEdit;
use syntax::python::{Argument, ExprKind};

use super::builder::Builder;
use crate::assists::noxfile::changes::After;
use crate::assists::noxfile::scope::NoxfileCx;
use crate::assists::noxfile::script;
use crate::assists::noxfile::style;
use crate::assists::noxfile::tree::Place;

/// A session that installs the package from the tree.
pub(super) struct Installer<'a> {
    pub(super) id: SessionId,
    pub(super) session: &'a Session,
    /// Those of its commands that do.
    pub(super) actions: Vec<&'a Action>,
    /// With `-e`: what it imports are the sources themselves.
    pub(super) is_editable: bool,
}

/// Whether building is worth doing once: it is done in the tree, or something is compiled.
pub(super) fn is_costly(cx: &NoxfileCx<'_>) -> bool {
    let builds_in_tree = |effect: &model::Effect| effect.role == Role::BuildTree && effect.tool == "install";
    let effects = cx.noxfile.effects.iter().flat_map(|effects| &effects.items);
    cx.noxfile.project.wheels == Wheels::Compiled || effects.into_iter().any(builds_in_tree)
}

/// Those of the noxfile, editable ones included.
pub(super) fn installers<'a>(cx: &NoxfileCx<'a>) -> Vec<Installer<'a>> {
    let sessions = cx.noxfile.facts.sessions.iter().enumerate();
    let found = sessions.filter_map(|(at, session)| {
        let trees = |action: &&Action| !trees(action).is_empty();
        let actions: Vec<&Action> = session.actions.iter().filter(trees).collect();
        let is_editable = actions.iter().any(|action| self::trees(action).iter().any(|(_, is_editable)| *is_editable));
        (!actions.is_empty()).then_some(Installer { id: SessionId(at), session, actions, is_editable })
    });
    found.collect()
}

/// Words of a `session.install` that mean the package here: its extras, and whether it is installed editable.
fn trees(action: &Action) -> Vec<(&str, bool)> {
    let ActionKind::Install { args } = &action.kind else { return Vec::new() };
    let words: Vec<&str> = args.iter().map(|arg| arg.text().unwrap_or_default()).collect();
    let before = |at: usize| at.checked_sub(1).and_then(|at| words.get(at)).copied();
    let of = |(at, word): (usize, &&'_ str)| {
        let behind = word.strip_prefix("-e").or_else(|| word.strip_prefix("--editable="));
        let tree = extras(behind.unwrap_or(word))?;
        Some((at, tree.len(), behind.is_some() || matches!(before(at), Some("-e" | "--editable"))))
    };
    let found: Vec<(usize, usize, bool)> = words.iter().enumerate().filter_map(of).collect();
    let extras_of = |(at, len, is_editable): (usize, usize, bool)| {
        let word = args.get(at)?.text()?;
        Some((word.get(word.len() - len..)?, is_editable))
    };
    found.into_iter().filter_map(extras_of).collect()
}

/// `[test]` of `.[test]`; of `.` nothing.
fn extras(word: &str) -> Option<&str> {
    let rest = word.strip_prefix('.')?;
    (rest.is_empty() || (rest.starts_with('[') && rest.ends_with(']'))).then_some(rest)
}

/// What may make a session's own build another one than the builder's.
pub(super) fn refuse_own_build(installer: &Installer<'_>) -> Result<(), String> {
    let Installer { session, actions, .. } = installer;
    let name = &session.name;
    if session.venv_backend.as_deref() == Some("none") {
        return Err(format!("`{name}` has no environment of its own to install into"));
    }
    let last = session.actions.iter().rposition(|action| actions.iter().any(|own| own.span == action.span));
    let before = session.actions.iter().take(last.unwrap_or(0));
    for action in before {
        if let ActionKind::SetEnv { key, .. } = &action.kind {
            return Err(format!("`{name}` sets `{key}` before it installs the package, which may depend on it"));
        }
    }
    Ok(())
}

/// Options of pip that do not change what is built.
const PLAIN_OPTIONS: [&str; 22] = [
    "-c", "--constraint", "--constraints", "-r", "--requirement", "--requirements", "--group", "-U", "--upgrade", "--no-deps",
    "--pre", "-i", "--index-url", "--extra-index-url", "-f", "--find-links", "-q", "--quiet", "--silent", "-v",
    "--upgrade-strategy", "--no-cache-dir",
];

/// The wheel in the place of `.` in one `session.install`.
pub(super) fn take_wheel(cx: &NoxfileCx<'_>, session: &Session, action: &Action, builder: &Builder) -> Result<Vec<TextEdit>, String> {
    let name = &session.name;
    let unusual = || format!("`{name}` does not install the package by a `session.install` that can be changed");
    let place = cx.script.call(action).ok_or_else(unusual)?;
    let receiver = receiver(&place).ok_or_else(unusual)?;
    let line = cx.script.line(place);
    if !action.directory.is_empty() {
        return Err(format!("`{name}` installs it from another folder, `{}`", action.directory));
    }
    let ActionKind::Install { args } = &action.kind else { return Err(unusual()) };
    if args.iter().any(|arg| matches!(arg, Arg::Unknown(_))) || takes_posargs(cx, &place) {
        return Err(format!("not all that line {line} installs is known"));
    }
    let options = args.iter().filter_map(Arg::text).filter(|word| word.starts_with('-'));
    let option = |word: &str| word.split('=').next().unwrap_or(word).to_owned();
    if let Some(odd) = options.map(option).find(|option| !PLAIN_OPTIONS.contains(&option.as_str())) {
        return Err(format!("`{odd}` in line {line} may change what is built"));
    }
    if script::argument(place.call, "env").is_some() {
        return Err(format!("line {line} sets variables, which the package may depend on"));
    }
    let written = |argument: &Argument| match &argument.value.kind {
        ExprKind::Str { value, .. } if argument.name.is_none() && argument.stars == 0 => {
            let extras = extras(value)?;
            let span = argument.value.span.shifted(place.base);
            Some(TextEdit::replace(span, builder.argument(cx, receiver, extras)))
        }
        _ => None,
    };
    let edits: Vec<TextEdit> = place.call.arguments.iter().filter_map(written).collect();
    if edits.len() != trees(action).len() {
        return Err(unusual());
    }
    Ok(script::arguments(place.call, place.base).change(cx.script.text, &cx.script.style, edits))
}

/// `session` of `session.install(…)`.
fn receiver<'a>(place: &Place<'a>) -> Option<&'a str> {
    let ExprKind::Attribute(receiver, method) = &place.call.function.kind else { return None };
    let ExprKind::Name(name) = &receiver.kind else { return None };
    let is_parameter = place.function?.parameters.iter().any(|parameter| parameter.name.text == *name);
    (&*method.text == "install" && is_parameter).then_some(&**name)
}

fn takes_posargs(cx: &NoxfileCx<'_>, place: &Place<'_>) -> bool {
    let span = place.call.parentheses.shifted(place.base);
    style::has_word(&style::code(span.of(cx.script.text)), "posargs")
}

/// Whether our own reader sees the session take the wheel.
pub(super) fn takes_wheel(installer: &Installer<'_>, builder: &str, after: &After<'_>) -> Result<(), String> {
    let name = &installer.session.name;
    let unseen = || format!("`{name}` would not be seen to install the wheel");
    let (id, _) = after.session(name).ok_or_else(unseen)?;
    let (from, _) = after.session(builder).ok_or_else(unseen)?;
    let joins = |kind: EdgeKind| after.noxfile.edges.iter().any(|it| (it.from, it.to, it.kind) == (from, id, kind));
    if joins(EdgeKind::Requires) && joins(EdgeKind::Data) { Ok(()) } else { Err(unseen()) }
}

/// The session as it would be with the tree in the place of the wheel.
pub(super) fn with_tree(session: &Session, folder: &str) -> Session {
    let of_wheel = |arg: &Arg| Some(arg.text()?.strip_prefix(folder)?.strip_prefix("/*.whl")?.to_owned());
    let mut session = session.clone();
    session.actions.retain(|action| {
        let ActionKind::Install { args } = &action.kind else { return true };
        let is_renewal = args.first().and_then(Arg::text) == Some("--force-reinstall");
        !(is_renewal && args.iter().any(|arg| of_wheel(arg).is_some()))
    });
    for action in &mut session.actions {
        let ActionKind::Install { args } = &mut action.kind else { continue };
        for arg in args {
            if let Some(extras) = of_wheel(arg) {
                *arg = Arg::Word(format!(".{extras}"), arg.span());
            }
        }
    }
    session
}
