//! Two sessions that change one environment: the project's `.venv` (`uv sync`, `uv run`), `.tox`, `node_modules`.

use super::Severity;
use super::pairs::{Found, Kind, Pair};
use crate::effects::Role;

pub(super) const KIND: Kind = Kind { id: "shared-environment", look };

fn look(pair: &Pair<'_>) -> Option<Found> {
    if !pair.both(|it| it.role == Role::Environment) {
        return None;
    }
    let reason = format!("{} both install into {}", pair.who(), pair.what());
    Some(Found { severity: Severity::Fails, reason, cure: pair.cure() })
}
