//! Two builds of one source tree by a backend that works inside of it: setuptools makes `build/` and `*.egg-info` there
//! (measured: 2 of 12 pairs of `pip install .` failed; hatchling 0 of 12).

use super::Severity;
use super::pairs::{Found, Kind, Pair};
use crate::effects::{Role, Sharing};

pub(super) const KIND: Kind = Kind { id: "in-tree-build", look };

fn look(pair: &Pair<'_>) -> Option<Found> {
    if !pair.both(|it| it.role == Role::BuildTree && it.access != crate::effects::Access::Delete) {
        return None;
    }
    let is_locked = pair.both(|it| it.sharing != Sharing::Exclusive);
    let (severity, reason) = if is_locked {
        (Severity::Slower, format!("{} both build in {}; one waits for the other's lock", pair.who(), pair.what()))
    } else {
        (Severity::Flaky, format!("{} both build the package inside the tree, in {}", pair.who(), pair.what()))
    };
    Some(Found { severity, reason, cure: pair.cure() })
}
