//! Which rewrites are offered where: place by place over a workflow and a noxfile that give every one something to do.

use super::*;

const WORKFLOW: &str = "\
name: CI
on: [push, pull_request]

jobs:
  checks:
    name: Checks
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v7
      - run: pipx install nox
      - name: Lint
        run: nox -s lint
      - name: Types
        run: nox -s typecheck
      - name: Docs
        run: |
          # The manual.
          nox -s docs
      - uses: actions/upload-artifact@v4
        with:
          name: manual
          path: site

  tests:
    strategy:
      fail-fast: false
      matrix:
        python: ['3.12', '3.13']
    runs-on: ubuntu-latest
    needs: [checks]
    steps:
      - uses: actions/checkout@v7
      - run: pipx install nox
      - run: nox -s lint
      - run: nox -s unit-${{ matrix.python }}

  pythons:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v7
      - uses: actions/setup-python@v6
        with:
          python-version: |
            3.12
            3.13
      - run: pipx install nox
      - run: nox -s integration

  report:
    runs-on: ubuntu-latest
    needs: [tests, pythons]
    steps:
      - uses: actions/checkout@v7
      - run: pipx install nox
      - run: nox -s report

  listed:
    strategy:
      matrix:
        session: [lint, typecheck, docs]
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v7
      - run: pipx install nox
      - run: nox -s ${{ matrix.session }}

  one:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v7
      - run: pipx install nox
      - run: nox -s wheel

  two:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v7
      - run: pipx install nox
      - run: nox -s links

";

const NOXFILE: &str = r#""""Sessions."""
import nox

nox.options.sessions = ["lint", "typecheck", "docs", "unit", "integration", "report"]


@nox.session(allow_parallel=True)
def lint(session):
    session.run("ruff", "check", ".", "--output-file", "out.txt")


@nox.session(python="3.12", allow_parallel=True)
def typecheck(session):
    session.install(".")
    session.run("mypy", "src", "--junit-xml", "junit.xml")


@nox.session(reuse_venv=True)
def docs(session):
    session.install(".")
    session.run("mkdocs", "build")
    session.notify("links")


@nox.session(python=["3.12", "3.13"], allow_parallel=True)
def unit(session):
    session.install(".")
    session.run("coverage", "run", "-m", "pytest", "tests/unit")


@nox.session(python=["3.12", "3.13"], allow_parallel=True)
def integration(session):
    session.install(".")
    session.run("pytest", "--junit-xml", "junit.xml", "tests/integration")


@nox.session
def report(session):
    session.run("coverage", "report")


@nox.session
def wheel(session):
    session.run("python", "-m", "build")


@nox.session
def links(session):
    session.run("lychee", "docs")
"#;

const PYPROJECT: &str = r#"[build-system]
requires = ["hatchling"]
build-backend = "hatchling.build"

[project]
name = "demo"
version = "1"
"#;

const TIMINGS: &str = "
lint 60 60 60
typecheck 120 120 120
docs 180 180 180
unit-3.12 200 200 200
unit-3.13 200 200 200
integration-3.12 240 240 240
integration-3.13 240 240 240
report 20 20 20
wheel 30 30 30
links 30 30 30
";

/// `*` the preferred one, `!` not proved, `-` disabled.
fn offered(path: &str, text: &str) -> String {
    let files = [
        (".github/workflows/ci.yml", WORKFLOW),
        ("noxfile.py", NOXFILE),
        ("pyproject.toml", PYPROJECT),
        ("timings", TIMINGS),
    ];
    let files = files.map(|(name, was)| format!("#- {name}\n{}\n", if name == path { text } else { was }));
    let fixture = Fixture::with_settings(&files.concat(), settings());
    let offers = crate::offers(&fixture.snapshot, fixture.file, fixture.span);
    let mark = |offer: &crate::Offer| match (offer.is_preferred, offer.is_safe, offer.disabled.is_some()) {
        (true, ..) => "*",
        (_, _, true) => "-",
        (_, true, _) => "",
        _ => "!",
    };
    let words: Vec<String> = offers.iter().map(|offer| format!("{}{}", mark(offer), offer.assist)).collect();
    words.join(" ")
}

/// Each row is what a place is called and the words around it, once in the file; `<|>` as in fixtures.
#[track_caller]
fn check_places(path: &str, text: &str, places: &[(&str, &str)], expected: Expect) {
    let mut out = String::new();
    for (place, around) in places {
        let words = around.replace("<|>", "");
        assert_eq!(text.matches(&words).count(), 1, "{around}");
        let marked = text.replace(&words, around);
        out.push_str(&format!("{place}: {}\n", offered(path, &marked)));
    }
    expected.assert_eq(&out);
}

#[test]
fn in_a_workflow() {
    let places = [
        ("name of the workflow", "na<|>me: CI"),
        ("on", "o<|>n: [push"),
        ("blank line above jobs", "request]\n<|>\njobs"),
        ("jobs", "jo<|>bs:"),
        ("id of a job", "  che<|>cks:\n    name"),
        ("indentation of that line", "\njobs:\n<|>  checks:"),
        ("name of a job", "name: Che<|>cks"),
        ("runs-on", "name: Checks\n    runs-<|>on"),
        ("steps", "name: Checks\n    runs-on: ubuntu-latest\n    ste<|>ps"),
        (
            "a step that runs no session",
            "steps:\n      - uses: actions/che<|>ckout@v7\n      - run: pipx install nox\n      - name: Lint",
        ),
        ("name of a step", "name: Li<|>nt"),
        ("run of a step", "Lint\n        ru<|>n: nox"),
        ("session of a call", "Types\n        run: nox -s type<|>check"),
        ("in a block scalar", "# The manu<|>al."),
        ("in a block scalar, session", "nox -s do<|>cs\n      - uses"),
        ("indentation of a step", "\n<|>      - name: Types"),
        ("lines of a step", "<|>      - name: Types\n        run: nox -s typecheck\n<|>"),
        ("part of two steps", "name: L<|>int\n        run: nox -s lint\n      - name: Ty<|>pes"),
        (
            "part of three steps",
            "name: L<|>int\n        run: nox -s lint\n      - name: Types\n        run: nox -s typecheck\n      - name: D<|>ocs",
        ),
        ("step behind", "name: man<|>ual"),
        ("blank line between jobs", "site\n<|>\n  tests"),
        ("id of a matrix job", "  te<|>sts:\n    strategy"),
        ("strategy", "tests:\n    stra<|>tegy"),
        ("matrix", "fail-fast: false\n      ma<|>trix:"),
        ("key of a matrix", "pyt<|>hon: ["),
        ("value of a matrix", "['3.<|>12'"),
        ("needs", "nee<|>ds: [checks]"),
        ("an id in needs", "needs: [che<|>cks]"),
        ("session that cells repeat", "nox -s li<|>nt\n      - run: nox -s unit"),
        ("session of a cell", "nox -s uni<|>t-"),
        ("job of several Pythons", "pyth<|>ons:\n    runs-on"),
        ("session of several Pythons", "nox -s integ<|>ration"),
        ("job that reports", "  rep<|>ort:\n"),
        ("session that reports", "nox -s rep<|>ort\n"),
        ("matrix of sessions, job", "  lis<|>ted:"),
        ("matrix of sessions, key", "sess<|>ion: ["),
        ("matrix of sessions, value", "[lint, type<|>check, docs]"),
        ("one of alike jobs", "  o<|>ne:"),
        ("its step", "nox -s whe<|>el"),
        ("blank line at the end", "links\n<|>\n"),
    ];
    check_places(
        ".github/workflows/ci.yml",
        WORKFLOW,
        &places,
        expect![[r#"
            name of the workflow: !drop-needless-needs add-gate-job -combine-coverage
            on: !drop-needless-needs add-gate-job -combine-coverage
            blank line above jobs: !drop-needless-needs add-gate-job -combine-coverage
            jobs: !drop-needless-needs add-gate-job -combine-coverage
            id of a job: *use-parallel-steps use-background-processes split-into-jobs -use-nox-parallel -split-into-matrix
            indentation of that line: *use-parallel-steps use-background-processes split-into-jobs -use-nox-parallel -split-into-matrix
            name of a job: *use-parallel-steps use-background-processes split-into-jobs -use-nox-parallel -split-into-matrix
            runs-on: *use-parallel-steps use-background-processes split-into-jobs -use-nox-parallel -split-into-matrix
            steps: *use-parallel-steps use-background-processes split-into-jobs -use-nox-parallel -split-into-matrix
            a step that runs no session: 
            name of a step: *use-parallel-steps use-background-processes split-into-jobs -use-nox-parallel -split-into-matrix
            run of a step: *use-parallel-steps use-background-processes split-into-jobs -use-nox-parallel -split-into-matrix
            session of a call: *use-parallel-steps use-background-processes split-into-jobs -use-nox-parallel -split-into-matrix
            in a block scalar: *use-parallel-steps use-background-processes split-into-jobs -use-nox-parallel -split-into-matrix
            in a block scalar, session: *use-parallel-steps use-background-processes split-into-jobs -use-nox-parallel -split-into-matrix
            indentation of a step: *use-parallel-steps use-background-processes split-into-jobs -use-nox-parallel -split-into-matrix
            lines of a step: *use-parallel-steps use-background-processes split-into-jobs -use-nox-parallel -split-into-matrix
            part of two steps: *use-parallel-steps use-nox-parallel use-background-processes -split-into-jobs -split-into-matrix
            part of three steps: *use-parallel-steps use-background-processes split-into-jobs -use-nox-parallel -split-into-matrix
            step behind: 
            blank line between jobs: !drop-needless-needs add-gate-job -combine-coverage
            id of a matrix job: *use-parallel-steps use-nox-parallel use-background-processes !lift-out-of-matrix !drop-needless-needs add-gate-job
            strategy: !lift-out-of-matrix add-gate-job -split-into-matrix
            matrix: !lift-out-of-matrix add-gate-job -split-into-matrix
            key of a matrix: !lift-out-of-matrix add-gate-job -split-into-matrix
            value of a matrix: !lift-out-of-matrix add-gate-job -split-into-matrix
            needs: !drop-needless-needs -combine-coverage
            an id in needs: !drop-needless-needs -combine-coverage
            session that cells repeat: *use-parallel-steps use-nox-parallel use-background-processes !lift-out-of-matrix -split-into-jobs -split-into-matrix
            session of a cell: *use-parallel-steps use-nox-parallel use-background-processes -split-into-jobs -split-into-matrix -combine-coverage
            job of several Pythons: *split-by-python
            session of several Pythons: *split-by-python
            job that reports: !drop-needless-needs -combine-coverage
            session that reports: -combine-coverage
            matrix of sessions, job: add-gate-job -use-dynamic-matrix
            matrix of sessions, key: add-gate-job -use-dynamic-matrix
            matrix of sessions, value: add-gate-job -use-dynamic-matrix
            one of alike jobs: merge-identical-jobs
            its step: merge-identical-jobs
            blank line at the end: !drop-needless-needs add-gate-job -combine-coverage
        "#]],
    );
}

#[test]
fn in_a_workflow_selected_as_a_whole() {
    expect!["!drop-needless-needs add-gate-job -combine-coverage"]
        .assert_eq(&offered(".github/workflows/ci.yml", &format!("<|>{WORKFLOW}<|>")));
}

#[test]
fn in_a_noxfile() {
    let places = [
        ("docstring", "Ses<|>sions."),
        ("import", "imp<|>ort nox"),
        ("nox.options.sessions", "nox.opt<|>ions"),
        ("a name in it", "[\"li<|>nt"),
        (
            "all of that line",
            "<|>nox.options.sessions = [\"lint\", \"typecheck\", \"docs\", \"unit\", \"integration\", \"report\"]<|>",
        ),
        ("decorator", "@nox.ses<|>sion(allow_parallel=True)\ndef lint"),
        ("argument of a decorator", "(pyt<|>hon=\"3.12\", allow"),
        ("another", "reuse<|>_venv"),
        ("def", "d<|>ef typecheck"),
        (
            "its lines",
            "<|>@nox.session(python=\"3.12\", allow_parallel=True)\ndef typecheck(session):\n    session.install(\".\")\n    session.run(\"mypy\", \"src\", \"--junit-xml\", \"junit.xml\")\n\n\n<|>",
        ),
        ("name of the function", "def type<|>check"),
        ("install in a body", "def docs(session):\n    session.ins<|>tall"),
        ("run in a body", "\"mkd<|>ocs\""),
        ("blank line between functions", "out.txt\")\n<|>\n"),
        ("body of a test session", "\"tests/un<|>it\""),
        ("name of a test session", "def uni<|>t("),
        ("name of a report", "def rep<|>ort"),
        ("what it reads", "session.run(\"coverage\", \"rep<|>ort\")"),
        ("notify", "session.noti<|>fy"),
        ("who is queued", "def lin<|>ks"),
        ("what shares a file", "session.run(\"pytest\", \"--junit<|>-xml\""),
        (
            "two sessions",
            "def un<|>it(session):\n    session.install(\".\")\n    session.run(\"coverage\", \"run\", \"-m\", \"pytest\", \"tests/unit\")\n\n\n@nox.session(python=[\"3.12\", \"3.13\"], allow_parallel=True)\ndef integr<|>ation",
        ),
    ];
    check_places(
        "noxfile.py",
        NOXFILE,
        &places,
        expect![[r#"
            docstring: *use-nox-parallel add-requires isolate-coverage isolate-output allow-parallel longest-first
            import: *use-nox-parallel add-requires isolate-coverage isolate-output allow-parallel longest-first
            nox.options.sessions: *use-nox-parallel allow-parallel longest-first
            a name in it: *use-nox-parallel allow-parallel longest-first
            all of that line: *use-nox-parallel allow-parallel longest-first
            decorator: *use-nox-parallel require-nox-version
            argument of a decorator: isolate-output require-nox-version -use-nox-parallel
            another: -use-nox-parallel -replace-notify -allow-parallel
            def: isolate-output require-nox-version -use-nox-parallel
            its lines: isolate-output require-nox-version -use-nox-parallel
            name of the function: isolate-output require-nox-version -use-nox-parallel
            install in a body: -use-nox-parallel -replace-notify -allow-parallel
            run in a body: -use-nox-parallel -replace-notify -allow-parallel
            blank line between functions: *use-nox-parallel add-requires isolate-coverage isolate-output allow-parallel longest-first
            body of a test session: *use-nox-parallel isolate-coverage allow-parallel require-nox-version
            name of a test session: *use-nox-parallel isolate-coverage allow-parallel require-nox-version
            name of a report: add-requires -allow-parallel
            what it reads: add-requires -allow-parallel
            notify: -use-nox-parallel -replace-notify -allow-parallel
            who is queued: allow-parallel -replace-notify
            what shares a file: isolate-output allow-parallel require-nox-version
            two sessions: *use-nox-parallel isolate-coverage isolate-output allow-parallel require-nox-version
        "#]],
    );
}

#[test]
fn in_a_noxfile_selected_as_a_whole() {
    expect!["*use-nox-parallel add-requires isolate-coverage isolate-output allow-parallel longest-first"]
        .assert_eq(&offered("noxfile.py", &format!("<|>{NOXFILE}<|>")));
}
