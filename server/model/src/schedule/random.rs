//! Random numbers that are the same every time: what is simulated must not change by itself.

use std::sync::LazyLock;

/// A small generator with a fixed start (SplitMix64, Steele, Lea and Flood 2014).
#[derive(Clone, Debug)]
pub(crate) struct Random(u64);

/// Draws of a normal distribution to choose from: a range draws hundreds of thousands, and the logarithm and the cosine
/// of each were most of its time (measured).
static NORMALS: LazyLock<Vec<f64>> = LazyLock::new(|| {
    let mut random = Random::new(1);
    // In pairs of opposites: their mean is 0, and the median of what is drawn the median.
    let half: Vec<f64> = (0..8_192).map(|_| random.box_muller()).collect();
    half.iter().copied().chain(half.iter().map(|value| -value)).collect()
});

/// The same, in order.
static SORTED: LazyLock<Vec<f64>> = LazyLock::new(|| {
    let mut sorted = NORMALS.clone();
    sorted.sort_by(f64::total_cmp);
    sorted
});

/// The value of a standard normal distribution that this share of it is below, as far as the draws tell. `share`: 0 to 1.
pub(crate) fn quantile(share: f64) -> f64 {
    let sorted = &*SORTED;
    sorted[((share * sorted.len() as f64) as usize).min(sorted.len() - 1)]
}

impl Random {
    pub(crate) fn new(seed: u64) -> Self {
        Self(seed)
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// Standard normal.
    pub(crate) fn normal(&mut self) -> f64 {
        let normals = &*NORMALS;
        normals[(self.next() >> 32) as usize % normals.len()]
    }

    /// Above 0, at most 1.
    fn uniform(&mut self) -> f64 {
        ((self.next() >> 11) + 1) as f64 / (1_u64 << 53) as f64
    }

    /// Standard normal (Box and Muller 1958).
    fn box_muller(&mut self) -> f64 {
        let radius = (-2.0 * self.uniform().ln()).sqrt();
        radius * (std::f64::consts::TAU * self.uniform()).cos()
    }
}
