//! A noxfile read again after an edit says what it says when it is read from scratch.

use std::sync::Arc;

use facts::noxfile::{Alone, NoxfileFacts, Surroundings, read, read_again, read_fresh};
use proptest::prelude::*;
use syntax::{Change, Document, Language, Span};

const NOXFILE: &str = r#""""Sessions."""
import os
import nox

nox.options.sessions = ["lint", "tests"]
PYTHONS = ["3.11", "3.12"]
EXTRA = [f"{python}-dev" for python in PYTHONS]
PYTHONS.append("3.13")


def install(session, *extra):
    session.install("-e", ".", *extra, PIN)


PIN = "pip==25"


@nox.session(python=PYTHONS, tags=["t"])
@nox.parametrize("x", [n for n in (1, 2)])
def tests(session, x):
    """Runs the tests."""
    install(session, "pytest")
    session.run("pytest", f"-n{x}", *session.posargs, env={"A": PIN})
    session.notify("report")


@nox.session
def lint(session):
    session.chdir("src")
    session.run("ruff", "check", os.environ.get("WHERE", "."))


@nox.session(name="type-check", requires=["lint"])
def typecheck(session):
    session.run("mypy", "src", *EXTRA)


for name in ("a", "b"):

    @nox.session(name=name)
    def loop(session):
        session.run(name)


@nox.session(venv_backend="none")
def report(session):
    session.notify(lint)
    session.run("coverage", "report", success_codes=[0, 2])


if os.environ.get("CI"):
    EXTRA = []
    nox.options.default_venv_backend = "uv"


@nox.session(python=EXTRA)
def last(session):
    EXTRA.append("changed by a body")
    session.run("echo", *EXTRA)
"#;

/// Pieces that change the meaning of what stands around them.
const PIECES: [&str; 12] = [
    "x",
    "\n",
    "    ",
    "\"",
    ")",
    "(",
    "\n@nox.session\ndef added(session):\n    session.run('x', PIN)\n",
    "\nPIN = 'other'\n",
    "\ndef install(session, *a): pass\n",
    "\nimport tools\n",
    "#",
    "lint",
];

struct Files(&'static str);

impl Surroundings for Files {
    fn read(&self, path: &str) -> Option<Arc<str>> {
        (path == "tools.py").then(|| self.0.into())
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn random_edits(edits in prop::collection::vec((0..NOXFILE.len(), 0..12_usize, 0..PIECES.len()), 1..12)) {
        let mut editor = Editor::open(NOXFILE);
        for (at, length, piece) in edits {
            // Often a whole line goes or comes, and often nothing is taken away.
            editor.edit(at, length.saturating_sub(6), PIECES[piece]);
        }
    }
}

#[test]
fn every_line_typed_anew() {
    let mut editor = Editor::open(NOXFILE);
    let mut at = 0;
    for line in NOXFILE.split_inclusive('\n') {
        editor.edit(at, line.len(), "");
        editor.edit(at, 0, line);
        at += line.len();
    }
}

#[test]
fn only_what_changed_is_read() {
    let text = "import nox\nP = ['3.12']\n@nox.session(python=P)\ndef a(session):\n    session.run('a')\n@nox.session\ndef b(session):\n    session.run('b')\n@nox.session\ndef c(session):\n    session.run('c')\n";
    let mut editor = Editor::open(text);
    let before = editor.facts.clone();
    editor.edit(text.find("'b'").expect("it is there") + 1, 0, "");
    editor.edit(text.find("'b'").expect("it is there") + 1, 1, "x");
    let shared: Vec<bool> =
        before.sessions.iter().zip(&editor.facts.sessions).map(|(a, b)| Arc::ptr_eq(a, b)).collect();
    assert_eq!(shared, [true, false, true]);
    editor.edit(text.find("'b'").expect("it is there") + 1, 1, "xy");
    let instances: Vec<bool> = before
        .sessions
        .iter()
        .zip(&editor.facts.sessions)
        .map(|(a, b)| Arc::ptr_eq(&a.instances, &b.instances))
        .collect();
    assert_eq!(instances, [true, false, true], "`c` has moved, its instances have not");
    editor.edit(text.find("3.12").expect("it is there"), 4, "3.13");
    assert_eq!(editor.facts.sessions[0].instances[0].python.as_deref(), Some("3.13"));
}

#[test]
fn a_file_that_is_read_while_loading_counts() {
    let text = "import nox\nimport tools\n@nox.session\ndef a(session): ...\n";
    let document = Document::new(Language::Python, text);
    let (facts, memory) = read_fresh(&document, &Files(""));
    assert!(facts.unknown.is_empty());
    let other = Files("import nox\n@nox.session\ndef b(session): ...");
    let (again, _) = read_again(&document, &other, (&document, &memory));
    assert_eq!(again, read(&document, &other));
    assert_eq!(again.sessions.len(), 2);
}

/// A document that is edited; every reading is compared with one from scratch.
struct Editor {
    document: Document,
    facts: NoxfileFacts,
    memory: facts::noxfile::Memory,
}

impl Editor {
    fn open(text: &str) -> Self {
        let document = Document::new(Language::Python, text);
        let (facts, memory) = read_fresh(&document, &Alone);
        assert!(facts == read(&document, &Alone));
        Self { document, facts, memory }
    }

    #[track_caller]
    fn edit(&mut self, at: usize, length: usize, text: &str) {
        let change = Change { span: Span::from(at..at + length), text: text.to_owned() };
        let document = self.document.edited(&[change]);
        let (facts, memory) = read_again(&document, &Alone, (&self.document, &self.memory));
        assert_eq!(facts, read(&document, &Alone), "\n{}", document.text());
        (self.document, self.facts, self.memory) = (document, facts, memory);
    }
}
