//! Text of a matrix job as it is in one cell: expressions over the matrix give way to their values. For rewrites that take
//! something out of a matrix.

use facts::workflow::{Cell, Job, Remainder, Scope, Step, WorkflowFacts};
use model::NoxfileModel;

use super::layout;
use crate::matrix;

/// One cell of a job's matrix.
pub(super) struct OneCell<'a> {
    cell: &'a Cell,
    scope: Scope<'a>,
    /// The matrix as it is written: its values keep their quotes.
    strategy: &'a str,
}

/// What a step's condition comes to in the cell.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Condition {
    /// Nothing of it depends on the matrix: as it is.
    Kept,
    /// It holds here.
    Holds,
    /// It does not.
    Fails,
    /// It holds if this does, which does not depend on the matrix.
    Left(String),
}

impl<'a> OneCell<'a> {
    /// The cell in which a session costs least and says most: on Linux if there is one, with the newest released Python;
    /// `python`: the interpreter that the sessions ask for.
    pub(super) fn cheapest(
        facts: &'a WorkflowFacts,
        job: &'a Job,
        text: &'a str,
        python: Option<&str>,
    ) -> Option<Self> {
        let strategy = job.strategy.as_ref()?;
        let cells = strategy.cells.value()?;
        let rank = |cell: &Cell| {
            let labels = cell.runs_on.as_deref().or(job.runs_on.value().map(Vec::as_slice)).unwrap_or_default();
            let on_linux = labels.iter().any(|label| label.contains("ubuntu") || label.contains("linux"));
            let is_arm = labels.iter().any(|label| label.contains("arm"));
            let versions: Vec<(u32, u32)> = cell.values.iter().filter_map(|(_, value)| version(value)).collect();
            let is_asked = python.is_some_and(|python| cell.values.iter().any(|(_, value)| value == python));
            (on_linux, is_asked, versions.into_iter().max(), !is_arm)
        };
        // The first of equals.
        let cell = cells.iter().rev().max_by_key(|cell| rank(cell))?;
        Some(Self { cell, scope: Scope::of_job(facts, job, Some(cell)), strategy: strategy.span.of(text) })
    }

    /// The cell at a place of the matrix.
    pub(super) fn at(facts: &'a WorkflowFacts, job: &'a Job, text: &'a str, cell: usize) -> Option<Self> {
        let strategy = job.strategy.as_ref()?;
        let cell = strategy.cells.value()?.get(cell)?;
        Some(Self { cell, scope: Scope::of_job(facts, job, Some(cell)), strategy: strategy.span.of(text) })
    }

    /// The values that make the cell, for people: "`ubuntu-latest`, `3.14`".
    pub(super) fn shown(&self, job: &Job) -> String {
        let vectors = job.strategy.iter().flat_map(|strategy| &strategy.vectors).map(|(key, ..)| key);
        let values = vectors.filter_map(|key| self.cell.values.iter().find(|(name, _)| name == key));
        let mut values: Vec<&str> = values.map(|(_, value)| value.as_str()).collect();
        // A matrix of nothing but `include`.
        if values.is_empty() {
            values = self.cell.values.iter().map(|(_, value)| value.as_str()).collect();
        }
        values.retain(|value| !value.is_empty());
        values.join(", ")
    }

    /// What becomes of a step's `if`; the error: nobody can say.
    pub(super) fn condition(&self, step: &Step) -> Result<Condition, String> {
        let Some((written, _)) = step.condition.as_ref().filter(|(text, _)| !text.trim().is_empty()) else {
            return Ok(Condition::Kept);
        };
        match self.scope.in_step(step).remainder(written) {
            Remainder::Never => Ok(Condition::Fails),
            Remainder::Always => Ok(Condition::Holds),
            Remainder::If { is_open: true, .. } if matrix::may_differ(written) => {
                Err(format!("nobody can say whether `{written}` holds in the cell that is chosen"))
            }
            Remainder::If { text, .. } if written.contains(text.as_str()) && !matrix::may_differ(written) => {
                Ok(Condition::Kept)
            }
            Remainder::If { text, .. } => Ok(Condition::Left(text)),
        }
    }

    /// `text` of the file with every expression over the matrix replaced by its value in this cell. The error names one
    /// whose value is not known.
    pub(super) fn filled(&self, text: &str) -> Result<String, String> {
        let mut out = String::new();
        let mut rest = text;
        while let Some((before, behind)) = rest.split_once("${{") {
            let (inside, after) = behind.split_once("}}").ok_or(layout::UNUSUAL)?;
            out.push_str(before);
            let expression = format!("${{{{{inside}}}}}");
            if matrix::names(inside) {
                let value = self.scope.fill(&expression).map_err(|why| format!("`{}` {why}", expression.trim()))?;
                out.push_str(&self.written(&value, before, after));
            } else {
                out.push_str(&expression);
            }
            rest = after;
        }
        out.push_str(rest);
        Ok(out)
    }

    /// A value as YAML, where it is all of a plain scalar; inside other text as it is.
    fn written(&self, value: &str, before: &str, after: &str) -> String {
        let line = before.rsplit('\n').next().unwrap_or_default();
        let is_start = line.ends_with(": ") || line.trim_start() == "- ";
        let end = after.split('\n').next().unwrap_or_default().trim();
        // A number in quotes is none to GitHub's parser.
        let is_number = line.trim_start().starts_with("timeout-minutes:") && value.parse::<f64>().is_ok();
        if is_number || !is_start || !(end.is_empty() || end.starts_with('#')) {
            return value.to_owned();
        }
        let in_quotes = ["'", "\""].into_iter().map(|quote| format!("{quote}{value}{quote}"));
        let as_written = in_quotes.into_iter().find(|quoted| self.strategy.contains(quoted));
        let is_bare = layout::scalar(value) == value;
        as_written
            .filter(|_| !is_bare)
            .unwrap_or_else(|| if is_word(value) { value.to_owned() } else { layout::scalar(value) })
    }
}

/// A word of YAML's own, which an expression over the matrix may have come to.
fn is_word(value: &str) -> bool {
    matches!(value, "true" | "false")
}

/// A released version of CPython: `3.12`. Others (`3.14t`, `pypy3.11`, `3.15-dev`) come after these.
fn version(value: &str) -> Option<(u32, u32)> {
    let (major, minor) = value.split_once('.')?;
    Some((major.parse().ok()?, minor.parse().ok()?)).filter(|(major, _)| (2..=3).contains(major))
}

/// The interpreter that all of some sessions run on, if they say just one.
pub(super) fn python(noxfile: &NoxfileModel, sessions: impl Iterator<Item = model::SessionId>) -> Option<&str> {
    let mut found: Option<&str> = None;
    for id in sessions {
        let session = noxfile.facts.sessions.get(id.0)?;
        let mut pythons = session.instances.iter().map(|instance| instance.python.as_deref());
        let own = pythons.next()??;
        if pythons.next().is_some() || found.is_some_and(|other| other != own) {
            return None;
        }
        found = Some(own);
    }
    found
}
