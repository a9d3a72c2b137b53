//! `noxflow.importTimings` and `noxflow.clearTimings`: durations from files and from a forge, into what the editor shows.

use noxflow_tests::forge;
use serde_json::{Value, json};

use crate::editor::{Editor, folder};

const NOXFILE: &str = "import nox

@nox.session
def tests(session):
    session.run('pytest')
";

const WORKFLOW: &str = "name: CI
on: push
jobs:
  check:
    runs-on: ubuntu-latest
    steps:
      - run: nox -s tests
";

const LOG: &str = "2026-01-01T10:00:00Z nox > Running session tests
2026-01-01T10:00:42Z nox > Session tests was successful.
";

fn command(editor: &mut Editor, name: &str, argument: &Value) -> Value {
    let params = json!({ "command": name, "arguments": [argument] });
    let id = editor.request("workspace/executeCommand", params);
    editor.reply(id)
}

fn hover(editor: &mut Editor, uri: &str) -> String {
    let at = json!({ "textDocument": { "uri": uri }, "position": { "line": 3, "character": 5 } });
    editor.ask("textDocument/hover", at)["contents"]["value"].as_str().unwrap_or_default().to_owned()
}

/// A forge with one run that has taken 90 s.
fn one_run() -> String {
    forge("Bearer t0ken", |path| match path {
        p if p.contains("/runs?") => r#"{"total_count": 1, "workflow_runs": [{"id": 5, "run_number": 5,
            "path": ".github/workflows/ci.yml", "status": "completed", "conclusion": "success",
            "created_at": "2026-01-01T10:00:00Z"}]}"#
            .to_owned(),
        p if p.contains("/jobs") => r#"{"total_count": 1, "jobs": [{"id": 6, "name": "check", "conclusion": "success",
            "labels": ["ubuntu-latest"], "steps": [{"name": "Run nox -s tests", "conclusion": "success",
            "started_at": "2026-01-01T10:00:00Z", "completed_at": "2026-01-01T10:01:30Z"}]}]}"#
            .to_owned(),
        _ => "{}".to_owned(),
    })
}

#[test]
fn durations_from_a_file_are_shown_at_once_and_go_when_they_are_cleared() {
    let folder = folder(NOXFILE, WORKFLOW);
    std::fs::write(folder.path().join("run.log"), LOG).expect("written");
    let mut editor = Editor::start_with(folder.path(), json!({}), json!({ "trusted": false }));
    let uri = editor.open("noxfile.py", NOXFILE);
    assert!(hover(&mut editor, &uri).contains("a guess"));
    let file = editor.uri("run.log");
    let reply = command(&mut editor, "noxflow.importTimings", &json!({ "uri": uri, "files": [file] }));
    assert_eq!(reply["result"]["message"], "1 duration of 1 session imported", "{reply}");
    let said = hover(&mut editor, &uri);
    assert!(said.contains("n=1") && !said.contains("a guess"), "{said}");
    let reply = command(&mut editor, "noxflow.clearTimings", &json!({ "uri": uri }));
    assert_eq!(reply["result"], json!({ "removed": 1 }));
    assert!(hover(&mut editor, &uri).contains("a guess"));
}

#[test]
fn a_forge_is_asked_with_the_editors_token_and_progress_is_shown() {
    let folder = folder(NOXFILE, WORKFLOW);
    let url = one_run();
    let capabilities = json!({ "window": { "workDoneProgress": true } });
    let mut editor = Editor::start_with(folder.path(), capabilities, Value::Null);
    let uri = editor.open("noxfile.py", NOXFILE);
    let fetch = json!({ "url": url, "repository": "octo/hello", "token": "t0ken" });
    let params = json!({ "command": "noxflow.importTimings", "arguments": [{ "uri": uri, "fetch": fetch }] });
    let id = editor.request("workspace/executeCommand", params);
    let begun = editor.notified("$/progress", |it| it["value"]["kind"] == "begin");
    assert_eq!(begun["value"]["cancellable"], true);
    let ended = editor.notified("$/progress", |it| it["value"]["kind"] == "end");
    let reply = editor.reply(id);
    assert_eq!(reply["result"]["message"], "1 run read; 1 duration of 1 session imported", "{reply}");
    assert_eq!(ended["value"]["message"], reply["result"]["message"]);
}

#[test]
fn no_token_goes_where_nobody_says_and_an_untrusted_workspace_says_nothing() {
    let folder = folder(NOXFILE, WORKFLOW);
    let config = "[remote \"origin\"]\n\turl = https://me:secret@git.example.org/octo/hello.git\n";
    std::fs::write(folder.path().join(".git/config"), config).expect("written");
    let mut editor = Editor::start(folder.path());
    let uri = editor.open("noxfile.py", NOXFILE);
    let reply = command(&mut editor, "noxflow.timingsSource", &json!({ "uri": uri }));
    let expected = json!({
        "url": "https://git.example.org/", "host": "git.example.org", "repository": "octo/hello", "forge": null,
    });
    assert_eq!(reply["result"], expected);
    let fetch = json!({ "uri": uri, "fetch": { "token": "t0ken" } });
    let reply = command(&mut editor, "noxflow.importTimings", &fetch);
    assert_eq!(reply["error"]["message"], "a `token` goes to the forge that `url` names, and there is no `url`");
    let fetch =
        json!({ "uri": uri, "fetch": { "url": "http://git.example.org", "repository": "o/r", "token": "t0ken" } });
    // The forge is known by the setting, so that nobody is asked what it is.
    let settings = json!({ "settings": { "noxflow": { "platform": "gitea" } } });
    editor.notify("workspace/didChangeConfiguration", settings);
    let reply = command(&mut editor, "noxflow.importTimings", &fetch);
    let expected = "a token is not sent to `http://git.example.org/`, where everybody on the way could read it";
    assert_eq!(reply["error"]["message"], expected);
    editor.notify("noxflow/trusted", json!({ "trusted": false }));
    let reply = command(&mut editor, "noxflow.importTimings", &json!({ "uri": uri, "fetch": {} }));
    let expected = "this workspace is not trusted, and its git remote would say whom to ask; trust it first";
    assert_eq!(reply["error"]["message"], expected);
}
