//! Notices that nox cannot load the noxfile: then no other session needs to find that out, and the reason is told once.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use exec::{Event, Failure};
use model::plan::TaskId;
use tokio_util::sync::CancellationToken;

/// nox's words once a noxfile is loaded.
const RUNNING: &str = "Running session ";
/// Where they stand at the latest, even behind a noxfile that prints much.
const HEAD: u64 = 256 << 10;

/// Hears a run. Cheap to clone.
#[derive(Clone, Default)]
pub(super) struct Watch(Arc<Watched>);

#[derive(Default)]
struct Watched {
    is_over: CancellationToken,
    heard: Mutex<Heard>,
}

#[derive(Default)]
struct Heard {
    logs: BTreeMap<TaskId, PathBuf>,
    /// Last lines of the first session that found the noxfile not to load.
    tail: Option<Vec<String>>,
    /// A session has run, so it does load.
    has_run: bool,
}

impl Watch {
    /// Something happened.
    pub(super) fn hear(&self, event: &Event) {
        let mut heard = self.lock();
        match event {
            Event::TaskStarted { task, log: Some(log), .. } => drop(heard.logs.insert(*task, log.clone())),
            Event::TaskPassed { .. } => heard.has_run = true,
            // 2 where nox understands what is wrong, 1 with Python's traceback (nox 2026.10.20).
            Event::TaskFailed { task, failure: Failure::Code(1 | 2), tail, .. } if !heard.has_run => {
                let head = heard.logs.get(task).map_or_else(String::new, |log| head(log));
                if head.contains(RUNNING) || tail.iter().any(|line| line.contains(RUNNING)) {
                    heard.has_run = true;
                } else {
                    heard.tail.get_or_insert_with(|| tail.clone());
                    self.0.is_over.cancel();
                }
            }
            _ => {}
        }
    }

    /// Whether `event` only follows from what is told once at the end.
    pub(super) fn is_echo(&self, event: &Event) -> bool {
        let is_end =
            matches!(event, Event::TaskFailed { .. } | Event::TaskCancelled { .. } | Event::TaskSkipped { .. });
        is_end && self.0.is_over.is_cancelled()
    }

    /// Cancels `run` once the noxfile is known not to load.
    pub(super) async fn cancel(self, run: CancellationToken) {
        self.0.is_over.cancelled().await;
        run.cancel();
    }

    /// The last lines of nox, if it could not load the noxfile.
    pub(super) fn not_loaded(&self) -> Option<Vec<String>> {
        self.lock().tail.clone()
    }

    fn lock(&self) -> MutexGuard<'_, Heard> {
        self.0.heard.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn head(log: &Path) -> String {
    let mut bytes = Vec::new();
    // A log that cannot be read says nothing; then the last lines must do.
    let _ = File::open(log).and_then(|file| file.take(HEAD).read_to_end(&mut bytes));
    String::from_utf8_lossy(&bytes).into_owned()
}
