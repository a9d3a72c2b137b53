//! `replace-notify`.

use expect_test::expect;

use super::{check, check_refused, check_silent};

/// Tests that queue a report, with the given lines for the call, and what a workflow runs.
fn tests(notify: &str, more: &str) -> String {
    format!(
        "#- noxfile.py
import nox

@nox.session
def te<|>sts(session):
    session.run(\"coverage\", \"run\", \"-m\", \"pytest\")
    {notify}

@nox.session
def coverage(session):
    session.run(\"coverage\", \"report\")
{more}"
    )
}

const CALL: &str = "#- .github/workflows/ci.yml
on: push
jobs:
  test:
    runs-on: ubuntu-latest
    steps:
      - run: nox -s tests
";

#[test]
fn the_edge_is_turned_round() {
    check(
        "replace-notify",
        &tests("# Then the numbers.\n    session.notify(\"coverage\")", ""),
        expect![[r#"
        ! Let `coverage` require `tests` instead of being notified (`nox -s tests` alone no longer runs `coverage`)
        #- noxfile.py
        import nox

        @nox.session
        def tests(session):
            session.run("coverage", "run", "-m", "pytest")
            # Then the numbers.

        @nox.session(requires=["tests"])
        def coverage(session):
            session.run("coverage", "report")
        #? `nox -s tests` alone no longer runs `coverage`; `nox -s coverage` runs `tests` first
    "#]],
    );
}

#[test]
fn calls_in_workflows_name_both() {
    check(
        "replace-notify",
        &tests("session.notify(\"coverage\")  # always", CALL),
        expect![[r#"
        ! Let `coverage` require `tests` instead of being notified (`nox -s tests` alone no longer runs `coverage`)
        #- .github/workflows/ci.yml
        on: push
        jobs:
          test:
            runs-on: ubuntu-latest
            steps:
              - run: nox -s tests coverage
        #- noxfile.py
        import nox

        @nox.session
        def tests(session):
            session.run("coverage", "run", "-m", "pytest")
            # always

        @nox.session(requires=["tests"])
        def coverage(session):
            session.run("coverage", "report")
        #? `nox -s tests` alone no longer runs `coverage`; `nox -s coverage` runs `tests` first
    "#]],
    );
}

#[test]
fn several_queue_one_that_is_no_default() {
    check(
        "replace-notify",
        r#"
        #- noxfile.py
        import nox

        nox.options.sessions = ["unit", "e2e"]

        @nox.session
        def unit(session):
            session.run("coverage", "run", "-p", "-m", "pytest")
            session.notify("coverage")

        @nox.session
        def e2e(session):
            """End to end."""
            session.notify(target="coverage")

        @nox.session(requires=["unit"])
        def cover<|>age(session):
            session.run("coverage", "combine")
        "#,
        expect![[r#"
            ! Let `coverage` require `unit` and `e2e` instead of being notified (`nox -s unit` alone no longer runs `coverage`)
            #- noxfile.py
            import nox

            nox.options.sessions = ["unit", "e2e", "coverage"]

            @nox.session
            def unit(session):
                session.run("coverage", "run", "-p", "-m", "pytest")

            @nox.session
            def e2e(session):
                """End to end."""

            @nox.session(requires=["unit", "e2e"])
            def coverage(session):
                session.run("coverage", "combine")
            #? `nox -s unit` alone no longer runs `coverage`; `nox -s coverage` runs `unit` and `e2e` first
        "#]],
    );
    let fixture = tests("session.notify(\"coverage\")", "")
        .replace("@nox.session\ndef coverage", "@nox.session(default=False)\ndef coverage");
    check(
        "replace-notify",
        &fixture,
        expect![[r#"
        ! Let `coverage` require `tests` instead of being notified (`nox -s tests` alone no longer runs `coverage`)
        #- noxfile.py
        import nox

        @nox.session
        def tests(session):
            session.run("coverage", "run", "-m", "pytest")

        @nox.session(default=True, requires=["tests"])
        def coverage(session):
            session.run("coverage", "report")
        #? `nox -s tests` alone no longer runs `coverage`; `nox -s coverage` runs `tests` first
    "#]],
    );
}

#[test]
fn who_only_collects_requires_the_others() {
    check(
        "replace-notify",
        r#"
        #- noxfile.py
        import nox

        nox.needs_version = ">= 2024.4.15"
        nox.options.sessions = ["lint"]

        @nox.session
        def li<|>nt(session):
            session.notify("format")  # first
            session.notify("typing")

        @nox.session
        def format(session):
            session.run("black", "--check", ".")

        @nox.session(python=["3.12", "3.13"])
        def typing(session):
            session.run("mypy")
        "#,
        expect![[r#"
            Let `lint` require 2 sessions instead of notifying
            #- noxfile.py
            import nox

            nox.needs_version = ">= 2025.02.09"
            nox.options.sessions = ["lint"]

            @nox.session(requires=["format", "typing"])
            def lint(session):
                pass  # first

            @nox.session
            def format(session):
                session.run("black", "--check", ".")

            @nox.session(python=["3.12", "3.13"])
            def typing(session):
                session.run("mypy")
        "#]],
    );
}

#[test]
fn what_is_required_anyhow_is_not_required_twice() {
    check(
        "replace-notify",
        r#"
        #- noxfile.py
        import nox

        @nox.session(requires=["format"])
        def li<|>nt(session):
            """All that is quick."""
            session.notify("format")
            session.notify("typing")
            session.notify("typing")

        @nox.session
        def format(session):
            session.run("black", "--check", ".")

        @nox.session
        def typing(session):
            session.run("mypy")
        "#,
        expect![[r#"
            Let `lint` require `typing` instead of notifying: ~1 m 30 s → ~1 m 10 s (guessed times, all by `noxflow run` on 4 cores)
            #- noxfile.py
            import nox

            @nox.session(requires=["format", "typing"])
            def lint(session):
                """All that is quick."""

            @nox.session
            def format(session):
                session.run("black", "--check", ".")

            @nox.session
            def typing(session):
                session.run("mypy")
        "#]],
    );
    check(
        "replace-notify",
        r#"
        #- noxfile.py
        import nox

        @nox.session(requires=["format"])
        def li<|>nt(session):
            session.notify("format")

        @nox.session
        def format(session):
            session.run("black", "--check", ".")
        "#,
        expect![[r#"
            Let `lint` no longer notify `format`, which it requires
            #- noxfile.py
            import nox

            @nox.session(requires=["format"])
            def lint(session):
                pass

            @nox.session
            def format(session):
                session.run("black", "--check", ".")
        "#]],
    );
}

#[test]
fn a_cell_that_runs_the_collector_runs_what_it_collects() {
    check(
        "replace-notify",
        r#"
        #- noxfile.py
        import nox

        @nox.session
        def li<|>nt(session):
            session.notify("format")

        @nox.session(default=False)
        def format(session):
            session.run("black", "--check", ".")

        @nox.session
        def docs(session):
            session.run("mkdocs", "build")

        #- .github/workflows/ci.yml
        on: push
        jobs:
          checks:
            runs-on: ubuntu-latest
            strategy:
              matrix:
                session: [lint, docs]
            steps:
              - run: nox -s ${{ matrix.session }}
        "#,
        expect![[r#"
                Let `lint` require `format` instead of notifying
                #- noxfile.py
                import nox

                @nox.session(requires=["format"])
                def lint(session):
                    pass

                @nox.session(default=False)
                def format(session):
                    session.run("black", "--check", ".")

                @nox.session
                def docs(session):
                    session.run("mkdocs", "build")

            "#]],
    );
}

#[test]
fn the_reason_says_what_a_workflow_would_run_otherwise() {
    let noxfile = "#- noxfile.py\nimport nox\n\n@nox.session\ndef build(session):\n    session.run(\"mypy\")\n    session.notify(\"pack\")\n\n\
        @nox.session(default=False)\ndef pa<|>ck(session):\n    session.run(\"pex\", \".\")\n\n\
        @nox.session\ndef linux(session):\n    session.notify(\"build\")\n\n";
    let workflow = |call: &str| {
        let matrix = "    strategy: { matrix: { session: [linux, build] } }\n";
        format!(
            "#- .github/workflows/ci.yml\non: push\njobs:\n  all:\n    runs-on: ubuntu-latest\n{matrix}    steps:\n      - run: nox -s {call}\n"
        )
    };
    let refused = |call: &str, why: expect_test::Expect| {
        check_refused("replace-notify", &format!("{noxfile}{}", workflow(call)), why);
    };
    refused("linux", expect!["job `all` of ci.yml would no longer run `pack`"]);
    refused("pack", expect!["job `all` of ci.yml would run `build`, too"]);
    refused(
        "${{ matrix.session }}",
        expect![
            "the call in line 7 of .github/workflows/ci.yml runs `build` in some cells of a matrix, which `pack` cannot join"
        ],
    );
}

#[test]
fn refusals() {
    let conditional = "if session.posargs:\n        session.notify(\"coverage\")";
    check_refused(
        "replace-notify",
        &tests(conditional, ""),
        expect!["`tests` queues `coverage` only under a condition"],
    );
    let arguments = "session.notify(\"coverage\", posargs=[])";
    check_refused("replace-notify", &tests(arguments, ""), expect!["`tests` hands arguments over to `coverage`"]);
    let early = "session.notify(\"coverage\")\n    session.run(\"ruff\", \"check\")";
    check_refused(
        "replace-notify",
        &tests(early, ""),
        expect!["`tests` does more after it queued `coverage`, and `coverage` would now wait for that"],
    );
    let two = "session.notify(\"coverage\"); session.log(\"done\")";
    check_refused("replace-notify", &tests(two, ""), expect!["line 6 holds more than one statement"]);
    let value = "x = session.notify(\"coverage\")";
    check_refused(
        "replace-notify",
        &tests(value, ""),
        expect!["`tests` queues `coverage` in a way that is not taken apart"],
    );
    let call = CALL.replace("-s tests", "-t slow");
    let tagged = tests("session.notify(\"coverage\")", &call)
        .replace("@nox.session\ndef te", "@nox.session(tags=[\"slow\"])\ndef te");
    check_refused(
        "replace-notify",
        &tagged,
        expect!["the call in line 6 of .github/workflows/ci.yml runs only a part of what would be required"],
    );
    let part = tests("session.notify(\"coverage\")", &CALL.replace("-s tests", "-s tests-3.12"))
        .replace("@nox.session\ndef te", "@nox.session(python=[\"3.12\", \"3.13\"])\ndef te");
    check_refused(
        "replace-notify",
        &part,
        expect!["the call in line 6 of .github/workflows/ci.yml runs only a part of what would be required"],
    );
}

#[test]
fn nothing_queued_nothing_to_do() {
    check_silent("replace-notify", &tests("session.log(\"done\")", ""));
}
