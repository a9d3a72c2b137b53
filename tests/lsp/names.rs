//! Names over files: completion, references, rename, symbols, and the hints beside them.

use serde_json::{Value, json};

use crate::editor::{Editor, folder};

const NOXFILE: &str = "\
import nox

@nox.session
def build(session): ...

@nox.session(requires=[\"build\"])
def tests(session): ...
";

const WORKFLOW: &str = "\
on: push
jobs:
  all:
    runs-on: x
    strategy:
      matrix:
        os: [a, b]
    steps:
      - run: nox -s build tests
";

const CI: &str = ".github/workflows/ci.yml";

fn start(folder: &tempfile::TempDir, options: Value) -> Editor {
    let capabilities = json!({ "workspace": { "workspaceEdit": { "documentChanges": true } } });
    Editor::start_with(folder.path(), capabilities, options)
}

fn at(uri: &str, line: u32, character: u32) -> Value {
    json!({ "textDocument": { "uri": uri }, "position": { "line": line, "character": character } })
}

fn with(mut params: Value, key: &str, value: Value) -> Value {
    params[key] = value;
    params
}

/// The files and lines of a list of locations.
fn places(locations: &Value) -> Vec<String> {
    let place = |it: &Value| {
        let path = it["uri"].as_str().unwrap_or_default().rsplit('/').next().unwrap_or_default();
        format!("{path}:{}", it["range"]["start"]["line"])
    };
    locations.as_array().expect("locations").iter().map(place).collect()
}

#[test]
fn a_session_is_found_and_renamed_in_all_files() {
    let folder = folder(NOXFILE, WORKFLOW);
    let mut editor = start(&folder, Value::Null);
    let ci = editor.open(CI, WORKFLOW);
    let noxfile = editor.open("noxfile.py", NOXFILE);
    editor.ask("workspace/executeCommand", json!({ "command": "noxflow.audit" })); // all has been read
    let in_workflow = at(&ci, 8, 21);
    let found = editor
        .ask("textDocument/references", with(in_workflow.clone(), "context", json!({ "includeDeclaration": true })));
    assert_eq!(places(&found), ["ci.yml:8", "noxfile.py:3", "noxfile.py:5"]);
    let found = editor
        .ask("textDocument/references", with(in_workflow.clone(), "context", json!({ "includeDeclaration": false })));
    assert_eq!(places(&found), ["ci.yml:8", "noxfile.py:5"]);
    let marked = editor.ask("textDocument/documentHighlight", at(&noxfile, 3, 5));
    assert_eq!(marked.as_array().map(Vec::len), Some(2));

    let prepared = editor.ask("textDocument/prepareRename", in_workflow.clone());
    assert_eq!((&prepared["placeholder"], &prepared["range"]["start"]["character"]), (&json!("build"), &json!(20)));
    let edit = editor.ask("textDocument/rename", with(in_workflow.clone(), "newName", json!("wheel")));
    let changes = edit["documentChanges"].as_array().expect("changes");
    let counts: Vec<usize> = changes.iter().map(|it| it["edits"].as_array().expect("edits").len()).collect();
    assert_eq!(counts, [1, 2]);
    let id = editor.request("textDocument/rename", with(in_workflow, "newName", json!("tests")));
    assert_eq!(editor.reply(id)["error"]["message"], "there is a session `tests` already");
}

#[test]
fn sessions_are_proposed_behind_nox() {
    let folder = folder(NOXFILE, WORKFLOW);
    let mut editor = start(&folder, Value::Null);
    let ci = editor.open(CI, WORKFLOW);
    editor.ask("workspace/executeCommand", json!({ "command": "noxflow.audit" }));
    editor.insert(&ci, 2, (8, 31), " t");
    let items = editor.ask("textDocument/completion", at(&ci, 8, 33));
    let labels: Vec<&Value> = items.as_array().expect("items").iter().map(|it| &it["label"]).collect();
    assert_eq!(labels, ["build", "tests"]);
    assert_eq!(items[0]["textEdit"]["range"]["start"]["character"], 32);
}

#[test]
fn the_workspace_has_symbols() {
    let folder = folder(NOXFILE, WORKFLOW);
    let mut editor = start(&folder, Value::Null);
    let found = editor.ask("workspace/symbol", json!({ "query": "t" }));
    let names: Vec<&Value> = found.as_array().expect("symbols").iter().map(|it| &it["name"]).collect();
    assert_eq!(names, ["tests"]);
}

#[test]
fn hints_say_times_and_jobs_unless_they_are_off() {
    for (settings, expected) in [(json!({}), vec!["~1 m 20 s", "2 jobs"]), (json!({ "inlayHints": false }), vec![])] {
        let folder = folder(NOXFILE, WORKFLOW);
        let mut editor = start(&folder, json!({ "settings": settings }));
        let ci = editor.open(CI, WORKFLOW);
        let whole = json!({ "start": { "line": 0, "character": 0 }, "end": { "line": 99, "character": 0 } });
        let hints = editor.ask("textDocument/inlayHint", json!({ "textDocument": { "uri": ci }, "range": whole }));
        let labels: Vec<&str> =
            hints.as_array().expect("hints").iter().map(|it| it["label"].as_str().expect("a label")).collect();
        assert_eq!(labels.len(), expected.len(), "{labels:?}");
        assert_eq!(labels.last(), expected.last());
    }
}
