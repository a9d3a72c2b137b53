//! C8: neither publishes. What has been uploaded cannot be taken back when the other one fails.

use super::{Objection, OfSessions, Sessions};
use crate::hazards::Hazard;

pub(super) const PRECONDITION: OfSessions = OfSessions { look };

fn look(pair: &Sessions<'_>) -> Option<Objection> {
    pair.hazards(is_it)
}

pub(super) fn is_it(hazard: &Hazard) -> bool {
    hazard.kind == "publishes"
}
