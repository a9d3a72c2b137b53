//! Whether what was measured has become slower or faster of late.

use super::point::median;
use super::{DRIFTED, KEPT};

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

#[cfg(test)]
mod tests {
    use super::*;

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
}
