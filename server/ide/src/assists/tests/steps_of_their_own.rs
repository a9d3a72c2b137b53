//! Steps that differ in what they are called with: limits, variables, shell, options of nox. Where each session keeps a
//! step, each keeps its own; where one step comes to stand for several, they must be alike.

use super::*;

/// Two independent sessions, a test run and its report.
const SESSIONS: &str = r#"
#- noxfile.py
import nox

@nox.session
def lint(session):
    session.run("ruff", "check", ".")

@nox.session
def docs(session):
    session.run("mkdocs", "build")

@nox.session
def unit(session):
    session.run("coverage", "run", "-m", "pytest")

@nox.session
def report(session):
    session.run("coverage", "report")

#- timings
lint 300 300 300
docs 300 300 300
unit 600 600 600
report 100 100 100
"#;

/// A job with these steps, the cursor on it.
fn job(steps: &str) -> String {
    format!("#- .github/workflows/ci.yml\non: push\njobs:\n  a<|>:\n    runs-on: l\n    steps:\n{steps}")
}

/// Why a rewrite is not possible.
fn refusal(id: &str, steps: &str) -> String {
    refusal_in(SESSIONS, id, steps)
}

fn refusal_in(noxfile: &str, id: &str, steps: &str) -> String {
    let fixture = Fixture::with_settings(&format!("{noxfile}{}", job(steps)), with_runners());
    let offers = crate::assists(&fixture.snapshot, fixture.file, fixture.span);
    let offer = offers.into_iter().find(|offer| offer.assist == id);
    offer.map_or("not offered".to_owned(), |offer| offer.disabled.unwrap_or("offered".to_owned()))
}

const UNLIKE: &str = "      - run: nox -s lint
        timeout-minutes: 5 # It hung once.
      - run: nox --verbose -s docs
        env: { STRICT: 1 }
        continue-on-error: true
";

#[test]
fn jobs_keep_what_each_step_was_called_with() {
    check_in(
        SESSIONS,
        "split-into-jobs",
        &job(UNLIKE),
        expect![[r#"
            #- .github/workflows/ci.yml
            on: push
            jobs:
              a-lint:
                runs-on: l
                steps:
                  - run: nox -s lint
                    timeout-minutes: 5 # It hung once.

              a-docs:
                runs-on: l
                steps:
                  - run: nox --verbose -s docs
                    env: { STRICT: 1 }
                    continue-on-error: true

              # One check for all of them, under the name that others know.
              a:
                if: always()
                needs: [a-lint, a-docs]
                runs-on: l
                permissions: {}
                steps:
                  - if: ${{ contains(needs.*.result, 'failure') || contains(needs.*.result, 'cancelled') || contains(needs.*.result, 'skipped') }}
                    run: exit 1
        "#]],
    );
}

#[test]
fn parallel_steps_keep_what_each_step_was_called_with() {
    check_in(
        SESSIONS,
        "use-parallel-steps",
        &job(UNLIKE),
        expect![[r#"
            #- .github/workflows/ci.yml
            on: push
            jobs:
              a:
                runs-on: l
                steps:
                  - parallel:
                      - run: nox -s lint
                        timeout-minutes: 5 # It hung once.
                      - run: nox --verbose -s docs
                        env: { STRICT: 1 }
                        continue-on-error: true
        "#]],
    );
}

#[test]
fn one_step_does_not_stand_for_steps_that_differ() {
    let ways = ["use-nox-parallel", "use-background-processes", "split-into-matrix"];
    let differs = [
        ("a limit", "      - run: nox -s lint\n        timeout-minutes: 5\n      - run: nox -s docs\n"),
        ("may fail", "      - run: nox -s lint\n      - run: nox -s docs\n        continue-on-error: true\n"),
        ("options", "      - run: nox -s lint\n      - run: nox -v -s docs\n"),
    ];
    let mut out = String::new();
    for (name, steps) in differs {
        for way in ways {
            out.push_str(&format!("{name}, {way}: {}\n", refusal(way, steps)));
        }
    }
    expect![[r#"
        a limit, use-nox-parallel: one step would stand for several, but their `timeout-minutes` is not the same
        a limit, use-background-processes: one step would stand for several, but their `timeout-minutes` is not the same
        a limit, split-into-matrix: one step would stand for several, but their `timeout-minutes` is not the same
        may fail, use-nox-parallel: one step would stand for several, but their `continue-on-error` is not the same
        may fail, use-background-processes: one step would stand for several, but their `continue-on-error` is not the same
        may fail, split-into-matrix: one step would stand for several, but their `continue-on-error` is not the same
        options, use-nox-parallel: one step would stand for several, but they give nox different options
        options, use-background-processes: one step would stand for several, but they give nox different options
        options, split-into-matrix: one step would stand for several, but they give nox different options
    "#]].assert_eq(&out);
}

#[test]
fn alike_steps_are_taken_where_the_others_are_not() {
    // One of the three differs: one script for the two that do not, parallel steps for all.
    let steps =
        "      - run: nox -s unit\n        timeout-minutes: 9\n      - run: nox -s lint\n      - run: nox -s docs\n";
    check_in(
        SESSIONS,
        "use-background-processes",
        &job(steps),
        expect![[r##"
        #- .github/workflows/ci.yml
        on: push
        jobs:
          a:
            runs-on: l
            steps:
              - run: nox -s unit
                timeout-minutes: 9
              - name: Sessions in parallel
                run: |
                  logs=$(mktemp -d) status=0
                  show() { # show NAME PID: wait for it, print its log, remember a failure
                    [ -n "$2" ] || return 0
                    code=0
                    wait "$2" || code=$?
                    echo "::group::$1 (exit status $code)"
                    cat "$logs/$1.log"
                    echo "::endgroup::"
                    [ "$code" -eq 0 ] || { status=1 && echo "::error::$1 failed with exit status $code"; }
                  }
                  trap 'kill $pid_lint $pid_docs 2>/dev/null || :' INT TERM
                  nox -s lint >"$logs/lint.log" 2>&1 & pid_lint=$!
                  nox -s docs >"$logs/docs.log" 2>&1 & pid_docs=$!
                  show lint "$pid_lint"
                  show docs "$pid_docs"
                  exit "$status"
    "##]],
    );
    check_in(
        SESSIONS,
        "use-parallel-steps",
        &job(steps),
        expect![[r#"
            #- .github/workflows/ci.yml
            on: push
            jobs:
              a:
                runs-on: l
                steps:
                  - parallel:
                      - run: nox -s unit
                        timeout-minutes: 9
                      - run: nox -s lint
                      - run: nox -s docs
        "#]],
    );
}

const LIMITED: &str = "      - run: nox -s lint
        timeout-minutes: 5
      - run: nox -s docs
        timeout-minutes: 5
";

#[test]
fn one_step_may_take_as_long_as_those_that_it_stands_for() {
    check_in(
        SESSIONS,
        "use-background-processes",
        &job(LIMITED),
        expect![[r##"
        #- .github/workflows/ci.yml
        on: push
        jobs:
          a:
            runs-on: l
            steps:
              - name: Sessions in parallel
                timeout-minutes: 10
                run: |
                  logs=$(mktemp -d) status=0
                  show() { # show NAME PID: wait for it, print its log, remember a failure
                    [ -n "$2" ] || return 0
                    code=0
                    wait "$2" || code=$?
                    echo "::group::$1 (exit status $code)"
                    cat "$logs/$1.log"
                    echo "::endgroup::"
                    [ "$code" -eq 0 ] || { status=1 && echo "::error::$1 failed with exit status $code"; }
                  }
                  trap 'kill $pid_lint $pid_docs 2>/dev/null || :' INT TERM
                  nox -s lint >"$logs/lint.log" 2>&1 & pid_lint=$!
                  nox -s docs >"$logs/docs.log" 2>&1 & pid_docs=$!
                  show lint "$pid_lint"
                  show docs "$pid_docs"
                  exit "$status"
    "##]],
    );
}

#[test]
fn a_cell_may_take_as_long_as_the_steps_that_it_stands_for() {
    let steps = format!(
        "{LIMITED}      - run: nox -s unit\n        timeout-minutes: 5\n      - run: nox -s report\n        timeout-minutes: 5\n"
    );
    check_in(
        SESSIONS,
        "split-into-matrix",
        &job(&steps),
        expect![[r#"
            #- .github/workflows/ci.yml
            on: push
            jobs:
              a-sessions:
                runs-on: l
                strategy:
                  fail-fast: false
                  matrix:
                    sessions:
                      - lint
                      - docs
                      - unit report
                steps:
                  - env:
                      SESSIONS: ${{ matrix.sessions }}
                    timeout-minutes: 10
                    run: nox -x -s $SESSIONS

              # One check for all of them, under the name that others know.
              a:
                if: always()
                needs: a-sessions
                runs-on: l
                permissions: {}
                steps:
                  - if: ${{ needs.a-sessions.result != 'success' }}
                    run: exit 1
        "#]],
    );
}

#[test]
fn limits_that_nobody_knows_are_not_added_up() {
    let steps = LIMITED.replace("minutes: 5", "minutes: ${{ fromJSON(vars.LIMIT) }}");
    let said = refusal("use-background-processes", &steps);
    expect!["one step would stand for several, whose limits are not known"].assert_eq(&said);
    check_in(
        SESSIONS,
        "use-parallel-steps",
        &job(&steps),
        expect![[r#"
            #- .github/workflows/ci.yml
            on: push
            jobs:
              a:
                runs-on: l
                steps:
                  - parallel:
                      - run: nox -s lint
                        timeout-minutes: ${{ fromJSON(vars.LIMIT) }}
                      - run: nox -s docs
                        timeout-minutes: ${{ fromJSON(vars.LIMIT) }}
        "#]],
    );
}

#[test]
fn files_of_a_step_that_may_fail_are_not_waited_for() {
    let two = SESSIONS
        .replace(
            "\"coverage\", \"run\", \"-m\", \"pytest\"",
            "\"coverage\", \"run\", \"-p\", \"-m\", \"pytest\", \"a\"",
        )
        .replace("\"mkdocs\", \"build\"", "\"coverage\", \"run\", \"-p\", \"-m\", \"pytest\", \"b\"")
        .replace("\"coverage\", \"report\")", "\"coverage\", \"combine\")\n    session.run(\"coverage\", \"report\")");
    let steps = "      - run: nox -s docs
        continue-on-error: true
      - run: nox -s unit
      - run: nox -s report
";
    expect![
        "no two jobs would be faster than this one: each costs 40 s of set-up, and sessions stay with what they need"
    ]
    .assert_eq(&refusal_in(&two, "split-into-jobs", steps));
}

#[test]
fn a_call_with_several_instances_keeps_all_of_them() {
    let parts = "
#- noxfile.py
import nox

@nox.session
@nox.parametrize(\"part\", [\"a\", \"b\", \"c\"])
def tests(session, part):
    session.run(\"pytest\", part)

@nox.session
def docs(session):
    session.run(\"mkdocs\", \"build\")
";
    let steps = "      - run: nox -s \"tests(part='b')\" \"tests(part='c')\" docs\n";
    check_in(
        parts,
        "use-background-processes",
        &job(steps),
        expect![[r##"
        #- .github/workflows/ci.yml
        on: push
        jobs:
          a:
            runs-on: l
            steps:
              - name: Sessions in parallel
                run: |
                  logs=$(mktemp -d) status=0
                  show() { # show NAME PID: wait for it, print its log, remember a failure
                    [ -n "$2" ] || return 0
                    code=0
                    wait "$2" || code=$?
                    echo "::group::$1 (exit status $code)"
                    cat "$logs/$1.log"
                    echo "::endgroup::"
                    [ "$code" -eq 0 ] || { status=1 && echo "::error::$1 failed with exit status $code"; }
                  }
                  trap 'kill $pid_tests_part__c $pid_docs 2>/dev/null || :' INT TERM
                  nox -s "tests(part='b')" "tests(part='c')" >"$logs/tests_part__c.log" 2>&1 & pid_tests_part__c=$!
                  nox -s docs >"$logs/docs.log" 2>&1 & pid_docs=$!
                  show tests_part__c "$pid_tests_part__c"
                  show docs "$pid_docs"
                  exit "$status"
    "##]],
    );
}

#[test]
fn files_are_handed_over_under_the_names_that_a_steps_variables_give_them() {
    let noxfile = "
#- noxfile.py
import nox

@nox.session
def unit(session):
    session.run(\"coverage\", \"run\", \"-m\", \"pytest\", \"a\")

@nox.session
def integration(session):
    session.run(\"coverage\", \"run\", \"-m\", \"pytest\", \"b\")

@nox.session
def report(session):
    session.run(\"coverage\", \"combine\")
    session.run(\"coverage\", \"report\")
";
    let steps = "      - run: nox -s unit
        env: { COVERAGE_FILE: .coverage.unit }
      - run: nox -s integration
        env: { COVERAGE_FILE: .coverage.integration }
      - run: nox -s report
";
    check_in(
        noxfile,
        "split-into-jobs",
        &job(steps),
        expect![[r#"
            #- .github/workflows/ci.yml
            on: push
            jobs:
              a-unit:
                runs-on: l
                steps:
                  - run: nox -s unit
                    env: { COVERAGE_FILE: .coverage.unit }
                  - uses: actions/upload-artifact@v7
                    with:
                      name: a-unit
                      path: .coverage.unit
                      include-hidden-files: true
                      if-no-files-found: error

              a-integration:
                runs-on: l
                steps:
                  - run: nox -s integration
                    env: { COVERAGE_FILE: .coverage.integration }
                  - uses: actions/upload-artifact@v7
                    with:
                      name: a-integration
                      path: .coverage.integration
                      include-hidden-files: true
                      if-no-files-found: error

              a-report:
                needs: [a-unit, a-integration]
                runs-on: l
                steps:
                  - uses: actions/download-artifact@v8
                    with:
                      name: a-unit
                  - uses: actions/download-artifact@v8
                    with:
                      name: a-integration
                  - run: nox -s report

              # One check for all of them, under the name that others know.
              a:
                if: always()
                needs: a-report
                runs-on: l
                permissions: {}
                steps:
                  - if: ${{ needs.a-report.result != 'success' }}
                    run: exit 1
        "#]],
    );
}
