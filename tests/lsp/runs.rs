//! Runs from the editor, with a nox that is a shell script: it passes, fails or waits by the session's name.
#![cfg(unix)]

use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::editor::{Editor, folder};

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

/// Says its version; `endless` starts a child that waits and waits itself; `broken` fails until it is mended.
const NOX: &str = "#!/bin/sh
case \"$*\" in
  *--version*) echo 2026.10.20 ;;
  *endless*) sleep 1000 & echo $! > child; sleep 1000 ;;
  *broken*) [ -e mended ] || { cat complaints 2> /dev/null; echo it broke; exit 3; } ;;
  *) echo fine ;;
esac
";

fn project() -> tempfile::TempDir {
    let folder = folder(NOXFILE, "");
    let nox = folder.path().join(".venv/bin/nox");
    std::fs::create_dir_all(nox.parent().expect("it has one")).expect("made");
    std::fs::write(&nox, NOX).expect("written");
    std::fs::set_permissions(&nox, std::fs::Permissions::from_mode(0o755)).expect("made executable");
    folder
}

fn start(folder: &Path, options: Value) -> Editor {
    let capabilities = json!({ "window": { "workDoneProgress": true } });
    let mut editor = Editor::start_with(folder, capabilities, options);
    editor.open("noxfile.py", NOXFILE);
    editor
}

fn run(editor: &mut Editor, sessions: &[&str]) -> i64 {
    let arguments = json!({ "uri": editor.uri("noxfile.py"), "sessions": sessions });
    editor.request("workspace/executeCommand", json!({ "command": "noxflow.run", "arguments": [arguments] }))
}

/// Starts `endless` and waits until its child is there; returns the child's id.
fn run_endless(editor: &mut Editor, folder: &Path) -> (i64, String, String) {
    let id = run(editor, &["endless"]);
    let event = editor.notified("noxflow/runEvent", |event| event["event"] == "taskStarted");
    let begun = Instant::now();
    loop {
        let child = std::fs::read_to_string(folder.join("child")).unwrap_or_default();
        if child.ends_with('\n') {
            return (id, event["run"].as_str().expect("an id").to_owned(), child.trim().to_owned());
        }
        assert!(begun.elapsed() < Duration::from_secs(60), "the session did not start its child");
        std::thread::sleep(Duration::from_millis(20));
    }
}

fn is_gone(process: &str) -> bool {
    let status = std::fs::read_to_string(format!("/proc/{process}/stat")).unwrap_or_default();
    status.is_empty() || status.contains(") Z")
}

#[test]
fn a_failure_skips_what_needs_it_and_nothing_else() {
    let folder = project();
    let mut editor = start(folder.path(), Value::Null);
    let id = run(&mut editor, &[]);
    let result = editor.reply(id)["result"].clone();
    let outcomes: Vec<(&str, &str)> = result["sessions"]
        .as_array()
        .expect("sessions")
        .iter()
        .map(|it| (it["name"].as_str().expect("a name"), it["outcome"].as_str().expect("an outcome")))
        .collect();
    assert_eq!(outcomes, [("quick", "passed"), ("broken", "failed"), ("after", "skipped")]);
    assert_eq!((&result["exitCode"], &result["sessions"][1]["exitCode"]), (&json!(1), &json!(3)));
    let log = result["sessions"][1]["log"].as_str().expect("a log");
    assert_eq!(std::fs::read_to_string(log).expect("the log is there"), "it broke\n");
    let progress = editor.notified("$/progress", |params| params["value"]["kind"] == "end");
    assert!(progress["token"].as_str().is_some_and(|token| token.starts_with("noxflow/run/")), "{progress}");
}

#[test]
fn a_run_is_cancelled_by_its_progress_its_command_and_its_request() {
    for way in ["progress", "command", "request"] {
        let folder = project();
        let mut editor = start(folder.path(), Value::Null);
        let (id, run, child) = run_endless(&mut editor, folder.path());
        match way {
            "progress" => {
                let token = format!("noxflow/run/{run}");
                editor.notify("window/workDoneProgress/cancel", json!({ "token": token }));
                assert_eq!(editor.reply(id)["result"]["cancelled"], true);
            }
            "command" => {
                let arguments = json!({ "command": "noxflow.cancel", "arguments": [{ "run": run }] });
                editor.ask("workspace/executeCommand", arguments);
                assert_eq!(editor.reply(id)["result"]["sessions"][0]["outcome"], "cancelled");
            }
            _ => {
                editor.notify("$/cancelRequest", json!({ "id": id }));
                assert_eq!(editor.reply(id)["error"]["code"], -32800);
            }
        }
        editor.notified("noxflow/runEvent", |event| event["event"] == "runFinished");
        assert!(is_gone(&child), "{way}: the session's child is still there");
    }
}

#[test]
fn the_end_of_the_input_ends_what_runs() {
    let folder = project();
    let mut editor = start(folder.path(), Value::Null);
    let (_, _, child) = run_endless(&mut editor, folder.path());
    editor.hang_up();
    editor.ended();
    assert!(is_gone(&child));
}

#[test]
fn a_second_run_of_the_same_noxfile_is_refused() {
    let folder = project();
    let mut editor = start(folder.path(), Value::Null);
    run_endless(&mut editor, folder.path());
    let second = run(&mut editor, &["quick"]);
    let message = editor.reply(second)["error"]["message"].clone();
    assert!(message.as_str().is_some_and(|message| message.contains("running already")), "{message}");
}

#[test]
fn nothing_runs_in_a_workspace_that_is_not_trusted() {
    let folder = project();
    let mut editor = start(folder.path(), json!({ "trusted": false }));
    let id = run(&mut editor, &["quick"]);
    let message = editor.reply(id)["error"]["message"].clone();
    assert!(message.as_str().is_some_and(|message| message.contains("not trusted")), "{message}");
    editor.send(&json!({ "jsonrpc": "2.0", "method": "noxflow/trusted" }));
    let id = run(&mut editor, &["quick"]);
    assert_eq!(editor.reply(id)["result"]["exitCode"], 0);
}

#[test]
fn an_unknown_session_is_refused_with_the_nearest_name() {
    let folder = project();
    let mut editor = start(folder.path(), Value::Null);
    let id = run(&mut editor, &["quik"]);
    let message = editor.reply(id)["error"]["message"].clone();
    assert!(message.as_str().is_some_and(|message| message.contains("did you mean `quick`")), "{message}");
}

/// What ruff and pytest say of two files, one of which nobody has opened.
const COMPLAINTS: &str = "\
nox > ruff check .
src/a.py:2:8: F401 [*] `os` imported but unused
noxfile.py:6:1: E302 expected 2 blank lines
src/gone.py:1:1: E999 no such file
.venv/lib/python3.12/site-packages/b.py:1:1: E999 not ours
";

fn complaining_project() -> tempfile::TempDir {
    let folder = project();
    std::fs::create_dir(folder.path().join("src")).expect("made");
    std::fs::write(folder.path().join("src/a.py"), "\nimport os\n").expect("written");
    std::fs::write(folder.path().join("complaints"), COMPLAINTS).expect("written");
    folder
}

/// What is said of a file by runs, a line each.
fn told(params: &Value) -> Vec<String> {
    let diagnostics = params["diagnostics"].as_array().cloned().unwrap_or_default();
    let of_runs = diagnostics.iter().filter(|it| {
        it["code"] == "session-failed" || it["source"].as_str().is_some_and(|source| source.ends_with("in broken"))
    });
    let line = |it: &Value| {
        let (start, end) = (&it["range"]["start"], &it["range"]["end"]);
        let place = format!("{}:{}-{}", start["line"], start["character"], end["character"]);
        let message = it["message"].as_str().unwrap_or_default().replace(char::is_numeric, "N");
        format!("{place} {}: {message}", it["source"].as_str().unwrap_or_default())
    };
    of_runs.map(line).collect()
}

fn wait_told(editor: &mut Editor, path: &str, expected: &[&str]) {
    let uri = editor.uri(path);
    editor.notified("textDocument/publishDiagnostics", |params| {
        params["uri"] == uri.as_str() && told(params) == expected
    });
}

#[test]
fn a_failure_is_shown_at_the_session_and_where_its_output_says_until_it_passes() {
    let folder = complaining_project();
    let mut editor = start(folder.path(), Value::Null);
    let id = run(&mut editor, &["broken"]);
    wait_told(&mut editor, "src/a.py", &["1:7-9 ruff in broken: `os` imported but unused"]);
    let at_session = "6:4-10 noxflow: `broken` failed after N s: exit status N";
    wait_told(&mut editor, "noxfile.py", &[at_session, "5:0-1 ruff in broken: expected N blank lines"]);
    let result = editor.reply(id)["result"].clone();
    let places = result["sessions"][0]["places"].as_array().cloned().unwrap_or_default();
    let places: Vec<String> = places.iter().map(|it| format!("{} {}", it["tool"], it["line"])).collect();
    assert_eq!(places, ["\"ruff\" 2", "\"ruff\" 6"]);

    std::fs::write(folder.path().join("mended"), "").expect("written");
    let id = run(&mut editor, &["broken"]);
    assert_eq!(editor.reply(id)["result"]["exitCode"], 0);
    wait_told(&mut editor, "src/a.py", &[]);
    wait_told(&mut editor, "noxfile.py", &[]);
}

#[test]
fn a_complaint_goes_with_its_line() {
    let folder = complaining_project();
    let mut editor = start(folder.path(), Value::Null);
    let id = run(&mut editor, &["broken"]);
    editor.reply(id);
    wait_told(&mut editor, "src/a.py", &["1:7-9 ruff in broken: `os` imported but unused"]);
    let a = folder.path().join("src/a.py");
    for (text, expected) in [
        ("# more above\n\nimport os\n", vec!["2:7-9 ruff in broken: `os` imported but unused"]),
        ("import sys\n", Vec::new()),
    ] {
        std::fs::write(&a, text).expect("written");
        let changes = json!([{ "uri": editor.uri("src/a.py"), "type": 2 }]);
        editor.notify("workspace/didChangeWatchedFiles", json!({ "changes": changes }));
        wait_told(&mut editor, "src/a.py", &expected);
    }
    // The other file is open: what is typed counts.
    let uri = editor.uri("noxfile.py");
    editor.insert(&uri, 2, (6, 4), "un");
    wait_told(&mut editor, "noxfile.py", &["5:0-1 ruff in broken: expected N blank lines"]);
    editor.insert(&uri, 3, (5, 0), " ");
    wait_told(&mut editor, "noxfile.py", &[]);
}

#[test]
fn the_graph_of_a_run_is_told_without_running_anything() {
    let folder = project();
    std::fs::remove_file(folder.path().join(".venv/bin/nox")).expect("removed");
    let mut editor = start(folder.path(), json!({ "trusted": false }));
    let arguments = json!({ "uri": editor.uri("noxfile.py") });
    let graph = editor.ask("workspace/executeCommand", json!({ "command": "noxflow.graph", "arguments": [arguments] }));
    let text = graph["text"].as_str().expect("a text");
    assert!(text.contains("longest way: broken → after"), "{text}");
    let sessions = graph["plan"]["sessions"].as_array().expect("sessions");
    let after = sessions.iter().find(|it| it["session"] == "after").expect("it is there");
    assert_eq!((&after["after"], &after["slack"]), (&json!(["broken"]), &json!(0.0)));
}
