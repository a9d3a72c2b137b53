//! `noxflow run`, with a nox that is a shell script.

use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::{Command, Output, Stdio};

use noxflow_tests::text;

const NOXFILE: &str = "\
import nox

@nox.session
def quick(session): ...

@nox.session
def broken(session): ...

@nox.session(requires=[\"broken\"])
def after(session): ...

@nox.session(default=False)
def endless(session): ...
";

const NOX: &str = "#!/bin/sh
echo \"$*\" >> calls
case \"$*\" in
  *--version*) echo 2026.10.20 ;;
  *endless*) sleep 1000 & echo $! > child; sleep 1000 ;;
  *broken*) echo it broke; exit 3 ;;
  *) echo fine ;;
esac
";

fn project() -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a scratch folder");
    std::fs::write(folder.path().join("noxfile.py"), NOXFILE).expect("written");
    let nox = folder.path().join(".venv/bin/nox");
    std::fs::create_dir_all(nox.parent().expect("it has one")).expect("made");
    std::fs::write(&nox, NOX).expect("written");
    std::fs::set_permissions(&nox, std::fs::Permissions::from_mode(0o755)).expect("made executable");
    folder
}

fn command(folder: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(noxflow_tests::noxflow());
    command.args(arguments).current_dir(folder).env("NOXFLOW_STATE_DIR", folder.join("state")).env("NOX_PARALLEL", "8");
    command
}

fn run(folder: &Path, arguments: &[&str]) -> Output {
    command(folder, arguments).output().expect("noxflow runs")
}

#[test]
fn a_failure_skips_its_dependents_only_and_shows_its_last_words() {
    let folder = project();
    let output = run(folder.path(), &["run"]);
    let out = String::from_utf8_lossy(&output.stdout).into_owned();
    for words in [
        "passed   quick",
        "failed   broken",
        "exit status 3",
        "skipped  after",
        "│ it broke",
        "1 passed, 1 failed, 1 skipped",
    ] {
        assert!(out.contains(words), "`{words}` is not in\n{}", text(&output));
    }
    assert_eq!(output.status.code(), Some(1));
}

#[test]
fn each_session_is_one_nox_that_runs_nothing_else() {
    let folder = project();
    let output = run(folder.path(), &["run", "quick", "--", "-x", "a b"]);
    assert_eq!(output.status.code(), Some(0), "{}", text(&output));
    let calls = std::fs::read_to_string(folder.path().join("calls")).expect("nox was called");
    let calls: Vec<&str> = calls.lines().filter(|call| !call.contains("--version")).collect();
    assert_eq!(calls, ["-f noxfile.py -s quick --no-dependencies -- -x a b"]);
}

#[test]
fn durations_are_remembered_and_the_next_plan_uses_them() {
    let folder = project();
    let predicted = || {
        let output = run(folder.path(), &["run", "quick", "--plan", "--format", "json"]);
        let plan: serde_json::Value = serde_json::from_slice(&output.stdout).expect("JSON");
        plan["predictedSeconds"].as_f64().expect("seconds")
    };
    let guessed = predicted();
    assert!(run(folder.path(), &["run", "quick"]).status.success());
    let measured = predicted();
    assert!(measured < guessed / 2.0, "a guess of {guessed} s, then {measured} s");
}

#[test]
fn json_is_one_event_a_line() {
    let folder = project();
    let output = run(folder.path(), &["run", "quick", "--format", "json"]);
    let events: Vec<String> = String::from_utf8_lossy(&output.stdout)
        .lines()
        .map(|line| {
            serde_json::from_str::<serde_json::Value>(line).expect("JSON")["event"].as_str().expect("a name").to_owned()
        })
        .collect();
    let without_output: Vec<&str> = events.iter().map(String::as_str).filter(|event| *event != "taskOutput").collect();
    assert_eq!(without_output, ["runStarted", "taskStarted", "taskPassed", "runFinished"]);
}

#[test]
fn an_interrupt_ends_everything_with_130() {
    let folder = project();
    let child = command(folder.path(), &["run", "endless"]).stdout(Stdio::null()).stderr(Stdio::null()).spawn();
    let mut child = child.expect("noxflow runs");
    let inner = loop {
        let inner = std::fs::read_to_string(folder.path().join("child")).unwrap_or_default();
        if inner.ends_with('\n') {
            break inner.trim().to_owned();
        }
        std::thread::sleep(std::time::Duration::from_millis(20));
    };
    let id = child.id().to_string();
    assert!(Command::new("kill").args(["-INT", &id]).status().expect("kill runs").success());
    assert_eq!(child.wait().expect("it ends").code(), Some(130));
    let status = std::fs::read_to_string(format!("/proc/{inner}/stat")).unwrap_or_default();
    assert!(status.is_empty() || status.contains(") Z"), "the session's child is still there: {status}");
}
