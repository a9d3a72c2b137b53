//! What nox says of a project's noxfile: `truth/ID.json`, made by asking nox 2026.10.20 for every session it has,
//! selected or not.

use std::{collections::BTreeSet, fs, path::Path};

use serde_json::Value;

/// A project that nox could list.
pub(crate) struct Project {
    pub(crate) id: String,
    /// The noxfile, in the project's folder.
    pub(crate) noxfile: String,
    /// In nox's order.
    pub(crate) sessions: Vec<Session>,
    pub(crate) needs_version: Option<String>,
}

/// One entry of nox's queue.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Session {
    pub(crate) signature: String,
    pub(crate) name: String,
    /// Other names for it.
    pub(crate) aliases: BTreeSet<String>,
    pub(crate) python: Option<String>,
    pub(crate) tags: Vec<String>,
    pub(crate) requires: Vec<String>,
    pub(crate) default: bool,
    pub(crate) allow_parallel: Option<bool>,
    pub(crate) function: String,
    /// Where its function stands, and the line of its first decorator.
    pub(crate) file: String,
    pub(crate) line: u64,
}

/// Every project that lies in `corpus` and that nox could list, by id.
pub(crate) fn projects(corpus: &Path, truth: &Path) -> Vec<Project> {
    let mut ids: Vec<String> = fs::read_dir(corpus)
        .unwrap_or_else(|error| panic!("{}: {error}", corpus.display()))
        .filter_map(|entry| entry.ok()?.file_name().into_string().ok())
        .collect();
    ids.sort();
    ids.into_iter().filter_map(|id| project(truth, id)).collect()
}

fn project(truth: &Path, id: String) -> Option<Project> {
    let text = fs::read_to_string(truth.join(format!("{id}.json"))).ok()?;
    let json: Value = serde_json::from_str(&text).unwrap_or_else(|error| panic!("{id}: {error}"));
    let probe = json.get("probe").filter(|probe| probe.is_object())?;
    Some(Project {
        id,
        noxfile: string(&json, "noxfile")?,
        sessions: probe.get("sessions")?.as_array()?.iter().map(session).collect(),
        needs_version: string(probe, "needs_version"),
    })
}

fn session(json: &Value) -> Session {
    let signature = string(json, "session").unwrap_or_default();
    Session {
        name: string(json, "name").unwrap_or_default(),
        aliases: strings(json, "signatures").into_iter().filter(|other| *other != signature).collect(),
        python: string(json, "python"),
        tags: strings(json, "tags"),
        requires: strings(json, "requires"),
        default: json.get("default").and_then(Value::as_bool).unwrap_or(true),
        allow_parallel: json.get("allow_parallel").and_then(Value::as_bool),
        function: string(json, "function").unwrap_or_default(),
        file: string(json, "file").unwrap_or_default(),
        line: json.get("line").and_then(Value::as_u64).unwrap_or(0),
        signature,
    }
}

fn string(json: &Value, key: &str) -> Option<String> {
    json.get(key)?.as_str().map(str::to_owned)
}

fn strings(json: &Value, key: &str) -> Vec<String> {
    let items = json.get(key).and_then(Value::as_array).into_iter().flatten();
    items.filter_map(|item| item.as_str().map(str::to_owned)).collect()
}
