//! Two sessions that use one database, compose project or container.

use super::Severity;
use super::pairs::{Found, Kind, Pair};
use crate::effects::Resource;

pub(super) const KIND: Kind = Kind { id: "shared-service", look };

fn look(pair: &Pair<'_>) -> Option<Found> {
    if !pair.both(|it| matches!(it.resource, Resource::Service(_))) {
        return None;
    }
    let reason = format!("{} both use the {}", pair.who(), pair.what());
    Some(Found { severity: Severity::Fails, reason, cure: pair.cure() })
}
