//! What is proposed, where the cursor stands.

use expect_test::{Expect, expect};

use super::*;
use crate::fixture::Fixture;

const NOXFILE: &str = r#"
#- noxfile.py
import nox

@nox.session(tags=["check"])
def lint(session):
    """Ask ruff."""

@nox.session(python=["3.12", "3.13"], tags=["check", "slow"])
def tests(session): ...
"#;

const WORKFLOW: &str = "
#- .github/workflows/ci.yml
on: push
jobs:
  first:
    runs-on: x
    steps: []
";

const SESSIONS: &str = "lint tests tests-3.12 tests-3.13";

#[test]
fn sessions_in_a_noxfile() {
    for (line, expected) in [
        ("@nox.session(requires=[\"<|>\"])\ndef a(session): ...", SESSIONS),
        ("@nox.session(requires=[\"lint\", 'te<|>sts'])\ndef a(session): ...", SESSIONS),
        ("@nox.session(\n    requires=[\n        \"lint\",\n        \"<|>\n    ],\n)\ndef a(session): ...", SESSIONS),
        ("nox.options.sessions = [\"<|>\"]", SESSIONS),
        ("nox.options.sessions = ['lint', '<|>", SESSIONS),
        ("def f(session): session.notify(\"<|>\")", SESSIONS),
        ("@nox.session(tags=[\"<|>\"])\ndef a(session): ...", "check slow"),
        ("nox.options.tags = [\"<|>\"]", "check slow"),
        ("def f(session): session.run(\"<|>\")", ""),
        ("x = \"<|>\"", ""),
        ("# requires=[\"<|>\"]", ""),
        ("nox.options.sessions = [<|>]", ""),
    ] {
        check(&format!("{NOXFILE}\n{line}\n"), line, expected);
    }
}

#[test]
fn a_session_does_not_require_itself() {
    let line = "@nox.session(requires=[\"<|>\"])\ndef own(session): ...";
    check(&format!("{NOXFILE}\n{line}\n"), line, SESSIONS);
}

#[test]
fn names_in_a_workflow() {
    for (job, expected) in [
        ("    steps:\n      - run: nox -s <|>", SESSIONS),
        ("    steps:\n      - run: nox -s lint te<|>", SESSIONS),
        ("    steps:\n      - run: pip install nox && python -m nox --session <|>", SESSIONS),
        ("    steps:\n      - run: |\n          uvx nox -e \\\n            <|>", SESSIONS),
        ("    steps:\n      - run: nox -t <|>", "check slow"),
        ("    steps:\n      - run: nox -s tests -p <|>", "3.12 3.13"),
        ("    steps:\n      - run: nox -s tests -- <|>", ""),
        ("    steps:\n      - run: pytest -s <|>", ""),
        ("    steps:\n      - run: nox -s lint && echo <|>", ""),
        ("    needs: <|>", "first"),
        ("    needs: [first, <|>]", "first"),
        ("    needs:\n      - <|>", "first"),
        ("    runs-on: <|>", ""),
        (
            "    strategy:\n      matrix:\n        s: [lint, <|>]\n    steps:\n      - run: nox -s ${{ matrix.s }}",
            SESSIONS,
        ),
        (
            "    strategy:\n      matrix:\n        s:\n          - <|>\n    steps:\n      - run: nox -s ${{ matrix.s }}",
            SESSIONS,
        ),
        ("    strategy:\n      matrix:\n        os: [<|>]\n    steps:\n      - run: nox -s lint", ""),
    ] {
        check(&format!("{WORKFLOW}  second:\n{job}\n{NOXFILE}"), job, expected);
    }
}

#[test]
fn a_job_does_not_wait_for_one_that_waits_for_it() {
    let text = format!("{WORKFLOW}  second:\n    needs: <|>\n  third:\n    needs: second\n{NOXFILE}");
    check(&text, "a circle", "first");
}

#[test]
fn a_proposal_says_what_it_is_and_replaces_the_word() {
    let fixture = Fixture::new(&format!("{WORKFLOW}  second:\n    steps:\n      - run: nox -s l<|>in\n{NOXFILE}"));
    let text = fixture.snapshot.file(fixture.file).expect("a file").document.text();
    let pos = FilePos { file: fixture.file, offset: fixture.span.start };
    let lines = completions(&fixture.snapshot, pos).into_iter().map(|proposal| {
        format!("{:?} {} for {:?}: {}\n", proposal.kind, proposal.text, proposal.span.of(text), proposal.detail)
    });
    let expected: Expect = expect![[r#"
        Session lint for "lin": ~25 s · #check · Ask ruff.
        Session tests for "lin": ~3 m 30 s · #check #slow
        Session tests-3.12 for "lin": ~1 m 45 s · one of 2
        Session tests-3.13 for "lin": ~1 m 45 s · one of 2
    "#]];
    expected.assert_eq(&lines.collect::<String>());
}

#[track_caller]
fn check(fixture: &str, what: &str, expected: &str) {
    let fixture = Fixture::new(fixture);
    let pos = FilePos { file: fixture.file, offset: fixture.span.start };
    let names: Vec<String> = completions(&fixture.snapshot, pos).into_iter().map(|proposal| proposal.text).collect();
    assert_eq!(names.join(" "), expected, "{what}");
}
