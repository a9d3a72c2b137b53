//! Rewrites around a matrix: into one, out of one, over Pythons, filled by nox, of jobs that are alike.

use super::*;

const JOB: &str = "    runs-on: ubuntu-latest\n";

#[test]
fn of_split_into_matrix() {
    let mut cells = on_several_machines();
    cells.extend(of_one_step());
    cells.retain(|(what, _)| *what != "C3 variables of nox");
    cells.extend([
        ("C3 variables of nox in two steps", Stays(LEAVES_VARIABLES, "as these were two processes before")),
        ("C3 variables of nox in one step", Breaks(LEAVES_VARIABLES_IN_ONE_STEP)),
        ("R4 outputs", Breaks(&[(JOB, "    runs-on: ubuntu-latest\n    outputs: { x: y }\n")])),
        ("R4 concurrency", Breaks(&[(JOB, "    runs-on: ubuntu-latest\n    concurrency: x\n")])),
        ("R4 environment", Breaks(&[(JOB, "    runs-on: ubuntu-latest\n    environment: x\n")])),
        ("R4 job may fail", Breaks(&[(JOB, "    runs-on: ubuntu-latest\n    continue-on-error: true\n")])),
        ("R4 set-up uploads", Breaks(&[(LINT_STEP, "- uses: actions/upload-artifact@v7\n      - run: nox -s lint\n")])),
        ("R4 set-up runs sessions", Breaks(&[(LINT_STEP, "- run: nox -s other || true\n      - run: nox -s lint\n")])),
        ("R4 steps behind", Breaks(&[(DOCS_STEP, "- run: nox -s docs\n      - run: echo done\n")])),
        ("R4 names no sessions", Breaks(&[(LINT_STEP, "- run: nox\n"), ("      - run: nox -s docs\n", "")])),
        ("R4 Windows", Breaks(&[("ubuntu-latest", "windows-latest")])),
        ("R4 quotes", Breaks(&[(DOCS_STEP, "- run: nox -s docs -- 'a b'\n")])),
        (
            "R4 other arguments",
            Stays(&[(DOCS_STEP, "- run: nox -s docs -- --strict\n")], "as each cell has a call of its own"),
        ),
        ("R4 cells", Never("as no more sessions than 120 are looked at, and a matrix takes 256")),
        ("R4 machine not said", Breaks(&[(JOB, "")])),
    ]);
    check_cells(
        "split-into-matrix",
        TWO,
        &cells,
        expect![[r#"
            C1 files: stays, as each has a checkout of its own
            C2 order: not offered
            C2 data: not offered
            C2 notify: not offered
            C3 outputs: not offered
            C3 variables of steps: not offered
            C4 asks for failures: not offered
            C5 between: not offered
            C7 services: not offered
            C8 publishing: not offered
            C9 gate by place: not offered
            C10 twice: not offered
            unknown command: offered, unverified: nobody knows what `frobnicate` touches
            may fail in its call: not offered
            shell script around: not offered
            C4 other conditions: disabled, one step would stand for several, but they run under different conditions
            C4 whatever happened: disabled, one step would stand for several, but they run under different conditions
            C6 shell: disabled, one step would stand for several, but their `shell` is not the same
            C6 folder: disabled, one step would stand for several, but their `working-directory` is not the same
            C6 variables: disabled, one step would stand for several, but their `env` is not the same
            C6 limit: disabled, one step would stand for several, but their `timeout-minutes` is not the same
            C6 may fail: disabled, one step would stand for several, but their `continue-on-error` is not the same
            C3 variables of nox in two steps: stays, as these were two processes before
            C3 variables of nox in one step: not offered
            R4 outputs: disabled, the job has `outputs`, and those of a matrix overwrite one another
            R4 concurrency: disabled, the job's `concurrency` would make the jobs wait for one another
            R4 environment: disabled, the job has an `environment`, whose protection would ask once for every job
            R4 job may fail: disabled, the job has `continue-on-error`, which a gate would not see
            R4 set-up uploads: disabled, a step before the sessions uploads or publishes, which must happen once
            R4 set-up runs sessions: disabled, sessions before these would run in every job
            R4 steps behind: disabled, steps after the sessions would run in every job
            R4 names no sessions: offered, sessions added to the noxfile later would not run
            R4 Windows: disabled, the job may run on Windows, where the script would not be read by a POSIX shell
            R4 quotes: disabled, an argument of a session needs quotes, and the sessions take different arguments
            R4 other arguments: stays, as each cell has a call of its own
            R4 cells: never, as no more sessions than 120 are looked at, and a matrix takes 256
            R4 machine not said: disabled, the job does not say where it runs
        "#]],
    );
}

const PYTHONS: &str = r#"
#- noxfile.py
import nox

@nox.session(python=["3.12", "3.13"])
def build(session):
    session.run("mypy", "src")

@nox.session(python=["3.12", "3.13"])
def tests(session):
    session.run("pytest")

#- timings
tests-3.12 300 300 300
tests-3.13 300 300 300
#- .github/workflows/ci.yml
on: push
jobs:
  a<|>:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v7
      - uses: actions/setup-python@v7
        with:
          python-version: |
            3.12
            3.13
      - run: nox -s tests
"#;
const TESTS: &str = "session.run(\"pytest\")";
const TESTS_STEP: &str = "- run: nox -s tests\n";

#[test]
fn of_split_by_python() {
    let cells = [
        (
            "C1 files",
            Stays(
                &[(TESTS, "session.run(\"coverage\", \"run\", \"-m\", \"pytest\")")],
                "as each has a checkout of its own",
            ),
        ),
        (
            "C2 order",
            Breaks(&[(
                "@nox.session(python=[\"3.12\", \"3.13\"])\ndef tests",
                "@nox.session(python=[\"3.12\", \"3.13\"], requires=[\"build-3.12\"])\ndef tests",
            )]),
        ),
        (
            "C3 outputs",
            Breaks(&[(TESTS_STEP, "- id: x\n        run: nox -s tests\n      - run: echo ${{ steps.x.outputs.y }}\n")]),
        ),
        (
            "C3 variables",
            Breaks(&[(TESTS_STEP, "- run: |\n          nox -s tests\n          echo A=1 >> \"$GITHUB_ENV\"\n")]),
        ),
        (
            "C4 conditions",
            Stays(
                &[(TESTS_STEP, "- if: github.ref == 'x'\n        run: nox -s tests\n")],
                "as the step keeps its own in every cell",
            ),
        ),
        ("C5 between", Never("as there is one step")),
        ("C6 what a step carries", Never("as the step stays as it is")),
        ("C7 services", Breaks(&[(TESTS, "session.run(\"alembic\", \"upgrade\", \"head\")")])),
        ("C8 publishing", Breaks(&[(TESTS, "session.run(\"twine\", \"upload\", \"dist/*\")")])),
        ("C9 gate by place", Breaks(&[(TESTS_STEP, "- run: nox -s tests\n      - run: ./release\n")])),
        ("C10 twice", Never("as instances of a session have environments of their own")),
        ("unknown command", Breaks(&[(TESTS, "session.run(\"frobnicate\")")])),
        ("C1 sources", Breaks(&[(TESTS, "session.run(\"black\", \".\")")])),
        ("names no sessions", Breaks(&[(TESTS_STEP, "- run: nox\n")])),
        (
            "one of the sessions has no Python",
            Breaks(&[
                ("@nox.session(python=[\"3.12\", \"3.13\"])\ndef build", "@nox.session\ndef build"),
                (TESTS_STEP, "- run: nox -s build tests\n"),
            ]),
        ),
        ("Pythons are chosen already", Breaks(&[(TESTS_STEP, "- run: nox -p 3.12 -s tests\n")])),
        ("a matrix already", Breaks(&[(JOB, "    strategy: { matrix: { x: [1, 2] } }\n    runs-on: ubuntu-latest\n")])),
        ("outputs", Breaks(&[(JOB, "    runs-on: ubuntu-latest\n    outputs: { x: y }\n")])),
        ("concurrency", Breaks(&[(JOB, "    runs-on: ubuntu-latest\n    concurrency: x\n")])),
        ("environment", Breaks(&[(JOB, "    runs-on: ubuntu-latest\n    environment: x\n")])),
        ("job may fail", Breaks(&[(JOB, "    runs-on: ubuntu-latest\n    continue-on-error: true\n")])),
        ("call may fail", Breaks(&[(TESTS_STEP, "- run: nox -s tests || true\n")])),
        (
            "one Python is set up",
            Stays(
                &[(
                    "          python-version: |\n            3.12\n            3.13\n",
                    "          python-version: 3.12\n",
                )],
                "as each cell then sets up its own",
            ),
        ),
        ("set-up uploads", Breaks(&[(TESTS_STEP, "- uses: actions/upload-artifact@v7\n      - run: nox -s tests\n")])),
    ];
    check_cells(
        "split-by-python",
        PYTHONS,
        &cells,
        expect![[r#"
            C1 files: stays, as each has a checkout of its own
            C2 order: disabled, `tests` requires `build`, which may be that of another Python
            C3 outputs: disabled, steps after the sessions would run in every job
            C3 variables: not offered
            C4 conditions: stays, as the step keeps its own in every cell
            C5 between: never, as there is one step
            C6 what a step carries: never, as the step stays as it is
            C7 services: disabled, two instances of `tests` both use the database
            C8 publishing: disabled, the sessions publish, which must happen once
            C9 gate by place: disabled, steps after the sessions would run in every job
            C10 twice: never, as instances of a session have environments of their own
            unknown command: offered, unverified: nobody knows what `frobnicate` touches
            C1 sources: offered, `tests` then changes only its own checkout
            names no sessions: offered, sessions added later without one of these Pythons would not run
            one of the sessions has no Python: not offered
            Pythons are chosen already: not offered
            a matrix already: not offered
            outputs: disabled, the job has `outputs`, and those of a matrix overwrite one another
            concurrency: disabled, the job's `concurrency` would make the jobs wait for one another
            environment: disabled, the job has an `environment`, whose protection would ask once for every job
            job may fail: disabled, the job has `continue-on-error`, which a gate would not see
            call may fail: not offered
            one Python is set up: stays, as each cell then sets up its own
            set-up uploads: disabled, a step before the sessions uploads or publishes, which must happen once
        "#]],
    );
}

const CELLS: &str = r#"
#- noxfile.py
import nox

@nox.session
def lint(session):
    session.run("ruff", "check", ".")

@nox.session(python=["3.12", "3.13"])
def tests(session):
    session.run("pytest")

#- timings
lint 300 300 300
tests-3.12 300 300 300
tests-3.13 300 300 300
#- .github/workflows/ci.yml
on: push
jobs:
  a<|>:
    strategy:
      matrix:
        python: ["3.12", "3.13"]
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v7
      - uses: actions/setup-python@v7
        with:
          python-version: ${{ matrix.python }}
      - run: nox -s lint
      - run: nox -s tests-${{ matrix.python }}
"#;
const CELL_STEP: &str = "- run: nox -s tests-${{ matrix.python }}\n";
const LINT_LINE: &str = "      - run: nox -s lint\n";

#[test]
fn of_lift_out_of_matrix() {
    let cells = [
        ("C1 files", Breaks(&[(LINT, "session.run(\"ruff\", \"format\")")])),
        (
            "C2 order",
            Breaks(&[(
                "@nox.session(python=[\"3.12\", \"3.13\"])",
                "@nox.session(python=[\"3.12\", \"3.13\"], requires=[\"lint\"])",
            )]),
        ),
        ("C3 outputs", Breaks(&[(LINT_STEP, "- id: x\n        run: nox -s lint\n")])),
        (
            "C3 outputs of what stays",
            Breaks(&[
                (LINT_LINE, ""),
                (
                    CELL_STEP,
                    "- id: x\n        run: nox -s tests-${{ matrix.python }}\n      - run: nox -s lint -- ${{ steps.x.outputs.y }}\n",
                ),
            ]),
        ),
        (
            "C3 variables",
            Breaks(&[(LINT_STEP, "- run: |\n          nox -s lint\n          echo A=1 >> \"$GITHUB_ENV\"\n")]),
        ),
        (
            "C4 a condition nobody knows",
            Breaks(&[(LINT_STEP, "- if: matrix.python == vars.X\n        run: nox -s lint\n")]),
        ),
        (
            "C4 asks for failures",
            Breaks(&[
                (LINT_LINE, ""),
                (
                    CELL_STEP,
                    "- run: nox -s tests-${{ matrix.python }}\n      - if: failure()\n        run: nox -s lint\n",
                ),
            ]),
        ),
        (
            "C5 before, with files of what stays",
            Breaks(&[
                (TESTS, "session.run(\"mkdocs\", \"build\")"),
                (LINT_LINE, ""),
                (
                    CELL_STEP,
                    "- run: nox -s tests-${{ matrix.python }}\n      - run: ls site\n      - run: nox -s lint\n",
                ),
            ]),
        ),
        (
            "C3 variables of what stays",
            Breaks(&[
                (LINT_LINE, ""),
                (
                    CELL_STEP,
                    "- run: |\n          nox -s tests-${{ matrix.python }}\n          echo A=1 >> \"$GITHUB_ENV\"\n      - run: nox -s lint\n",
                ),
            ]),
        ),
        (
            "C5 between",
            Stays(
                &[(CELL_STEP, "- run: pip list\n      - run: nox -s tests-${{ matrix.python }}\n")],
                "as what stands before the other session stays with it",
            ),
        ),
        (
            "C6 variables, shell, folder, limit",
            Stays(
                &[(
                    LINT_STEP,
                    "- env: { A: 1 }\n        shell: bash\n        timeout-minutes: 5\n        run: nox -s lint\n",
                )],
                "as the step moves as it is",
            ),
        ),
        (
            "C6 may fail",
            Stays(
                &[(LINT_STEP, "- continue-on-error: true\n        run: nox -s lint\n")],
                "as the step moves as it is",
            ),
        ),
        (
            "C7 services",
            Breaks(&[
                (LINT, "session.run(\"alembic\", \"upgrade\", \"head\")"),
                (TESTS, "session.run(\"python\", \"manage.py\", \"test\")"),
            ]),
        ),
        ("C8 publishing", Breaks(&[(LINT, "session.run(\"twine\", \"upload\", \"dist/*\")")])),
        (
            "C9 gate by place",
            Breaks(&[(CELL_STEP, "- run: nox -s tests-${{ matrix.python }}\n      - run: twine upload dist/*\n")]),
        ),
        (
            "C10 twice",
            Stays(
                &[(LINT_STEP, "- run: nox -s lint\n      - run: nox -s lint\n")],
                "as both steps move, in their order",
            ),
        ),
        ("unknown command", Breaks(&[(LINT, "session.run(\"frobnicate\")")])),
        (
            "depends on the cell",
            Breaks(&[(LINT_STEP, "- run: nox -s lint\n        env: { A: \"${{ matrix.python }}\" }\n")]),
        ),
        ("nothing else runs", Breaks(&[(CELL_STEP, "")])),
        ("concurrency", Breaks(&[(JOB, "    runs-on: ubuntu-latest\n    concurrency: x\n")])),
        (
            "one cell at a time",
            Breaks(&[("      matrix:\n        python", "      max-parallel: 1\n      matrix:\n        python")]),
        ),
        ("environment", Breaks(&[(JOB, "    runs-on: ubuntu-latest\n    environment: x\n")])),
        (
            "a later step uses its files",
            Breaks(&[
                (LINT, "session.run(\"mkdocs\", \"build\")"),
                (
                    CELL_STEP,
                    "- run: nox -s tests-${{ matrix.python }}\n      - uses: x/check@v1\n        with: { path: site }\n",
                ),
            ]),
        ),
        (
            "another job asks for the result of this one",
            Breaks(&[(
                CELL_STEP,
                "- run: nox -s tests-${{ matrix.python }}\n  z:\n    needs: a\n    runs-on: x\n    steps:\n      - if: needs.a.result == 'failure'\n        run: exit 1\n",
            )]),
        ),
        ("one cell", Breaks(&[("[\"3.12\", \"3.13\"]\n    runs", "[\"3.12\"]\n    runs")])),
        ("cells nobody knows", Breaks(&[("[\"3.12\", \"3.13\"]\n    runs", "${{ fromJSON(vars.X) }}\n    runs")])),
    ];
    check_cells(
        "lift-out-of-matrix",
        CELLS,
        &cells,
        expect![[r#"
            C1 files: offered, if the others need not see the sources as `lint` leaves them
            C2 order: disabled, `tests` requires `lint`, and only in one job are its files there
            C3 outputs: not offered
            C3 outputs of what stays: disabled, it reads what the step `x` puts out, which stays in the matrix
            C3 variables: not offered
            C4 a condition nobody knows: not offered
            C4 asks for failures: disabled, its `if` asks how the steps before it ended
            C5 before, with files of what stays: disabled, a step before it may use what `tests` makes
            C3 variables of what stays: disabled, a step that stays sets variables for those behind it
            C5 between: stays, as what stands before the other session stays with it
            C6 variables, shell, folder, limit: stays, as the step moves as it is
            C6 may fail: stays, as the step moves as it is
            C7 services: disabled, `lint` and `tests` both use the database
            C8 publishing: not offered
            C9 gate by place: disabled, the job publishes, and must not do so before the sessions have passed
            C10 twice: stays, as both steps move, in their order
            unknown command: not offered
            depends on the cell: not offered
            nothing else runs: disabled, nothing else runs in the matrix: it is the matrix that is not needed
            concurrency: disabled, the job's `concurrency` would make the new job wait for it
            one cell at a time: disabled, the matrix runs one cell at a time, beside which the new job would run
            environment: disabled, the job has an `environment`, whose protection would ask once more
            a later step uses its files: disabled, a later step may use what `lint` makes
            another job asks for the result of this one: disabled, `z` asks for the result of `a` alone
            one cell: not offered
            cells nobody knows: not offered
        "#]],
    );
}

const LISTED: &str = r#"
#- noxfile.py
import nox

@nox.session(tags=["ci"])
def lint(session):
    session.run("ruff", "check", ".")

@nox.session(tags=["ci"])
def docs(session):
    session.run("mkdocs", "build")

@nox.session
def other(session):
    session.run("mypy")

#- .github/workflows/ci.yml
on: push
jobs:
  a<|>:
    strategy:
      matrix:
        session: [lint, docs]
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v7
      - run: nox -s ${{ matrix.session }}
"#;

#[test]
fn of_use_dynamic_matrix() {
    let cells = [
        ("C1 files", Never("as each cell has a checkout of its own, now and then")),
        (
            "C2 order",
            Breaks(&[(
                "@nox.session(tags=[\"ci\"])\ndef docs",
                "@nox.session(tags=[\"ci\"], requires=[\"lint\"])\ndef docs",
            )]),
        ),
        ("C3 to C10", Never("as the same cells run the same steps as before")),
        ("R6 forge", Breaks(&[(".github", ".gitea")])),
        ("R6 no tag for just these", Breaks(&[("@nox.session\ndef other", "@nox.session(tags=[\"ci\"])\ndef other")])),
        ("R6 sessions nobody has", Breaks(&[("[lint, docs]", "[lint, dcos]")])),
        ("R6 include", Breaks(&[("[lint, docs]\n", "[lint, docs]\n        include: [{ session: lint, x: 1 }]\n")])),
        ("R6 machine of the matrix", Breaks(&[("runs-on: ubuntu-latest", "runs-on: ${{ matrix.session }}")])),
        ("R6 set-up of the matrix", Breaks(&[("- run: nox", "- run: echo ${{ matrix.session }}\n      - run: nox")])),
        ("R6 set-up runs sessions", Breaks(&[("- run: nox", "- run: nox -s other\n      - run: nox")])),
        ("R6 another noxfile", Breaks(&[("nox -s $", "nox -f noxfile.py -s $")])),
        ("R6 Windows", Breaks(&[("runs-on: ubuntu-latest", "runs-on: windows-latest")])),
        ("R6 an empty list", Never("as nox lists what the tag has now, which is not empty")),
    ];
    check_cells(
        "use-dynamic-matrix",
        LISTED,
        &cells,
        expect![[r#"
        C1 files: never, as each cell has a checkout of its own, now and then
        C2 order: disabled, `docs` requires `lint`, and a list of nox knows no order
        C3 to C10: never, as the same cells run the same steps as before
        R6 forge: disabled, Gitea fills a matrix from another job's outputs only since 1.28
        R6 no tag for just these: disabled, no tag selects just these sessions, and they are not what nox runs by default
        R6 sessions nobody has: not offered
        R6 include: disabled, the matrix has `include` or `exclude`, which speak of the sessions by name
        R6 machine of the matrix: disabled, the machine or its set-up depends on the matrix
        R6 set-up of the matrix: disabled, the machine or its set-up depends on the matrix
        R6 set-up runs sessions: disabled, sessions run before those of the matrix
        R6 another noxfile: disabled, the call names a noxfile or changes the folder
        R6 Windows: disabled, the job may run on Windows, where the script would not be read by a POSIX shell
        R6 an empty list: never, as nox lists what the tag has now, which is not empty
    "#]],
    );
}

const ALIKE: &str = r#"
#- noxfile.py
import nox

@nox.session
def lint(session):
    session.run("ruff", "check", ".")

@nox.session
def docs(session):
    session.run("mkdocs", "build")

#- .github/workflows/ci.yml
on: push
jobs:
  lint<|>:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v7
      - run: nox -s lint
  docs:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v7
      - run: nox -s docs
"#;

#[test]
fn of_merge_identical_jobs() {
    let cells = [
        ("C1 files", Never("as each job has a checkout of its own, now and then")),
        ("C2 order", Breaks(&[("@nox.session\ndef docs", "@nox.session(requires=[\"lint\"])\ndef docs")])),
        ("C2 needs", Breaks(&[("  docs:\n", "  docs:\n    needs: lint\n")])),
        (
            "C2 needs of another",
            Breaks(&[("jobs:\n", "jobs:\n  z:\n    needs: lint\n    runs-on: x\n    steps: [{ run: x }]\n")]),
        ),
        ("C3 outputs", Breaks(&[(JOB, "    runs-on: ubuntu-latest\n    outputs: { x: y }\n")])),
        ("C4 conditions", Breaks(&[("  docs:\n", "  docs:\n    if: github.ref == 'x'\n")])),
        ("C5 between", Breaks(&[(DOCS_STEP, "- run: echo\n      - run: nox -s docs\n")])),
        ("C6 what jobs carry", Breaks(&[("  docs:\n", "  docs:\n    env: { A: 1 }\n")])),
        ("C6 what steps carry", Breaks(&[(DOCS_STEP, "- run: nox -s docs\n        shell: bash\n")])),
        (
            "C7 services",
            Stays(
                &[
                    (LINT, "session.run(\"alembic\", \"upgrade\", \"head\")"),
                    (DOCS, "session.run(\"python\", \"manage.py\", \"test\")"),
                ],
                "as the two overlap as they did before",
            ),
        ),
        ("C8 publishing", Never("as the two publish as they did before")),
        ("C9 gate by place", Never("as no job had a place")),
        ("C10 twice", Stays(&[("nox -s docs", "nox -s lint")], "as the two ran it on machines of their own before")),
        ("unknown command", Never("as each runs as it did before")),
        ("concurrency", Breaks(&[(JOB, "    runs-on: ubuntu-latest\n    concurrency: x\n")])),
        ("environment", Breaks(&[(JOB, "    runs-on: ubuntu-latest\n    environment: x\n")])),
        (
            "an artifact's name",
            Breaks(&[
                (LINT_STEP, "- run: nox -s lint\n      - uses: actions/upload-artifact@v7\n"),
                (DOCS_STEP, "- run: nox -s docs\n      - uses: actions/upload-artifact@v7\n"),
            ]),
        ),
        ("names", Breaks(&[("  lint<|>:\n", "  lint<|>:\n    name: A\n"), ("  docs:\n", "  docs:\n    name: A\n")])),
    ];
    check_cells(
        "merge-identical-jobs",
        ALIKE,
        &cells,
        expect![[r#"
        C1 files: never, as each job has a checkout of its own, now and then
        C2 order: disabled, `docs` requires `lint`, and a matrix cannot order its jobs
        C2 needs: not offered
        C2 needs of another: disabled, `z` waits for one of them, and would wait for all
        C3 outputs: disabled, the jobs have `outputs`, and those of a matrix overwrite one another
        C4 conditions: not offered
        C5 between: not offered
        C6 what jobs carry: not offered
        C6 what steps carry: not offered
        C7 services: stays, as the two overlap as they did before
        C8 publishing: never, as the two publish as they did before
        C9 gate by place: never, as no job had a place
        C10 twice: stays, as the two ran it on machines of their own before
        unknown command: never, as each runs as it did before
        concurrency: disabled, the jobs have a `concurrency` or an `environment`, which a matrix would share
        environment: disabled, the jobs have a `concurrency` or an `environment`, which a matrix would share
        an artifact's name: disabled, the jobs upload an artifact, whose name must differ from cell to cell
        names: disabled, two of the jobs have the same name, or one that is worked out
    "#]],
    );
}
