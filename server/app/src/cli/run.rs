//! `noxflow run`: sessions side by side, in the needed order.

use std::io::Write;
use std::path::Path;
use std::time::Duration;

use anyhow::bail;
use clap::Args;
use exec::Summary;
use model::NoxfileId;
use model::links::asked::Asked;

pub(super) use self::arguments::{Selection, Way};
use self::arguments::{asked, look};
use self::signals::Interrupts;
use super::{Format, open};
use crate::launch::{self, Busy, LastRun, Nox, Prepared, Request, Turn};
use crate::report::plan::Forecast;
use crate::report::terminal::{Look, Output};
use crate::style::WARN;
use crate::workspace::OnDisk;

mod arguments;
mod files;
mod signals;
mod told;
mod watch;

/// How long nox may be looked for without a word: `uvx nox` may have to fetch it.
const SILENCE: Duration = Duration::from_secs(2);
/// How often another noxflow's turn is looked at.
const LOOK: Duration = Duration::from_millis(200);

/// Run nox sessions side by side, in the order they need.
///
/// Each session is a nox process of its own. What needs another's result waits for it; what would disturb each other
/// never runs at once; the longest way to the end goes first. Durations are remembered for next time.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  noxflow run                          the noxfile's default sessions, as many at once as there are cores
  noxflow run -j 4 lint tests          two sessions, and what they require
  noxflow run -t slow -p 3.13          by tag and interpreter, as nox selects
  noxflow run --plan                   what would run when; starts nothing
  noxflow run --only-failed            again what did not pass last time
  noxflow run tests -- -x --lf         words after -- go to the sessions
Exit status: 0 all passed, 1 something failed, 2 it could not be done as asked (no nox, a noxfile that does not load, an
unknown session), 130 interrupted.")]
pub(super) struct Arguments {
    #[command(flatten)]
    pub(super) selection: Selection,
    #[command(flatten)]
    pub(super) way: Way,
    /// Only what did not pass in the last run.
    #[arg(long, conflicts_with_all = ["sessions", "session", "tags", "keywords", "pythons"])]
    only_failed: bool,
    /// Show what would run when, and start nothing.
    #[arg(long)]
    plan: bool,
}

impl Arguments {
    /// The project.
    pub(super) fn path(&self) -> &Path {
        &self.selection.path
    }

    /// How it is told.
    pub(super) fn format(&self) -> Format {
        self.way.format
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
    let mut run = Task::open(&arguments.selection, &arguments.way)?;
    if arguments.only_failed && !run.only_failed()? {
        anstream::println!("nothing failed in the last run");
        return Ok(0);
    }
    if is_preview { run.plan() } else { run.run() }
}

/// How it came out.
struct Done {
    /// The exit code.
    code: i32,
    /// What was run, and how it ended; `None`: nothing was.
    run: Option<(Prepared, Summary)>,
}

impl Done {
    const INTERRUPTED: Self = Self { code: 130, run: None };
}

/// What is to be done: a workspace and a request.
pub(super) struct Task<'a> {
    pub(super) workspace: OnDisk,
    noxfile: NoxfileId,
    pub(super) request: Request,
    way: &'a Way,
    look: Look,
}

impl<'a> Task<'a> {
    /// Reads the arguments and the workspace.
    pub(super) fn open(selection: &Selection, way: &'a Way) -> anyhow::Result<Self> {
        let lanes = match way.jobs.as_str() {
            "auto" => None,
            number => match number.parse() {
                Ok(lanes) if lanes > 0 => Some(lanes),
                _ => bail!("`-j {number}`: a number from 1, or auto"),
            },
        };
        let workspace = open(&selection.path)?;
        let noxfile = noxfile(&workspace)?;
        let look = look(way);
        let mut nox_args = Vec::new();
        if way.reuse_existing_virtualenvs {
            nox_args.push("-r".to_owned());
        }
        if way.reuse_without_install {
            nox_args.push("-R".to_owned());
        }
        let request = Request {
            asked: asked(selection),
            with_needed: selection.with_dependencies,
            lanes,
            fail_fast: way.fail_fast,
            shard: None,
            nox_args,
            posargs: way.posargs.clone(),
            is_coloured: look.is_coloured,
            all_output: look.output == Output::Stream,
        };
        Ok(Self { workspace, noxfile, request, way, look })
    }

    /// Selects what did not pass last time; `false`: all passed.
    fn only_failed(&mut self) -> anyhow::Result<bool> {
        let model = self.workspace.snapshot.workspace.noxfiles.get(self.noxfile.0);
        let folder = model.map_or("", |model| model.folder.as_str());
        let Some(last) = LastRun::find(&self.workspace.folder, folder) else {
            bail!("no run of this noxfile is remembered, so nothing is known to have failed");
        };
        self.request.asked = Asked { without_prerequisites: true, ..Asked::default() };
        self.request.asked.names.clone_from(&last.failed);
        Ok(!last.failed.is_empty())
    }

    /// The run, for a forecast.
    pub(super) fn forecast(&self) -> anyhow::Result<Prepared> {
        let newest = Nox { command: vec!["nox".to_owned()], version: [u32::MAX; 3] };
        self.prepare(&newest)
    }

    fn plan(&self) -> anyhow::Result<i32> {
        let run = self.forecast()?;
        let forecast = Forecast::new(&run);
        let mut out = anstream::stdout().lock();
        match self.way.format {
            Format::Json => writeln!(out, "{}", serde_json::to_string_pretty(&forecast.json())?)?,
            Format::Text => write!(out, "{}", forecast.text())?,
        }
        Ok(0)
    }

    /// Runs it; returns the exit code.
    pub(super) fn run(&self) -> anyhow::Result<i32> {
        let outputs = files::Outputs::new(self.way.junit.as_deref(), self.way.report.as_deref())?;
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build()?;
        let done = runtime.block_on(self.plan_and_run());
        runtime.shutdown_timeout(Duration::from_millis(100));
        match done? {
            Done { code, run: Some((run, summary)) } => outputs.write(&run, &summary).map(|()| code),
            Done { code, run: None } => Ok(code),
        }
    }

    async fn plan_and_run(&self) -> anyhow::Result<Done> {
        let mut interrupts = Interrupts::listen();
        let Some(nox) = self.nox(&mut interrupts).await? else { return Ok(Done::INTERRUPTED) };
        let run = self.prepare(&nox)?;
        if run.plan.tasks.is_empty() {
            anstream::println!("no sessions in this part");
            return Ok(Done { code: 0, run: None });
        }
        let Some(turn) = turn(&run, &mut interrupts).await else { return Ok(Done::INTERRUPTED) };
        let (code, summary) = match self.way.format {
            Format::Text => told::text(&run, turn, interrupts, self.look).await?,
            Format::Json => told::json(&run, turn, interrupts).await?,
        };
        Ok(Done { code, run: Some((run, summary)) })
    }

    /// The nox to call; `None`: interrupted.
    async fn nox(&self, interrupts: &mut Interrupts) -> anyhow::Result<Option<Nox>> {
        let wanted = self.way.nox.as_ref().map(|line| line.split_whitespace().map(str::to_owned).collect::<Vec<_>>());
        let wanted = wanted.as_deref().or(self.workspace.config.nox_command.as_deref());
        let search = Nox::search(&self.workspace.folder, wanted);
        tokio::pin!(search);
        tokio::select! {
            nox = &mut search => return nox.map(Some),
            () = interrupts.next() => return Ok(None),
            () = tokio::time::sleep(SILENCE) => anstream::eprintln!("looking for nox"),
        }
        tokio::select! {
            nox = search => nox.map(Some),
            () = interrupts.next() => Ok(None),
        }
    }

    fn prepare(&self, nox: &Nox) -> anyhow::Result<Prepared> {
        let workspace = &self.workspace;
        let run = launch::prepare(&workspace.snapshot.workspace, &workspace.folder, self.noxfile, &self.request, nox)?;
        for warning in &run.warnings {
            anstream::eprintln!("{WARN}warning:{WARN:#} {warning}");
        }
        Ok(run)
    }
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

/// Waits until no other noxflow runs sessions of this noxfile; `None`: interrupted.
async fn turn(run: &Prepared, interrupts: &mut Interrupts) -> Option<Turn> {
    let mut is_told = false;
    loop {
        let busy: Busy = match Turn::take(&run.noxfile) {
            Ok(turn) => return Some(turn),
            Err(busy) => busy,
        };
        if !std::mem::replace(&mut is_told, true) {
            anstream::eprintln!("{busy}; waiting for its end");
        }
        tokio::select! {
            () = tokio::time::sleep(LOOK) => {}
            () = interrupts.next() => return None,
        }
    }
}
