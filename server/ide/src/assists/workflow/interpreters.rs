//! Interpreters that a job's steps set up by `actions/setup-python`, and edits that leave one of them.

use facts::shell::NoxCall;
use facts::workflow::{Job, Step, StepKind};
use syntax::{Document, Span, TextEdit};

use super::layout::{self, UNUSUAL};

/// What a job sets up.
pub(crate) struct Interpreters {
    /// Versions, as they are written: `3.12`.
    pub(crate) versions: Vec<String>,
    /// Steps that set up versions, by their places in the job.
    steps: Vec<usize>,
}

impl Interpreters {
    /// What the steps of `job` before `end` set up, as far as it is literal.
    pub(crate) fn of(job: &Job, end: usize) -> Self {
        let mut found = Self { versions: Vec::new(), steps: Vec::new() };
        for (at, step) in job.steps.iter().enumerate().take(end) {
            let own = versions(step);
            if !own.is_empty() {
                found.steps.push(at);
                found.versions.extend(own.into_iter().map(str::to_owned));
            }
        }
        found
    }

    /// Whether it is more than one: a single one is that which nox itself runs on.
    pub(crate) fn are_several(&self) -> bool {
        self.versions.len() > 1
    }

    /// Why a job for each of `pythons` cannot have just its own, if so.
    pub(super) fn refuse(&self, pythons: &[String]) -> Result<(), String> {
        match pythons.iter().find(|python| !self.have(python)) {
            Some(missing) if self.are_several() => Err(format!("no step sets up Python {}", version(missing))),
            _ => Ok(()),
        }
    }

    /// Whether a step sets up what a noxfile calls `python`.
    pub(super) fn have(&self, python: &str) -> bool {
        self.versions.iter().any(|own| own == version(python))
    }

    /// Edits that set up the one Python `value` in the place of `pythons`: of several steps the first stays.
    pub(super) fn edits(
        &self,
        document: &Document,
        job: &Job,
        pythons: &[String],
        value: &str,
    ) -> Result<Vec<TextEdit>, String> {
        let text = document.text();
        let mut edits = Vec::new();
        let is_one_of_them = |at: &usize| {
            let own = job.steps.get(*at).map(versions).unwrap_or_default();
            self.are_several() && own.iter().any(|own| pythons.iter().any(|python| version(python) == *own))
        };
        for (nth, at) in self.steps.iter().copied().filter(is_one_of_them).enumerate() {
            let step = job.steps.get(at).ok_or(UNUSUAL)?;
            let node = layout::step_node(document, &job.id, at).ok_or(UNUSUAL)?;
            if nth > 0 {
                let before = at.checked_sub(1).and_then(|before| job.steps.get(before)).ok_or(UNUSUAL)?;
                let line = Span::new(layout::line_end(text, before.span.end), layout::line_end(text, step.span.end));
                edits.push(TextEdit::delete(line));
                continue;
            }
            let with = node.get("with").ok_or(UNUSUAL)?;
            let entry = with.entry("python-version").ok_or(UNUSUAL)?;
            // Between `{` and `}` the braces of an expression would be read as YAML's.
            let is_flow = with.mapping().is_some_and(|mapping| mapping.flow);
            let value = if is_flow { format!("\"{value}\"") } else { value.to_owned() };
            let gap = Span::new(entry.key.span.end, entry.value.span.start).of(text);
            let from = entry.key.span.end + u32::try_from(gap.find(':').ok_or(UNUSUAL)?).unwrap_or(0) + 1;
            edits.push(TextEdit::replace(Span::new(from, end_of(text, entry.value.span)), format!(" {value}")));
            if let Some((name, span)) = step.name.as_ref().filter(|_| self.steps.len() > 1 && !is_flow)
                && let Some(version) = versions(step).first()
                && name.contains(version)
            {
                edits.push(TextEdit::replace(*span, span.of(text).replace(version, &value)));
            }
        }
        Ok(edits)
    }
}

/// A block scalar's span holds the line break behind it.
fn end_of(text: &str, span: Span) -> u32 {
    let written = span.of(text);
    span.end - u32::try_from(written.len() - written.trim_end().len()).unwrap_or(0)
}

/// Whether nox goes on without an interpreter that is not there.
pub(crate) fn skips_missing(call: &NoxCall) -> bool {
    call.other_flags.iter().any(|flag| flag.text == "--no-error-on-missing-interpreters")
}

/// The version of an interpreter, as `actions/setup-python` calls it: a noxfile's `python3.12` is its `3.12`.
pub(crate) fn version(python: &str) -> &str {
    python.strip_prefix("python").filter(|version| version.starts_with(|c: char| c.is_ascii_digit())).unwrap_or(python)
}

/// Versions that a step sets up.
pub(crate) fn versions(step: &Step) -> Vec<&str> {
    let StepKind::Uses { action, with, .. } = &step.kind else { return Vec::new() };
    if !action.contains("/setup-python@") {
        return Vec::new();
    }
    let lines = with.iter().filter(|(key, ..)| key == "python-version").flat_map(|(_, value, _)| value.lines());
    lines.map(str::trim).filter(|line| line.starts_with(|c: char| c.is_ascii_digit())).collect()
}

/// Whether a step sets up the version that `key` of the matrix says.
pub(crate) fn reads(step: &Step, key: &str) -> bool {
    let StepKind::Uses { action, with, .. } = &step.kind else { return false };
    let is_key =
        |text: &str| text.trim().trim_start_matches("${{").trim_end_matches("}}").trim() == format!("matrix.{key}");
    action.contains("/setup-python@") && with.iter().any(|(name, value, _)| name == "python-version" && is_key(value))
}
