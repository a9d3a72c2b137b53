//! What people can set and analysis needs to know; values come in from whoever reads settings.

use facts::Forge;

/// Assumptions about where workflows and sessions run.
#[derive(Clone, Debug, PartialEq)]
pub struct Settings {
    /// Forces every workflow's forge; `None`: by folder.
    pub forge: Option<Forge>,
    /// Jobs that may run at once on GitHub. Default 20 (free plan, GitHub's limits page).
    pub github_slots: usize,
    /// The same for Forgejo. Default 1 (a runner's `capacity`, its configuration's default).
    pub forgejo_slots: usize,
    /// The same for Gitea. Default 1.
    pub gitea_slots: usize,
    /// Seconds every job costs before its first session starts: queue, checkout, setup. Default 40.
    pub job_overhead_seconds: f64,
    /// Processor cores of a CI runner. Default 4 (GitHub's standard runner for public repositories).
    pub runner_cores: usize,
    /// Processor cores here; sessions that a local run starts at once by default.
    pub local_cores: usize,
    /// nox's version where the workflow runs, as text (`2026.10.20`); `None`: the newest.
    pub nox_version: Option<String>,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            forge: None,
            github_slots: 20,
            forgejo_slots: 1,
            gitea_slots: 1,
            job_overhead_seconds: 40.0,
            runner_cores: 4,
            local_cores: 2,
            nox_version: None,
        }
    }
}

impl Settings {
    /// Jobs that may run at once on `forge`.
    pub fn slots(&self, forge: Forge) -> usize {
        match forge {
            Forge::GitHub => self.github_slots,
            Forge::Forgejo => self.forgejo_slots,
            Forge::Gitea => self.gitea_slots,
        }
    }
}
