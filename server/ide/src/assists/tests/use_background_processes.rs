//! `use-background-processes`.

use super::*;

#[test]
fn background_processes_collect_logs_and_exit_codes() {
    check(
        "use-background-processes",
        CHECKS,
        expect![[r##"
            #- .github/workflows/ci.yml
            on: push
            jobs:
              checks:
                name: Checks
                runs-on: ubuntu-latest
                steps:
                  - uses: actions/checkout@v7
                  # Fast ones first.
                  # ruff
                  # The manual.
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
                      trap 'kill $pid_lint $pid_typecheck $pid_docs 2>/dev/null || :' INT TERM
                      nox -s lint >"$logs/lint.log" 2>&1 & pid_lint=$!
                      nox -s typecheck >"$logs/typecheck.log" 2>&1 & pid_typecheck=$!
                      nox -s docs >"$logs/docs.log" 2>&1 & pid_docs=$!
                      show lint "$pid_lint"
                      show typecheck "$pid_typecheck"
                      show docs "$pid_docs"
                      exit "$status"

              deploy:
                needs: checks
                runs-on: ubuntu-latest
                steps:
                  - run: ./deploy
        "##]],
    );
}

#[test]
fn background_processes_wait_for_what_is_needed() {
    check(
        "use-background-processes",
        DEPENDENT,
        expect![[r##"
            #- .github/workflows/ci.yml
            on: push
            jobs:
              checks:
                runs-on: ubuntu-latest
                steps:
                  - run: nox -s lint
                  - run: nox -s format
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
                      trap 'kill $pid_unit $pid_integration $pid_docs $pid_report 2>/dev/null || :' INT TERM
                      nox -s unit >"$logs/unit.log" 2>&1 & pid_unit=$!
                      nox -s integration >"$logs/integration.log" 2>&1 & pid_integration=$!
                      nox -s docs >"$logs/docs.log" 2>&1 & pid_docs=$!
                      show unit "$pid_unit"
                      show integration "$pid_integration"
                      pid_report=
                      if [ "$status" -eq 0 ]; then
                        nox -s report >"$logs/report.log" 2>&1 & pid_report=$!
                      fi
                      show docs "$pid_docs"
                      show report "$pid_report"
                      exit "$status"
        "##]],
    );
}
