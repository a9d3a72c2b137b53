//! Two sessions that write one file or folder: a report, `dist/`, the built documentation.

use super::Severity;
use super::pairs::{Found, Kind, Pair};
use crate::effects::{Resource, Role, Sharing};

pub(super) const KIND: Kind = Kind { id: "shared-output", look };

fn look(pair: &Pair<'_>) -> Option<Found> {
    let is_path = |it: &crate::effects::Effect| matches!(it.resource, Resource::Path(_));
    if !pair.both(|it| it.is_write() && is_path(it)) || pair.both(|it| it.sharing != Sharing::Exclusive) {
        return None;
    }
    // What a build backend leaves beside another tool's output does not disturb it.
    if pair.where_one(|it| it.role == Role::BuildTree).is_some() {
        return None;
    }
    let what = pair.what();
    let severity = match pair.a.effect.role {
        // Wheels and pages have names of their own; a half-written folder is what hurts.
        Role::Package | Role::Docs => Severity::Flaky,
        _ => Severity::LosesData,
    };
    let outcome =
        if severity == Severity::LosesData { "the later one wins" } else { "each finds the other's work in it" };
    let reason = format!("{} both write {what}; {outcome}", pair.who());
    Some(Found { severity, reason, cure: or_own_path(pair.cure()) })
}

/// A path that is written in the noxfile can always be changed there.
pub(super) fn or_own_path(cure: String) -> String {
    if cure.is_empty() { "give each session a path of its own".to_owned() } else { cure }
}
