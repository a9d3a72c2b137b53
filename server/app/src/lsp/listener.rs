//! Hears a run's events and tells the state which sessions start and fail; what a failed one wrote is read meanwhile.

use std::path::PathBuf;
use std::sync::mpsc::Sender;
use std::sync::{Arc, Mutex, PoisonError};

use exec::Event;
use model::plan::TaskId;
use tokio::runtime::Handle;
use tokio::task::JoinHandle;

use super::failures::{Failure, Key, Told};
use super::state::Message;
use crate::launch::Prepared;
use crate::report::run_event::PlaceResult;

/// For one run. Cheap to clone.
#[derive(Clone, Debug)]
pub(super) struct Listener(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    run: Prepared,
    state: Sender<Message>,
    runtime: Handle,
    heard: Mutex<Heard>,
}

#[derive(Debug, Default)]
struct Heard {
    /// By task.
    logs: Vec<Option<PathBuf>>,
    /// Outputs that are being read.
    readings: Vec<(TaskId, JoinHandle<Vec<PlaceResult>>)>,
}

impl Listener {
    /// For `run`, whose workspace `state` knows. Called within the runtime.
    pub(super) fn new(run: &Prepared, state: Sender<Message>) -> Self {
        let logs = vec![None; run.plan.tasks.len()];
        let heard = Mutex::new(Heard { logs, readings: Vec::new() });
        Self(Arc::new(Inner { run: run.clone(), state, runtime: Handle::current(), heard }))
    }

    /// Something happened.
    pub(super) fn hear(&self, event: &Event) {
        match event {
            Event::TaskStarted { task, log, .. } => {
                if let Some(known) = self.heard().logs.get_mut(task.0) {
                    known.clone_from(log);
                }
                self.0.tell(Key::of(&self.0.run, *task), None);
            }
            Event::TaskFailed { task, seconds, failure, tail } => {
                let told = Told { seconds: *seconds, reason: failure.clone(), tail: tail.clone() };
                let (task, log) = (*task, self.heard().logs.get(task.0).cloned().flatten());
                let inner = Arc::clone(&self.0);
                let reading = self.0.runtime.spawn_blocking(move || {
                    let failure = Failure::read(&inner.run, task, log, &told);
                    let places = failure.places.iter().map(PlaceResult::from).collect();
                    inner.tell(Key::of(&inner.run, task), Some(failure));
                    places
                });
                self.heard().readings.push((task, reading));
            }
            _ => {}
        }
    }

    /// What the outputs name, by task, once all have been read.
    pub(super) async fn places(&self) -> Vec<Vec<PlaceResult>> {
        let readings = std::mem::take(&mut self.heard().readings);
        let mut places = vec![Vec::new(); self.0.run.plan.tasks.len()];
        for (TaskId(task), reading) in readings {
            if let (Some(slot), Ok(read)) = (places.get_mut(task), reading.await) {
                *slot = read;
            }
        }
        places
    }

    fn heard(&self) -> std::sync::MutexGuard<'_, Heard> {
        self.0.heard.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Inner {
    fn tell(&self, key: Key, failure: Option<Failure>) {
        let folder = self.run.folder.clone();
        drop(self.state.send(Message::Ran { folder, key, failure })); // no state any more: the server is ending
    }
}
