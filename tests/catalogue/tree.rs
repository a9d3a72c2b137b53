//! A project's files as they are at one moment, and how two moments differ.

use std::collections::BTreeMap;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::Path;
use std::process::Command;

/// Folders whose content is compared by size alone: environments of thousands of files.
const ENVIRONMENTS: [&str; 4] = [".venv", ".tox", ".nox", "node_modules"];

/// All files by their path, each with a digest of what is in it, and the state of git.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Tree {
    files: BTreeMap<String, u64>,
    git: String,
}

/// What changed, as paths with `/` between folders.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Change {
    pub(crate) created: Vec<String>,
    pub(crate) changed: Vec<String>,
    pub(crate) deleted: Vec<String>,
    /// Whether git's index, its HEAD or one of its refs is another.
    pub(crate) git: bool,
}

impl Tree {
    /// Reads the tree below `root`.
    pub(crate) fn of(root: &Path) -> Self {
        let mut files = BTreeMap::new();
        collect(root, "", &mut files);
        Self { files, git: git(root) }
    }

    /// All paths.
    pub(crate) fn paths(&self) -> impl Iterator<Item = &str> {
        self.files.keys().map(String::as_str)
    }

    /// Whether there is a file that `is_meant`.
    pub(crate) fn has(&self, is_meant: impl Fn(&str) -> bool) -> bool {
        self.files.keys().any(|path| is_meant(path))
    }

    /// From this moment to `later`.
    pub(crate) fn changes_to(&self, later: &Self) -> Change {
        let mut change = Change { git: self.git != later.git, ..Change::default() };
        for (path, digest) in &later.files {
            match self.files.get(path) {
                None => change.created.push(path.clone()),
                Some(before) if before != digest => change.changed.push(path.clone()),
                Some(_) => {}
            }
        }
        change.deleted = self.files.keys().filter(|path| !later.files.contains_key(*path)).cloned().collect();
        change
    }
}

fn collect(folder: &Path, above: &str, files: &mut BTreeMap<String, u64>) {
    for entry in std::fs::read_dir(folder).expect("a folder").map(|entry| entry.expect("an entry")) {
        let name = entry.file_name().to_string_lossy().into_owned();
        let path = if above.is_empty() { name.clone() } else { format!("{above}/{name}") };
        let kind = entry.file_type().expect("a kind");
        if name == ".git" {
            continue;
        }
        if kind.is_dir() {
            collect(&entry.path(), &path, files);
            continue;
        }
        let mut hasher = DefaultHasher::new();
        if kind.is_symlink() {
            std::fs::read_link(entry.path()).expect("a link").hash(&mut hasher);
        } else if ENVIRONMENTS.iter().any(|it| path.split('/').any(|part| part == *it)) {
            entry.metadata().expect("its size").len().hash(&mut hasher);
        } else if kind.is_file() {
            std::fs::read(entry.path()).expect("a file").hash(&mut hasher);
        }
        files.insert(path, hasher.finish());
    }
}

/// What git knows, without the times by which it remembers files.
fn git(root: &Path) -> String {
    let ask = |arguments: &[&str]| {
        let output = Command::new("git").args(arguments).current_dir(root).output().expect("git runs");
        String::from_utf8_lossy(&output.stdout).into_owned()
    };
    let head = std::fs::read_to_string(root.join(".git/HEAD")).unwrap_or_default();
    [head, ask(&["ls-files", "-s"]), ask(&["for-each-ref"])].concat()
}
