//! The thread that reads the disk for the state: workspaces when they come, files when they change, measured
//! durations. It reads and parses; the state only takes over what is ready.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::mpsc::{Receiver, Sender, channel};

use facts::{FileKind, Forge};
use ide::FileState;
use model::FileId;

use super::state::Message;
use crate::disk::{self, Beside, Shelf};
use crate::history;
use crate::launch::LastRun;

/// Files that nobody has opened are read up to this size: parsing takes fifty times a text's size (measured), and no
/// noxfile or workflow written by hand comes near. An opened one is read whatever its size.
const MAX_UNOPENED: usize = 96 << 10;

/// Something to read.
pub(super) enum Task {
    /// All of a workspace, and its history.
    Scan { folder: PathBuf, forge: Option<Forge> },
    /// Single files, each in its workspace.
    Read { folder: PathBuf, forge: Option<Forge>, paths: Vec<PathBuf> },
    /// A workspace's history again.
    History { folder: PathBuf },
    /// A file that an output names, again.
    Named { folder: PathBuf, path: PathBuf },
    /// Nothing: the message goes back to the state once everything that was asked for before has been read.
    Then(Box<Message>),
}

/// A file as it is on disk.
#[derive(Debug)]
pub(super) struct Loaded {
    /// The workspace it was read for.
    pub(super) folder: PathBuf,
    /// Its path.
    pub(super) path: PathBuf,
    /// What it says; `None`: there is none, or none that we read. Its number is not yet its own.
    pub(super) state: Option<FileState>,
}

/// Hands tasks to the thread.
#[derive(Clone, Debug)]
pub(super) struct Loader(Sender<Task>);

impl Loader {
    /// Starts the thread; what it reads goes to `state`.
    pub(super) fn start(shelf: Arc<Shelf>, state: Sender<Message>) -> std::io::Result<Self> {
        let (sender, tasks) = channel();
        std::thread::Builder::new()
            .name("loader".to_owned())
            .stack_size(super::STACK)
            .spawn(move || run(&tasks, &shelf, &state))?;
        Ok(Self(sender))
    }

    /// Asks for something; the answer is a message to the state.
    pub(super) fn send(&self, task: Task) {
        drop(self.0.send(task)); // no thread any more: the server is ending
    }
}

fn run(tasks: &Receiver<Task>, shelf: &Shelf, state: &Sender<Message>) {
    while let Ok(task) = tasks.recv() {
        let done = match task {
            Task::Scan { folder, forge } => {
                drop(state.send(past(folder.clone())));
                let loaded =
                    disk::walk(&folder).into_iter().map(|(path, kind)| load(&folder, path, Some(kind), shelf, forge));
                drop(state.send(Message::Loaded(loaded.collect())));
                state.send(Message::Scanned { folder })
            }
            Task::Read { folder, forge, paths } => {
                let loaded = paths.into_iter().map(|path| {
                    let kind = FileKind::of(&disk::slashed(&path));
                    load(&folder, path, kind, shelf, forge)
                });
                state.send(Message::Loaded(loaded.collect()))
            }
            Task::History { folder } => state.send(past(folder)),
            Task::Named { folder, path } => {
                let text = disk::read_text(&path);
                state.send(Message::Reread { folder, path, text })
            }
            Task::Then(message) => state.send(*message),
        };
        if done.is_err() {
            return;
        }
    }
}

fn past(folder: PathBuf) -> Message {
    let (timings, unfinished) = (Arc::new(history::timings(&folder)), Arc::new(LastRun::unfinished(&folder)));
    Message::Timed { folder, timings, unfinished }
}

fn load(folder: &Path, path: PathBuf, kind: Option<FileKind>, shelf: &Shelf, forge: Option<Forge>) -> Loaded {
    let state = kind.and_then(|kind| {
        let text = disk::read_text_below(&path, MAX_UNOPENED)?;
        let relative = disk::slashed(path.strip_prefix(folder).unwrap_or(&path));
        Some(read(FileId(0), &relative, kind, text, shelf, folder, forge)?.at_rest())
    });
    Loaded { folder: folder.to_path_buf(), path, state }
}

/// Reads a text as the file at `path` of the workspace in `folder`. `None`: reading it panicked, which is a defect of
/// ours; the file is then as good as absent.
pub(super) fn read(
    id: FileId,
    path: &str,
    kind: FileKind,
    text: Arc<str>,
    shelf: &Shelf,
    folder: &Path,
    forge: Option<Forge>,
) -> Option<FileState> {
    let file = folder.join(path);
    let beside = Beside { shelf, root: folder, folder: disk::base_of(&file, kind).unwrap_or(folder) };
    std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| FileState::new(id, path, kind, text, &beside, forge))).ok()
}
