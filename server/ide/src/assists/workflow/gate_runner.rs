//! Which machine a gate runs on. Any would do: its only step is `exit 1`, which bash, sh, PowerShell and cmd all know. A Linux
//! machine is the cheapest and there soonest, so one that the project uses already is preferred; Windows comes last.
//!
//! A gate reads neither the matrix nor the outputs of the jobs it stands for: labels made of these are taken as they come out.

use facts::Known;
use facts::workflow::Job;
use model::WorkflowModel;
use syntax::Document;
use syntax::yaml::{Entry, Value};

use super::layout;
use crate::snapshot::{FileState, Snapshot};

/// No job of the project has labels that are known.
pub(super) const UNKNOWN: &str = "no job says plainly where it runs";

/// The `runs-on:` entry of a gate in the place of `job`: as that is written, where it means the same in the gate.
pub(super) fn in_place_of(
    snapshot: &Snapshot,
    file: &FileState,
    workflow: &WorkflowModel,
    job: &Job,
) -> Result<String, String> {
    if job_entry(&file.document, job).is_none() {
        return Err("the job does not say where it runs".to_owned());
    }
    match written(&file.document, job) {
        Some(written) if !is_of_the_job(&written) => Ok(written),
        _ => over(snapshot, file, workflow, &[job]),
    }
}

/// The `runs-on:` entry of a gate over `jobs`; the error says why there is none.
pub(super) fn over(
    snapshot: &Snapshot,
    file: &FileState,
    workflow: &WorkflowModel,
    jobs: &[&Job],
) -> Result<String, String> {
    let mut found: Vec<(u8, String)> = Vec::new();
    for job in jobs {
        found.extend(of_job(&file.document, job).into_iter().map(|(machine, entry)| (machine.rank_of_own(), entry)));
    }
    // Of other jobs one is of use that is sure to be what is wanted.
    let linux = |document: &Document, job: &Job, rank: u8| {
        let found = of_job(document, job).into_iter();
        found.filter(|(machine, _)| *machine == Machine::Linux).map(|(_, entry)| (rank, entry)).next()
    };
    found.extend(workflow.facts.jobs.iter().filter_map(|job| linux(&file.document, job, 2)));
    let folder = |path: &str| path.rsplit_once('/').map(|(folder, _)| folder.to_owned());
    for other in &snapshot.workspace.workflows {
        let Some(state) = snapshot.file(other.file).filter(|state| folder(&state.path) == folder(&file.path)) else {
            continue;
        };
        if other.facts.forge == workflow.facts.forge {
            found.extend(other.facts.jobs.iter().filter_map(|job| linux(&state.document, job, 3)));
        }
    }
    // Of equal ones the first.
    found.into_iter().min_by_key(|(rank, _)| *rank).map(|(_, entry)| entry).ok_or_else(|| UNKNOWN.to_owned())
}

/// What the labels say of a machine.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Machine {
    Linux,
    /// One of the project's own, whose name says nothing.
    Own,
    /// What a variable says.
    Said,
    Mac,
    Windows,
}

impl Machine {
    /// Labels are compared without regard to case. The two that are no system are what runners of Forgejo and Gitea have out of
    /// the box (`docker`: <https://forgejo.org/docs/latest/admin/actions/installation/docker/>), and GitHub's `linux` of
    /// self-hosted ones.
    fn of(labels: &[String]) -> Self {
        let has = |starts: &[&str]| {
            labels.iter().any(|label| starts.iter().any(|start| label.to_ascii_lowercase().starts_with(start)))
        };
        match () {
            () if has(&["windows"]) => Self::Windows,
            () if has(&["macos"]) => Self::Mac,
            () if has(&["ubuntu", "linux", "docker", "debian", "alpine", "fedora"]) => Self::Linux,
            () => Self::Own,
        }
    }

    /// Jobs that the gate stands for, the best first. Between the second and the third come Linux machines of other jobs.
    fn rank_of_own(self) -> u8 {
        match self {
            Self::Linux => 0,
            Self::Own => 1,
            Self::Said => 4,
            Self::Mac => 5,
            Self::Windows => 6,
        }
    }
}

/// `runs-on:` entries that another job may have to run where this one does.
fn of_job(document: &Document, job: &Job) -> Vec<(Machine, String)> {
    let written = written(document, job);
    if let (Known::Literal(labels, _), Some(written)) = (&job.runs_on, &written)
        && !written.contains("${{")
    {
        return vec![(Machine::of(labels), written.clone())];
    }
    let cells =
        job.strategy.as_ref().and_then(|strategy| strategy.cells.value()).map(Vec::as_slice).unwrap_or_default();
    let known = job.runs_on.value().into_iter().chain(cells.iter().filter_map(|cell| cell.runs_on.as_ref()));
    let known = known.filter(|labels| !labels.is_empty() && !is_group(document, job));
    let known: Vec<_> = known.map(|labels| (Machine::of(labels), entry(labels))).collect();
    match written {
        Some(written) if known.is_empty() && !is_of_the_job(&written) => vec![(Machine::Said, written)],
        _ => known,
    }
}

/// `runs-on:` as it is written, in one line.
fn written(document: &Document, job: &Job) -> Option<String> {
    let entry = job_entry(document, job)?;
    // Without the name that aliases may have for it: in the other job they would not find what they mean.
    let value = entry.value.span.of(document.text());
    let is_plain = !value.contains('\n') && !matches!(entry.value.value, Value::Alias(_));
    is_plain.then(|| format!("{}: {value}", entry.key.span.of(document.text())))
}

/// Whether expressions read what another job has not; `vars`, `inputs`, `github` are the same for all.
fn is_of_the_job(text: &str) -> bool {
    let is_part = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '-';
    let own = |word: &str| ["matrix", "needs", "strategy"].iter().any(|context| word.eq_ignore_ascii_case(context));
    text.contains("${{") && text.split(|c| !is_part(c)).any(own)
}

/// Machines of a group are known by more than their labels.
fn is_group(document: &Document, job: &Job) -> bool {
    job_entry(document, job).is_some_and(|entry| entry.value.mapping().is_some())
}

fn job_entry<'a>(document: &'a Document, job: &Job) -> Option<&'a Entry> {
    layout::job_entry(document, &job.id)?.value.entry("runs-on")
}

fn entry(labels: &[String]) -> String {
    match labels {
        [only] => format!("runs-on: {}", layout::scalar(only)),
        _ => format!("runs-on: [{}]", labels.iter().map(|label| layout::scalar(label)).collect::<Vec<_>>().join(", ")),
    }
}
