//! Two versions of workflows side by side: for a terminal, for a pull request, for programs.

use std::fmt::Write as _;

use ide::words;
use model::forecast::{Change, JobChange, Prediction, Side, WorkflowChange};
use model::{Estimate, Source};
use serde_json::{Value, json};

use super::seconds::seconds;
use crate::style::{BAD, DIM, GOOD, HEAD, NAME};

/// For people.
pub(crate) fn text(changes: &[WorkflowChange], (before, after): (&str, &str)) -> String {
    let mut out = String::new();
    for change in changes {
        let _ = writeln!(out, "{HEAD}{}{HEAD:#}", change.path);
        let names = change.jobs.iter().map(|job| name(job).chars().count());
        let width = names.max().unwrap_or(0).max("machine time".len());
        let _ = writeln!(out, "  {DIM}{:<width$}  {:>11}  {:>11}  difference{DIM:#}", "", "before", "after");
        for job in &change.jobs {
            let side = |side: &Option<Side>| side.as_ref().map_or_else(|| "-".to_owned(), |it| time(&it.estimate));
            let (name, before, after) = (name(job), side(&job.before), side(&job.after));
            let _ = writeln!(
                out,
                "  {NAME}{name:<width$}{NAME:#}  {before:>11}  {after:>11}  {}",
                told(job.change.as_ref())
            );
        }
        let whole = |of: fn(&Prediction) -> Estimate, side: &Option<Prediction>| {
            side.as_ref().map_or_else(|| "-".to_owned(), |it| time(&of(it)))
        };
        let mut line = |what: &str, of: fn(&Prediction) -> Estimate, change_of: Option<&Change>| {
            let (before, after) = (whole(of, &change.before), whole(of, &change.after));
            let colour = colour(change_of);
            let _ = writeln!(
                out,
                "  {HEAD}{what:<width$}{HEAD:#}  {before:>11}  {after:>11}  {colour}{}{colour:#}",
                told(change_of)
            );
        };
        line("start to end", |it| it.makespan, change.makespan.as_ref());
        line("machine time", |it| it.machine, change.machine.as_ref());
        for (what, side) in [("before", &change.before), ("after", &change.after)] {
            let Some(side) = side else { continue };
            let path = side.critical_path.join(" → ");
            let _ = writeln!(out, "  {DIM}critical path {what}: {path}{DIM:#}");
        }
        if let Some(assumed) = assumed(change) {
            let _ = writeln!(out, "  {DIM}{assumed}{DIM:#}");
        }
        out.push('\n');
    }
    let _ = writeln!(
        out,
        "{DIM}before: {before}, after: {after}; a range holds the difference in nine of ten cases{DIM:#}"
    );
    out
}

/// For a pull request.
pub(crate) fn markdown(changes: &[WorkflowChange], (before, after): (&str, &str)) -> String {
    let mut out = String::new();
    let code = |text: &str| format!("`{}`", text.replace('|', "\\|").replace('`', "'"));
    for change in changes {
        let title = match (&change.before, &change.after, &change.makespan) {
            (Some(old), Some(new), Some(change)) => {
                let (old, new) = (time(&old.makespan), time(&new.makespan));
                format!("{old} → **{new}** ({})", signed(change.seconds))
            }
            (None, Some(new), _) => format!("new, **{}**", time(&new.makespan)),
            (Some(old), None, _) => format!("gone, {}", time(&old.makespan)),
            _ => String::new(),
        };
        let _ = writeln!(out, "### {}: {title}\n", code(&change.path));
        let _ = writeln!(out, "| job | {} | {} | difference | 90 % range |", code(before), code(after));
        let _ = writeln!(out, "| --- | ---: | ---: | ---: | --- |");
        let mut line = |name: &str, old: String, new: String, change: Option<&Change>| {
            let difference = change.map(|change| signed(change.seconds)).unwrap_or_default();
            let range = change.map(range).unwrap_or_default();
            let _ = writeln!(out, "| {name} | {old} | {new} | {difference} | {range} |");
        };
        for job in &change.jobs {
            let side = |side: &Option<Side>| side.as_ref().map_or_else(|| "–".to_owned(), |it| time(&it.estimate));
            line(&code(&name(job)), side(&job.before), side(&job.after), job.change.as_ref());
        }
        let whole = |of: fn(&Prediction) -> Estimate, side: &Option<Prediction>| {
            side.as_ref().map_or_else(|| "–".to_owned(), |it| time(&of(it)))
        };
        let makespan: fn(&Prediction) -> Estimate = |it| it.makespan;
        let machine: fn(&Prediction) -> Estimate = |it| it.machine;
        line(
            "**start to end**",
            whole(makespan, &change.before),
            whole(makespan, &change.after),
            change.makespan.as_ref(),
        );
        line(
            "**machine time**",
            whole(machine, &change.before),
            whole(machine, &change.after),
            change.machine.as_ref(),
        );
        if let Some(side) = change.after.as_ref().or(change.before.as_ref()) {
            let path: Vec<String> = side.critical_path.iter().map(|name| code(name)).collect();
            let _ = writeln!(out, "\nCritical path: {}. {}\n", path.join(" → "), assumed(change).unwrap_or_default());
        }
    }
    out
}

/// For programs: `docs/timings.md` has the shape.
pub(crate) fn json(changes: &[WorkflowChange], (before, after): (&str, &str)) -> Value {
    let estimate =
        |it: &Estimate| json!({ "seconds": it.seconds, "low": it.low, "high": it.high, "source": source(it.source) });
    let change = |it: &Option<Change>| {
        it.map(|it| json!({ "seconds": it.seconds, "range90": { "low": it.low, "high": it.high } }))
    };
    let whole = |it: &Option<Prediction>| {
        it.as_ref().map(|it| {
            json!({
                "makespan": estimate(&it.makespan), "machine": estimate(&it.machine), "criticalPath": it.critical_path,
                "slots": it.slots, "forge": it.forge.name().to_lowercase(),
            })
        })
    };
    let side =
        |it: &Option<Side>| it.as_ref().map(|it| json!({ "estimate": estimate(&it.estimate), "cells": it.cells }));
    let workflows = changes.iter().map(|it| {
        let jobs = it.jobs.iter().map(|job| {
            json!({
                "job": job.id, "before": side(&job.before), "after": side(&job.after), "difference": change(&job.change),
            })
        });
        json!({
            "path": it.path, "before": whole(&it.before), "after": whole(&it.after),
            "difference": { "makespan": change(&it.makespan), "machine": change(&it.machine) },
            "jobs": jobs.collect::<Vec<_>>(),
        })
    });
    json!({ "before": before, "after": after, "workflows": workflows.collect::<Vec<_>>() })
}

fn source(source: Source) -> &'static str {
    match source {
        Source::Measured(_) => "measured",
        Source::Imported(_) => "imported",
        Source::Guess => "guess",
    }
}

/// `tests (×3 → ×9)`: how many jobs of its name there are.
fn name(job: &JobChange) -> String {
    let cells = |side: &Option<Side>| side.as_ref().map_or(1, |side| side.cells);
    match (cells(&job.before), cells(&job.after)) {
        (1, 1) => job.id.clone(),
        (before, after) if before == after || job.before.is_none() => format!("{} (×{after})", job.id),
        (before, 1) if job.after.is_none() => format!("{} (×{before})", job.id),
        (before, after) => format!("{} (×{before} → ×{after})", job.id),
    }
}

fn told(change: Option<&Change>) -> String {
    let Some(change) = change else { return String::new() };
    let range = range(change);
    if range.is_empty() { signed(change.seconds) } else { format!("{}  ({range})", signed(change.seconds)) }
}

/// What was measured to the second, a guess with its `~` and rounded.
fn time(estimate: &Estimate) -> String {
    if estimate.source == Source::Guess { words::estimate(estimate) } else { seconds(estimate.seconds.round()) }
}

/// `−5 m 40 s`; `0` where nothing is different.
fn signed(difference: f64) -> String {
    match difference.round() {
        0.0 => "0".to_owned(),
        whole if whole < 0.0 => format!("−{}", seconds(-whole)),
        whole => format!("+{}", seconds(whole)),
    }
}

/// Empty where it is as sure as can be.
fn range(change: &Change) -> String {
    if (change.high - change.low).abs() < 0.5 {
        return String::new();
    }
    format!("{} to {}", signed(change.low), signed(change.high))
}

fn colour(change: Option<&Change>) -> anstyle::Style {
    match change {
        Some(change) if change.high < -0.5 => GOOD,
        Some(change) if change.low > 0.5 => BAD,
        _ => anstyle::Style::new(),
    }
}

/// What the times rest on.
fn assumed(change: &WorkflowChange) -> Option<String> {
    let side = change.after.as_ref().or(change.before.as_ref())?;
    let both = [&change.before, &change.after];
    let worst = both.into_iter().flatten().map(|it| it.makespan.source).max()?;
    let from = match worst {
        Source::Guess => "some times are guesses by kind of work (`~`)",
        Source::Imported(_) => "times are those that CI has recorded",
        Source::Measured(_) => "times are those measured here",
    };
    let plural = if side.slots == 1 { "" } else { "s" };
    let (slots, forge, overhead) = (side.slots, side.forge.name(), seconds(side.overhead.round()));
    Some(format!("Assumed: {slots} {forge} runner{plural} at once, {overhead} before a job's first session; {from}."))
}
