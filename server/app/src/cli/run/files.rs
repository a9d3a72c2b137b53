//! The files that a run leaves on demand: JUnit XML, nox's report, the summary of a CI job.

use std::fs::OpenOptions;
use std::io::Write;
use std::path::{Path, PathBuf};

use anyhow::{Context, bail};
use exec::Summary;

use crate::launch::Prepared;
use crate::report::ended::ended;
use crate::report::{junit, nox_report, run_markdown};

/// Where they go.
pub(super) struct Outputs<'a> {
    junit: Option<&'a Path>,
    report: Option<&'a Path>,
    summary: Option<PathBuf>,
}

impl<'a> Outputs<'a> {
    /// A folder that is missing is found before anything runs, not after.
    pub(super) fn new(junit: Option<&'a Path>, report: Option<&'a Path>) -> anyhow::Result<Self> {
        for file in [junit, report].into_iter().flatten() {
            let folder = file.parent().filter(|folder| !folder.as_os_str().is_empty());
            if let Some(folder) = folder.filter(|folder| !folder.is_dir()) {
                bail!("`{}` cannot be written: there is no folder `{}`", file.display(), folder.display());
            }
        }
        let summary = std::env::var_os("GITHUB_STEP_SUMMARY").filter(|path| !path.is_empty()).map(PathBuf::from);
        Ok(Self { junit, report, summary })
    }

    /// Writes them.
    pub(super) fn write(&self, run: &Prepared, summary: &Summary) -> anyhow::Result<()> {
        if self.junit.is_none() && self.report.is_none() && self.summary.is_none() {
            return Ok(());
        }
        let sessions = ended(run, summary);
        let write = |file: &Path, text: String| {
            std::fs::write(file, text).with_context(|| format!("`{}` cannot be written", file.display()))
        };
        if let Some(file) = self.junit {
            write(file, junit::junit(&sessions, summary))?;
        }
        if let Some(file) = self.report {
            write(file, serde_json::to_string(&nox_report::nox_report(run, &sessions))? + "\n")?;
        }
        if let Some(file) = &self.summary {
            let text = run_markdown::run_markdown(&sessions, summary, run.options.lanes);
            let written = OpenOptions::new().create(true).append(true).open(file).map(|mut out| {
                // Other steps of the job write there too.
                out.write_all(text.as_bytes())
            });
            written.and_then(|done| done).with_context(|| format!("`{}` cannot be written", file.display()))?;
        }
        Ok(())
    }
}
