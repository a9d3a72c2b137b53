//! C3: neither leaves variables of nox's process to the other. Under `nox -j`, and as steps or jobs, each session has a
//! process of its own.

use super::{Objection, OfSessions, Sessions};
use crate::effects::Resource;

pub(super) const PRECONDITION: OfSessions = OfSessions { look };

fn look(pair: &Sessions<'_>) -> Option<Objection> {
    let is_it = |resource: &Resource| matches!(resource, Resource::Variable(_));
    let found: Vec<_> = pair.hazards.iter().filter(|hazard| is_it(&hazard.resource)).cloned().collect();
    (!found.is_empty()).then_some(Objection::OneProcess(found))
}
