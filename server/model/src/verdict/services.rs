//! C7: no common port, database, compose project or git index.

use super::{Objection, OfSessions, Sessions};
use crate::effects::Resource;

pub(super) const PRECONDITION: OfSessions = OfSessions { look };

fn look(pair: &Sessions<'_>) -> Option<Objection> {
    pair.hazards(|hazard| {
        !matches!(hazard.resource, Resource::Path(_) | Resource::Sources) && !super::publishing::is_it(hazard)
    })
}
