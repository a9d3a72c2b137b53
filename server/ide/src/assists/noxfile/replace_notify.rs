//! A session that others queue by `session.notify` requires them instead: `nox -j` refuses `notify` and orders by
//! `requires=`.
//!
//! A session that does nothing but queue others requires those: what `nox -s lint` runs stays. Else the edge is turned
//! round: `nox -s tests` alone no longer queues `coverage`, `nox -s coverage` now runs `tests` first.
//! What a bare `nox` and the workflows run stays: the session joins their lists where it must.

use facts::noxfile::{Action, ActionKind, Session};
use model::{EdgeKind, SessionId};
use syntax::TextEdit;

use super::calls;
use super::changes::{self, After, Goal};
use super::parallel;
use super::scope::NoxfileCx;
use super::script::{FIRST_REQUIRES, Keywords};
use super::tree::Place;
use crate::assist::{FileEdit, OfferKind};
use crate::assists::{Assist, AssistCx, Draft, Spot};
use crate::times;

pub(super) const ASSIST: Assist = Assist { id: "replace-notify", kind: OfferKind::Rewrite, at: &[Spot::Session, Spot::Noxfile], run };

/// A session with those that queue it.
struct Queued<'a> {
    target: SessionId,
    by: Vec<SessionId>,
    /// The calls, each once although several sessions may share one by a helper.
    calls: Vec<(SessionId, &'a Action)>,
}

pub(crate) fn run(cx: &AssistCx<'_>) -> Option<Draft> {
    let cx = NoxfileCx::of(cx)?;
    if let Some(draft) = cx.scope.iter().find_map(|id| collector(&cx, *id)) {
        return Some(draft);
    }
    let queued = queued(&cx)?;
    let (target, by) = (cx.name(queued.target), cx.names(&queued.by));
    let first = queued.by.first().map_or("", |id| cx.name(*id));
    let consent = format!("`nox -s {first}` alone no longer runs `{target}`");
    let edits = edits(&cx, &queued).map(|mut edits| {
        for edit in edits.iter_mut().filter(|edit| edit.file == cx.file.id) {
            edit.confirm = Some(format!("{consent}; `nox -s {target}` runs {by} first"));
        }
        edits
    });
    Some(Draft { title: format!("Let `{target}` require {by} instead of being notified"), gain: None, caveat: Some(consent), edits })
}

/// The offer for a session that does nothing but queue others.
fn collector(cx: &NoxfileCx<'_>, id: SessionId) -> Option<Draft> {
    let session = cx.session(id)?;
    let mut targets: Vec<&str> = Vec::new();
    for action in &session.actions {
        let ActionKind::Notify { target } = &action.kind else { return None };
        targets.push(target.word().filter(|name| cx.noxfile.by_name.contains_key(*name))?);
    }
    let edits = || {
        calls::refuse_old_nox(cx.snapshot, cx.id, FIRST_REQUIRES, "`requires=`")?;
        let places = session.actions.iter().map(|action| removable(cx, session, action));
        let mut noxfile = cx.script.remove(&places.collect::<Result<Vec<_>, _>>()?)?;
        let requires = targets.iter().map(|name| (*name).to_owned()).collect();
        noxfile.extend(cx.script.decorate(session, &Keywords { requires, ..Keywords::default() })?);
        noxfile.extend(raised_version(cx)?);
        let is_reached = |after: &After<'_>| {
            let all = after.session(&session.name).map(|(_, session)| &session.requires);
            let names = |name: &&&str| all.is_some_and(|all| all.iter().any(|(own, _)| own == **name));
            if targets.iter().filter(names).count() == targets.len() { Ok(()) } else { Err(unseen(&session.name)) }
        };
        let edits = vec![FileEdit::new(cx.file.id, noxfile)];
        changes::verified(cx, edits, &Goal { touched: &[id], is_reached: &is_reached })
    };
    let what = if let [one] = targets.as_slice() { format!("`{one}`") } else { format!("{} sessions", targets.len()) };
    let title = format!("Let `{}` require {what} instead of notifying", session.name);
    (!targets.is_empty()).then(|| Draft { title, gain: None, caveat: None, edits: edits() })
}

/// `nox.needs_version` raised to the first nox with `requires=`, where it is there and lower.
fn raised_version(cx: &NoxfileCx<'_>) -> Result<Option<TextEdit>, String> {
    if cx.noxfile.facts.needs_version.is_some() { cx.script.needs_version(FIRST_REQUIRES) } else { Ok(None) }
}

fn unseen(name: &str) -> String {
    format!("the new `requires` of `{name}` would not be seen")
}

/// What a session in question queues, or who queues it.
fn queued<'a>(cx: &NoxfileCx<'a>) -> Option<Queued<'a>> {
    let mut calls: Vec<(SessionId, SessionId, &'a Action)> = Vec::new();
    for at in 0..cx.noxfile.facts.sessions.len() {
        let id = SessionId(at);
        for action in &cx.session(id)?.actions {
            if let ActionKind::Notify { target } = &action.kind
                && let Some(target) = target.word().and_then(|name| cx.noxfile.by_name.get(name))
            {
                calls.push((*target, id, action));
            }
        }
    }
    let (target, ..) = *calls.iter().find(|(target, by, _)| cx.scope.contains(by) || cx.scope.contains(target))?;
    let mut queued = Queued { target, by: Vec::new(), calls: Vec::new() };
    for (_, by, action) in calls.into_iter().filter(|(other, ..)| *other == target) {
        if !queued.by.contains(&by) {
            queued.by.push(by);
        }
        queued.calls.push((by, action));
    }
    Some(queued)
}

fn edits(cx: &NoxfileCx<'_>, queued: &Queued<'_>) -> Result<Vec<FileEdit>, String> {
    let target = cx.session(queued.target).ok_or("a session is gone")?;
    calls::refuse_old_nox(cx.snapshot, cx.id, FIRST_REQUIRES, "`requires=`")?;
    let mut places: Vec<Place<'_>> = Vec::new();
    for (by, action) in &queued.calls {
        let session = cx.session(*by).ok_or("a session is gone")?;
        if parallel::requires(cx, *by, queued.target) {
            return Err(format!("`{}` requires `{}` itself", session.name, target.name));
        }
        let place = last_call(cx, session, action, target)?;
        if !places.iter().any(|other| std::ptr::eq(other.call, place.call)) {
            places.push(place);
        }
    }
    let mut noxfile = cx.script.remove(&places)?;
    let new = queued.by.iter().filter(|by| !parallel::requires(cx, queued.target, **by));
    let mut keywords = Keywords { requires: new.map(|by| cx.name(*by).to_owned()).collect(), ..Keywords::default() };
    let defaults = times::defaults(cx.noxfile);
    if queued.by.iter().any(|by| defaults.contains(by)) && !defaults.contains(&queued.target) {
        match cx.script.add_default_session(&target.name) {
            Some(added) => noxfile.extend(added),
            None if cx.noxfile.facts.options.sessions.is_some() => {
                return Err("`nox.options.sessions` is not a list that can be added to".to_owned());
            }
            None => keywords.is_default_again = true,
        }
    }
    noxfile.extend(cx.script.decorate(target, &keywords)?);
    noxfile.extend(raised_version(cx)?);
    let mut edits = vec![FileEdit::new(cx.file.id, noxfile)];
    edits.extend(join_calls(cx, queued)?);
    let touched: Vec<SessionId> = queued.by.iter().copied().chain([queued.target]).collect();
    let is_reached = |after: &After<'_>| is_turned(cx, queued, after);
    changes::verified(cx, edits, &Goal { touched: &touched, is_reached: &is_reached })
}

/// A call that can be taken away: a statement of its own that is always reached and hands nothing over.
fn removable<'a>(cx: &NoxfileCx<'a>, session: &Session, action: &Action) -> Result<Place<'a>, String> {
    let by = &session.name;
    let ActionKind::Notify { target } = &action.kind else { return Err("a call is gone".to_owned()) };
    let name = target.word().unwrap_or("a session");
    if action.conditional {
        return Err(format!("`{by}` queues `{name}` only under a condition"));
    }
    let place = cx.script.call(action).filter(|place| place.is_statement());
    let place = place.ok_or_else(|| format!("`{by}` queues `{name}` in a way that is not taken apart"))?;
    if place.call.arguments.len() == 1 { Ok(place) } else { Err(format!("`{by}` hands arguments over to `{name}`")) }
}

/// A call that can be taken away, and that `requires=` of `target` takes the place of.
fn last_call<'a>(
    cx: &NoxfileCx<'a>,
    session: &Session,
    action: &Action,
    target: &Session,
) -> Result<Place<'a>, String> {
    let (by, name) = (&session.name, &target.name);
    let place = removable(cx, session, action)?;
    if !matches!(&action.kind, ActionKind::Notify { target } if target.word() == Some(name)) {
        return Err(format!("`{by}` queues one instance of `{name}`"));
    }
    let acts = |action: &&Action| {
        matches!(action.kind, ActionKind::Run { .. } | ActionKind::Install { .. } | ActionKind::Opaque { .. })
    };
    let behind = session.actions.iter().skip_while(|other| other.span != action.span).skip(1);
    if behind.into_iter().any(|other| acts(&other)) {
        return Err(format!("`{by}` does more after it queued `{name}`, and `{name}` would now wait for that"));
    }
    Ok(place)
}

/// Calls that name a session which queued the target now name the target, too.
fn join_calls(cx: &NoxfileCx<'_>, queued: &Queued<'_>) -> Result<Vec<FileEdit>, String> {
    let mut out = Vec::new();
    for workflow in &cx.snapshot.workspace.workflows {
        let file = cx.snapshot.file(workflow.file).ok_or("a workflow is gone")?;
        let mut edits = Vec::new();
        for (link, call) in calls::calls_of(workflow, cx.id) {
            let run = |id: &SessionId| link.runs.iter().find(|run| run.session == *id);
            let is_whole = |id: &SessionId| {
                let all = cx.session(*id).map_or(0, |session| session.instances.len());
                run(id).is_some_and(|run| run.instances.len() == all) && link.cells.is_empty()
            };
            if run(&queued.target).is_some() || !queued.by.iter().any(|by| run(by).is_some()) {
                continue;
            }
            let line = file.document.lines().line(call.span.start) + 1;
            let names = call.selection.sessions.as_ref().filter(|_| call.selection.tags.is_none() && call.selection.keywords.is_none());
            let last = names.and_then(|names| names.last()).filter(|_| queued.by.iter().all(is_whole) && !call.no_dependencies);
            match last {
                Some(last) => edits.push(TextEdit::insert(last.span.end, format!(" {}", cx.name(queued.target)))),
                // A bare `nox` is taken care of by the defaults.
                None if names.is_none() && call.selection == facts::shell::Selection::default() => {}
                None => return Err(format!("the call in line {line} of {} runs only a part of what would be required", file.path)),
            }
        }
        if !edits.is_empty() {
            out.push(FileEdit::new(workflow.file, edits));
        }
    }
    Ok(out)
}

/// The target requires all that queued it, and nobody queues it any more.
fn is_turned(cx: &NoxfileCx<'_>, queued: &Queued<'_>, after: &After<'_>) -> Result<(), String> {
    let find = |id: SessionId| after.session(cx.name(id)).map(|(id, _)| id).ok_or("a session would be gone");
    let target = find(queued.target)?;
    for by in &queued.by {
        let by = find(*by)?;
        let has = |kind: EdgeKind| after.noxfile.edges.iter().any(|it| (it.from, it.to, it.kind) == (by, target, kind));
        if !has(EdgeKind::Requires) || has(EdgeKind::Notify) {
            return Err(unseen(cx.name(queued.target)));
        }
    }
    Ok(())
}
