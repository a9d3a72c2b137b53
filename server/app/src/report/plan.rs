//! What would run when: a table with a bar for each session, and why the order is as it is.

use std::fmt::Write;

use exec::list;
use ide::words;
use model::schedule::{Schedule, analyse, simulate_list};
use serde_json::{Value, json};

use super::lines::widest;
use crate::launch::Prepared;
use crate::style::{DIM, HEAD, NAME, WARN};

/// Columns of the bars.
const BARS: usize = 40;
/// Columns of one reason.
const REASON: usize = 100;

/// A forecast of a prepared run.
pub(crate) struct Forecast<'a> {
    run: &'a Prepared,
    schedule: Schedule,
    slack: Vec<f64>,
    /// Tasks in the order of their starts.
    order: Vec<usize>,
}

impl<'a> Forecast<'a> {
    /// Simulates `run` as it would be done.
    pub(crate) fn new(run: &'a Prepared) -> Self {
        let lanes = run.options.lanes;
        let schedule = simulate_list(&run.plan, lanes, &list(&run.plan, lanes));
        let mut order: Vec<usize> = (0..run.plan.tasks.len()).collect();
        order.sort_by(|&a, &b| schedule.times[a].0.total_cmp(&schedule.times[b].0).then(a.cmp(&b)));
        Self { run, slack: analyse(&run.plan).slack, schedule, order }
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
                "slack": self.slack[at],
            })
        });
        let reasons =
            plan.reasons.iter().map(|(a, b, why)| json!({"between": [label(a.0), label(b.0)], "reason": why}));
        json!({
            "lanes": self.run.options.lanes,
            "predictedSeconds": self.run.predicted_seconds,
            "sequentialSeconds": self.run.sequential_seconds,
            "sessions": sessions.collect::<Vec<_>>(),
            "reasons": reasons.collect::<Vec<_>>(),
        })
    }

    /// For people.
    pub(crate) fn text(&self) -> String {
        let (run, plan) = (self.run, &self.run.plan);
        let (predicted, sequential) = (words::duration(run.predicted_seconds), words::duration(run.sequential_seconds));
        let mut out = String::new();
        let sessions = if plan.tasks.len() == 1 { "session" } else { "sessions" };
        // Writing into a string cannot fail.
        let _ = writeln!(
            out,
            "{HEAD}{} {sessions}{HEAD:#}, {} at once: about {predicted} instead of {sequential} one after another\n",
            plan.tasks.len(),
            run.options.lanes,
        );
        let width = widest(plan.tasks.iter().map(|task| task.label.as_str())).max("session".len());
        let _ = writeln!(out, "  {DIM}{:<width$}  {:>7}  {:>7}{DIM:#}", "session", "start", "takes");
        for &at in &self.order {
            let task = &plan.tasks[at];
            let (start, end) = self.schedule.times[at];
            let (begin, takes) = (words::duration(start), words::duration(end - start));
            let after = self.after(at);
            let mut notes = Vec::new();
            if !after.is_empty() {
                notes.push(format!("after {}", after.join(", ")));
            }
            if task.is_exclusive {
                notes.push("alone".to_owned());
            } else if task.lanes > 1 {
                notes.push(format!("takes {} lanes", task.lanes.min(run.options.lanes)));
            }
            let (bar, notes) = (self.bar(at), notes.join("; "));
            let _ = writeln!(out, "  {:<width$}  {begin:>7}  {takes:>7}  {bar}  {DIM}{notes}{DIM:#}", task.label);
        }
        let critical = self.order.iter().filter(|&&at| self.slack[at] == 0.0);
        let critical: Vec<&str> = critical.map(|&at| plan.tasks[at].label.as_str()).collect();
        let _ = writeln!(out, "\n{HEAD}longest way:{HEAD:#} {}", critical.join(" → "));
        self.reasons(&mut out);
        out
    }

    fn reasons(&self, out: &mut String) {
        let plan = &self.run.plan;
        let is_order = |a: usize, b: usize| plan.edges.iter().any(|(from, to)| (from.0, to.0) == (a, b));
        let mut told: Vec<(&str, &str)> = Vec::new();
        for (a, b, why) in &plan.reasons {
            let kind = if is_order(a.0, b.0) { "order" } else { "take turns" };
            if !told.contains(&(kind, why)) {
                told.push((kind, why));
            }
        }
        for (kind, title) in [("order", "why in this order:"), ("take turns", "never at once:")] {
            let whys: Vec<&str> = told.iter().filter(|(of, _)| *of == kind).map(|(_, why)| *why).collect();
            if whys.is_empty() {
                continue;
            }
            let _ = writeln!(out, "{HEAD}{title}{HEAD:#}");
            for why in whys {
                for (line, indent) in super::lines::wrap(&super::lines::plain(why), REASON).iter().zip(["- ", ""]) {
                    let _ = writeln!(out, "  {DIM}{indent:<2}{line}{DIM:#}");
                }
            }
        }
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
        let colour = if self.slack[at] == 0.0 { WARN } else { NAME };
        let (bar, rest) = ("█".repeat(length), BARS.saturating_sub(before + length));
        format!("{:before$}{colour}{bar}{colour:#}{:rest$}", "", "")
    }
}
