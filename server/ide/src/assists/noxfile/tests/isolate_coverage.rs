//! `isolate-coverage`.

use expect_test::expect;

use super::{check, check_refused, check_silent};

#[test]
fn two_sessions_get_a_file_each_and_the_report_combines() {
    check(
        "isolate-coverage",
        r#"
        #- noxfile.py
        import nox

        @nox.session
        def unit<|>(session):
            session.install("pytest", "pytest-cov")
            session.run("pytest", "--cov", "tests/unit")

        @nox.session
        def integration(session):
            session.run("coverage", "run", "-m", "pytest", "tests/integration", env={"SLOW": "1"})

        @nox.session
        def lint(session):
            session.run("ruff", "check", ".")

        @nox.session
        def report(session):
            session.install("coverage")
            # One threshold for all.
            session.run("coverage", "report", "--fail-under=90")
            session.run("coverage", "xml")
        "#,
        expect![[r#"
            Give `unit` and `integration` their own coverage data and combine it in `report`: ~6 m 30 s → ~4 m 40 s (guessed times, all by `noxflow run` on 4 cores)
            #- noxfile.py
            import nox

            @nox.session
            def unit(session):
                session.install("pytest", "pytest-cov")
                session.run(
                    "pytest",
                    "--cov",
                    "tests/unit",
                    env={"COVERAGE_FILE": f".coverage.{session.name}"},
                )

            @nox.session
            def integration(session):
                session.run(
                    "coverage",
                    "run",
                    "-m",
                    "pytest",
                    "tests/integration",
                    env={"SLOW": "1", "COVERAGE_FILE": f".coverage.{session.name}"},
                )

            @nox.session
            def lint(session):
                session.run("ruff", "check", ".")

            @nox.session
            def report(session):
                session.install("coverage")
                session.run("coverage", "combine")
                # One threshold for all.
                session.run("coverage", "report", "--fail-under=90")
                session.run("coverage", "xml")
        "#]],
    );
}

#[test]
fn one_session_for_several_pythons() {
    check(
        "isolate-coverage",
        r#"
        #- noxfile.py
        import nox

        ENV = {"A": "1"}

        @nox.session(python=["3.12", "3.13"])
        def te<|>sts(s):
            s.run(
                "pytest",
                "--cov",
                *s.posargs,
                env=ENV,
            )
            s.run("coverage", "report")

        @nox.session
        def coverage(session):
            session.run("coverage", "combine")
            session.run("coverage", "html")
        "#,
        expect![[r#"
            Give each instance of `tests` its own coverage data and combine it in `coverage`: ~4 m → ~2 m 10 s (guessed times, all by `noxflow run` on 4 cores)
            #- noxfile.py
            import nox

            ENV = {"A": "1"}

            @nox.session(python=["3.12", "3.13"])
            def tests(s):
                s.run(
                    "pytest",
                    "--cov",
                    *s.posargs,
                    env={**ENV, "COVERAGE_FILE": f".coverage.{s.name}"},
                )
                s.run("coverage", "report", env={"COVERAGE_FILE": f".coverage.{s.name}"})

            @nox.session
            def coverage(session):
                session.run("coverage", "combine")
                session.run("coverage", "html")
        "#]],
    );
}

#[test]
fn a_helper_and_a_moved_data_file() {
    check(
        "isolate-coverage",
        r#"
        #- pyproject.toml
        [tool.coverage.run]
        data_file = "build/.coverage"
        #- noxfile.py
        import nox<|>

        def measure(session, folder):
            session.run("python", "-m", "coverage", "run", "-m", "pytest", folder)

        @nox.session
        def unit(session):
            measure(session, "tests/unit")

        @nox.session
        def e2e(session):
            measure(session, "tests/e2e")

        @nox.session
        def report(session):
            session.run("python", "-m", "coverage", "report", external=True)
        "#,
        expect![[r#"
            Give `unit` and `e2e` their own coverage data and combine it in `report`: ~6 m 30 s → ~4 m 40 s (guessed times, all by `noxflow run` on 4 cores)
            #- noxfile.py
            import nox

            def measure(session, folder):
                session.run(
                    "python",
                    "-m",
                    "coverage",
                    "run",
                    "-m",
                    "pytest",
                    folder,
                    env={"COVERAGE_FILE": f"build/.coverage.{session.name}"},
                )

            @nox.session
            def unit(session):
                measure(session, "tests/unit")

            @nox.session
            def e2e(session):
                measure(session, "tests/e2e")

            @nox.session
            def report(session):
                session.run("python", "-m", "coverage", "combine", external=True)
                session.run("python", "-m", "coverage", "report", external=True)
        "#]],
    );
}

#[test]
fn nothing_to_do_where_no_data_is_lost() {
    check_silent(
        "isolate-coverage",
        r#"
        #- noxfile.py
        import nox

        @nox.session
        def te<|>sts(session):
            session.run("coverage", "run", "-m", "pytest")

        @nox.session
        def more(session):
            session.run("coverage", "run", "-p", "-m", "pytest")
        "#,
    );
}

/// Two test sessions that share `.coverage`, with other lines in the second, and more files.
fn two(second: &str, more: &str) -> String {
    format!(
        "#- noxfile.py
import nox

@nox.session
def unit<|>(session):
    session.run(\"coverage\", \"run\", \"-m\", \"pytest\")

@nox.session
def e2e(session):
    {second}

@nox.session
def report(session):
    session.run(\"coverage\", \"report\")
{more}"
    )
}

#[test]
fn refusals() {
    let append = r#"session.run("coverage", "run", "--append", "-m", "pytest")"#;
    check_refused(
        "isolate-coverage",
        &two(append, ""),
        expect!["`e2e` adds to the data of an earlier session (`coverage run --append`)"],
    );
    let folder = "session.chdir(\"sub\")\n    session.run(\"coverage\", \"run\", \"-m\", \"pytest\")";
    check_silent("isolate-coverage", &two(folder, ""));
    let elsewhere = r#"session.run("coverage", "run", "-m", "pytest", **OPTIONS)"#;
    check_refused("isolate-coverage", &two(elsewhere, ""), expect!["line 9 takes arguments from elsewhere (`**`)"]);
    let own = "session.run(\"pytest\", \"--cov\", env={\"COVERAGE_FILE\": \".coverage\"})";
    check_refused("isolate-coverage", &two(own, ""), expect!["`e2e` names its data file itself"]);
    let unknown = r#"session.run("coverage", "run", "-m", "pytest", env={**VARIABLES, "COVERAGE_FILE": MINE})"#;
    check_refused("isolate-coverage", &two(unknown, ""), expect!["line 9 sets `COVERAGE_FILE` already"]);
    let both = "session.run(\"coverage\", \"report\")\n    session.run(\"coverage\", \"run\", \"-m\", \"pytest\")";
    check_refused("isolate-coverage", &two(both, ""), expect!["`e2e` also reads what others measured"]);
}

#[test]
fn a_file_name_cannot_hold_every_parameter() {
    let fixture = two(r#"session.run("coverage", "run", "-m", "pytest", path)"#, "").replace(
        "@nox.session\ndef e2e(session)",
        "@nox.session\n@nox.parametrize(\"path\", [\"tests/e2e\", \"tests/ui\"])\ndef e2e(session, path)",
    );
    check_refused("isolate-coverage", &fixture, expect!["`e2e(path='tests/e2e')` cannot be part of a file's name"]);
}

#[test]
fn workflows_that_use_the_file_stand_in_the_way() {
    let measure = r#"session.run("coverage", "run", "-m", "pytest")"#;
    let workflow = |step: &str| {
        format!(
            "#- .github/workflows/ci.yml
on: push
jobs:
  test:
    runs-on: ubuntu-latest
    steps:
      - run: nox -s unit e2e
      {step}
"
        )
    };
    let upload =
        "- uses: actions/upload-artifact@v7\n        with:\n          name: coverage\n          path: .coverage";
    check_refused(
        "isolate-coverage",
        &two(measure, &workflow(upload)),
        expect!["job `test` of ci.yml uses `.coverage` as it is"],
    );
    check_refused(
        "isolate-coverage",
        &two(measure, &workflow("- run: coverage xml")),
        expect!["job `test` of ci.yml uses `.coverage` as it is"],
    );
}
