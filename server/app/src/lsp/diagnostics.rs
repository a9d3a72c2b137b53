//! Publishes diagnostics: one thread takes the newest view of each workspace, so that a burst of edits is judged once
//! and nothing is ever published out of order.

use std::collections::BTreeMap;
use std::panic::AssertUnwindSafe;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};

use ide::FileState;
use model::{FileId, Workspace};
use rustc_hash::FxHashMap;
use syntax::Encoding;
use tower_lsp::gen_lsp_types::{Diagnostic, PublishDiagnosticsParams, Uri};

use super::failures::Failures;
use super::to_proto;
use super::transport::Outbox;
use super::uri;
use super::view::View;

/// Hands views to the thread.
#[derive(Clone)]
pub(super) struct Publisher(Arc<Desk>);

#[derive(Default)]
struct Desk {
    waiting: Mutex<Waiting>,
    news: Condvar,
}

#[derive(Default)]
struct Waiting {
    /// The newest view by workspace; `None`: the workspace is gone.
    views: BTreeMap<PathBuf, Option<Arc<View>>>,
    encoding: Encoding,
    is_over: bool,
}

impl Publisher {
    /// Starts the thread.
    pub(super) fn start(outbox: Outbox) -> std::io::Result<Self> {
        let desk = Arc::new(Desk::default());
        let publisher = Self(Arc::clone(&desk));
        std::thread::Builder::new().name("diagnostics".to_owned()).stack_size(super::STACK).spawn(move || {
            let mut thread = Thread { outbox, said: FxHashMap::default() };
            while let Some((folder, view, encoding)) = desk.next() {
                match view {
                    Some(view) => thread.publish(&folder, &view, encoding, &desk),
                    None => thread.forget(&folder),
                }
            }
        })?;
        Ok(publisher)
    }

    /// A workspace has changed.
    pub(super) fn publish(&self, folder: &Path, view: Arc<View>) {
        self.0.lock().views.insert(folder.to_path_buf(), Some(view));
        self.0.news.notify_one();
    }

    /// A workspace is gone.
    pub(super) fn forget(&self, folder: &Path) {
        self.0.lock().views.insert(folder.to_path_buf(), None);
        self.0.news.notify_one();
    }

    /// How the editor counts columns.
    pub(super) fn set_encoding(&self, encoding: Encoding) {
        self.0.lock().encoding = encoding;
    }

    /// Ends the thread.
    pub(super) fn stop(&self) {
        self.0.lock().is_over = true;
        self.0.news.notify_one();
    }
}

impl Desk {
    fn lock(&self) -> MutexGuard<'_, Waiting> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn next(&self) -> Option<(PathBuf, Option<Arc<View>>, Encoding)> {
        let mut waiting = self.lock();
        loop {
            if waiting.is_over {
                return None;
            }
            if let Some((folder, view)) = waiting.views.pop_first() {
                return Some((folder, view, waiting.encoding));
            }
            waiting = self.news.wait(waiting).unwrap_or_else(PoisonError::into_inner);
        }
    }

    fn has_newer(&self, folder: &Path) -> bool {
        self.lock().views.contains_key(folder)
    }
}

struct Thread {
    outbox: Outbox,
    said: FxHashMap<PathBuf, Said>,
}

/// What was said last of a workspace's files.
#[derive(Default)]
struct Said {
    /// Of those that the editor has open.
    files: BTreeMap<FileId, Published>,
    /// Of all others, which only a run's output names.
    elsewhere: BTreeMap<PathBuf, Vec<Diagnostic>>,
}

/// What was said last of a file.
struct Published {
    uri: Arc<str>,
    file: Arc<FileState>,
    workspace: Arc<Workspace>,
    failures: Arc<Failures>,
    diagnostics: Vec<Diagnostic>,
}

impl Thread {
    fn publish(&mut self, folder: &Path, view: &View, encoding: Encoding, desk: &Desk) {
        let said = self.said.entry(folder.to_path_buf()).or_default();
        let published = &mut said.files;
        let gone = |id: &FileId| view.file(*id).is_none_or(|file| file.version.is_none());
        let closed: Vec<FileId> = published.keys().copied().filter(gone).collect();
        for id in closed {
            if let Some(old) = published.remove(&id) {
                send(&self.outbox, &old.uri, None, Vec::new());
            }
        }
        publish_elsewhere(&self.outbox, &mut said.elsewhere, view, encoding);
        let open: Vec<&Arc<FileState>> = view.files.iter().filter(|file| file.version.is_some()).collect();
        if open.is_empty() {
            return;
        }
        let is_new = |file: &Arc<FileState>, published: &BTreeMap<FileId, Published>| {
            published.get(&file.id).is_none_or(|old| !is_same_text(&old.file, file))
        };
        // What was typed in comes first and is finished whatever follows; the others only when nothing newer waits.
        let (edited, others): (Vec<_>, Vec<_>) = open.into_iter().partition(|file| is_new(file, published));
        for (file, is_edited) in edited.iter().map(|file| (file, true)).chain(others.iter().map(|file| (file, false))) {
            if !is_edited && desk.has_newer(folder) {
                return;
            }
            let judged = std::panic::catch_unwind(AssertUnwindSafe(|| {
                let workspace = Arc::clone(&view.snapshot().workspace);
                let failures = &view.past.failures;
                let is_known = |old: &Published| {
                    !is_edited && Arc::ptr_eq(&old.workspace, &workspace) && Arc::ptr_eq(&old.failures, failures)
                };
                if published.get(&file.id).is_some_and(is_known) {
                    return None;
                }
                let mut diagnostics = to_proto::diagnostics(view, file, encoding);
                if let Some(path) = path_of(view, file) {
                    diagnostics.extend(failures.in_file(view, file, &path, encoding));
                }
                Some((workspace, diagnostics))
            }));
            let Ok(Some((workspace, diagnostics))) = judged else {
                // The same text, perhaps kept smaller by now.
                published.entry(file.id).and_modify(|old| old.file = Arc::clone(file));
                continue;
            };
            let uri = view.uris.get(&file.id).map_or_else(|| Arc::from(""), Arc::clone);
            let is_same = !is_edited && published.get(&file.id).is_some_and(|old| old.diagnostics == diagnostics);
            if !is_same {
                send(&self.outbox, &uri, file.version, diagnostics.clone());
            }
            let (file, failures) = (Arc::clone(file), Arc::clone(&view.past.failures));
            published.insert(file.id, Published { uri, file, workspace, failures, diagnostics });
        }
    }

    fn forget(&mut self, folder: &Path) {
        let said = self.said.remove(folder).unwrap_or_default();
        for old in said.files.into_values() {
            send(&self.outbox, &old.uri, None, Vec::new());
        }
        for path in said.elsewhere.into_keys() {
            send(&self.outbox, &uri::of(&path), None, Vec::new());
        }
    }
}

/// Says what has changed of the files that only a run's output names. Those that are open are told of with the rest
/// that is said of them.
fn publish_elsewhere(outbox: &Outbox, said: &mut BTreeMap<PathBuf, Vec<Diagnostic>>, view: &View, encoding: Encoding) {
    let mut now = view.past.failures.elsewhere(encoding);
    if said.is_empty() && now.is_empty() {
        return;
    }
    let open = view.files.iter().filter(|file| file.version.is_some());
    for path in open.filter_map(|file| path_of(view, file)) {
        now.remove(&path);
        said.remove(&path);
    }
    for path in said.keys().filter(|path| !now.contains_key(*path)) {
        send(outbox, &uri::of(path), None, Vec::new());
    }
    for (path, diagnostics) in &now {
        if said.get(path) != Some(diagnostics) {
            send(outbox, &uri::of(path), None, diagnostics.clone());
        }
    }
    *said = now;
}

fn path_of(view: &View, file: &FileState) -> Option<PathBuf> {
    view.uris.get(&file.id).and_then(|uri| uri::key(uri))
}

/// Whether two states of a file are of one text, as one opening of it by the editor has it.
fn is_same_text(old: &FileState, new: &FileState) -> bool {
    old.version == new.version && Arc::ptr_eq(&old.document.shared_text(), &new.document.shared_text())
}

fn send(outbox: &Outbox, uri: &str, version: Option<i32>, diagnostics: Vec<Diagnostic>) {
    let uri = Uri::from(uri);
    outbox.notify("textDocument/publishDiagnostics", &PublishDiagnosticsParams { uri, version, diagnostics });
}
