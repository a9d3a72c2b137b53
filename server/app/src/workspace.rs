//! A workspace read from disk, for the command line: the same snapshot that the server answers from.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, bail};
use facts::FileKind;
use ide::{FileFacts, FileState, Snapshot};
use model::{FileId, Timings};

use crate::config::Config;
use crate::disk::{self, Beside, Confirmation, Shelf};
use crate::history;
use crate::launch::{self, Nox};

/// A workspace as it is on disk.
#[derive(Debug)]
pub struct OnDisk {
    /// Its folder, absolute.
    pub folder: PathBuf,
    /// What the caller named within it: a single file, or everything.
    pub only: Option<String>,
    /// As people should see its folder: what they typed, or `.`.
    pub shown: PathBuf,
    /// Settings in force.
    pub config: Config,
    /// All that was read.
    pub snapshot: Snapshot,
    /// Measured durations.
    pub timings: Arc<Timings>,
}

impl OnDisk {
    /// Reads the workspace at `path`: a folder, or one file in it.
    ///
    /// # Errors
    ///
    /// When there is nothing at `path`, or it is a file that noxflow does not read.
    pub fn open(path: &Path) -> anyhow::Result<Self> {
        let full = std::path::absolute(path).context("the current folder is not known")?;
        let full = disk::normal(&full);
        let meta = std::fs::metadata(&full).with_context(|| format!("there is nothing at `{}`", path.display()))?;
        let (folder, only) = if meta.is_dir() {
            (above_workflows(&full), None)
        } else {
            let Some(kind) = FileKind::of(&disk::slashed(&full)) else {
                bail!(
                    "`{}` is neither a noxfile nor a workflow: noxflow reads `noxfile.py` and the files in \
                     `.github/workflows`, `.forgejo/workflows` and `.gitea/workflows`",
                    path.display()
                );
            };
            let folder = disk::project_of(&full, kind).unwrap_or_else(|| full.clone());
            let only = disk::slashed(full.strip_prefix(&folder).unwrap_or(&full));
            (folder, Some(only))
        };
        let shown = shown(&folder);
        Ok(Self::read(folder, only, shown, Shelf::default()))
    }

    /// The same with what nox itself says of the noxfiles that the caller asked about, and for those where it says
    /// nothing the reason: the noxfile's path and a sentence. It runs their code.
    ///
    /// # Errors
    ///
    /// When nox is not found or nothing can be started at all.
    pub fn confirmed(self, limit: Duration) -> anyhow::Result<(Self, Vec<(String, String)>)> {
        let nox = Nox::find(&self.folder, self.config.nox_command.as_deref())?;
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build()?;
        let (shelf, mut failed) = (Shelf::default(), Vec::new());
        for file in self.files() {
            let Some(facts) = file.noxfile() else { continue };
            let path = self.folder.join(&file.path);
            let folder = path.parent().unwrap_or(&self.folder);
            let Some(texts) = (Beside { shelf: &shelf, root: &self.folder, folder }).texts(facts) else {
                continue; // gone meanwhile
            };
            match runtime.block_on(launch::list(&nox, folder, limit)) {
                Ok(listed) => shelf.confirm(&path, Confirmation { texts, listed: Arc::new(listed) }),
                Err(error) => failed.push((self.shown(&file.path), format!("{error:#}"))),
            }
        }
        runtime.shutdown_timeout(Duration::from_millis(100));
        let Self { folder, only, shown, .. } = self;
        Ok((Self::read(folder, only, shown, shelf), failed))
    }

    fn read(folder: PathBuf, only: Option<String>, shown: PathBuf, shelf: Shelf) -> Self {
        let texts: Vec<_> = disk::walk(&folder)
            .into_iter()
            .filter_map(|(path, kind)| {
                let relative = disk::slashed(path.strip_prefix(&folder).unwrap_or(&path));
                Some((path.clone(), relative, kind, disk::read_text(&path)?))
            })
            .collect();
        // The project's settings come first: the forge they name decides how workflows are read.
        let project = texts.iter().filter(|(_, _, kind, _)| *kind == FileKind::Project);
        let config = project
            .filter_map(|(_, relative, kind, text)| {
                let beside = Beside { shelf: &shelf, root: &folder, folder: &folder };
                let state = FileState::new(FileId(0), relative, *kind, Arc::clone(text), &beside, None);
                let FileFacts::Project(facts) = &state.facts else { return None };
                Some((relative.matches('/').count(), Config::from_toml(facts.noxflow.as_ref()?)))
            })
            .min_by_key(|(depth, _)| *depth)
            .map(|(_, config)| config)
            .unwrap_or_default();
        let files = texts.into_iter().zip(0..).map(|((path, relative, kind, text), number)| {
            let base = disk::base_of(&path, kind).unwrap_or(&folder);
            let beside = Beside { shelf: &shelf, root: &folder, folder: base };
            Arc::new(FileState::new(FileId(number), &relative, kind, text, &beside, config.forge()))
        });
        let timings = Arc::new(history::timings(&folder));
        let snapshot = Snapshot::new(files.collect(), Arc::clone(&timings), config.to_model(), None);
        Self { folder, only, shown, config, snapshot, timings }
    }

    /// The files of this workspace or another version of it, under the settings and with the durations of this one.
    pub fn version(&self, files: Vec<Arc<FileState>>) -> Snapshot {
        Snapshot::new(files, Arc::clone(&self.timings), self.config.to_model(), None)
    }

    /// A file as if it stood at `path` of this workspace, beside all that stands there.
    pub fn file_as(&self, path: &str, kind: FileKind, text: Arc<str>) -> FileState {
        let (shelf, full) = (Shelf::default(), self.folder.join(path));
        let base = disk::base_of(&full, kind).unwrap_or(&self.folder);
        let beside = Beside { shelf: &shelf, root: &self.folder, folder: base };
        FileState::new(FileId(u32::MAX), path, kind, text, &beside, self.config.forge())
    }

    /// The files that the caller asked about.
    pub fn files(&self) -> impl Iterator<Item = &Arc<FileState>> {
        self.snapshot.files.iter().filter(|file| self.only.as_ref().is_none_or(|only| *only == file.path))
    }

    /// A file's path as people should see it.
    pub fn shown(&self, path: &str) -> String {
        if self.shown == Path::new(".") { path.to_owned() } else { disk::slashed(&self.shown.join(path)) }
    }
}

/// The project's folder, for one who stands in (or names) its folder of workflows.
fn above_workflows(folder: &Path) -> PathBuf {
    let is_dot = |folder: &Path| {
        folder.file_name().is_some_and(|name| [".github", ".forgejo", ".gitea"].iter().any(|dot| name == *dot))
    };
    let outer = folder.parent();
    match outer {
        Some(outer) if folder.ends_with("workflows") && is_dot(outer) => outer.parent().unwrap_or(outer).to_path_buf(),
        Some(outer) if is_dot(folder) => outer.to_path_buf(),
        _ => folder.to_path_buf(),
    }
}

/// `folder` relative to the current folder where it lies below it.
fn shown(folder: &Path) -> PathBuf {
    let Ok(here) = std::env::current_dir() else { return folder.to_path_buf() };
    match folder.strip_prefix(&here) {
        Ok(below) if below.as_os_str().is_empty() => PathBuf::from("."),
        Ok(below) => below.to_path_buf(),
        Err(_) => folder.to_path_buf(),
    }
}
