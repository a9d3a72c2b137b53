//! One session reads what another one is writing.

use super::Severity;
use super::pairs::{Found, Kind, Pair};
use crate::effects::{Access, Resource, Role};

pub(super) const KIND: Kind = Kind { id: "read-while-written", look };

fn look(pair: &Pair<'_>) -> Option<Found> {
    let (reader, writer) = pair.where_one(|it| it.access == Access::Read)?;
    let is_path = matches!(reader.effect.resource, Resource::Path(_));
    if !is_path
        || !writer.effect.is_write()
        || writer.effect.role == Role::Cache
        || !reader.effect.role.takes(writer.effect.role)
    {
        return None;
    }
    let reason = format!("`{}` reads {} while `{}` writes it", reader.session, pair.what(), writer.session);
    let cure = format!("run `{}` after `{}`", reader.session, writer.session);
    Some(Found { severity: Severity::Fails, reason, cure })
}
