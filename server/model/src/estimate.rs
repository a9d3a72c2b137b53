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
    /// By noxfile folder (relative to the workspace's root) and signature; oldest first.
    pub samples: FxHashMap<(String, String), Vec<Sample>>,
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
}

/// The estimate for a session of `kind` from its samples. `ci`: for a CI runner rather than this machine; samples of the
/// other place are used when there is none of this one, and the kind's usual time when there is none at all.
pub fn estimate(samples: &[Sample], kind: SessionKind, ci: bool) -> Estimate {
    let usual = prior(kind);
    let mut usable: Vec<&Sample> =
        samples.iter().filter(|sample| sample.seconds.is_finite() && sample.seconds >= 0.0).collect();
    usable.sort_by(|a, b| a.at.total_cmp(&b.at));
    let is_ci = |sample: &&&Sample| matches!(sample.place, Where::Ci(_));
    let prefers_ci = if ci { usable.iter().any(|s| is_ci(&s)) } else { usable.iter().all(|s| is_ci(&s)) };
    usable.retain(|sample| is_ci(&sample) == prefers_ci);
    // Runners and virtual environments come in classes that must not be mixed: the label of most of the last runs, and
    // of its last three runs whichever of cold and warm is more frequent.
    let last = |usable: &[&Sample], count: usize| usable.len().saturating_sub(count);
    if let Some(place) = most_frequent(usable[last(&usable, KEPT)..].iter().map(|sample| &sample.place)).cloned() {
        usable.retain(|sample| sample.place == place);
    }
    if let Some(cold) = most_frequent(usable[last(&usable, 3)..].iter().map(|sample| sample.cold)) {
        usable.retain(|sample| sample.cold == cold);
    }
    // A session that had the machine for itself says little of one among others.
    if let Some(is_beside) = most_frequent(usable[last(&usable, 3)..].iter().map(|sample| sample.lanes > 1)) {
        usable.retain(|sample| (sample.lanes > 1) == is_beside);
    }
    let seconds: Vec<f64> = usable[last(&usable, KEPT)..].iter().map(|sample| sample.seconds).collect();
    if seconds.is_empty() {
        return Estimate { seconds: usual, low: usual / 3.0, high: usual * 3.0, source: Source::Guess };
    }
    let source = if prefers_ci { Source::Imported(seconds.len()) } else { Source::Measured(seconds.len()) };
    // What was measured in the place in question is believed at once: one run of 10 s here is no reason to say 50 s.
    // Samples of the other place are drawn towards the usual time while they are few.
    let usual = (prefers_ci != ci).then_some(usual);
    let (median, low, high) = summary(&seconds, usual);
    Estimate { seconds: median, low, high, source }
}

/// Whether what was measured has become slower or faster of late.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Trend {
    /// Median of the runs before, seconds.
    pub before: f64,
    /// Median of the last runs.
    pub now: f64,
    /// How many the last ones are.
    pub runs: usize,
}

/// The trend of `seconds`, of one class and oldest first; `None`: there is none that could not be chance. Told is a change of
/// at least a tenth (and half a second) between the last five runs and the up to twenty before them, when a rank test
/// of the two (Mann and Whitney 1947) leaves less than one case in a hundred to chance, and an exponentially weighted
/// average (α = 0.3), which looks at the newest most, goes the same way.
pub fn trend(seconds: &[f64]) -> Option<Trend> {
    let (before, last) = seconds.split_at_checked(seconds.len().checked_sub(DRIFTED)?)?;
    let before = &before[before.len().saturating_sub(KEPT)..];
    if before.len() < DRIFTED {
        return None;
    }
    let (old, new) = (median(before), median(last));
    let is_large = (new - old).abs() > (0.1 * old).max(0.5);
    let average = seconds.iter().copied().reduce(|average, next| 0.7 * average + 0.3 * next)?;
    let is_same_way = (average - old) * (new - old) > 0.0;
    (is_large && is_same_way && is_other(before, last)).then_some(Trend { before: old, now: new, runs: last.len() })
}

/// Whether two samples are of different size, by the rank-sum's normal approximation at 1 %, ties counted half.
fn is_other(a: &[f64], b: &[f64]) -> bool {
    let (n, m) = (a.len() as f64, b.len() as f64);
    let wins: f64 = b
        .iter()
        .flat_map(|new| a.iter().map(move |old| new.total_cmp(old)))
        .map(|order| match order {
            std::cmp::Ordering::Greater => 1.0,
            std::cmp::Ordering::Equal => 0.5,
            std::cmp::Ordering::Less => 0.0,
        })
        .sum();
    let deviation = (n * m * (n + m + 1.0) / 12.0).sqrt();
    ((wins - n * m / 2.0) / deviation).abs() > 2.576
}

/// The usual time of a session of `kind`, seconds, on a CI runner with four cores: an order of magnitude for the first
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

/// Samples of one class that count.
const KEPT: usize = 20;
/// Samples that the median is of.
const RECENT: usize = 10;
/// Samples that show a change, once they differ by [`DRIFT`] from those before.
const DRIFTED: usize = 5;
/// How much they must differ.
const DRIFT: f64 = 0.3;

/// Median, 20th and 80th percentile that are expected of the next run. `seconds`: at least one, oldest first. `usual`: what
/// one or two of them are drawn towards.
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
    let deviation = (0.5 - 0.05 * n).max(log_deviation(window));
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

fn median(values: &[f64]) -> f64 {
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

#[cfg(test)]
mod tests {
    use expect_test::{Expect, expect};

    use super::*;

    #[test]
    fn nothing_known_is_the_kinds_usual_time() {
        check(SessionKind::Test, false, &[], expect!["90.0 s (30.0 to 270.0), Guess"]);
        check(SessionKind::Coverage, true, &[], expect!["10.0 s (3.3 to 30.0), Guess"]);
    }

    #[test]
    fn a_measurement_in_the_same_place_is_believed() {
        check(SessionKind::Test, false, &[local(10.0)], expect!["10.0 s (6.4 to 15.7), Measured(1)"]);
    }

    #[test]
    fn one_or_two_samples_of_another_place_are_drawn_towards_the_usual_time() {
        check(SessionKind::Test, true, &[local(10.0)], expect!["52.0 s (33.1 to 81.5), Measured(1)"]);
        check(SessionKind::Test, true, &[local(10.0), local(10.0)], expect!["37.4 s (25.1 to 55.8), Measured(2)"]);
        check(SessionKind::Test, true, &[local(0.0)], expect!["13.8 s (8.8 to 21.7), Measured(1)"]);
    }

    #[test]
    fn three_samples_stand_for_themselves() {
        check(SessionKind::Test, false, &locals(&[10.0, 12.0, 11.0]), expect!["11.0 s (7.8 to 15.6), Measured(3)"]);
    }

    #[test]
    fn an_outlier_does_not_move_it() {
        let samples = locals(&[10.0, 10.5, 11.0, 90.0, 10.2, 10.8]);
        check(SessionKind::Test, false, &samples, expect!["10.7 s (10.2 to 11.0), Measured(6)"]);
    }

    #[test]
    fn only_the_last_ten_count_for_the_median() {
        let samples = locals(&[[20.0; 10], [22.0; 10]].concat());
        check(SessionKind::Test, false, &samples, expect!["22.0 s (22.0 to 22.0), Measured(20)"]);
    }

    #[test]
    fn after_a_change_only_what_came_since_counts() {
        let samples = locals(&[60.0, 60.0, 60.0, 60.0, 60.0, 30.0, 30.0, 31.0, 30.0, 32.0]);
        check(SessionKind::Test, false, &samples, expect!["30.0 s (30.0 to 31.2), Measured(10)"]);
    }

    #[test]
    fn each_machine_uses_its_own_samples_first() {
        let samples =
            [local(10.0), local(10.0), local(10.0), ci("ubuntu", 30.0), ci("ubuntu", 30.0), ci("ubuntu", 30.0)];
        check(SessionKind::Test, false, &samples, expect!["10.0 s (7.0 to 14.2), Measured(3)"]);
        check(SessionKind::Test, true, &samples, expect!["30.0 s (21.1 to 42.6), Imported(3)"]);
        check(SessionKind::Test, true, &samples[..3], expect!["10.0 s (7.0 to 14.2), Measured(3)"]);
        check(SessionKind::Test, false, &samples[3..], expect!["30.0 s (21.1 to 42.6), Imported(3)"]);
    }

    #[test]
    fn runners_of_different_kinds_are_not_mixed() {
        let samples =
            [ci("windows", 90.0), ci("ubuntu", 30.0), ci("ubuntu", 30.0), ci("ubuntu", 30.0), ci("windows", 92.0)];
        check(SessionKind::Test, true, &samples, expect!["30.0 s (21.1 to 42.6), Imported(3)"]);
    }

    #[test]
    fn a_warm_environment_is_expected_once_it_is_usual() {
        let mut samples = locals(&[40.0, 41.0, 40.0, 5.0, 5.0, 5.0]);
        for sample in &mut samples[..3] {
            sample.cold = true;
        }
        check(SessionKind::Lint, false, &samples, expect!["5.0 s (3.5 to 7.1), Measured(3)"]);
        check(SessionKind::Lint, false, &samples[..4], expect!["40.0 s (28.2 to 56.8), Measured(3)"]);
    }

    #[test]
    fn runs_alone_and_beside_others_are_not_mixed() {
        let mut samples = locals(&[10.0, 10.0, 10.0, 16.0, 17.0, 16.0]);
        for sample in &mut samples[3..] {
            sample.lanes = 4;
        }
        check(SessionKind::Lint, false, &samples, expect!["16.0 s (11.3 to 22.7), Measured(3)"]);
        check(SessionKind::Lint, false, &samples[..4], expect!["10.0 s (7.0 to 14.2), Measured(3)"]);
    }

    #[test]
    fn a_trend_is_told_when_it_can_hardly_be_chance() {
        let told = |seconds: &[f64]| trend(seconds).map(|trend| (trend.before, trend.now));
        let steady = [60.0, 61.0, 59.0, 60.0, 62.0, 60.5, 58.0, 61.0];
        let with = |last: [f64; 5]| [&steady[..], &last[..]].concat();
        assert_eq!(told(&with([75.0, 74.0, 77.0, 73.0, 75.0])), Some((60.25, 75.0)));
        assert_eq!(told(&with([45.0, 44.0, 46.0, 45.0, 43.0])), Some((60.25, 45.0)));
        assert_eq!(told(&with([60.0, 61.0, 62.0, 59.0, 60.0])), None, "nothing has changed");
        assert_eq!(told(&with([62.0, 63.0, 62.5, 63.0, 62.0])), None, "too little to be told");
        assert_eq!(told(&with([75.0, 45.0, 77.0, 59.0, 75.0])), None, "too mixed to be sure");
        assert_eq!(told(&[60.0, 61.0, 75.0, 76.0, 77.0, 75.0, 76.0]), None, "too few before");
        assert_eq!(told(&[]), None);
    }

    #[test]
    fn samples_that_are_no_times_are_left_out() {
        let samples = locals(&[f64::NAN, -3.0, f64::INFINITY]);
        check(SessionKind::Lint, false, &samples, expect!["10.0 s (3.3 to 30.0), Guess"]);
    }

    #[track_caller]
    fn check(kind: SessionKind, ci: bool, samples: &[Sample], expected: Expect) {
        // Order in the history does not matter, the time of the run does.
        let mut samples: Vec<Sample> =
            samples.iter().cloned().enumerate().map(|(at, sample)| Sample { at: at as f64, ..sample }).collect();
        samples.reverse();
        let Estimate { seconds, low, high, source } = estimate(&samples, kind, ci);
        expected.assert_eq(&format!("{seconds:.1} s ({low:.1} to {high:.1}), {source:?}"));
    }

    fn locals(seconds: &[f64]) -> Vec<Sample> {
        seconds.iter().map(|&seconds| local(seconds)).collect()
    }

    fn local(seconds: f64) -> Sample {
        Sample { signature: "tests".into(), place: Where::Local, cold: false, lanes: 1, seconds, at: 0.0 }
    }

    fn ci(label: &str, seconds: f64) -> Sample {
        Sample { place: Where::Ci(label.into()), ..local(seconds) }
    }
}
