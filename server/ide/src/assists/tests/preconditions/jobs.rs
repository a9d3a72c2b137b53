//! Rewrites of and between jobs: more of them, coverage brought together, a gate over them, `needs` that carry nothing.

use super::*;

const JOB: &str = "    runs-on: ubuntu-latest\n";

#[test]
fn of_split_into_jobs() {
    let mut cells = on_several_machines();
    cells.extend(of_steps_of_their_own());
    cells.extend([
        ("C4 other conditions", Breaks(OTHER_CONDITION)),
        ("R5 a matrix", Breaks(&[(JOB, "    strategy: { matrix: { x: [1, 2] } }\n    runs-on: ubuntu-latest\n")])),
        ("R5 concurrency", Breaks(&[(JOB, "    runs-on: ubuntu-latest\n    concurrency: x\n")])),
        ("R5 environment", Breaks(&[(JOB, "    runs-on: ubuntu-latest\n    environment: x\n")])),
        ("R5 set-up uploads", Breaks(&[(LINT_STEP, "- uses: actions/upload-artifact@v7\n      - run: nox -s lint\n")])),
        ("R5 steps behind", Breaks(&[(DOCS_STEP, "- run: nox -s docs\n      - run: echo done\n")])),
        (
            "R5 an upload of nobody's files",
            Breaks(&[(
                DOCS_STEP,
                "- run: nox -s docs\n      - uses: actions/upload-artifact@v7\n        with: { path: x }\n",
            )]),
        ),
        (
            "R5 an upload of one session's files",
            Stays(
                &[(
                    DOCS_STEP,
                    "- run: nox -s docs\n      - uses: actions/upload-artifact@v7\n        with: { path: site }\n",
                )],
                "as it goes where they are made",
            ),
        ),
        ("R5 machine not said", Breaks(&[(JOB, "")])),
        ("R5 nothing is saved", Breaks(&[("lint 160 160 160", "lint 10 10 10")])),
        ("R5 names no sessions", Breaks(&[(LINT_STEP, "- run: nox\n"), ("      - run: nox -s docs\n", "")])),
        (
            "R5 files of a checkout in a folder",
            Breaks(&[
                (
                    "      - uses: actions/checkout@v7\n",
                    "      - uses: actions/checkout@v7\n        with: { path: x }\n",
                ),
                (JOB, "    runs-on: ubuntu-latest\n    defaults: { run: { working-directory: x } }\n"),
                (LINT, "session.run(\"coverage\", \"run\", \"-p\", \"-m\", \"pytest\", \"a\")"),
                (DOCS, "session.run(\"coverage\", \"run\", \"-p\", \"-m\", \"pytest\", \"b\")"),
                (
                    "#- timings\n",
                    "@nox.session\ndef report(session):\n    session.run(\"coverage\", \"combine\")\n\n#- timings\n",
                ),
                (DOCS_STEP, "- run: nox -s docs\n      - run: nox -s report\n"),
            ]),
        ),
        ("R5 job may fail", Breaks(&[(JOB, "    runs-on: ubuntu-latest\n    continue-on-error: true\n")])),
    ]);
    check_cells(
        "split-into-jobs",
        TWO,
        &cells,
        expect![[r#"
            C1 files: stays, as each has a checkout of its own
            C2 order: disabled, no two jobs would be faster than this one: each costs 40 s of set-up, and sessions stay with what they need
            C2 data: disabled, no two jobs would be faster than this one: each costs 40 s of set-up, and sessions stay with what they need
            C2 notify: disabled, no two jobs would be faster than this one: each costs 40 s of set-up, and sessions stay with what they need
            C3 outputs: not offered
            C3 variables of steps: not offered
            C3 variables of nox: disabled, no two jobs would be faster than this one: each costs 40 s of set-up, and sessions stay with what they need
            C4 asks for failures: not offered
            C5 between: not offered
            C7 services: disabled, `lint` and `docs` both use the database
            C8 publishing: disabled, `lint` publishes with `twine upload`; it must not run while `docs` may still fail
            C9 gate by place: disabled, no two jobs would be faster than this one: each costs 40 s of set-up, and sessions stay with what they need
            C10 twice: not offered
            unknown command: offered, unverified: nobody knows what `frobnicate` touches
            may fail in its call: not offered
            shell script around: not offered
            C4 whatever happened: stays, as each step keeps its own
            C6 shell: stays, as each step keeps its own
            C6 folder: stays, as each step keeps its own
            C6 variables: stays, as each step keeps its own
            C6 limit: stays, as each step keeps its own
            C6 may fail: stays, as each step keeps its own
            C4 other conditions: offered, jobs are set up even where an `if` skips their sessions
            R5 a matrix: disabled, the job has a `strategy` already
            R5 concurrency: disabled, the job's `concurrency` would make the jobs wait for one another
            R5 environment: disabled, the job has an `environment`, whose protection would ask once for every job
            R5 set-up uploads: disabled, a step before the sessions uploads or publishes, which must happen once
            R5 steps behind: disabled, steps after the sessions would run in every job
            R5 an upload of nobody's files: disabled, nobody knows which session makes `x`, which a later step uploads
            R5 an upload of one session's files: stays, as it goes where they are made
            R5 machine not said: disabled, the job does not say where it runs
            R5 nothing is saved: disabled, no two jobs would be faster than this one: each costs 40 s of set-up, and sessions stay with what they need
            R5 names no sessions: offered, sessions added to the noxfile later would not run
            R5 files of a checkout in a folder: disabled, the repository is checked out into a folder, which the paths of artifacts would have to name
            R5 job may fail: disabled, the job has `continue-on-error`, which a gate would not see
        "#]],
    );
}

const PARTS: &str = r#"
#- noxfile.py
import nox

@nox.session
def unit(session):
    session.run("coverage", "run", "-p", "-m", "pytest", "tests/unit")

@nox.session
def report(session):
    session.run("coverage", "combine")
    session.run("coverage", "report")

#- .github/workflows/ci.yml
on: push
jobs:
  unit:
    strategy: { matrix: { python: ["3.12", "3.13"] } }
    runs-on: ubuntu-latest
    steps:
      - run: nox -s unit
  coverage<|>:
    runs-on: ubuntu-latest
    steps:
      - run: nox -s report
"#;
const UNIT: &str = "session.run(\"coverage\", \"run\", \"-p\", \"-m\", \"pytest\", \"tests/unit\")";

#[test]
fn of_combine_coverage() {
    let cells = [
        ("C1 files", Breaks(&[("\"-p\", ", "")])),
        ("C2 order", Breaks(&[("  unit:\n", "  unit:\n    needs: coverage\n")])),
        ("C3 to C6", Never("as no step moves")),
        ("C7 to C10", Never("as the sessions run as they did, one behind the others")),
        (
            "R7 handed over already",
            Breaks(&[("- run: nox -s report", "- uses: actions/download-artifact@v8\n      - run: nox -s report")]),
        ),
        (
            "R7 report in a matrix",
            Breaks(&[("  coverage<|>:\n", "  coverage<|>:\n    strategy: { matrix: { x: [1, 2] } }\n")]),
        ),
        ("R7 nobody measures", Breaks(&[(UNIT, "session.run(\"pytest\")")])),
        (
            "R7 two thresholds",
            Breaks(&[
                (
                    UNIT,
                    "session.env[\"COVERAGE_FILE\"] = f\".coverage.{session.python}\"\n    session.run(\"pytest\", \"--cov\", \"--cov-fail-under=80\")",
                ),
                ("@nox.session\ndef unit", "@nox.session(python=[\"3.12\", \"3.13\"])\ndef unit"),
                ("\"report\")", "\"report\", \"--fail-under=90\")"),
            ]),
        ),
        (
            "R7 systems",
            Breaks(&[
                ("{ python: [\"3.12\", \"3.13\"] }", "{ os: [ubuntu-latest, macos-latest] }"),
                (
                    "  unit:\n    strategy: { matrix: { os: [ubuntu-latest, macos-latest] } }\n    runs-on: ubuntu-latest",
                    "  unit:\n    strategy: { matrix: { os: [ubuntu-latest, macos-latest] } }\n    runs-on: ${{ matrix.os }}",
                ),
            ]),
        ),
        (
            "R7 names of cells",
            Breaks(&[
                (".github", ".forgejo"),
                ("{ python: [\"3.12\", \"3.13\"] }", "{ include: [{ a: 1 }, { a: 2 }] }"),
            ]),
        ),
        (
            "R7 old actions",
            Breaks(&[
                (".github", ".forgejo"),
                ("- run: nox -s report", "- run: nox -s report\n      - uses: actions/upload-artifact@v3"),
            ]),
        ),
    ];
    check_cells(
        "combine-coverage",
        PARTS,
        &cells,
        expect![[r#"
            C1 files: disabled, `unit` writes one `.coverage` in every job, and only one would arrive; `isolate-coverage` first
            C2 order: disabled, `unit` waits for the report itself
            C3 to C6: never, as no step moves
            C7 to C10: never, as the sessions run as they did, one behind the others
            R7 handed over already: not offered
            R7 report in a matrix: not offered
            R7 nobody measures: not offered
            R7 two thresholds: disabled, there are two thresholds: 80 in `unit`, and 90 in `report`
            R7 systems: offered, if coverage's `relative_files` is set: the jobs may run in different folders
            R7 names of cells: disabled, nothing tells the cells of `unit` apart in an artifact's name
            R7 old actions: disabled, version 3 of download-artifact cannot put several artifacts into one place
        "#]],
    );
}

const CHECKED: &str = r#"
#- noxfile.py
import nox

@nox.session
def lint(session):
    session.run("ruff", "check", ".")

@nox.session
def publish(session):
    session.run("twine", "upload", "dist/*")

#- .github/workflows/ci.yml
on: push<|>
jobs:
  lint:
    runs-on: ubuntu-latest
    steps:
      - run: nox -s lint
  docs:
    runs-on: ubuntu-latest
    steps:
      - run: make docs
"#;

#[test]
fn of_add_gate_job() {
    let cells = [
        ("C1 to C7, C10", Never("as nothing that runs changes")),
        ("C8, C9 publishing", Breaks(&[("- run: make docs", "- run: nox -s publish")])),
        ("R8 nobody looks at checks", Breaks(&[("on: push", "on: schedule")])),
        ("R8 one check", Breaks(&[("  docs:\n    runs-on: ubuntu-latest\n    steps:\n      - run: make docs\n", "")])),
        (
            "R8 a gate by its `needs` alone",
            Breaks(&[("  docs:\n", "  docs:\n    needs: lint\n"), ("make docs", "echo all green")]),
        ),
        ("R8 a gate already", Breaks(&[("  docs:\n", "  docs:\n    if: always()\n    needs: lint\n")])),
        ("R8 no machine is said", Breaks(&[("runs-on: ubuntu-latest", "runs-on: ${{ fromJSON(needs.a.outputs.x) }}")])),
    ];
    check_cells(
        "add-gate-job",
        CHECKED,
        &cells,
        expect![[r#"
            C1 to C7, C10: never, as nothing that runs changes
            C8, C9 publishing: not offered
            R8 nobody looks at checks: not offered
            R8 one check: not offered
            R8 a gate by its `needs` alone: not offered
            R8 a gate already: not offered
            R8 no machine is said: disabled, no job says plainly where it runs
        "#]],
    );
}

const NEEDLESS: &str = r#"
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
  lint:
    runs-on: ubuntu-latest
    steps:
      - run: nox -s lint
  docs<|>:
    needs: lint
    runs-on: ubuntu-latest
    steps:
      - run: nox -s docs
"#;

#[test]
fn of_drop_needless_needs() {
    let cells = [
        (
            "C1 files",
            Stays(
                &[(LINT, "session.run(\"coverage\", \"run\", \"-m\", \"pytest\")")],
                "as each job has a checkout of its own",
            ),
        ),
        ("C2 order", Breaks(&[("@nox.session\ndef docs", "@nox.session(requires=[\"lint\"])\ndef docs")])),
        (
            "C2 data",
            Breaks(&[
                (LINT, "session.run(\"coverage\", \"run\", \"-p\", \"-m\", \"pytest\")"),
                (DOCS, "session.run(\"coverage\", \"combine\")"),
            ]),
        ),
        ("C3 outputs", Breaks(&[(DOCS_STEP, "- run: nox -s docs -- ${{ needs.lint.outputs.x }}\n")])),
        ("C3 artifacts", Breaks(&[(DOCS_STEP, "- uses: actions/download-artifact@v8\n      - run: nox -s docs\n")])),
        (
            "C3 caches",
            Breaks(&[
                (LINT_STEP, "- run: nox -s lint\n      - uses: actions/cache/save@v6\n"),
                (DOCS_STEP, "- uses: actions/cache/restore@v6\n      - run: nox -s docs\n"),
            ]),
        ),
        ("C3 a shared report", Breaks(&[(DOCS_STEP, "- run: ./x\n      - uses: codecov/codecov-action@v5\n")])),
        ("C4 conditions", Breaks(&[("    needs: lint\n", "    needs: lint\n    if: always()\n")])),
        ("C5, C6", Never("as the steps stay as they are")),
        (
            "C7 services",
            Breaks(&[
                (LINT, "session.run(\"alembic\", \"upgrade\", \"head\")"),
                (DOCS, "session.run(\"python\", \"manage.py\", \"test\")"),
            ]),
        ),
        ("C8, C9 publishing", Breaks(&[(DOCS, "session.run(\"twine\", \"upload\", \"dist/*\")")])),
        ("C8, C9 publishing by name", Breaks(&[("  docs<|>:", "  deploy<|>:")])),
        ("C10 twice", Never("as the two have machines of their own")),
        ("unknown command", Breaks(&[(DOCS, "session.run(\"frobnicate\")")])),
        (
            "a called workflow",
            Breaks(&[("    steps:\n      - run: nox -s lint\n", "    uses: ./.github/workflows/x.yml\n")]),
        ),
        ("R9 a gate", Breaks(&[(DOCS_STEP, "- run: echo all green\n")])),
        ("R9 a gate of a word", Breaks(&[(DOCS_STEP, "- run: \"true\"\n")])),
        (
            "R9 a word among others",
            Stays(&[(DOCS_STEP, "- run: nox -s docs\n      - run: echo done\n")], "as the job is there for more"),
        ),
        ("a comment in `needs`", Breaks(&[("    needs: lint\n", "    needs: # first\n      - lint\n")])),
    ];
    check_cells(
        "drop-needless-needs",
        NEEDLESS,
        &cells,
        expect![[r#"
            C1 files: stays, as each job has a checkout of its own
            C2 order: not offered
            C2 data: not offered
            C3 outputs: not offered
            C3 artifacts: not offered
            C3 caches: not offered
            C3 a shared report: not offered
            C4 conditions: not offered
            C5, C6: never, as the steps stay as they are
            C7 services: not offered
            C8, C9 publishing: not offered
            C8, C9 publishing by name: not offered
            C10 twice: never, as the two have machines of their own
            unknown command: offered, unverified: nobody knows what `frobnicate` touches
            a called workflow: not offered
            R9 a gate: not offered
            R9 a gate of a word: not offered
            R9 a word among others: stays, as the job is there for more
            a comment in `needs`: disabled, the `needs` of `docs` carry a comment, which would be lost
        "#]],
    );
}
