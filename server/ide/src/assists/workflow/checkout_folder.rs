//! Whether jobs have their checkout in the same folder: data that names files by their whole paths means nothing elsewhere.
//!
//! The machines of GitHub have it in one folder for each system (`/home/runner/work/REPOSITORY/REPOSITORY`; GitHub's manual,
//! "Variables", `GITHUB_WORKSPACE`), containers in another one. Each runner of one's own has a folder of its own, and on
//! Forgejo and Gitea the runner says what a label is: a container, whose folder is always the same, or the machine itself
//! (kind `host`), where every job gets a folder of its own. A workflow does not show it, so that it may be so counts.

use facts::Forge;
use facts::workflow::Job;
use model::WorkflowModel;

/// Whether one of `others` may have another folder than `here`.
pub(super) fn may_differ<'a>(forge: Forge, text: &str, here: &Job, mut others: impl Iterator<Item = &'a Job>) -> bool {
    let Some(known) = place(forge, text, here) else { return true };
    others.any(|job| place(forge, text, job).as_ref() != Some(&known))
}

/// A word for the folder: the same for the same folder. `None`: nobody knows.
fn place(forge: Forge, text: &str, job: &Job) -> Option<String> {
    if let Some((_, span)) = job.other_keys.iter().find(|(key, _)| key == "container") {
        // An expression may give no image, and then there is no container.
        return (!span.of(text).contains("${{")).then(|| "container".to_owned());
    }
    let labels = job.runs_on.value().filter(|_| forge == Forge::GitHub)?;
    let [label] = labels.as_slice() else { return None };
    let label = label.to_ascii_lowercase();
    if label == "ubuntu-slim" {
        return Some(label); // a container
    }
    let system = ["ubuntu-", "macos-", "windows-"].into_iter().find(|system| label.starts_with(system))?;
    Some(system.to_owned())
}

/// Whether sessions of the job run in a folder of the workspace that the repository is checked out into.
pub(super) fn is_below(workflow: &WorkflowModel, job: usize) -> bool {
    workflow.links.iter().any(|link| link.site.job == job && link.is_below)
}

/// Why files are then not handed over.
pub(super) const BELOW: &str =
    "the repository is checked out into a folder, which the paths of artifacts would have to name";
