//! Two Sphinx builders with one folder of doctrees (`-M` shares `build/doctrees` among all builders, measured).

use super::Severity;
use super::pairs::{Found, Kind, Pair};
use crate::effects::Role;

pub(super) const KIND: Kind = Kind { id: "shared-doctrees", look };

fn look(pair: &Pair<'_>) -> Option<Found> {
    if !pair.both(|it| it.role == Role::Doctrees) {
        return None;
    }
    let reason = format!("{} both write Sphinx's doctrees in {}", pair.who(), pair.what());
    Some(Found { severity: Severity::Flaky, reason, cure: pair.cure() })
}
