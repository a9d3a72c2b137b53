//! A formatter or generator rewrites files while another session reads them: it sees half of the change, or a file that
//! is just being written.

use super::Severity;
use super::pairs::{Found, Kind, Pair};
use crate::effects::{Access, Resource};

pub(super) const KIND: Kind = Kind { id: "in-place-formatter", look };

fn look(pair: &Pair<'_>) -> Option<Found> {
    let rewrites = |it: &crate::effects::Effect| it.resource == Resource::Sources && it.access == Access::Mutate;
    let (writer, other) = pair.where_one(rewrites)?;
    let (reason, cure) = if pair.both(rewrites) {
        // One session cannot be first twice: the cure of either does not help while the other stays.
        (format!("{} both rewrite the sources in place", pair.who()), pair.cure())
    } else {
        let reason = format!(
            "`{}` rewrites the sources (`{}`) while `{}` reads them",
            writer.session, writer.effect.tool, other.session
        );
        (reason, writer.effect.cure.clone())
    };
    Some(Found { severity: Severity::Flaky, reason, cure })
}
