//! What nox says of a project's noxfile: `truth/ID.json`, made by asking nox 2026.10.20 for every session it has,
//! selected or not.

use std::{collections::BTreeSet, fs, path::Path};

use serde_json::Value;

/// A project that nox could list.
pub struct Project {
    pub id: String,
    /// The noxfile, in the project's folder.
    pub noxfile: String,
    /// In nox's order.
    pub sessions: Vec<Session>,
    pub needs_version: Option<String>,
}

/// One entry of nox's queue.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Session {
    pub signature: String,
    pub name: String,
    /// Other names for it.
    pub aliases: BTreeSet<String>,
    pub python: Option<String>,
    pub tags: Vec<String>,
    pub requires: Vec<String>,
    pub default: bool,
    pub allow_parallel: Option<bool>,
    pub function: String,
    /// Where its function stands, and the line of its first decorator.
    pub file: String,
    pub line: u64,
}

/// Every project that lies in `corpus` and that nox could list, by id.
pub fn projects(corpus: &Path, truth: &Path) -> Vec<Project> {
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
