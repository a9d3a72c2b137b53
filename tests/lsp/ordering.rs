//! What is typed arrives in the order of typing, and what is published is of the last version.

use serde_json::json;

use crate::editor::{Editor, folder};

const NOXFILE: &str = "import nox\n\n@nox.session\ndef a(session):\n    session.run(\"true\")\n";

#[test]
fn fast_typing_keeps_the_order_of_the_wire() {
    let folder = folder(NOXFILE, "");
    let mut editor = Editor::start(folder.path());
    let uri = editor.open("noxfile.py", NOXFILE);
    let mut version = 1;
    for (at, key) in "bcdefghij".chars().enumerate() {
        version += 1;
        editor.insert(&uri, version, (3, 5 + at as u32), &key.to_string());
        // Not waited for: it keeps the workers busy.
        let position = json!({ "line": 3, "character": 4 });
        editor.request("textDocument/hover", json!({ "textDocument": { "uri": uri }, "position": position }));
    }
    assert_eq!(editor.outline(&uri), ["abcdefghij"]);
}

#[test]
fn an_answer_reflects_every_edit_before_the_question() {
    let folder = folder(NOXFILE, "");
    let mut editor = Editor::start(folder.path());
    let uri = editor.open("noxfile.py", NOXFILE);
    for version in 2..40 {
        editor.insert(&uri, version, (3, 5), "x");
        let expected = format!("a{}", "x".repeat(version as usize - 1));
        assert_eq!(editor.outline(&uri), [expected]);
    }
}

#[test]
fn diagnostics_of_a_burst_never_go_back_and_end_with_the_last_version() {
    let folder = folder(NOXFILE, "");
    let mut editor = Editor::start(folder.path());
    let uri = editor.open("noxfile.py", NOXFILE);
    const LAST: i32 = 3000;
    for version in 2..=LAST {
        editor.insert(&uri, version, (0, 0), if version % 2 == 0 { "#" } else { "\n" });
    }
    let mut versions = Vec::new();
    editor.notified("textDocument/publishDiagnostics", |params| {
        versions.extend(params["version"].as_i64());
        params["version"] == LAST
    });
    assert!(versions.is_sorted(), "{versions:?}");
    assert!(versions.len() < 1500, "a burst is judged a few times, not each edit: {}", versions.len());
}

#[test]
fn closing_clears_and_reopening_publishes_again() {
    let workflow = "on: push\njobs:\n  a:\n    runs-on: x\n    steps:\n      - run: nox -s nosuch\n";
    let folder = folder(NOXFILE, workflow);
    let mut editor = Editor::start(folder.path());
    let uri = editor.open(".github/workflows/ci.yml", workflow);
    let found = editor.notified("textDocument/publishDiagnostics", |params| {
        params["uri"] == uri && params["diagnostics"].as_array().is_some_and(|list| !list.is_empty())
    });
    assert_eq!(found["diagnostics"][0]["code"], "unknown-session");
    editor.notify("textDocument/didClose", json!({ "textDocument": { "uri": uri } }));
    let cleared = editor
        .notified("textDocument/publishDiagnostics", |params| params["uri"] == uri && params["version"].is_null());
    assert_eq!(cleared["diagnostics"], json!([]));
    editor.open(".github/workflows/ci.yml", workflow);
    editor.notified("textDocument/publishDiagnostics", |params| {
        params["uri"] == uri && params["version"] == 1 && params["diagnostics"] != json!([])
    });
}
