//! A key of a matrix: its values, how many jobs they make with the others, and what that costs.

use std::fmt::Write;

use model::WorkflowId;

use crate::snapshot::Snapshot;
use crate::words::{self, count};

/// Values before "and N more".
const MAX_VALUES: usize = 12;

/// The hover's markdown.
pub(super) fn text(snapshot: &Snapshot, workflow: WorkflowId, job: usize, key: usize) -> Option<String> {
    let model = snapshot.workspace.workflows.get(workflow.0)?;
    let facts = model.facts.jobs.get(job)?;
    let strategy = facts.strategy.as_ref()?;
    let (name, _, values) = strategy.vectors.get(key)?;
    let Some(cells) = strategy.cells.value() else {
        return Some(format!("**{name}** · a key of the matrix, which is known only when the workflow runs"));
    };
    let mut out = match values.value() {
        Some(values) => format!("**{name}** · {}", count(values.len(), "value")),
        None => format!("**{name}** · values that are known only when the workflow runs"),
    };
    let others: Vec<String> = strategy
        .vectors
        .iter()
        .filter(|(other, ..)| other != name)
        .map(|(other, _, values)| match values.value() {
            Some(values) => format!("`{other}` ({})", values.len()),
            None => format!("`{other}`"),
        })
        .collect();
    let with = if others.is_empty() { String::new() } else { format!(" with {}", others.join(", ")) };
    let _ = write!(out, " → {}{with}", count(cells.len(), "job"));
    let source = model.jobs.get(job)?.source;
    let times = model.cells.get(job)?;
    let time = |at: usize| times.get(at).map_or(0.0, |cell| cell.seconds);
    let of_value = |value: &str| {
        let is_its = |at: &usize| cells.get(*at).is_some_and(|cell| has(&cell.values, name, value));
        let own: Vec<usize> = (0..cells.len()).filter(is_its).collect();
        let longest = own.iter().map(|at| time(*at)).fold(0.0, f64::max);
        (own.len(), longest)
    };
    let all: Vec<(usize, f64)> =
        values.value().into_iter().flatten().take(MAX_VALUES).map(|value| of_value(value)).collect();
    let is_alike = all.len() > 1 && all.windows(2).all(|pair| pair[0].0 == pair[1].0 && alike(pair[0].1, pair[1].1));
    if let (Some(values), true) = (values.value(), is_alike) {
        let mut shown: Vec<String> = values.iter().take(MAX_VALUES).map(|value| format!("`{value}`")).collect();
        if values.len() > MAX_VALUES {
            shown.push(format!("{} more", values.len() - MAX_VALUES));
        }
        let (jobs, longest) = all.first().copied().unwrap_or_default();
        let (jobs, time) = (count(jobs, "job"), words::seconds(longest, source));
        let _ = write!(out, "\n\n{}: {jobs} a value, {time} each", shown.join(", "));
    } else if let Some(values) = values.value() {
        let shown = values.iter().take(MAX_VALUES).map(|value| {
            let (jobs, longest) = of_value(value);
            let each = if jobs > 1 { " each" } else { "" };
            match jobs {
                0 => format!("`{value}` no job"),
                _ => format!("`{value}` {}, {}{each}", count(jobs, "job"), words::seconds(longest, source)),
            }
        });
        let mut shown: Vec<String> = shown.collect();
        if values.len() > MAX_VALUES {
            shown.push(format!("and {} more", values.len() - MAX_VALUES));
        }
        let _ = write!(out, "\n\n{}", shown.join(" · "));
    }
    let machine: f64 = times.iter().map(|cell| cell.seconds).sum();
    let _ = write!(out, "\n\nMachine time of all: {} ({})", words::seconds(machine, source), words::origin(source));
    if let Some(most) = strategy.max_parallel {
        let _ = write!(out, "; at most {most} at a time (`max-parallel`)");
    }
    Some(out)
}

/// Whether people would read the same.
fn alike(a: f64, b: f64) -> bool {
    words::duration(a) == words::duration(b)
}

/// Whether a cell has this value under the key, or one of a mapping's under it.
fn has(values: &[(String, String)], name: &str, value: &str) -> bool {
    values.iter().any(|(key, own)| key == name && own == value)
}
