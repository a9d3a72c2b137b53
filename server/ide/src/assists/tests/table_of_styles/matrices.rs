//! Rewrites that make or change a matrix, in a workflow of each style.

use super::*;

#[test]
fn split_into_matrix() {
    check_styles(
        "split-into-matrix",
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
fn split_into_matrix_with_an_include() {
    let strategy = "    strategy:
      matrix:
        python: [\"3.13\", \"3.14\"]
        include:
          - python: \"3.15\"
            may-fail: true
    runs-on: ubuntu-latest
";
    let workflow = CHECKS.replacen("    runs-on: ubuntu-latest\n", strategy, 1);
    check_styles(
        "split-into-matrix",
        NOXFILE,
        &workflow,
        At::Job("checks"),
        expect![[r#"
            the same in 18 styles
            each step in braces; steps in brackets:
              refused: the matrix is written in braces
            each job in braces:
              refused: `checks` is written in braces, which are not taken apart: give each of its keys a line
            jobs in braces; json:
              refused: the jobs are written in braces, which are not taken apart: give each of them a line
            comments everywhere; comments, crlf, dashes below:
              refused: a comment stands in an `include` that would have to stand there several times
            anchors that nobody uses:
              refused: the steps are written in a way that is not taken apart
        "#]],
    );
}

#[test]
fn split_by_python() {
    let noxfile = r#"
#- noxfile.py
import nox

@nox.session(python=["3.13", "3.14"])
def unit(session):
    session.run("pytest")
"#;
    let workflow = "
on: push
jobs:
  tests:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v7
      - uses: actions/setup-python@v7
        with:
          python-version: \"3.14\"
      - run: nox -s unit
  other:
    needs: tests
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v7
      - run: echo done
";
    check_styles(
        "split-by-python",
        noxfile,
        workflow,
        At::Job("tests"),
        expect![[r#"
            the same in 22 styles
            each job in braces:
              refused: `tests` is written in braces, which are not taken apart: give each of its keys a line
            jobs in braces; json:
              refused: the jobs are written in braces, which are not taken apart: give each of them a line
            anchors and aliases:
              refused: the steps are shared with another place by an alias
        "#]],
    );
}

#[test]
fn lift_out_of_matrix() {
    let noxfile = r#"
#- noxfile.py
import nox

@nox.session
def lint(session):
    session.run("ruff", "check", ".")

@nox.session(python=["3.13", "3.14"])
def tests(session):
    session.run("pytest")
"#;
    let workflow = "
on: push
jobs:
  tests:
    strategy:
      matrix:
        python: [\"3.13\", \"3.14\"]
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v7
      - run: nox -s lint
      - run: nox -s tests -p ${{ matrix.python }}
  other:
    needs: tests
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v7
      - run: echo done
";
    check_styles(
        "lift-out-of-matrix",
        noxfile,
        workflow,
        At::Job("tests"),
        expect![[r#"
            the same in 22 styles
            steps in brackets:
              refused: the steps of `tests` are written in brackets, which are not taken apart: give each a line
            each job in braces:
              refused: `tests` is written in braces, which are not taken apart: give each of its keys a line
            jobs in braces; json:
              refused: the jobs are written in braces, which are not taken apart: give each of them a line
        "#]],
    );
}

#[test]
fn lift_out_of_one_cell() {
    let noxfile = r#"
#- noxfile.py
import nox

@nox.session
def docs(session):
    session.run("mkdocs", "build")

@nox.session(python=["3.13", "3.14"])
def tests(session):
    session.run("pytest")
"#;
    let workflow = "
on: push
jobs:
  tests:
    strategy:
      matrix:
        python: [\"3.13\", \"3.14\"]
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v7
      - name: Prepare
        if: matrix.python == '3.14' && github.ref == 'x'
        run: make
      - run: nox -s tests-3.14
      - name: Docs
        if: matrix.python == '3.14'
        run: nox -s docs
  other:
    needs: tests
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v7
      - run: echo done
";
    check_styles(
        "lift-out-of-matrix",
        noxfile,
        workflow,
        At::Job("tests"),
        expect![[r#"
            the same in 21 styles
            steps in brackets:
              refused: the steps of `tests` are written in brackets, which are not taken apart: give each a line
            each job in braces:
              refused: `tests` is written in braces, which are not taken apart: give each of its keys a line
            jobs in braces; json:
              refused: the jobs are written in braces, which are not taken apart: give each of them a line
            anchors that nobody uses:
              refused: `&a19`, which no alias asks for, would be lost; take it out first
        "#]],
    );
}

#[test]
fn use_dynamic_matrix() {
    let noxfile = r#"
#- noxfile.py
import nox

@nox.session(tags=["ci"])
def lint(session):
    session.run("ruff", "check", ".")

@nox.session(tags=["ci"])
def tests(session):
    session.run("pytest")

@nox.session
def docs(session):
    session.run("mkdocs", "build")
"#;
    let workflow = "
on: push
jobs:
  checks:
    strategy:
      fail-fast: false
      matrix:
        session: [lint, tests]
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v7
      - run: nox -s ${{ matrix.session }}
  other:
    needs: checks
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v7
      - run: echo done
";
    check_styles(
        "use-dynamic-matrix",
        noxfile,
        workflow,
        At::Job("checks"),
        expect![[r#"
            the same in 19 styles
            steps in brackets:
              refused: the steps of `checks` are written in brackets, which are not taken apart: give each a line
            each job in braces; jobs in braces; json:
              not offered
            comments everywhere; comments, crlf, dashes below:
              refused: a comment stands between the key and its list
            anchors that nobody uses:
              refused: `&a6`, which no alias asks for, would be lost; take it out first
        "#]],
    );
}

#[test]
fn merge_identical_jobs() {
    let workflow = "
on: push
jobs:
  lint:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v7
      - run: nox -s lint
  docs:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v7
      - run: nox -s docs
";
    check_styles(
        "merge-identical-jobs",
        NOXFILE,
        workflow,
        At::Job("lint"),
        expect![[r#"
            the same in 18 styles
            steps in brackets:
              refused: the steps of `lint` are written in brackets, which are not taken apart: give each a line
            each job in braces; jobs in braces; json; comments everywhere; comments, crlf, dashes below; anchors that nobody uses; anchors and aliases:
              not offered
        "#]],
    );
}
