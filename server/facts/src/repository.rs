//! Files of the repository that scripts run: Makefiles, justfiles, tables of tasks, shell scripts.
//!
//! Neighbours: `shell::targets` looks into them, `workflow` remembers which were asked for. Paths are relative to the
//! repository's root, with `/` between folders.

use std::cell::RefCell;
use std::rc::Rc;
use std::sync::Arc;

use crate::noxfile::Surroundings;
use crate::shell::File;

/// How a path begins that is absolute in the repository, wherever that is checked out.
pub const ROOT: &str = "${{github.workspace}}";

/// Files that one reading may ask for.
const MAX_FILES: usize = 256;
/// Bytes of a file that is looked into: no Makefile written by hand is longer.
const MAX_BYTES: usize = 1 << 18;
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
        let mut state = self.state.borrow_mut();
        if let Some((_, text)) = state.reads.iter().find(|(known, _)| known == path) {
            return text.clone();
        }
        if state.reads.len() >= MAX_FILES || path.is_empty() || path.starts_with(['/', '~']) || path.contains('$') {
            return None;
        }
        let text = self.surroundings.read(path).filter(|text| text.len() <= MAX_BYTES);
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
