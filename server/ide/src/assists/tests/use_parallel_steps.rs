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
                      # ruff
                      - name: Lint
                        run: nox -s lint
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
