//! The gate: a job under the id and name that others know, which is green only if all jobs it stands for were.
//!
//! It runs always, for a skipped check counts as passed; and it asks for every result, for a failed job's dependents are
//! merely skipped. Neighbour: `gate_runner` says where it runs.

use facts::Forge;
use facts::workflow::Job;
use model::WorkflowModel;
use syntax::Document;

use super::layout;
use super::style::Style;

/// Whether a job that always runs waits for `job`: then that is the check to require.
pub(super) fn is_gated(workflow: &WorkflowModel, job: &Job) -> bool {
    let runs_always = |condition: &str| condition.contains("always()") || condition.contains("cancelled()");
    workflow.facts.jobs.iter().any(|other| {
        other.condition.as_ref().is_some_and(|(condition, _)| runs_always(condition))
            && other.needs.iter().any(|(need, _)| need.eq_ignore_ascii_case(&job.id))
    })
}

/// The gate that stands behind `job` for the one job `new_id`, which takes its place: its text from the end of `job`'s
/// last line on. `runs_on`: its entry. The error says why it cannot be written.
pub(crate) fn under_old_name(
    document: &Document,
    forge: Forge,
    job: &Job,
    runs_on: &str,
    new_id: &str,
) -> Result<String, String> {
    let text = document.text();
    let entry = layout::block_job(document, &job.id)?;
    let style = Style::of(document, entry)?;
    let may_be_skipped = !job.needs.is_empty() || job.condition.is_some();
    let gate = Gate {
        id: &job.id,
        name: job.name.as_ref().map(|(_, span)| span.of(text)),
        needs: vec![new_id.to_owned()],
        skipped_with: may_be_skipped.then_some(new_id),
        runs_on,
        outputs: Vec::new(),
        has_permissions: has_permissions(forge, job),
        may_skip: false,
    };
    let gate = gate.text(&style, "One check for all of them, under the name that others know.");
    Ok(format!("{}{gate}", style.between()))
}

/// Whether the gate that stands for `job` says that it needs no permissions: zizmor reports each job that leaves them to
/// the default. Forgejo ignores the key (its documentation, "Differences from GitHub Actions"), so there only where the job
/// had it.
pub(super) fn has_permissions(forge: Forge, job: &Job) -> bool {
    forge != Forge::Forgejo || job.other_keys.iter().any(|(key, _)| key == "permissions")
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
    /// Whether it says that it needs no permissions.
    pub(crate) has_permissions: bool,
    /// A job that is skipped is as good as a green one.
    pub(crate) may_skip: bool,
}

impl Gate<'_> {
    /// It as text with a comment above, the first line without indentation.
    pub(crate) fn text(&self, style: &Style<'_>, comment: &str) -> String {
        let mut lines = vec![format!("# {comment}")];
        lines.extend(style.below(&format!("{}:", self.id), self.entries(style)));
        lines.join(&format!("{}{}", style.newline, style.id_indent))
    }

    fn entries(&self, style: &Style<'_>) -> Vec<String> {
        let mut lines: Vec<String> = self.name.iter().map(|name| format!("name: {name}")).collect();
        lines.push(match self.skipped_with {
            Some(job) => format!("if: ${{{{ always() && needs.{job}.result != 'skipped' }}}}"),
            None => "if: always()".to_owned(),
        });
        lines.push(format!("needs: {}", list(&self.needs)));
        lines.push(self.runs_on.to_owned());
        if self.has_permissions {
            lines.push("permissions: {}".to_owned());
        }
        if !self.outputs.is_empty() {
            let output = |(name, job): &(String, String)| format!("{name}: ${{{{ needs.{job}.outputs.{name} }}}}");
            lines.extend(style.below("outputs:", self.outputs.iter().map(output)));
        }
        lines.push("steps:".to_owned());
        lines.extend(style.list([vec![format!("if: ${{{{ {} }}}}", self.is_red()), "run: exit 1".to_owned()]]));
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
