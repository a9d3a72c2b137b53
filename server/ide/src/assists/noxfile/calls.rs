//! What workflows make of an edit of the noxfile: calls that must go on doing what they did, and the nox they have.

use facts::shell::NoxCall;
use facts::workflow::{Job, NoxPin};
use model::links::Link;
use model::{NoxfileId, SessionId, WorkflowModel};
use syntax::TextEdit;

use super::script::is_older;
use crate::assist::FileEdit;
use crate::snapshot::Snapshot;
use crate::subject;

/// A session that gets a `requires=`.
pub(crate) struct Requiring {
    pub(crate) session: SessionId,
    pub(crate) requires: Vec<SessionId>,
}

/// Calls that run one of `requiring` without what it now requires must go on doing so: they get `--no-dependencies`. Those
/// for which `is_rewritten` holds are left to the caller.
pub(crate) fn keep_alone(
    snapshot: &Snapshot,
    noxfile: NoxfileId,
    requiring: &[Requiring],
    is_rewritten: &dyn Fn(&WorkflowModel, &Link) -> bool,
) -> Result<Vec<FileEdit>, String> {
    let mut out = Vec::new();
    for workflow in &snapshot.workspace.workflows {
        let file = snapshot.file(workflow.file).ok_or("a workflow is gone")?;
        let text = file.document.text();
        let mut edits = Vec::new();
        for (link, call) in calls_of(workflow, noxfile) {
            let runs = |id: &SessionId| link.runs.iter().any(|run| run.session == *id);
            let adds = requiring.iter().any(|new| runs(&new.session) && !new.requires.iter().all(runs));
            if !adds || call.no_dependencies || is_rewritten(workflow, link) {
                continue;
            }
            let launcher = call.launcher.join(" ");
            if link.runs.iter().any(|run| run.is_prerequisite) || !call.span.of(text).starts_with(&launcher) {
                let at = file.document.lines().line(call.span.start) + 1;
                return Err(format!("the call in line {at} of {} would run more sessions than before", file.path));
            }
            let at = call.span.start + super::style::small(launcher.len());
            edits.push(TextEdit::insert(at, " --no-dependencies"));
        }
        if !edits.is_empty() {
            out.push(FileEdit::new(workflow.file, edits));
        }
    }
    Ok(out)
}

/// The calls of a workflow that use the noxfile.
pub(crate) fn calls_of(workflow: &WorkflowModel, noxfile: NoxfileId) -> impl Iterator<Item = (&Link, &NoxCall)> {
    workflow.links.iter().filter(move |link| link.noxfile == Some(noxfile)).filter_map(|link| {
        let job = workflow.facts.jobs.get(link.site.job)?;
        Some((link, subject::call(job, link.site)?))
    })
}

/// Whoever uses this noxfile must have a nox that knows what `what` needs: elsewhere it would not even load.
pub(crate) fn refuse_old_nox(snapshot: &Snapshot, noxfile: NoxfileId, first: &str, what: &str) -> Result<(), String> {
    refuse_set_nox(snapshot, first, what)?;
    match old_pins(snapshot, noxfile, first).next() {
        Some((workflow, job, pin)) => Err(too_old(workflow, job, pin, first, what)),
        None => Ok(()),
    }
}

/// The setting `noxVersion` says which nox there is, whatever the files say.
pub(super) fn refuse_set_nox(snapshot: &Snapshot, first: &str, what: &str) -> Result<(), String> {
    match &snapshot.workspace.settings.nox_version {
        Some(version) if is_older(version, first) => {
            Err(format!("{what} needs nox {first}; the setting says {version}"))
        }
        _ => Ok(()),
    }
}

/// What keeps jobs that use the noxfile from a nox of release `first`, unless the setting says which there is.
pub(super) fn old_pins<'a>(
    snapshot: &'a Snapshot,
    noxfile: NoxfileId,
    first: &'a str,
) -> impl Iterator<Item = (&'a WorkflowModel, &'a Job, &'a NoxPin)> {
    let is_set = snapshot.workspace.settings.nox_version.is_some();
    let workflows = snapshot.workspace.workflows.iter().filter(move |_| !is_set);
    workflows.flat_map(move |workflow| {
        let uses =
            move |at: usize| workflow.links.iter().any(|link| link.noxfile == Some(noxfile) && link.site.job == at);
        let jobs = workflow.facts.jobs.iter().enumerate().filter(move |(at, _)| uses(*at));
        let pins = jobs.flat_map(|(_, job)| job.nox_pins.iter().map(move |pin| (job, pin)));
        pins.filter(|(_, pin)| pin.excludes(first)).map(|(job, pin)| (&**workflow, job, pin))
    })
}

/// Why a pin stands in the way.
pub(super) fn too_old(workflow: &WorkflowModel, job: &Job, pin: &NoxPin, first: &str, what: &str) -> String {
    let asked = pin.specifier.strip_prefix("==").unwrap_or(&pin.specifier);
    let from = pin.file.as_ref().map(|file| format!(" ({file})")).unwrap_or_default();
    let (job, workflow) = (&job.id, &workflow.label);
    format!("{what} needs nox {first}, and job `{job}` of {workflow} uses {asked}{from}")
}
