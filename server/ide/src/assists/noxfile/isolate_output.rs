//! Sessions that write one report, cache or scratch folder get a path each: `--junitxml=report-{session.name}.xml`.
//!
//! Only what an option names is moved, and only what nobody else reads: no session and no workflow.

use facts::noxfile::{Action, Session};
use model::effects::Role;
use model::{Access, Effect, Resource, SessionId};
use syntax::TextEdit;
use syntax::python::{Argument, Expr};

use super::changes::{self, After, Goal};
use super::own_name;
use super::scope::NoxfileCx;
use super::tree::Place;
use crate::assist::{FileEdit, OfferKind};
use crate::assists::{Assist, AssistCx, Draft, Spot};

pub(super) const ASSIST: Assist = Assist { id: "isolate-output", kind: OfferKind::Rewrite, at: &[Spot::Session, Spot::Noxfile], run };

/// A path and the sessions that write it.
struct Shared {
    path: String,
    writers: Vec<SessionId>,
}

fn run(cx: &AssistCx<'_>) -> Option<Draft> {
    let cx = NoxfileCx::of(cx)?;
    let shared = shared(&cx)?;
    let title = match shared.writers.as_slice() {
        [one] => format!("Give each instance of `{}` its own `{}`", cx.name(*one), shared.path),
        several => format!("Give {} their own `{}`", cx.names(several), shared.path),
    };
    Some(Draft { title, gain: None, caveat: None, edits: edits(&cx, &shared) })
}

/// The path that a session in question shares with another one, or its instances with each other.
fn shared(cx: &NoxfileCx<'_>) -> Option<Shared> {
    let all = || (0..cx.noxfile.effects.len()).map(SessionId);
    let writes = |id: SessionId, path: &str| touches(cx, id, path).any(is_output);
    let path = cx.scope.iter().find_map(|id| {
        let mut hazards = all()
            .filter(|other| other != id || cx.session(*id).is_some_and(|session| session.instances.len() > 1))
            .flat_map(|other| cx.snapshot.workspace.hazards_between(cx.id, *id, other));
        hazards.find_map(|hazard| match hazard.resource {
            Resource::Path(path) if hazard.severity.forbids_overlap() && writes(hazard.between.0, &path) && writes(hazard.between.1, &path) => {
                Some(path)
            }
            _ => None,
        })
    })?;
    let writers = all().filter(|id| writes(*id, &path)).collect();
    Some(Shared { path, writers })
}

/// What a session does to just this path.
fn touches<'a>(cx: &NoxfileCx<'a>, id: SessionId, path: &str) -> impl Iterator<Item = &'a Effect> {
    let effects = cx.noxfile.effects.get(id.0);
    effects
        .into_iter()
        .flat_map(|effects| &effects.items)
        .filter(move |effect| matches!(&effect.resource, Resource::Path(own) if own == path))
}

/// Writes something that can be put elsewhere without anybody asking for it.
fn is_output(effect: &Effect) -> bool {
    let is_written = matches!(effect.access, Access::Write | Access::Update);
    is_written && matches!(effect.role, Role::Report | Role::Scratch | Role::Cache | Role::Doctrees | Role::Other)
}

fn edits(cx: &NoxfileCx<'_>, shared: &Shared) -> Result<Vec<FileEdit>, String> {
    refuse_readers(cx, shared)?;
    let mut noxfile: Vec<TextEdit> = Vec::new();
    for id in &shared.writers {
        let session = cx.session(*id).ok_or("a session is gone")?;
        own_name::refuse_odd_signatures(session)?;
        let mut actions: Vec<&Action> = Vec::new();
        for effect in touches(cx, *id, &shared.path) {
            let action = session.actions.get(effect.action).ok_or("a command is gone")?;
            if !actions.iter().any(|other| other.span == action.span) {
                actions.push(action);
            }
        }
        for action in actions {
            let edit = own_path(cx, session, action, &shared.path)?;
            if !noxfile.contains(&edit) {
                noxfile.push(edit);
            }
        }
    }
    let is_reached = |after: &After<'_>| {
        let is_left = |id: &SessionId| {
            let effects = after.session(cx.name(*id)).and_then(|(id, _)| after.noxfile.effects.get(id.0));
            let is_it = |effect: &Effect| matches!(&effect.resource, Resource::Path(own) if *own == shared.path);
            effects.is_none_or(|effects| effects.items.iter().any(is_it))
        };
        if shared.writers.iter().any(is_left) { Err(format!("`{}` would still be shared", shared.path)) } else { Ok(()) }
    };
    let edits = vec![FileEdit::new(cx.file.id, noxfile)];
    changes::verified(cx, edits, &Goal { touched: &shared.writers, is_reached: &is_reached })
}

/// Who reads the path by its name would not find it any more.
fn refuse_readers(cx: &NoxfileCx<'_>, shared: &Shared) -> Result<(), String> {
    let path = shared.path.as_str();
    let all = (0..cx.noxfile.effects.len()).map(SessionId);
    if let Some(reader) = all.filter(|id| !shared.writers.contains(id)).find(|id| touches(cx, *id, path).next().is_some()) {
        return Err(format!("`{}` uses `{path}`, too", cx.name(reader)));
    }
    // A folder above it, or something in it.
    let is_around = |effect: &&Effect| {
        let Resource::Path(own) = &effect.resource else { return false };
        let inside = |inner: &str, outer: &str| inner.strip_prefix(outer).is_some_and(|rest| rest.starts_with('/'));
        effect.access == Access::Read && (inside(own, path) || inside(path, own))
    };
    for (at, effects) in cx.noxfile.effects.iter().enumerate() {
        if effects.items.iter().any(|effect| is_around(&effect)) {
            return Err(format!("`{}` reads what is around it", cx.name(SessionId(at))));
        }
    }
    let is_named = |workflow: &&std::sync::Arc<model::WorkflowModel>| {
        cx.snapshot.file(workflow.file).is_some_and(|file| file.document.text().contains(path))
    };
    match cx.snapshot.workspace.workflows.iter().find(is_named) {
        Some(workflow) => Err(format!("{} names `{path}`", workflow.label)),
        None => Ok(()),
    }
}

/// The option's value with the session's name in it.
fn own_path(cx: &NoxfileCx<'_>, session: &Session, action: &Action, path: &str) -> Result<TextEdit, String> {
    let name = &session.name;
    let place = cx.script.call(action);
    let (Some(place), Some(receiver)) = (place, place.as_ref().and_then(own_name::receiver)) else {
        return Err(format!("`{name}` does not run its command by a `session.run` that can be changed"));
    };
    if !action.directory.is_empty() {
        return Err(format!("`{name}` writes it from another folder, `{}`", action.directory));
    }
    let found = option_value(cx, &place, path);
    let (value, prefix, written) =
        found.ok_or_else(|| format!("`{path}` is not the value of an option that is written in `{name}`"))?;
    let span = value.span.shifted(place.base);
    let quote = span.of(cx.script.text).chars().next().unwrap_or('"');
    let own = own_name::of_path(written, receiver);
    Ok(TextEdit::replace(span, format!("f{quote}{prefix}{own}{quote}")))
}

/// The literal that names `path` as an option's value: `--junitxml=report.xml`, `xml:report.xml`, or the word behind an
/// option. With what stands in front of the path in it, and the path as it is written.
fn option_value<'a>(cx: &NoxfileCx<'a>, place: &Place<'a>, path: &str) -> Option<(&'a Expr, &'a str, &'a str)> {
    let words: Vec<&Argument> = place.call.arguments.iter().filter(|it| it.name.is_none()).collect();
    let mut before = "";
    for word in words {
        let Some((text, _)) = own_name::plain_string(&word.value, place.base, cx.script.text) else {
            before = "";
            continue;
        };
        let split = text.rfind(['=', ':']).map_or(0, |at| at + 1);
        let (prefix, written) = text.split_at(split);
        let is_it = written.trim_start_matches("./").trim_end_matches('/') == path;
        let is_option = prefix.starts_with('-') || before.starts_with('-');
        if word.stars == 0 && is_it && is_option {
            return Some((&word.value, prefix, written));
        }
        before = text;
    }
    None
}
