//! Medians, and how sure one can be of a difference of two.

/// Draws of a bootstrap: enough for a 90 % range to be steady to a percent or two.
const DRAWS: usize = 2_000;

/// The median.
pub(super) fn median(values: &[f64]) -> f64 {
    percentile(values, 0.5)
}

/// Between the two nearest ranks, in proportion.
pub(super) fn percentile(values: &[f64], share: f64) -> f64 {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    at(&sorted, share)
}

fn at(sorted: &[f64], share: f64) -> f64 {
    let Some(last) = sorted.len().checked_sub(1) else { return 0.0 };
    let place = share * last as f64;
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "between 0 and the last index")]
    let below = place.floor() as usize;
    let above = (below + 1).min(last);
    sorted[below] + (sorted[above] - sorted[below]) * (place - below as f64)
}

/// The 90 % range of the difference of medians (after minus before) summed over several pairs of samples: the
/// percentile bootstrap (Efron 1979). `None` when a side of a pair has fewer than three samples: then nobody knows.
pub(super) fn range(pairs: &[(&[f64], &[f64])]) -> Option<(f64, f64)> {
    if pairs.is_empty() || pairs.iter().any(|(before, after)| before.len() < 3 || after.len() < 3) {
        return None;
    }
    let mut random = Random(0);
    let mut differences: Vec<f64> = (0..DRAWS)
        .map(|_| pairs.iter().map(|(before, after)| random.median(after) - random.median(before)).sum::<f64>())
        .collect();
    differences.sort_by(f64::total_cmp);
    Some((at(&differences, 0.05), at(&differences, 0.95)))
}

/// A small generator with a fixed start (SplitMix64): the same history gives the same range.
struct Random(u64);

impl Random {
    fn below(&mut self, count: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        #[expect(clippy::cast_possible_truncation, reason = "a remainder below a length")]
        let place = ((z ^ (z >> 31)) % count as u64) as usize;
        place
    }

    /// The median of as many draws from `values` as there are, each put back.
    fn median(&mut self, values: &[f64]) -> f64 {
        let drawn: Vec<f64> = (0..values.len()).map(|_| values[self.below(values.len())]).collect();
        median(&drawn)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_clear_difference_has_a_range_that_holds_it_and_not_zero() {
        let before = [60.0, 61.0, 59.0, 60.5, 60.2];
        let after = [30.0, 31.0, 30.5, 29.0, 30.1];
        let (low, high) = range(&[(&before, &after)]).expect("enough samples");
        assert!(low < -29.5 && high > -31.5 && high < -25.0, "{low} to {high}");
    }

    #[test]
    fn of_few_samples_nothing_is_claimed() {
        assert_eq!(range(&[(&[1.0, 2.0], &[1.0, 2.0, 3.0])]), None);
        assert_eq!(range(&[]), None);
    }
}
