//! Local runs: from a selection of sessions to a plan, one nox process a session, and what is kept afterwards. The
//! command line and the server launch through here; `report` shows the events.

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use anyhow::{Context, bail};
use exec::{CommandSpec, Event, Live, Options};
use facts::noxfile::NoxfileFacts;
use ide::words;
use model::links::asked::Asked;
use model::plan::Plan;
use model::schedule;
use model::{Estimate, NoxfileId, NoxfileModel, Workspace};

use self::command::{backend, command, environment_folder, is_cold};
use self::keep::Environment;
use self::select::{lost_variables, select, take_turns};
use crate::disk;
use crate::history;

mod command;
mod keep;
pub mod lanes;
mod last;
mod listing;
mod nox;
mod places;
mod select;
mod turn;

pub use keep::{Keeper, skipped_itself};
pub use last::LastRun;
pub use listing::list;
pub use nox::Nox;
pub use places::{Located, named, places, written};
pub use turn::{Busy, Turn};

/// How long a cancelled session has to end after an interrupt, and again after being asked to terminate.
const GRACE: Duration = Duration::from_secs(5);

/// Runs whose logs are kept.
const KEPT_RUNS: usize = 20;

/// What is to be run.
#[derive(Clone, Debug, Default)]
pub struct Request {
    /// Which sessions.
    pub asked: Asked,
    /// Also what they need by the files they read, not only what they say they require.
    pub with_needed: bool,
    /// Sessions at once; `None`: by settings.
    pub lanes: Option<usize>,
    /// The first failure ends everything.
    pub fail_fast: bool,
    /// One of so many parts, counted from 1; `None`: all.
    pub shard: Option<(usize, usize)>,
    /// More words for nox itself (`-r`).
    pub nox_args: Vec<String>,
    /// What nox hands to sessions after `--`.
    pub posargs: Vec<String>,
    /// Whether nox and its tools should write colours.
    pub is_coloured: bool,
    /// Every line of output becomes an event, not only the last of each piece.
    pub all_output: bool,
}

/// A run that can start.
#[derive(Clone, Debug)]
pub struct Prepared {
    /// Its id, unique on this machine.
    pub id: String,
    /// What is run in which order.
    pub plan: Plan,
    /// By task: how it is started.
    pub commands: Vec<CommandSpec>,
    /// Sessions at once, logs, and so on.
    pub options: Options,
    /// By task: how far its time may be from the one in the plan.
    pub spreads: Vec<Estimate>,
    /// How long it should take, seconds.
    pub predicted_seconds: f64,
    /// What the same sessions should take one after another, seconds.
    pub sequential_seconds: f64,
    /// The workspace's folder.
    pub folder: PathBuf,
    /// The noxfile, absolute.
    pub noxfile: PathBuf,
    /// What the selection could not say for sure, as sentences.
    pub warnings: Vec<String>,
    /// By task: what its session is called.
    pub names: Vec<Names>,
    /// What will be remembered of it.
    pub keeper: Keeper,
}

impl Prepared {
    /// How long it should take, and how long without it where that is more: `10 m instead of 1 h one after another`.
    pub fn prediction(&self) -> String {
        let [predicted, sequential] = [self.predicted_seconds, self.sequential_seconds].map(words::duration);
        if self.sequential_seconds > self.predicted_seconds * 1.05 && sequential != predicted {
            format!("{predicted} instead of {sequential} one after another")
        } else {
            predicted
        }
    }
}

fn spread(model: &NoxfileModel, task: &model::plan::Task) -> Estimate {
    let known = model.by_name.get(&task.label).and_then(|session| {
        let instances = &model.facts.sessions.get(session.0)?.instances;
        let at = instances.iter().position(|instance| instance.signature == task.label)?;
        model.local.instance(*session, at).copied()
    });
    let (seconds, source) = (task.duration(), model::Source::Guess);
    known.unwrap_or(Estimate { seconds, low: seconds, high: seconds, source })
}

/// What a session is called.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Names {
    /// Its name, without interpreter and parameters.
    pub name: String,
    /// Its signature, then other names of the same.
    pub signatures: Vec<String>,
    /// Its parameters: name and the value as Python writes it.
    pub parameters: Vec<(String, String)>,
}

/// Prepares a run of sessions of `noxfile` in the workspace at `folder`. Starts nothing.
///
/// # Errors
///
/// When a name is unknown, nothing is selected, or sessions wait for each other in a circle.
pub fn prepare(
    workspace: &Workspace,
    folder: &Path,
    noxfile: NoxfileId,
    request: &Request,
    nox: &Nox,
) -> anyhow::Result<Prepared> {
    let model = workspace.noxfiles.get(noxfile.0).context("the noxfile is gone")?;
    let (entries, mut warnings) = select(workspace, noxfile, model, request)?;
    let mut plan = workspace.plan_of(noxfile, &entries);
    warnings.extend(lost_variables(workspace, noxfile, &entries));
    warnings.extend(take_turns(workspace, noxfile, nox, &mut plan));
    if let Some(cycle) = plan.cycle() {
        let labels: Vec<&str> = cycle.iter().filter_map(|id| Some(plan.tasks.get(id.0)?.label.as_str())).collect();
        bail!("these sessions wait for one another in a circle: {}", labels.join(" → "));
    }
    let noxfile_folder = if model.folder.is_empty() { folder.to_path_buf() } else { folder.join(&model.folder) };
    let path = noxfile_folder.join("noxfile.py");
    let lanes = request.lanes.unwrap_or(workspace.settings.local_cores).max(1);
    let id = run_id();
    let state = disk::state_of(folder);
    if let Some(state) = &state {
        disk::prune(&state.join("runs"), KEPT_RUNS);
    }
    let commands =
        plan.tasks.iter().map(|task| command(nox, &model.facts, &task.label, &noxfile_folder, request)).collect();
    let environment = |task: &model::plan::Task| Environment {
        is_cold: is_cold(&model.facts, &task.label, &noxfile_folder, request),
        backend: backend(&model.facts, &task.label),
        folder: environment_folder(&task.label, &noxfile_folder),
    };
    let environments = plan.tasks.iter().map(environment).collect();
    let log_folder = state.map(|state| state.join("runs").join(&id));
    let options = Options {
        lanes,
        fail_fast: request.fail_fast,
        grace: GRACE,
        log_folder: log_folder.clone(),
        live: if request.all_output { Live::All } else { Live::Last },
        ..Options::default()
    };
    Ok(Prepared {
        spreads: plan.tasks.iter().map(|task| spread(model, task)).collect(),
        predicted_seconds: schedule::simulate_list(&plan, lanes, &exec::list(&plan, lanes)).makespan,
        sequential_seconds: plan.tasks.iter().map(model::plan::Task::duration).sum(),
        keeper: Keeper::new(folder, &model.folder, &plan, lanes, environments, log_folder),
        names: plan.tasks.iter().map(|task| names(&model.facts, &task.label)).collect(),
        id,
        plan,
        commands,
        options,
        folder: folder.to_path_buf(),
        noxfile: path,
        warnings,
    })
}

/// Starts a prepared run, inside a tokio runtime. `sink` hears every event after what is to be remembered was.
///
/// # Errors
///
/// When it cannot start at all, or another noxflow runs sessions of the same noxfile ([`Busy`]).
pub fn start(prepared: &Prepared, sink: impl FnMut(&Event) + Send + 'static) -> anyhow::Result<exec::Run> {
    start_in(Turn::take(&prepared.noxfile)?, prepared, sink)
}

/// The same for one whose turn it is already.
///
/// # Errors
///
/// When it cannot start at all.
pub fn start_in(
    turn: Turn,
    prepared: &Prepared,
    mut sink: impl FnMut(&Event) + Send + 'static,
) -> anyhow::Result<exec::Run> {
    let mut keeper = prepared.keeper.clone();
    let mut options = prepared.options.clone();
    let unwritable = options.log_folder.as_deref().and_then(|folder| logs_can_be_written(folder).err());
    if unwritable.is_some() {
        options.log_folder = None; // said once, not by every session
    }
    let mut warning = unwritable.map(|message| Event::Warned { task: None, message });
    let run = exec::run(prepared.plan.clone(), prepared.commands.clone(), options, move |event| {
        let _held_to_the_end = &turn;
        keeper.hear(&event);
        sink(&event);
        if let Some(warning) = warning.take() {
            sink(&warning);
        }
    })?;
    Ok(run)
}

fn names(facts: &NoxfileFacts, signature: &str) -> Names {
    let instances = facts.sessions.iter().flat_map(|session| session.instances.iter().map(move |it| (session, it)));
    let found = instances.into_iter().find(|(_, instance)| instance.signature == signature);
    found.map_or_else(Names::default, |(session, instance)| Names {
        name: session.name.clone(),
        signatures: std::iter::once(&instance.signature).chain(&instance.aliases).cloned().collect(),
        parameters: instance.parameters.clone(),
    })
}

/// Where the logs go can be written; else why not, as a sentence.
fn logs_can_be_written(folder: &Path) -> Result<(), String> {
    let probe = folder.join(".writable");
    let tried = std::fs::create_dir_all(folder)
        .and_then(|()| std::fs::write(&probe, ""))
        .and_then(|()| std::fs::remove_file(&probe));
    tried.map_err(|error| {
        format!(
            "no logs and no history are kept: `{}` cannot be written ({error}); NOXFLOW_STATE_DIR names another folder",
            folder.display()
        )
    })
}

/// An id for a run: when it was made, by whom.
fn run_id() -> String {
    static COUNT: AtomicU32 = AtomicU32::new(0);
    let count = COUNT.fetch_add(1, Ordering::Relaxed);
    format!("{:.0}-{}-{count}", history::now(), std::process::id())
}
