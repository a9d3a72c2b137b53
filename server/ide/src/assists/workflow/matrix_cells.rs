//! Which sessions of a group share a cell when its job becomes a matrix: a matrix cannot order its jobs, so those that need
//! one another stay together, and so do those that collide outside of their machine. Neighbour: `instances` says so of those
//! of one session.

use model::effects::Role;
use model::{Access, Effect, Hazard, NoxfileModel, SessionId, Verdict};

use super::instances;
use crate::assists::GroupCx;

/// Items of each cell, in order. What shares files of one machine may part: every cell has files of its own.
pub(super) fn cells(cx: &GroupCx<'_>) -> Vec<Vec<usize>> {
    let sessions: Vec<SessionId> = cx.group.items.iter().map(|item| item.session).collect();
    let mut owner: Vec<usize> = (0..sessions.len()).collect();
    for (b, second) in sessions.iter().enumerate() {
        for (a, first) in sessions.iter().enumerate().take(b) {
            let is_tied =
                || if first == second { instances::tie(cx, a, b).is_some() } else { is_tied(cx, *first, *second) };
            if owner[a] != owner[b] && is_tied() {
                let (from, to) = (owner[a].max(owner[b]), owner[a].min(owner[b]));
                owner.iter_mut().filter(|owner| **owner == from).for_each(|owner| *owner = to);
            }
        }
    }
    let of = |head: usize| (0..sessions.len()).filter(|at| owner[*at] == head).collect::<Vec<_>>();
    (0..sessions.len()).map(of).filter(|cell| !cell.is_empty()).collect()
}

fn is_tied(cx: &GroupCx<'_>, a: SessionId, b: SessionId) -> bool {
    let workspace = &cx.snapshot.workspace;
    let noxfile = cx.group.judged;
    // A prerequisite of both would run in both.
    let meet = || {
        let required = |id: SessionId| workspace.with_required(noxfile, &[id]);
        let (first, second) = (required(a), required(b));
        first.iter().any(|id| second.contains(id))
    };
    // What one leaves in nox's process reaches the other in the same step; another step is another process already.
    let is_ordered = || match workspace.verdict(noxfile, a, b) {
        Verdict::OneProcess(_) => share_a_step(cx, a, b),
        verdict => matches!(verdict, Verdict::MustOrder(_)),
    };
    meet() || is_ordered() || outside(cx, a, b).is_some()
}

fn share_a_step(cx: &GroupCx<'_>, a: SessionId, b: SessionId) -> bool {
    let steps = |id: SessionId| cx.group.items.iter().filter(move |item| item.session == id).map(|item| item.step);
    steps(a).any(|step| steps(b).any(|other| other == step))
}

/// What two sessions do to each other on different machines, too: a database, a forge.
pub(super) fn outside(cx: &GroupCx<'_>, a: SessionId, b: SessionId) -> Option<Hazard> {
    cx.snapshot.workspace.disturbance_outside(cx.group.judged, a, b)
}

/// What is to be said of a session that rewrites what others read: alone in its job it no longer does so for them.
pub(super) fn mutator(noxfile: &NoxfileModel, mut sessions: impl Iterator<Item = SessionId>) -> Option<String> {
    let is_rewritten = |effect: &Effect| {
        effect.access == Access::Mutate || (effect.role == Role::Lock && effect.access != Access::Read)
    };
    let rewrites = |id: &SessionId| {
        let effects = noxfile.effects.get(id.0);
        effects.is_some_and(|effects| effects.items.iter().any(is_rewritten))
    };
    let name = |id| crate::times::name(noxfile, id);
    sessions.find(rewrites).map(|id| format!("`{}` then changes only its own checkout", name(id)))
}

/// The same of a group's sessions.
pub(super) fn mutator_of(cx: &GroupCx<'_>) -> Option<String> {
    mutator(cx.group.noxfile, cx.group.items.iter().map(|item| item.session))
}
