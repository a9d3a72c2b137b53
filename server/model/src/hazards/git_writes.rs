//! Two sessions that change git's index or branches: the second finds `index.lock` and fails.

use super::Severity;
use super::pairs::{Found, Kind, Pair};
use crate::effects::{Access, Resource};

pub(super) const KIND: Kind = Kind { id: "git-writes", look };

fn look(pair: &Pair<'_>) -> Option<Found> {
    if !pair.both(|it| it.resource == Resource::Git && it.access != Access::Read) {
        return None;
    }
    let reason = format!("{} both change git's index; the second finds it locked", pair.who());
    Some(Found { severity: Severity::Fails, reason, cure: pair.cure() })
}
