//! Start and end.

use std::process::{Command, Stdio};

use serde_json::{Value, json};

use crate::editor::{Editor, folder};

#[test]
fn exit_after_shutdown_is_a_success_with_the_input_still_open() {
    let folder = folder("", "");
    let mut editor = Editor::start(folder.path());
    editor.ask("shutdown", Value::Null);
    let late = editor.request("textDocument/hover", json!({}));
    assert_eq!(editor.reply(late)["error"]["code"], -32600);
    editor.notify("exit", Value::Null);
    assert_eq!(editor.ended().code(), Some(0));
}

#[test]
fn exit_without_shutdown_is_a_failure() {
    let folder = folder("", "");
    let mut editor = Editor::start(folder.path());
    editor.notify("exit", Value::Null);
    assert_eq!(editor.ended().code(), Some(1));
}

#[test]
fn the_end_of_the_input_ends_the_server() {
    let folder = folder("", "");
    let mut editor = Editor::start(folder.path());
    editor.hang_up();
    assert_eq!(editor.ended().code(), Some(1));
}

#[test]
fn the_end_of_the_editors_process_ends_the_server() {
    let folder = folder("", "");
    let mut gone =
        Command::new(noxflow_tests::noxflow()).arg("--version").stdout(Stdio::null()).spawn().expect("it runs");
    let id = gone.id();
    gone.wait().expect("it ends");
    let mut editor = Editor::mute(folder.path());
    editor.request("initialize", json!({ "processId": id, "rootUri": null, "capabilities": {} }));
    assert_eq!(editor.ended().code(), Some(1));
}

#[test]
fn nothing_is_answered_before_initialize() {
    let folder = folder("", "");
    let mut editor = Editor::mute(folder.path());
    let id = editor.request("textDocument/hover", json!({}));
    assert_eq!(editor.reply(id)["error"]["code"], -32002);
}

#[test]
fn a_command_right_after_the_start_waits_for_what_is_on_disk() {
    let folder = folder("import nox\n@nox.session\ndef lint(session): ...\n", "");
    let mut editor = Editor::start(folder.path());
    let report = editor.ask("workspace/executeCommand", json!({ "command": "noxflow.audit", "arguments": [] }));
    let report = report["markdown"].as_str().expect("a text");
    assert!(report.contains("`lint`"), "{report}");
}

#[test]
fn lenses_are_asked_for_again_when_the_disk_has_been_read() {
    let folder = folder("", "");
    let capabilities = json!({ "workspace": { "codeLens": { "refreshSupport": true } } });
    let mut editor = Editor::start_with(folder.path(), capabilities, Value::Null);
    editor.notified("workspace/codeLens/refresh", |_| true);
}

#[test]
fn a_file_outside_all_folders_works_alone() {
    let (inside, outside) = (folder("", ""), folder("", ""));
    let mut editor = Editor::start(inside.path());
    let uri = format!("file://{}/noxfile.py", outside.path().display());
    let text = "import nox\n@nox.session\ndef alone(session): ...\n";
    let document = json!({ "uri": uri, "languageId": "python", "version": 1, "text": text });
    editor.notify("textDocument/didOpen", json!({ "textDocument": document }));
    assert_eq!(editor.outline(&uri), ["alone"]);
    let document = json!({ "uri": "untitled:Untitled-1", "languageId": "python", "version": 1, "text": text });
    editor.notify("textDocument/didOpen", json!({ "textDocument": document }));
    assert_eq!(editor.outline("untitled:Untitled-1"), ["alone"]);
}
