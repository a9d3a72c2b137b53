//! Rewrites that make jobs or change how they hang together, in a workflow of each style.

use super::*;

#[test]
fn split_into_jobs() {
    check_styles(
        "split-into-jobs",
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

const JOBS: &str = "
on: push
jobs:
  lint:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v7
      - run: nox -s lint
  docs:
    needs: lint
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v7
      - run: nox -s docs
  types:
    needs: [lint, docs]
    runs-on: ubuntu-latest
    steps:
      - run: echo ${{ needs.lint.result }}
      - run: nox -s typecheck
";

#[test]
fn drop_needless_needs() {
    check_styles(
        "drop-needless-needs",
        NOXFILE,
        JOBS,
        At::Workflow,
        expect![[r#"
            the same in 20 styles
            each job in braces; jobs in braces; json:
              refused: the `needs` of `docs` stand beside other keys, in braces
            comments everywhere; comments, crlf, dashes below:
              refused: the `needs` of `docs` carry a comment, which would be lost
            anchors that nobody uses:
              refused: `&a9` in the `needs` of `docs`, which no alias asks for, would be lost; take it out first
        "#]],
    );
}

#[test]
fn add_gate_job() {
    check_styles(
        "add-gate-job",
        NOXFILE,
        JOBS,
        At::Workflow,
        expect![[r#"
            the same in 23 styles
            each job in braces:
              refused: `types` is written in braces, which are not taken apart: give each of its keys a line
            jobs in braces; json:
              refused: the jobs are written in braces, which are not taken apart: give each of them a line
        "#]],
    );
}

/// Two jobs that measure.
const MEASURED: &str = "
on: push
jobs:
  unit:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v7
      - run: nox -s unit
  integration:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v7
      - run: nox -s integration
";

#[test]
fn combine_coverage() {
    let report = "  coverage:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v7
      - run: nox -s report
";
    check_styles(
        "combine-coverage",
        NOXFILE,
        &format!("{MEASURED}{report}"),
        At::Job("coverage"),
        expect![[r#"
            the same in 22 styles
            steps in brackets:
              refused: the steps of `unit` are written in brackets, which are not taken apart: give each a line
            each job in braces:
              refused: `unit` is written in braces, which are not taken apart: give each of its keys a line
            jobs in braces; json:
              refused: the jobs are written in braces, which are not taken apart: give each of them a line
        "#]],
    );
}

#[test]
fn combine_coverage_in_a_new_job() {
    check_styles(
        "combine-coverage",
        NOXFILE,
        MEASURED,
        At::Job("unit"),
        expect![[r#"
            the same in 22 styles
            steps in brackets:
              refused: the steps of `unit` are written in brackets, which are not taken apart: give each a line
            each job in braces:
              refused: `unit` is written in braces, which are not taken apart: give each of its keys a line
            jobs in braces; json:
              refused: the jobs are written in braces, which are not taken apart: give each of them a line
        "#]],
    );
}
