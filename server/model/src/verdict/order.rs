//! C2: neither needs the other, directly or over others: `requires`, `session.notify`, data.

use super::{Objection, OfSessions, Sessions};
use crate::graph::{self, Edge, EdgeKind};

pub(super) const PRECONDITION: OfSessions = OfSessions { look };

fn look(pair: &Sessions<'_>) -> Option<Objection> {
    let edge = way(pair).filter(|edge| edge.kind != EdgeKind::Gate)?;
    Some(Objection::Order(Box::new(edge.clone())))
}

/// The first edge of the way from one to the other.
pub(super) fn way<'a>(pair: &Sessions<'a>) -> Option<&'a Edge> {
    let edges = &pair.model.edges;
    let both = || graph::way(edges, pair.a, pair.b).or_else(|| graph::way(edges, pair.b, pair.a));
    if pair.a == pair.b { None } else { both() }
}
