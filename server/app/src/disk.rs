//! The only place that touches files: reading texts, walking a folder for what noxflow reads, finding a user's folders.

use std::fs::{self, File};
use std::io::{Read, Seek, SeekFrom};
use std::path::{Component, Path, PathBuf};
use std::sync::Arc;
use std::time::SystemTime;

use dashmap::DashMap;
use etcetera::BaseStrategy;
use facts::FileKind;
use facts::noxfile::{Entry, Listed, NoxfileFacts, Surroundings};
use rustc_hash::FxBuildHasher;

/// Entries a walk looks at: beyond that the folder is not a project but somebody's home.
const MAX_ENTRIES: usize = 200_000;

/// Files of ours that a walk takes.
const MAX_FILES: usize = 2_000;

/// Folders that hold other people's or generated files, whatever git thinks of them.
const SKIPPED: &[&str] = &["node_modules", "__pycache__", "site-packages", "venv", "target"];

/// Folders of a forge's own files.
const DOT_FOLDERS: [&str; 3] = [".github", ".forgejo", ".gitea"];

/// The text of a file, when it is one of ours to read: regular, not too large, UTF-8.
pub fn read_text(path: &Path) -> Option<Arc<str>> {
    read_text_below(path, syntax::MAX_BYTES)
}

/// The same, for files of at most `max` bytes.
pub fn read_text_below(path: &Path, max: usize) -> Option<Arc<str>> {
    let file = File::open(path).ok()?;
    let meta = file.metadata().ok()?;
    if !meta.is_file() || meta.len() > max as u64 {
        return None;
    }
    let mut bytes = Vec::with_capacity(usize::try_from(meta.len()).unwrap_or_default());
    file.take(max as u64).read_to_end(&mut bytes).ok()?; // it may be growing
    String::from_utf8(bytes).ok().map(Arc::from)
}

/// What is in the folder at `path`, sorted by name. `None`: there is no such folder, or too much in it.
pub fn read_folder(path: &Path) -> Option<Vec<Entry>> {
    const MAX: usize = 5_000;
    let mut out = Vec::new();
    for entry in fs::read_dir(path).ok()?.flatten() {
        let is_folder = entry.path().is_dir(); // a link to one counts
        out.push(Entry { name: entry.file_name().into_string().ok()?, is_folder });
        if out.len() > MAX {
            return None;
        }
    }
    out.sort();
    Some(out)
}

/// Replaces the text of a file: written beside it and moved into its place, so that nobody ever sees half of it.
pub fn write_text(path: &Path, text: &str) -> std::io::Result<()> {
    let path = fs::canonicalize(path)?; // a link stays a link
    let mut name = path.file_name().unwrap_or_default().to_os_string();
    name.push(format!(".noxflow-{}", std::process::id()));
    let beside = path.with_file_name(name);
    let written = fs::write(&beside, text)
        .and_then(|()| fs::set_permissions(&beside, fs::metadata(&path)?.permissions()))
        .and_then(|()| fs::rename(&beside, &path));
    if written.is_err() {
        drop(fs::remove_file(&beside));
    }
    written
}

/// The last lines of a log.
pub fn tail(path: &Path) -> Vec<String> {
    const BYTES: u64 = 8 << 10;
    const LINES: usize = 20;
    let read = || -> std::io::Result<String> {
        let mut file = File::open(path)?;
        let length = file.metadata()?.len();
        file.seek(SeekFrom::Start(length.saturating_sub(BYTES)))?;
        let mut bytes = Vec::new();
        file.take(BYTES).read_to_end(&mut bytes)?;
        Ok(String::from_utf8_lossy(&bytes).into_owned())
    };
    let text = read().unwrap_or_default();
    let lines: Vec<&str> = text.lines().collect();
    lines.iter().skip(lines.len().saturating_sub(LINES)).map(|line| (*line).to_owned()).collect()
}

/// The first lines of a log.
pub fn head(path: &Path) -> Vec<String> {
    const BYTES: u64 = 8 << 10;
    let mut bytes = Vec::new();
    // A log that cannot be read has no lines.
    let _ = File::open(path).and_then(|file| file.take(BYTES).read_to_end(&mut bytes));
    String::from_utf8_lossy(&bytes).lines().map(str::to_owned).collect()
}

/// The last `bytes` of a file as text, and whether that is all of it.
pub fn end_of(path: &Path, bytes: u64) -> Option<(String, bool)> {
    let mut file = File::open(path).ok()?;
    let length = file.metadata().ok()?.len();
    file.seek(SeekFrom::Start(length.saturating_sub(bytes))).ok()?;
    let mut end = Vec::new();
    file.take(bytes).read_to_end(&mut end).ok()?;
    Some((String::from_utf8_lossy(&end).into_owned(), length <= bytes))
}

/// Removes the oldest folders in `folder` until at most `kept` are left.
pub fn prune(folder: &Path, kept: usize) {
    let Ok(entries) = fs::read_dir(folder) else { return };
    let mut folders: Vec<(Option<SystemTime>, PathBuf)> = entries
        .filter_map(Result::ok)
        .filter(|entry| entry.file_type().is_ok_and(|kind| kind.is_dir()))
        .map(|entry| (entry.metadata().and_then(|meta| meta.modified()).ok(), entry.path()))
        .collect();
    folders.sort();
    let surplus = folders.len().saturating_sub(kept);
    for (_, folder) in folders.into_iter().take(surplus) {
        if let Err(error) = fs::remove_dir_all(&folder) {
            tracing::warn!("old logs stay: {}: {error}", folder.display());
        }
    }
}

/// Files below `folder` that noxflow reads, sorted: as git sees the folder, hidden ones only where workflows live.
pub fn walk(folder: &Path) -> Vec<(PathBuf, FileKind)> {
    let keep = |entry: &ignore::DirEntry| {
        let name = entry.file_name().to_string_lossy();
        let is_folder = entry.file_type().is_some_and(|kind| kind.is_dir());
        if !is_folder || entry.depth() == 0 {
            return true;
        }
        let is_hidden = name.starts_with('.') && !DOT_FOLDERS.contains(&&*name);
        !is_hidden && !SKIPPED.contains(&&*name)
    };
    let walk =
        ignore::WalkBuilder::new(folder).hidden(false).require_git(true).max_depth(Some(16)).filter_entry(keep).build();
    let mut found: Vec<(PathBuf, FileKind)> = walk
        .take(MAX_ENTRIES)
        .filter_map(Result::ok)
        .filter(|entry| entry.file_type().is_some_and(|kind| kind.is_file()))
        .filter_map(|entry| FileKind::of(&slashed(entry.path())).map(|kind| (entry.into_path(), kind)))
        .take(MAX_FILES)
        .collect();
    found.sort_by(|a, b| a.0.cmp(&b.0));
    found
}

/// Whether a walk would look at `path` (relative, `/` between folders), as far as its name tells.
pub fn is_looked_at(path: &str) -> bool {
    let folders = path.rsplit_once('/').map_or("", |(folders, _)| folders);
    folders
        .split('/')
        .filter(|name| !name.is_empty())
        .all(|name| (!name.starts_with('.') || DOT_FOLDERS.contains(&name)) && !SKIPPED.contains(&name))
}

/// `path` with `/` between folders.
pub fn slashed(path: &Path) -> String {
    let text = path.to_string_lossy();
    if std::path::MAIN_SEPARATOR == '/' { text.into_owned() } else { text.replace(std::path::MAIN_SEPARATOR, "/") }
}

/// The folder a file's project begins at, from the file's place alone: above `.github/workflows`, else its own.
pub fn project_of(file: &Path, kind: FileKind) -> Option<PathBuf> {
    base_of(file, kind).or_else(|| file.parent()).map(Path::to_path_buf)
}

/// Where this user's noxflow keeps what it has measured and the logs of runs.
pub fn state_folder() -> Option<PathBuf> {
    if let Some(folder) = std::env::var_os("NOXFLOW_STATE_DIR").filter(|folder| !folder.is_empty()) {
        return Some(PathBuf::from(folder));
    }
    let base = etcetera::choose_base_strategy().ok()?;
    Some(base.state_dir().unwrap_or_else(|| base.data_dir()).join("noxflow"))
}

/// The folder of one workspace in the user's state folder: its name for people, and a number that tells two of the
/// same name apart.
pub fn state_of(workspace: &Path) -> Option<PathBuf> {
    let workspace = fs::canonicalize(workspace).unwrap_or_else(|_| workspace.to_path_buf());
    let name = workspace.file_name().map_or_else(|| "root".to_owned(), |name| name.to_string_lossy().into_owned());
    // FNV-1a: the same for every version and machine, which `std`'s hashers do not promise.
    let number = workspace
        .as_os_str()
        .as_encoded_bytes()
        .iter()
        .fold(0xcbf2_9ce4_8422_2325_u64, |hash, &byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3));
    Some(state_folder()?.join("workspaces").join(format!("{name}-{number:016x}")))
}

/// What is in a folder; `None`: nobody can say.
type Listing = Option<Arc<Vec<Entry>>>;

/// Texts beside noxfiles, read once for as long as they do not change, and overlaid by what editors have open.
#[derive(Debug, Default)]
pub struct Shelf {
    open: DashMap<PathBuf, Arc<str>, FxBuildHasher>,
    read: DashMap<PathBuf, (Stamp, Option<Arc<str>>), FxBuildHasher>,
    folders: DashMap<PathBuf, (Stamp, Listing), FxBuildHasher>,
    /// By noxfile: what nox said of it last.
    listed: DashMap<PathBuf, Arc<Confirmation>, FxBuildHasher>,
}

/// What nox lists of one noxfile, as long as nothing that it reads has changed.
#[derive(Debug)]
pub struct Confirmation {
    /// The noxfile's text, and what it read: path and text.
    pub texts: Texts,
    /// nox's own list.
    pub listed: Arc<Vec<Listed>>,
}

/// A noxfile's text with the texts that it reads while it is loaded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Texts {
    noxfile: Arc<str>,
    reads: Vec<(String, Option<Arc<str>>)>,
    lists: Vec<(String, Option<Arc<Vec<Entry>>>)>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Stamp(Option<SystemTime>, u64);

impl Stamp {
    fn of(path: &Path) -> Self {
        fs::metadata(path).map_or(Self(None, 0), |meta| Self(meta.modified().ok(), meta.len()))
    }
}

impl Shelf {
    /// An editor has `text` open at `path`; `None`: no longer.
    pub fn overlay(&self, path: &Path, text: Option<Arc<str>>) {
        match text {
            Some(text) => self.open.insert(path.to_path_buf(), text),
            None => self.open.remove(path).map(|(_, text)| text),
        };
    }

    /// What nox said of the noxfile at `path`.
    pub fn confirm(&self, path: &Path, confirmation: Confirmation) {
        self.listed.insert(path.to_path_buf(), Arc::new(confirmation));
    }

    fn text(&self, path: &Path) -> Option<Arc<str>> {
        if let Some(text) = self.open.get(path) {
            return Some(Arc::clone(&text));
        }
        let stamp = Stamp::of(path);
        // No guard is held while the disk is read.
        let known = self.read.get(path).map(|entry| entry.value().clone());
        if let Some((_, text)) = known.filter(|(seen, _)| *seen == stamp) {
            return text;
        }
        let text = read_text(path);
        self.read.insert(path.to_path_buf(), (stamp, text.clone()));
        text
    }

    /// What is in a folder. A folder's own time changes with every name in it.
    fn entries(&self, path: &Path) -> Option<Arc<Vec<Entry>>> {
        let stamp = Stamp::of(path);
        let known = self.folders.get(path).map(|entry| entry.value().clone());
        if let Some((_, entries)) = known.filter(|(seen, _)| *seen == stamp) {
            return entries;
        }
        let entries = read_folder(path).map(Arc::new);
        self.folders.insert(path.to_path_buf(), (stamp, entries.clone()));
        entries
    }
}

/// What a file may read of those beside it, by paths from `folder`: files of the workspace at `root`.
#[derive(Debug)]
pub struct Beside<'a> {
    /// Texts.
    pub shelf: &'a Shelf,
    /// The workspace.
    pub root: &'a Path,
    /// The noxfile's folder; of a workflow the repository's.
    pub folder: &'a Path,
}

/// The folder that the paths count from which the file at `path` reads. `None`: the workspace's; an action runs in the
/// repository of who uses it, which is its own where it lies in `.github`.
pub fn base_of(path: &Path, kind: FileKind) -> Option<&Path> {
    match kind {
        FileKind::Workflow(_) => path.ancestors().nth(3),
        FileKind::Action => {
            let is_dot = |folder: &&Path| DOT_FOLDERS.iter().any(|dot| folder.ends_with(dot));
            path.ancestors().find(is_dot)?.parent()
        }
        FileKind::Noxfile | FileKind::Project => path.parent(),
    }
}

impl Beside<'_> {
    /// The noxfile of the folder with what it reads. `None`: it is gone.
    pub fn texts(&self, facts: &NoxfileFacts) -> Option<Texts> {
        Some(Texts {
            noxfile: self.shelf.text(&self.folder.join("noxfile.py"))?,
            reads: facts.reads.iter().map(|path| (path.clone(), self.read(path))).collect(),
            lists: facts.lists.iter().map(|path| (path.clone(), self.list(path))).collect(),
        })
    }
}

impl Surroundings for Beside<'_> {
    fn read(&self, path: &str) -> Option<Arc<str>> {
        let path = normal(&self.folder.join(path));
        if path.starts_with(self.root) { self.shelf.text(&path) } else { None }
    }

    fn list(&self, path: &str) -> Option<Arc<Vec<Entry>>> {
        let path = normal(&self.folder.join(path));
        if path.starts_with(self.root) { self.shelf.entries(&path) } else { None }
    }

    fn listed(&self, text: &str, facts: &NoxfileFacts) -> Option<Arc<Vec<Listed>>> {
        let known = Arc::clone(self.shelf.listed.get(&self.folder.join("noxfile.py"))?.value());
        let Texts { noxfile, reads, lists } = &known.texts;
        let is_same = **noxfile == *text
            && reads.iter().map(|(path, _)| path).eq(&facts.reads)
            && lists.iter().map(|(path, _)| path).eq(&facts.lists)
            && reads.iter().all(|(path, text)| *text == self.read(path))
            && lists.iter().all(|(path, entries)| *entries == self.list(path));
        is_same.then(|| Arc::clone(&known.listed))
    }
}

impl Texts {
    /// The noxfile's.
    pub fn noxfile(&self) -> &str {
        &self.noxfile
    }
}

/// `path` without `.` and `..`, by its words alone.
pub fn normal(path: &Path) -> PathBuf {
    let mut out = PathBuf::new();
    for part in path.components() {
        match part {
            Component::CurDir => {}
            Component::ParentDir => drop(out.pop()),
            part => out.push(part),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_walk_finds_what_noxflow_reads_and_nothing_else() {
        let folder = tempfile::tempdir().expect("a scratch folder");
        for path in [
            "noxfile.py",
            ".github/workflows/ci.yml",
            ".nox/x/noxfile.py",
            "node_modules/a/noxfile.py",
            "docs/a.yml",
            "pyproject.toml",
        ] {
            let path = folder.path().join(path);
            fs::create_dir_all(path.parent().expect("it has one")).expect("made");
            fs::write(path, "").expect("written");
        }
        let found: Vec<String> = walk(folder.path())
            .iter()
            .map(|(path, _)| slashed(path.strip_prefix(folder.path()).expect("below")))
            .collect();
        assert_eq!(found, [".github/workflows/ci.yml", "noxfile.py", "pyproject.toml"]);
    }

    #[test]
    fn large_files_and_bytes_that_are_no_text_are_not_read() {
        let folder = tempfile::tempdir().expect("a scratch folder");
        let (large, odd) = (folder.path().join("large"), folder.path().join("odd"));
        fs::write(&large, "x".repeat(syntax::MAX_BYTES + 1)).expect("written");
        fs::write(&odd, [0xff, 0xfe]).expect("written");
        assert_eq!((read_text(&large), read_text(&odd), read_text(folder.path())), (None, None, None));
    }

    #[test]
    fn nothing_outside_the_workspace_is_read() {
        let folder = tempfile::tempdir().expect("a scratch folder");
        fs::write(folder.path().join("secret"), "x").expect("written");
        let root = folder.path().join("project");
        let shelf = Shelf::default();
        let beside = Beside { shelf: &shelf, root: &root, folder: &root };
        assert_eq!(beside.read("../secret"), None);
    }
}
