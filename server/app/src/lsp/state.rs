//! The server's mutable state: one thread owns it and applies messages in the order in which they arrive. Handlers
//! send; who asks gets a [`View`] as it is at that place in the order.
//!
//! Texts are parsed when somebody asks or when no message waits: a burst of edits is applied to the text one by one
//! and parsed once.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, TryRecvError, channel};
use std::time::Duration;

use facts::FileKind;
use ide::{FileState, Unfinished};
use model::{FileId, Timings};
use rustc_hash::FxHashMap;
use syntax::{Encoding, LineCol};
use tokio::runtime::Handle;

use super::confirm::{Answer, Confirmer};
use super::diagnostics::Publisher;
use super::failures::{self, Failure};
use super::loader::{Loaded, Loader, Task};
use super::root::{Entry, Root};
use super::uri::{self, Place};
use super::view::View;
use super::watches::Watcher;
use crate::config::Config;
use crate::disk::{self, Shelf};

/// One thing that happens to the state.
pub(super) enum Message {
    /// `initialize`: how columns are counted, the workspace's folders, the editor's settings.
    Began { encoding: Encoding, folders: Vec<PathBuf>, config: Config },
    /// A document was opened.
    Opened { uri: String, language: String, version: i32, text: String },
    /// It was edited.
    Changed { uri: String, version: i32, edits: Vec<Edit> },
    /// It was closed.
    Closed { uri: String },
    /// Files on disk may have changed, appeared or gone.
    Touched(Vec<PathBuf>),
    /// The loader has read files.
    Loaded(Vec<Loaded>),
    /// The loader has read all files of a workspace.
    Scanned { folder: PathBuf },
    /// Folders came and went.
    Folders { added: Vec<PathBuf>, removed: Vec<PathBuf> },
    /// The editor's settings changed.
    Configured(Config),
    /// A workspace's history of runs was read.
    Timed { folder: PathBuf, timings: Arc<Timings>, unfinished: Arc<Unfinished> },
    /// nox has listed the sessions of a noxfile.
    Confirmed(Answer),
    /// Documents were saved: what nox reads is what they show.
    Saved(Vec<PathBuf>),
    /// The editor is ready to watch files for us.
    Watched(Watcher),
    /// Whether code of the workspace may be run.
    Trusted(bool),
    /// A run has added to a workspace's history.
    Measured { folder: PathBuf },
    /// A session of a run starts (`None`) or has failed.
    Ran { folder: PathBuf, key: failures::Key, failure: Option<Failure> },
    /// A file that an output names was read again.
    Reread { folder: PathBuf, path: PathBuf, text: Option<Arc<str>> },
    /// A question about a file.
    Ask { uri: String, job: Box<dyn FnOnce(Option<Asked>) + Send> },
    /// One about a file whose answer depends on files beside it: while a workspace is read for the first time it waits. An
    /// offer that says that there is no `pyproject.toml` must not be made before anybody has looked.
    AskBeside { uri: String, job: Box<dyn FnOnce(Option<Asked>) + Send> },
    /// A question about everything: answered when what is being read has been read, for a command that comes right
    /// after the start must not be told that there is no noxfile.
    AskAll(Box<dyn FnOnce(Vec<Workspace>) + Send>),
    /// The same question, back from the loader.
    AskRead(Box<dyn FnOnce(Vec<Workspace>) + Send>),
}

/// What a question about a file gets.
pub(super) struct Asked {
    /// Its workspace.
    pub(super) view: Arc<View>,
    /// The file.
    pub(super) file: Arc<FileState>,
}

/// What a question about everything gets, of each workspace.
pub(super) struct Workspace {
    /// Its folder.
    pub(super) folder: PathBuf,
    /// What is in it.
    pub(super) view: Arc<View>,
}

/// An edit in the editor's words.
pub(super) struct Edit {
    /// What is replaced; `None`: all of the text.
    pub(super) range: Option<(LineCol, LineCol)>,
    /// By what.
    pub(super) text: String,
}

/// Nothing has come for this long: time to prepare for what may come. Longer than an editor takes between the messages
/// with which it opens a document, shorter than a person takes to press a key.
const IDLE: Duration = Duration::from_millis(50);

type RootId = u32;

/// Everything that the thread owns.
pub(super) struct State {
    encoding: Encoding,
    config: Config,
    roots: BTreeMap<RootId, Root>,
    /// Files by their place.
    index: FxHashMap<PathBuf, (RootId, FileId)>,
    shelf: Arc<Shelf>,
    loader: Loader,
    confirmer: Confirmer,
    publisher: Publisher,
    watcher: Option<Watcher>,
    runtime: Handle,
    last_id: u32,
    revision: u64,
}

/// Starts the thread that owns the state. It ends when the last sender is gone.
pub(super) fn start(
    publisher: impl FnOnce(&Sender<Message>) -> std::io::Result<Publisher>,
    runtime: Handle,
) -> std::io::Result<Sender<Message>> {
    let (sender, messages) = channel();
    let shelf = Arc::new(Shelf::default());
    let loader = Loader::start(Arc::clone(&shelf), sender.clone())?;
    let confirmer = Confirmer::start(runtime.clone(), sender.clone())?;
    let mut state = State {
        encoding: Encoding::default(),
        config: Config::default(),
        roots: BTreeMap::new(),
        index: FxHashMap::default(),
        shelf,
        loader,
        confirmer,
        publisher: publisher(&sender)?,
        watcher: None,
        runtime,
        last_id: 0,
        revision: 0,
    };
    std::thread::Builder::new()
        .name("state".to_owned())
        .stack_size(super::STACK)
        .spawn(move || state.run(&messages))?;
    Ok(sender)
}

impl State {
    fn run(&mut self, messages: &Receiver<Message>) {
        loop {
            let message = match messages.try_recv() {
                Ok(message) => message,
                Err(TryRecvError::Disconnected) => return,
                Err(TryRecvError::Empty) => {
                    self.publish();
                    match messages.recv_timeout(IDLE) {
                        Ok(message) => message,
                        Err(RecvTimeoutError::Disconnected) => return,
                        Err(RecvTimeoutError::Timeout) => {
                            self.roots.values_mut().for_each(|root| root.wake(&self.shelf));
                            let Ok(message) = messages.recv() else { return };
                            message
                        }
                    }
                }
            };
            self.apply(message);
        }
    }

    fn apply(&mut self, message: Message) {
        match message {
            Message::Began { encoding, folders, config } => {
                (self.encoding, self.config) = (encoding, config);
                self.publisher.set_encoding(encoding);
                self.change_folders(folders, &[]);
            }
            Message::Opened { uri, language, version, text } => self.open(&uri, &language, version, text),
            Message::Changed { uri, version, edits } => self.change(&uri, version, edits),
            Message::Closed { uri } => self.close(&uri),
            Message::Touched(paths) => paths.into_iter().for_each(|path| self.touched(path)),
            Message::Loaded(files) => self.load(files),
            Message::Scanned { folder } => {
                self.roots.values_mut().filter(|root| root.folder == folder).for_each(|root| root.is_scanned = true);
            }
            Message::Folders { added, removed } => self.change_folders(added, &removed),
            Message::Configured(config) => {
                self.config = config;
                self.configure();
            }
            Message::Timed { folder, timings, unfinished } => {
                let roots = self.roots.values_mut().filter(|root| root.folder == folder);
                roots.for_each(|root| root.set_history(Arc::clone(&timings), Arc::clone(&unfinished)));
            }
            Message::Ran { folder, key, failure } => {
                if let Some(root) = self.roots.values_mut().find(|root| root.folder == folder) {
                    root.hear(&key, failure, &self.shelf, &mut self.revision);
                }
            }
            Message::Reread { folder, path, text } => {
                let roots = self.roots.values_mut().filter(|root| root.folder == folder);
                roots.for_each(|root| root.reread(&path, text.as_deref()));
            }
            Message::Confirmed(answer) => self.confirmed(answer),
            Message::Saved(paths) => paths.iter().for_each(|path| self.saved(path)),
            Message::Watched(watcher) => {
                watcher.look_at(self.roots.values());
                self.watcher = Some(watcher);
            }
            Message::Trusted(is_trusted) => {
                self.confirmer.set_trusted(is_trusted);
                self.roots.values().for_each(|root| self.confirmer.look_at(root));
            }
            Message::Measured { folder } => self.loader.send(Task::History { folder }),
            Message::Ask { uri, job } => self.ask(&uri, job),
            Message::AskBeside { uri, job } => {
                let root = self.find(&uri).and_then(|(root, _)| self.roots.get(&root));
                if root.is_some_and(|root| root.is_workspace && !root.is_scanned) {
                    self.loader.send(Task::Then(Box::new(Message::Ask { uri, job })));
                } else {
                    self.ask(&uri, job);
                }
            }
            Message::AskAll(job) => self.loader.send(Task::Then(Box::new(Message::AskRead(job)))),
            Message::AskRead(job) => {
                let roots = self.roots.values_mut();
                let all = roots.map(|root| Workspace {
                    folder: root.folder.clone(),
                    view: root.view(&self.shelf, &mut self.revision),
                });
                let all = all.collect();
                self.runtime.spawn_blocking(move || job(all));
            }
        }
    }

    fn ask(&mut self, uri: &str, job: Box<dyn FnOnce(Option<Asked>) + Send>) {
        let asked = self.find(uri).and_then(|(root, id)| {
            let root = self.roots.get_mut(&root)?;
            let view = root.view(&self.shelf, &mut self.revision);
            let file = Arc::clone(view.file(id)?);
            Some(Asked { view, file })
        });
        self.runtime.spawn_blocking(move || job(asked));
    }

    fn open(&mut self, uri: &str, language: &str, version: i32, text: String) {
        let Some(place) = uri::place(uri, language) else { return };
        let (root, id) = match self.index.get(&place.path) {
            Some(&known) => known,
            None => (self.root_for(&place), self.new_file()),
        };
        let Some(owner) = self.roots.get_mut(&root) else { return };
        if place.kind == FileKind::Project {
            self.shelf.overlay(&place.path, Some(Arc::from(text.as_str())));
        }
        self.index.insert(place.path.clone(), (root, id));
        owner.open(id, uri, (place.path.clone(), place.kind), version, text, &self.shelf);
        self.changed_texts(root, place.kind == FileKind::Project, &BTreeSet::from([place.path]));
    }

    fn change(&mut self, uri: &str, version: i32, edits: Vec<Edit>) {
        let Some((root, id)) = self.find(uri) else { return };
        let Some(owner) = self.roots.get_mut(&root) else { return };
        owner.edit(id, version, edits, self.encoding);
        let Some(entry) = owner.files.get(&id).filter(|entry| entry.state.kind == FileKind::Project) else { return };
        // A settings file: others read its text, so they must see the editor's.
        let path = entry.path.clone();
        self.shelf.overlay(&path, entry.buffer.as_ref().and_then(|buffer| buffer.text()).map(Arc::from));
        owner.view(&self.shelf, &mut self.revision);
        self.changed_texts(root, true, &BTreeSet::from([path]));
    }

    fn close(&mut self, uri: &str) {
        let Some((root, id)) = self.find(uri) else { return };
        let Some(owner) = self.roots.get_mut(&root) else { return };
        let Some(mut entry) = owner.remove(id) else { return };
        self.shelf.overlay(&entry.path, None);
        if !owner.is_workspace || uri::path(uri).is_none() {
            self.index.remove(&entry.path);
            return;
        }
        // Until the loader has read what is on disk, what the editor had stands.
        let mut state = (*entry.state).clone().at_rest();
        state.version = None;
        (entry.buffer, entry.state) = (None, Arc::new(state));
        let (path, kind) = (entry.path.clone(), entry.state.kind);
        owner.put(id, entry);
        self.changed_texts(root, kind == FileKind::Project, &BTreeSet::from([path.clone()]));
        self.touched(path);
    }

    /// A file on disk may have changed.
    fn touched(&mut self, path: PathBuf) {
        for root in self.roots.values().filter(|root| root.is_named(&path)) {
            self.loader.send(Task::Named { folder: root.folder.clone(), path: path.clone() });
        }
        let known = self.index.get(&path).map(|(root, _)| *root);
        let root = known.or_else(|| self.workspace_of(&path)).and_then(|root| self.roots.get(&root));
        if let Some(root) = root {
            let (folder, forge) = (root.folder.clone(), root.config.forge());
            self.loader.send(Task::Read { folder, forge, paths: vec![path] });
        }
    }

    fn load(&mut self, files: Vec<Loaded>) {
        let mut changed: BTreeMap<RootId, (bool, BTreeSet<PathBuf>)> = BTreeMap::new();
        for Loaded { folder, path, state } in files {
            let Some(root) = self.roots.iter().find(|(_, root)| root.folder == folder).map(|(id, _)| *id) else {
                continue;
            };
            let known = self.index.get(&path).copied();
            if known.is_some_and(|(owner, _)| owner != root) {
                continue; // a folder within a folder: the inner one has it
            }
            let id = known.map_or_else(|| self.new_file(), |(_, id)| id);
            let Some(owner) = self.roots.get_mut(&root) else { continue };
            let old = owner.files.get(&id);
            if old.is_some_and(|entry| entry.buffer.is_some()) {
                continue; // the editor's text beats the disk's
            }
            // Of settings the text is not kept. A noxfile may read itself: it is not read again for that.
            let text_of = |state: &FileState| (state.kind != FileKind::Project).then(|| state.document.shared_text());
            let old_text = old.and_then(|entry| text_of(&entry.state));
            let is_same = old_text.is_some() && old_text == state.as_ref().and_then(text_of);
            let is_settings = [state.as_ref(), old.map(|entry| &*entry.state)].into_iter().flatten();
            let is_settings = is_settings.map(|state| state.kind).any(|kind| kind == FileKind::Project);
            match state {
                Some(mut state) => {
                    state.id = id;
                    self.index.insert(path.clone(), (root, id));
                    let uri = Arc::from(uri::of(&path));
                    owner.put(id, Entry { uri, path: path.clone(), state: Arc::new(state), buffer: None });
                }
                None => {
                    owner.remove(id);
                    self.index.remove(&path);
                }
            }
            if !is_same {
                let (has_settings, paths) = changed.entry(root).or_default();
                *has_settings |= is_settings;
                paths.insert(path);
            }
        }
        for (root, (has_settings, paths)) in changed {
            self.changed_texts(root, has_settings, &paths);
        }
    }

    /// nox has spoken: the noxfile is read again, and takes its word where the texts are still the same.
    fn confirmed(&mut self, Answer { noxfile, confirmation }: Answer) {
        self.shelf.confirm(&noxfile, confirmation);
        let Some((root, id)) = self.index.get(&noxfile).copied() else { return };
        let Some(root) = self.roots.get_mut(&root) else { return };
        if root.make_stale(id) {
            return;
        }
        let (folder, forge) = (root.folder.clone(), root.config.forge());
        self.loader.send(Task::Read { folder, forge, paths: vec![noxfile] });
    }

    fn saved(&self, path: &Path) {
        let root = self.index.get(path).and_then(|(root, _)| self.roots.get(root));
        root.into_iter().for_each(|root| self.confirmer.look_at(root));
    }

    /// After texts have changed: settings of their project, and files that read them.
    fn changed_texts(&mut self, root: RootId, has_settings: bool, paths: &BTreeSet<PathBuf>) {
        let Some(root) = self.roots.get_mut(&root) else { return };
        let readers = root.stale_readers(paths);
        let is_other_forge = has_settings && root.configure(&self.config);
        let (folder, forge) = (root.folder.clone(), root.config.forge());
        if is_other_forge && root.is_workspace {
            self.loader.send(Task::Scan { folder, forge });
        } else if !readers.is_empty() {
            self.loader.send(Task::Read { folder, forge, paths: readers });
        }
    }

    fn configure(&mut self) {
        for root in self.roots.values_mut() {
            if root.configure(&self.config) && root.is_workspace {
                self.loader.send(Task::Scan { folder: root.folder.clone(), forge: root.config.forge() });
            }
        }
    }

    fn change_folders(&mut self, added: Vec<PathBuf>, removed: &[PathBuf]) {
        let known = |roots: &BTreeMap<RootId, Root>, folder: &Path| {
            roots.values().any(|root| root.is_workspace && root.folder == folder)
        };
        let mut homeless = Vec::new();
        let added: Vec<PathBuf> = added.into_iter().filter(|folder| !known(&self.roots, folder)).collect();
        // Open documents of a folder that goes, and those without a folder that now lie in one, change their workspace.
        let leaving: Vec<RootId> = self
            .roots
            .iter()
            .filter(|(_, root)| match root.is_workspace {
                true => removed.contains(&root.folder),
                false => added.iter().any(|folder| root.folder.starts_with(folder)),
            })
            .map(|(id, _)| *id)
            .collect();
        for id in leaving {
            let Some(mut root) = self.roots.remove(&id) else { continue };
            root.view(&self.shelf, &mut self.revision); // what was typed last must not be lost
            self.publisher.forget(&root.folder);
            for entry in root.files.into_values() {
                self.index.remove(&entry.path);
                homeless.extend(entry.buffer.is_some().then_some(entry));
            }
        }
        for folder in added {
            let mut root = Root::new(folder.clone(), true, &self.config);
            root.touch();
            self.last_id += 1;
            self.loader.send(Task::Scan { folder, forge: root.config.forge() });
            self.roots.insert(self.last_id, root);
        }
        for entry in homeless {
            let language = if entry.state.kind == FileKind::Noxfile { "python" } else { "yaml" };
            let (version, text) = (entry.state.version.unwrap_or_default(), entry.state.document.text().to_owned());
            self.open(&entry.uri, language, version, text);
        }
    }

    fn publish(&mut self) {
        let mut is_news = false;
        for root in self.roots.values_mut().filter(|root| !root.is_published) {
            is_news = true;
            let view = root.view(&self.shelf, &mut self.revision);
            root.is_published = true;
            self.publisher.publish(&root.folder, view);
            self.confirmer.look_at(root);
        }
        self.roots.retain(|_, root| root.is_workspace || !root.files.is_empty());
        if let Some(watcher) = self.watcher.as_ref().filter(|_| is_news) {
            watcher.look_at(self.roots.values());
        }
    }

    fn find(&self, uri: &str) -> Option<(RootId, FileId)> {
        self.index.get(&uri::key(uri)?).copied()
    }

    /// The workspace folder that `path` lies in, the innermost of several.
    fn workspace_of(&self, path: &Path) -> Option<RootId> {
        let holding = self.roots.iter().filter(|(_, root)| root.is_workspace && path.starts_with(&root.folder));
        holding.max_by_key(|(_, root)| root.folder.as_os_str().len()).map(|(id, _)| *id)
    }

    /// The workspace for a document that is opened; one of its own when it lies outside all folders.
    fn root_for(&mut self, place: &Place) -> RootId {
        if let Some(root) = self.workspace_of(&place.path).filter(|_| place.is_file) {
            return root;
        }
        let project = if place.is_file { disk::project_of(&place.path, place.kind) } else { None };
        let folder = project.unwrap_or_else(|| place.path.clone());
        if let Some((id, _)) = self.roots.iter().find(|(_, root)| !root.is_workspace && root.folder == folder) {
            return *id;
        }
        self.last_id += 1;
        self.roots.insert(self.last_id, Root::new(folder, false, &self.config));
        self.last_id
    }

    fn new_file(&mut self) -> FileId {
        self.last_id += 1;
        FileId(self.last_id)
    }
}
