//! Columns in the encoding that was agreed on; one line holds an emoji.

use serde_json::{Value, json};

use crate::editor::{Editor, folder};

const NOXFILE: &str = "import nox\n\n@nox.session\ndef tests(session): ...\n";
const WORKFLOW: &str =
    "on: push\njobs:\n  a:\n    runs-on: x\n    steps:\n      - { name: \"😀😀\", run: nox -s nosuch }\n";

/// Start column of the diagnostic on `nosuch`, and the encoding that the server chose.
fn column(offered: Value) -> (Value, u64) {
    let folder = folder(NOXFILE, WORKFLOW);
    let mut editor = Editor::mute(folder.path());
    let root = editor.uri("");
    let capabilities = json!({ "general": { "positionEncodings": offered } });
    let result = editor.ask("initialize", json!({ "processId": null, "rootUri": root, "capabilities": capabilities }));
    editor.notify("initialized", json!({}));
    let uri = editor.open(".github/workflows/ci.yml", WORKFLOW);
    let found = editor.notified("textDocument/publishDiagnostics", |params| {
        params["uri"] == uri && params["diagnostics"] != json!([])
    });
    let column = found["diagnostics"][0]["range"]["start"]["character"].as_u64().expect("a column");
    (result["capabilities"]["positionEncoding"].clone(), column)
}

#[test]
fn columns_count_what_was_agreed_on() {
    let line = WORKFLOW.lines().last().expect("a last line");
    let before = &line[..line.find("nosuch").expect("it is there")];
    let utf16 = before.encode_utf16().count() as u64;
    assert_eq!(column(json!(["utf-16", "utf-8"])), (json!("utf-8"), before.len() as u64));
    assert_eq!(column(json!(["utf-32", "utf-16"])), (json!("utf-16"), utf16));
    assert_eq!(column(json!(["utf-32"])), (json!("utf-32"), before.chars().count() as u64));
    assert_eq!(column(Value::Null), (json!("utf-16"), utf16), "the protocol's default");
}

#[test]
fn edits_after_an_emoji_land_where_they_were_typed() {
    let folder = folder(NOXFILE, "");
    let mut editor = Editor::start(folder.path());
    let uri = editor.open("noxfile.py", "import nox; x = '😀'; y = nox.session(lambda session: ..., name='s')\n");
    let column = "import nox; x = '😀'; ".encode_utf16().count() as u32;
    editor.insert(&uri, 2, (0, column), "\n@nox.session\ndef fresh(session): ...\n");
    assert!(editor.outline(&uri).contains(&"fresh".to_owned()));
}
