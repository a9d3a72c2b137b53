//! Two servers on one port: the second one does not start.

use super::Severity;
use super::pairs::{Found, Kind, Pair};
use crate::effects::Resource;

pub(super) const KIND: Kind = Kind { id: "port", look };

fn look(pair: &Pair<'_>) -> Option<Found> {
    if !pair.both(|it| matches!(it.resource, Resource::Port(_))) {
        return None;
    }
    let reason = format!("{} both listen on {}", pair.who(), pair.what());
    Some(Found { severity: Severity::Fails, reason, cure: pair.cure() })
}
