//! How far the real time may be from the simulated one: many draws of every duration, one simulation each.
//!
//! The longest of several branches is longer than the longest of their medians (Clark 1961), so a range cannot be had
//! from the path of medians.

use super::plain::Plain;
use super::random::{self, Random};
use super::{Frontier, List, run};
use crate::estimate::{Estimate, Source};
use crate::plan::Plan;

/// Simulations of a plan of usual size: the 90th percentile then wavers by about 3 %.
pub const DRAWS: usize = 2_000;
/// Durations drawn for one range: plans of more than thirty tasks get fewer simulations, down to [`FEWEST`], so that a
/// hover does not wait (docs/benchmarks.md).
const BUDGET: usize = 60_000;
/// The fewest simulations, however large a plan is.
const FEWEST: usize = 300;

/// Guesses err together: what makes one session of a project slower than usual, its size above all, makes the others
/// slower too. The share of a guess's deviation (of its logarithm's variance) that all guesses have in common.
pub(crate) const COMMON: f64 = 0.8;

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

impl Range {
    /// The same with `seconds` in front: what is not drawn.
    #[must_use]
    pub fn after(self, seconds: f64) -> Self {
        self.map(|value| value + seconds)
    }

    /// Not shorter than `seconds`.
    #[must_use]
    pub fn at_least(self, seconds: f64) -> Self {
        self.map(|value| value.max(seconds))
    }

    fn map(self, change: impl Fn(f64) -> f64) -> Self {
        Self { p20: change(self.p20), p50: change(self.p50), p80: change(self.p80), p90: change(self.p90) }
    }
}

/// The range of one duration: no simulation, its distribution is known.
pub fn range_of(estimate: &Estimate) -> Range {
    let sigma = sigma(estimate);
    let at = |z: f64| estimate.seconds * (z * sigma).exp();
    Range { p20: at(-Z80), p50: at(0.0), p80: at(Z80), p90: at(1.281_551_565_544_600_4) }
}

/// How many simulations a plan of `tasks` gets.
pub fn draws(tasks: usize) -> usize {
    (BUDGET / tasks.max(1)).clamp(FEWEST, DRAWS)
}

/// Runs `plan` on `lanes` lanes `draws` times, each task's duration drawn from the log-normal distribution that has the
/// percentiles of its estimate (`spreads`, by task; a task without one keeps its `seconds`). Measured times vary one by
/// one; guesses mostly together, and guesses of the same thing, cells of one matrix or instances of one session, wholly
/// so: tasks that have the same number in `alike` (by task; may be empty). The list stays that of the medians: who starts
/// tasks does not know the draw either. The same input gives the same range.
pub fn simulate_range(
    plan: &Plan,
    (spreads, alike): (&[Estimate], &[usize]),
    lanes: usize,
    list: &List,
    draws: usize,
) -> Range {
    let tasks: Vec<Spread> =
        plan.tasks.iter().enumerate().map(|(at, task)| Spread::of(task.duration(), spreads.get(at))).collect();
    let plain = Plain::new(plan, lanes, list);
    let frontier = plain.is_none().then(|| Frontier::new(plan, lanes, list));
    let mut room = plain.as_ref().map(Plain::room).unwrap_or_default();
    let mut random = Random::new(0);
    let mut drawn = vec![0.0; tasks.len()];
    let groups = alike.iter().max().map_or(0, |most| most + 1);
    let mut shared = vec![0.0; groups];
    let draws = draws.max(1);
    let mut makespans: Vec<f64> = (0..draws)
        .map(|at| {
            // What all guesses share is gone through evenly: chance in it would be most of the result's.
            let common = random::quantile((at as f64 + 0.5) / draws as f64);
            shared.iter_mut().for_each(|slot| *slot = random.normal());
            for (at, (slot, task)) in drawn.iter_mut().zip(&tasks).enumerate() {
                let own = alike.get(at).filter(|_| task.common > 0.0).and_then(|group| shared.get(*group));
                *slot = task.draw(common, own.copied().unwrap_or_else(|| random.normal()));
            }
            match (&plain, &frontier) {
                (Some(plain), _) => plain.makespan(&drawn, &mut room),
                (None, Some(frontier)) => run(frontier.clone(), &drawn).makespan,
                (None, None) => 0.0,
            }
        })
        .collect();
    makespans.sort_unstable_by(f64::total_cmp);
    let at = |share: f64| makespans[((makespans.len() - 1) as f64 * share).round() as usize];
    Range { p20: at(0.2), p50: at(0.5), p80: at(0.8), p90: at(0.9) }
}

/// One task's distribution.
struct Spread {
    median: f64,
    /// Deviation of the logarithm that it has for itself.
    own: f64,
    /// The one that it has with the other guesses.
    common: f64,
}

impl Spread {
    fn of(median: f64, estimate: Option<&Estimate>) -> Self {
        let Some(estimate) = estimate else { return Self { median, own: 0.0, common: 0.0 } };
        let sigma = sigma(estimate);
        match estimate.source {
            Source::Guess => Self { median, own: sigma * (1.0 - COMMON).sqrt(), common: sigma * COMMON.sqrt() },
            Source::Measured(_) | Source::Imported(_) => Self { median, own: sigma, common: 0.0 },
        }
    }

    fn draw(&self, common: f64, own: f64) -> f64 {
        if self.own <= 0.0 {
            return self.median;
        }
        self.median * (self.own * own + self.common * common).exp()
    }
}

/// 80 % of a standard normal distribution are below it.
const Z80: f64 = 0.841_621_233_572_914_2;

/// The deviation of the logarithm that puts 20 % below `low` and 20 % above `high`.
pub(crate) fn sigma(estimate: &Estimate) -> f64 {
    let ratio = estimate.high / estimate.low;
    if ratio.is_finite() && ratio > 1.0 { (ratio.ln() / (2.0 * Z80)).min(3.0) } else { 0.0 }
}
