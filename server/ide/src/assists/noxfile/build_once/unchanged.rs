//! That several builds of the package make the same: nothing changes the sources or the output folder before one of them,
//! behind it, or between two.

use facts::noxfile::{ActionKind, Session};
use model::effects::Role;
use model::links::asked::Asked;
use model::{Access, Effect, Effects, Resource, SessionId};
use syntax::Span;

use super::package::{self, Command};
use super::repeat::{self, Repeat};
use crate::assists::noxfile::scope::NoxfileCx;

/// Whether what the session builds is what another one would; `Err`: why it may not be.
pub(super) fn alone(cx: &NoxfileCx<'_>, repeat: &Repeat<'_>) -> Result<(), String> {
    let Some(effects) = cx.noxfile.effects.get(repeat.id.0) else { return Ok(()) };
    same_command(cx, repeat)?;
    before(repeat, effects)?;
    behind(repeat, effects)
}

/// What has to be so for all to build the same; `Err`: why they may not.
pub(super) fn check(cx: &NoxfileCx<'_>, group: &[Repeat<'_>]) -> Result<Option<String>, String> {
    same_methods(cx, group)?;
    same_front_end(group)?;
    same_clears(cx, group)?;
    let between = between(cx, group)?;
    Ok(group.iter().find_map(|repeat| unknown_behind(cx, repeat)).or(between))
}

/// Options by which the session's own environment takes part.
const NO_ISOLATION: [&str; 3] = ["--no-isolation", "-n", "--no-build-isolation"];

/// The command says all, and building is all it does.
fn same_command(cx: &NoxfileCx<'_>, repeat: &Repeat<'_>) -> Result<(), String> {
    let name = &repeat.session.name;
    if !repeat.session.complete || !repeat.session.is_configured {
        return Err(format!("not all of `{name}` is known"));
    }
    for (action, words) in repeat.commands() {
        let line = cx.file.document.lines().line(action.span.start) + 1;
        let ActionKind::Run { env, posargs, may_fail, .. } = &action.kind else { continue };
        if posargs.is_some() || words.iter().any(|word| word.is_empty()) {
            return Err(format!("not all that line {line} runs is known"));
        }
        if action.conditional {
            return Err(format!("`{name}` builds it under a condition"));
        }
        if *may_fail {
            return Err(format!("`{name}` goes on when the build in line {line} fails"));
        }
        if !env.is_empty() {
            return Err(format!("line {line} sets variables, which the package may depend on"));
        }
    }
    if let Some(folder) = repeat.folders.iter().find(|folder| matches!(**folder, "." | "..")) {
        return Err(format!("`{name}` builds into `{folder}`, among the sources"));
    }
    Ok(())
}

/// Why the package may depend on what the session has installed.
pub(super) fn own_environment(cx: &NoxfileCx<'_>, repeat: &Repeat<'_>) -> Option<String> {
    let name = &repeat.session.name;
    let is_bare = |word: &&&str| NO_ISOLATION.contains(*word) && (**word != "-n" || repeat.front_end == "build");
    repeat.commands().find_map(|(action, words)| {
        let bare = words.iter().find(is_bare).copied();
        let bare = bare.or_else(|| repeat::NOT_ISOLATED.contains(&repeat.tool).then_some("setup.py"))?;
        let line = cx.file.document.lines().line(action.span.start) + 1;
        Some(format!("`{bare}` in line {line} builds with what `{name}` has installed"))
    })
}

/// Nothing that a session does before its build changes what is built.
fn before(repeat: &Repeat<'_>, effects: &Effects) -> Result<(), String> {
    let Repeat { session, builds, folders, .. } = repeat;
    let name = &session.name;
    let last = builds.last().copied().unwrap_or(0);
    for action in session.actions.iter().take(last) {
        if let ActionKind::SetEnv { key, .. } = &action.kind {
            return Err(format!("`{name}` sets `{key}` before it builds the package, which may depend on it"));
        }
    }
    if let Some(unknown) = effects.unknown.iter().find(|unknown| unknown.action < last) {
        return Err(format!("what `{}` does before `{name}` builds the package is not known", unknown.what));
    }
    for effect in effects.items.iter().filter(|effect| effect.action < last && !repeat.is_build(effect.action)) {
        match &effect.resource {
            Resource::Path(path) if folders.iter().any(|folder| model::effects::meet(path, folder)) => {
                let does = if effect.access == Access::Delete { "removes" } else { "uses" };
                return Err(format!("`{name}` {does} `{path}` before it builds the package"));
            }
            Resource::Path(path) if effect.access != Access::Read && !is_aside(effect) => {
                return Err(format!("`{name}` changes `{path}` before it builds the package, which may go into it"));
            }
            _ => {}
        }
    }
    Ok(())
}

/// What no backend puts into a package.
fn is_aside(effect: &Effect) -> bool {
    matches!(
        effect.role,
        Role::Cache | Role::BuildTree | Role::Environment | Role::CoverageData | Role::Scratch | Role::Doctrees
    )
}

/// What a session does behind its build leaves the output folder and the sources to the next one as they are.
fn behind(repeat: &Repeat<'_>, effects: &Effects) -> Result<(), String> {
    let Repeat { session, folders, .. } = repeat;
    let name = &session.name;
    if let Some(what) = effects.items.iter().filter(|it| !repeat.is_build(it.action)).find_map(|it| changed(it, folders)) {
        return Err(format!("`{name}` changes {what}, which another build would not find as it is now"));
    }
    Ok(())
}

/// What nobody knows of what the session does behind its build.
fn unknown_behind(cx: &NoxfileCx<'_>, repeat: &Repeat<'_>) -> Option<String> {
    let first = repeat.builds.first().copied().unwrap_or(0);
    let unknown = cx.noxfile.effects.get(repeat.id.0)?.unknown.iter().find(|unknown| unknown.action > first)?;
    Some(format!("`{}` leaves {} as it is", unknown.what, shown(&repeat.folders)))
}

/// What the effect changes of what is built or built from: the sources, git's tags, the output folder.
fn changed(effect: &Effect, folders: &[&str]) -> Option<String> {
    if effect.access == Access::Read {
        return None;
    }
    match &effect.resource {
        Resource::Path(path) if folders.iter().any(|folder| model::effects::meet(path, folder)) => Some(format!("`{path}`")),
        Resource::Sources => Some("the sources".to_owned()),
        // Versions are made of tags (setuptools-scm, hatch-vcs).
        Resource::Git => Some("what git knows".to_owned()),
        _ => None,
    }
}

/// No session that runs between two that build changes what they build from or into.
fn between(cx: &NoxfileCx<'_>, group: &[Repeat<'_>]) -> Result<Option<String>, String> {
    let folders: Vec<&str> = group.iter().flat_map(|it| it.folders.iter().copied()).collect();
    let is_one = |id: &SessionId| group.iter().any(|it| it.id == *id);
    let mut caveat = None;
    for run in runs(cx) {
        let (Some(first), Some(last)) = (run.iter().position(is_one), run.iter().rposition(is_one)) else { continue };
        for id in run.iter().take(last).skip(first).filter(|id| !is_one(id)) {
            let Some((session, effects)) = cx.session(*id).zip(cx.noxfile.effects.get(id.0)) else { continue };
            let Session { name, .. } = session;
            if let Some(what) = effects.items.iter().find_map(|effect| changed(effect, &folders)) {
                return Err(format!("`{name}`, which runs between two that build the package, changes {what}"));
            }
            let unknown = effects.unknown.first();
            caveat = caveat.or(unknown.map(|it| format!("`{}` in `{name}` changes nothing of the package", it.what)));
        }
    }
    Ok(caveat)
}

/// What a session has made before it builds by those that it requires, `builder` would build without.
pub(super) fn refuse_required(cx: &NoxfileCx<'_>, ids: &[SessionId], builder: Option<SessionId>) -> Result<(), String> {
    for id in ids {
        let required = cx.snapshot.workspace.with_required(cx.id, &[*id]);
        for other in required.into_iter().filter(|other| other != id && Some(*other) != builder) {
            let Some(effects) = cx.noxfile.effects.get(other.0) else { continue };
            let makes = |effect: &Effect| {
                let is_place = matches!(effect.resource, Resource::Path(_) | Resource::Sources | Resource::Git);
                // Reports and pages are made for whoever reads them.
                let is_made_for_others = matches!(effect.role, Role::Report | Role::Docs | Role::Package);
                is_place && effect.access != Access::Read && !is_aside(effect) && !is_made_for_others
            };
            if effects.items.iter().any(makes) || !effects.unknown.is_empty() {
                let (name, other) = (cx.name(*id), cx.name(other));
                return Err(format!("`{name}` requires `{other}`, which may make what goes into the package"));
            }
        }
    }
    Ok(())
}

/// Sessions in the order in which they run on one machine: by a bare `nox`, and in every job.
fn runs(cx: &NoxfileCx<'_>) -> Vec<Vec<SessionId>> {
    let bare = cx.snapshot.workspace.select(cx.id, &Asked::default()).entries;
    let mut all: Vec<Vec<SessionId>> = vec![bare.into_iter().map(|(id, _)| id).collect()];
    for workflow in &cx.snapshot.workspace.workflows {
        for job in 0..workflow.facts.jobs.len() {
            let links = workflow.links.iter().filter(|link| link.noxfile == Some(cx.id) && link.site.job == job);
            all.push(links.flat_map(|link| link.runs.iter().map(|run| run.session)).collect());
        }
    }
    all
}

/// `session.run_install` builds under `nox --install-only`, too, `session.run` does not.
fn same_methods(cx: &NoxfileCx<'_>, group: &[Repeat<'_>]) -> Result<(), String> {
    let mut first: Option<(&str, String)> = None;
    for repeat in group {
        for Command { method, .. } in package::commands(cx, repeat)? {
            let (name, before) = first.get_or_insert_with(|| (&repeat.session.name, method.clone()));
            if *before != method {
                return Err(format!("`{name}` builds by `session.{before}`, `{}` by `session.{method}`", repeat.session.name));
            }
        }
    }
    Ok(())
}

/// The front end is the same: what is installed for it, in every session.
fn same_front_end(group: &[Repeat<'_>]) -> Result<(), String> {
    let mut installed = group.iter().map(|it| (it, front_end(it)));
    let Some((one, first)) = installed.next() else { return Ok(()) };
    match installed.find(|(_, words)| *words != first) {
        None => Ok(()),
        Some((other, words)) => {
            let says = |words: &[&str]| if words.is_empty() { "nothing".to_owned() } else { format!("`{}`", words.join(" ")) };
            let (first, then) = (says(&first), says(&words));
            Err(format!("to build it `{}` installs {first}, `{}` {then}", one.session.name, other.session.name))
        }
    }
}

/// The output folder is cleared before each build, or before none.
fn same_clears(cx: &NoxfileCx<'_>, group: &[Repeat<'_>]) -> Result<(), String> {
    let Some((first, others)) = group.split_first() else { return Ok(()) };
    let places = |it: &Repeat<'_>| -> Vec<Span> {
        it.clears.iter().filter_map(|at| it.session.actions.get(*at)).map(|action| action.span).collect()
    };
    // By the same call, or by none at all.
    let others: Vec<&Repeat<'_>> = others.iter().filter(|other| places(other) != places(first)).collect();
    for other in others {
        if first.clears.is_empty() || other.clears.is_empty() || repeat::clears(cx, first)? != repeat::clears(cx, other)? {
            let (one, other) = if other.clears.is_empty() { (first, other) } else { (other, first) };
            let (name, other) = (&one.session.name, &other.session.name);
            return Err(format!("`{name}` clears up before it builds, `{other}` does not do so in the same way"));
        }
    }
    Ok(())
}

/// The words by which the session installs its front end: `build==1.2`, `build[uv]`.
pub(super) fn front_end<'a>(repeat: &Repeat<'a>) -> Vec<&'a str> {
    let last = repeat.builds.last().copied().unwrap_or(0);
    let mut words = Vec::new();
    for action in repeat.session.actions.iter().take(last) {
        let ActionKind::Install { args } = &action.kind else { continue };
        words.extend(args.iter().filter_map(|arg| arg.text()).filter(|word| is_front_end(repeat, word)));
    }
    words
}

/// The project that a requirement names: `build` of `build[uv]>=1`.
pub(super) fn project(word: &str) -> &str {
    let is_part = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
    word.split(|c| !is_part(c)).next().unwrap_or_default()
}

/// Whether a requirement is the session's front end, or a part of it.
pub(super) fn is_front_end(repeat: &Repeat<'_>, word: &str) -> bool {
    let name = project(word);
    // Plugins of these stand beside them in the environment: `poetry-dynamic-versioning`.
    let is_plugin = |front_end: &str| {
        matches!(front_end, "poetry" | "pdm") && name.strip_prefix(front_end).is_some_and(|rest| rest.starts_with('-'))
    };
    !repeat.front_end.is_empty() && (name.eq_ignore_ascii_case(repeat.front_end) || is_plugin(repeat.front_end))
}

fn shown(folders: &[&str]) -> String {
    let quoted: Vec<String> = folders.iter().map(|folder| format!("`{folder}`")).collect();
    quoted.join(" and ")
}
