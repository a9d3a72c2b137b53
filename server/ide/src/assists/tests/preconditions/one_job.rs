//! Rewrites that leave the sessions in their job: `nox -j`, parallel steps, background processes.

use super::*;

fn with(own: impl IntoIterator<Item = (&'static str, Cell)>) -> Vec<(&'static str, Cell)> {
    on_one_machine().into_iter().chain(of_one_step()).chain(own).collect()
}

#[test]
fn of_use_nox_parallel() {
    let own = [
        (
            "R1 notify",
            Breaks(&[
                (DOCS, "session.notify(\"other\")"),
                ("#- timings\n", "@nox.session\ndef other(session):\n    session.run(\"mypy\")\n#- timings\n"),
            ]),
        ),
        ("R1 asks a person", Breaks(&[(LINT, "input(\"sure?\")")])),
        ("R1 nox of the noxfile", Breaks(&[("import nox\n", "import nox\nnox.needs_version = \"<2026\"\n")])),
        ("R1 nox of the job", Breaks(&[(LINT_STEP, "- run: pip install nox==2024.4.15\n      - run: nox -s lint\n")])),
        (
            "R1 arguments of one that another reads",
            Breaks(&[
                (DOCS_STEP, "- run: nox -s docs -- --strict\n"),
                (LINT, "session.run(\"ruff\", \"check\", *session.posargs)"),
            ]),
        ),
        (
            "R1 arguments that a helper may read",
            Breaks(&[
                (DOCS_STEP, "- run: nox -s docs -- --strict\n"),
                (
                    "@nox.session\ndef lint",
                    "def check(session):\n    session.run(\"ruff\", \"check\", *session.posargs)\n\n@nox.session\ndef lint",
                ),
                ("(session):\n    session.run(\"ruff\", \"check\", \".\")", "(session):\n    check(session)"),
            ]),
        ),
        (
            "R1 other arguments",
            Breaks(&[(LINT_STEP, "- run: nox -s lint -- -q\n"), (DOCS_STEP, "- run: nox -s docs -- --strict\n")]),
        ),
        (
            "R1 names no sessions",
            Stays(&[(LINT_STEP, "- run: nox\n"), ("      - run: nox -s docs\n", "")], "as the call stays as it is"),
        ),
        (
            "R1 names no sessions beside one that does",
            Breaks(&[
                (LINT_STEP, "- run: nox -t fast\n"),
                ("@nox.session\ndef lint", "@nox.session(tags=[\"fast\"])\ndef lint"),
            ]),
        ),
        (
            "R1 arguments of one alone",
            Stays(&[(DOCS_STEP, "- run: nox -s docs -- --strict\n")], "as no other session reads them"),
        ),
    ];
    check_cells(
        "use-nox-parallel",
        TWO,
        &with(own),
        expect![[r#"
            C1 files: not offered
            C1 sources: not offered
            C1 sources by words of the call: not offered
            C2 order: not offered
            C2 data: disabled, it would not be faster on 4 cores
            C2 notify: disabled, `lint` calls `session.notify`, which nox -j refuses
            C3 outputs: not offered
            C3 variables of steps: not offered
            C3 variables of nox: not offered
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
            R1 notify: disabled, `docs` calls `session.notify`, which nox -j refuses
            R1 asks a person: disabled, `lint` asks for input, which nox -j has none of
            R1 nox of the noxfile: disabled, `nox.needs_version` is `<2026`, which may not allow 2026.08.10
            R1 nox of the job: offered, with nox 2026.08.10 in the place of 2024.4.15
            R1 arguments of one that another reads: disabled, one call gives its arguments to all: `docs` gets `-- --strict`, which `lint` may read, too
            R1 arguments that a helper may read: disabled, one call gives its arguments to all: `docs` gets `-- --strict`, which `lint` may read, too
            R1 other arguments: disabled, the sessions take different arguments
            R1 names no sessions: stays, as the call stays as it is
            R1 names no sessions beside one that does: offered, sessions added to the noxfile later would not run
            R1 arguments of one alone: stays, as no other session reads them
        "#]],
    );
}

const TEN_SESSIONS: &str = r#"@nox.session
def s0(session):
    session.run("ruff", "check", "0")

@nox.session
def s1(session):
    session.run("ruff", "check", "1")

@nox.session
def s2(session):
    session.run("ruff", "check", "2")

@nox.session
def s3(session):
    session.run("ruff", "check", "3")

@nox.session
def s4(session):
    session.run("ruff", "check", "4")

@nox.session
def s5(session):
    session.run("ruff", "check", "5")

@nox.session
def s6(session):
    session.run("ruff", "check", "6")

@nox.session
def s7(session):
    session.run("ruff", "check", "7")

@nox.session
def s8(session):
    session.run("ruff", "check", "8")

@nox.session
def s9(session):
    session.run("ruff", "check", "9")

#- timings
s0 60 60 60
s1 60 60 60
s2 60 60 60
s3 60 60 60
s4 60 60 60
s5 60 60 60
s6 60 60 60
s7 60 60 60
s8 60 60 60
s9 60 60 60
"#;
const TEN_STEPS: &str = "- run: nox -s docs
      - run: nox -s s0
      - run: nox -s s1
      - run: nox -s s2
      - run: nox -s s3
      - run: nox -s s4
      - run: nox -s s5
      - run: nox -s s6
      - run: nox -s s7
      - run: nox -s s8
      - run: nox -s s9
";

#[test]
fn of_use_parallel_steps() {
    let own = [
        ("C4 other conditions", Stays(OTHER_CONDITION, "as each step keeps its own")),
        ("R2 forge", Breaks(&[(".github", ".forgejo")])),
        ("R2 ten steps", Breaks(&[("#- timings\n", TEN_SESSIONS), (DOCS_STEP, TEN_STEPS)])),
        (
            "R2 other arguments",
            Stays(&[(DOCS_STEP, "- run: nox -s docs -- --strict\n")], "as each step has a call of its own"),
        ),
        ("R2 names no sessions", Breaks(&[(LINT_STEP, "- run: nox\n"), ("      - run: nox -s docs\n", "")])),
        (
            "R2 a checkout in a folder",
            Stays(
                &[
                    (
                        "      - uses: actions/checkout@v7\n",
                        "      - uses: actions/checkout@v7\n        with: { path: x }\n",
                    ),
                    ("    runs-on: ubuntu", "    defaults: { run: { working-directory: x } }\n    runs-on: ubuntu"),
                ],
                "as the noxfile is that of the folder",
            ),
        ),
        ("R2 composite action", Never("as the steps of an action belong to no job")),
    ];
    check_cells(
        "use-parallel-steps",
        TWO,
        &on_one_machine().into_iter().chain(of_steps_of_their_own()).chain(own).collect::<Vec<_>>(),
        expect![[r#"
            C1 files: not offered
            C1 sources: not offered
            C1 sources by words of the call: not offered
            C2 order: not offered
            C2 data: disabled, it would not be faster on 4 cores
            C2 notify: disabled, it would not be faster on 4 cores
            C3 outputs: disabled, nox is called in a way that another step could not repeat
            C3 variables of steps: disabled, the step that runs them does more: `echo A=1 >> "$GITHUB_ENV"`
            C3 variables of nox: not offered
            C4 asks for failures: not offered
            C5 between: disabled, `echo between` stands between their steps, and may need its place
            C7 services: not offered
            C8 publishing: not offered
            C9 gate by place: not offered
            C10 twice: not offered
            unknown command: offered, unverified: nobody knows what `frobnicate` touches
            may fail in its call: disabled, the step that runs them does more: `true`
            shell script around: not offered
            C4 whatever happened: stays, as each step keeps its own
            C6 shell: stays, as each step keeps its own
            C6 folder: stays, as each step keeps its own
            C6 variables: stays, as each step keeps its own
            C6 limit: stays, as each step keeps its own
            C6 may fail: stays, as each step keeps its own
            C4 other conditions: stays, as each step keeps its own
            R2 forge: not offered
            R2 ten steps: disabled, GitHub runs at most 10 steps at once
            R2 other arguments: stays, as each step has a call of its own
            R2 names no sessions: offered, sessions added to the noxfile later would not run
            R2 a checkout in a folder: stays, as the noxfile is that of the folder
            R2 composite action: never, as the steps of an action belong to no job
        "#]],
    );
}

#[test]
fn of_use_background_processes() {
    let own = [
        ("R3 names no sessions", Breaks(&[(LINT_STEP, "- run: nox\n"), ("      - run: nox -s docs\n", "")])),
        (
            "R3 between on another forge",
            Breaks(&[(".github", ".forgejo"), (DOCS_STEP, "- run: echo between\n      - run: nox -s docs\n")]),
        ),
        ("R3 Windows", Breaks(&[("ubuntu-latest", "windows-latest")])),
        ("R3 unknown machine", Breaks(&[("ubuntu-latest", "${{ inputs.machine }}")])),
        ("R3 shell", Breaks(&[("    runs-on: ubuntu", "    defaults: { run: { shell: pwsh } }\n    runs-on: ubuntu")])),
        (
            "R3 other arguments",
            Stays(&[(DOCS_STEP, "- run: nox -s docs -- --strict\n")], "as each process is a call of its own"),
        ),
    ];
    check_cells(
        "use-background-processes",
        TWO,
        &with(own),
        expect![[r#"
            C1 files: not offered
            C1 sources: not offered
            C1 sources by words of the call: not offered
            C2 order: not offered
            C2 data: disabled, it would not be faster on 4 cores
            C2 notify: disabled, it would not be faster on 4 cores
            C3 outputs: not offered
            C3 variables of steps: not offered
            C3 variables of nox: not offered
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
            R3 names no sessions: offered, sessions added to the noxfile later would not run
            R3 between on another forge: disabled, `echo between` stands between their steps, and may need its place
            R3 Windows: disabled, the job may run on Windows, where the script would not be read by a POSIX shell
            R3 unknown machine: disabled, the job may run on Windows, where the script would not be read by a POSIX shell
            R3 shell: not offered
            R3 other arguments: stays, as each process is a call of its own
        "#]],
    );
}

#[test]
fn files_are_those_that_the_jobs_variables_make_them() {
    // Both measure into `.coverage`, until the job's variable moves the data of the one that names no file.
    let project = TWO
        .replace(LINT, "session.run(\"coverage\", \"run\", \"-m\", \"pytest\", \"a\")")
        .replace(DOCS, "session.run(\"coverage\", \"run\", \"--data-file=.coverage\", \"-m\", \"pytest\", \"b\")");
    let moved = project.replace("    runs-on:", "    env: { COVERAGE_FILE: .coverage.lint }\n    runs-on:");
    for id in ["use-parallel-steps", "use-background-processes"] {
        assert_eq!((said(id, &project).as_str(), said(id, &moved).as_str()), ("not offered", "offered"), "{id}");
    }
}
