//! nox's own list of a noxfile's sessions: `nox --list --json -k True`, under a time limit, ended with all that it has
//! started. It loads the noxfile and so runs the project's code: only for one who has asked for it.

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use anyhow::{Context, bail};
use exec::{CommandSpec, Event, Failure, Live, Options};
use facts::noxfile::Listed;
use model::plan::{Plan, Task};
use serde::Deserialize;
use serde_json::Value;

use super::Nox;
use crate::disk;

/// The release that has `--json` (2022.11.21 has not, measured).
const JSON: [u32; 3] = [2023, 4, 22];

/// How long nox has to end by itself when its time is over.
const GRACE: Duration = Duration::from_secs(1);

/// Asks nox for every session of the noxfile in `folder`. Must be called inside a tokio runtime; dropping the future ends
/// nox.
///
/// # Errors
///
/// When nox is too old, cannot load the noxfile, or takes longer than `limit`. The message is for people.
pub async fn list(nox: &Nox, folder: &Path, limit: Duration) -> anyhow::Result<Vec<Listed>> {
    if nox.version < JSON {
        let version = nox.version.map(|part| part.to_string()).join(".");
        bail!("nox {version} cannot list sessions for programs; nox 2023.4.22 or newer can");
    }
    let scratch = Scratch::new()?;
    let task = Task { label: "list".to_owned(), seconds: 1.0, is_exclusive: false, lanes: 1 };
    let plan = Plan { tasks: vec![task], ..Plan::default() };
    let options = Options {
        lanes: 1,
        grace: GRACE,
        log_folder: Some(scratch.0.clone()),
        live: Live::Nothing,
        ..Options::default()
    };
    let (ended, mut end) = tokio::sync::mpsc::unbounded_channel();
    let run = exec::run(plan, vec![command(nox, folder)], options, move |event| {
        if matches!(event, Event::TaskPassed { .. } | Event::TaskFailed { .. } | Event::TaskCancelled { .. }) {
            let _ = ended.send(event); // nobody may wait any more
        }
    })?;
    let cancel = run.cancel_token();
    let finished = run.finished();
    tokio::pin!(finished);
    let _on_drop = cancel.clone().drop_guard();
    let is_late = tokio::time::timeout(limit, &mut finished).await.is_err();
    if is_late {
        cancel.cancel();
        finished.await;
        bail!("nox did not list the sessions within {} s; it was ended", limit.as_secs());
    }
    match end.recv().await {
        Some(Event::TaskPassed { .. }) => {}
        Some(Event::TaskFailed { failure, tail, .. }) => bail!(reason(&failure, &tail)),
        _ => bail!("nox was ended before it had listed the sessions"),
    }
    read(&scratch.output()).context("nox ended well and listed nothing that could be read")
}

fn command(nox: &Nox, folder: &Path) -> CommandSpec {
    let mut args: Vec<OsString> = nox.command.iter().skip(1).map(OsString::from).collect();
    args.extend(["-f", "noxfile.py", "--list", "--json", "-k", "True"].map(OsString::from));
    // What would list something else; colour; and nox's own environment for a script block, which may use the network.
    let cleared = ["NOX_PARALLEL", "NOXSESSION", "NOXPYTHON", "NOXEXTRAPYTHON", "NOXFORCEPYTHON", "FORCE_COLOR"];
    let mut env: Vec<(OsString, Option<OsString>)> = cleared.map(|name| (name.into(), None)).to_vec();
    env.push(("NOX_SCRIPT_MODE".into(), Some("none".into())));
    env.push(("PYTHONDONTWRITEBYTECODE".into(), Some("1".into()))); // looking leaves nothing behind
    let program = nox.command.first().map(OsString::from).unwrap_or_default();
    CommandSpec { program, args, env, cwd: Some(folder.to_path_buf()) }
}

/// Why nox failed: its last line says it (the end of a traceback, or nox's own message).
fn reason(failure: &Failure, tail: &[String]) -> String {
    let said = tail.iter().rev().map(|line| line.trim()).find(|line| !line.is_empty());
    match said {
        Some(said) => format!("nox cannot load the noxfile: {said}"),
        None => format!("nox cannot load the noxfile: {failure}"),
    }
}

/// The last line that is a list of sessions: whatever the noxfile prints stands before it.
fn read(output: &str) -> Option<Vec<Listed>> {
    let lines = output.lines().rev().filter(|line| line.starts_with('['));
    lines.filter_map(|line| serde_json::from_str::<Vec<Entry>>(line).ok()).next().map(|entries| {
        let listed = entries.into_iter().map(Entry::listed);
        listed.collect()
    })
}

/// As nox writes it.
#[derive(Debug, Deserialize)]
struct Entry {
    session: String,
    name: String,
    #[serde(default)]
    description: Value,
    #[serde(default)]
    python: Value,
    #[serde(default)]
    tags: Vec<String>,
    #[serde(default)]
    call_spec: serde_json::Map<String, Value>,
}

impl Entry {
    fn listed(self) -> Listed {
        let text = |value: Value| value.as_str().filter(|text| !text.is_empty()).map(str::to_owned);
        Listed {
            signature: self.session,
            name: self.name,
            description: text(self.description),
            python: text(self.python),
            tags: self.tags,
            parameters: self.call_spec.iter().map(|(name, value)| (name.clone(), repr(value))).collect(),
        }
    }
}

/// A parameter as Python shows it, near enough for people.
fn repr(value: &Value) -> String {
    match value {
        Value::Null => "None".to_owned(),
        Value::Bool(true) => "True".to_owned(),
        Value::Bool(false) => "False".to_owned(),
        Value::String(text) if !text.contains(['\'', '\\', '\n']) => format!("'{text}'"),
        value => value.to_string(),
    }
}

/// A folder for what nox writes, removed in the end.
struct Scratch(PathBuf);

impl Scratch {
    fn new() -> anyhow::Result<Self> {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let name = format!("noxflow-list-{}-{}", std::process::id(), COUNT.fetch_add(1, Ordering::Relaxed));
        let folder = std::env::temp_dir().join(name);
        std::fs::create_dir(&folder).with_context(|| format!("`{}` cannot be made", folder.display()))?;
        Ok(Self(folder))
    }

    fn output(&self) -> String {
        let logs = std::fs::read_dir(&self.0).into_iter().flatten().flatten();
        logs.filter_map(|entry| disk::read_text_below(&entry.path(), MAX_OUTPUT)).map(|text| text.to_string()).collect()
    }
}

/// Bytes that nox may write: 20,000 sessions are 4 MB.
const MAX_OUTPUT: usize = 16 << 20;

impl Drop for Scratch {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0); // the system empties this place by itself too
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_noxfile_prints_is_no_list() {
        let said =
            "[1, 2]\nhello\n[{\"session\": \"a\", \"name\": \"a\", \"python\": false, \"tags\": [\"x\"]}]\nwarning\n";
        let listed = read(said).expect("a list");
        assert_eq!(listed.len(), 1);
        assert_eq!((listed[0].signature.as_str(), listed[0].python.as_deref()), ("a", None));
        assert_eq!(read("[1, 2]\n"), None);
    }
}
