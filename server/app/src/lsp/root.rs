//! One workspace in the server's state: its files, which of them are open, and the view of it all.

use std::collections::{BTreeMap, BTreeSet};
use std::panic::AssertUnwindSafe;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use facts::FileKind;
use ide::{FileFacts, FileState, Unfinished};
use model::{FileId, Timings};
use syntax::{Change, Encoding, Lines, Span};

use super::failures::{self, Failure};
use super::loader::read;
use super::state::Edit;
use super::view::{Latest, Past, Uris, View};
use crate::config::Config;
use crate::disk::{self, Beside, Shelf};

/// Edited files of a workspace that keep their trees.
const KEPT_TREES: usize = 3;

/// A workspace: one of the editor's folders, or the project around a file outside all of them.
pub(super) struct Root {
    /// Its folder.
    pub(super) folder: PathBuf,
    /// Whether it is one of the editor's folders, to be read from disk.
    pub(super) is_workspace: bool,
    /// Whether all of it has been read from disk once.
    pub(super) is_scanned: bool,
    /// Its files.
    pub(super) files: BTreeMap<FileId, Entry>,
    /// Settings in force.
    pub(super) config: Arc<Config>,
    /// Whether the newest view has gone to who publishes diagnostics.
    pub(super) is_published: bool,
    past: Past,
    latest: Latest,
    uris: Option<Arc<Uris>>,
    view: Option<Arc<View>>,
    /// The file that was opened last, until it is ready to be edited.
    opened: Option<FileId>,
    /// Files that were edited last, the newest last: they keep what makes the next edit cheap.
    edited: Vec<FileId>,
}

/// A file of a workspace.
pub(super) struct Entry {
    /// As the editor spells it.
    pub(super) uri: Arc<str>,
    /// Its place.
    pub(super) path: PathBuf,
    /// What was read last.
    pub(super) state: Arc<FileState>,
    /// The editor's text, when it is open there.
    pub(super) buffer: Option<Buffer>,
}

/// An open document: what the editor has done to it since it was last read.
#[derive(Debug)]
pub(super) struct Buffer {
    version: i32,
    /// The text, when it has changed since `state` was made (and always of a file whose state keeps no text).
    text: Option<String>,
    is_stale: bool,
}

impl Root {
    pub(super) fn new(folder: PathBuf, is_workspace: bool, config: &Config) -> Self {
        Self {
            folder,
            is_workspace,
            is_scanned: false,
            files: BTreeMap::new(),
            config: Arc::new(config.clone()),
            is_published: true,
            past: Past::default(),
            latest: Latest::default(),
            uris: None,
            view: None,
            opened: None,
            edited: Vec::new(),
        }
    }

    /// Something has changed: the next question gets a new view.
    pub(super) fn touch(&mut self) {
        self.view = None;
        self.is_published = false;
    }

    /// What the history of runs says now.
    pub(super) fn set_history(&mut self, timings: Arc<Timings>, unfinished: Arc<Unfinished>) {
        (self.past.timings, self.past.unfinished) = (timings, unfinished);
        self.touch();
    }

    /// A session starts (`None`) or has failed.
    pub(super) fn hear(&mut self, key: &failures::Key, failure: Option<Failure>, shelf: &Shelf, revision: &mut u64) {
        let is_news = match failure {
            Some(failure) => {
                let view = self.view(shelf, revision);
                Arc::make_mut(&mut self.past.failures).add(failure, &view);
                true
            }
            None => self.past.failures.has(key) && Arc::make_mut(&mut self.past.failures).remove(key),
        };
        if is_news {
            self.touch();
        }
    }

    /// A file that outputs may have named has another text now.
    pub(super) fn reread(&mut self, path: &Path, text: Option<&str>) {
        if Arc::make_mut(&mut self.past.failures).changed(path, text) {
            self.touch();
        }
    }

    /// Whether an output has named the file.
    pub(super) fn is_named(&self, path: &Path) -> bool {
        self.named().any(|named| named == path)
    }

    /// Takes the editor's settings over the project's. Says whether files must be read anew.
    pub(super) fn configure(&mut self, editor: &Config) -> bool {
        let project = self
            .files
            .values()
            .filter_map(|entry| match &entry.state.facts {
                FileFacts::Project(facts) => Some((entry.state.path.matches('/').count(), facts.noxflow.as_ref()?)),
                _ => None,
            })
            .min_by_key(|(depth, _)| *depth)
            .map(|(_, text)| Config::from_toml(text));
        let config = editor.clone().or(project.unwrap_or_default());
        if config == *self.config {
            return false;
        }
        let is_other_forge = config.forge() != self.config.forge();
        self.config = Arc::new(config);
        self.touch();
        if is_other_forge {
            self.files.values_mut().filter_map(|entry| entry.buffer.as_mut()).for_each(|buffer| buffer.is_stale = true);
        }
        is_other_forge
    }

    /// Puts a file in, or another state of it.
    pub(super) fn put(&mut self, id: FileId, entry: Entry) {
        let is_known = self.files.get(&id).is_some_and(|old| old.uri == entry.uri);
        if !is_known {
            self.uris = None;
        }
        self.files.insert(id, entry);
        self.touch();
    }

    /// Takes a file out.
    pub(super) fn remove(&mut self, id: FileId) -> Option<Entry> {
        let entry = self.files.remove(&id)?;
        self.uris = None;
        self.touch();
        Some(entry)
    }

    /// A document was opened with `text`.
    pub(super) fn open(
        &mut self,
        id: FileId,
        uri: &str,
        place: (PathBuf, FileKind),
        version: i32,
        text: String,
        shelf: &Shelf,
    ) {
        let (path, kind) = place;
        let relative = match path.strip_prefix(&self.folder) {
            Ok(relative) if !relative.as_os_str().is_empty() => disk::slashed(relative),
            _ if kind == FileKind::Noxfile => "noxfile.py".to_owned(),
            _ => ".github/workflows/untitled.yml".to_owned(),
        };
        let text: Arc<str> = Arc::from(text);
        let forge = self.config.forge();
        // Often the very text that was read from disk.
        let known = self.files.get(&id).map(|entry| &entry.state);
        let known =
            known.filter(|state| state.kind == kind && *state.document.text() == *text && kind != FileKind::Project);
        let state = match known {
            Some(state) => Some((**state).clone()),
            None => read(id, &relative, kind, Arc::clone(&text), shelf, &self.folder, forge),
        };
        let Some(state) = state else { return };
        let mut state = state.at_rest(); // most documents that are opened are never edited
        state.version = Some(version);
        let kept = (kind == FileKind::Project).then(|| text.to_string());
        let buffer = Buffer { version, text: kept, is_stale: false };
        self.put(id, Entry { uri: Arc::from(uri), path, state: Arc::new(state), buffer: Some(buffer) });
        self.opened = Some(id);
    }

    /// While nobody asks for anything: makes the document that was opened last ready to be edited.
    pub(super) fn wake(&mut self, shelf: &Shelf) {
        let Some(id) = self.opened.take() else { return };
        let Some(entry) = self.files.get_mut(&id).filter(|entry| entry.state.document.is_at_rest()) else { return };
        if entry.buffer.as_ref().is_none_or(|buffer| buffer.is_stale) || entry.state.kind == FileKind::Project {
            return;
        }
        let base = disk::base_of(&entry.path, entry.state.kind).unwrap_or(&self.folder);
        let beside = Beside { shelf, root: &self.folder, folder: base };
        let awake = std::panic::catch_unwind(AssertUnwindSafe(|| entry.state.awake(&beside)));
        let Ok(awake) = awake else { return };
        entry.state = Arc::new(awake);
        self.edited.retain(|known| *known != id);
        self.edited.push(id);
        self.rest();
        self.view = None;
    }

    /// An open document was edited.
    pub(super) fn edit(&mut self, id: FileId, version: i32, edits: Vec<Edit>, encoding: Encoding) {
        let Some(entry) = self.files.get_mut(&id) else { return };
        let Some(buffer) = &mut entry.buffer else { return };
        let mut text = buffer.text.take().unwrap_or_else(|| entry.state.document.text().to_owned());
        for edit in edits {
            match edit.range {
                None => text = edit.text,
                Some((start, end)) => {
                    let lines = Lines::new(&text);
                    let start = lines.offset(&text, start, encoding);
                    let end = lines.offset(&text, end, encoding);
                    text.replace_range(Span::new(start, end).range(), &edit.text);
                }
            }
        }
        (buffer.version, buffer.text, buffer.is_stale) = (version, Some(text), true);
        self.edited.retain(|known| *known != id);
        self.edited.push(id);
        self.touch();
    }

    /// Takes the trees from files whose last edit is long ago: a tree is fifty times as large as its text (measured).
    fn rest(&mut self) {
        while self.edited.len() > KEPT_TREES {
            let id = self.edited.remove(0);
            if let Some(entry) = self.files.get_mut(&id) {
                entry.state = Arc::new((*entry.state).clone().at_rest());
            }
        }
    }

    /// An open file is to be read anew, though its text is the same. `false`: it is not open.
    pub(super) fn make_stale(&mut self, id: FileId) -> bool {
        let Some(buffer) = self.files.get_mut(&id).and_then(|entry| entry.buffer.as_mut()) else { return false };
        buffer.is_stale = true;
        self.touch();
        true
    }

    /// The files that are open and read one of `paths` (or list its folder) when they are read must be read anew; returns
    /// those that are not open.
    pub(super) fn stale_readers(&mut self, paths: &BTreeSet<PathBuf>) -> Vec<PathBuf> {
        let (mut closed, mut is_touched) = (Vec::new(), false);
        let folders: BTreeSet<&Path> = paths.iter().filter_map(|path| path.parent()).collect();
        for entry in self.files.values_mut() {
            let reads = entry.below(&self.folder, entry.state.facts.reads()).any(|read| paths.contains(&read));
            let mut lists = entry.below(&self.folder, entry.state.facts.lists());
            if !reads && !lists.any(|listed| folders.contains(&*listed)) {
                continue;
            }
            drop(lists);
            match &mut entry.buffer {
                Some(buffer) => (buffer.is_stale, is_touched) = (true, true),
                None => closed.push(entry.path.clone()),
            }
        }
        if is_touched {
            self.touch();
        }
        closed
    }

    /// Files that its files read.
    pub(super) fn reads(&self) -> impl Iterator<Item = PathBuf> {
        self.files.values().flat_map(|entry| entry.below(&self.folder, entry.state.facts.reads()))
    }

    /// Folders that its files list.
    pub(super) fn lists(&self) -> impl Iterator<Item = PathBuf> {
        self.files.values().flat_map(|entry| entry.below(&self.folder, entry.state.facts.lists()))
    }

    /// Files that outputs name.
    pub(super) fn named(&self) -> impl Iterator<Item = &Path> {
        self.past.failures.paths()
    }

    /// The workspace as it is now: edited texts are read first.
    pub(super) fn view(&mut self, shelf: &Shelf, revision: &mut u64) -> Arc<View> {
        if let Some(view) = &self.view {
            return Arc::clone(view);
        }
        let forge = self.config.forge();
        for entry in self.files.values_mut() {
            entry.read_again(shelf, &self.folder, forge);
        }
        self.rest();
        let uris = self.uris.get_or_insert_with(|| {
            Arc::new(self.files.iter().map(|(id, entry)| (*id, Arc::clone(&entry.uri))).collect())
        });
        *revision += 1;
        let files = self.files.values().map(|entry| Arc::clone(&entry.state)).collect();
        let (config, past, latest) = (Arc::clone(&self.config), self.past.clone(), Arc::clone(&self.latest));
        let view = Arc::new(View::new(*revision, files, Arc::clone(uris), config, past, latest));
        self.view = Some(Arc::clone(&view));
        view
    }
}

impl Buffer {
    /// The text, where it is kept beside what was read of it.
    pub(super) fn text(&self) -> Option<&str> {
        self.text.as_deref()
    }
}

impl Entry {
    /// Places of `paths`, which this file of the workspace at `root` has from where it reads.
    fn below<'a>(&'a self, root: &'a Path, paths: impl Iterator<Item = &'a str>) -> impl Iterator<Item = PathBuf> {
        let folder = disk::base_of(&self.path, self.state.kind).unwrap_or(root);
        paths.map(|path| disk::normal(&folder.join(path)))
    }

    fn read_again(&mut self, shelf: &Shelf, root: &Path, forge: Option<facts::Forge>) {
        let Some(buffer) = self.buffer.as_mut().filter(|buffer| buffer.is_stale) else { return };
        let old = &self.state;
        let read = if old.kind == FileKind::Project {
            let text = Arc::from(buffer.text.as_deref().unwrap_or_default());
            read(old.id, &old.path, old.kind, text, shelf, root, forge)
        } else {
            let whole = Span::from(0..old.document.text().len());
            let changes: Vec<Change> =
                buffer.text.iter().map(|text| Change { span: whole, text: text.clone() }).collect();
            let beside = Beside { shelf, root, folder: disk::base_of(&self.path, old.kind).unwrap_or(root) };
            std::panic::catch_unwind(AssertUnwindSafe(|| old.edited(buffer.version, &changes, &beside, forge))).ok()
        };
        buffer.is_stale = false;
        let Some(mut state) = read else { return }; // a defect of ours: the last good state stands, edits go on
        state.version = Some(buffer.version);
        if state.kind != FileKind::Project {
            buffer.text = None;
        }
        self.state = Arc::new(state);
    }
}
