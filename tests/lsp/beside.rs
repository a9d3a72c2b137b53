//! Files and folders that noxfiles and workflows read: the editor is asked to watch them, and who reads them is read again.

use std::fs;
use std::path::Path;

use serde_json::{Value, json};

use crate::editor::{Editor, folder};

const BY_FILE: &str = "\
from pathlib import Path
import nox

@nox.session(python=Path('versions.txt').read_text().split())
def tests(session): ...
";

const BY_FOLDER: &str = "\
from pathlib import Path
import nox

for path in sorted(Path('checks').glob('*.txt')):
    @nox.session(name=path.stem)
    def check(session): ...
";

const CI: &str = ".github/workflows/ci.yml";

fn start(folder: &Path, relative: bool) -> Editor {
    let watching = json!({ "dynamicRegistration": true, "relativePatternSupport": relative });
    Editor::start_with(folder, json!({ "workspace": { "didChangeWatchedFiles": watching } }), Value::Null)
}

fn workflow(run: &str) -> String {
    format!("on: push\njobs:\n  all:\n    runs-on: x\n    steps:\n      - run: {run}\n")
}

fn below(folder: &Path, pattern: &str) -> Value {
    json!({ "baseUri": format!("file://{}", folder.display()), "pattern": pattern })
}

/// Waits until the editor is asked to watch `pattern`.
fn watched(editor: &mut Editor, pattern: &Value) {
    editor.notified("client/registerCapability", |it| {
        let watchers = it["registrations"][0]["registerOptions"]["watchers"].as_array();
        watchers.is_some_and(|all| all.iter().any(|one| one["globPattern"] == *pattern))
    });
}

/// Writes a file of the workspace, and tells as an editor does that watches it.
fn write(editor: &mut Editor, folder: &Path, path: &str, text: &str) {
    fs::write(folder.join(path), text).expect("written");
    let change = json!({ "uri": editor.uri(path), "type": 2 });
    editor.notify("workspace/didChangeWatchedFiles", json!({ "changes": [change] }));
}

/// Waits for diagnostics of a file with as many of `code`.
#[track_caller]
fn diagnosed(editor: &mut Editor, uri: &str, code: &str, count: usize) {
    editor.notified("textDocument/publishDiagnostics", |it| {
        let all = it["diagnostics"].as_array().cloned().unwrap_or_default();
        it["uri"] == uri && all.iter().filter(|one| one["code"] == code).count() == count
    });
}

fn hover(editor: &mut Editor, uri: &str, line: u32, character: u32) -> String {
    let at = json!({ "textDocument": { "uri": uri }, "position": { "line": line, "character": character } });
    editor.ask("textDocument/hover", at)["contents"]["value"].as_str().unwrap_or_default().to_owned()
}

#[test]
fn an_open_noxfile_is_read_again_when_a_file_that_it_reads_appears_and_changes() {
    let folder = folder(BY_FILE, "");
    let mut editor = start(folder.path(), true);
    let uri = editor.open("noxfile.py", BY_FILE);
    watched(&mut editor, &below(folder.path(), "versions.txt"));
    diagnosed(&mut editor, &uri, "unreadable", 1);

    write(&mut editor, folder.path(), "versions.txt", "3.11 3.12");
    diagnosed(&mut editor, &uri, "unreadable", 0);
    let said = hover(&mut editor, &uri, 4, 5);
    assert!(said.contains("2 instances"), "{said}");

    // Nothing in the diagnostics tells of this one; questions keep their place behind what is being read.
    write(&mut editor, folder.path(), "versions.txt", "3.11 3.12 3.13");
    editor.ask("workspace/executeCommand", json!({ "command": "noxflow.audit" }));
    let said = hover(&mut editor, &uri, 4, 5);
    assert!(said.contains("3 instances"), "{said}");
}

#[test]
fn a_closed_noxfile_is_read_again_too_and_workflows_know() {
    let ci = workflow("nox -s tests-3.13");
    let folder = folder(BY_FILE, &ci);
    fs::write(folder.path().join("versions.txt"), "3.12").expect("written");
    let mut editor = start(folder.path(), false);
    let uri = editor.open(CI, &ci);
    watched(&mut editor, &json!("**/versions.txt"));
    diagnosed(&mut editor, &uri, "unknown-session", 1);

    write(&mut editor, folder.path(), "versions.txt", "3.12 3.13");
    diagnosed(&mut editor, &uri, "unknown-session", 0);
}

#[test]
fn a_noxfile_is_read_again_when_a_folder_that_it_lists_changes() {
    let ci = workflow("nox -s links");
    let folder = folder(BY_FOLDER, &ci);
    fs::create_dir(folder.path().join("checks")).expect("made");
    fs::write(folder.path().join("checks/spelling.txt"), "").expect("written");
    let mut editor = start(folder.path(), true);
    let uri = editor.open(CI, &ci);
    watched(&mut editor, &below(folder.path(), "checks/*"));
    diagnosed(&mut editor, &uri, "unknown-session", 1);

    write(&mut editor, folder.path(), "checks/links.txt", "");
    diagnosed(&mut editor, &uri, "unknown-session", 0);
}

#[test]
fn a_workflow_is_read_again_when_a_makefile_that_its_steps_use_changes() {
    let noxfile = "import nox\n\n@nox.session\ndef tests(session): ...\n";
    let ci = workflow("make test");
    let folder = folder(noxfile, &ci);
    fs::write(folder.path().join("Makefile"), "test:\n\tnox -s tset\n").expect("written");
    let mut editor = start(folder.path(), true);
    let uri = editor.open(CI, &ci);
    watched(&mut editor, &below(folder.path(), "Makefile"));
    diagnosed(&mut editor, &uri, "unknown-session", 1);

    write(&mut editor, folder.path(), "Makefile", "test:\n\tnox -s tests\n");
    diagnosed(&mut editor, &uri, "unknown-session", 0);
}

#[test]
fn what_is_no_longer_read_is_no_longer_watched() {
    let folder = folder(BY_FILE, "");
    let mut editor = start(folder.path(), true);
    let uri = editor.open("noxfile.py", BY_FILE);
    watched(&mut editor, &below(folder.path(), "versions.txt"));

    editor.insert(&uri, 2, (3, 26), "other-");
    editor.notified("client/unregisterCapability", |it| it["unregisterations"][0]["id"] == "noxflow:beside");
    watched(&mut editor, &below(folder.path(), "other-versions.txt"));
}

#[test]
fn offers_right_after_the_start_know_the_files_beside() {
    let noxfile = "import nox\n\n@nox.session\ndef unit(session):\n    session.install('.')\n\n@nox.session\ndef \
                   e2e(session):\n    session.install('.')\n";
    let folder = folder(noxfile, "");
    fs::write(folder.path().join("pyproject.toml"), "[build-system]\nrequires = ['setuptools']\n").expect("written");
    let more = folder.path().join(".github/workflows");
    fs::create_dir_all(&more).expect("a folder");
    for at in 0..200 {
        fs::write(more.join(format!("{at}.yml")), workflow("make")).expect("written");
    }
    let shows = json!({ "textDocument": { "codeAction": { "disabledSupport": true } } });
    let mut editor = Editor::start_with(folder.path(), shows, Value::Null);
    let uri = editor.open("noxfile.py", noxfile);
    let at = json!({ "line": 3, "character": 5 });
    let params = json!({ "textDocument": { "uri": uri }, "range": { "start": at, "end": at }, "context": { "diagnostics": [] } });
    let actions = editor.ask("textDocument/codeAction", params);
    let is_meant = |it: &&Value| it["title"].as_str().is_some_and(|title| title.starts_with("Build one wheel"));
    let offered = actions.as_array().into_iter().flatten().find(is_meant).unwrap_or_else(|| panic!("{actions:#}"));
    assert_eq!(offered["disabled"], Value::Null);
}
