//! The workflows that `docs/sharding.md` shows: accepted by GitHub's parser and actionlint, and, run by act with real nox,
//! every session in one part exactly.

use std::process::Command;

use noxflow_tests::{root, run, text, tool};
use serde_json::Value;

use crate::project::Project;

const SESSIONS: &str = "
import nox

nox.options.default_venv_backend = 'none'

@nox.session
def build(session): ...

@nox.session(requires=['build'])
@nox.parametrize('db', ['pg', 'lite'])
@nox.parametrize('django', ['4.2', '5.0'])
def tests(session, django, db): ...

@nox.session
def lint(session): ...

@nox.session
def docs(session): ...
";

#[test]
fn the_workflow_for_github_runs_every_session_once() {
    check_workflow(0, ".github/workflows/sessions.yml", 3);
}

#[test]
fn the_workflow_for_forgejo_runs_every_session_once() {
    check_workflow(1, ".forgejo/workflows/sessions.yml", 4);
}

/// Takes the manual's workflow of that number as `path` of a project; `jobs`: how many it makes.
#[track_caller]
fn check_workflow(number: usize, path: &str, jobs: usize) {
    let manual = std::fs::read_to_string(root().join("docs/sharding.md")).expect("a manual");
    let mut blocks = manual.split("```yaml\n").skip(1).filter_map(|rest| rest.split("```").next());
    let workflow = blocks.nth(number).expect("a workflow");
    let project = Project::new(SESSIONS);
    let file = project.file(path);
    std::fs::create_dir_all(file.parent().expect("it has one")).expect("made");
    std::fs::write(&file, workflow).expect("written");

    let judged: Value = serde_json::from_slice(&run(tool("gh-parser").arg(&file)).stdout).expect("JSON");
    assert_eq!(judged["files"][0]["errors"], serde_json::json!([]), "{judged:#}");
    run(tool("actionlint").args(["--ignore", "runner-label"]).arg(&file));

    let told = act(&project, path);
    assert_eq!(told["ok"], true, "{told:#}");
    assert_eq!(told["jobs"].as_array().map(Vec::len), Some(jobs), "{told:#}");
    let mut sessions: Vec<&str> =
        told["sessions"].as_array().expect("a list").iter().filter_map(|session| session["name"].as_str()).collect();
    sessions.sort_unstable();
    let all = [
        "build",
        "docs",
        "lint",
        "tests(django='4.2', db='lite')",
        "tests(django='4.2', db='pg')",
        "tests(django='5.0', db='lite')",
        "tests(django='5.0', db='pg')",
    ];
    assert_eq!(sessions, all, "{told:#}");
}

fn act(project: &Project, path: &str) -> Value {
    let noxflow = noxflow_tests::noxflow();
    let folder = noxflow.parent().expect("a folder");
    let path_variable = std::env::var_os("PATH").unwrap_or_default();
    let folders = std::iter::once(folder.to_path_buf()).chain(std::env::split_paths(&path_variable));
    let output = Command::new("python3")
        .arg(root().join("tests/tools/act.py"))
        .args(["--slots", "4", "--project"])
        .arg(project.file("."))
        .arg(path)
        .env("PATH", std::env::join_paths(folders).expect("a path"))
        .env("XDG_STATE_HOME", project.file("state"))
        .output()
        .expect("python3 runs");
    serde_json::from_slice(&output.stdout).unwrap_or_else(|error| panic!("{error}: {}", text(&output)))
}
