//! The gate: a job under the id and name that others know, which is green only if all jobs it stands for were.
//!
//! It runs always, for a skipped check counts as passed; and it asks for every result, for a failed job's dependents are
//! merely skipped.

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
    /// Its lines, the first without indentation; `unit` is one level.
    pub(crate) fn lines(&self, unit: &str) -> Vec<String> {
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
        lines.push(format!("{unit}{unit}- if: ${{{{ {} }}}}", self.is_red()));
        lines.push(format!("{unit}{unit}  run: exit 1"));
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
