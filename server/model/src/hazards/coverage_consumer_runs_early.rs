//! A coverage report or `combine` beside a session that still writes data: it counts half of it, and since coverage 7.14
//! every report takes the parts (`.coverage.*`) away as well (measured).

use super::Severity;
use super::pairs::{Found, Kind, Pair};
use crate::effects::{Access, Effect, Role};

pub(super) const KIND: Kind = Kind { id: "coverage-consumer-runs-early", look };

fn look(pair: &Pair<'_>) -> Option<Found> {
    if !pair.both(|it| it.role == Role::CoverageData) {
        return None;
    }
    let (consumer, other) = pair.where_one(|it| is_consumer(it) && !it.is_write())?;
    if is_consumer(other.effect) || !other.effect.is_write() {
        return None;
    }
    let reason = format!(
        "`{}` (`{}`) takes {} while `{}` still writes coverage data",
        consumer.session,
        consumer.effect.tool,
        pair.what(),
        other.session
    );
    let cure = format!("run `{}` after `{}`", consumer.session, other.session);
    Some(Found { severity: Severity::LosesData, reason, cure })
}

/// Whether it is a command that uses finished data.
pub(super) fn is_consumer(effect: &Effect) -> bool {
    let is_writer = effect.tool.starts_with("coverage run") || effect.tool.starts_with("pytest");
    !is_writer
        && effect.tool != "coverage erase"
        && (effect.tool.starts_with("coverage") || effect.access == Access::Read)
}
