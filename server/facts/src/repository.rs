//! Files of the repository that scripts run: Makefiles, justfiles, tables of tasks, shell scripts.
//!
//! Neighbours: `shell::targets` looks into them, `workflow` remembers which were asked for. Paths are relative to the
//! repository's root, with `/` between folders.

use std::cell::RefCell;
use std::rc::Rc;
use std::sync::Arc;

use toml::Table;

use crate::noxfile::Surroundings;
use crate::shell::File;

/// How a path begins that is absolute in the repository, wherever that is checked out.
pub const ROOT: &str = "${{github.workspace}}";

/// Files that one reading may ask for.
const MAX_FILES: usize = 256;
/// Bytes of a file that is looked into: no Makefile written by hand is longer.
const MAX_BYTES: usize = 1 << 18;
/// Bytes of a lock file, which a machine writes.
const MAX_LOCK_BYTES: usize = 1 << 23;
/// Commands of one file that are followed into others.
const MAX_FOLLOWED: u32 = 1_000;

/// The files around a workflow, and what has been asked of them.
pub struct Repository<'a> {
    surroundings: &'a dyn Surroundings,
    state: RefCell<State>,
}

#[derive(Default)]
struct State {
    reads: Vec<Asked>,
    /// Those that scripts lead to, with what was made of them: two hundred jobs may lead to one.
    files: Vec<Rc<File>>,
    /// Files of TOML, as they are read; two hundred jobs may ask for one.
    tables: Vec<(String, Option<Rc<Table>>)>,
    /// Versions that lock files say, by file and package.
    locked: Vec<(String, &'static str, Option<String>)>,
    followed: u32,
}

/// A file that was asked for, with its text; `None`: there is none.
pub type Asked = (String, Option<Arc<str>>);

impl<'a> Repository<'a> {
    /// The repository whose files `surroundings` gives, by paths from its root.
    pub fn new(surroundings: &'a dyn Surroundings) -> Self {
        Self { surroundings, state: RefCell::default() }
    }

    /// The text of the file at `path`.
    pub fn text(&self, path: &str) -> Option<Arc<str>> {
        self.text_of(path, MAX_BYTES)
    }

    /// The file of TOML at `path`; `None`, too, where it cannot be read.
    pub(crate) fn toml(&self, path: &str) -> Option<Rc<Table>> {
        let known = self.state.borrow().tables.iter().find(|(known, _)| known == path).map(|(_, table)| table.clone());
        known.unwrap_or_else(|| {
            let table = self.text(path).and_then(|text| text.parse::<Table>().ok()).map(Rc::new);
            self.state.borrow_mut().tables.push((path.to_owned(), table.clone()));
            table
        })
    }

    /// The version of `package` in the lock file at `path`, which says it as `name` and `version` of a `[[package]]`.
    pub(crate) fn locked(&self, path: &str, package: &'static str) -> Option<String> {
        let known = self.state.borrow().locked.iter().find(|it| (it.0.as_str(), it.1) == (path, package)).cloned();
        if let Some((.., version)) = known {
            return version;
        }
        let version = self.text_of(path, MAX_LOCK_BYTES).and_then(|text| {
            let (_, behind) = text.split_once(&format!("\nname = \"{package}\""))?;
            let table = behind.split_once("\n[").map_or(behind, |(table, _)| table);
            let version = table.lines().find_map(|line| line.strip_prefix("version = \""))?;
            version.split_once('"').map(|(version, _)| version.to_owned())
        });
        self.state.borrow_mut().locked.push((path.to_owned(), package, version.clone()));
        version
    }

    fn text_of(&self, path: &str, max_bytes: usize) -> Option<Arc<str>> {
        let mut state = self.state.borrow_mut();
        if let Some((_, text)) = state.reads.iter().find(|(known, _)| known == path) {
            return text.clone();
        }
        if state.reads.len() >= MAX_FILES || path.is_empty() || path.starts_with(['/', '~']) || path.contains('$') {
            return None;
        }
        let text = self.surroundings.read(path).filter(|text| text.len() <= max_bytes);
        state.reads.push((path.to_owned(), text.clone()));
        text
    }

    /// The file at `path`, the same one for all who ask.
    pub(crate) fn file(&self, path: &str) -> Option<Rc<File>> {
        let known = self.state.borrow().files.iter().find(|file| file.path == path).map(Rc::clone);
        known.or_else(|| {
            let file = Rc::new(File::new(path, self.text(path)?));
            self.state.borrow_mut().files.push(Rc::clone(&file));
            Some(file)
        })
    }

    /// Whether one more command may be followed; bounds what a file that leads everywhere costs.
    pub(crate) fn may_follow(&self) -> bool {
        let mut state = self.state.borrow_mut();
        state.followed += 1;
        state.followed <= MAX_FOLLOWED
    }

    /// All that was asked for, in order.
    pub fn into_reads(self) -> Vec<Asked> {
        let mut reads = self.state.into_inner().reads;
        reads.shrink_to_fit();
        reads
    }
}

/// The texts that one reading asked for, for reading the same file again without asking anybody.
#[derive(Clone, Copy, Debug)]
pub struct Remembered<'a>(pub &'a [Asked]);

impl Surroundings for Remembered<'_> {
    fn read(&self, path: &str) -> Option<Arc<str>> {
        self.0.iter().find(|(known, _)| known == path).and_then(|(_, text)| text.clone())
    }
}

/// `path` as seen from the repository's root, when it is absolute in it. The forges set these variables alike.
pub fn from_root(path: &str) -> Option<&str> {
    let names = [
        ROOT,
        "${{ github.workspace }}",
        "$GITHUB_WORKSPACE",
        "${GITHUB_WORKSPACE}",
        "${{ forgejo.workspace }}",
        "$FORGEJO_WORKSPACE",
        "${{ gitea.workspace }}",
    ];
    let rest = names.iter().find_map(|name| path.strip_prefix(name))?;
    (rest.is_empty() || rest.starts_with('/')).then(|| rest.trim_start_matches('/'))
}

/// `below` seen from `folder`, both without unknown parts; `None` when it leaves the repository.
pub(crate) fn inside(folder: &str, below: &str) -> Option<String> {
    let (folder, below) = match from_root(below) {
        Some(below) => ("", below),
        None => (folder, below),
    };
    if below.starts_with(['/', '~']) || [folder, below].iter().any(|path| path.contains(['$', '`', '*'])) {
        return None;
    }
    let mut parts: Vec<&str> = Vec::new();
    for part in folder.split('/').chain(below.split('/')) {
        match part {
            "" | "." => {}
            ".." => drop(parts.pop()?),
            part => parts.push(part),
        }
    }
    Some(parts.join("/"))
}

/// The line of `offset`, from 1.
pub(crate) fn line_of(text: &str, offset: u32) -> u32 {
    let before = text.as_bytes().get(..offset as usize).unwrap_or_default();
    u32::try_from(before.iter().filter(|byte| **byte == b'\n').count()).unwrap_or(u32::MAX).saturating_add(1)
}

/// The folder of `path`, as `dirname` prints it; `None` where it would leave the repository.
pub(crate) fn parent(path: &str) -> Option<String> {
    let path = path.trim_end_matches('/');
    match (from_root(path), path.rsplit_once('/')) {
        (Some(""), _) => None,
        (_, Some((above, _))) if !above.is_empty() => Some(above.to_owned()),
        (_, Some(_)) => None,
        (_, None) => Some(".".to_owned()),
    }
}
