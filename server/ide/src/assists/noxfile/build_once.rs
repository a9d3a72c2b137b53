//! Sessions that each build the package to install it take one wheel, which a session of its own builds first.
//!
//! `session.install(".")` has the build backend work once for every session and Python. setuptools and others do that
//! inside the source tree, where two at once fail (2 of 12 pairs, measured). pip builds a wheel for it in any case, so
//! installing the same wheel changes nothing. Neighbours: `builder` writes what is added, `built` finds a session that
//! builds wheels already and gives them to all.

use std::collections::BTreeSet;

use facts::noxfile::{Action, ActionKind, Arg, Session};
use facts::project::Wheels;
use model::effects::Role;
use model::{EdgeKind, SessionId};
use syntax::python::{Argument, ExprKind};
use syntax::{Span, TextEdit};

use super::builder::Builder;
use super::built::{self, Built};
use super::calls;
use super::changes::{self, After, Goal};
use super::scope::NoxfileCx;
use super::script::{self, FIRST_REQUIRES, Keywords};
use super::style;
use super::tree::Place;
use crate::assist::{FileEdit, OfferKind};
use crate::assists::{Assist, AssistCx, Draft, Spot};

pub(super) const ASSIST: Assist = Assist { id: "build-once", kind: OfferKind::Rewrite, at: &[Spot::Session, Spot::Noxfile], run };

/// A session that installs the package from the tree.
struct Installer<'a> {
    id: SessionId,
    session: &'a Session,
    /// Those of its commands that do.
    actions: Vec<&'a Action>,
    /// With `-e`: what it imports are the sources themselves.
    is_editable: bool,
}

fn run(cx: &AssistCx<'_>) -> Option<Draft> {
    let cx = NoxfileCx::of(cx)?;
    if !is_costly(&cx) {
        return None;
    }
    let (editable, installers): (Vec<_>, Vec<_>) = installers(&cx).into_iter().partition(|it| it.is_editable);
    let builds: usize = installers.iter().map(|it| it.session.instances.len()).sum();
    let is_asked = |it: &Installer<'_>| cx.scope.contains(&it.id);
    let title = |ids: &[SessionId]| format!("Build one wheel for {} instead of {builds}", cx.names(ids));
    if let (Some(one), true) = (editable.iter().find(|it| is_asked(it)), cx.scope.len() == 1) {
        let why = format!("`{}` installs the package editable: it uses the sources where they are", cx.name(one.id));
        let draft = Draft { title: title(&[one.id]), gain: None, caveat: None, edits: Err(why) };
        return (builds > 0).then_some(draft);
    }
    if builds < 2 || !installers.iter().any(is_asked) {
        return None;
    }
    let ids: Vec<SessionId> = installers.iter().map(|it| it.id).collect();
    let built = built::find(&cx, &ids);
    let (caveat, edits) = match is_good_for_all(&cx, &installers, built.as_ref()) {
        Ok(caveat) => (caveat, edits(&cx, &installers, &ids, built)),
        Err(why) => (None, Err(why)),
    };
    Some(Draft { title: title(&ids), gain: None, caveat, edits })
}

/// Whether building is worth doing once: it is done in the tree, or something is compiled.
fn is_costly(cx: &NoxfileCx<'_>) -> bool {
    let builds_in_tree = |effect: &model::Effect| effect.role == Role::BuildTree && effect.tool == "install";
    let effects = cx.noxfile.effects.iter().flat_map(|effects| &effects.items);
    cx.noxfile.project.wheels == Wheels::Compiled || effects.into_iter().any(builds_in_tree)
}

fn installers<'a>(cx: &NoxfileCx<'a>) -> Vec<Installer<'a>> {
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

/// Whether one wheel serves all: with what has to be so for it, or why it does not.
fn is_good_for_all(
    cx: &NoxfileCx<'_>,
    installers: &[Installer<'_>],
    built: Option<&Built>,
) -> Result<Option<String>, String> {
    let builder = built.and_then(|built| cx.session(built.session));
    let sessions = installers.iter().map(|it| it.session).chain(builder);
    let instances = sessions.flat_map(|session| session.instances.iter());
    let pythons: BTreeSet<Option<&str>> = instances.map(|instance| instance.python.as_deref()).collect();
    // Without `python=` all of them, and whoever builds, have nox's own.
    let is_one = pythons.len() == 1 && pythons.contains(&None);
    match cx.noxfile.project.wheels {
        _ if is_one => Ok(None),
        Wheels::Any => Ok(None),
        Wheels::Unknown => Ok(Some("if no part of the package is compiled".to_owned())),
        Wheels::Compiled => Err("the package is compiled, and a wheel is good for one Python only".to_owned()),
    }
}

fn edits(
    cx: &NoxfileCx<'_>,
    installers: &[Installer<'_>],
    ids: &[SessionId],
    built: Option<Built>,
) -> Result<Vec<FileEdit>, String> {
    let folder = &cx.noxfile.folder;
    let path = if folder.is_empty() { "pyproject.toml".to_owned() } else { format!("{folder}/pyproject.toml") };
    cx.snapshot.file_at(&path).ok_or_else(|| format!("there is no {path}: nothing says how the package is built"))?;
    calls::refuse_old_nox(cx.snapshot, cx.id, FIRST_REQUIRES, "`requires=`")?;
    refuse_calls_alone(cx, ids)?;
    let first = installers.first().ok_or("a session is gone")?;
    let builder = builder_for(cx, installers, built)?;
    let mut noxfile = Vec::new();
    let mut done: Vec<Span> = Vec::new();
    for installer in installers {
        refuse_own_build(installer)?;
        for action in &installer.actions {
            if !done.contains(&action.span) {
                done.push(action.span);
                noxfile.extend(take_wheel(cx, installer.session, action, &builder)?);
            }
        }
        let keywords = Keywords { requires: vec![builder.session.clone()], ..Keywords::default() };
        noxfile.extend(cx.script.decorate(installer.session, &keywords)?);
    }
    noxfile.push(insertion(cx, first.session, &builder)?);
    noxfile.extend(builder.built.as_ref().and_then(|built| built.import.clone()));
    if cx.noxfile.facts.needs_version.is_some() {
        noxfile.extend(cx.script.needs_version(FIRST_REQUIRES)?);
    }
    let is_reached = |after: &After<'_>| installers.iter().try_for_each(|it| takes_wheel(it, &builder, after));
    let edits = vec![FileEdit::new(cx.file.id, noxfile)];
    changes::verified(cx, edits, &Goal { touched: ids, is_reached: &is_reached })
}

/// The session that builds, written as those are that install.
fn builder_for(
    cx: &NoxfileCx<'_>,
    installers: &[Installer<'_>],
    built: Option<Built>,
) -> Result<Builder, String> {
    let places = installers.iter().flat_map(|it| it.actions.iter().filter_map(|action| cx.script.call(action)));
    let like = places.into_iter().find_map(|place| Some((Some(place.function?), place.base)));
    let mut backends = installers.iter().map(|it| it.session.venv_backend.as_deref());
    let first = backends.next().flatten();
    let is_shared = backends.all(|backend| backend == first);
    let backend = first.filter(|it| is_shared && matches!(*it, "uv" | "virtualenv" | "venv" | "uv|virtualenv"));
    let default = cx.noxfile.facts.options.default_venv_backend.as_ref().and_then(|known| known.value());
    if default.is_some_and(|default| default == "none") && backend.is_none() && built.is_none() {
        return Err("a session that builds would have no environment: `nox.options.default_venv_backend` is none".to_owned());
    }
    Builder::of(cx, like.unwrap_or_default(), backend.map(str::to_owned), built)
}

/// Calls that leave out what a session requires would find no wheel.
fn refuse_calls_alone(cx: &NoxfileCx<'_>, ids: &[SessionId]) -> Result<(), String> {
    for workflow in &cx.snapshot.workspace.workflows {
        for (link, call) in calls::calls_of(workflow, cx.id).filter(|(_, call)| call.no_dependencies) {
            if let Some(run) = link.runs.iter().find(|run| ids.contains(&run.session)) {
                let name = cx.name(run.session);
                let line = cx.snapshot.file(workflow.file).map_or(0, |file| file.document.lines().line(call.span.start) + 1);
                return Err(format!("line {line} of {} runs `{name}` with `--no-dependencies`", workflow.label));
            }
        }
    }
    Ok(())
}

/// What may make a session's own build another one than the builder's.
fn refuse_own_build(installer: &Installer<'_>) -> Result<(), String> {
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
fn take_wheel(cx: &NoxfileCx<'_>, session: &Session, action: &Action, builder: &Builder) -> Result<Vec<TextEdit>, String> {
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

/// Function and session in front of the first session that takes the wheel.
fn insertion(cx: &NoxfileCx<'_>, first: &Session, builder: &Builder) -> Result<TextEdit, String> {
    let text = cx.script.text;
    if !style::indent(text, first.span.start).is_empty() {
        return Err(format!("`{}` does not stand at module level", first.name));
    }
    let at = cx.script.above_comments(first.span.start);
    let above = text.get(..at as usize).unwrap_or_default();
    let blank = above.lines().rev().take_while(|line| line.trim().is_empty()).count();
    Ok(TextEdit::insert(at, builder.text(cx, blank.clamp(1, 2))))
}

/// Whether our own reader sees the session take the wheel and do otherwise what it did.
fn takes_wheel(installer: &Installer<'_>, builder: &Builder, after: &After<'_>) -> Result<(), String> {
    let name = &installer.session.name;
    let unseen = || format!("`{name}` would not be seen to install the wheel");
    let (id, session) = after.session(name).ok_or_else(unseen)?;
    let (from, _) = after.session(&builder.session).ok_or_else(unseen)?;
    let joins = |kind: EdgeKind| after.noxfile.edges.iter().any(|it| (it.from, it.to, it.kind) == (from, id, kind));
    let before = after.before.facts.sessions.iter().find(|session| session.name == *name).ok_or_else(unseen)?;
    let is_same = before.acts_like(&with_tree(session, &builder.folder));
    if joins(EdgeKind::Requires) && joins(EdgeKind::Data) && is_same { Ok(()) } else { Err(unseen()) }
}

/// The session as it would be with the tree in the place of the wheel.
fn with_tree(session: &Session, folder: &str) -> Session {
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
