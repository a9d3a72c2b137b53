//! Two sessions that write one coverage data file: the later one wins (measured: the data of one was lost in 8 of 8
//! trials, exit statuses all 0).

use super::Severity;
use super::coverage_consumer_runs_early::is_consumer;
use super::pairs::{Found, Kind, Pair};
use crate::effects::{Access, Role, Sharing};

pub(super) const KIND: Kind = Kind { id: "shared-coverage-data", look };

fn look(pair: &Pair<'_>) -> Option<Found> {
    if !pair.both(|it| it.role == Role::CoverageData) || pair.both(|it| it.sharing != Sharing::Exclusive) {
        return None;
    }
    let what = pair.what();
    if pair.both(is_consumer) {
        let reason = format!("{} both combine {what}, and the first takes it away", pair.who());
        return Some(Found { severity: Severity::Flaky, reason, cure: "make all reports in one session".to_owned() });
    }
    // What a reader loses is for `coverage_consumer_runs_early`; two that delete lose nothing by that.
    if !pair.both(|it| it.access != Access::Read) || pair.both(|it| it.access == Access::Delete) {
        return None;
    }
    let reason = match pair.where_one(|it| it.access == Access::Delete) {
        Some((remover, other)) if remover.effect.tool.starts_with("pytest") => format!(
            "`{}` (pytest-cov) combines and deletes {what}, which is also that of `{}`",
            remover.session, other.session
        ),
        Some((remover, other)) => {
            format!("`{}` deletes {what}, which `{}` writes", remover.session, other.session)
        }
        None => format!("{} both write {what}; the later one wins and the other's data is lost", pair.who()),
    };
    Some(Found { severity: Severity::LosesData, reason, cure: pair.cure() })
}
