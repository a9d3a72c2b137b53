//! Rewrites within one job, in a workflow of each style.

use super::*;

#[test]
fn use_parallel_steps() {
    check_styles(
        "use-parallel-steps",
        NOXFILE,
        CHECKS,
        At::Job("checks"),
        expect![[r#"
            the same in 22 styles
            steps in brackets:
              refused: the steps of `checks` are written in brackets, which are not taken apart: give each a line
            each job in braces:
              refused: `checks` is written in braces, which are not taken apart: give each of its keys a line
            jobs in braces; json:
              refused: the jobs are written in braces, which are not taken apart: give each of them a line
        "#]],
    );
}

#[test]
fn use_nox_parallel() {
    check_styles(
        "use-nox-parallel",
        NOXFILE,
        CHECKS,
        At::Job("checks"),
        expect![[r#"
            the same in 21 styles
            steps in brackets:
              refused: the steps of `checks` are written in brackets, which are not taken apart: give each a line
            each job in braces:
              refused: `checks` is written in braces, which are not taken apart: give each of its keys a line
            jobs in braces; json:
              refused: the jobs are written in braces, which are not taken apart: give each of them a line
            anchors that nobody uses:
              refused: `&a7`, which no alias asks for, would be lost; take it out first
        "#]],
    );
}

#[test]
fn use_background_processes() {
    check_styles(
        "use-background-processes",
        NOXFILE,
        CHECKS,
        At::Job("checks"),
        expect![[r#"
            the same in 21 styles
            steps in brackets:
              refused: the steps of `checks` are written in brackets, which are not taken apart: give each a line
            each job in braces:
              refused: `checks` is written in braces, which are not taken apart: give each of its keys a line
            jobs in braces; json:
              refused: the jobs are written in braces, which are not taken apart: give each of them a line
            anchors that nobody uses:
              refused: `&a7`, which no alias asks for, would be lost; take it out first
        "#]],
    );
}

#[test]
fn longest_first_in_a_call() {
    let session = |name: &str| {
        format!("\n@nox.session(allow_parallel=True)\ndef {name}(session):\n    session.run(\"mypy\", \"{name}\")\n")
    };
    let noxfile = format!("#- noxfile.py\nimport nox\n{}", ["a", "b", "c", "d"].map(session).concat());
    let noxfile = format!("{noxfile}#- timings\na 100 100 100\nb 100 100 100\nc 100 100 100\nd 300 300 300\n");
    let workflow = "
on: push
jobs:
  checks:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v7
      - run: nox -j 2 -s a b c d
";
    check_styles(
        "longest-first",
        &noxfile,
        workflow,
        At::Job("checks"),
        expect![[r#"
            the same in 26 styles
        "#]],
    );
}

/// A call elsewhere that runs the session goes on running it alone.
#[test]
fn add_requires_to_what_a_workflow_runs_alone() {
    let noxfile = r#"
#- noxfile.py
import nox

@nox.session
def unit(session):
    session.run("coverage", "run", "-m", "pytest")

@nox.session
def report(session):
    session.run("coverage", "report")
"#;
    let workflow = "
on: push
jobs:
  report:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v7
      - run: uvx nox -s report
";
    check_styles(
        "add-requires",
        noxfile,
        workflow,
        At::Session("report"),
        expect![[r#"
            the same in 26 styles
        "#]],
    );
}
