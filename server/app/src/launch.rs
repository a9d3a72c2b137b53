//! Local runs: from a selection of sessions to a plan, one nox process a session, and what is kept afterwards. The
//! command line and the server launch through here; `report` shows the events.

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use anyhow::{Context, bail};
use exec::{CommandSpec, Event, Live, Options};
use facts::Known;
use facts::noxfile::{Instance, NoxfileFacts, Session};
use model::links::asked::{Asked, Selection};
use model::plan::Plan;
use model::schedule::{self, Priority};
use model::{NoxfileId, NoxfileModel, SessionId, Workspace};

use crate::disk;
use crate::history::{self, Record};

mod keep;
mod nox;

pub use keep::Keeper;
pub use nox::Nox;

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
    /// What will be remembered of it.
    pub keeper: Keeper,
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
    let (entries, warnings) = select(workspace, noxfile, model, request)?;
    let plan = workspace.plan_of(noxfile, &entries);
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
    let commands = plan.tasks.iter().map(|task| command(nox, &task.label, &noxfile_folder, request)).collect();
    let colds = plan.tasks.iter().map(|task| is_cold(&model.facts, &task.label, &noxfile_folder)).collect();
    let options = Options {
        lanes,
        fail_fast: request.fail_fast,
        grace: GRACE,
        log_folder: state.map(|state| state.join("runs").join(&id)),
        live: if request.all_output { Live::All } else { Live::Last },
        ..Options::default()
    };
    Ok(Prepared {
        predicted_seconds: schedule::simulate(&plan, lanes, Priority::BottomLevel).makespan,
        sequential_seconds: plan.tasks.iter().map(model::plan::Task::duration).sum(),
        keeper: Keeper::new(folder, &model.folder, &plan, lanes, colds),
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
/// When it cannot start at all.
pub fn start(prepared: &Prepared, mut sink: impl FnMut(&Event) + Send + 'static) -> anyhow::Result<exec::Run> {
    let mut keeper = prepared.keeper.clone();
    let run = exec::run(prepared.plan.clone(), prepared.commands.clone(), prepared.options.clone(), move |event| {
        keeper.hear(&event);
        sink(&event);
    })?;
    Ok(run)
}

/// Entries of nox's queue.
type Entries = Vec<(SessionId, usize)>;

fn select(
    workspace: &Workspace,
    noxfile: NoxfileId,
    model: &NoxfileModel,
    request: &Request,
) -> anyhow::Result<(Entries, Vec<String>)> {
    let Selection { mut entries, unknown, is_partial } = workspace.select(noxfile, &request.asked);
    if !unknown.is_empty() {
        let told = unknown.iter().map(|unknown| match &unknown.suggestion {
            Some(suggestion) => format!("`{}` (did you mean `{suggestion}`?)", unknown.name),
            None => format!("`{}`", unknown.name),
        });
        bail!("the noxfile has no session {}", told.collect::<Vec<_>>().join(", "));
    }
    if request.with_needed {
        add_needed(model, &mut entries);
    }
    if entries.is_empty() {
        bail!("nothing is selected: the noxfile has {} sessions, none of them by default", model.facts.sessions.len());
    }
    let mut warnings = Vec::new();
    if is_partial {
        warnings.push("some of the noxfile cannot be read without running it; there may be more sessions".to_owned());
    }
    Ok((entries, warnings))
}

/// Adds the sessions whose results the selected ones read, and what those need in turn.
fn add_needed(model: &NoxfileModel, entries: &mut Entries) {
    let mut at = 0;
    while let Some(&(session, _)) = entries.get(at) {
        at += 1;
        let needs = model.edges.iter().filter(|edge| edge.to == session && edge.is_dependency());
        for edge in needs {
            if entries.iter().any(|(known, _)| *known == edge.from) {
                continue;
            }
            let instances = model.facts.sessions.get(edge.from.0).map_or(0, |session| session.instances.len());
            entries.extend((0..instances).map(|instance| (edge.from, instance)));
        }
    }
    entries.sort_by_key(|(session, instance)| (session.0, *instance));
}

/// One nox process for one session instance, told to run nothing else.
fn command(nox: &Nox, signature: &str, folder: &Path, request: &Request) -> CommandSpec {
    let mut args: Vec<OsString> = nox.command.iter().skip(1).map(OsString::from).collect();
    args.extend(["-f", "noxfile.py", "-s", signature].map(OsString::from));
    if nox.has_parallel() {
        args.push("--no-dependencies".into());
    }
    if !request.posargs.is_empty() {
        args.push("--".into());
        args.extend(request.posargs.iter().map(OsString::from));
    }
    // Variables that would select something else, or start nox's own parallel runner inside ours.
    let cleared = ["NOX_PARALLEL", "NOXSESSION", "NOXPYTHON", "NOXEXTRAPYTHON", "NOXFORCEPYTHON"];
    let mut env: Vec<(OsString, Option<OsString>)> = cleared.map(|name| (name.into(), None)).to_vec();
    if request.is_coloured {
        env.extend(["FORCE_COLOR", "PY_COLORS", "CLICOLOR_FORCE"].map(|name| (name.into(), Some("1".into()))));
    } else {
        env.push(("FORCE_COLOR".into(), None));
    }
    env.push(("PYTHONUNBUFFERED".into(), Some("1".into())));
    let program = nox.command.first().map(OsString::from).unwrap_or_default();
    CommandSpec { program, args, env, cwd: Some(folder.to_path_buf()) }
}

/// Whether nox will have to make the session's environment.
fn is_cold(facts: &NoxfileFacts, signature: &str, folder: &Path) -> bool {
    let has =
        |session: &&Arc<Session>| session.instances.iter().any(|instance: &Instance| instance.signature == signature);
    let Some(session) = facts.sessions.iter().find(has) else { return true };
    let backend = facts.options.default_venv_backend.as_ref().and_then(Known::value);
    if session.venv_backend.as_ref().or(backend).is_some_and(|backend| backend == "none") {
        return false;
    }
    let is_reused = facts.options.reuse_venv.as_ref().and_then(Known::value).copied();
    let is_reused = session.reuse_venv.or(is_reused).unwrap_or(false);
    !is_reused || !folder.join(".nox").join(environment(signature)).is_dir()
}

/// The folder that nox makes for a session's environment (nox 2026.10.20, `_normalize_path`).
fn environment(signature: &str) -> String {
    let mut out = String::new();
    for c in signature.chars().filter(char::is_ascii) {
        let c = if c.is_ascii_alphanumeric() || c == '_' { c.to_ascii_lowercase() } else { '-' };
        if c != '-' || !out.ends_with('-') {
            out.push(c);
        }
    }
    out.trim_matches('-').to_owned()
}

/// An id for a run: when it was made, by whom.
fn run_id() -> String {
    static COUNT: AtomicU32 = AtomicU32::new(0);
    let count = COUNT.fetch_add(1, Ordering::Relaxed);
    format!("{:.0}-{}-{count}", history::now(), std::process::id())
}

/// A record of one finished session.
fn record(folder: &str, signature: &str, seconds: f64, cold: bool, lanes: usize) -> Record {
    let (folder, signature) = (folder.to_owned(), signature.to_owned());
    Record { folder, signature, seconds, cold, lanes, place: "local".to_owned(), at: history::now() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn environments_are_named_as_nox_names_them() {
        assert_eq!(environment("tests-3.12(django='4.2', db='pg')"), "tests-3-12-django-4-2-db-pg");
        assert_eq!(environment("lint"), "lint");
    }
}
