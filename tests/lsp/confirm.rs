//! `noxflow.confirm` and the setting `confirmWithNox`, with the real nox.

use std::path::Path;

use noxflow_tests::tools;
use serde_json::{Value, json};

use crate::editor::{Editor, folder};

/// What no reader can know.
const NOXFILE: &str = "\
import time
import nox

@nox.session
@nox.parametrize('n', [str(n) for n in range(int(time.time() > 0) + 1)])
def tests(session, n): ...
";

fn start(folder: &Path, options: Value) -> Editor {
    let mut all = json!({ "settings": { "noxCommand": [tools().join("bin/nox")] } });
    for (key, value) in options.as_object().expect("options") {
        match value.as_object() {
            Some(settings) => all[key].as_object_mut().expect("settings").extend(settings.clone()),
            None => all[key] = value.clone(),
        }
    }
    Editor::start_with(folder, json!({}), all)
}

fn confirm(editor: &mut Editor) -> Value {
    let arguments = json!({ "uri": editor.uri("noxfile.py") });
    let id =
        editor.request("workspace/executeCommand", json!({ "command": "noxflow.confirm", "arguments": [arguments] }));
    editor.reply(id)
}

fn hover(editor: &mut Editor, uri: &str) -> String {
    let at = json!({ "textDocument": { "uri": uri }, "position": { "line": 5, "character": 5 } });
    editor.ask("textDocument/hover", at)["contents"]["value"].as_str().unwrap_or_default().to_owned()
}

fn unreadable(diagnostics: &Value) -> usize {
    let all = diagnostics["diagnostics"].as_array().cloned().unwrap_or_default();
    all.iter().filter(|one| one["code"] == "unreadable").count()
}

#[test]
fn a_confirmed_noxfile_has_nothing_that_cannot_be_read() {
    let folder = folder(NOXFILE, "");
    let mut editor = start(folder.path(), json!({}));
    let uri = editor.open("noxfile.py", NOXFILE);
    editor.notified("textDocument/publishDiagnostics", |it| it["uri"] == uri && unreadable(it) == 1);
    assert!(!hover(&mut editor, &uri).contains("confirmed by nox"));

    assert_eq!(confirm(&mut editor)["result"], json!({ "uri": uri, "sessions": 2 }));

    editor.notified("textDocument/publishDiagnostics", |it| it["uri"] == uri && unreadable(it) == 0);
    let said = hover(&mut editor, &uri);
    assert!(said.contains("2 instances") && said.contains("confirmed by nox"), "{said}");

    // Another text is another noxfile.
    editor.insert(&uri, 2, (0, 0), "# a comment\n");
    editor.notified("textDocument/publishDiagnostics", |it| it["uri"] == uri && unreadable(it) == 1);
}

#[test]
fn an_untrusted_workspace_is_not_run() {
    let folder = folder(NOXFILE, "");
    let mut editor = start(folder.path(), json!({ "trusted": false, "settings": { "confirmWithNox": true } }));
    let uri = editor.open("noxfile.py", NOXFILE);
    let message = confirm(&mut editor)["error"]["message"].as_str().unwrap_or_default().to_owned();
    assert_eq!(message, "this workspace is not trusted, and asking nox runs its code; trust it first");
    assert!(!hover(&mut editor, &uri).contains("confirmed by nox"));

    editor.notify("noxflow/trusted", json!({ "trusted": true }));
    editor.notified("textDocument/publishDiagnostics", |it| it["uri"] == uri && unreadable(it) == 0);
}

#[test]
fn with_the_setting_nox_is_asked_when_a_noxfile_is_opened_and_saved() {
    let folder = folder(NOXFILE, "");
    let mut editor = start(folder.path(), json!({ "settings": { "confirmWithNox": true } }));
    let uri = editor.open("noxfile.py", NOXFILE);
    editor.notified("textDocument/publishDiagnostics", |it| it["uri"] == uri && unreadable(it) == 0);

    editor.insert(&uri, 2, (0, 0), "# a comment\n");
    editor.notified("textDocument/publishDiagnostics", |it| it["uri"] == uri && unreadable(it) == 1);
    std::fs::write(folder.path().join("noxfile.py"), format!("# a comment\n{NOXFILE}")).expect("written");
    editor.notify("textDocument/didSave", json!({ "textDocument": { "uri": uri } }));
    editor.notified("textDocument/publishDiagnostics", |it| it["uri"] == uri && unreadable(it) == 0);
}

#[test]
fn text_that_is_not_saved_is_not_what_nox_reads() {
    let folder = folder(NOXFILE, "");
    let mut editor = start(folder.path(), json!({}));
    editor.open("noxfile.py", &format!("{NOXFILE}# more\n"));
    let message = confirm(&mut editor)["error"]["message"].as_str().unwrap_or_default().to_owned();
    assert!(message.contains("save it first"), "{message}");
}

#[test]
fn a_noxfile_that_nox_cannot_load_stays_as_it_was_read() {
    let text = format!("{NOXFILE}raise RuntimeError('not today')\n");
    let folder = folder(&text, "");
    let mut editor = start(folder.path(), json!({}));
    let uri = editor.open("noxfile.py", &text);
    let message = confirm(&mut editor)["error"]["message"].as_str().unwrap_or_default().to_owned();
    assert_eq!(message, "nox cannot load the noxfile: RuntimeError: not today");
    assert!(hover(&mut editor, &uri).contains("**tests**"));
}
