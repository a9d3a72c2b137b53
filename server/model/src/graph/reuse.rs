//! Edges after an edit that changed nothing they hang on: the same edges, shown where things stand now. Neighbour:
//! `graph`, which makes them from scratch.

use std::sync::Arc;

use facts::Known;
use facts::noxfile::{ActionKind, NoxfileFacts, Session};
use syntax::Span;

use super::{Edge, Sources};
use crate::effects::Effects;
use crate::workspace::SessionId;

/// The edges of `sources`, from those of the facts and effects before. `None`: something that makes edges has changed.
/// The caller knows that all names and instances are the same.
pub(crate) fn taken_over(
    sources: &Sources<'_>,
    (facts, effects): (&NoxfileFacts, &[Arc<Effects>]),
    edges: &[Edge],
) -> Option<Vec<Edge>> {
    let has_same_effects =
        effects.len() == sources.effects.len() && effects.iter().zip(sources.effects).all(|(a, b)| Arc::ptr_eq(a, b));
    let sessions = || facts.sessions.iter().zip(&sources.facts.sessions);
    if !has_same_effects || listed(facts) != listed(sources.facts) || !sessions().all(declare_the_same) {
        return None;
    }
    if sessions().all(|(a, b)| Arc::ptr_eq(a, b)) {
        return Some(edges.to_vec());
    }
    let place = |at: SessionId, place: Span| {
        let (old, new) = (facts.sessions.get(at.0)?, sources.facts.sessions.get(at.0)?);
        if let Some(at) = old.requires.iter().position(|(_, span)| *span == place) {
            return Some(new.requires.get(at)?.1);
        }
        let at = old.actions.iter().position(|action| action.span == place)?;
        Some(new.actions.get(at)?.span)
    };
    let moved = |edge: &Edge| {
        let place = match edge.place {
            Some((file, span)) => Some((file, place(edge.to, span).or_else(|| place(edge.from, span))?)),
            None => None,
        };
        Some(Edge { place, ..edge.clone() })
    };
    edges.iter().map(moved).collect()
}

/// `requires=` and `session.notify`, places aside. Both may name anything, also what is not there.
fn declare_the_same((a, b): (&Arc<Session>, &Arc<Session>)) -> bool {
    fn requires(session: &Session) -> impl Iterator<Item = &str> {
        session.requires.iter().map(|(name, _)| name.as_str())
    }
    fn notifies(session: &Session) -> impl Iterator<Item = (usize, Option<&str>)> {
        session.actions.iter().enumerate().filter_map(|(at, action)| match &action.kind {
            ActionKind::Notify { target } => Some((at, target.word())),
            _ => None,
        })
    }
    Arc::ptr_eq(a, b)
        || a.actions.len() == b.actions.len() && requires(a).eq(requires(b)) && notifies(a).eq(notifies(b))
}

/// The order in which sessions run by default.
fn listed(facts: &NoxfileFacts) -> Option<Vec<&str>> {
    match &facts.options.sessions {
        Some(Known::Literal(names, _)) => Some(names.iter().map(|(name, _)| name.as_str()).collect()),
        _ => None,
    }
}
