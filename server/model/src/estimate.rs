//! How long things take: measured, imported or guessed, never a bare number.
//!
//! Neighbours: `estimate/class.rs` picks the samples that are of the kind asked for, `estimate/point.rs` makes a number of
//! them, `estimate/times.rs` holds those of a noxfile's sessions, `estimate/trend.rs` says whether they change.

mod class;
mod point;
#[cfg(test)]
mod tests;
mod times;
mod trend;

use rustc_hash::FxHashMap;

pub use class::{Place, Query, seconds_of};
pub use point::estimate;
pub use times::Times;
pub use trend::{Trend, trend};

use crate::effects::SessionKind;

/// A duration with its spread and where it is from. Seconds.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Estimate {
    /// Median.
    pub seconds: f64,
    /// 20th percentile.
    pub low: f64,
    /// 80th percentile.
    pub high: f64,
    /// Where it is from.
    pub source: Source,
}

/// Where an estimate is from, best first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Source {
    /// Our own runs: how many; 0: not all of it, the rest is taken from the like.
    Measured(usize),
    /// A CI's records: how many.
    Imported(usize),
    /// The kind's usual time.
    Guess,
}

/// Where a sample was taken.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Where {
    /// On this machine.
    Local,
    /// On a CI runner with this label.
    Ci(String),
}

/// One finished, successful session.
#[derive(Clone, Debug, PartialEq)]
pub struct Sample {
    /// Full signature.
    pub signature: String,
    /// Where.
    pub place: Where,
    /// The virtual environment had to be made.
    pub cold: bool,
    /// What made it, as nox calls it (`uv`, `virtualenv`, `none`); `None`: not known.
    pub backend: Option<String>,
    /// Sessions that could run at once in that run: beside others a session takes longer. 0 counts as 1.
    pub lanes: usize,
    /// Wall time, environment included.
    pub seconds: f64,
    /// Seconds since 1970, for order and age only.
    pub at: f64,
}

/// All samples known, per workspace.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Timings {
    /// By noxfile folder (relative to the workspace's root), then by signature.
    samples: FxHashMap<String, FxHashMap<String, Vec<Sample>>>,
}

impl Timings {
    /// One more of a noxfile in `folder`.
    pub fn add(&mut self, folder: &str, sample: Sample) {
        let of_folder = self.samples.entry(folder.to_owned()).or_default();
        of_folder.entry(sample.signature.clone()).or_default().push(sample);
    }

    /// What is known of a signature.
    pub fn of(&self, folder: &str, signature: &str) -> Option<&[Sample]> {
        self.samples.get(folder)?.get(signature).map(Vec::as_slice)
    }

    /// The labels of the runners that samples of a folder's noxfile were taken on.
    pub(crate) fn labels(&self, folder: &str) -> Vec<&str> {
        let all = self.samples.get(folder).into_iter().flat_map(FxHashMap::values).flatten();
        let mut labels: Vec<&str> = all
            .filter_map(|sample| match &sample.place {
                Where::Ci(label) => Some(label.as_str()),
                Where::Local => None,
            })
            .collect();
        labels.sort_unstable();
        labels.dedup();
        labels
    }

    /// Whether nothing is known of the noxfile in `folder`.
    pub(crate) fn is_empty(&self, folder: &str) -> bool {
        self.samples.get(folder).is_none_or(FxHashMap::is_empty)
    }
}

impl Estimate {
    /// So many times as long.
    #[must_use]
    pub fn times(&self, factor: f64) -> Self {
        let Self { seconds, low, high, source } = *self;
        Self { seconds: seconds * factor, low: low * factor, high: high * factor, source }
    }

    /// One after the other, as sure as the less sure of the two. Guesses err together, so their spreads add up; what was
    /// measured varies by itself, so much of it evens out (the root of the squares' sum).
    #[must_use]
    pub fn then(&self, next: &Self) -> Self {
        let seconds = self.seconds + next.seconds;
        let both = |pick: fn(&Self) -> f64| {
            let (a, b) = (pick(self) - self.seconds, pick(next) - next.seconds);
            match (self.source, next.source) {
                (Source::Guess, Source::Guess) => a + b,
                _ => a.hypot(b) * if a + b < 0.0 { -1.0 } else { 1.0 },
            }
        };
        Self {
            seconds,
            low: seconds + both(|it| it.low),
            high: seconds + both(|it| it.high),
            source: self.source.with(next.source),
        }
    }
}

impl Source {
    /// What is made of two is as sure as the less sure of them.
    #[must_use]
    pub fn with(self, other: Self) -> Self {
        match (self, other) {
            (Self::Measured(n), Self::Measured(m)) => Self::Measured(n.min(m)),
            (Self::Imported(n), Self::Imported(m)) => Self::Imported(n.min(m)),
            (a, b) => a.max(b),
        }
    }

    /// The same where it was others that were timed.
    fn of_others(self) -> Self {
        match self {
            Self::Measured(_) => Self::Measured(0),
            Self::Imported(_) => Self::Imported(0),
            Self::Guess => Self::Guess,
        }
    }
}

/// The share of a time made of `parts` that is guessed, 0 to 1; of nothing at all everything is.
pub fn guessed_share<'a>(parts: impl IntoIterator<Item = &'a Estimate>) -> f64 {
    let (mut guessed, mut all) = (0.0, 0.0);
    for part in parts {
        all += part.seconds;
        guessed += if part.source == Source::Guess { part.seconds } else { 0.0 };
    }
    if all > 0.0 { guessed / all } else { 1.0 }
}

/// Samples of one class that count.
const KEPT: usize = 20;
/// Samples that show a change of late.
const DRIFTED: usize = 5;

/// What making the virtual environment adds to a session's usual time, seconds: pip 15, uv 3, nothing where there is none.
/// Where nobody says, nox takes virtualenv and pip (nox 2026.10.20).
pub fn making(backend: Option<&str>) -> f64 {
    match backend {
        Some("none") => 0.0,
        // Of `uv|virtualenv` nox takes the first that is there.
        Some(backend) if backend.split('|').next() == Some("uv") => 3.0,
        _ => 15.0,
    }
}

/// The usual time of a session of `kind` in an environment that is there, seconds, on a CI runner with four cores: an order of magnitude for the first
/// look, off by a factor of three either way.
pub fn prior(kind: SessionKind) -> f64 {
    match kind {
        SessionKind::Format => 5.0,
        SessionKind::DeadCode => 8.0,
        SessionKind::Lint | SessionKind::Lock | SessionKind::Coverage => 10.0,
        SessionKind::Security => 20.0,
        SessionKind::Typecheck | SessionKind::Build => 30.0,
        SessionKind::Docs | SessionKind::Release | SessionKind::Serve | SessionKind::Other => 60.0,
        SessionKind::Test => 90.0,
        SessionKind::Bench => 150.0,
        SessionKind::IntegrationTest => 240.0,
    }
}
