//! Runs that an editor has started: one at a time for each noxfile, shown as progress, cancelled from three sides.

use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Instant;

use exec::Event;
use serde_json::Value;
use tokio::sync::watch;
use tokio_util::sync::CancellationToken;
use tower_lsp::Client as Editor;
use tower_lsp::jsonrpc::{Error, ErrorCode, Result};

use super::ext;
use super::listener::Listener;
use super::progress::Progress;
use super::transport::Outbox;
use crate::launch::{self, Prepared};
use crate::report::run_event::{RunEvent, RunResult};

/// The protocol's `RequestFailed`: the request was right, the answer is no.
const REQUEST_FAILED: i64 = -32803;

/// All runs of this server. Cheap to clone.
#[derive(Clone, Debug)]
pub(super) struct Runs(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    going: Mutex<Vec<Going>>,
    count: watch::Sender<usize>,
    is_trusted: AtomicBool,
}

#[derive(Debug)]
struct Going {
    id: String,
    noxfile: PathBuf,
    cancel: CancellationToken,
}

impl Default for Runs {
    fn default() -> Self {
        let inner = Inner { going: Mutex::default(), count: watch::Sender::new(0), is_trusted: AtomicBool::new(true) };
        Self(Arc::new(inner))
    }
}

impl Runs {
    /// Whether code of the workspace may be run.
    pub(super) fn set_trusted(&self, is_trusted: bool) {
        self.0.is_trusted.store(is_trusted, Ordering::Relaxed);
    }

    /// An error while it may not; `what` would run it.
    pub(super) fn must_be_trusted(&self, what: &str) -> Result<()> {
        if self.0.is_trusted.load(Ordering::Relaxed) {
            return Ok(());
        }
        Err(failed(format!("this workspace is not trusted, and {what} runs its code; trust it first")))
    }

    /// An error while the workspace may not say whom to ask over the network.
    pub(super) fn may_name_hosts(&self) -> Result<()> {
        if self.0.is_trusted.load(Ordering::Relaxed) {
            return Ok(());
        }
        Err(failed("this workspace is not trusted, and its git remote would say whom to ask; trust it first"))
    }

    /// Runs and waits for the end. Dropping the future cancels the run. `ended` is called when it is over, in any case.
    pub(super) async fn run(
        &self,
        run: Prepared,
        editor: Option<Editor>,
        outbox: Outbox,
        listener: Listener,
        ended: impl FnOnce() + Send + 'static,
    ) -> Result<Value> {
        let cancel = CancellationToken::new();
        let place = Place::take(self, &run, cancel.clone())?;
        let begun = Instant::now();
        let progress = Progress::start(editor, &run, outbox.clone(), begun);
        let (told, heard) = (run.clone(), listener.clone());
        let started = launch::start(&run, move |event: &Event| {
            if let Some(event) = RunEvent::new(&told, event) {
                outbox.notify(ext::RUN_EVENT, &event);
            }
            heard.hear(event);
            progress.hear(event, begun.elapsed().as_secs_f64());
        });
        let running = started.map_err(|error| failed(error.to_string()))?;
        let stop = running.cancel_token();
        // The run is waited for by a task of its own: who asked may leave, the processes are ended all the same.
        let waited = tokio::spawn(async move {
            let stopper = tokio::spawn(async move {
                cancel.cancelled().await;
                stop.cancel();
            });
            let summary = running.finished().await;
            stopper.abort();
            let places = listener.places().await;
            drop(place);
            ended();
            (summary, places)
        });
        let _leaving = CancelOnDrop(self.clone(), run.id.clone());
        let (summary, places) = waited.await.map_err(|_| Error::internal_error())?;
        serde_json::to_value(RunResult::new(&run, &summary, places)).map_err(|_| Error::internal_error())
    }

    /// Cancels a run, or all; says how many that were.
    pub(super) fn cancel(&self, id: Option<&str>) -> usize {
        let going = self.lock();
        let meant = going.iter().filter(|run| id.is_none_or(|id| run.id == id));
        meant.map(|run| run.cancel.cancel()).count()
    }

    /// Cancels all and waits until their processes are gone.
    pub(super) async fn cancel_all(&self) {
        self.cancel(None);
        let mut count = self.0.count.subscribe();
        let _ = count.wait_for(|count| *count == 0).await; // the sender lives as long as `self`
    }

    fn lock(&self) -> MutexGuard<'_, Vec<Going>> {
        self.0.going.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A run's entry in the list; it leaves the list when this is dropped.
struct Place {
    runs: Runs,
    id: String,
}

impl Place {
    fn take(runs: &Runs, run: &Prepared, cancel: CancellationToken) -> Result<Self> {
        let mut going = runs.lock();
        if let Some(other) = going.iter().find(|other| other.noxfile == run.noxfile) {
            let name = run.noxfile.display();
            return Err(failed(format!(
                "sessions of `{name}` are running already (run {}); wait for them or cancel them",
                other.id
            )));
        }
        going.push(Going { id: run.id.clone(), noxfile: run.noxfile.clone(), cancel });
        runs.0.count.send_replace(going.len());
        Ok(Self { runs: runs.clone(), id: run.id.clone() })
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut going = self.runs.lock();
        going.retain(|run| run.id != self.id);
        self.runs.0.count.send_replace(going.len());
    }
}

/// Cancels a run when nobody waits for it any more.
struct CancelOnDrop(Runs, String);

impl Drop for CancelOnDrop {
    fn drop(&mut self) {
        self.0.cancel(Some(&self.1));
    }
}

/// The answer is no, and why.
pub(super) fn failed(why: impl Into<String>) -> Error {
    Error { code: ErrorCode::ServerError(REQUEST_FAILED), message: why.into().into(), data: None }
}
