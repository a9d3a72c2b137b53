//! A finding is silenced by the action that the editor is offered for it, and stays silent.

use serde_json::{Value, json};

use crate::editor::{Editor, folder};

const NOXFILE: &str = "import nox\n\n@nox.session\ndef lint(session): ...\n";
const WORKFLOW: &str = "on: push\njobs:\n  a:\n    runs-on: x\n    steps:\n      - run: nox -s nosuch\n";

#[test]
fn a_finding_is_ignored_on_its_line() {
    let folder = folder(NOXFILE, WORKFLOW);
    let mut editor = Editor::start(folder.path());
    let uri = editor.open(".github/workflows/ci.yml", WORKFLOW);
    let told = editor.notified("textDocument/publishDiagnostics", |params| params["diagnostics"] != json!([]));
    let range = &told["diagnostics"][0]["range"];
    let asked = json!({ "textDocument": { "uri": uri }, "range": range, "context": { "diagnostics": [] } });
    let actions = editor.ask("textDocument/codeAction", asked);
    let last = actions.as_array().and_then(|actions| actions.last()).expect("an action");
    assert_eq!(last["title"], "Ignore `unknown-session` on this line");
    assert_ne!(last["isPreferred"], true);
    let edit = edits(last).first().expect("an edit").clone();
    assert_eq!(edit["newText"], "  # noxflow: ignore[unknown-session]");
    let at = &edit["range"]["start"];
    let place = (at["line"].as_u64().expect("a line") as u32, at["character"].as_u64().expect("a column") as u32);
    editor.insert(&uri, 2, place, edit["newText"].as_str().expect("a text"));
    let told = editor.notified("textDocument/publishDiagnostics", |params| params["version"] == 2);
    assert_eq!(told["diagnostics"], json!([]));
}

/// The text edits of an action, however the server wraps them.
fn edits(action: &Value) -> Vec<Value> {
    let edit = &action["edit"];
    let changed = edit["changes"].as_object().and_then(|changes| changes.values().next());
    let versioned =
        edit["documentChanges"].as_array().and_then(|changes| changes.first()).map(|change| &change["edits"]);
    changed.or(versioned).and_then(Value::as_array).cloned().unwrap_or_default()
}
