//! Durations in words, rounded as far as they can be trusted.

use facts::shell::Through;
use model::estimate::Trend;
use model::forecast::Way;
use model::schedule::Range;
use model::{Estimate, Source};

/// `seconds` for people: `8 s`, `1 m 5 s`, `15 m 20 s`, `2 h 5 m`. Under 10 s to the second, under 2 min to 5 s, else
/// to 10 s: finer would claim more than anybody knows.
pub fn duration(seconds: f64) -> String {
    let step = if seconds < 10.0 {
        1.0
    } else if seconds < 120.0 {
        5.0
    } else {
        10.0
    };
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "clamped to a day count above zero")]
    let rounded = ((seconds.clamp(0.0, 8.64e6) / step).round() * step) as u64;
    let (hours, minutes, seconds) = (rounded / 3600, rounded / 60 % 60, rounded % 60);
    match (hours, minutes, seconds) {
        (0, 0, seconds) => format!("{seconds} s"),
        (0, minutes, 0) => format!("{minutes} m"),
        (0, minutes, seconds) => format!("{minutes} m {seconds} s"),
        (hours, 0, _) => format!("{hours} h"),
        (hours, minutes, _) => format!("{hours} h {minutes} m"),
    }
}

/// An estimate for people: a guess carries a `~`.
pub fn estimate(estimate: &Estimate) -> String {
    let tilde = if estimate.source == Source::Guess { "~" } else { "" };
    format!("{tilde}{}", duration(estimate.seconds))
}

/// What each of several instances takes, for people: `30 s`, or `30 s to 40 s` where they differ.
pub fn each(instances: &[Estimate]) -> String {
    let by_time = |a: &&Estimate, b: &&Estimate| a.seconds.total_cmp(&b.seconds);
    let (Some(least), Some(most)) = (instances.iter().min_by(by_time), instances.iter().max_by(by_time)) else {
        return String::new();
    };
    let (least, most) = (estimate(least), estimate(most));
    if least == most { most } else { format!("{least} to {most}") }
}

/// Seconds for people, from a source: a guess carries a `~`.
pub fn seconds(seconds: f64, source: Source) -> String {
    estimate(&Estimate { seconds, low: seconds, high: seconds, source })
}

/// How far the real time may be from a forecast: "p50 3 m, p90 4 m". `guessed`: the share of it that is guessed. `None` where
/// that is nearly all: what is off by a factor of three either way has no tenth that is worth saying.
pub fn range(range: &Range, from: Source, guessed: f64) -> Option<String> {
    let shown = |value: f64| seconds(value, from);
    is_known(guessed).then(|| format!("p50 {}, p90 {}", shown(range.p50), shown(range.p90)))
}

/// Whether enough of a time is known for its 90th percentile to be shown: a fifth of it, measured here or recorded by a CI.
pub fn is_known(guessed: f64) -> bool {
    guessed <= 0.8
}

/// Where a time is from and how far the real one may be from it: "measured, n=5; p50 3 m, p90 4 m", "a guess".
pub(crate) fn sure(origin: String, range: Option<String>) -> String {
    match range {
        Some(range) => format!("{origin}; {range}"),
        None => origin,
    }
}

/// What has changed of late: "slower of late ↑, was 45 s". The arrow says nothing that the words do not.
pub(crate) fn trend(trend: &Trend) -> String {
    let (word, arrow) = if trend.now > trend.before { ("slower", '↑') } else { ("faster", '↓') };
    format!("{word} of late {arrow}, was {}", duration(trend.before))
}

/// A change of a time: "4 m 20 s → **3 m 40 s**". `None` where nobody would see a difference.
pub fn change(before: f64, after: f64, source: Source) -> Option<String> {
    let (before, after) = (seconds(before, source), seconds(after, source));
    (before != after).then(|| format!("{before} → **{after}**"))
}

/// `a`, `a and b`, `a, b and c`.
pub(crate) fn list(words: &[String]) -> String {
    match words {
        [] => String::new(),
        [only] => only.clone(),
        [first @ .., last] => format!("{} and {last}", first.join(", ")),
    }
}

/// Where an estimate is from, in words.
pub fn source(estimate: &Estimate) -> String {
    origin(estimate.source)
}

/// The same of a source.
pub fn origin(source: Source) -> String {
    match source {
        Source::Measured(0) => "measured in part".to_owned(),
        Source::Imported(0) => "from CI in part".to_owned(),
        Source::Measured(n) => format!("measured, n={n}"),
        Source::Imported(n) => format!("from CI, n={n}"),
        Source::Guess => "a guess".to_owned(),
    }
}

/// "1 job", "3 jobs".
pub fn count(n: usize, what: &str) -> String {
    if n == 1 { format!("1 {what}") } else { format!("{n} {what}s") }
}

/// A way of running sessions, in words.
pub fn way(way: Way) -> String {
    match way {
        Way::Now => "now".to_owned(),
        Way::NoxParallel { lanes } => format!("`nox -j {lanes}` in this job"),
        Way::ParallelSteps => "parallel steps in this job".to_owned(),
        Way::BackgroundProcesses => "background processes in this job".to_owned(),
        Way::Matrix { jobs } => format!("a matrix of {jobs} jobs"),
        Way::Jobs { jobs } => format!("{jobs} packed jobs"),
    }
}

/// Where nox calls stand that a command leads to, and how: "through `make test`: Makefile:12".
pub fn through(ways: &[&Through]) -> String {
    let commands: Vec<&str> =
        ways.first().map(|way| way.commands.iter().map(String::as_str).collect()).unwrap_or_default();
    let mut places: Vec<String> = ways.iter().take(4).map(|way| format!("{}:{}", way.path, way.line)).collect();
    places.dedup();
    let more = if ways.len() > 4 { ", …" } else { "" };
    format!("through `{}`: {}{more}", commands.join("` and `"), places.join(", "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_are_rounded_as_far_as_they_can_be_trusted() {
        let cases =
            [(0.4, "0 s"), (7.6, "8 s"), (63.0, "1 m 5 s"), (119.0, "2 m"), (923.0, "15 m 20 s"), (7500.0, "2 h 5 m")];
        for (seconds, words) in cases {
            assert_eq!(duration(seconds), words);
        }
    }
}
