//! Code actions as editors of different abilities get them: which, in what order, under which kinds, and their edits.

use serde_json::{Value, json};
use tempfile::TempDir;

use crate::editor::{Editor, folder};

const NOXFILE: &str = "\
import nox

@nox.session
def lint(session):
    session.run('ruff', 'check', '.')

@nox.session
def typecheck(session):
    session.run('mypy', 'src')

@nox.session
def unit(session):
    session.run('coverage', 'run', '-m', 'pytest')
    session.notify('report')

@nox.session
def report(session):
    session.run('coverage', 'report')
";

const WORKFLOW: &str = "\
on: [push]
jobs:
  checks:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v7
      - run: nox -s lint
      - run: nox -s typecheck
      - run: make release
  tests:
    needs: [checks]
    strategy:
      matrix:
        os: [ubuntu-latest, ubuntu-22.04]
    runs-on: ${{ matrix.os }}
    steps:
      - run: nox -s lint
      - run: nox -s unit
      - run: ./deploy
  again:
    runs-on: ubuntu-latest
    steps:
      - run: nox -s typecheck
      - run: nox -s lint
";

const CI: &str = ".github/workflows/ci.yml";
const LINT_STEP: u32 = 6;
const NOTIFY: u32 = 13;

/// What a client says of itself: `textDocument.codeAction` and `workspace.workspaceEdit`.
fn able(actions: Value, edits: Value) -> Value {
    json!({ "textDocument": { "codeAction": actions }, "workspace": { "workspaceEdit": edits } })
}

/// A client that can do everything.
fn modern() -> Value {
    let later = json!({ "properties": ["edit"] });
    able(
        json!({ "disabledSupport": true, "isPreferredSupport": true, "dataSupport": true, "resolveSupport": later }),
        json!({ "documentChanges": true, "changeAnnotationSupport": {}, "resourceOperations": ["create"] }),
    )
}

/// A client that can make edits of several files and no more.
fn plain() -> Value {
    able(json!({}), json!({ "documentChanges": true }))
}

/// An editor with the workflow open, and `path`.
fn open(client: Value, path: &str) -> (TempDir, Editor, String) {
    open_with(client, path, WORKFLOW)
}

fn open_with(client: Value, path: &str, text: &str) -> (TempDir, Editor, String) {
    let folder = folder(NOXFILE, text);
    let mut editor = Editor::start_with(folder.path(), client, Value::Null);
    let workflow = editor.open(CI, text);
    let uri = if path == CI { workflow } else { editor.open(path, NOXFILE) };
    (folder, editor, uri)
}

/// The actions at a line, of all kinds where `only` is null.
fn actions(editor: &mut Editor, uri: &str, line: u32, only: Value) -> Vec<Value> {
    let at = json!({ "line": line, "character": 8 });
    let context = json!({ "diagnostics": [], "only": only, "triggerKind": 1 });
    let asked = json!({ "textDocument": { "uri": uri }, "range": { "start": at, "end": at }, "context": context });
    editor.ask("textDocument/codeAction", asked).as_array().cloned().expect("a list")
}

fn text<'a>(action: &'a Value, key: &str) -> &'a str {
    action[key].as_str().unwrap_or_default()
}

/// The last words of the kinds.
fn names(actions: &[Value]) -> Vec<&str> {
    actions.iter().map(|action| text(action, "kind").rsplit('.').next().unwrap_or_default()).collect()
}

#[track_caller]
fn named(actions: &[Value], id: &str) -> Value {
    let found = actions.iter().find(|action| text(action, "kind").ends_with(id));
    found.unwrap_or_else(|| panic!("{id} is not among {:?}", names(actions))).clone()
}

#[test]
fn everywhere_one_is_preferred_no_title_comes_twice_and_what_is_faster_says_how_much() {
    for path in [CI, "noxfile.py"] {
        let (_folder, mut editor, uri) = open(modern(), path);
        let lines = if path == CI { WORKFLOW } else { NOXFILE }.lines().count() as u32;
        let mut seen = 0;
        for line in 0..=lines {
            let all = actions(&mut editor, &uri, line, Value::Null);
            let preferred = all.iter().filter(|action| action["isPreferred"] == true).count();
            assert!(preferred <= 1, "{path}:{line}: {all:#?}");
            let mut titles: Vec<&str> = all.iter().map(|action| text(action, "title")).collect();
            titles.sort_unstable();
            titles.dedup();
            assert_eq!(titles.len(), all.len(), "{path}:{line}: {all:#?}");
            let rewrites = all.iter().filter(|action| text(action, "kind").starts_with("refactor"));
            assert!(rewrites.count() <= 6, "{path}:{line}: {:?}", names(&all));
            let is_possible = |action: &&Value| action["disabled"].is_null();
            let is_parallel = |action: &&Value| text(action, "kind").starts_with("refactor.rewrite.parallel.use-");
            for action in all.iter().filter(is_parallel).filter(is_possible) {
                seen += 1;
                let title = text(action, "title");
                assert!(title.contains(" → ") && title.contains("(guessed times, 4 cores"), "{title}");
            }
        }
        assert!(seen > 0, "{path}");
    }
}

#[test]
fn the_best_is_first_and_preferred() {
    let (_folder, mut editor, uri) = open(modern(), CI);
    let all = actions(&mut editor, &uri, LINT_STEP, json!(["refactor"]));
    let first = all.first().expect("an action");
    assert_eq!(
        (text(first, "kind"), &first["isPreferred"]),
        ("refactor.rewrite.parallel.use-parallel-steps", &json!(true))
    );
}

#[test]
fn the_best_is_the_fix_of_the_finding_that_asks_for_it() {
    // Times that make it a finding.
    let many = WORKFLOW.replace(
        "      - run: nox -s typecheck\n      - run: make",
        "      - run: nox -s typecheck unit\n      - run: make",
    );
    let (_folder, mut editor, uri) = open_with(modern(), CI, &many);
    let fixes = actions(&mut editor, &uri, 2, json!(["quickfix"]));
    let titles: Vec<&str> = fixes.iter().map(|fix| text(fix, "title")).collect();
    assert!(
        matches!(titles[..], [best, "Ignore `sequential-sessions` on this line"] if best.contains(" → ")),
        "{titles:?}"
    );
    assert_eq!(
        (&fixes[0]["isPreferred"], &fixes[0]["diagnostics"][0]["code"]),
        (&json!(true), &json!("sequential-sessions"))
    );
    let resolved = editor.ask("codeAction/resolve", fixes[0].clone());
    assert!(!resolved["edit"].is_null(), "{resolved}");
}

#[test]
fn kinds_are_a_tree_and_only_what_is_asked_for_comes() {
    let (_folder, mut editor, uri) = open(modern(), CI);
    let mut of = |only: &str| {
        let found = actions(&mut editor, &uri, LINT_STEP, json!([only]));
        let kinds: Vec<String> = found.iter().map(|action| text(action, "kind").to_owned()).collect();
        kinds
    };
    for only in ["refactor", "refactor.rewrite", "refactor.rewrite.parallel"] {
        let kinds = of(only);
        assert!(kinds.len() > 1 && kinds.iter().all(|kind| kind.starts_with("refactor.rewrite.")), "{only}: {kinds:?}");
    }
    let one = "refactor.rewrite.parallel.use-nox-parallel";
    assert_eq!(of(one), [one]);
    for only in ["source", "source.fixAll", "source.fixAll.noxflow"] {
        assert_eq!(of(only), ["source.fixAll.noxflow"], "{only}");
    }
    for only in ["source.organizeImports", "refactor.extract", "refactor.rewrite.parallelise", "notebook"] {
        assert_eq!(of(only), Vec::<String>::new(), "{only}");
    }
    let everything = of("");
    assert!(everything.contains(&one.to_owned()) && everything.contains(&"source.fixAll.noxflow".to_owned()));
}

#[test]
fn all_that_is_safe_is_there_from_anywhere_but_not_for_a_cursor_that_only_moves() {
    let (_folder, mut editor, uri) = open(modern(), CI);
    for line in 0..WORKFLOW.lines().count() as u32 {
        let all = actions(&mut editor, &uri, line, Value::Null);
        // A rewrite like others where the file is meant.
        let kind = if line < 2 { "refactor.rewrite.parallel.all-safe" } else { "source.fixAll.noxflow" };
        assert!(text(&named(&all, kind), "title").contains("safe"), "{line}");
    }
    let at = json!({ "line": LINT_STEP, "character": 8 });
    let moved = json!({ "diagnostics": [], "triggerKind": 2 });
    let asked = json!({ "textDocument": { "uri": uri }, "range": { "start": at, "end": at }, "context": moved });
    let all = editor.ask("textDocument/codeAction", asked);
    let all = all.as_array().expect("a list");
    assert!(!all.is_empty() && !names(all).contains(&"noxflow"), "{all:?}");
}

#[test]
fn all_that_is_safe_is_not_said_twice_where_it_is_one_thing() {
    let one_job = WORKFLOW.split("  tests:").next().expect("a job");
    let (_folder, mut editor, uri) = open_with(modern(), CI, one_job);
    let at_step = actions(&mut editor, &uri, LINT_STEP, Value::Null);
    assert!(!names(&at_step).contains(&"noxflow"), "{at_step:?}");
    let at_top = actions(&mut editor, &uri, 0, Value::Null);
    let all = named(&at_top, "all-safe");
    assert!(text(&all, "title").starts_with("All that is safe in this file: run 2 sessions"), "{all}");
    assert_eq!(all["isPreferred"], true);
}

#[test]
fn the_reason_against_one_comes_only_where_it_can_be_shown() {
    let (_folder, mut editor, uri) = open(modern(), CI);
    let refused = named(&actions(&mut editor, &uri, LINT_STEP, Value::Null), "split-into-matrix");
    assert_eq!(refused["disabled"]["reason"], "steps after the sessions would run in every job");
    assert!(refused["edit"].is_null() && refused["data"].is_null() && refused["isPreferred"] == false, "{refused}");
    let (_folder, mut editor, uri) = open(plain(), CI);
    let all = actions(&mut editor, &uri, LINT_STEP, Value::Null);
    assert!(!names(&all).contains(&"split-into-matrix"), "{all:?}");
    assert!(all.iter().all(|action| action["disabled"].is_null()), "{all:?}");
}

#[test]
fn an_edit_names_the_version_of_what_is_open_and_none_of_what_is_not() {
    let (_folder, mut editor, uri) = open(plain(), CI);
    editor.insert(&uri, 7, (0, 0), "# A comment.\n");
    let action = named(&actions(&mut editor, &uri, LINT_STEP + 1, Value::Null), "use-nox-parallel");
    let changes = action["edit"]["documentChanges"].as_array().expect("documents").clone();
    let mut versions: Vec<(String, Value)> = changes
        .iter()
        .map(|change| {
            let document = &change["textDocument"];
            assert!(document.as_object().is_some_and(|it| it.contains_key("version")), "{document}");
            (text(document, "uri").rsplit('/').next().unwrap_or_default().to_owned(), document["version"].clone())
        })
        .collect();
    versions.sort_by(|a, b| a.0.cmp(&b.0));
    assert_eq!(versions, [("ci.yml".to_owned(), json!(7)), ("noxfile.py".to_owned(), Value::Null)]);
    assert!(action["edit"]["changes"].is_null(), "{action}");
}

#[test]
fn a_client_without_versions_gets_plain_changes() {
    let (_folder, mut editor, uri) = open(json!({}), CI);
    let action = named(&actions(&mut editor, &uri, LINT_STEP, Value::Null), "use-nox-parallel");
    assert!(action["edit"]["documentChanges"].is_null(), "{action}");
    let changes = action["edit"]["changes"].as_object().expect("changes");
    assert_eq!(changes.len(), 2, "{changes:?}");
    assert!(changes.contains_key(&uri) && changes.contains_key(&editor.uri("noxfile.py")), "{changes:?}");
}

#[test]
fn consent_is_asked_for_where_the_client_can_ask_and_the_edit_is_the_same_elsewhere() {
    let edits = |client: Value| {
        let (_folder, mut editor, uri) = open(client, "noxfile.py");
        let action = named(&actions(&mut editor, &uri, NOTIFY, Value::Null), "replace-notify");
        let edit = action["edit"].clone();
        let texts = edit["documentChanges"][0]["edits"].as_array().expect("edits").clone();
        (edit["changeAnnotations"].clone(), texts)
    };
    let (asked, annotated) = edits(able(json!({}), json!({ "documentChanges": true, "changeAnnotationSupport": {} })));
    let (id, annotation) = asked.as_object().and_then(|all| all.iter().next()).expect("an annotation");
    assert_eq!(annotation["needsConfirmation"], true);
    assert!(text(annotation, "label").contains("`nox -s unit` alone no longer runs `report`"), "{annotation}");
    assert!(annotated.iter().all(|edit| edit["annotationId"] == *id), "{annotated:?}");
    let (asked, bare) = edits(plain());
    assert!(asked.is_null(), "{asked}");
    let words = |edits: &[Value]| -> Vec<Value> { edits.iter().map(|edit| edit["newText"].clone()).collect() };
    assert_eq!(words(&annotated), words(&bare));
    assert!(bare.iter().all(|edit| edit["annotationId"].is_null()), "{bare:?}");
}

#[test]
fn an_edit_is_made_when_it_is_asked_for_and_is_the_one_that_others_get_at_once() {
    let (_folder, mut editor, uri) = open(modern(), CI);
    let later = named(&actions(&mut editor, &uri, LINT_STEP, Value::Null), "use-parallel-steps");
    assert!(later["edit"].is_null() && !later["data"].is_null(), "{later}");
    let resolved = editor.ask("codeAction/resolve", later.clone());
    assert_eq!(resolved["title"], later["title"]);
    let (_folder, mut other, there) = open(plain(), CI);
    let at_once = named(&actions(&mut other, &there, LINT_STEP, Value::Null), "use-parallel-steps");
    let texts = |action: &Value| action["edit"]["documentChanges"][0]["edits"].clone();
    assert!(texts(&resolved).as_array().is_some_and(|edits| !edits.is_empty()), "{resolved}");
    assert_eq!(texts(&resolved), texts(&at_once));
}

#[test]
fn all_that_is_safe_is_made_when_it_is_asked_for_too() {
    let (_folder, mut editor, uri) = open(modern(), CI);
    let later = named(&actions(&mut editor, &uri, 0, json!(["source.fixAll"])), "noxflow");
    assert!(later["edit"].is_null(), "{later}");
    let resolved = editor.ask("codeAction/resolve", later);
    let first = &resolved["edit"]["documentChanges"][0];
    assert_eq!((&first["textDocument"]["uri"], &first["textDocument"]["version"]), (&json!(uri), &json!(1)));
}

#[test]
fn an_edit_of_a_text_that_has_changed_is_made_for_the_new_text_or_refused() {
    let (_folder, mut editor, uri) = open(modern(), CI);
    let later = named(&actions(&mut editor, &uri, LINT_STEP, Value::Null), "use-parallel-steps");
    let end = WORKFLOW.lines().count() as u32;
    editor.insert(&uri, 2, (end, 0), "# The end.\n");
    let resolved = editor.ask("codeAction/resolve", later.clone());
    assert_eq!(resolved["edit"]["documentChanges"][0]["textDocument"]["version"], 2);
    // Now the job runs one session, and what was chosen means nothing any more.
    editor.insert(&uri, 3, (LINT_STEP, 6), "# ");
    let id = editor.request("codeAction/resolve", later);
    let reply = editor.reply(id);
    assert_eq!(reply["error"]["message"], "the text has changed since this was offered: ask for code actions again");
}
