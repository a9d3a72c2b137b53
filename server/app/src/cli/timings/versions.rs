//! `noxflow timings compare --workflows`: what two versions of a project's workflows take, predicted from the durations
//! that are known here.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::{Context, bail};
use facts::FileKind;
use ide::{FileState, Snapshot};
use model::forecast::{WorkflowChange, compare};

use super::compare::Format;
use crate::disk;
use crate::report::versions as report;
use crate::revision::Revision;
use crate::workspace::OnDisk;

/// Where a version stands.
#[derive(Debug)]
enum Place {
    /// A workflow by itself.
    File(PathBuf),
    /// A project.
    Folder(PathBuf),
    /// git has it.
    Revision(String),
}

pub(super) fn main(workspace: &OnDisk, versions: &[String], format: Format) -> anyhow::Result<i32> {
    let Some(before) = versions.first() else { bail!("compare what with what?") };
    let (old, after) = (Place::of(before), versions.get(1));
    let new = after.map(|after| Place::of(after));
    let own = own_path(workspace, [Some(&old), new.as_ref()]);
    let before_files = files(workspace, &old, own.as_deref())?;
    let after_files = match &new {
        Some(place) => files(workspace, place, own.as_deref())?,
        None => match &own {
            Some(path) => only(workspace.snapshot.files.clone(), path)
                .with_context(|| format!("there is no `{path}` here to compare it with; name the other file, too"))?,
            None => workspace.snapshot.files.clone(),
        },
    };
    let shown = (before.as_str(), after.map_or("here", String::as_str));
    let changes = changes(&workspace.version(before_files), &workspace.version(after_files));
    if changes.is_empty() {
        bail!("neither `{}` nor `{}` has a workflow", shown.0, shown.1);
    }
    let mut out = anstream::stdout().lock();
    match format {
        Format::Text => out.write_all(report::text(&changes, shown).as_bytes())?,
        Format::Markdown => out.write_all(report::markdown(&changes, shown).as_bytes())?,
        Format::Json => writeln!(out, "{}", serde_json::to_string_pretty(&report::json(&changes, shown))?)?,
    }
    Ok(0)
}

impl Place {
    fn of(text: &str) -> Self {
        let path = Path::new(text);
        match text.strip_suffix(':') {
            Some(revision) => Self::Revision(revision.to_owned()),
            None if path.is_dir() => Self::Folder(path.to_path_buf()),
            None if path.exists() => Self::File(path.to_path_buf()),
            None => Self::Revision(text.to_owned()),
        }
    }
}

/// The path in the workspace that single files are taken to stand at: that of the one which does, else the folder of GitHub.
fn own_path(workspace: &OnDisk, places: [Option<&Place>; 2]) -> Option<String> {
    let file = |place: &Place| match place {
        Place::File(path) => Some(path.clone()),
        _ => None,
    };
    let files: Vec<PathBuf> = places.into_iter().flatten().filter_map(file).collect();
    let relative = |path: &PathBuf| {
        let full = disk::normal(&std::path::absolute(path).ok()?);
        let relative = disk::slashed(full.strip_prefix(&workspace.folder).ok()?);
        matches!(FileKind::of(&relative), Some(FileKind::Workflow(_))).then_some(relative)
    };
    let name = files.first()?.file_name()?.to_string_lossy().into_owned();
    let same_name = || {
        let own = workspace.snapshot.files.iter().filter(|file| file.workflow().is_some());
        own.map(|file| file.path.clone()).find(|path| path.rsplit('/').next() == Some(&name))
    };
    let own = files.iter().rev().find_map(relative).or_else(same_name);
    Some(own.unwrap_or_else(|| {
        format!(".github/workflows/{}.yml", name.trim_end_matches(".yml").trim_end_matches(".yaml"))
    }))
}

/// All files of a version. `own`: where a single file is taken to stand.
fn files(workspace: &OnDisk, place: &Place, own: Option<&str>) -> anyhow::Result<Vec<Arc<FileState>>> {
    match place {
        Place::Folder(folder) => {
            let other = OnDisk::open(folder)?;
            if other.folder == workspace.folder {
                Ok(workspace.snapshot.files.clone())
            } else {
                Ok(other.snapshot.files)
            }
        }
        Place::Revision(name) => {
            let files = Revision::open(&workspace.folder, name)?.files(workspace.config.forge());
            match own {
                Some(path) => only(files, path).with_context(|| format!("`{name}` has no `{path}`")),
                None => Ok(files),
            }
        }
        Place::File(path) => {
            let own = own.unwrap_or_default();
            let text = disk::read_text(path).with_context(|| format!("`{}` cannot be read", path.display()))?;
            let Some(kind) = FileKind::of(own) else { bail!("`{}` is no workflow", path.display()) };
            let file = workspace.file_as(own, kind, text);
            if file.workflow().is_none_or(|facts| facts.jobs.is_empty()) {
                bail!("`{}` is no workflow: it has no jobs", path.display());
            }
            let others = workspace.snapshot.files.iter().filter(|file| !is_started(file) && file.path != own).cloned();
            Ok(others.chain(std::iter::once(Arc::new(file))).collect())
        }
    }
}

/// The files with no other workflow than the one at `path`.
fn only(files: Vec<Arc<FileState>>, path: &str) -> Option<Vec<Arc<FileState>>> {
    let is_there = files.iter().any(|file| file.path == path);
    is_there.then(|| files.into_iter().filter(|file| !is_started(file) || file.path == path).collect())
}

/// Whether it is a workflow that starts by itself: one that others call is a part of them.
fn is_started(file: &Arc<FileState>) -> bool {
    file.workflow().is_some_and(|facts| facts.triggers.iter().all(|(event, _)| event != "workflow_call"))
}

fn changes(before: &Snapshot, after: &Snapshot) -> Vec<WorkflowChange> {
    let paths = |snapshot: &Snapshot| -> Vec<String> {
        let path = |id| snapshot.file(id).map(|file| file.path.clone()).unwrap_or_default();
        snapshot.workspace.workflows.iter().map(|workflow| path(workflow.file)).collect()
    };
    compare((&before.workspace, &paths(before)), (&after.workspace, &paths(after)))
}
