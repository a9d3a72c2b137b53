//! A session that others queue by `session.notify` requires them instead: `nox -j` refuses `notify` and orders by
//! `requires=`.
//!
//! A session that does nothing but queue others requires those: what `nox -s lint` runs stays.
//! Else the edge is turned round: `nox -s tests` alone no longer queues `coverage`, `nox -s coverage` now runs `tests` first.
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
    let asked = cx.span;
    let cx = NoxfileCx::of(cx)?;
    let calls = queue_calls(&cx);
    let is_asked = |call: &&Call<'_>| cx.scope.contains(&call.by) || cx.scope.contains(&call.target);
    // The call that is pointed at, else the first.
    let pointed = calls.iter().filter(|call| call.action.span.meets(asked)).find(is_asked);
    let by = pointed.map_or_else(|| cx.scope.iter().copied().find(|id| is_collector(&cx, *id)), |call| Some(call.by));
    if let Some(by) = by.filter(|by| is_collector(&cx, *by)) {
        return collector(&cx, by);
    }
    let mut of_workers = calls.iter().filter(|call| !is_collector(&cx, call.by));
    let target = pointed.or_else(|| of_workers.find(is_asked))?.target;
    let queued = queued(calls, target);
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

/// Whether a session does nothing but queue others.
pub(crate) fn only_queues(session: &Session) -> bool {
    !session.actions.is_empty() && session.actions.iter().all(|it| matches!(it.kind, ActionKind::Notify { .. }))
}

fn is_collector(cx: &NoxfileCx<'_>, id: SessionId) -> bool {
    cx.session(id).is_some_and(only_queues)
}

/// The offer for a session that does nothing but queue others; none for one that queues what is not there.
fn collector(cx: &NoxfileCx<'_>, id: SessionId) -> Option<Draft> {
    let session = cx.session(id)?;
    let name = &session.name;
    let mut targets: Vec<&str> = Vec::new();
    for action in &session.actions {
        let ActionKind::Notify { target } = &action.kind else { return None };
        let Some(name) = target.word() else { continue };
        cx.noxfile.by_name.get(name)?;
        if !targets.contains(&name) {
            targets.push(name);
        }
    }
    let is_required = |target: &&str| session.requires.iter().any(|(own, _)| own == target);
    let new: Vec<&str> = targets.iter().filter(|target| !is_required(target)).copied().collect();
    let words = |all: &[&str]| if let [one] = all { format!("`{one}`") } else { format!("{} sessions", all.len()) };
    let title = match new.as_slice() {
        _ if session.actions.iter().any(is_open) => format!("Let `{name}` require what it notifies"),
        [] => format!("Let `{name}` no longer notify {}, which it requires", words(&targets)),
        new => format!("Let `{name}` require {} instead of notifying", words(new)),
    };
    Some(Draft { title, gain: None, caveat: None, edits: collector_edits(cx, id, &new) })
}

/// Whether nobody knows whom the call queues.
fn is_open(action: &Action) -> bool {
    matches!(&action.kind, ActionKind::Notify { target } if target.word().is_none())
}

fn collector_edits(cx: &NoxfileCx<'_>, id: SessionId, new: &[&str]) -> Result<Vec<FileEdit>, String> {
    let session = cx.session(id).ok_or("a session is gone")?;
    let mut places: Vec<Place<'_>> = Vec::new();
    for action in &session.actions {
        let place = removable(cx, session, action)?;
        if !places.iter().any(|other| std::ptr::eq(other.call, place.call)) {
            places.push(place);
        }
    }
    let mut noxfile = cx.script.remove(&places)?;
    if !new.is_empty() {
        calls::refuse_old_nox(cx.snapshot, cx.id, FIRST_REQUIRES, "`requires=`")?;
        let found = |name: &str| cx.noxfile.by_name.get(name).copied();
        if new.iter().any(|target| found(target) == Some(id)) {
            return Err(format!("`{}` queues itself", session.name));
        }
        let requires_it = |target: &&&str| found(target).is_some_and(|target| parallel::requires(cx, target, id));
        if let Some(target) = new.iter().find(requires_it) {
            return Err(format!("`{target}` requires `{}`, and nox refuses a circle", session.name));
        }
        let requires = new.iter().map(|name| (*name).to_owned()).collect();
        noxfile.extend(cx.script.decorate(session, &Keywords { requires, ..Keywords::default() })?);
        noxfile.extend(raised_version(cx)?);
    }
    let is_reached = |after: &After<'_>| {
        let (_, session) = after.session(&session.name).ok_or_else(|| unseen(&session.name))?;
        let is_there = |target: &&str| session.requires.iter().any(|(own, _)| own == target);
        if new.iter().all(is_there) && session.actions.is_empty() { Ok(()) } else { Err(unseen(&session.name)) }
    };
    let edits = vec![FileEdit::new(cx.file.id, noxfile)];
    changes::verified(cx, edits, &Goal { touched: &[id], is_reached: &is_reached })
}

/// `nox.needs_version` raised to the first nox with `requires=`, where it is there and lower.
fn raised_version(cx: &NoxfileCx<'_>) -> Result<Option<TextEdit>, String> {
    if cx.noxfile.facts.needs_version.is_some() { cx.script.needs_version(FIRST_REQUIRES) } else { Ok(None) }
}

fn unseen(name: &str) -> String {
    format!("the new `requires` of `{name}` would not be seen")
}

/// A `session.notify` that names a session.
struct Call<'a> {
    target: SessionId,
    by: SessionId,
    action: &'a Action,
}

/// All such calls, in the order of the file.
fn queue_calls<'a>(cx: &NoxfileCx<'a>) -> Vec<Call<'a>> {
    let mut calls = Vec::new();
    for (at, session) in cx.noxfile.facts.sessions.iter().enumerate() {
        for action in &session.actions {
            if let ActionKind::Notify { target } = &action.kind
                && let Some(target) = target.word().and_then(|name| cx.noxfile.by_name.get(name))
            {
                calls.push(Call { target: *target, by: SessionId(at), action });
            }
        }
    }
    calls
}

/// Who queues `target`.
fn queued(calls: Vec<Call<'_>>, target: SessionId) -> Queued<'_> {
    let mut queued = Queued { target, by: Vec::new(), calls: Vec::new() };
    for Call { by, action, .. } in calls.into_iter().filter(|call| call.target == target) {
        if !queued.by.contains(&by) {
            queued.by.push(by);
        }
        queued.calls.push((by, action));
    }
    queued
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
    let Some(name) = target.word() else { return Err(format!("`{by}` queues sessions whose names are not known")) };
    if action.conditional {
        return Err(format!("`{by}` queues `{name}` only under a condition"));
    }
    let place = cx.script.call(action).filter(|place| place.is_statement());
    let place = place.ok_or_else(|| format!("`{by}` queues `{name}` in a way that is not taken apart"))?;
    // Each turn of a loop over what is written there is an action of its own; what is under it stays with it.
    let is_alone = place.function.is_none_or(|function| std::ptr::eq(function.body.as_slice(), place.block));
    if !is_alone {
        return Err(format!("`{by}` queues `{name}` within a loop or a block, which is not taken apart"));
    }
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
                None if !link.cells.is_empty() => {
                    let by = queued.by.iter().find(|by| run(by).is_some()).map_or("", |by| cx.name(*by));
                    let target = cx.name(queued.target);
                    return Err(format!("the call in line {line} of {} runs `{by}` in some cells of a matrix, which `{target}` cannot join", file.path));
                }
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
