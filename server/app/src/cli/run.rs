//! `noxflow run`: sessions side by side, in the needed order.

use std::io::{IsTerminal, Write};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use anyhow::{Context, bail};
use clap::Args;
use model::NoxfileId;
use model::links::asked::Asked;
use model::plan::TaskId;
use tokio_util::sync::CancellationToken;

use super::{Format, open};
use crate::launch::{self, Nox, Prepared, Request};
use crate::report::run_event::{self, RunEvent};
use crate::report::terminal::Terminal;
use crate::style::{DIM, HEAD, NAME, WARN};
use crate::workspace::OnDisk;

/// How often the line that says what runs is rewritten.
const TICK: Duration = Duration::from_secs(1);

/// Run nox sessions side by side, in the order they need.
///
/// Each session is a nox process of its own. What needs another's result waits for it; what would disturb each other
/// never runs at once; the longest way to the end goes first. Durations are remembered for next time.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  noxflow run                          the noxfile's default sessions, as many at once as there are cores
  noxflow run -j 4 lint tests          two sessions, and what they require
  noxflow run --plan                   what would run when; starts nothing
  noxflow run tests -- -x --lf         words after -- go to the sessions
Exit status: 0 all passed, 1 something failed, 130 interrupted.")]
pub(super) struct Arguments {
    /// Sessions, by name or signature; none: the noxfile's default ones.
    sessions: Vec<String>,
    /// Sessions at once.
    #[arg(short, long, value_name = "N|auto", default_value = "auto")]
    jobs: String,
    /// The project.
    #[arg(long, value_name = "DIR", default_value = ".")]
    path: PathBuf,
    /// Sessions with one of these tags.
    #[arg(short, long, value_name = "TAG")]
    tags: Vec<String>,
    /// Also the sessions whose results the named ones read.
    #[arg(long)]
    with_dependencies: bool,
    /// Go on after a failure with all that does not depend on it (the default).
    #[arg(long, conflicts_with = "fail_fast")]
    keep_going: bool,
    /// Stop everything at the first failure.
    #[arg(long)]
    fail_fast: bool,
    /// Show what would run when, and start nothing.
    #[arg(long)]
    plan: bool,
    /// How it is told; json: one event a line.
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
    /// Words for the sessions.
    #[arg(last = true, value_name = "POSARGS")]
    posargs: Vec<String>,
}

impl Arguments {
    /// The project.
    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    /// How it is told.
    pub(super) fn format(&self) -> Format {
        self.format
    }
}

pub(super) fn main(arguments: &Arguments) -> anyhow::Result<i32> {
    go(arguments, arguments.plan)
}

/// What would run when; starts nothing.
pub(super) fn preview(arguments: &Arguments) -> anyhow::Result<i32> {
    go(arguments, true)
}

fn go(arguments: &Arguments, is_preview: bool) -> anyhow::Result<i32> {
    let lanes = match arguments.jobs.as_str() {
        "auto" => None,
        number => match number.parse() {
            Ok(lanes) if lanes > 0 => Some(lanes),
            _ => bail!("`-j {number}`: a number from 1, or auto"),
        },
    };
    let workspace = open(&arguments.path)?;
    let noxfile = noxfile(&workspace)?;
    let is_live = std::io::stdout().is_terminal() && arguments.format == Format::Text;
    let request = Request {
        asked: Asked {
            names: arguments.sessions.clone(),
            tags: arguments.tags.clone(),
            keywords: None,
            without_prerequisites: false,
        },
        with_needed: arguments.with_dependencies,
        lanes,
        fail_fast: arguments.fail_fast,
        posargs: arguments.posargs.clone(),
        is_coloured: is_live && std::env::var_os("NO_COLOR").is_none(),
        all_output: false,
    };
    let nox = if is_preview {
        Nox { command: vec!["nox".to_owned()], version: [u32::MAX; 3] }
    } else {
        Nox::find(&workspace.folder, workspace.config.nox_command.as_deref())?
    };
    let run = launch::prepare(&workspace.snapshot.workspace, &workspace.folder, noxfile, &request, &nox)?;
    for warning in &run.warnings {
        anstream::eprintln!("{WARN}warning:{WARN:#} {warning}");
    }
    if is_preview {
        return plan(&run, arguments.format);
    }
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build()?;
    let code = match arguments.format {
        Format::Text => runtime.block_on(text(run, is_live)),
        Format::Json => runtime.block_on(json(run)),
    };
    runtime.shutdown_timeout(Duration::from_millis(100));
    code
}

/// The noxfile that a run is of: the only one, or the one in the workspace's own folder.
fn noxfile(workspace: &OnDisk) -> anyhow::Result<NoxfileId> {
    let noxfiles = &workspace.snapshot.workspace.noxfiles;
    let root = noxfiles.iter().position(|noxfile| noxfile.folder.is_empty());
    match (root, noxfiles.len()) {
        (Some(root), _) => Ok(NoxfileId(root)),
        (None, 0) => bail!("there is no `noxfile.py` in `{}`", workspace.folder.display()),
        (None, 1) => Ok(NoxfileId(0)),
        (None, _) => {
            let folders: Vec<&str> = noxfiles.iter().map(|noxfile| noxfile.folder.as_str()).collect();
            bail!("there are several noxfiles; say which by --path: {}", folders.join(", "))
        }
    }
}

async fn text(run: Prepared, is_live: bool) -> anyhow::Result<i32> {
    let begun = Instant::now();
    let terminal = Arc::new(Mutex::new(Terminal::new(anstream::stdout(), run.clone(), is_live)));
    let heard = Arc::clone(&terminal);
    let running = launch::start(&run, move |event| {
        let now = begun.elapsed().as_secs_f64();
        // A terminal that is gone is no reason to stop the sessions.
        let _ = heard.lock().unwrap_or_else(PoisonError::into_inner).hear(event, now);
    })?;
    let ticking = Arc::clone(&terminal);
    let ticker = tokio::spawn(async move {
        loop {
            tokio::time::sleep(TICK).await;
            let now = begun.elapsed().as_secs_f64();
            let _ = ticking.lock().unwrap_or_else(PoisonError::into_inner).status(now);
        }
    });
    let signals = tokio::spawn(cancel_on_signal(running.cancel_token()));
    let summary = running.finished().await;
    ticker.abort();
    signals.abort();
    terminal.lock().unwrap_or_else(PoisonError::into_inner).summary(&summary)?;
    Ok(run_event::exit_code(&summary))
}

async fn json(run: Prepared) -> anyhow::Result<i32> {
    let told = run.clone();
    let running = launch::start(&run, move |event| {
        let line = RunEvent::new(&told, event).and_then(|event| serde_json::to_string(&event).ok());
        if let Some(line) = line {
            let _ = writeln!(std::io::stdout().lock(), "{line}"); // nobody reads: the sessions go on
        }
    })?;
    let signals = tokio::spawn(cancel_on_signal(running.cancel_token()));
    let summary = running.finished().await;
    signals.abort();
    Ok(run_event::exit_code(&summary))
}

/// The first interrupt cancels the run, a second one ends noxflow at once.
async fn cancel_on_signal(cancel: CancellationToken) {
    interrupted().await;
    cancel.cancel();
    anstream::eprintln!("\nstopping; once more to leave at once");
    interrupted().await;
    std::process::exit(130);
}

#[cfg(unix)]
async fn interrupted() {
    use tokio::signal::unix::{SignalKind, signal};
    let Ok(mut terminated) = signal(SignalKind::terminate()) else { return std::future::pending().await };
    tokio::select! {
        _ = tokio::signal::ctrl_c() => {}
        _ = terminated.recv() => {}
    }
}

#[cfg(not(unix))]
async fn interrupted() {
    if tokio::signal::ctrl_c().await.is_err() {
        std::future::pending().await
    }
}

/// What would run when.
fn plan(run: &Prepared, format: Format) -> anyhow::Result<i32> {
    let schedule = model::schedule::simulate(&run.plan, run.options.lanes, model::schedule::Priority::BottomLevel);
    let mut order: Vec<usize> = (0..run.plan.tasks.len()).collect();
    order.sort_by(|&a, &b| {
        let start = |at: usize| schedule.times.get(at).map_or(0.0, |(start, _)| *start);
        start(a).total_cmp(&start(b)).then(a.cmp(&b))
    });
    let label = |at: usize| run.plan.tasks.get(at).map_or("", |task| task.label.as_str());
    let mut out = anstream::stdout().lock();
    if format == Format::Json {
        let tasks = order.iter().map(|&at| {
            let (start, end) = schedule.times.get(at).copied().unwrap_or_default();
            let before = run.plan.edges.iter().filter(|(_, to)| to.0 == at).map(|(from, _)| label(from.0));
            serde_json::json!({
                "session": label(at), "start": start, "end": end, "after": before.collect::<Vec<_>>(),
            })
        });
        let json = serde_json::json!({
            "lanes": run.options.lanes,
            "predictedSeconds": run.predicted_seconds,
            "sequentialSeconds": run.sequential_seconds,
            "sessions": tasks.collect::<Vec<_>>(),
        });
        writeln!(out, "{}", serde_json::to_string_pretty(&json)?)?;
        return Ok(0);
    }
    let (predicted, sequential) =
        (ide::words::duration(run.predicted_seconds), ide::words::duration(run.sequential_seconds));
    writeln!(
        out,
        "{HEAD}{} sessions{HEAD:#}, {} at once: about {predicted} instead of {sequential} one after another",
        order.len(),
        run.options.lanes,
    )?;
    let width = order.iter().map(|&at| label(at).chars().count()).max().unwrap_or(0);
    let scale = 48.0 / schedule.makespan.max(1.0);
    for at in order {
        let (start, end) = schedule.times.get(at).copied().context("the schedule has every task")?;
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "between 0 and 48")]
        let (before, length) = ((start * scale).round() as usize, ((end - start) * scale).round().max(1.0) as usize);
        let time = ide::words::duration(end - start);
        let bar = "█".repeat(length);
        writeln!(out, "  {:<width$}  {time:>8}  {:before$}{NAME}{bar}{NAME:#}", label(at), "")?;
    }
    reasons(&mut out, run)?;
    Ok(0)
}

/// Why sessions wait, one line for all that wait for the same one for the same kind of reason.
fn reasons(out: &mut impl Write, run: &Prepared) -> anyhow::Result<()> {
    let label = |task: TaskId| run.plan.tasks.get(task.0).map_or("", |task| task.label.as_str());
    let mut told: Vec<TaskId> = Vec::new();
    for (from, _, reason) in &run.plan.reasons {
        if told.contains(from) {
            continue;
        }
        told.push(*from);
        let of_same = run.plan.reasons.iter().filter(|(other, ..)| other == from);
        let names: Vec<&str> = of_same.map(|(_, to, _)| label(*to)).collect();
        writeln!(out, "  {DIM}{} before or apart from {}: {reason}{DIM:#}", label(*from), names.join(", "))?;
    }
    Ok(())
}
