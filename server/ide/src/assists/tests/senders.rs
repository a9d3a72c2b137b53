//! Steps among and behind the sessions of a job that send away what one of them made: they follow it into its job.

use super::*;

const SESSIONS: &str = r#"
#- noxfile.py
import nox

@nox.session
def lint(session):
    session.run("ruff", "check", ".")

@nox.session
def tests(session):
    session.run("pytest", "--cov", "--cov-report=xml")

@nox.session
def build(session):
    session.run("hatch", "build")

@nox.session
def docs(session):
    session.run("sphinx-build", "docs", "site")

@nox.session
def other_tests(session):
    session.run("pytest", "other", "--cov", "--cov-report=xml")

@nox.session
def data(session):
    session.run("coverage", "run", "-m", "pytest")

@nox.session
def lcov(session):
    session.run("pytest", "more", "--cov", "--cov-report=lcov")

#- timings
lcov 400 400 400
lint 300 300 300
tests 600 600 600
build 200 200 200
docs 300 300 300
other_tests 400 400 400
data 400 400 400
"#;

fn job(steps: &str) -> String {
    format!(
        "#- .github/workflows/ci.yml\non: push\njobs:\n  checks<|>:\n    runs-on: ubuntu-latest\n    steps:\n{steps}"
    )
}

#[test]
fn what_is_sent_follows_the_session_that_made_it() {
    check_in(
        SESSIONS,
        "split-into-jobs",
        &job("      - uses: actions/checkout@v7
      - run: nox -s lint
      - run: nox -s tests
      # The public page.
      - name: Upload coverage report
        if: always()
        uses: codecov/codecov-action@v5
        with:
          token: ${{ secrets.CODECOV_TOKEN }}
      - run: nox -s build
      - uses: actions/upload-artifact@v7
        with: { name: packages, path: dist }
"),
        expect![[r#"
            #- .github/workflows/ci.yml
            on: push
            jobs:
              checks-lint-build:
                runs-on: ubuntu-latest
                steps:
                  - uses: actions/checkout@v7
                  - run: nox -s lint
                  - run: nox -s build
                  - uses: actions/upload-artifact@v7
                    with: { name: packages, path: dist }

              checks-tests:
                runs-on: ubuntu-latest
                steps:
                  - uses: actions/checkout@v7
                  - run: nox -s tests
                  # The public page.
                  - name: Upload coverage report
                    if: always()
                    uses: codecov/codecov-action@v5
                    with:
                      token: ${{ secrets.CODECOV_TOKEN }}

              # One check for all of them, under the name that others know.
              checks:
                if: always()
                needs: [checks-lint-build, checks-tests]
                runs-on: ubuntu-latest
                permissions: {}
                steps:
                  - if: ${{ contains(needs.*.result, 'failure') || contains(needs.*.result, 'cancelled') || contains(needs.*.result, 'skipped') }}
                    run: exit 1
        "#]],
    );
}

/// What one session wrote and the next wrote anew is sent twice: each of the two follows who wrote it then.
#[test]
fn what_is_written_twice_is_sent_by_each_of_both() {
    check_in(
        SESSIONS,
        "split-into-jobs",
        &job("      - run: nox -s tests
      - uses: codecov/codecov-action@v5 # of tests
      - run: nox -s other_tests
      - uses: codecov/codecov-action@v5 # of other_tests
"),
        expect![[r#"
            #- .github/workflows/ci.yml
            on: push
            jobs:
              checks-tests:
                runs-on: ubuntu-latest
                steps:
                  - run: nox -s tests
                  - uses: codecov/codecov-action@v5 # of tests

              checks-other_tests:
                runs-on: ubuntu-latest
                steps:
                  - run: nox -s other_tests
                  - uses: codecov/codecov-action@v5 # of other_tests

              # One check for all of them, under the name that others know.
              checks:
                if: always()
                needs: [checks-tests, checks-other_tests]
                runs-on: ubuntu-latest
                permissions: {}
                steps:
                  - if: ${{ contains(needs.*.result, 'failure') || contains(needs.*.result, 'cancelled') || contains(needs.*.result, 'skipped') }}
                    run: exit 1
        "#]],
    );
}

/// In one job with a session that writes the same file later it keeps its place between the two.
#[test]
fn what_is_sent_keeps_its_place_among_sessions_of_one_job() {
    check_in(
        SESSIONS,
        "split-into-jobs",
        &job("      - run: nox -s docs
      - uses: actions/upload-artifact@v7
        with: { path: site }
      - run: nox -s lint
      - run: nox -s build
      - run: nox -s tests
"),
        expect![[r#"
            #- .github/workflows/ci.yml
            on: push
            jobs:
              checks-docs-build:
                runs-on: ubuntu-latest
                steps:
                  - run: nox -s docs
                  - uses: actions/upload-artifact@v7
                    with: { path: site }
                  - run: nox -s build

              checks-lint:
                runs-on: ubuntu-latest
                steps:
                  - run: nox -s lint

              checks-tests:
                runs-on: ubuntu-latest
                steps:
                  - run: nox -s tests

              # One check for all of them, under the name that others know.
              checks:
                if: always()
                needs: [checks-docs-build, checks-lint, checks-tests]
                runs-on: ubuntu-latest
                permissions: {}
                steps:
                  - if: ${{ contains(needs.*.result, 'failure') || contains(needs.*.result, 'cancelled') || contains(needs.*.result, 'skipped') }}
                    run: exit 1
        "#]],
    );
}

fn refusal(steps: &str) -> String {
    let fixture = Fixture::with_settings(&format!("{SESSIONS}{}", job(steps)), with_runners());
    let offers = crate::assists(&fixture.snapshot, fixture.file, fixture.span);
    let offer = offers.into_iter().find(|offer| offer.assist == "split-into-jobs");
    offer.map_or("not offered".to_owned(), |offer| offer.disabled.unwrap_or("offered".to_owned()))
}

#[test]
fn a_step_that_sends_something_has_one_session_that_made_it() {
    let (lint, tests) = ("      - run: nox -s lint\n", "      - run: nox -s tests\n");
    let codecov = "      - uses: codecov/codecov-action@v5\n";
    let mut out = String::new();
    for (what, steps) in [
        ("a report", format!("{lint}{tests}{codecov}")),
        ("of nobody", format!("{lint}      - run: nox -s docs\n{codecov}")),
        ("of two, which write one file", format!("{lint}{tests}      - run: nox -s other_tests\n{codecov}")),
        ("of two, which write two", format!("{lint}{tests}      - run: nox -s lcov\n{codecov}")),
        ("of two, one of them data", format!("{lint}{tests}      - run: nox -s data\n{codecov}")),
        ("data without a report", format!("{lint}      - run: nox -s data\n{codecov}")),
        ("by another address", format!("{lint}{tests}      - uses: https://github.com/codecov/codecov-action@v5\n")),
        ("named", format!("{lint}{tests}{codecov}        with: {{ files: ./coverage.xml }}\n")),
        (
            "named and found",
            format!("{lint}{tests}      - run: nox -s lcov\n{codecov}        with: {{ files: coverage.xml }}\n"),
        ),
        (
            "named alone",
            format!(
                "{lint}{tests}      - run: nox -s lcov\n{codecov}        with: {{ files: coverage.xml, disable_search: true }}\n"
            ),
        ),
        (
            "of Coveralls",
            format!(
                "{lint}{tests}      - uses: coverallsapp/github-action@v2\n        with: {{ files: a.xml coverage.xml }}\n"
            ),
        ),
        (
            "of Coveralls when all is done",
            format!(
                "{lint}{tests}      - uses: coverallsapp/github-action@v2\n        with: {{ parallel-finished: true }}\n"
            ),
        ),
        ("in a folder", format!("{lint}{tests}{codecov}        with: {{ working-directory: sub }}\n")),
        ("an expression", format!("{lint}{tests}{codecov}        with: {{ files: \"${{{{ inputs.x }}}}\" }}\n")),
        ("how a step ended", format!("{lint}{tests}{codecov}        if: steps.x.outcome == 'success'\n")),
        ("another action", format!("{lint}{tests}      - uses: a/not-codecov/codecov-action2@v5\n")),
        ("a command", format!("{lint}{tests}      - run: ./send\n")),
        ("a command between", format!("{lint}      - run: ./send\n{tests}")),
        ("before its session", format!("{lint}{codecov}{tests}")),
    ] {
        out.push_str(&format!("{what}: {}\n", refusal(&steps)));
    }
    expect![[r#"
        a report: offered
        of nobody: nobody knows which session makes the coverage report, which a later step uploads
        of two, which write one file: offered
        of two, which write two: sessions of several jobs make the coverage report, which one step uploads
        of two, one of them data: offered
        data without a report: offered
        by another address: offered
        named: offered
        named and found: sessions of several jobs make `coverage.xml`, which one step uploads
        named alone: offered
        of Coveralls: offered
        of Coveralls when all is done: steps after the sessions would run in every job
        in a folder: steps after the sessions would run in every job
        an expression: steps after the sessions would run in every job
        how a step ended: steps after the sessions would run in every job
        another action: steps after the sessions would run in every job
        a command: steps after the sessions would run in every job
        a command between: not offered
        before its session: nobody knows which session makes the coverage report, which a later step uploads
    "#]]
    .assert_eq(&out);
}
