//! Findings as an editor gets them: with a link to the page of their lint, and silent where GitHub's own server speaks.

use serde_json::Value;

use crate::editor::{Editor, folder};

const NOXFILE: &str = "import nox\n\n@nox.session\ndef tests(session): ...\n";
/// A session and a job that are not there.
const WORKFLOW: &str = "\
on: push
jobs:
  a:
    needs: gone
    runs-on: x
    steps:
      - run: nox -s test
";

fn findings(editor: &mut Editor, uri: &str) -> Vec<Value> {
    let said = editor.notified("textDocument/publishDiagnostics", |it| it["uri"] == uri);
    said["diagnostics"].as_array().cloned().unwrap_or_default()
}

#[test]
fn a_finding_leads_to_its_page_and_to_what_is_meant() {
    let folder = folder(NOXFILE, WORKFLOW);
    let mut editor = Editor::start(folder.path());
    let uri = editor.open(".github/workflows/ci.yml", WORKFLOW);
    // What is said before the folder is read knows no noxfile.
    let is_told = |it: &Value| it["code"] == "unknown-session";
    let said = editor.notified("textDocument/publishDiagnostics", |it| {
        it["uri"] == uri && it["diagnostics"].as_array().is_some_and(|all| all.iter().any(is_told))
    });
    let finding = said["diagnostics"].as_array().and_then(|all| all.iter().find(|it| is_told(it))).expect("it is told");
    let page = finding["codeDescription"]["href"].as_str().expect("a link");
    assert!(page.ends_with("/docs/lints/unknown-session.md"), "{page}");
    let related = &finding["relatedInformation"][0];
    assert!(related["location"]["uri"].as_str().is_some_and(|uri| uri.ends_with("/noxfile.py")), "{related}");
}

#[test]
fn what_githubs_own_server_tells_is_told_of_other_forges_only() {
    let folder = folder(NOXFILE, WORKFLOW);
    let mut editor = Editor::start(folder.path());
    let is_told = |found: Vec<Value>| found.iter().any(|it| it["code"] == "unknown-need");
    let on_github = editor.open(".github/workflows/ci.yml", WORKFLOW);
    assert!(!is_told(findings(&mut editor, &on_github)));
    let elsewhere = editor.open(".forgejo/workflows/ci.yml", WORKFLOW);
    assert!(is_told(findings(&mut editor, &elsewhere)));
}
