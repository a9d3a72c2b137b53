//! How long things take: measured, imported or guessed, never a bare number.

use rustc_hash::FxHashMap;

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
    /// Our own runs: how many.
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
    /// Wall time, environment included.
    pub seconds: f64,
    /// Seconds since 1970, for order and age only.
    pub at: f64,
}

/// All samples known, per workspace.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Timings {
    /// By noxfile folder (relative to the workspace's root) and signature; oldest first.
    pub samples: FxHashMap<(String, String), Vec<Sample>>,
}

/// The estimate for a session of `kind` from its samples. `ci`: for a CI runner rather than this machine.
pub fn estimate(_samples: &[Sample], _kind: SessionKind, _ci: bool) -> Estimate {
    Estimate { seconds: 60.0, low: 20.0, high: 180.0, source: Source::Guess }
}
