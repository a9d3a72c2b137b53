//! How far the real time may be from the simulated one: many draws of every duration, one simulation each.
//!
//! The longest of several branches is longer than the longest of their medians (Clark 1961), so a range cannot be had
//! from the path of medians.

use super::{Frontier, List, run};
use crate::estimate::Estimate;
use crate::plan::Plan;

/// A makespan with its spread, seconds.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Range {
    /// 20th percentile.
    pub p20: f64,
    /// Median.
    pub p50: f64,
    /// 80th percentile.
    pub p80: f64,
    /// 90th percentile.
    pub p90: f64,
}

/// Runs `plan` on `lanes` lanes `draws` times, each task's duration drawn from the log-normal distribution that has the
/// percentiles of its estimate (`spreads`, by task; a task without one keeps its `seconds`). The list stays that of the
/// medians: who starts tasks does not know the draw either. The same input gives the same range.
pub fn simulate_range(plan: &Plan, spreads: &[Estimate], lanes: usize, list: &List, draws: usize) -> Range {
    let medians: Vec<f64> = plan.tasks.iter().map(|task| task.duration()).collect();
    let sigmas: Vec<f64> = (0..medians.len()).map(|task| spreads.get(task).map_or(0.0, sigma)).collect();
    let frontier = Frontier::new(plan, lanes, list);
    let mut random = Random::new(0);
    let mut makespans: Vec<f64> = (0..draws.max(1))
        .map(|_| {
            let drawn: Vec<f64> =
                medians.iter().zip(&sigmas).map(|(median, sigma)| median * (sigma * random.normal()).exp()).collect();
            run(frontier.clone(), &drawn).makespan
        })
        .collect();
    makespans.sort_by(f64::total_cmp);
    let at = |share: f64| makespans[((makespans.len() - 1) as f64 * share).round() as usize];
    Range { p20: at(0.2), p50: at(0.5), p80: at(0.8), p90: at(0.9) }
}

/// The deviation of the logarithm that puts 20 % below `low` and 20 % above `high`.
pub(crate) fn sigma(estimate: &Estimate) -> f64 {
    const Z80: f64 = 0.841_621_233_572_914_2;
    let ratio = estimate.high / estimate.low;
    if ratio.is_finite() && ratio > 1.0 { (ratio.ln() / (2.0 * Z80)).min(3.0) } else { 0.0 }
}

/// A small generator with a fixed start (SplitMix64, Steele, Lea and Flood 2014): ranges must not change by themselves.
#[derive(Clone, Debug)]
pub(crate) struct Random(u64);

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

    /// Above 0, at most 1.
    fn uniform(&mut self) -> f64 {
        ((self.next() >> 11) + 1) as f64 / (1_u64 << 53) as f64
    }

    /// Standard normal (Box and Muller 1958).
    pub(crate) fn normal(&mut self) -> f64 {
        let radius = (-2.0 * self.uniform().ln()).sqrt();
        radius * (std::f64::consts::TAU * self.uniform()).cos()
    }
}
