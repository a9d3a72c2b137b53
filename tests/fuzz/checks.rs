//! What no input may break: the body of the fuzz targets, and of `replay.rs`, which runs the inputs that once did.
//!
//! Each check panics when a promise is broken; a crash, a hang and too much memory are seen by the fuzzer itself.

use facts::noxfile::{self, Alone, NoxfileFacts};
use facts::workflow::{self, Step, StepKind, WorkflowFacts};
use facts::{Forge, shell};
use syntax::{Change, Document, Language, Span};

/// Any text is read as a noxfile, with places inside the text, and the same whether its trees are kept or not.
pub(crate) fn python(bytes: &[u8]) {
    let text = &*String::from_utf8_lossy(bytes);
    let document = Document::new(Language::Python, text);
    let facts = noxfile::read(&document, &Alone);
    check_noxfile(&facts, text);
    let resting = Document::resting(Language::Python, text);
    assert!(facts == noxfile::read(&resting, &Alone), "a document at rest says something else");
    // Behind so much text it is read in parts.
    let long = format!("{}{text}", NOXFILE.repeat(12 * 1024 / NOXFILE.len() + 1));
    let document = Document::new(Language::Python, &*long);
    let resting = Document::resting(Language::Python, &*long);
    let are_alike = noxfile::read(&document, &Alone) == noxfile::read(&resting, &Alone);
    assert!(are_alike, "what was read in parts says something else: {text:?}");
}

/// Any text is read as a workflow of every forge, with places inside the text, twice the same.
pub(crate) fn yaml(bytes: &[u8]) {
    let text = &*String::from_utf8_lossy(bytes);
    let document = Document::new(Language::Yaml, text);
    for forge in [Forge::GitHub, Forge::Forgejo, Forge::Gitea] {
        let facts = workflow::read(&document, forge);
        check_workflow(&facts, text);
        assert!(facts == workflow::read(&document, forge), "the same text reads differently");
    }
}

/// Any text is read as a shell script.
pub(crate) fn shell(bytes: &[u8]) {
    let script = &*String::from_utf8_lossy(bytes);
    let read = shell::read(script, &|span| span, &|_| None);
    for command in &read.commands {
        inside(command.span, script);
        command.argv.iter().chain(&command.writes).for_each(|word| inside(word.span, script));
    }
    read.nox_calls.iter().for_each(|call| inside(call.span, script));
}

/// After any edits, what was read piece by piece is what is read from scratch.
pub(crate) fn edits(bytes: &[u8]) {
    let Some((which, edits)) = bytes.split_first() else { return };
    match (which, which % 3) {
        (200.., _) => edit_workflow(&many_jobs(), edits.get(..16).unwrap_or(edits)),
        (_, 0) => edit_noxfile(edits),
        (_, 1) => edit_workflow(WORKFLOW, edits),
        _ => edit_workflow(DIALECT, edits),
    }
}

/// A workflow so long that it is read job by job.
fn many_jobs() -> String {
    let job = |n: usize| {
        format!(
            "  job-{n}: # the {n}th\n    runs-on: ubuntu-latest\n    needs: [a]\n    env: {{KEY: 'a b'}}\n    steps:\n      - uses: actions/checkout@v6\n      - name: Test\n        run: |\n          nox -s tests-{n}\n          echo done\n\n"
        )
    };
    format!("on: push\njobs:\n  a: {{steps: [run: nox]}}\n{}", (0..50).map(job).collect::<String>())
}

const NOXFILE: &str = r#"import nox

nox.options.sessions = ["lint", "tests"]
PYTHONS = ["3.11", "3.12"]
EXTRA = [f"{python}-dev" for python in PYTHONS]


def install(session, *extra):
    session.install("-e", ".", *extra)


@nox.session(python=PYTHONS, tags=["t"])
@nox.parametrize("x", [n for n in (1, 2)])
def tests(session, x):
    """Runs the tests."""
    install(session, "pytest")
    if session.posargs:
        session.notify("report")
    session.run("pytest", f"-n{x}", *session.posargs)


for name in ("a", "b"):

    @nox.session(name=name)
    def loop(session):
        session.run(name)
"#;
const WORKFLOW: &str = "\
on: [push]
env: &env
  FORCE_COLOR: '1'
jobs:
  lint:
    runs-on: ubuntu-latest # fast
    steps:
      - run: nox -s lint
  tests:
    needs: lint
    if: ${{ !cancelled() }}
    strategy:
      matrix:
        python: ['3.11', \"3.12\"]
        include: [{python: '3.13', extra: true}]
    steps:
      - name: Test
        env: *env
        run: |
          nox -s tests-${{ matrix.python }}
          echo done
";
const DIALECT: &str = "\u{feff}on: [push]\r\njobs:\r\n  a:\r\n    strategy: {matrix: \"${{ fromJSON('{\\\"x\\\": [1, 2]}') }}\"}\r\n    steps: &s\r\n    - parallel:\r\n      - run: cd sub; nox -s é\r\n      - {run: \"nox \\\\\\n -s 'q'\"}\r\n    - wait-all:\r\n  b: {<<: *s, steps: *s}\r\n  c:\r\n    <<: {needs: a}\r\n    steps:\r\n    - run: |2-\r\n          cat <<EOF\r\n        nox\r\n        EOF\r\n";

/// Pieces that open and close things; a byte beyond them inserts a character of its own.
const PIECES: [&str; 32] = [
    "",
    "\n",
    "  ",
    "    ",
    "a",
    "nox",
    ":",
    ": ",
    "- ",
    "#",
    "'",
    "\"",
    "\"\"\"",
    "(",
    ")",
    "[",
    "]",
    "{",
    "}",
    ",",
    "=",
    "def f(x):\n",
    "@nox.session\n",
    "é😀",
    "\r\n",
    "\t",
    "|\n",
    "\\",
    "&a ",
    "*a",
    "<<: ",
    "${{ matrix.x }}",
];

fn edit_noxfile(edits: &[u8]) {
    let mut document = Document::new(Language::Python, NOXFILE);
    let (mut facts, mut memory) = noxfile::read_fresh(&document, &Alone);
    for change in changes(edits) {
        let next = edited(&document, &change);
        let read = noxfile::read_again(&next, &Alone, (&document, &memory));
        assert!(read.0 == noxfile::read(&next, &Alone), "a noxfile read again differs: {:?}", next.text());
        check_noxfile(&read.0, next.text());
        (document, (facts, memory)) = (next, read);
    }
    let fresh = Document::new(Language::Python, document.text());
    assert_eq!(document.issues().is_empty(), fresh.issues().is_empty(), "{:?}", document.text());
    // What is mended depends on which line was edited: only whole texts must be read alike.
    if fresh.issues().is_empty() {
        assert!(facts == noxfile::read(&fresh, &Alone), "an edited noxfile differs: {:?}", document.text());
    }
}

fn edit_workflow(text: &str, edits: &[u8]) {
    let mut document = Document::new(Language::Yaml, text);
    for change in changes(edits) {
        document = edited(&document, &change);
        let fresh = Document::new(Language::Yaml, document.text());
        assert_eq!(document.issues().is_empty(), fresh.issues().is_empty(), "{:?}", document.text());
        let facts = workflow::read(&document, Forge::Forgejo);
        check_workflow(&facts, document.text());
        if fresh.issues().is_empty() {
            assert!(
                facts == workflow::read(&fresh, Forge::Forgejo),
                "an edited workflow differs: {:?}",
                document.text()
            );
        }
    }
}

/// Edits of four bytes each: where (two), how much goes, what comes.
fn changes(edits: &[u8]) -> Vec<(usize, usize, String)> {
    let change = |edit: &[u8; 4]| {
        let [low, high, gone, piece] = *edit;
        // Mostly little goes; now and then many lines.
        let gone = if gone < 224 { usize::from(gone % 16) } else { usize::from(gone - 223) * 40 };
        let piece = PIECES.get(usize::from(piece)).map_or_else(|| char::from(piece).to_string(), |&it| it.to_owned());
        (usize::from(u16::from_le_bytes([low, high])), gone, piece)
    };
    edits.as_chunks().0.iter().take(12).map(change).collect()
}

fn edited(document: &Document, (place, gone, text): &(usize, usize, String)) -> Document {
    let start = place % (document.text().len() + 1);
    document.edited(&[Change { span: Span::from(start..start + gone), text: text.clone() }])
}

fn check_noxfile(facts: &NoxfileFacts, text: &str) {
    facts.unknown.iter().for_each(|unknown| inside(unknown.span, text));
    for session in facts.sessions.iter().filter(|session| session.elsewhere.is_none()) {
        [session.span, session.name_span, session.function_span].into_iter().for_each(|span| inside(span, text));
        session.tags.iter().chain(&session.requires).for_each(|(_, span)| inside(*span, text));
        session.actions.iter().for_each(|action| inside(action.span, text));
        session.unknown.iter().for_each(|unknown| inside(unknown.span, text));
    }
}

fn check_workflow(facts: &WorkflowFacts, text: &str) {
    for job in &facts.jobs {
        inside(job.span, text);
        inside(job.id_span, text);
        job.needs.iter().chain(&job.reads_needs).for_each(|(_, span)| inside(*span, text));
        job.steps.iter().for_each(|step| check_step(step, text));
    }
}

fn check_step(step: &Step, text: &str) {
    inside(step.span, text);
    match &step.kind {
        StepKind::Run { span, script } => {
            inside(*span, text);
            script.commands.iter().for_each(|command| inside(command.span, text));
            script.nox_calls.iter().for_each(|call| inside(call.span, text));
        }
        StepKind::Parallel(steps) => steps.iter().for_each(|step| check_step(step, text)),
        _ => {}
    }
}

#[track_caller]
fn inside(span: Span, text: &str) {
    assert!(text.get(span.range()).is_some(), "{span:?} is no place in {text:?}");
}
