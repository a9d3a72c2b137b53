//! `act --json`: one object a line. Steps by job, number and matrix, with their time to the nanosecond; what sessions
//! print stands between, with stamps to the second.

use serde_json::Value;

use super::place::StepAt;
use super::{Of, Piece, instant, log};

/// Whether a file that begins so is one.
pub(super) fn is_meant(start: &str) -> bool {
    let mut lines = start.lines().take(20).filter_map(|line| serde_json::from_str::<Value>(line).ok());
    lines.any(|line| line.get("jobID").is_some() && line.get("msg").is_some())
}

/// What a step has said so far.
struct Open {
    job: String,
    step: String,
    reader: log::Reader,
}

/// Steps that passed.
pub(super) fn pieces(text: &str) -> Vec<Piece> {
    let mut open: Vec<Open> = Vec::new();
    let mut out = Vec::new();
    for line in text.lines() {
        let Ok(value) = serde_json::from_str::<Value>(line) else { continue };
        let word = |key: &str| value.get(key).and_then(Value::as_str);
        let step = value.get("stepID").and_then(Value::as_array).and_then(|list| list.last()).and_then(Value::as_str);
        let (Some(job), Some(step), Some("Main")) = (word("job"), step, word("stage")) else { continue };
        let Some(at) = word("time").and_then(instant::parse) else { continue };
        let place = open.iter().position(|it| it.job == job && it.step == step);
        if value.get("raw_output").and_then(Value::as_bool) == Some(true) {
            let place = place.unwrap_or_else(|| {
                let reader = log::Reader::default();
                open.push(Open { job: job.to_owned(), step: step.to_owned(), reader });
                open.len() - 1
            });
            open[place].reader.line(word("msg").unwrap_or_default(), Some(at), None, at);
            continue;
        }
        let Some(result) = word("stepResult") else { continue };
        let logged = place.map(|place| open.remove(place).reader.found).unwrap_or_default();
        let nanoseconds = value.get("executionTime").and_then(Value::as_f64);
        let (Some(nanoseconds), Some(job), true) = (nanoseconds, word("jobID"), result == "success") else {
            continue;
        };
        let matrix = value.get("matrix").and_then(Value::as_object).into_iter().flatten();
        let matrix =
            matrix.map(|(key, value)| (key.clone(), value.as_str().map_or_else(|| value.to_string(), str::to_owned)));
        let at_step = StepAt::Numbered { job: job.to_owned(), step: step.to_owned(), matrix: matrix.collect() };
        let of = Of::Step { at: at_step, logged };
        out.push(Piece { of, seconds: nanoseconds / 1e9, at, label: None, cold: None, backend: None });
    }
    out
}
