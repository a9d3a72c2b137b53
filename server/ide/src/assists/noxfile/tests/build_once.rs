//! `build-once`.

use expect_test::expect;

use super::{check, check_refused, check_silent, offer};
use crate::fixture::Fixture;

const SETUPTOOLS: &str = "#- pyproject.toml\n[build-system]\nrequires = [\"setuptools\"]\n";

/// A noxfile of a project that setuptools builds.
fn file(noxfile: &str) -> String {
    format!("{SETUPTOOLS}#- noxfile.py\n{noxfile}")
}

#[test]
fn sessions_take_the_wheel_that_another_one_builds() {
    check(
        "build-once",
        &file(
            r#"import nox


@nox.session
def lint(session: nox.Session) -> None:
    session.install("ruff")
    session.run("ruff", "check", ".")


# Quick ones.
@nox.session
def un<|>it(session: nox.Session) -> None:
    session.install("-c", "constraints.txt", ".[test]", "pytest", "pytest-xdist")
    session.run("pytest", "tests/unit")


@nox.session(tags=["slow"])
def e2e(session: nox.Session) -> None:
    session.install(
        "pytest",
        ".",  # the package
    )
    session.run("pytest", "tests/e2e")
"#,
        ),
        expect![[r#"
            Build one wheel for `unit` and `e2e` instead of 2: ~6 m → ~5 m 30 s (guessed times, one after another)
            #- noxfile.py
            import nox


            @nox.session
            def lint(session: nox.Session) -> None:
                session.install("ruff")
                session.run("ruff", "check", ".")


            def wheel(session: nox.Session) -> str:
                """Install the wheel that `build` made, and say where it is."""
                wheels = (session.cache_dir / "wheel").glob("*.whl")
                newest = str(max(wheels, key=lambda path: path.stat().st_mtime))
                # Of the same version pip keeps the old one unless told not to.
                session.install("--force-reinstall", "--no-deps", newest)
                return newest


            @nox.session(default=False)
            def build(session: nox.Session) -> None:
                """Build the wheel that other sessions install."""
                session.install("build")
                folder = str(session.cache_dir / "wheel")
                session.run_install("python", "-m", "build", "--wheel", "--outdir", folder)


            # Quick ones.
            @nox.session(requires=["build"])
            def unit(session: nox.Session) -> None:
                session.install(
                    "-c",
                    "constraints.txt",
                    f"{wheel(session)}[test]",
                    "pytest",
                    "pytest-xdist",
                )
                session.run("pytest", "tests/unit")


            @nox.session(tags=["slow"], requires=["build"])
            def e2e(session: nox.Session) -> None:
                session.install(
                    "pytest",
                    wheel(session),  # the package
                )
                session.run("pytest", "tests/e2e")
        "#]],
    );
}

#[test]
fn a_helper_single_quotes_tabs_and_names_that_are_taken() {
    check(
        "build-once",
        &file(
            "import nox as n\n\nn.needs_version = '>=2024.4.15'\nn.options.sessions = ['unit', 'e2e']\n\n\
             def setup(s, *more):\n\ts.install('.', *more)\n\n\
             @n.session(venv_backend='uv')\ndef unit(s):\n\tsetup(s, 'pytest')\n\ts.run('pytest', 'tests/unit')\n\n\
             @n.session(venv_backend='uv')\ndef e2e(s):\n\tsetup(s)\n\ts.run('pytest', 'tests/e2e')\n\n\
             @n.session\ndef bu<|>ild(s):\n\tsetup(s)\n\ts.run('check')\n",
        ),
        expect![[r#"
            Build one wheel for `unit`, `e2e` and `build` instead of 3: ~6 m 20 s → ~5 m 40 s (guessed times, one after another)
            #- noxfile.py
            import nox as n

            n.needs_version = '>=2025.02.09'
            n.options.sessions = ['unit', 'e2e']

            def setup(s, *more):
            	s.install(wheel(s), *more)

            def wheel(session):
            	"""Install the wheel that `build_wheel` made, and say where it is."""
            	wheels = (session.cache_dir / 'wheel').glob('*.whl')
            	newest = str(max(wheels, key=lambda path: path.stat().st_mtime))
            	# Of the same version pip keeps the old one unless told not to.
            	session.install('--force-reinstall', '--no-deps', newest)
            	return newest

            @n.session(default=False)
            def build_wheel(session):
            	"""Build the wheel that other sessions install."""
            	session.install('build')
            	folder = str(session.cache_dir / 'wheel')
            	session.run_install('python', '-m', 'build', '--wheel', '--outdir', folder)

            @n.session(venv_backend='uv', requires=['build_wheel'])
            def unit(s):
            	setup(s, 'pytest')
            	s.run('pytest', 'tests/unit')

            @n.session(venv_backend='uv', requires=['build_wheel'])
            def e2e(s):
            	setup(s)
            	s.run('pytest', 'tests/e2e')

            @n.session(requires=['build_wheel'])
            def build(s):
            	setup(s)
            	s.run('check')
        "#]],
    );
}

#[test]
fn one_session_for_several_pythons_is_sure_where_nothing_can_be_compiled() {
    let noxfile = |backend: &str| {
        format!(
            "#- pyproject.toml\n[build-system]\nrequires = []\nbuild-backend = \"{backend}\"\n#- noxfile.py\nimport nox\n\n\
             @nox.session(python=[\"3.12\", \"3.13\"])\ndef te<|>sts(session):\n    session.install(\".\")\n    \
             session.run(\"pytest\")\n"
        )
    };
    let offered = |backend: &str| {
        let offer = super::offer(&crate::fixture::Fixture::new(&noxfile(backend)), "build-once");
        offer.map(|offer| {
            format!("{}{}", offer.title, offer.disabled.map(|why| format!(" - {why}")).unwrap_or_default())
        })
    };
    let cases = ["setuptools.build_meta", "maturin", "hatchling.build", "pdm.backend"]
        .map(|backend| format!("{backend}: {}\n", offered(backend).unwrap_or_else(|| "nothing".to_owned())));
    expect![[r#"
        setuptools.build_meta: Build one wheel for `tests` instead of 2: ~3 m 30 s → ~3 m (guessed times, one after another; if no part of the package is compiled)
        maturin: Build one wheel for `tests` instead of 2: ~3 m 30 s → ~3 m (guessed times, one after another) - the package is compiled, and a wheel is good for one Python only
        hatchling.build: nothing
        pdm.backend: Build one wheel for `tests` instead of 2: ~3 m 30 s → ~3 m (guessed times, one after another; if no part of the package is compiled)
    "#]]
    .assert_eq(&cases.concat());
}

/// Two sessions that install the package, the second one by `install`.
fn second(install: &str) -> String {
    file(&format!(
        "import nox\n\nEXTRAS = [\"pytest\"]\n\n@nox.session\ndef unit(session):\n    session.install(\".\")\n\n@nox.session\ndef \
         e2<|>e(session):\n    {install}\n    session.run(\"pytest\")\n"
    ))
}

#[test]
fn what_may_build_something_else_is_left_alone() {
    for (install, why) in [
        (
            "session.install(\"-e\", \".\")",
            expect!["`e2e` installs the package editable: it uses the sources where they are"],
        ),
        ("session.install(\".\", *session.posargs)", expect!["not all that line 11 installs is known"]),
        (
            "session.install(\".\", \"--no-build-isolation\")",
            expect!["`--no-build-isolation` in line 11 may change what is built"],
        ),
        ("session.install(\".\", \"-C--x=y\")", expect!["`-C--x` in line 11 may change what is built"]),
        (
            "session.install(\".\", env={\"A\": \"1\"})",
            expect!["line 11 sets variables, which the package may depend on"],
        ),
        (
            "session.env[\"A\"] = \"1\"\n    session.install(\".\")",
            expect!["`e2e` sets `A` before it installs the package, which may depend on it"],
        ),
        (
            "session.install(*[\".\", \"pytest\"])",
            expect!["`e2e` does not install the package by a `session.install` that can be changed"],
        ),
        ("session.chdir(\"sub\")\n    session.install(\".\")", expect!["`e2e` installs it from another folder, `sub`"]),
    ] {
        check_refused("build-once", &second(install), why);
    }
    let no_environment =
        second("session.install(\".\")").replace("@nox.session\ndef e2", "@nox.session(venv_backend=\"none\")\ndef e2");
    check_refused("build-once", &no_environment, expect!["`e2e` has no environment of its own to install into"]);
    let bare = second("session.install(\".\")")
        .replace("EXTRAS = [\"pytest\"]", "nox.options.default_venv_backend = \"none\"");
    check_refused(
        "build-once",
        &bare,
        expect!["a session that builds would have no environment: `nox.options.default_venv_backend` is none"],
    );
    let no_project = second("session.install(\".\")").replace(SETUPTOOLS, "");
    check_refused(
        "build-once",
        &no_project,
        expect!["there is no pyproject.toml: nothing says how the package is built"],
    );
    let inside = second("session.install(\".\")").replace(
        "@nox.session\ndef unit(session):\n    session",
        "if True:\n    @nox.session\n    def unit(session):\n        session",
    );
    check_refused("build-once", &inside, expect!["`unit` does not stand at module level"]);
}

#[test]
fn workflows_may_stand_in_the_way() {
    let workflow = |step: &str| {
        format!(
            "#- .github/workflows/ci.yml\non: push\njobs:\n  tests:\n    runs-on: ubuntu-latest\n    steps:\n{step}"
        )
    };
    let with = |step: &str| format!("{}{}", second("session.install(\".\")"), workflow(step));
    check_refused(
        "build-once",
        &with("      - run: nox --no-dependencies -s unit\n"),
        expect!["line 6 of ci.yml runs `unit` with `--no-dependencies`"],
    );
    check_refused(
        "build-once",
        &with("      - run: pip install nox==2024.10.9\n      - run: nox -s unit\n"),
        expect!["`requires=` needs nox 2025.02.09, and job `tests` of ci.yml uses 2024.10.9"],
    );
    check_refused(
        "build-once",
        &with("      - parallel:\n          - run: nox -s unit\n          - run: nox -s e2e\n"),
        expect!["`build` would run twice at the same time"],
    );
}

#[test]
fn where_building_costs_nothing_nothing_is_offered() {
    let hatch = second("session.install(\".\")")
        .replace("\"setuptools\"]", "\"hatchling\"]\nbuild-backend = \"hatchling.build\"");
    check_silent("build-once", &hatch);
    check_silent("build-once", &second("session.install(\"pytest\")"));
}

/// A session that builds, two that install.
fn with_builder(head: &str, builder: &str) -> String {
    file(&format!(
        "{head}\n\n{builder}\n\n@nox.session\ndef un<|>it(session):\n    session.install(\".[test]\")\n    \
         session.run(\"pytest\", \"tests/unit\")\n\n@nox.session\ndef e2e(session):\n    session.install(\".\", \"pytest\")\n    \
         session.run(\"pytest\", \"tests/e2e\")\n"
    ))
}

const BUILDER: &str = "@nox.session(default=False)\ndef dist(session):\n    session.install(\"build\")\n    \
                       session.run(\"python\", \"-m\", \"build\")";

#[test]
fn the_session_that_builds_already_gives_its_wheel_to_all() {
    check(
        "build-once",
        &with_builder("import nox", BUILDER),
        expect![[r#"
            Build one wheel for `unit` and `e2e` instead of 2: ~6 m → ~5 m 30 s (guessed times, one after another)
            #- noxfile.py
            import pathlib

            import nox

            @nox.session(default=False)
            def dist(session):
                session.install("build")
                session.run("python", "-m", "build")

            def wheel(session):
                """Install the wheel that `dist` made, and say where it is."""
                wheels = list(pathlib.Path("dist").glob("*.whl"))
                if not wheels:
                    session.error("no wheel in dist: run nox -s dist")
                newest = str(max(wheels, key=lambda path: path.stat().st_mtime))
                # Of the same version pip keeps the old one unless told not to.
                session.install("--force-reinstall", "--no-deps", newest)
                return newest

            @nox.session(requires=["dist"])
            def unit(session):
                session.install(f"{wheel(session)}[test]")
                session.run("pytest", "tests/unit")

            @nox.session(requires=["dist"])
            def e2e(session):
                session.install(wheel(session), "pytest")
                session.run("pytest", "tests/e2e")
        "#]],
    );
}

/// The session that would build, and how the path of its wheels is written.
fn takes_from(head: &str, builder: &str) -> String {
    let fixture = crate::fixture::Fixture::new(&with_builder(head, builder));
    let made = super::offer(&fixture, "build-once").expect("an offer");
    if let Some(why) = made.disabled {
        return why;
    }
    let edit = made.edits.iter().find(|edit| edit.file == fixture.file).expect("an edit");
    let text = fixture.snapshot.file(fixture.file).expect("the noxfile").document.text();
    let text = syntax::apply(text, &edit.edits).expect("edits that fit");
    let line = |word: &str| text.lines().find(|line| line.contains(word)).unwrap_or_default().trim().to_owned();
    format!("{}; {}", line("requires="), line("glob("))
}

#[test]
fn which_session_builds_already() {
    let own = r#"@nox.session(requires=["build"]); wheels = (session.cache_dir / "wheel").glob("*.whl")"#;
    let command = |command: &str| BUILDER.replace("\"python\", \"-m\", \"build\"", command);
    for (head, builder, expected) in [
        (
            "import nox",
            command("\"uv\", \"build\", \"--wheel\", \"--out-dir\", \"out\""),
            r#"@nox.session(requires=["dist"]); wheels = list(pathlib.Path("out").glob("*.whl"))"#,
        ),
        (
            "from pathlib import Path\n\nimport nox",
            command("\"hatch\", \"build\""),
            r#"@nox.session(requires=["dist"]); wheels = list(Path("dist").glob("*.whl"))"#,
        ),
        (
            "import pathlib as p\nimport nox",
            command("\"python\", \"-m\", \"build\", \"-o\", \"x\""),
            r#"@nox.session(requires=["dist"]); wheels = list(p.Path("x").glob("*.whl"))"#,
        ),
        // One that builds no wheel, does not always build, is for some Pythons, or does more.
        ("import nox", command("\"python\", \"-m\", \"build\", \"--sdist\""), own),
        ("import nox", command("\"python\", \"-m\", \"build\", *session.posargs"), own),
        ("import nox", BUILDER.replace("    session.run", "    if session.posargs:\n        session.run"), own),
        ("import nox", BUILDER.replace("default=False", "python=[\"3.12\", \"3.13\"]"), own),
        ("import nox", format!("{BUILDER}\n    session.run(\"twine\", \"upload\", \"dist/*\")"), own),
        ("import nox", format!("{BUILDER}\n    session.run(\"git\", \"tag\", \"v1\")"), own),
        ("import nox", format!("{BUILDER}\n    session.notify(\"unit\")"), own),
    ] {
        assert_eq!(takes_from(head, &builder), expected, "{builder}");
    }
}

#[test]
fn imports_of_others_keep_their_places() {
    for (head, expected) in [
        ("import os\nimport shutil\n\nimport nox", "import os\nimport pathlib\nimport shutil\n\nimport nox"),
        (
            "from __future__ import annotations\n\nimport nox",
            "from __future__ import annotations\n\nimport pathlib\n\nimport nox",
        ),
        ("import shutil\n\nimport nox", "import pathlib\nimport shutil\n\nimport nox"),
        ("\"\"\"Sessions.\"\"\"\n# Ours.\nimport nox", "\"\"\"Sessions.\"\"\"\n# Ours.\nimport pathlib\n\nimport nox"),
    ] {
        let fixture = crate::fixture::Fixture::new(&with_builder(head, BUILDER));
        let made = super::offer(&fixture, "build-once").expect("an offer");
        let text = fixture.snapshot.file(fixture.file).expect("the noxfile").document.text();
        let edit = made.edits.first().unwrap_or_else(|| panic!("{:?}", made.disabled));
        let text = syntax::apply(text, &edit.edits).expect("edits that fit");
        assert!(text.starts_with(expected), "{text}");
    }
}

#[test]
fn workflows_that_run_the_builder_run_it_still_and_others_run_it_too() {
    let workflow = "#- .github/workflows/ci.yml\non: push\njobs:\n  dist:\n    runs-on: x\n    steps:\n      - run: nox -s \
                    dist\n  tests:\n    runs-on: x\n    steps:\n      - run: nox -s unit e2e\n";
    let fixture = crate::fixture::Fixture::new(&format!("{}{workflow}", with_builder("import nox", BUILDER)));
    assert_eq!(super::offer(&fixture, "build-once").expect("an offer").disabled, None);
}

#[test]
fn who_installs_a_wheel_already_is_left_alone() {
    let wheel = "@nox.session(requires=[\"dist\"])\ndef te<|>sts(session):\n    session.install(\"dist/demo-1.0-py3-none-any.whl\")";
    check_silent("build-once", &file(&format!("import nox\n\n{BUILDER}\n\n{wheel}\n")));
}

/// Whether it is the best there is, with jobs that make these calls.
#[track_caller]
fn check_preferred(session: &str, calls: &[&str], expected: bool) {
    let job = |(at, call): (usize, &&str)| format!("  j{at}:\n    runs-on: x\n    steps:\n      - run: {call}\n");
    let jobs: String = calls.iter().enumerate().map(job).collect();
    let noxfile = format!(
        "import nox<|>\n@nox.session\ndef unit(session):\n    session.install(\".\")\n    session.run(\"pytest\")\n\
         @nox.session\ndef e2e(session):\n    session.install(\".\")\n    session.run(\"behave\")\n{session}"
    );
    let workflow = format!("#- .github/workflows/ci.yml\non: push\njobs:\n{jobs}");
    let fixture = Fixture::new(&format!("{}{}", file(&noxfile), if calls.is_empty() { "" } else { &workflow }));
    let offer = offer(&fixture, "build-once").expect("it is offered");
    assert_eq!((offer.is_preferred, offer.disabled.as_deref()), (expected, None), "{calls:?}: {}", offer.title);
    assert_eq!(offer.title.contains("an environment more"), !expected, "{}", offer.title);
}

#[test]
fn ci_that_runs_one_session_a_job_pays_for_it() {
    check_preferred("", &[], true);
    check_preferred("", &["nox"], true);
    check_preferred("", &["nox -s unit e2e"], true);
    check_preferred("", &["nox -s unit"], false);
    check_preferred("", &["nox -s unit", "nox -s e2e"], false);
    check_preferred("", &["nox -s unit", "nox -s unit e2e"], true);
    // Two calls of one job build it twice, as they do today.
    check_preferred("", &["nox -s unit && nox -s e2e"], false);
    let build = "@nox.session\ndef build(session):\n    session.run(\"python\", \"-m\", \"build\")\n";
    check_preferred(build, &["nox -s build unit"], true);
    check_preferred(build, &["nox -s build"], true);
}
