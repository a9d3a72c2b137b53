//! Two users of one cache. Most survive it; some only get slower; a few do not.

use super::Severity;
use super::pairs::{Found, Kind, Pair};
use crate::effects::{Role, Sharing};

pub(super) const KIND: Kind = Kind { id: "shared-cache", look };

fn look(pair: &Pair<'_>) -> Option<Found> {
    if !pair.both(|it| it.role == Role::Cache) || pair.both(|it| it.sharing == Sharing::Safe) {
        return None;
    }
    let what = pair.what();
    let (severity, reason) = if pair.both(|it| it.sharing == Sharing::Exclusive) {
        (Severity::Flaky, format!("{} both write {what}, which takes one at a time", pair.who()))
    } else {
        (Severity::Slower, format!("{} share {what}; one may waste what the other cached", pair.who()))
    };
    Some(Found { severity, reason, cure: pair.cure() })
}
