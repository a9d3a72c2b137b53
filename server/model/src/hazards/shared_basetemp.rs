//! Two pytest runs with one `--basetemp`: each wipes it at its start, under the other's feet.

use super::Severity;
use super::pairs::{Found, Kind, Pair};
use crate::effects::Role;

pub(super) const KIND: Kind = Kind { id: "shared-basetemp", look };

fn look(pair: &Pair<'_>) -> Option<Found> {
    if !pair.both(|it| it.role == Role::Scratch) {
        return None;
    }
    let reason = format!("{} both use {} as `--basetemp`; each wipes it when it starts", pair.who(), pair.what());
    Some(Found { severity: Severity::Fails, reason, cure: pair.cure() })
}
