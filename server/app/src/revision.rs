//! A workspace as it was in a revision of git: read from git's objects, nothing is checked out. git runs no hook, no
//! filter and no textconv for that, and fetches nothing.

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Read, Write};
use std::path::Path;
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::sync::{Arc, Mutex, PoisonError};

use anyhow::{Context, bail};
use facts::noxfile::{Entry, Surroundings};
use facts::{FileKind, Forge};
use ide::FileState;
use model::FileId;

use crate::disk;

/// Files of a revision that are known by name.
const MAX_FILES: usize = 200_000;

/// The files of a revision, by paths from the workspace's folder.
pub(crate) struct Revision {
    /// Path to object.
    objects: BTreeMap<String, String>,
    reader: Mutex<Reader>,
}

/// `git cat-file --batch`.
struct Reader {
    git: Child,
    ask: ChildStdin,
    hear: BufReader<ChildStdout>,
}

impl Revision {
    /// The revision that `name` means in the repository that holds `folder`.
    ///
    /// # Errors
    ///
    /// When there is no git, no repository, or no such revision.
    pub(crate) fn open(folder: &Path, name: &str) -> anyhow::Result<Self> {
        let commit = format!("{name}^{{commit}}");
        let found = git(folder, &["rev-parse", "--verify", "--quiet", "--end-of-options", &commit])?;
        let Some(found) = found.lines().next().filter(|_| !name.starts_with('-')).map(str::to_owned) else {
            bail!("`{name}` is neither a file or folder nor a revision of git in `{}`", folder.display());
        };
        // Relative to the folder, and only what is below it.
        let listed = git(folder, &["ls-tree", "-r", "-z", &found])?;
        let entry = |line: &str| {
            let (head, path) = line.split_once('\t')?;
            let mut words = head.split(' ');
            let (mode, kind, object) = (words.next()?, words.next()?, words.next()?);
            // Links could lead anywhere, and modules are other repositories.
            (kind == "blob" && mode != "120000").then(|| (path.to_owned(), object.to_owned()))
        };
        let objects = listed.split('\0').filter_map(entry).take(MAX_FILES).collect();
        let mut git =
            command(folder).args(["cat-file", "--batch"]).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn()?;
        let (ask, hear) =
            (git.stdin.take().context("git has no input")?, git.stdout.take().context("git has no output")?);
        Ok(Self { objects, reader: Mutex::new(Reader { git, ask, hear: BufReader::new(hear) }) })
    }

    /// All that noxflow reads of it.
    pub(crate) fn files(&self, forge: Option<Forge>) -> Vec<Arc<FileState>> {
        let ours = self.objects.keys().filter(|path| disk::is_looked_at(path));
        let ours = ours.filter_map(|path| Some((path, FileKind::of(path)?)));
        let state = |((path, kind), number): ((&String, FileKind), u32)| {
            let base = disk::base_of(Path::new(path), kind).map(disk::slashed).unwrap_or_default();
            let beside = Below { revision: self, folder: base };
            Some(Arc::new(FileState::new(FileId(number), path, kind, self.text(path)?, &beside, forge)))
        };
        ours.zip(0..).filter_map(state).collect()
    }

    /// A file's text, as git keeps it.
    fn text(&self, path: &str) -> Option<Arc<str>> {
        let object = self.objects.get(path)?;
        let mut reader = self.reader.lock().unwrap_or_else(PoisonError::into_inner);
        writeln!(reader.ask, "{object}").ok()?;
        let mut head = String::new();
        reader.hear.read_line(&mut head).ok()?;
        let size: usize = head.trim_end().rsplit(' ').next()?.parse().ok()?;
        if size > syntax::MAX_BYTES {
            std::io::copy(&mut (&mut reader.hear).take(size as u64 + 1), &mut std::io::sink()).ok()?;
            return None;
        }
        let mut bytes = vec![0; size + 1];
        reader.hear.read_exact(&mut bytes).ok()?;
        bytes.pop(); // the line's end behind it
        String::from_utf8(bytes).ok().map(Arc::from)
    }

    /// What is in a folder.
    fn entries(&self, folder: &str) -> Option<Arc<Vec<Entry>>> {
        let prefix = if folder.is_empty() { String::new() } else { format!("{folder}/") };
        let below = self.objects.range(prefix.clone()..).map_while(|(path, _)| path.strip_prefix(&prefix));
        let entry = |path: &str| match path.split_once('/') {
            Some((name, _)) => Entry { name: name.to_owned(), is_folder: true },
            None => Entry { name: path.to_owned(), is_folder: false },
        };
        let mut entries: Vec<Entry> = below.map(entry).collect();
        entries.sort();
        entries.dedup();
        (!entries.is_empty()).then(|| Arc::new(entries))
    }
}

impl Drop for Reader {
    fn drop(&mut self) {
        drop(self.git.kill());
        drop(self.git.wait());
    }
}

/// What a file of the revision may read, by paths from `folder`.
struct Below<'a> {
    revision: &'a Revision,
    folder: String,
}

impl Below<'_> {
    fn path(&self, path: &str) -> String {
        disk::slashed(&disk::normal(&Path::new(&self.folder).join(path)))
    }
}

impl Surroundings for Below<'_> {
    fn read(&self, path: &str) -> Option<Arc<str>> {
        self.revision.text(&self.path(path))
    }

    fn list(&self, path: &str) -> Option<Arc<Vec<Entry>>> {
        self.revision.entries(&self.path(path))
    }
}

fn command(folder: &Path) -> Command {
    let mut command = Command::new("git");
    command
        .args(["--no-pager", "-c", "core.fsmonitor=false", "-c", "core.hooksPath=/dev/null"])
        .current_dir(folder)
        .envs([("GIT_NO_LAZY_FETCH", "1"), ("GIT_TERMINAL_PROMPT", "0"), ("GIT_OPTIONAL_LOCKS", "0")])
        .stderr(Stdio::null());
    command
}

/// What git prints; nothing where it fails.
fn git(folder: &Path, arguments: &[&str]) -> anyhow::Result<String> {
    let output = command(folder).args(arguments).stdin(Stdio::null()).output().context("git is not there")?;
    Ok(if output.status.success() { String::from_utf8_lossy(&output.stdout).into_owned() } else { String::new() })
}
