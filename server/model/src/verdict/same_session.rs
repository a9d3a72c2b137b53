//! C10: it is not one session twice. Two runs make one environment folder (nox 2026.10.20: 4 of 8 trials failed).

use super::{Objection, OfSessions, Sessions};
use crate::hazards::Hazard;

pub(super) const PRECONDITION: OfSessions = OfSessions { look };

fn look(pair: &Sessions<'_>) -> Option<Objection> {
    pair.hazards(is_it)
}

pub(super) fn is_it(hazard: &Hazard) -> bool {
    hazard.kind == "same-session-twice"
}
