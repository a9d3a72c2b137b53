//! Cuts a group's sessions into what stays alone in its place and what runs at the same time, in units that wait for one
//! another.

use model::SessionKind;

use super::relations::{Relation, Relations};
use super::{Group, Part, Unit};
use crate::snapshot::Snapshot;

/// Cuts the items into stretches that run at the same time and items that stay alone in their place.
/// `keeps_together`: see [`Relations::of`].
pub(super) fn cut(
    snapshot: &Snapshot,
    group: &Group<'_>,
    keeps_together: bool,
    unknown: &mut Vec<String>,
) -> Vec<Part> {
    let n = group.items.len();
    let relation = Relations::of(snapshot, group, keeps_together, unknown);
    // One that may not overlap with most of the others keeps its place: a formatter that rewrites what all read.
    let is_barrier = |at: usize| {
        let session = group.items.get(at).map_or(usize::MAX, |item| item.session.0);
        if group.noxfile.effects.get(session).is_some_and(|effects| effects.kind == SessionKind::Release) {
            return true; // publishing is never run beside anything, nor moved
        }
        let against = (0..n).filter(|other| *other != at && relation.excludes(at, *other)).count();
        n > 2 && against * 2 > n - 1
    };
    let mut parts = Vec::new();
    let mut stretch: Vec<usize> = Vec::new();
    for at in 0..=n {
        if at < n && !is_barrier(at) {
            stretch.push(at);
            continue;
        }
        let units = units(&relation, &std::mem::take(&mut stretch));
        if units.len() > 1 {
            parts.push(Part::Parallel(units));
        } else {
            parts.extend(units.into_iter().flat_map(|unit| unit.items).map(Part::Alone));
        }
        if at < n {
            parts.push(Part::Alone(at));
        }
    }
    parts
}

/// Units of one stretch: items that exclude each other share one; order becomes `after`.
fn units(relation: &Relations, stretch: &[usize]) -> Vec<Unit> {
    let mut owner: Vec<usize> = (0..stretch.len()).collect();
    let join = |owner: &mut Vec<usize>, a: usize, b: usize| {
        let (from, to) = (owner[a].max(owner[b]), owner[a].min(owner[b]));
        owner.iter_mut().filter(|o| **o == from).for_each(|o| *o = to);
    };
    for a in 0..stretch.len() {
        for b in a + 1..stretch.len() {
            if relation.excludes(stretch[a], stretch[b]) {
                join(&mut owner, a, b);
            }
        }
    }
    // A unit may not wait for one that waits for it: items of the two then run in one process, in today's order.
    // Order always points forward, so such a pair shows as order in both directions between two owners.
    loop {
        let ordered = |a: usize, b: usize| relation.between(stretch[a], stretch[b]) == Relation::Ordered;
        let edges: Vec<(usize, usize)> = (0..stretch.len())
            .flat_map(|a| (a + 1..stretch.len()).map(move |b| (a, b)))
            .filter(|(a, b)| ordered(*a, *b) && owner[*a] != owner[*b])
            .map(|(a, b)| (owner[a], owner[b]))
            .collect();
        let Some(back) = edges.iter().find(|(from, to)| reaches(&edges, *to, *from)) else {
            let mut heads: Vec<usize> = owner.clone();
            heads.sort_unstable();
            heads.dedup();
            let mut units: Vec<Unit> = Vec::new();
            for head in topological(&heads, &edges) {
                let items = (0..stretch.len()).filter(|at| owner[*at] == head.0).map(|at| stretch[at]).collect();
                let after: Vec<usize> = head.1;
                units.push(Unit { items, after });
            }
            return units;
        };
        let (a, b) = *back;
        let (from, to) = (a.max(b), a.min(b));
        owner.iter_mut().filter(|o| **o == from).for_each(|o| *o = to);
    }
}

fn reaches(edges: &[(usize, usize)], from: usize, to: usize) -> bool {
    let mut seen = vec![from];
    let mut at = 0;
    while let Some(node) = seen.get(at).copied() {
        if node == to {
            return true;
        }
        for (_, next) in edges.iter().filter(|(first, _)| *first == node) {
            if !seen.contains(next) {
                seen.push(*next);
            }
        }
        at += 1;
    }
    false
}

/// Heads in an order in which each comes after what it waits for (else in today's), with the places of those.
fn topological(heads: &[usize], edges: &[(usize, usize)]) -> Vec<(usize, Vec<usize>)> {
    let mut done: Vec<(usize, Vec<usize>)> = Vec::new();
    while done.len() < heads.len() {
        let place = |head: usize| done.iter().position(|(other, _)| *other == head);
        let ready = heads.iter().find(|head| {
            place(**head).is_none()
                && edges.iter().filter(|(_, to)| to == *head).all(|(from, _)| place(*from).is_some())
        });
        let Some(head) = ready else { break };
        let mut after: Vec<usize> =
            edges.iter().filter(|(_, to)| to == head).filter_map(|(from, _)| place(*from)).collect();
        after.sort_unstable();
        after.dedup();
        done.push((*head, after));
    }
    done
}
