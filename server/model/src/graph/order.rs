//! The order that merely is there: what stands earlier, and what that decides.

use facts::Known;
use facts::noxfile::NoxfileFacts;
use rustc_hash::FxHashMap;

use super::{Edge, EdgeKind, Evidence, Sources};
use crate::effects::{Access, Effect, Effects, Resource, Role};
use crate::workspace::SessionId;

/// Edges that only say what today's order decides grow with the square of the sessions; past this number they say
/// nothing any more.
const MOST: usize = 1_000;

/// Where sessions stand when all run one after another.
pub(super) struct Ranks {
    /// Place in `nox.options.sessions`, which nox runs in the order that is written there.
    listed: FxHashMap<usize, usize>,
}

impl Ranks {
    /// Whether `a` runs before `b` today: by the default list if it has both, else by definition.
    pub(super) fn is_before(&self, a: SessionId, b: SessionId) -> bool {
        match (self.listed.get(&a.0), self.listed.get(&b.0)) {
            (Some(a), Some(b)) => a < b,
            _ => a < b,
        }
    }
}

pub(super) fn ranks(facts: &NoxfileFacts) -> Ranks {
    let mut listed = FxHashMap::default();
    if let Some(Known::Literal(names, _)) = &facts.options.sessions {
        let by_name: FxHashMap<&str, usize> =
            facts.sessions.iter().enumerate().map(|(at, session)| (session.name.as_str(), at)).collect();
        for (place, (name, _)) in names.iter().enumerate() {
            if let Some(session) = by_name.get(name.as_str()) {
                listed.entry(*session).or_insert(place);
            }
        }
    }
    Ranks { listed }
}

/// Adds what position decides: nothing is published before what stands above it has passed, and who reads sources sees
/// them as the formatters before it left them.
pub(super) fn add(sources: &Sources<'_>, rank: &Ranks, edges: &mut Vec<Edge>) {
    let publishers =
        with(sources.effects, |effect| effect.resource == Resource::World && effect.access != Access::Read);
    for (to, publish) in &publishers {
        for from in (0..sources.effects.len()).map(SessionId).filter(|from| rank.is_before(*from, *to)).take(MOST) {
            let reason = format!(
                "`{}` publishes; what stands before it, as `{}` does, is its gate",
                sources.name(*to),
                sources.name(from)
            );
            edges.push(edge(sources, (from, *to), EdgeKind::Gate, Evidence::Naming, reason, (*to, publish)));
        }
    }
    rewritten_locks(sources, rank, edges);
    let rewriters =
        with(sources.effects, |effect| effect.resource == Resource::Sources && effect.access == Access::Mutate);
    let readers = with(sources.effects, |effect| effect.resource == Resource::Sources);
    let mut left = MOST;
    for (from, rewrite) in &rewriters {
        for (to, _) in &readers {
            if from == to || !rank.is_before(*from, *to) {
                continue;
            }
            if left == 0 {
                return;
            }
            left -= 1;
            let (first, second) = (sources.name(*from), sources.name(*to));
            let reason = format!("`{first}` rewrites the sources before `{second}` reads them");
            edges.push(edge(sources, (*from, *to), EdgeKind::Order, Evidence::OrderOnly, reason, (*from, rewrite)));
        }
    }
}

/// Who installs from a lock file gets what the one before it has written there.
fn rewritten_locks(sources: &Sources<'_>, rank: &Ranks, edges: &mut Vec<Edge>) {
    let is_lock = |effect: &Effect| effect.role == Role::Lock;
    let writers = with(sources.effects, |effect| is_lock(effect) && effect.access != Access::Read);
    for (from, write) in &writers {
        let reads =
            |effect: &Effect| is_lock(effect) && effect.access == Access::Read && effect.resource == write.resource;
        for (to, _) in with(sources.effects, reads).into_iter().filter(|(to, _)| rank.is_before(*from, *to)).take(MOST)
        {
            let Resource::Path(file) = &write.resource else { continue };
            let (first, second) = (sources.name(*from), sources.name(to));
            let reason = format!("`{first}` rewrites `{file}` before `{second}` installs from it");
            edges.push(edge(sources, (*from, to), EdgeKind::Order, Evidence::OrderOnly, reason, (*from, write)));
        }
    }
}

fn with(effects: &[std::sync::Arc<Effects>], is_meant: impl Fn(&Effect) -> bool) -> Vec<(SessionId, &Effect)> {
    let first = |(at, effects): (usize, &'_ std::sync::Arc<Effects>)| (at, effects.items.iter().position(&is_meant));
    effects
        .iter()
        .enumerate()
        .map(first)
        .filter_map(|(at, item)| Some((SessionId(at), effects[at].items.get(item?)?)))
        .collect()
}

fn edge(
    sources: &Sources<'_>,
    (from, to): (SessionId, SessionId),
    kind: EdgeKind,
    evidence: Evidence,
    reason: String,
    (session, effect): (SessionId, &Effect),
) -> Edge {
    Edge { from, to, kind, evidence, reason, place: sources.place(session, effect) }
}
