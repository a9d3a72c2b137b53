//! C1: neither changes a file that the other touches. A formatter changes every source.

use super::{Objection, OfSessions, Sessions};
use crate::effects::Resource;

pub(super) const PRECONDITION: OfSessions = OfSessions { look };

fn look(pair: &Sessions<'_>) -> Option<Objection> {
    pair.hazards(|hazard| {
        matches!(hazard.resource, Resource::Path(_) | Resource::Sources)
            && !super::same_session::is_it(hazard)
            && !super::publishing::is_it(hazard)
    })
}
