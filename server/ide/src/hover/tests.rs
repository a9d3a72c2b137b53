//! Hovers, as a person sees them.

use expect_test::{Expect, expect};

use crate::fixture::Fixture;
use crate::snapshot::FilePos;

const NOXFILE: &str = r#"
#- noxfile.py
import nox

@nox.session
def lint(session):
    """Ask ruff."""
    session.run("ruff", "check", ".")

@nox.session
def unit(session):
    session.run("coverage", "run", "-m", "pytest", "tests/unit")

@nox.session
def integration(session):
    session.run("coverage", "run", "-m", "pytest", "tests/integration")

@nox.session
def report(session):
    session.run("coverage", "report")
"#;

const WORKFLOW: &str = "
#- .github/workflows/ci.yml
name: CI
on: push
jobs:
  checks:
    runs-on: ubuntu-latest
    steps:
      - name: Lint
        run: nox -s lint
      - run: nox -s unit integration report
  docs:
    needs: checks
    runs-on: ubuntu-latest
    steps:
      - run: make docs
";

const TIMINGS: &str = "
#- timings
lint 10 12 11
unit 60 61 63
integration 100 90 110
report 5
";

#[test]
fn a_session_in_the_noxfile() {
    check("def integ", expect![[""]]);
}

#[test]
fn a_session_named_in_a_workflow() {
    check("nox -s li", expect![[""]]);
}

#[test]
fn a_job() {
    check("  che", expect![[""]]);
}

#[test]
fn a_need() {
    check("needs: che", expect![[""]]);
}

#[test]
fn a_call() {
    check("- run: no", expect![[""]]);
}

#[test]
fn a_workflow() {
    check("name: C", expect![[""]]);
}

/// Puts the cursor behind `before`, its first place in the files.
#[track_caller]
fn check(before: &str, expected: Expect) {
    let text = format!("{NOXFILE}{WORKFLOW}{TIMINGS}").replacen(before, &format!("{before}<|>"), 1);
    let fixture = Fixture::new(&text);
    let hover = super::hover(&fixture.snapshot, FilePos { file: fixture.file, offset: fixture.span.start });
    expected.assert_eq(&hover.map(|hover| hover.markdown + "\n").unwrap_or_default());
}
