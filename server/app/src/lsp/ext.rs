//! What the protocol does not have: our commands, our notifications, and the shapes of what they carry. The editors'
//! plugins have the same names on their side.

use serde::{Deserialize, Serialize};

/// Runs sessions. Argument: [`RunArguments`]. Result, when the run is over:
/// [`crate::report::run_event::RunResult`].
pub(crate) const RUN: &str = "noxflow.run";

/// Cancels runs. Argument: none for all, or [`CancelArguments`].
pub(crate) const CANCEL: &str = "noxflow.cancel";

/// The report on the workspace. Result: [`AuditResult`].
pub(crate) const AUDIT: &str = "noxflow.audit";

/// Asks nox for the sessions of a noxfile, which runs its code. Argument: [`ConfirmArguments`]. Result:
/// [`ConfirmResult`].
pub(crate) const CONFIRM: &str = "noxflow.confirm";

/// What a run would do when, and what bounds it; nothing is started. Argument: [`RunArguments`]. Result: [`GraphResult`].
pub(crate) const GRAPH: &str = "noxflow.graph";

/// Takes durations from files, or from a forge over the network. Argument: [`ImportArguments`]. Result: [`ImportResult`].
pub(crate) const IMPORT_TIMINGS: &str = "noxflow.importTimings";

/// Which forge durations would be fetched from; nothing is asked. Argument: [`SourceArguments`]. Result: [`SourceResult`].
pub(crate) const TIMINGS_SOURCE: &str = "noxflow.timingsSource";

/// Removes durations. Argument: [`ClearArguments`]. Result: `{"removed": N}`.
pub(crate) const CLEAR_TIMINGS: &str = "noxflow.clearTimings";

/// All commands.
pub(crate) const COMMANDS: [&str; 8] =
    [RUN, CANCEL, AUDIT, CONFIRM, GRAPH, IMPORT_TIMINGS, TIMINGS_SOURCE, CLEAR_TIMINGS];

/// From the editor: the workspace is trusted from now on. Parameters: none, or [`Trusted`].
pub(crate) const TRUSTED: &str = "noxflow/trusted";

/// To the editor: something happened in a run. Parameters: [`crate::report::run_event::RunEvent`].
pub(crate) const RUN_EVENT: &str = "noxflow/runEvent";

/// `initializationOptions`.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(crate) struct Options {
    /// Whether code of the workspace may be run. Default: yes; editors that know better say so.
    pub(crate) trusted: bool,
    /// Settings, as in [`crate::config::Config`].
    pub(crate) settings: serde_json::Value,
}

impl Default for Options {
    fn default() -> Self {
        Self { trusted: true, settings: serde_json::Value::Null }
    }
}

/// Parameters of `noxflow/trusted`.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(default)]
pub(crate) struct Trusted {
    /// Default: yes.
    pub(crate) trusted: bool,
}

impl Default for Trusted {
    fn default() -> Self {
        Self { trusted: true }
    }
}

/// What to run.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(crate) struct RunArguments {
    /// A file of the workspace: a noxfile means itself, any other file the nearest noxfile at or above it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) uri: Option<String>,
    /// Names or signatures of sessions; none: the noxfile's default ones.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) sessions: Option<Vec<String>>,
    /// What they need as well. Default: yes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) with_dependencies: Option<bool>,
    /// Sessions at once.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) jobs: Option<usize>,
    /// What nox hands to sessions after `--`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) posargs: Option<Vec<String>>,
}

/// Which run to cancel.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct CancelArguments {
    /// Its id; none: all.
    pub(crate) run: Option<String>,
}

/// What to report on.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct AuditArguments {
    /// A file of the workspace; none: all workspaces.
    pub(crate) uri: Option<String>,
}

/// The report.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct AuditResult {
    /// As Markdown.
    pub(crate) markdown: String,
}

/// Which noxfile nox is asked about.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct ConfirmArguments {
    /// A file of the workspace: a noxfile means itself, any other file the nearest noxfile at or above it.
    pub(crate) uri: Option<String>,
}

/// What nox said.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct ConfirmResult {
    /// The noxfile's URI.
    pub(crate) uri: String,
    /// How many sessions nox lists, each interpreter and set of parameters counted.
    pub(crate) sessions: usize,
}

/// What a run would do.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct GraphResult {
    /// For people: a tree with times and bars.
    pub(crate) text: String,
    /// For pictures, as `noxflow plan --format json` writes it.
    pub(crate) plan: serde_json::Value,
}

/// What to take in: files, or what `fetch` says.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(crate) struct ImportArguments {
    /// A file of the workspace; none: the only workspace.
    pub(crate) uri: Option<String>,
    /// Paths or URIs of files that the user has picked.
    pub(crate) files: Vec<String>,
    /// Ask a forge.
    pub(crate) fetch: Option<FetchArguments>,
    /// Where they were taken.
    pub(crate) label: Option<String>,
    /// The session they are of, for files that name none.
    pub(crate) session: Option<String>,
    /// A name for them.
    pub(crate) set: Option<String>,
}

/// Which runs of which forge.
#[derive(Clone, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(crate) struct FetchArguments {
    /// The forge's address; none: that of the git remote.
    pub(crate) url: Option<String>,
    /// `OWNER/REPOSITORY`; none: that of the git remote.
    pub(crate) repository: Option<String>,
    /// A secret for the forge at `url`, which must then be there. None: what the environment has for that forge.
    pub(crate) token: Option<String>,
    /// Only runs of this branch.
    pub(crate) branch: Option<String>,
    /// Only runs of the workflow in this file.
    pub(crate) workflow: Option<String>,
    /// Only runs since this day.
    pub(crate) since: Option<String>,
    /// The newest so many.
    pub(crate) limit: Option<usize>,
    /// Whether logs are taken where sessions share a step. Default: yes.
    pub(crate) logs: Option<bool>,
}

// By hand: the token must not come into a log.
impl std::fmt::Debug for FetchArguments {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("FetchArguments").field("url", &self.url).finish_non_exhaustive()
    }
}

/// What came in.
#[derive(Clone, Debug, Default, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ImportResult {
    /// Durations that were not known.
    pub(crate) durations: usize,
    /// Those that were.
    pub(crate) known: usize,
    /// Sessions they are of.
    pub(crate) sessions: usize,
    /// Runs that were read; 0 for files.
    pub(crate) runs: usize,
    /// What was left out and why.
    pub(crate) notes: Vec<String>,
    /// Why it ended before its end; what came until then is kept.
    pub(crate) stopped: Option<String>,
    /// All of it in a sentence.
    pub(crate) message: String,
}

/// Which source.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct SourceArguments {
    /// A file of the workspace; none: the only workspace.
    pub(crate) uri: Option<String>,
    /// As of [`FetchArguments`].
    pub(crate) url: Option<String>,
    /// As of [`FetchArguments`].
    pub(crate) repository: Option<String>,
}

/// The source.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct SourceResult {
    /// The forge's address.
    pub(crate) url: String,
    /// Its host.
    pub(crate) host: String,
    /// `OWNER/REPOSITORY`.
    pub(crate) repository: String,
    /// `github`, `forgejo`, `gitea`; absent: it would have to be asked.
    pub(crate) forge: Option<String>,
}

/// What to remove.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct ClearArguments {
    /// A file of the workspace; none: the only workspace.
    pub(crate) uri: Option<String>,
    /// Only these sessions.
    pub(crate) sessions: Vec<String>,
}
