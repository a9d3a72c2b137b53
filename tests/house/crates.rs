//! Crate edges are those of `docs/architecture.md`, and the outside world is known to `app` alone.

use std::collections::BTreeMap;

use crate::root;

/// Each crate with those of ours it may use.
const EDGES: &[(&str, &[&str])] = &[
    ("grammars", &[]),
    ("server/syntax", &["grammars"]),
    ("server/facts", &["syntax"]),
    ("server/model", &["facts", "syntax"]),
    ("server/ide", &["facts", "model", "syntax"]),
    ("server/exec", &["model"]),
    ("server/app", &["exec", "facts", "ide", "model", "syntax"]),
];

/// Packages that bring the outside world in, with the only crates that may use them.
const OUTSIDE: &[(&str, &[&str])] = &[
    ("tower-lsp", &["server/app"]),
    ("serde_json", &["server/app"]),
    ("clap", &["server/app"]),
    ("ignore", &["server/app"]),
    ("url", &["server/app"]),
    ("ureq", &["server/app"]),
    ("zip", &["server/app"]),
    ("tokio", &["server/app", "server/exec"]),
    ("tree-sitter", &["grammars", "server/syntax"]),
];

#[test]
fn rooms_know_only_the_rooms_below() {
    for (crate_path, allowed) in EDGES {
        let ours: Vec<String> = dependencies(crate_path)
            .into_iter()
            .filter(|name| EDGES.iter().any(|(path, _)| path.ends_with(&format!("/{name}")) || path == name))
            .collect();
        assert_eq!(ours, *allowed, "{crate_path}/Cargo.toml");
    }
}

#[test]
fn the_outside_world_is_known_to_few() {
    for (crate_path, _) in EDGES {
        let used = dependencies(crate_path);
        for (package, allowed) in OUTSIDE {
            let may = allowed.contains(crate_path);
            assert!(may || !used.iter().any(|name| name == package), "{crate_path} may not use {package}");
        }
    }
}

/// Names under `[dependencies]` of a crate, sorted.
fn dependencies(crate_path: &str) -> Vec<String> {
    let path = root().join(crate_path).join("Cargo.toml");
    let text = std::fs::read_to_string(&path).expect("every room has a Cargo.toml");
    let manifest: BTreeMap<String, toml::Value> = toml::from_str(&text).expect("valid TOML");
    let table = manifest.get("dependencies").and_then(toml::Value::as_table);
    let mut names: Vec<String> = table.map(|table| table.keys().cloned().collect()).unwrap_or_default();
    names.sort();
    names
}
