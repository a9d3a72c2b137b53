//! What would run when: a tree of what waits for what, beside it a table and a bar for each session, and why the order is
//! as it is.

use std::fmt::Write;

use exec::list;
use ide::words;
use model::Source;
use model::estimate::guessed_share;
use model::plan::TaskId;
use model::schedule::{Analysis, Range, Schedule, analyse, draws, simulate_list, simulate_range};
use serde_json::{Value, json};

use super::lines::widest;
use crate::launch::Prepared;
use crate::style::{DIM, HEAD, NAME, WARN};

/// Columns of the bars.
const BARS: usize = 40;
/// Columns of one reason.
const REASON: usize = 100;
/// Levels of the tree that are drawn each further to the right.
const DEPTH: usize = 8;
/// Names in one note.
const NAMES: usize = 4;

/// A forecast of a prepared run.
pub(crate) struct Forecast<'a> {
    run: &'a Prepared,
    schedule: Schedule,
    /// Without a limit on lanes.
    analysis: Analysis,
    /// How far the real time may be from it.
    range: Range,
    /// Tasks in the order of their starts.
    order: Vec<usize>,
}

impl<'a> Forecast<'a> {
    /// Simulates `run` as it would be done.
    pub(crate) fn new(run: &'a Prepared) -> Self {
        let lanes = run.options.lanes;
        let list = list(&run.plan, lanes);
        let schedule = simulate_list(&run.plan, lanes, &list);
        let range = simulate_range(&run.plan, (&run.spreads, &[]), lanes, &list, draws(run.plan.tasks.len()));
        let mut order: Vec<usize> = (0..run.plan.tasks.len()).collect();
        order.sort_by(|&a, &b| schedule.times[a].0.total_cmp(&schedule.times[b].0).then(a.cmp(&b)));
        Self { run, analysis: analyse(&run.plan), schedule, range, order }
    }

    /// For programs.
    pub(crate) fn json(&self) -> Value {
        let plan = &self.run.plan;
        let label = |at: usize| plan.tasks.get(at).map_or("", |task| task.label.as_str());
        let sessions = self.order.iter().map(|&at| {
            let (start, end) = self.schedule.times[at];
            let not_beside = plan.exclusions.iter().filter_map(|(a, b)| match at {
                _ if a.0 == at => Some(label(b.0)),
                _ if b.0 == at => Some(label(a.0)),
                _ => None,
            });
            json!({
                "session": label(at),
                "start": start,
                "end": end,
                "after": self.after(at),
                "notBeside": not_beside.collect::<Vec<_>>(),
                "isExclusive": plan.tasks[at].is_exclusive,
                "lanes": plan.tasks[at].lanes,
                "slack": self.analysis.slack[at],
            })
        });
        let reasons =
            plan.reasons.iter().map(|(a, b, why)| json!({"between": [label(a.0), label(b.0)], "reason": why}));
        json!({
            "lanes": self.run.options.lanes,
            "predictedSeconds": self.run.predicted_seconds,
            "p50": self.range.p50,
            "p90": self.range.p90,
            "sequentialSeconds": self.run.sequential_seconds,
            "criticalPath": self.critical_path(),
            "sessions": sessions.collect::<Vec<_>>(),
            "reasons": reasons.collect::<Vec<_>>(),
        })
    }

    /// For people.
    pub(crate) fn text(&self) -> String {
        let (run, plan) = (self.run, &self.run.plan);
        let mut out = String::new();
        let sessions = if plan.tasks.len() == 1 { "session" } else { "sessions" };
        // Writing into a string cannot fail.
        let _ = writeln!(
            out,
            "{HEAD}{} {sessions}{HEAD:#}, {} at once: about {} {DIM}({}){DIM:#}\n",
            plan.tasks.len(),
            run.options.lanes,
            run.prediction(),
            words::range(&self.range, self.source(), guessed_share(&run.spreads))
                .unwrap_or_else(|| "times are guesses by kind of work".to_owned()),
        );
        let rows = self.tree();
        let width = widest(rows.iter().map(|(_, name)| name.as_str())).max("session".len());
        let end = words::duration(self.schedule.makespan);
        let time = end.len().max(8);
        let axis = format!("0{end:>w$}", w = BARS - 1);
        let _ = writeln!(out, "  {DIM}{:<width$}  {:>time$}  {:>time$}  {axis}{DIM:#}", "session", "start", "takes");
        for (at, name) in rows {
            let (start, end) = self.schedule.times[at];
            let (begin, takes) = (words::duration(start), words::duration(end - start));
            let (bar, notes) = (self.bar(at), self.notes(at).join("; "));
            let notes = if notes.is_empty() { notes } else { format!("  {DIM}{notes}{DIM:#}") };
            let line = format!("  {name:<width$}  {begin:>time$}  {takes:>time$}  {bar}{notes}");
            let _ = writeln!(out, "{}", line.trim_end());
        }
        let length = words::duration(self.analysis.length);
        let _ = writeln!(out, "\n{HEAD}longest way:{HEAD:#} {}, {length}", self.critical_path().join(" → "));
        self.reasons(&mut out);
        out
    }

    fn critical_path(&self) -> Vec<&str> {
        let tasks = self.analysis.critical_path.iter();
        tasks.filter_map(|task| self.run.plan.tasks.get(task.0)).map(|task| task.label.as_str()).collect()
    }

    /// As sure as the least sure session.
    fn source(&self) -> Source {
        self.run.spreads.iter().map(|spread| spread.source).reduce(Source::with).unwrap_or(Source::Guess)
    }

    fn reasons(&self, out: &mut String) {
        let plan = &self.run.plan;
        let is_order = |a: usize, b: usize| plan.edges.iter().any(|(from, to)| (from.0, to.0) == (a, b));
        for (wanted, title) in [(true, "why in this order:"), (false, "never at once:")] {
            let meant = plan.reasons.iter().filter(|(a, b, _)| is_order(a.0, b.0) == wanted);
            let groups = self.alike(meant);
            if !groups.is_empty() {
                let _ = writeln!(out, "{HEAD}{title}{HEAD:#}");
            }
            for (why, others) in groups {
                let mut text = super::lines::plain(&why);
                if !others.is_empty() {
                    let _ = write!(text, "; the same with {}", some(&others));
                }
                let text = super::lines::wrap(&text, REASON).join("\n    ");
                let _ = writeln!(out, "  {DIM}- {text}{DIM:#}");
            }
        }
    }

    /// Reasons, each once; of those that differ in one session's name only the first, with the other names.
    fn alike<'b>(&'b self, reasons: impl Iterator<Item = &'b (TaskId, TaskId, String)>) -> Vec<(String, Vec<&'b str>)> {
        let name = |task: TaskId| self.run.names.get(task.0).map_or("", |names| names.name.as_str());
        let mut groups: Vec<([String; 2], String, Vec<&str>)> = Vec::new();
        for (a, b, why) in reasons {
            let (a, b) = (name(*a), name(*b));
            let without = [a, b].map(|name| why.replace(&format!("`{name}`"), "`…`"));
            let known = groups.iter_mut().find_map(|(patterns, first, others)| {
                let place = (0..2).find(|&place| patterns.contains(&without[place]))?;
                Some((first, others, [a, b][place]))
            });
            match known {
                Some((first, others, other)) if first != why && !others.contains(&other) => others.push(other),
                Some(_) => {}
                None => groups.push((without, why.clone(), Vec::new())),
            }
        }
        groups.into_iter().map(|(_, why, others)| (why, others)).collect()
    }

    /// Tasks with their names, each below the one that ends last of those it waits for, else in the order of starts.
    fn tree(&self) -> Vec<(usize, String)> {
        let mut roots = Vec::new();
        let mut below: Vec<Vec<usize>> = vec![Vec::new(); self.order.len()];
        for &at in &self.order {
            match self.parent(at) {
                Some(parent) => below[parent].push(at),
                None => roots.push(at),
            }
        }
        let mut rows = Vec::new();
        // What is still to be written: a task, how deep it stands, what stands in front of it and of what is below it.
        let mut stack: Vec<(usize, usize, String, String)> =
            roots.into_iter().rev().map(|at| (at, 0, String::new(), String::new())).collect();
        while let Some((at, depth, own, inner)) = stack.pop() {
            rows.push((at, format!("{own}{}", self.run.plan.tasks[at].label)));
            let last = below[at].len().saturating_sub(1);
            for (place, &child) in below[at].iter().enumerate().rev() {
                let (own, more) = if place == last { ("└─ ", "   ") } else { ("├─ ", "│  ") };
                let more = if depth < DEPTH { more } else { "" };
                stack.push((child, depth + 1, format!("{inner}{own}"), format!("{inner}{more}")));
            }
        }
        rows
    }

    /// Of the tasks that `at` waits for the one that ends last.
    fn parent(&self, at: usize) -> Option<usize> {
        let before = self.run.plan.edges.iter().filter(|(_, to)| to.0 == at).map(|(from, _)| from.0);
        let known = before.filter(|&from| from < self.schedule.times.len());
        known.max_by(|&a, &b| self.schedule.times[a].1.total_cmp(&self.schedule.times[b].1).then(b.cmp(&a)))
    }

    fn notes(&self, at: usize) -> Vec<String> {
        let task = &self.run.plan.tasks[at];
        let mut notes = Vec::new();
        // What stands above it in the tree needs no words.
        let above = std::iter::successors(self.parent(at), |&parent| self.parent(parent));
        let above: Vec<&str> = above.map(|at| self.run.plan.tasks[at].label.as_str()).collect();
        let others: Vec<&str> = self.after(at).into_iter().filter(|name| !above.contains(name)).collect();
        if !others.is_empty() {
            notes.push(format!("also after {}", some(&others)));
        }
        if task.is_exclusive {
            notes.push("alone".to_owned());
        } else if task.lanes > 1 {
            notes.push(format!("takes {} lanes", task.lanes.min(self.run.options.lanes)));
        }
        notes
    }

    fn after(&self, at: usize) -> Vec<&str> {
        let plan = &self.run.plan;
        let before = plan.edges.iter().filter(|(_, to)| to.0 == at);
        before.filter_map(|(from, _)| plan.tasks.get(from.0)).map(|task| task.label.as_str()).collect()
    }

    /// The session's place in time; what cannot be late without the end being late stands out.
    fn bar(&self, at: usize) -> String {
        let scale = BARS as f64 / self.schedule.makespan.max(0.001);
        let (start, end) = self.schedule.times[at];
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "between 0 and BARS")]
        let column = |seconds: f64| (seconds * scale).round() as usize;
        let before = column(start).min(BARS - 1);
        let length = column(end).saturating_sub(before).max(1);
        let colour = if self.analysis.slack[at] == 0.0 { WARN } else { NAME };
        let (bar, rest) = ("█".repeat(length), BARS.saturating_sub(before + length));
        format!("{:before$}{colour}{bar}{colour:#}{:rest$}", "", "")
    }
}

/// The first of `names`, and how many more there are.
fn some(names: &[&str]) -> String {
    let more = names.len().saturating_sub(NAMES);
    let shown = names.iter().take(NAMES).copied().collect::<Vec<_>>().join(", ");
    if more > 0 { format!("{shown} and {more} more") } else { shown }
}
