//! One number with its spread from the samples of a class.

use super::class::{Query, class};
use super::{DRIFTED, Estimate, KEPT, Sample, Source, making, prior};

/// Samples that the median is of.
const RECENT: usize = 10;
/// How much the last [`DRIFTED`] must differ from those before to count alone.
const DRIFT: f64 = 0.3;

/// The estimate of what `query` asks for from the samples of one signature: of the class in question where it has any,
/// else of the nearest, else the kind's usual time.
pub fn estimate(samples: &[Sample], query: &Query<'_>) -> Estimate {
    let class = class(samples, query);
    let making = if class.is_cold { making(query.backend) } else { 0.0 };
    let usual = prior(query.kind) + making;
    let made = if class.lacks_making { making } else { 0.0 };
    let seconds: Vec<f64> = newest(&class.seconds, KEPT).iter().map(|seconds| seconds + made).collect();
    if seconds.is_empty() {
        return Estimate { seconds: usual, low: usual / 3.0, high: usual * 3.0, source: Source::Guess };
    }
    let source = if class.is_ci { Source::Imported(seconds.len()) } else { Source::Measured(seconds.len()) };
    // What was measured where it is asked for is believed at once: one run of 10 s here is no reason to say 58 s, and a
    // forecast from one run of the seed project is right within a tenth (docs/benchmarks.md).
    let (seconds, low, high) = summary(&seconds, class.is_elsewhere.then_some(usual));
    Estimate { seconds, low, high, source }
}

/// The estimate of an instance that has never run from those of its siblings: their median, with all of their spread and
/// what is taken of something that nobody has measured. `None`: none of them has run either.
pub(super) fn of_siblings(known: &[Estimate]) -> Option<Estimate> {
    let all: Vec<f64> = known.iter().map(|one| one.seconds).collect();
    let source = known.iter().map(|one| one.source).reduce(Source::with)?.of_others();
    let seconds = median(&all);
    let low = known.iter().map(|one| one.low).fold(seconds * (-UNKNOWN).exp(), f64::min);
    let high = known.iter().map(|one| one.high).fold(seconds * UNKNOWN.exp(), f64::max);
    Some(Estimate { seconds, low, high, source })
}

/// Deviation of the logarithm of what nobody has measured.
const UNKNOWN: f64 = 0.5;

/// Median, 20th and 80th percentile that are expected of the next run. `seconds`: at least one, oldest first. `usual`:
/// what one or two of them are drawn towards, if that is to be.
fn summary(seconds: &[f64], usual: Option<f64>) -> (f64, f64, f64) {
    let mut window = &seconds[seconds.len().saturating_sub(RECENT)..];
    let (before, newest) = seconds.split_at(seconds.len().saturating_sub(DRIFTED));
    // Fewer than three runs before show nothing that could have changed.
    if before.len() >= 3 {
        let old = median(&before[before.len().saturating_sub(RECENT)..]);
        if (median(newest) - old).abs() > DRIFT * old {
            window = newest;
        }
    }
    let measured = median(window);
    if window.len() >= DRIFTED {
        return (measured, percentile(window, 0.2), percentile(window, 0.8));
    }
    let n = window.len() as f64;
    let shrunk = match usual {
        Some(usual) if window.len() < 3 => toward(measured, usual, n / (n + 3.0)),
        _ => measured,
    };
    // From 0.5 without data to 0.25 with five samples, wider if they are spread wider themselves.
    let deviation = (UNKNOWN - 0.05 * n).max(log_deviation(window));
    (shrunk, shrunk * (-deviation).exp(), shrunk * deviation.exp())
}

/// Between `prior` (weight 0) and `measured` (weight 1), in log space: 10 s and 1000 s meet at 100 s.
fn toward(measured: f64, prior: f64, weight: f64) -> f64 {
    // No session is over in less than this; it keeps a measured 0 from pulling everything to 0.
    let measured = measured.max(0.05);
    (weight * measured.ln() + (1.0 - weight) * prior.ln()).exp()
}

/// The deviation of the logarithms that their median absolute deviation stands for, were they normal.
fn log_deviation(seconds: &[f64]) -> f64 {
    let logs: Vec<f64> = seconds.iter().map(|seconds| seconds.max(0.05).ln()).collect();
    let middle = median(&logs);
    let distances: Vec<f64> = logs.iter().map(|log| (log - middle).abs()).collect();
    1.4826 * median(&distances)
}

fn newest(seconds: &[f64], count: usize) -> &[f64] {
    &seconds[seconds.len().saturating_sub(count)..]
}

pub(super) fn median(values: &[f64]) -> f64 {
    percentile(values, 0.5)
}

/// Between the two nearest ranks, in proportion.
fn percentile(values: &[f64], share: f64) -> f64 {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    let Some(last) = sorted.len().checked_sub(1) else { return 0.0 };
    let place = share * last as f64;
    let below = place.floor() as usize;
    let above = (below + 1).min(last);
    sorted[below] + (sorted[above] - sorted[below]) * (place - below as f64)
}
