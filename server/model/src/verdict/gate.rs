//! C9: neither is the gate of the other by its place: what stands before a release must have passed.

use super::{Objection, OfSessions, Sessions, order};
use crate::graph::EdgeKind;

pub(super) const PRECONDITION: OfSessions = OfSessions { look };

fn look(pair: &Sessions<'_>) -> Option<Objection> {
    let edge = order::way(pair).filter(|edge| edge.kind == EdgeKind::Gate)?;
    Some(Objection::Order(Box::new(edge.clone())))
}
