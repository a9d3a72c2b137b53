//! Edges from variables that outlive a session: who reads one comes after those before it that change it.

use super::order::Ranks;
use super::{Edge, EdgeKind, Evidence, Sources};
use crate::effects::{Access, Effect, Resource};
use crate::workspace::SessionId;

/// Adds the edges that variables make.
pub(super) fn add(sources: &Sources<'_>, rank: &Ranks, edges: &mut Vec<Edge>) {
    let (readers, writers) = (touches(sources, Access::Read), touches(sources, Access::Write));
    for (to, read) in &readers {
        for (from, write) in &writers {
            if from == to || read.resource != write.resource || !rank.is_before(*from, *to) {
                continue;
            }
            let Resource::Variable(name) = &read.resource else { continue };
            let reason =
                format!("`{}` reads the variable `{name}`, which `{}` changes", sources.name(*to), sources.name(*from));
            let place = sources.place(*to, read);
            let evidence = Evidence::ExactPath;
            edges.push(Edge { from: *from, to: *to, kind: EdgeKind::Variable, evidence, reason, place });
        }
    }
}

fn touches<'a>(sources: &Sources<'a>, access: Access) -> Vec<(SessionId, &'a Effect)> {
    let is_it = |effect: &&Effect| matches!(effect.resource, Resource::Variable(_)) && effect.access == access;
    let sessions = sources.effects.iter().enumerate();
    sessions.flat_map(|(at, effects)| effects.items.iter().filter(is_it).map(move |it| (SessionId(at), it))).collect()
}
