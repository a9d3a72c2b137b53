//! Durations straight from a forge, when the user asks for them: its list of runs, their jobs, and the logs of those jobs
//! whose steps do not tell sessions apart. The only place that uses the network.
//!
//! Neighbours: `remote` finds out which forge and repository, `token` which secret may go there, `client` asks and waits,
//! `api` knows what each forge calls things, [`crate::import`] makes durations of the answers.

mod api;
mod client;
mod remote;
#[cfg(test)]
mod tests;
mod token;

use model::Workspace;
use rustc_hash::FxHashSet;

pub use api::{Api, Run};
pub use client::{Trouble, is_loopback};
pub use remote::{Found, Said, Source, find, source, usual};
pub use token::{FromEnvironment, Token};

use crate::import::{Imported, Intake, LogArchive, Options};
use client::Client;

/// Runs that are asked for when nobody says how many.
pub const USUAL_RUNS: usize = 30;
/// Runs at most.
pub const MAX_RUNS: usize = 1_000;

/// Which runs.
#[derive(Clone, Debug)]
pub struct Filter {
    /// Of this branch.
    pub branch: Option<String>,
    /// Of the workflow in this file.
    pub workflow: Option<String>,
    /// Begun then or later, seconds since 1970.
    pub since: Option<f64>,
    /// The newest so many.
    pub limit: usize,
    /// With logs, where steps do not tell sessions apart.
    pub with_logs: bool,
}

impl Default for Filter {
    fn default() -> Self {
        Self { branch: None, workflow: None, since: None, limit: USUAL_RUNS, with_logs: true }
    }
}

/// The world as fetching needs it: a clock, patience, and somebody who looks on.
pub trait World {
    /// Now, in seconds since 1970.
    fn now(&self) -> f64;
    /// Lets `seconds` pass; returns earlier when the user has had enough.
    fn wait(&mut self, seconds: f64, why: &str);
    /// Whether the user has had enough.
    fn is_cancelled(&self) -> bool;
    /// `done` of `all` runs have been looked at.
    fn progress(&mut self, done: usize, all: usize);
}

/// What came.
#[derive(Clone, Debug, Default)]
pub struct Fetched {
    /// Durations, and what was left out.
    pub imported: Imported,
    /// Runs that were read.
    pub read: usize,
    /// Runs that had been read before.
    pub known: usize,
    /// Runs that were cancelled, skipped, or never came to do anything.
    pub dropped: usize,
    /// Runs that still go on.
    pub unfinished: usize,
    /// Names of the runs that need not be read again.
    pub seen: Vec<String>,
    /// Why it ended before its end, as a sentence. What came until then is good.
    pub stopped: Option<String>,
}

/// Fetches what `filter` asks for of `source`. `seen`: runs that are known. `token` goes to the forge's own host only.
///
/// # Errors
///
/// When the list of runs cannot be had at all.
pub fn fetch(
    workspace: &Workspace,
    source: &Source,
    token: Option<&Token>,
    filter: &Filter,
    (options, seen): (&Options, &FxHashSet<String>),
    world: &mut dyn World,
) -> Result<Fetched, Trouble> {
    let mut client = Client::new(source, token, world);
    let mut out = Fetched::default();
    let runs = source.api.runs(&mut client, source, filter)?;
    let mut intake = Intake::new(workspace, options);
    let mut logs = Logs { are_wanted: filter.with_logs, note: None };
    let all = runs.len();
    for (at, run) in runs.iter().enumerate() {
        client.progress(at, all);
        let key = source.key(run);
        if seen.contains(&key) {
            out.known += 1;
        } else if !run.is_finished {
            out.unfinished += 1;
        } else if run.is_dropped {
            out.dropped += 1;
        } else {
            match one(&mut client, source, run, &mut intake, &mut logs) {
                Ok(is_whole) => {
                    out.read += 1;
                    out.seen.extend(is_whole.then_some(key));
                }
                Err(trouble) if trouble.ends_all() => {
                    out.stopped = Some(trouble.to_string());
                    break;
                }
                Err(trouble) => out.imported.notes.push(format!("run {}: {trouble}", run.number)),
            }
        }
    }
    client.progress(all, all);
    let notes = std::mem::take(&mut out.imported.notes);
    out.imported = intake.finish();
    out.imported.notes.extend(notes.into_iter().chain(logs.note));
    Ok(out)
}

impl Fetched {
    /// `12 runs read, 3 known already, 2 cancelled or skipped`.
    pub fn told(&self) -> String {
        let mut text = format!("{} run{} read", self.read, if self.read == 1 { "" } else { "s" });
        for (count, what) in
            [(self.known, "known already"), (self.dropped, "cancelled or skipped"), (self.unfinished, "not finished")]
        {
            if count > 0 {
                text.push_str(&format!(", {count} {what}"));
            }
        }
        text
    }
}

/// Whether logs are asked for, and why no longer.
struct Logs {
    are_wanted: bool,
    note: Option<String>,
}

/// Reads a run. Whether nothing of it is missing for a reason that may go away.
fn one(
    client: &mut Client<'_>,
    source: &Source,
    run: &Run,
    intake: &mut Intake<'_>,
    logs: &mut Logs,
) -> Result<bool, Trouble> {
    let jobs = source.api.jobs(client, source, run)?;
    let workflow = run.workflow.as_deref();
    let wanted: Vec<bool> = jobs.iter().map(|job| intake.wants_log(job, workflow)).collect();
    let n_wanted = wanted.iter().filter(|is_wanted| **is_wanted).count();
    let mut is_whole = n_wanted == 0 || logs.are_wanted;
    let mut archive: Option<LogArchive> = None;
    for (job, is_wanted) in jobs.iter().zip(wanted) {
        let mut log = None;
        if is_wanted && logs.are_wanted {
            let name = job.get("name").and_then(serde_json::Value::as_str).unwrap_or_default();
            let found = match (&archive, source.api.has_archives() && n_wanted > 1) {
                (Some(archive), _) => Ok(archive.of_job(name)),
                (None, true) => source.api.archive(client, source, run).map(|found| {
                    let log = found.of_job(name);
                    archive = Some(found);
                    log
                }),
                (None, false) => source.api.log(client, source, run, job).map(Some),
            };
            match found {
                Ok(found) => log = found,
                // Logs are kept for a while only; then the steps have to do.
                Err(Trouble::Gone(_)) => {}
                Err(trouble @ Trouble::Refused { .. }) => {
                    (logs.are_wanted, is_whole) = (false, false);
                    let why = "sessions that share a step are left out, because logs were refused";
                    logs.note = Some(format!("{why}: {trouble}"));
                }
                Err(trouble) => return Err(trouble),
            }
        }
        intake.job(job, workflow, log.as_deref(), run.ended);
    }
    Ok(is_whole)
}
