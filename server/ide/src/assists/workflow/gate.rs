//! The gate: a job under the id and name that others know, which is green only if all jobs it stands for were.
//!
//! It runs always, for a skipped check counts as passed; and it asks for every result, for a failed job's dependents are
//! merely skipped.

use facts::workflow::Job;
use syntax::Document;
use syntax::yaml::Entry;

use super::layout::{self, UNUSUAL};

/// The gate that stands behind `job` for the one job `new_id`, which takes its place: its text from the end of `job`'s
/// last line on. The error says why it cannot be written.
pub(crate) fn under_old_name(document: &Document, job: &Job, new_id: &str) -> Result<String, String> {
    let (text, newline) = (document.text(), layout::newline(document.text()));
    let entry = layout::job_entry(document, &job.id).ok_or(UNUSUAL)?;
    let indent = layout::indent(text, entry.key.span.start).ok_or(UNUSUAL)?;
    let first = entry.value.mapping().and_then(|mapping| mapping.entries.first()).ok_or(UNUSUAL)?;
    let keys = layout::indent(text, first.key.span.start).ok_or(UNUSUAL)?;
    let unit = keys.strip_prefix(indent).filter(|unit| !unit.is_empty()).ok_or(UNUSUAL)?;
    let dash = dash(text, entry, indent).ok_or(UNUSUAL)?;
    let runs_on = entry.value.entry("runs-on").ok_or("the job does not say where it runs")?;
    if runs_on.value.anchor.is_some() {
        return Err("`runs-on` is shared with another place by an alias".to_owned());
    }
    if runs_on.span().of(text).contains('\n') {
        return Err("`runs-on` is written over several lines".to_owned());
    }
    let may_be_skipped = !job.needs.is_empty() || job.condition.is_some();
    let gate = Gate {
        id: &job.id,
        name: job.name.as_ref().map(|(_, span)| span.of(text)),
        needs: vec![new_id.to_owned()],
        skipped_with: may_be_skipped.then_some(new_id),
        runs_on: runs_on.span().of(text),
        outputs: Vec::new(),
        has_permissions: job.other_keys.iter().any(|(key, _)| key == "permissions"),
        may_skip: false,
    };
    let body: String = gate.lines(unit, dash).iter().map(|line| format!("{newline}{indent}{line}")).collect();
    Ok(format!("{newline}{newline}{indent}# One check for all of them, under the name that others know.{body}"))
}

/// What stands before the dashes of a job's steps, behind the indentation of its id.
pub(crate) fn dash<'t>(text: &'t str, job: &Entry, id_indent: &str) -> Option<&'t str> {
    let first = job.value.get("steps")?.sequence()?.items.first()?;
    layout::indent(text, first.span.start)?.strip_prefix(id_indent)
}

/// A gate to be written.
pub(crate) struct Gate<'a> {
    /// The id that others know.
    pub(crate) id: &'a str,
    /// `name:` as it is written.
    pub(crate) name: Option<&'a str>,
    /// Jobs that it stands for.
    pub(crate) needs: Vec<String>,
    /// One of them that may be skipped for good reason; the gate then is skipped too.
    pub(crate) skipped_with: Option<&'a str>,
    /// The `runs-on:` entry as it is written.
    pub(crate) runs_on: &'a str,
    /// Outputs that it passes on: name, and the job that has it.
    pub(crate) outputs: Vec<(String, String)>,
    /// The job had `permissions` of its own; the gate needs none.
    pub(crate) has_permissions: bool,
    /// A job that is skipped is as good as a green one.
    pub(crate) may_skip: bool,
}

impl Gate<'_> {
    /// Its lines, the first without indentation; `unit` is one level, `dash` what stands before a step's dash.
    pub(crate) fn lines(&self, unit: &str, dash: &str) -> Vec<String> {
        let mut lines = vec![format!("{}:", self.id)];
        if let Some(name) = self.name {
            lines.push(format!("{unit}name: {name}"));
        }
        lines.push(match self.skipped_with {
            Some(job) => format!("{unit}if: ${{{{ always() && needs.{job}.result != 'skipped' }}}}"),
            None => format!("{unit}if: always()"),
        });
        lines.push(format!("{unit}needs: {}", list(&self.needs)));
        lines.push(format!("{unit}{}", self.runs_on));
        if self.has_permissions {
            lines.push(format!("{unit}permissions: {{}}"));
        }
        if !self.outputs.is_empty() {
            lines.push(format!("{unit}outputs:"));
        }
        for (name, job) in &self.outputs {
            lines.push(format!("{unit}{unit}{name}: ${{{{ needs.{job}.outputs.{name} }}}}"));
        }
        lines.push(format!("{unit}steps:"));
        lines.push(format!("{dash}- if: ${{{{ {} }}}}", self.is_red()));
        lines.push(format!("{dash}  run: exit 1"));
        lines
    }

    fn is_red(&self) -> String {
        if let ([only], false) = (self.needs.as_slice(), self.may_skip) {
            return format!("needs.{only}.result != 'success'");
        }
        let bad: &[&str] = if self.may_skip { &["failure", "cancelled"] } else { &["failure", "cancelled", "skipped"] };
        let any: Vec<String> = bad.iter().map(|result| format!("contains(needs.*.result, '{result}')")).collect();
        any.join(" || ")
    }
}

/// One id as it is, several as a flow list.
pub(crate) fn list(ids: &[String]) -> String {
    match ids {
        [only] => only.clone(),
        _ => format!("[{}]", ids.join(", ")),
    }
}
