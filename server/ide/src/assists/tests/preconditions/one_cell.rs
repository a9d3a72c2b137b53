//! A session out of the one cell of a matrix that runs it.

use super::*;

const ONE: &str = r#"
#- noxfile.py
import nox

@nox.session
def docs(session):
    session.run("mkdocs", "build")

@nox.session(python=["3.12", "3.13"])
def tests(session):
    session.run("pytest")

#- timings
docs 180 180 180
tests-3.12 300 300 300
tests-3.13 300 300 300
#- .github/workflows/ci.yml
on: push
jobs:
  a:
    strategy:
      matrix:
        python: ["3.12", "3.13"]
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v7
      - run: nox -s tests-${{ matrix.python }}
      - if: matrix.python == '3.13'
        run: nox -s do<|>cs
  all:
    if: always()
    needs: a
    runs-on: ubuntu-latest
    steps:
      - if: contains(needs.*.result, 'failure')
        run: exit 1
"#;
const TESTS: &str = "session.run(\"pytest\")";
const CELL_STEP: &str = "- run: nox -s tests-${{ matrix.python }}\n";
const IF: &str = "if: matrix.python == '3.13'\n";
const CALL: &str = "run: nox -s do<|>cs\n";
const CELLS: &str = "python: [\"3.12\", \"3.13\"]\n";
const JOB: &str = "    runs-on: ubuntu-latest\n    steps:\n      - uses";

#[test]
fn of_lift_out_of_one_cell() {
    let cells = [
        ("C1 sources", Breaks(&[(TESTS, "session.run(\"ruff\", \"format\")")])),
        ("C1 files", Breaks(&[(DOCS, "session.run(\"ruff\", \"format\")")])),
        ("C2 order", Breaks(&[("@nox.session\ndef docs", "@nox.session(requires=[\"tests-3.13\"])\ndef docs")])),
        (
            "C2 data",
            Breaks(&[
                (TESTS, "session.run(\"coverage\", \"run\", \"-m\", \"pytest\")"),
                (DOCS, "session.run(\"coverage\", \"report\")"),
            ]),
        ),
        ("C2 notify", Breaks(&[(TESTS, "session.notify(\"docs\")")])),
        ("C3 outputs", Breaks(&[(CALL, "id: x\n        run: nox -s do<|>cs\n")])),
        (
            "C3 outputs of what stays",
            Breaks(&[
                (CELL_STEP, "- id: x\n        run: nox -s tests-${{ matrix.python }}\n"),
                (CALL, "run: nox -s do<|>cs -- ${{ steps.x.outputs.y }}\n"),
            ]),
        ),
        (
            "C3 outputs of set-up",
            Stays(
                &[
                    (CELL_STEP, "- id: x\n        run: ./configure\n      - run: nox -s tests-${{ matrix.python }}\n"),
                    (CALL, "run: nox -s do<|>cs -- ${{ steps.x.outputs.y }}\n"),
                ],
                "as what sets up goes along",
            ),
        ),
        (
            "C3 variables",
            Breaks(&[(CALL, "run: |\n          nox -s do<|>cs\n          echo A=1 >> \"$GITHUB_ENV\"\n")]),
        ),
        (
            "C3 variables of what stays",
            Breaks(&[(
                CELL_STEP,
                "- run: |\n          nox -s tests-${{ matrix.python }}\n          echo A=1 >> \"$GITHUB_ENV\"\n",
            )]),
        ),
        ("C4 a condition nobody knows", Breaks(&[(IF, "if: matrix.python == vars.X\n")])),
        ("C4 a condition of several cells", Breaks(&[(IF, "if: matrix.python != '3.9'\n")])),
        ("C4 a condition of no cell", Breaks(&[(IF, "if: matrix.python == '3.9'\n")])),
        (
            "C4 a condition of set-up that nobody knows",
            Breaks(&[(
                CELL_STEP,
                "- if: matrix.python == vars.X\n        run: ./configure\n      - run: nox -s tests-${{ matrix.python }}\n",
            )]),
        ),
        ("C4 asks for failures", Breaks(&[(IF, "if: matrix.python == '3.13' && failure()\n")])),
        (
            "C4 other parts of the condition",
            Stays(&[(IF, "if: matrix.python == '3.13' && github.ref == 'x'\n")], "as they stay the step's"),
        ),
        (
            "C5 between, with files of what stays",
            Breaks(&[
                (TESTS, "session.run(\"python\", \"-m\", \"build\")"),
                (CELL_STEP, "- run: nox -s tests-${{ matrix.python }}\n      - run: ls dist\n"),
            ]),
        ),
        (
            "C5 between",
            Stays(
                &[(CELL_STEP, "- run: nox -s tests-${{ matrix.python }}\n      - run: pip list\n")],
                "as it goes along and needs none of them",
            ),
        ),
        (
            "C6 variables of the cell",
            Stays(
                &[(CALL, "env: { A: \"${{ matrix.python }}\" }\n        run: nox -s do<|>cs\n")],
                "as their values are put in",
            ),
        ),
        (
            "C6 variables nobody knows",
            Breaks(&[(CALL, "env: { A: \"${{ strategy.job-index }}\" }\n        run: nox -s do<|>cs\n")]),
        ),
        (
            "C6 shell, folder, limit, may fail",
            Stays(
                &[(
                    CALL,
                    "shell: bash\n        working-directory: .\n        timeout-minutes: 5\n        continue-on-error: true\n        run: nox -s do<|>cs\n",
                )],
                "as the step moves as it is",
            ),
        ),
        (
            "C7 services",
            Breaks(&[
                (DOCS, "session.run(\"alembic\", \"upgrade\", \"head\")"),
                (TESTS, "session.run(\"python\", \"manage.py\", \"test\")"),
            ]),
        ),
        ("C8 publishing", Breaks(&[(DOCS, "session.run(\"twine\", \"upload\", \"dist/*\")")])),
        ("C9 gate by place", Breaks(&[(CALL, "run: nox -s do<|>cs\n      - run: twine upload dist/*\n")])),
        (
            "C10 twice",
            Stays(
                &[(CALL, "run: nox -s do<|>cs tests-3.13 -- again\n")],
                "as the same session with other arguments is another run",
            ),
        ),
        ("unknown command", Breaks(&[(DOCS, "session.run(\"frobnicate\")")])),
        ("unknown command of what stays", Breaks(&[(TESTS, "session.run(\"frobnicate\")")])),
        ("a later step uses its files", Breaks(&[(CALL, "run: nox -s do<|>cs\n      - run: ls site\n")])),
        ("shell script around", Breaks(&[(CALL, "run: cd sub && nox -s do<|>cs\n")])),
        (
            "nothing else in its cell",
            Breaks(&[(CELL_STEP, "- if: matrix.python == '3.12'\n        run: nox -s tests-3.12\n")]),
        ),
        (
            "it is not faster",
            Breaks(&[(
                CELL_STEP,
                "- if: matrix.python == '3.12'\n        run: nox -s tests-3.12 tests-3.13\n      - run: nox -s tests-${{ matrix.python }}\n",
            )]),
        ),
        ("concurrency", Breaks(&[(JOB, "    concurrency: x\n    runs-on: ubuntu-latest\n    steps:\n      - uses")])),
        ("one cell at a time", Breaks(&[("      matrix:\n", "      max-parallel: 1\n      matrix:\n")])),
        ("environment", Breaks(&[(JOB, "    environment: x\n    runs-on: ubuntu-latest\n    steps:\n      - uses")])),
        (
            "outputs",
            Stays(
                &[(
                    JOB,
                    "    outputs: { x: \"${{ steps.y.outputs.x }}\" }\n    runs-on: ubuntu-latest\n    steps:\n      - uses",
                )],
                "as those of steps that stay do",
            ),
        ),
        (
            "another job asks for the result of this one",
            Breaks(&[("contains(needs.*.result, 'failure')", "needs.a.result == 'failure'")]),
        ),
        ("no gate", Breaks(&[("    if: always()\n", "")])),
        ("one cell", Breaks(&[(CELLS, "python: [\"3.13\"]\n")])),
        ("cells nobody knows", Breaks(&[(CELLS, "python: ${{ fromJSON(vars.X) }}\n")])),
        (
            "cells nobody knows beside",
            Breaks(&[(CELLS, "python: [\"3.12\", \"3.13\"]\n        include: ${{ fromJSON(vars.X) }}\n")]),
        ),
    ];
    check_cells(
        "lift-out-of-matrix",
        ONE,
        &cells,
        expect![[r#"
            C1 sources: offered, if it need not see the sources as `tests` leaves them
            C1 files: offered, if the others need not see the sources as `docs` leaves them
            C2 order: disabled, `docs` requires `tests`, and only in one job are its files there
            C2 data: disabled, `docs` reads `.coverage`, which `tests` writes, and only in one job are its files there
            C2 notify: disabled, `tests` queues `docs` with `session.notify`, and only in one job are its files there
            C3 outputs: not offered
            C3 outputs of what stays: disabled, it reads what the step `x` puts out, which stays in the matrix
            C3 outputs of set-up: stays, as what sets up goes along
            C3 variables: not offered
            C3 variables of what stays: disabled, a step that stays sets variables for those behind it
            C4 a condition nobody knows: disabled, nobody can say in which cells `matrix.python == vars.X` holds
            C4 a condition of several cells: disabled, its `if` holds in every cell: take it out first
            C4 a condition of no cell: not offered
            C4 a condition of set-up that nobody knows: disabled, nobody can say whether `matrix.python == vars.X` holds in the cell that is chosen
            C4 asks for failures: disabled, its `if` asks how the steps before it ended
            C4 other parts of the condition: stays, as they stay the step's
            C5 between, with files of what stays: disabled, a step before it may use what `tests` makes
            C5 between: stays, as it goes along and needs none of them
            C6 variables of the cell: stays, as their values are put in
            C6 variables nobody knows: disabled, `${{ strategy.job-index }}` depends on `strategy.job-index`
            C6 shell, folder, limit, may fail: stays, as the step moves as it is
            C7 services: disabled, `docs` and `tests` both use the database
            C8 publishing: not offered
            C9 gate by place: disabled, the job publishes, and must not do so before the sessions have passed
            C10 twice: stays, as the same session with other arguments is another run
            unknown command: offered, unverified: nobody knows what `frobnicate` touches
            unknown command of what stays: offered, unverified: nobody knows what `frobnicate` touches
            a later step uses its files: disabled, a later step may use what `docs` makes
            shell script around: not offered
            nothing else in its cell: disabled, nothing else runs in its cell, which has to wait for nothing
            it is not faster: disabled, it would not be faster with 20 runners on GitHub; set `runnerSlots` if there are more
            concurrency: disabled, the job's `concurrency` would make the new job wait for it
            one cell at a time: disabled, the matrix runs one cell at a time, beside which the new job would run
            environment: disabled, the job has an `environment`, whose protection would ask once more
            outputs: stays, as those of steps that stay do
            another job asks for the result of this one: disabled, `all` asks for the result of `a` alone
            no gate: offered, its check is then one of its own
            one cell: not offered
            cells nobody knows: not offered
            cells nobody knows beside: not offered
        "#]],
    );
}
