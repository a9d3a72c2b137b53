//! `use-nox-parallel`.

use super::*;

#[test]
fn nox_parallel_makes_the_noxfile_safe_too() {
    check(
        "use-nox-parallel",
        CHECKS,
        expect![[r##"
        #- .github/workflows/ci.yml
        on: push
        jobs:
          checks:
            name: Checks
            runs-on: ubuntu-latest
            steps:
              - uses: actions/checkout@v7
              # Fast ones first.
              # ruff
              # The manual.
              - name: Sessions in parallel
                run: nox -j 4 -s lint typecheck docs

          deploy:
            needs: checks
            runs-on: ubuntu-latest
            steps:
              - run: ./deploy
        #- noxfile.py
        import nox

        nox.needs_version = ">=2026.08.10"

        @nox.session(allow_parallel=True)
        def lint(session):
            session.run("ruff", "check", ".")

        @nox.session(python="3.12", allow_parallel=True)
        def typecheck(session):
            session.run("mypy", "src")

        @nox.session(allow_parallel=True)
        def docs(session):
            session.run("mkdocs", "build")

        @nox.session
        def unit(session):
            session.run("coverage", "run", "-p", "-m", "pytest", "tests/unit")

        @nox.session
        def integration(session):
            session.run("coverage", "run", "-p", "-m", "pytest", "tests/integration")

        @nox.session
        def report(session):
            session.run("coverage", "combine")
            session.run("coverage", "report")

        @nox.session
        def format(session):
            session.run("ruff", "format", ".")

    "##]],
    );
}

#[test]
fn nox_parallel_declares_what_is_needed() {
    check(
        "use-nox-parallel",
        DEPENDENT,
        expect![[r##"
            #- .github/workflows/ci.yml
            on: push
            jobs:
              checks:
                runs-on: ubuntu-latest
                steps:
                  - run: nox -s lint
                  - run: nox -s format
                  - name: Sessions in parallel
                    run: nox -j 4 -s unit integration docs report
            #- noxfile.py
            import nox

            nox.needs_version = ">=2026.08.10"

            @nox.session
            def lint(session):
                session.run("ruff", "check", ".")

            @nox.session(python="3.12")
            def typecheck(session):
                session.run("mypy", "src")

            @nox.session(allow_parallel=True)
            def docs(session):
                session.run("mkdocs", "build")

            @nox.session(allow_parallel=True)
            def unit(session):
                session.run("coverage", "run", "-p", "-m", "pytest", "tests/unit")

            @nox.session(allow_parallel=True)
            def integration(session):
                session.run("coverage", "run", "-p", "-m", "pytest", "tests/integration")

            @nox.session(requires=["unit", "integration"])
            def report(session):
                session.run("coverage", "combine")
                session.run("coverage", "report")

            @nox.session
            def format(session):
                session.run("ruff", "format", ".")

        "##]],
    );
}

#[test]
fn calls_elsewhere_go_on_running_one_session_only() {
    let other = "
#- .github/workflows/report.yml
on: push
jobs:
  report:
    runs-on: ubuntu-latest
    steps:
      - run: nox -s report
";
    let fixture = Fixture::with_settings(&format!("{NOXFILE}{DEPENDENT}{other}"), settings());
    let offers = crate::assists(&fixture.snapshot, fixture.file, fixture.span);
    let offer = offers.iter().find(|offer| offer.assist == "use-nox-parallel").expect("offered");
    assert_eq!(offer.disabled, None);
    let inserts = offer.edits.iter().flat_map(|edit| &edit.edits).map(|edit| edit.insert.as_str());
    assert!(inserts.into_iter().any(|insert| insert == " --no-dependencies"), "{offer:#?}");
}

#[test]
fn notify_stands_in_the_way_of_nox_parallel() {
    let noxfile = NOXFILE.replace("session.run(\"mkdocs\", \"build\")", "session.notify(\"lint\")");
    let fixture = Fixture::with_settings(&format!("{noxfile}{DEPENDENT}"), settings());
    let offers = crate::assists(&fixture.snapshot, fixture.file, fixture.span);
    let offer = offers.iter().find(|offer| offer.assist == "use-nox-parallel").expect("offered");
    expect!["`docs` calls `session.notify`, which nox -j refuses"]
        .assert_eq(offer.disabled.as_deref().unwrap_or_default());
}

#[test]
fn an_old_nox_anywhere_stands_in_the_way() {
    let other = "
#- .github/workflows/old.yml
on: push
jobs:
  old:
    runs-on: ubuntu-latest
    steps:
      - run: pip install nox==2025.2.9
      - run: nox -s docs
";
    let fixture = Fixture::with_settings(&format!("{NOXFILE}{DEPENDENT}{other}"), settings());
    let offers = crate::assists(&fixture.snapshot, fixture.file, fixture.span);
    let offer = offers.iter().find(|offer| offer.assist == "use-nox-parallel").expect("offered");
    expect!["nox -j needs nox 2026.08.10, and job `old` of old.yml uses 2025.2.9"]
        .assert_eq(offer.disabled.as_deref().unwrap_or_default());
}
