//! The order in which `nox -j` starts sessions, and the one that is done sooner.

use model::{EdgeKind, SessionId};

use super::parallel;
use super::scope::NoxfileCx;
use crate::assists::{Gain, Machines};
use crate::times::{self, SessionTimes};

/// A gain below this share is within what estimates are good for.
const LEAST_GAIN: f64 = 0.02;

/// The order of `listed` in which the longest way to the end comes first, with what it saves under `nox -j lanes`; `None`:
/// nothing to speak of.
pub(super) fn better(cx: &NoxfileCx<'_>, listed: &[SessionId], lanes: usize) -> Option<(Vec<SessionId>, Gain)> {
    let order = sorted(cx, listed);
    if order == listed {
        return None;
    }
    let makespan = |order: &[SessionId]| {
        let sessions = cx.snapshot.workspace.with_required(cx.id, order);
        parallel::makespan(cx, &parallel::plan(cx, &sessions, &|id| parallel::is_allowed(cx, id)), &sessions, lanes)
    };
    let (now, after) = (makespan(listed), makespan(&order));
    let is_worth_it = after.seconds <= now.seconds * (1.0 - LEAST_GAIN);
    is_worth_it.then_some((order, Gain { now, after, on: Machines::One { cores: lanes } }))
}

/// The listed sessions, the longest way to the end first, each behind those that it stands behind for a reason.
fn sorted(cx: &NoxfileCx<'_>, listed: &[SessionId]) -> Vec<SessionId> {
    let times = SessionTimes::of(cx.noxfile, listed.to_vec(), |id| times::total_seconds(cx.noxfile, id));
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
