//! `use-parallel-steps`.

use super::*;

#[test]
fn parallel_steps_keep_names_and_comments() {
    check(
        "use-parallel-steps",
        CHECKS,
        expect![[r#"
            #- .github/workflows/ci.yml
            on: push
            jobs:
              checks:
                name: Checks
                runs-on: ubuntu-latest
                steps:
                  - uses: actions/checkout@v7
                  # Fast ones first.
                  - parallel:
                      - name: Lint
                        run: nox -s lint # ruff
                      - name: Types
                        run: nox -s typecheck
                      # The manual.
                      - name: Docs
                        run: nox -s docs

              deploy:
                needs: checks
                runs-on: ubuntu-latest
                steps:
                  - run: ./deploy
        "#]],
    );
}

#[test]
fn parallel_steps_end_before_what_needs_them() {
    check(
        "use-parallel-steps",
        DEPENDENT,
        expect![[r#"
            #- .github/workflows/ci.yml
            on: push
            jobs:
              checks:
                runs-on: ubuntu-latest
                steps:
                  - run: nox -s lint
                  - run: nox -s format
                  - parallel:
                      - run: nox -s unit
                      - run: nox -s integration
                      - run: nox -s docs
                  - run: nox -s report
        "#]],
    );
}

#[test]
fn steps_that_run_whatever_happened_keep_their_condition_and_what_must_stay_stays() {
    let noxfile = r#"
#- noxfile.py
import nox

@nox.session
def stubs(session):
    session.run("stubgen", "-p", "pkg", "-o", ".")
    session.run("ruff", "format", "pkg")

@nox.session(requires=["stubs"])
def types(session):
    session.run("mypy", "pkg")

@nox.session
def lint(session):
    session.run("ruff", "check", ".")

@nox.session
def spelling(session):
    session.run("codespell", ".")

@nox.session
def slots(session):
    session.run("slotscheck", "-m", "pkg")
"#;
    check_in(
        noxfile,
        "use-parallel-steps",
        "
#- .github/workflows/ci.yml
on: push
jobs:
  lin<|>ting:
    runs-on: ubuntu-latest
    steps:
      - name: Stubs
        if: always() && !cancelled()
        run: |
          nox -s stubs
          if [ -n \"$(git status --short)\" ]; then exit 1; fi

      # It makes the stubs once more.
      - name: Types
        if: always() && !cancelled()
        run: |
          nox -s types

      - name: Lint
        if: always() && !cancelled()
        run: |
          nox -s lint -- --output-format=github

      # Words.
      - name: Spelling
        if: always() && !cancelled()
        run: |
          nox -s spelling

      - name: Slots
        if: always() && !cancelled()
        run: |
          nox -s slots
",
        expect![[r##"
            #- .github/workflows/ci.yml
            on: push
            jobs:
              linting:
                runs-on: ubuntu-latest
                steps:
                  - name: Stubs
                    if: always() && !cancelled()
                    run: |
                      nox -s stubs
                      if [ -n "$(git status --short)" ]; then exit 1; fi

                  # It makes the stubs once more.
                  - name: Types
                    if: always() && !cancelled()
                    run: |
                      nox -s types

                  - parallel:
                      - name: Lint
                        if: always() && !cancelled()
                        run: |
                          nox -s lint -- --output-format=github
                      # Words.
                      - name: Spelling
                        if: always() && !cancelled()
                        run: |
                          nox -s spelling
                      - name: Slots
                        if: always() && !cancelled()
                        run: |
                          nox -s slots
        "##]],
    );
}

/// In a list of lines each step may be written in braces, on one line or on several.
#[test]
fn steps_in_braces_move_as_they_are_written() {
    check(
        "use-parallel-steps",
        "
#- .github/workflows/ci.yml
on: push
jobs:
  checks<|>:
    runs-on: ubuntu-latest
    steps:
      - { uses: actions/checkout@v7 }
      - { name: \"Lint it\", run: nox -s lint } # quick
      - {
          name: types,
          env: { A: \"b, c\" },
          run: nox -s typecheck,
        }
      # the manual
      - { timeout-minutes: 9, run: \"nox -s docs\" }
",
        expect![[r##"
            #- .github/workflows/ci.yml
            on: push
            jobs:
              checks:
                runs-on: ubuntu-latest
                steps:
                  - { uses: actions/checkout@v7 }
                  - parallel:
                      - { name: "Lint it", run: nox -s lint } # quick
                      - {
                          name: types,
                          env: { A: "b, c" },
                          run: nox -s typecheck,
                        }
                      # the manual
                      - { timeout-minutes: 9, run: "nox -s docs" }
        "##]],
    );
}

#[test]
fn a_bare_call_leaves_its_name_to_what_takes_its_place() {
    let workflow = "
#- .github/workflows/ci.yml
on: push
jobs:
  checks:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v7

      - name: Run nox
        run: no<|>x

      - run: ls
";
    let noxfile = "
#- noxfile.py
import nox

@nox.session
def unit(session):
    session.run(\"coverage\", \"run\", \"-p\", \"-m\", \"pytest\")

@nox.session
def lint(session):
    session.run(\"mypy\", \"src\")

@nox.session
def report(session):
    session.run(\"coverage\", \"combine\")

#- timings
unit 200 200 200
lint 240 240 240
report 20 20 20
";
    check_in(
        noxfile,
        "use-parallel-steps",
        workflow,
        expect![[r#"
            #- .github/workflows/ci.yml
            on: push
            jobs:
              checks:
                runs-on: ubuntu-latest
                steps:
                  - uses: actions/checkout@v7

                  - parallel:
                      - name: Run nox (unit)
                        run: nox -s unit
                      - name: Run nox (lint)
                        run: nox -s lint

                  - name: Run nox (report)
                    run: nox -s report

                  - run: ls
        "#]],
    );
    check_in(
        noxfile,
        "use-background-processes",
        workflow,
        expect![[r##"
            #- .github/workflows/ci.yml
            on: push
            jobs:
              checks:
                runs-on: ubuntu-latest
                steps:
                  - uses: actions/checkout@v7

                  - name: Run nox
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
                      trap 'kill $pid_unit $pid_lint $pid_report 2>/dev/null || :' INT TERM
                      nox -s unit >"$logs/unit.log" 2>&1 & pid_unit=$!
                      nox -s lint >"$logs/lint.log" 2>&1 & pid_lint=$!
                      show unit "$pid_unit"
                      pid_report=
                      if [ "$status" -eq 0 ]; then
                        nox -s report >"$logs/report.log" 2>&1 & pid_report=$!
                      fi
                      show lint "$pid_lint"
                      show report "$pid_report"
                      exit "$status"

                  - run: ls
        "##]],
    );
}

#[test]
fn the_title_counts_what_starts_at_once() {
    check_offers(
        DEPENDENT,
        expect![[r#"
        * use-nox-parallel: Run 4 sessions with nox -j 4: 12 m 30 s → 5 m 10 s (measured times, 4 cores)
          use-parallel-steps: Run 3 sessions in parallel steps: 12 m 30 s → 6 m 10 s (measured times, 4 cores)
          use-background-processes: Run 4 sessions as background processes: 12 m 30 s → 6 m 10 s (measured times, 4 cores)
        ! split-into-jobs: Split 6 sessions into 4 jobs: 12 m 30 s → 5 m 40 s (measured times, 20 runners, 40 s a job; `format` then changes only its own checkout)
        ! split-into-matrix: Split 6 sessions into a matrix of 4 jobs: 12 m 30 s → 8 m 20 s (measured times, 20 runners, 40 s a job; `format` then changes only its own checkout)
    "#]],
    );
}
