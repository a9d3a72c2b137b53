//! A file that is being typed is broken most of the time: what is healthy of it keeps its answers.

use crate::editor::{Editor, folder};

const NOXFILE: &str = "\
import nox

@nox.session
def lint(session):
    session.run(\"ruff\", \"check\")

@nox.session
def tests(session):
    session.run(\"pytest\")
";

#[test]
fn sessions_survive_an_open_bracket_before_them() {
    let folder = folder(NOXFILE, "");
    let mut editor = Editor::start(folder.path());
    let uri = editor.open("noxfile.py", NOXFILE);
    assert_eq!(editor.outline(&uri), ["lint", "tests"]);
    editor.insert(&uri, 2, (4, 4), "session.run(");
    let outline = editor.outline(&uri);
    assert!(outline.contains(&"tests".to_owned()), "{outline:?}");
}

#[test]
fn jobs_survive_a_key_without_its_colon() {
    let workflow = "on: push\njobs:\n  a:\n    runs-on: x\n    steps: []\n  b:\n    runs-on: x\n    steps: []\n";
    let folder = folder(NOXFILE, workflow);
    let mut editor = Editor::start(folder.path());
    let uri = editor.open(".github/workflows/ci.yml", workflow);
    assert_eq!(editor.outline(&uri), ["a", "b"]);
    editor.insert(&uri, 2, (3, 14), "\n    nee");
    assert_eq!(editor.outline(&uri), ["a", "b"]);
}
