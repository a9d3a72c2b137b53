//! Edges that are written down: `requires=` and `session.notify`.

use facts::noxfile::ActionKind;
use rustc_hash::FxHashMap;

use super::{Edge, EdgeKind, Evidence, Sources};
use crate::workspace::SessionId;

/// All declared edges, in the order of the sessions.
pub(super) fn edges(sources: &Sources<'_>) -> Vec<Edge> {
    let mut edges = Vec::new();
    for (index, session) in sources.facts.sessions.iter().enumerate() {
        let to = SessionId(index);
        // As written where there is nothing to fill in, else instance by instance.
        for (at, (written, span)) in session.requires.iter().enumerate() {
            let filled = session.instances.iter().filter_map(|instance| instance.requires.get(at).map(String::as_str));
            let names = std::iter::once(written.as_str()).chain(filled.filter(|name| name != written));
            for from in names.filter_map(|name| sources.by_name.get(name).copied()) {
                add(&mut edges, sources, (from, to), EdgeKind::Requires, *span);
            }
        }
        for action in &session.actions {
            let ActionKind::Notify { target } = &action.kind else { continue };
            if let Some(notified) = target.word().and_then(|name| sources.by_name.get(name).copied()) {
                add(&mut edges, sources, (to, notified), EdgeKind::Notify, action.span);
            }
        }
    }
    drop_needless(&mut edges);
    edges
}

/// Who queues what it requires queues nothing: that has run (nox 2026.10.20, `Manifest.notify`: "if the session … has been
/// run already, this is a no-op"), and where it has not, under `--no-dependencies`, `session.notify` raises.
fn drop_needless(edges: &mut Vec<Edge>) {
    let mut before: FxHashMap<SessionId, Vec<SessionId>> = FxHashMap::default();
    for edge in edges.iter().filter(|edge| edge.kind == EdgeKind::Requires) {
        before.entry(edge.to).or_default().push(edge.from);
    }
    let requires = |session: SessionId, wanted: SessionId| {
        let mut found = vec![session];
        let mut at = 0;
        while let Some(id) = found.get(at).copied() {
            for next in before.get(&id).into_iter().flatten() {
                if !found.contains(next) {
                    found.push(*next);
                }
            }
            at += 1;
        }
        session != wanted && found.contains(&wanted)
    };
    edges.retain(|edge| edge.kind != EdgeKind::Notify || !requires(edge.from, edge.to));
}

fn add(
    edges: &mut Vec<Edge>,
    sources: &Sources<'_>,
    (from, to): (SessionId, SessionId),
    kind: EdgeKind,
    span: syntax::Span,
) {
    if from == to || edges.iter().rev().take(64).any(|edge| (edge.from, edge.to, edge.kind) == (from, to, kind)) {
        return;
    }
    let (first, second) = (sources.name(from), sources.name(to));
    let reason = match kind {
        EdgeKind::Notify => format!("`{first}` queues `{second}` with `session.notify`"),
        _ => format!("`{second}` requires `{first}`"),
    };
    edges.push(Edge { from, to, kind, evidence: Evidence::Declared, reason, place: Some((sources.file, span)) });
}
