//! `noxflow shard`: one of several parts of the sessions, for a CI's matrix.

use std::io::Write;

use anyhow::bail;
use clap::Args;
use serde_json::json;

use super::Format;
use super::run::{Selection, Task, Way};

/// Split the sessions into parts of about the same length, and print or run one of them.
///
/// What waits for another session is in the same part, so each part can run on a machine of its own. The parts follow
/// from the noxfile and the measured durations alone: every machine that has the same finds the same parts.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  noxflow shard 1/3                    the sessions of the first of three parts, one a line
  noxflow shard 1/3 --run              run them
  noxflow shard 3 --format json        all three parts, for a matrix that is made once
  noxflow shard 2/4 --run -t tests     a part of what has a tag")]
pub(super) struct Arguments {
    /// Which part of how many (`2/3`), or how many (`3`).
    #[arg(value_name = "K/N", value_parser = part)]
    part: Part,
    /// Run the part instead of printing it.
    #[arg(long)]
    run: bool,
    #[command(flatten)]
    selection: Selection,
    #[command(flatten)]
    way: Way,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Part {
    One(usize, usize),
    All(usize),
}

pub(super) fn main(arguments: &Arguments) -> anyhow::Result<i32> {
    let mut task = Task::open(&arguments.selection, &arguments.way)?;
    let (parts, count) = match arguments.part {
        Part::One(number, count) => (vec![number], count),
        Part::All(count) => ((1..=count).collect(), count),
    };
    if arguments.run {
        let [number] = parts[..] else { bail!("--run runs one part: say which, as in `1/{count}`") };
        task.request.shard = Some((number, count));
        return task.run();
    }
    let mut told = Vec::new();
    for number in parts {
        task.request.shard = Some((number, count));
        let run = task.forecast()?;
        let sessions: Vec<String> = run.plan.tasks.iter().map(|task| task.label.clone()).collect();
        told.push((number, sessions, run.predicted_seconds, run.sequential_seconds));
    }
    let mut out = anstream::stdout().lock();
    let is_json = arguments.way.is_json();
    if is_json {
        let shards = told.iter().map(|(number, sessions, predicted, sequential)| {
            json!({
                "shard": format!("{number}/{count}"),
                "sessions": sessions,
                "predictedSeconds": predicted,
                "sequentialSeconds": sequential,
            })
        });
        writeln!(out, "{}", serde_json::Value::Array(shards.collect()))?;
        return Ok(0);
    }
    for (number, sessions, predicted, _) in &told {
        if matches!(arguments.part, Part::All(_)) {
            writeln!(out, "# {number}/{count}: about {}", ide::words::duration(*predicted))?;
        }
        for session in sessions {
            writeln!(out, "{session}")?;
        }
    }
    Ok(0)
}

fn part(text: &str) -> Result<Part, String> {
    let number = |text: &str| text.parse::<usize>().ok().filter(|number| (1..=1000).contains(number));
    let found = match text.split_once('/') {
        Some((k, n)) => number(k).zip(number(n)).filter(|(k, n)| k <= n).map(|(k, n)| Part::One(k, n)),
        None => number(text).map(Part::All),
    };
    found.ok_or_else(|| "say which part of how many, as in 2/3; both count from 1".to_owned())
}

impl Way {
    fn is_json(&self) -> bool {
        self.format == Format::Json
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_count_from_one_to_the_whole() {
        assert_eq!(part("2/3"), Ok(Part::One(2, 3)));
        assert_eq!(part("4"), Ok(Part::All(4)));
        for wrong in ["0/3", "4/3", "1/0", "x", "1/", "0"] {
            assert!(part(wrong).is_err(), "{wrong}");
        }
    }
}
