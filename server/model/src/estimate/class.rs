//! Which samples are of the kind that is asked for. Runners, environments and what makes these come in classes that must
//! not be mixed: a sample's class is its place (this machine, or the label of a runner), whether its environment had to be
//! made, what made it, and whether it ran beside others. Where the class has no sample the nearest that has some is taken.

use super::{KEPT, Sample, Where};
use crate::effects::SessionKind;

/// What is asked for.
#[derive(Clone, Copy, Debug)]
pub struct Query<'a> {
    /// What the session does.
    pub kind: SessionKind,
    /// What makes its environment, if the noxfile says.
    pub backend: Option<&'a str>,
    /// Where it is to run.
    pub place: Place<'a>,
}

/// Where a session is to run.
#[derive(Clone, Copy, Debug)]
pub enum Place<'a> {
    /// On this machine; whether nox makes its environment anew each time. What the last runs were says more.
    Here {
        /// As far as the noxfile says.
        is_remade: bool,
    },
    /// On a runner.
    Runner {
        /// Its label, if it is known.
        label: Option<&'a str>,
        /// Nothing has left an environment there.
        is_cold: bool,
    },
}

/// The samples that count for a query.
pub(super) struct Class {
    /// Oldest first.
    pub(super) seconds: Vec<f64>,
    /// They are of runners.
    pub(super) is_ci: bool,
    /// They are of runners and the query is of this machine, or the other way round.
    pub(super) is_elsewhere: bool,
    /// An environment has to be made.
    pub(super) is_cold: bool,
    /// And was there in all of them.
    pub(super) lacks_making: bool,
}

/// The times of the samples that count for `query`, seconds, oldest first; all of them, not the newest alone.
pub fn seconds_of(samples: &[Sample], query: &Query<'_>) -> Vec<f64> {
    class(samples, query).seconds
}

/// The class of `samples` that `query` asks for, or the nearest.
pub(super) fn class(samples: &[Sample], query: &Query<'_>) -> Class {
    let mut left: Vec<&Sample> =
        samples.iter().filter(|sample| sample.seconds.is_finite() && sample.seconds >= 0.0).collect();
    left.sort_by(|a, b| a.at.total_cmp(&b.at));
    let is_ci = of_place(&mut left, &query.place);
    let backend = query.backend.filter(|backend| !backend.contains('|')).map(str::to_owned);
    let backend = backend.or_else(|| most_frequent(newest(&left, 3).iter().filter_map(|it| it.backend.clone())));
    if let Some(wanted) = backend {
        keep(&mut left, |sample| sample.backend.as_ref().is_none_or(|backend| *backend == wanted));
    }
    let is_cold = wanted_cold(&left, query);
    keep(&mut left, |sample| sample.cold == is_cold);
    // A session that had the machine for itself says little of one among others.
    if let Some(is_beside) = most_frequent(newest(&left, 3).iter().map(|sample| sample.lanes > 1)) {
        keep(&mut left, |sample| (sample.lanes > 1) == is_beside);
    }
    let is_elsewhere = is_ci != matches!(query.place, Place::Runner { .. });
    let lacks_making = is_cold && left.first().is_none_or(|sample| !sample.cold);
    Class { seconds: left.iter().map(|sample| sample.seconds).collect(), is_ci, is_elsewhere, is_cold, lacks_making }
}

/// Keeps the samples of the place, or of the nearest; whether these are of runners.
fn of_place(left: &mut Vec<&Sample>, place: &Place<'_>) -> bool {
    let is_ci = |sample: &&Sample| sample.place != Where::Local;
    let prefers_ci = match place {
        Place::Here { .. } => left.iter().all(is_ci),
        Place::Runner { .. } => left.iter().any(is_ci),
    };
    left.retain(|sample| is_ci(sample) == prefers_ci);
    let own = match place {
        Place::Runner { label: Some(label), .. } => Some(Where::Ci((*label).to_owned())),
        _ => None,
    };
    let own = own.filter(|own| left.iter().any(|sample| sample.place == *own));
    let usual = || most_frequent(newest(left, KEPT).iter().map(|sample| &sample.place)).cloned();
    if let Some(place) = own.or_else(usual) {
        left.retain(|sample| sample.place == place);
    }
    prefers_ci
}

/// Whether the environment has to be made: a runner has none but what a cache has restored; here it is as it mostly was
/// in the last three runs.
fn wanted_cold(left: &[&Sample], query: &Query<'_>) -> bool {
    if query.backend == Some("none") {
        return false;
    }
    match query.place {
        Place::Runner { is_cold, .. } => is_cold,
        Place::Here { is_remade } => {
            let here = newest(left, 3).iter().filter(|sample| sample.place == Where::Local);
            most_frequent(here.map(|sample| sample.cold)).unwrap_or(is_remade)
        }
    }
}

/// Keeps those that are meant, if there are any.
fn keep(left: &mut Vec<&Sample>, is_meant: impl Fn(&Sample) -> bool) {
    if left.iter().any(|sample| is_meant(sample)) {
        left.retain(|sample| is_meant(sample));
    }
}

fn newest<'s, 'a>(samples: &'s [&'a Sample], count: usize) -> &'s [&'a Sample] {
    &samples[samples.len().saturating_sub(count)..]
}

/// The value that comes most often; of several, the one that came last.
fn most_frequent<T: PartialEq>(values: impl Iterator<Item = T>) -> Option<T> {
    let mut counts: Vec<(T, usize)> = Vec::new();
    for value in values {
        let count = match counts.iter().position(|(seen, _)| *seen == value) {
            Some(place) => counts.remove(place).1,
            None => 0,
        };
        counts.push((value, count + 1));
    }
    // The one seen last stands last, and `max_by_key` keeps the last of equals.
    counts.into_iter().max_by_key(|(_, count)| *count).map(|(value, _)| value)
}
