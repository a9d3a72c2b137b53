//! One session removes what another one writes or reads (`shutil.rmtree("dist")`).

use super::Severity;
use super::pairs::{Found, Kind, Pair};
use crate::effects::{Access, Role};

pub(super) const KIND: Kind = Kind { id: "deletes-what-others-use", look };

fn look(pair: &Pair<'_>) -> Option<Found> {
    let (remover, other) = pair.where_one(|it| it.access == Access::Delete)?;
    // pytest-cov's own `combine` is told of as such where it takes another one's data.
    if remover.effect.role == Role::CoverageData && remover.effect.tool.starts_with("pytest") {
        return None;
    }
    if !other.effect.role.takes(remover.effect.role) {
        return None;
    }
    let what = pair.what();
    if pair.both(|it| it.access == Access::Delete) {
        // Two that remove the same: the second finds nothing.
        return None;
    }
    let verb = if other.effect.access == Access::Read { "reads" } else { "writes" };
    let severity = if other.effect.role == Role::Cache { Severity::Slower } else { Severity::Fails };
    let reason = format!("`{}` deletes {what} while `{}` {verb} it", remover.session, other.session);
    Some(Found { severity, reason, cure: pair.cure() })
}
