//! A lock file that one session rewrites while another one rewrites or reads it.

use super::Severity;
use super::pairs::{Found, Kind, Pair};
use crate::effects::Role;

pub(super) const KIND: Kind = Kind { id: "shared-lock-file", look };

fn look(pair: &Pair<'_>) -> Option<Found> {
    if !pair.both(|it| it.role == Role::Lock) {
        return None;
    }
    let what = pair.what();
    if pair.both(|it| it.access != crate::effects::Access::Read) {
        let reason = format!("{} both rewrite {what}", pair.who());
        return Some(Found { severity: Severity::Fails, reason, cure: pair.cure() });
    }
    let (writer, reader) = pair.where_one(|it| it.access != crate::effects::Access::Read)?;
    let reason = format!("`{}` rewrites {what} while `{}` installs from it", writer.session, reader.session);
    Some(Found { severity: Severity::Flaky, reason, cure: pair.cure() })
}
