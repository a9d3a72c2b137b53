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
