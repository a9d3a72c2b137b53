//! `add-requires`.

use expect_test::expect;

use super::{check, check_refused, check_silent};

const COVERAGE: &str = r#"
#- noxfile.py
import nox

@nox.session
def unit_tests(session):
    session.run("coverage", "run", "-m", "pytest")

@nox.session
def coverage_<|>report(session):
    session.run("coverage", "report")
"#;

#[test]
fn a_report_requires_what_it_counts() {
    check(
        "add-requires",
        COVERAGE,
        expect![[r#"
            Let `coverage_report` require `unit_tests`
            #- noxfile.py
            import nox

            @nox.session
            def unit_tests(session):
                session.run("coverage", "run", "-m", "pytest")

            @nox.session(requires=["unit_tests"])
            def coverage_report(session):
                session.run("coverage", "report")
        "#]],
    );
}

#[test]
fn several_are_required_by_name_and_what_is_there_stays() {
    check(
        "add-requires",
        r#"
        #- noxfile.py
        import nox

        @nox.session(python=["3.12", "3.13"])
        def unit(session):
            session.run("coverage", "run", "-p", "-m", "pytest", "tests/unit")

        @nox.session
        def e2e(session):
            session.run("coverage", "run", "-p", "-m", "pytest", "tests/e2e")

        @nox.session(requires=["unit"], tags=["report"])
        def re<|>port(session):
            session.run("coverage", "combine")
            session.run("coverage", "report")
        "#,
        expect![[r#"
            Let `report` require `e2e`
            #- noxfile.py
            import nox

            @nox.session(python=["3.12", "3.13"])
            def unit(session):
                session.run("coverage", "run", "-p", "-m", "pytest", "tests/unit")

            @nox.session
            def e2e(session):
                session.run("coverage", "run", "-p", "-m", "pytest", "tests/e2e")

            @nox.session(requires=["unit", "e2e"], tags=["report"])
            def report(session):
                session.run("coverage", "combine")
                session.run("coverage", "report")
        "#]],
    );
}

#[test]
fn the_whole_file_at_once() {
    check(
        "add-requires",
        r#"
        #- noxfile.py
        import nox
        <|>
        nox.needs_version = ">=2024.4"

        @nox.session
        def build(session):
            session.run("python", "-m", "build")

        @nox.session
        def check_wheel(session):
            session.run("twine", "check", "dist/*")

        @nox.session
        def tests(session):
            session.run("coverage", "run", "-m", "pytest")

        @nox.session
        def report(session):
            session.run("coverage", "report")
        "#,
        expect![[r#"
            Let 2 sessions require what they read
            #- noxfile.py
            import nox

            nox.needs_version = ">=2025.02.09"

            @nox.session
            def build(session):
                session.run("python", "-m", "build")

            @nox.session(requires=["build"])
            def check_wheel(session):
                session.run("twine", "check", "dist/*")

            @nox.session
            def tests(session):
                session.run("coverage", "run", "-m", "pytest")

            @nox.session(requires=["tests"])
            def report(session):
                session.run("coverage", "report")
        "#]],
    );
}

#[test]
fn calls_that_run_it_alone_go_on_doing_so() {
    check(
        "add-requires",
        &format!(
            "{COVERAGE}{}",
            r#"
#- .github/workflows/ci.yml
on: push
jobs:
  test:
    runs-on: ubuntu-latest
    steps:
      - run: nox -s unit_tests
      - run: uvx nox -s coverage_report
  all:
    runs-on: ubuntu-latest
    steps:
      - run: nox
"#
        ),
        expect![[r#"
            Let `coverage_report` require `unit_tests`
            #- .github/workflows/ci.yml
            on: push
            jobs:
              test:
                runs-on: ubuntu-latest
                steps:
                  - run: nox -s unit_tests
                  - run: uvx nox --no-dependencies -s coverage_report
              all:
                runs-on: ubuntu-latest
                steps:
                  - run: nox
            #- noxfile.py
            import nox

            nox.needs_version = ">=2026.08.10"

            @nox.session
            def unit_tests(session):
                session.run("coverage", "run", "-m", "pytest")

            @nox.session(requires=["unit_tests"])
            def coverage_report(session):
                session.run("coverage", "report")

        "#]],
    );
}

#[test]
fn a_bare_nox_must_not_run_more() {
    check_refused(
        "add-requires",
        r#"
        #- noxfile.py
        import nox

        @nox.session(default=False)
        def unit_tests(session):
            session.run("coverage", "run", "-m", "pytest")

        @nox.session
        def re<|>port(session):
            session.run("coverage", "report")
        "#,
        expect!["`nox` without arguments would run other sessions"],
    );
}

#[test]
fn an_old_nox_does_not_know_requires() {
    check_refused(
        "add-requires",
        &format!(
            "{COVERAGE}{}",
            "
#- .github/workflows/ci.yml
on: push
jobs:
  test:
    runs-on: ubuntu-latest
    steps:
      - run: pip install nox==2024.4.15
      - run: nox
"
        ),
        expect!["`requires=` needs nox 2025.02.09, and job `test` of ci.yml uses 2024.4.15"],
    );
}

#[test]
fn a_list_from_elsewhere_is_not_added_to() {
    check_refused(
        "add-requires",
        r#"
        #- noxfile.py
        import nox
        FIRST = ["lint"]

        @nox.session
        def lint(session):
            session.run("ruff", "check")

        @nox.session
        def tests(session):
            session.run("coverage", "run", "-m", "pytest")

        @nox.session(requires=FIRST)
        def re<|>port(session):
            session.run("coverage", "report")
        "#,
        expect!["`requires` of `report` is not a list of names"],
    );
}

#[test]
fn who_clears_is_not_required_and_nothing_read_is_nothing_to_add() {
    check_silent(
        "add-requires",
        r#"
        #- noxfile.py
        import nox

        @nox.session
        def clean(session):
            session.run("coverage", "erase")

        @nox.session
        def te<|>sts(session):
            session.run("coverage", "run", "-m", "pytest")
        "#,
    );
}

#[test]
fn nobody_publishes_by_the_way() {
    check_silent(
        "add-requires",
        r#"
        #- noxfile.py
        import nox

        @nox.session
        def bump(session):
            session.run("git", "tag", "v1")
            session.run("python", "-m", "build")

        @nox.session
        def che<|>ck(session):
            session.run("twine", "check", "dist/*")
        "#,
    );
}
