//! Publishing: what stands before it is its gate, what stands behind it relies on it.

use super::Severity;
use super::pairs::{Found, Kind, Pair};
use crate::effects::{Access, Resource};

pub(super) const KIND: Kind = Kind { id: "publishes", look };

fn look(pair: &Pair<'_>) -> Option<Found> {
    let (publisher, other) = pair.where_one(|it| it.resource == Resource::World && it.access != Access::Read)?;
    let reason = format!(
        "`{}` publishes with `{}`; it must not run while `{}` may still fail",
        publisher.session, publisher.effect.tool, other.session
    );
    Some(Found { severity: Severity::Fails, reason, cure: String::new() })
}
