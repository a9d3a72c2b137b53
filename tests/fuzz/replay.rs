//! The inputs that once broke a promise, and those that are known to end the parsers, run again. Files in
//! `kept/TARGET/` are inputs of the fuzz target of that name; `run.sh` says how more are found.

use std::{fs, path::PathBuf};

mod checks;

#[test]
fn python() {
    replay("python", checks::python);
}

#[test]
fn yaml() {
    replay("yaml", checks::yaml);
}

#[test]
fn shell() {
    replay("shell", checks::shell);
}

#[test]
fn edits() {
    replay("edits", checks::edits);
}

#[track_caller]
fn replay(target: &str, check: fn(&[u8])) {
    let folder = noxflow_tests::root().join("tests/fuzz/kept").join(target);
    let entries = fs::read_dir(&folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
    let mut paths: Vec<PathBuf> = entries.map(|entry| entry.expect("an entry").path()).collect();
    paths.sort();
    assert!(!paths.is_empty(), "no input is kept in {}", folder.display());
    for path in paths {
        let input = fs::read(&path).expect("a kept input");
        assert!(std::panic::catch_unwind(|| check(&input)).is_ok(), "{} breaks a promise", path.display());
    }
}
