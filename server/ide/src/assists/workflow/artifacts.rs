//! The artifact actions with which one job hands files to another: those that the project uses already, else the newest
//! that its forge takes.

use facts::Forge;
use facts::workflow::{StepKind, WorkflowFacts};
use model::WorkflowModel;

use super::layout;
use super::style::Style;
use crate::snapshot::Snapshot;
use crate::subject::{self, Artifact};

/// Both actions, as they stand behind `uses: `, with the comment that tells a pinned commit's version.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Actions {
    pub(crate) upload: String,
    pub(crate) download: String,
}

const UPLOAD: &str = "upload-artifact";
const DOWNLOAD: &str = "download-artifact";

/// The actions for `workflow`: its own, else those of another workflow of the same forge.
pub(crate) fn actions(snapshot: &Snapshot, workflow: &WorkflowModel) -> Actions {
    let forge = workflow.facts.forge;
    let others = snapshot.workspace.workflows.iter().map(|other| &**other);
    let others = others.filter(|other| other.file != workflow.file && other.facts.forge == forge);
    let all: Vec<&WorkflowModel> = std::iter::once(workflow).chain(others).collect();
    let known = |action: &str| all.iter().find_map(|workflow| used(snapshot, workflow, action));
    match (known(UPLOAD), known(DOWNLOAD)) {
        (Some(upload), Some(download)) => Actions { upload, download },
        (Some(upload), None) => Actions { download: sibling(&upload, UPLOAD, DOWNLOAD, forge), upload },
        (None, Some(download)) => Actions { upload: sibling(&download, DOWNLOAD, UPLOAD, forge), download },
        (None, None) => newest(forge),
    }
}

/// How `workflow` writes an action of this name that its forge does not refuse.
fn used(snapshot: &Snapshot, workflow: &WorkflowModel, name: &str) -> Option<String> {
    let text = snapshot.file(workflow.file)?.document.text();
    let jobs = workflow.facts.jobs.iter();
    let mut found = jobs.flat_map(|job| subject::artifacts(job, name)).filter(|used| is_taken(&workflow.facts, used));
    let span = found.next()?.span;
    let written = text.get(span.start as usize..layout::line_end(text, span.end) as usize)?;
    let action = span.of(text);
    // In a flow mapping more follows; only a comment belongs to the action.
    let behind = written.get(action.len()..)?.trim_start();
    Some(if behind.starts_with('#') { format!("{action} {behind}") } else { action.to_owned() })
}

/// GitHub's own actions of version 4 and later stop on other forges; of a pinned commit nobody knows.
fn is_taken(workflow: &WorkflowFacts, used: &Artifact<'_>) -> bool {
    let is_late = used.version.is_none_or(|(major, _)| major >= 4);
    let is_githubs = used.owner == "actions";
    match workflow.forge {
        Forge::GitHub => is_late,
        _ => !is_githubs || !is_late,
    }
}

/// The other of the two, from the same place and of a version that goes with it. Uploads have majors up to 7, downloads
/// up to 8 (August 2026); from 4 on all go with each other.
fn sibling(known: &str, is: &str, wanted: &str, forge: Forge) -> String {
    let action = known.split_whitespace().next().unwrap_or(known).trim_matches(['"', '\'']);
    let Some((path, major)) = action.rsplit_once("@v") else { return newest(forge).named(wanted) };
    match major.parse::<u32>() {
        Ok(8) if wanted == UPLOAD => format!("{}@v7", path.replace(is, wanted)),
        Ok(_) => format!("{}@v{major}", path.replace(is, wanted)),
        Err(_) => newest(forge).named(wanted),
    }
}

/// The newest that each forge takes (releases of August 2026).
fn newest(forge: Forge) -> Actions {
    let (upload, download) = match forge {
        Forge::GitHub => ("actions/upload-artifact@v7", "actions/download-artifact@v8"),
        Forge::Forgejo => (
            "https://data.forgejo.org/forgejo/upload-artifact@v4",
            "https://data.forgejo.org/forgejo/download-artifact@v4",
        ),
        Forge::Gitea => ("christopherhx/gitea-upload-artifact@v4", "christopherhx/gitea-download-artifact@v4"),
    };
    Actions { upload: upload.to_owned(), download: download.to_owned() }
}

impl Actions {
    fn named(self, name: &str) -> String {
        if name == UPLOAD { self.upload } else { self.download }
    }
}

/// The lines of an upload's `path:`.
pub(crate) fn path_input(style: &Style<'_>, paths: &[String]) -> Vec<String> {
    match paths {
        [path] => vec![format!("path: {}", layout::scalar(path))],
        paths => style.below("path: |", paths.iter().cloned()),
    }
}

/// Whether a step uses an artifact action to upload.
pub(crate) fn is_upload(step: &facts::workflow::Step) -> bool {
    matches!(&step.kind, StepKind::Uses { action, .. } if action.contains(UPLOAD))
}
