//! The package is built once, by a session that those require which build it today.
//!
//! Some build it to install it (`installs`), some say `python -m build` (`repeats`); both at once where both can be done.
//! Neighbours: `builder` writes what is added, `built` finds a session that builds wheels already.

use std::collections::BTreeSet;

use facts::noxfile::Session;
use facts::project::Wheels;
use model::SessionId;
use syntax::python::Function;
use syntax::{Span, TextEdit};

use super::calls;
use super::changes::{self, After, Goal};
use super::scope::NoxfileCx;
use super::script::{FIRST_REQUIRES, Keywords};
use super::style;
use crate::assist::{FileEdit, OfferKind};
use crate::assists::{Assist, AssistCx, Draft, Spot};

mod builder;
mod built;
mod installs;
mod leaving;
mod package;
mod repeat;
mod repeats;
mod saved;
mod unchanged;

use builder::{Builder, Source};
use built::Built;
use installs::Installer;
use package::Package;
use repeats::{Found, Repeats};

pub(super) const ASSIST: Assist = Assist { id: "build-once", kind: OfferKind::Rewrite, at: &[Spot::Session, Spot::Noxfile], run };

fn run(cx: &AssistCx<'_>) -> Option<Draft> {
    let cx = NoxfileCx::of(cx)?;
    let (mut editable, mut installers) = (Vec::new(), Vec::new());
    if installs::is_costly(&cx) {
        (editable, installers) = installs::installers(&cx).into_iter().partition(|it| it.is_editable);
    }
    let count: usize = installers.iter().map(|it| it.session.instances.len()).sum();
    let alone = editable.iter().find(|it| cx.scope == [it.id]);
    let ids: Vec<SessionId> = if count < 2 { Vec::new() } else { installers.iter().map(|it| it.id).collect() };
    let installers = if count < 2 { &[][..] } else { &installers };
    // Who asks about one of those that install the package asks about those that build it, too, and the other way round.
    let is_installed = ids.iter().any(|id| cx.scope.contains(id));
    let mut scope = cx.scope.clone();
    scope.extend(ids.iter().filter(|_| is_installed));
    let found = repeats::find(&cx, &scope);
    let mut refused = None;
    for (installers, found) in [
        (if found.is_some() { installers } else { &[] }, found.as_ref()),
        (&[], found.as_ref()),
        (if is_installed { installers } else { &[] }, None),
    ] {
        let draft = draft(&cx, installers, found);
        if let Some(Draft { edits: Ok(_), .. }) = draft {
            return draft;
        }
        refused = draft.or(refused);
    }
    let is_other = |one: &Installer<'_>| Draft {
        title: format!("Build one wheel for {} instead of {count}", cx.names(&[one.id])),
        gain: None,
        caveat: None,
        edits: Err(format!("`{}` installs the package editable: it uses the sources where they are", cx.name(one.id))),
    };
    refused.or_else(|| alone.filter(|_| count > 0).map(is_other))
}

/// What is offered for those that install and those that build; `None`: there are none.
fn draft(cx: &NoxfileCx<'_>, installers: &[Installer<'_>], found: Option<&Found<'_>>) -> Option<Draft> {
    let ids: Vec<SessionId> = installers.iter().map(|it| it.id).collect();
    let installed: usize = installers.iter().map(|it| it.session.instances.len()).sum();
    let mut all = [&ids[..], found.map_or(&[][..], |found| &found.ids[..])].concat();
    all.sort_unstable();
    all.dedup();
    let gain = saved::gain(cx, &all, installed + found.map_or(0, |found| found.count));
    let title = match found {
        None if installers.is_empty() => return None,
        None => format!("Build one wheel for {} instead of {installed}", cx.names(&ids)),
        Some(found) => {
            let builder = found.outcome.as_ref().ok().and_then(|repeats| repeats.builder.as_ref());
            let whom = match builder {
                Some(builder) => format!(", by `{}`,", builder.session.name),
                None => format!(" for {}", cx.names(&all)),
            };
            format!("Build the package once{whom} instead of {} times", installed + found.count)
        }
    };
    let repeats = match found.map(|found| found.outcome.as_ref()) {
        Some(Err(why)) => return Some(Draft { title, gain, caveat: None, edits: Err(why.clone()) }),
        Some(Ok(repeats)) => Some(repeats),
        None => None,
    };
    let outcome = plan(cx, installers, repeats).and_then(|plan| Ok((edits(cx, &plan)?, plan)));
    Some(match outcome {
        Ok((edits, plan)) => {
            let builder = cx.noxfile.by_name.get(&plan.builder.session).copied();
            // A run of all is what is gained by, and no reason to prefer it where nobody makes one.
            let paid = gain.clone().filter(|_| saved::is_paid_in_workflows(cx, &all, builder));
            let (title, gain, caveat) = match (paid, plan.caveat) {
                (Some(all), None) => (format!("{title}: {} ({}; {PAID})", all.times(), all.basis()), None, None),
                (Some(_), Some(caveat)) => (title, gain, Some(format!("{PAID}; {caveat}"))),
                (None, caveat) => (title, gain, caveat),
            };
            Draft { title, gain, caveat, edits: Ok(edits) }
        }
        Err(why) => Draft { title, gain, caveat: None, edits: Err(why) },
    })
}

const PAID: &str = "in CI a job runs one of them, and would make an environment more";

/// Who gets what from whom.
struct Plan<'p, 'a> {
    installers: &'p [Installer<'a>],
    repeats: Option<&'p Repeats<'a>>,
    builder: Builder,
    caveat: Option<String>,
}

fn plan<'p, 'a>(
    cx: &NoxfileCx<'a>,
    installers: &'p [Installer<'a>],
    repeats: Option<&'p Repeats<'a>>,
) -> Result<Plan<'p, 'a>, String> {
    let ids: Vec<SessionId> = installers.iter().map(|it| it.id).collect();
    let source = match repeats {
        None => match built::find(cx, &ids) {
            Some(built) => Source::Session(built),
            None => Source::Wheel(backend(cx, installers)?),
        },
        Some(repeats) => source(cx, repeats, !installers.is_empty())?,
    };
    let members = repeats.iter().flat_map(|repeats| &repeats.members).map(|it| it.repeat.session);
    let sessions: Vec<&Session> = installers.iter().map(|it| it.session).chain(members).collect();
    let commands = repeats.iter().flat_map(|repeats| &repeats.members).flat_map(|it| it.repeat.commands());
    let is_archive = installers.is_empty() && commands.into_iter().all(|(_, words)| built::makes_archive(&words));
    let caveat = if is_archive { None } else { is_good_for_all(cx, &sessions, &source)? };
    let own = repeats.and_then(|repeats| repeats.caveat.as_deref());
    let caveat = match (caveat, own) {
        (Some(caveat), Some(own)) => Some(format!("{caveat} and {}", own.trim_start_matches("if "))),
        (caveat, own) => caveat.or(own.map(str::to_owned)),
    };
    let builder = Builder::of(cx, like(cx, installers), source, !installers.is_empty())?;
    Ok(Plan { installers, repeats, builder, caveat })
}

/// Who builds for those that build today, and for those that install if there are any.
fn source(cx: &NoxfileCx<'_>, repeats: &Repeats<'_>, is_installed: bool) -> Result<Source, String> {
    let one = repeats.builder.as_ref().or_else(|| repeats.members.first().map(|it| &it.repeat)).ok_or("a session is gone")?;
    let wheels = one.builds.iter().zip(&one.folders).find(|(at, _)| one.session.actions.get(**at).is_some_and(built::makes_wheel));
    let folder = match wheels {
        Some((_, folder)) => (*folder).to_owned(),
        None if is_installed => return Err(format!("`{}` builds no wheel", one.session.name)),
        None => one.folders.first().copied().unwrap_or_default().to_owned(),
    };
    Ok(match &repeats.builder {
        Some(builder) => Source::Session(Built { session: builder.id, folder }),
        None => Source::Package(Package::of(cx, &repeats.members)?, folder),
    })
}

/// Whether what is built once serves all: with what has to be so for it, or why it does not.
fn is_good_for_all(cx: &NoxfileCx<'_>, sessions: &[&Session], source: &Source) -> Result<Option<String>, String> {
    let builder = match source {
        Source::Session(built) => cx.session(built.session),
        _ => None,
    };
    let instances = sessions.iter().copied().chain(builder).flat_map(|session| session.instances.iter());
    let pythons: BTreeSet<Option<&str>> = instances.map(|instance| instance.python.as_deref()).collect();
    // Without `python=` all of them have nox's own. So has a session that builds a wheel for them; one that builds as they
    // did has theirs.
    let is_one = pythons.len() == 1 && (pythons.contains(&None) || !matches!(source, Source::Wheel(_)));
    match cx.noxfile.project.wheels {
        _ if is_one => Ok(None),
        Wheels::Any => Ok(None),
        Wheels::Unknown => Ok(Some("if no part of the package is compiled".to_owned())),
        Wheels::Compiled => Err("the package is compiled, and a wheel is good for one Python only".to_owned()),
    }
}

/// A function that installs, for the look of the new one.
fn like<'a>(cx: &NoxfileCx<'a>, installers: &[Installer<'_>]) -> Option<(&'a Function, u32)> {
    let places = installers.iter().flat_map(|it| it.actions.iter().filter_map(|action| cx.script.call(action)));
    places.into_iter().find_map(|place| Some((place.function?, place.base)))
}

/// `venv_backend=` of a session that builds a wheel for these.
fn backend(cx: &NoxfileCx<'_>, installers: &[Installer<'_>]) -> Result<Option<String>, String> {
    let mut backends = installers.iter().map(|it| it.session.venv_backend.as_deref());
    let first = backends.next().flatten();
    let is_shared = backends.all(|backend| backend == first);
    let backend = first.filter(|it| is_shared && matches!(*it, "uv" | "virtualenv" | "venv" | "uv|virtualenv"));
    let default = cx.noxfile.facts.options.default_venv_backend.as_ref().and_then(|known| known.value());
    if default.is_some_and(|default| default == "none") && backend.is_none() {
        return Err("a session that builds would have no environment: `nox.options.default_venv_backend` is none".to_owned());
    }
    Ok(backend.map(str::to_owned))
}

fn edits(cx: &NoxfileCx<'_>, plan: &Plan<'_, '_>) -> Result<Vec<FileEdit>, String> {
    let Plan { installers, repeats, builder, .. } = plan;
    let members = repeats.map_or(&[][..], |repeats| &repeats.members);
    let folder = &cx.noxfile.folder;
    let path = if folder.is_empty() { "pyproject.toml".to_owned() } else { format!("{folder}/pyproject.toml") };
    if !installers.is_empty() && cx.snapshot.file_at(&path).is_none() {
        return Err(format!("there is no {path}: nothing says how the package is built"));
    }
    calls::refuse_old_nox(cx.snapshot, cx.id, FIRST_REQUIRES, "`requires=`")?;
    let ids: BTreeSet<SessionId> =
        installers.iter().map(|it| it.id).chain(members.iter().map(|it| it.repeat.id)).collect();
    let ids: Vec<SessionId> = ids.into_iter().collect();
    refuse_calls_alone(cx, &ids)?;
    unchanged::refuse_required(cx, &ids, cx.noxfile.by_name.get(&builder.session).copied())?;
    let mut noxfile = Vec::new();
    let mut done: Vec<Span> = Vec::new();
    for installer in *installers {
        installs::refuse_own_build(installer)?;
        for action in &installer.actions {
            if !done.contains(&action.span) {
                done.push(action.span);
                noxfile.extend(installs::take_wheel(cx, installer.session, action, builder)?);
            }
        }
    }
    noxfile.extend(leaving::removals(cx, members)?);
    let sessions: Vec<&Session> = ids.iter().filter_map(|id| cx.session(*id)).collect();
    let is_new = |session: &&&Session| !session.requires.iter().any(|(name, _)| *name == builder.session);
    for session in sessions.iter().filter(is_new) {
        let keywords = Keywords { requires: vec![builder.session.clone()], ..Keywords::default() };
        noxfile.extend(cx.script.decorate(session, &keywords)?);
    }
    noxfile.extend(insertion(cx, sessions.first().ok_or("a session is gone")?, builder)?);
    noxfile.extend(builder.import.clone());
    if cx.noxfile.facts.needs_version.is_some() {
        noxfile.extend(cx.script.needs_version(FIRST_REQUIRES)?);
    }
    let edits = vec![FileEdit::new(cx.file.id, noxfile)];
    changes::verified(cx, edits, &Goal { touched: &ids, is_reached: &|after| is_reached(plan, &sessions, after) })
}

/// Whether our own reader sees the sessions take what is built, and do otherwise what they did.
fn is_reached(plan: &Plan<'_, '_>, sessions: &[&Session], after: &After<'_>) -> Result<(), String> {
    let Plan { installers, repeats, builder, .. } = plan;
    let members = repeats.map_or(&[][..], |repeats| &repeats.members);
    installers.iter().try_for_each(|it| installs::takes_wheel(it, &builder.session, after))?;
    members.iter().try_for_each(|it| leaving::leaves_it(it, &builder.session, after))?;
    for session in sessions {
        let name = &session.name;
        let before = after.before.facts.sessions.iter().find(|it| it.name == *name);
        let (Some(before), Some((_, now))) = (before, after.session(name)) else { continue };
        let member = members.iter().find(|it| it.repeat.session.name == *name);
        let meant = member.map(|member| leaving::without(member, before));
        if !meant.as_ref().unwrap_or(before).acts_like(&installs::with_tree(now, &builder.folder)) {
            return Err(format!("`{name}` would not be seen to do otherwise what it did"));
        }
    }
    Ok(())
}

/// Calls that leave out what a session requires would find nothing that is built.
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

/// What is added, in front of the first session that needs it; nothing where all is there.
fn insertion(cx: &NoxfileCx<'_>, first: &Session, builder: &Builder) -> Result<Option<TextEdit>, String> {
    let text = cx.script.text;
    if !style::indent(text, first.span.start).is_empty() {
        return Err(format!("`{}` does not stand at module level", first.name));
    }
    let at = cx.script.above_comments(first.span.start);
    let above = text.get(..at as usize).unwrap_or_default();
    let blank = above.lines().rev().take_while(|line| line.trim().is_empty()).count();
    let added = builder.text(cx, blank.clamp(1, 2));
    Ok((!added.is_empty()).then(|| TextEdit::insert(at, added)))
}
