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
    let mut out = String::new();
    for steps in [
        "      - run: pip install nox==2025.2.9\n      - run: nox -s docs\n",
        "      - run: pipx run --spec nox==2025.2.9 nox -s docs\n",
        "      - run: uvx nox@2025.2.9 -s docs\n",
        "      - run: uv tool install 'nox[uv]<2026'\n      - run: nox -s docs\n",
        "      - run: pip install -r ci/requirements.txt\n      - run: nox -s docs\n",
        "      - run: pipx install --pip-args=--constraint=ci/constraints.txt nox\n      - run: nox -s docs\n",
        "      - uses: wntrblm/nox@2025.02.09\n      - run: nox -s docs\n",
        "      - run: pip install 'nox>=2025'\n      - run: nox -s docs\n",
        "      - run: uv run nox -s docs\n",
        "      - run: pip install -e '.[dev]'\n      - run: nox -s docs\n",
        "      - run: pip install 'nox[uv]==2025.2.9'\n      - run: nox -s docs\n",
        "      - run: pip install nox==2025.*\n      - run: nox -s docs\n",
    ] {
        let other = format!(
            "#- .github/workflows/old.yml\non: push\njobs:\n  old:\n    runs-on: ubuntu-latest\n    steps:\n{steps}#- \
             ci/requirements.txt\npytest\nnox == 2025.2.9\n#- ci/constraints.txt\nnox==2025.2.9 ; python_version > '3'\n#- uv.lock\n\
             [[package]]\nname = \"nox\"\nversion = \"2025.11.12\"\n#- pyproject.toml\n[project.optional-dependencies]\n\
             dev = [\"nox<2026\"]\n"
        );
        let fixture = Fixture::with_settings(&format!("{NOXFILE}{DEPENDENT}{other}"), settings());
        let offers = crate::assists(&fixture.snapshot, fixture.file, fixture.span);
        let offer = offers.iter().find(|offer| offer.assist == "use-nox-parallel").expect("offered");
        let title = offer.title.rsplit_once("; ").map_or("possible", |(_, caveat)| caveat);
        out.push_str(offer.disabled.as_deref().unwrap_or(title));
        out.push('\n');
    }
    expect![[r#"
        with nox 2026.08.10 in the place of 2025.2.9)
        with nox 2026.08.10 in the place of 2025.2.9)
        with nox 2026.08.10 in the place of 2025.2.9)
        nox -j needs nox 2026.08.10, and job `old` of old.yml uses <2026
        nox -j needs nox 2026.08.10, and job `old` of old.yml uses 2025.2.9 (ci/requirements.txt)
        nox -j needs nox 2026.08.10, and job `old` of old.yml uses 2025.2.9 (ci/constraints.txt)
        with nox 2026.08.10 in the place of 2025.02.09)
        possible
        nox -j needs nox 2026.08.10, and job `old` of old.yml uses 2025.11.12 (uv.lock)
        nox -j needs nox 2026.08.10, and job `old` of old.yml uses <2026 (pyproject.toml)
        with nox 2026.08.10 in the place of 2025.2.9)
        nox -j needs nox 2026.08.10, and job `old` of old.yml uses 2025.*
    "#]]
    .assert_eq(&out);
}

#[test]
fn asked_for_in_the_noxfile_it_changes_the_workflow_too() {
    let noxfile = NOXFILE.replace("def docs", "def do<|>cs");
    let workflow = CHECKS.replace("<|>", "");
    let fixture = Fixture::with_settings(&format!("{noxfile}{workflow}"), settings());
    let offers = crate::assists(&fixture.snapshot, fixture.file, fixture.span);
    let offer = offers.iter().find(|offer| offer.assist == "use-nox-parallel").expect("offered");
    expect!["Run 3 sessions of `checks` in ci.yml with nox -j 4: 6 m 40 s → 3 m 40 s (measured times, 4 cores)"]
        .assert_eq(&offer.title);
    let there = Fixture::with_settings(&format!("{NOXFILE}{CHECKS}"), settings());
    let same = crate::assists(&there.snapshot, there.file, there.span);
    let same = same.iter().find(|offer| offer.assist == "use-nox-parallel").expect("offered");
    assert_eq!(offer.edits, same.edits);
    let not_there = noxfile.replace("<|>", "").replace("def format", "def for<|>mat");
    let fixture = Fixture::with_settings(&format!("{not_there}{workflow}"), settings());
    let offers = crate::assists(&fixture.snapshot, fixture.file, fixture.span);
    assert!(!offers.iter().any(|offer| offer.assist == "use-nox-parallel"), "{offers:#?}");
}

#[test]
fn nox_stays_started_as_it_is() {
    for launcher in ["uvx nox", "pipx run nox", "python -m nox", "uv run nox", "uv tool run nox"] {
        let workflow = CHECKS.replace("run: nox ", &format!("run: {launcher} "));
        let fixture = Fixture::with_settings(&format!("{NOXFILE}{workflow}"), settings());
        let offers = crate::assists(&fixture.snapshot, fixture.file, fixture.span);
        let offer = offers.iter().find(|offer| offer.assist == "use-nox-parallel").expect("offered");
        let inserts: String =
            offer.edits.iter().flat_map(|edit| &edit.edits).map(|edit| edit.insert.as_str()).collect();
        for part in [
            &format!("run: {launcher} -j 4 -s lint typecheck docs"),
            "needs_version = \">=2026.08.10\"",
            "allow_parallel=True",
        ] {
            assert!(inserts.contains(part), "{part}: {inserts}");
        }
    }
}

/// Instances of one session in steps of their own, and sessions that require the same one.
#[test]
fn what_steps_keep_in_one_process_nox_can_part() {
    let parametrized = "@nox.session\n@nox.parametrize(\"x\", [\"a\", \"b\", \"c\"], ids=[\"a\", \"b\", \"c\"])\ndef tests(session, x):\n    ";
    let instances = |command: &str| format!("{parametrized}{command}\n");
    let pytest = instances("session.run(\"pytest\", \"tests\", x)");
    let two = |requires: &str, one: &str, other: &str| {
        format!(
            "@nox.session\ndef first(session):\n    session.run(\"ruff\", \"check\")\n\n@nox.session(requires=[\"first\"{requires}])\n\
             def one(session):\n    {one}\n\n@nox.session(requires=[\"first\"])\ndef two(session):\n    {other}\n"
        )
    };
    let (mypy, bandit) = ("session.run(\"mypy\", \"src\")", "session.run(\"bandit\", \"src\")");
    let docs = "session.run(\"mkdocs\", \"build\")";
    let mut out = String::new();
    for (what, noxfile, calls) in [
        ("instances", pytest.clone(), "'tests(a)'|'tests(b)'|\"tests(c)\""),
        ("one of them twice", pytest.clone(), "'tests(a)'|'tests(b)'|'tests(a)'"),
        ("all of them and one", pytest.clone(), "tests|'tests(a)'"),
        ("other arguments", pytest.replace("x)\n", "*session.posargs)\n"), "'tests(a)' -- -k a|'tests(b)'"),
        ("a file for all", instances("session.run(\"pytest\", \"--junitxml=r.xml\")"), "'tests(a)'|'tests(b)'"),
        ("nobody knows", instances("session.run(\"frobnicate\", x)"), "'tests(a)'|'tests(b)'"),
        ("notify", instances("session.notify(\"tests\")"), "'tests(a)'|'tests(b)'"),
        ("the same requirement", two("", mypy, bandit), "one|two"),
        ("the same, and order", two(", \"two\"", mypy, bandit), "one|two"),
        ("one the other", two("", mypy, bandit), "first|one"),
        ("the same, and a folder", two("", docs, docs), "one|two"),
    ] {
        let steps: String = calls.split('|').map(|call| format!("      - run: nox -s {call}\n")).collect();
        let workflow = format!(
            "#- .github/workflows/ci.yml\non: push\njobs:\n  checks:<|>\n    runs-on: ubuntu-latest\n    steps:\n{steps}"
        );
        let fixture =
            Fixture::with_settings(&format!("#- noxfile.py\nimport nox\n\n{noxfile}\n{workflow}"), settings());
        let offers = crate::assists(&fixture.snapshot, fixture.file, fixture.span);
        let Some(offer) = offers.iter().find(|offer| offer.assist == "use-nox-parallel") else {
            out.push_str(&format!("{what}: not offered\n"));
            continue;
        };
        let inserts: String =
            offer.edits.iter().flat_map(|edit| &edit.edits).map(|edit| edit.insert.as_str()).collect();
        let lines = inserts.lines().filter(|line| line.contains("-j") || line.contains("allow"));
        let lines: Vec<&str> = lines.map(str::trim).collect();
        let told = offer.disabled.as_ref().map_or(lines.join(" / "), |why| format!("disabled, {why}"));
        out.push_str(&format!("{what}: {}\n  {told}\n", offer.title));
    }
    expect![[r#"
        instances: Run 3 sessions with nox -j 4: ~6 m → ~2 m 30 s (guessed times, 4 cores)
          run: nox -j 4 -s 'tests(a)' 'tests(b)' "tests(c)"(allow_parallel=True)
        one of them twice: Run 3 sessions with nox -j 4: ~6 m → ~2 m 30 s (guessed times, 4 cores)
          disabled, `tests(a)` runs twice, and both runs would build its environment
        all of them and one: Run 2 sessions with nox -j 4: ~7 m 40 s → ~2 m 30 s (guessed times, 4 cores)
          disabled, `tests(a)` runs twice, and both runs would build its environment
        other arguments: Run 2 sessions with nox -j 4: ~4 m 10 s → ~2 m 30 s (guessed times, 4 cores)
          disabled, one call gives its arguments to all: `tests` gets `-- -k a`, which `tests` may read, too
        a file for all: Run 2 sessions with nox -j 4: ~4 m 10 s → ~2 m 30 s (guessed times, 4 cores)
          disabled, two instances of `tests` both write `r.xml`; the later one wins
        nobody knows: Run 2 sessions with nox -j 4: ~4 m 10 s → ~2 m 30 s (guessed times, 4 cores; unverified: nobody knows what `frobnicate {x}` touches)
          run: nox -j 4 -s 'tests(a)' 'tests(b)'(allow_parallel=True)
        notify: Run 2 sessions with nox -j 4: ~4 m 10 s → ~2 m 30 s (guessed times, 4 cores)
          disabled, `tests` calls `session.notify`, which nox -j refuses
        the same requirement: Run 2 sessions with nox -j 4: ~2 m 50 s → ~1 m 50 s (guessed times, 4 cores)
          run: nox -j 4 -s one two, allow_parallel=True, allow_parallel=True
        the same, and order: not offered
        one the other: not offered
        the same, and a folder: not offered
    "#]].assert_eq(&out);
}
