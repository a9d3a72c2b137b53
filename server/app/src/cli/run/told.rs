//! A run under way, told to people as text or to programs as lines of JSON.

use std::collections::BTreeMap;
use std::io::Write;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use exec::{Event, Summary};
use tokio_util::sync::CancellationToken;

use super::signals::{self, Interrupts};
use super::watch::Watch;
use crate::launch::{self, Prepared, Turn};
use crate::report::ended::ended;
use crate::report::run_event::{self, RunEvent};
use crate::report::terminal::{Look, Terminal};
use crate::style::BAD;

/// How often the lines that say what runs are rewritten.
const TICK: Duration = Duration::from_secs(1);
/// The exit code when nox cannot load the noxfile, as its own.
const NOT_LOADED: i32 = 2;

/// The exit code, and how it ended.
pub(super) type Told = anyhow::Result<(i32, Summary)>;

/// For people.
pub(super) async fn text(run: &Prepared, turn: Turn, interrupts: Interrupts, look: Look) -> Told {
    let begun = Instant::now();
    let now = move || begun.elapsed().as_secs_f64();
    let out = anstream::AutoStream::always_ansi(std::io::stdout());
    let terminal = Arc::new(Mutex::new(Terminal::new(out, run.clone(), look)));
    let watch = Watch::default();
    let (heard, watching) = (Arc::clone(&terminal), watch.clone());
    let running = launch::start_in(turn, run, move |event| {
        watching.hear(event);
        if !watching.is_echo(event) {
            // A terminal that is gone is no reason to stop the sessions.
            let _ = heard.lock().unwrap_or_else(PoisonError::into_inner).hear(event, now());
        }
    })?;
    let ticking = Arc::clone(&terminal);
    let ticker = tokio::spawn(async move {
        loop {
            tokio::time::sleep(TICK).await;
            let _ = ticking.lock().unwrap_or_else(PoisonError::into_inner).status(now());
        }
    });
    let stopping = Arc::clone(&terminal);
    let summary = finished(running, interrupts, &watch, move || {
        let _ = stopping.lock().unwrap_or_else(PoisonError::into_inner).stopping(now());
    })
    .await;
    ticker.abort();
    if let Some(tail) = watch.not_loaded() {
        tell_not_loaded(run, &tail);
        return Ok((NOT_LOADED, summary));
    }
    let mut terminal = terminal.lock().unwrap_or_else(PoisonError::into_inner);
    let _ = terminal.summary(&summary, &ended(run, &summary));
    Ok((run_event::exit_code(&summary), summary))
}

/// For programs.
pub(super) async fn json(run: &Prepared, turn: Turn, interrupts: Interrupts) -> Told {
    let (told, watch) = (run.clone(), Watch::default());
    let watching = watch.clone();
    let mut logs = BTreeMap::new();
    let running = launch::start_in(turn, run, move |event| {
        watching.hear(event);
        let mut said = RunEvent::new(&told, event);
        match event {
            Event::TaskStarted { task, log: Some(log), .. } => drop(logs.insert(*task, log.clone())),
            Event::TaskFailed { task, tail, .. } => {
                let places = launch::places(&told, logs.get(task).map(PathBuf::as_path), tail);
                said = said.map(|said| said.with_places(&places));
            }
            _ => {}
        }
        if matches!(event, Event::RunFinished(_)) && watching.not_loaded().is_some() {
            said = said.map(|said| said.ended_with(NOT_LOADED, &not_loaded(&told)));
        }
        if let Some(line) = said.and_then(|said| serde_json::to_string(&said).ok()) {
            let _ = writeln!(std::io::stdout().lock(), "{line}"); // nobody reads: the sessions go on
        }
    })?;
    let summary = finished(running, interrupts, &watch, || {
        anstream::eprintln!("stopping; once more to leave at once");
    })
    .await;
    if let Some(tail) = watch.not_loaded() {
        tell_not_loaded(run, &tail);
        return Ok((NOT_LOADED, summary));
    }
    Ok((run_event::exit_code(&summary), summary))
}

/// Waits for the end of a run; interrupts and a noxfile that does not load bring it about. From here on an interrupt
/// leaves at once.
async fn finished(
    running: exec::Run,
    interrupts: Interrupts,
    watch: &Watch,
    tell: impl FnOnce() + Send + 'static,
) -> Summary {
    let over = CancellationToken::new();
    tokio::spawn(signals::cancel_on_signal(interrupts, running.cancel_token(), over.clone(), tell));
    let ends = tokio::spawn(watch.clone().cancel(running.cancel_token()));
    let summary = running.finished().await;
    over.cancel();
    ends.abort();
    summary
}

fn tell_not_loaded(run: &Prepared, tail: &[String]) {
    for line in tail {
        anstream::eprintln!("{line}");
    }
    anstream::eprintln!("{BAD}noxflow:{BAD:#} {}", not_loaded(run));
}

fn not_loaded(run: &Prepared) -> String {
    format!("nox cannot load `{}`; no session has run", run.noxfile.display())
}
