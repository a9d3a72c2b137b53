//! `build-once` where sessions say `python -m build` themselves.

use expect_test::expect;

use super::{check, check_silent, offer};
use crate::fixture::Fixture;

/// Two sessions that build and do more, and what stands around them.
fn two(above: &str, between: &str) -> String {
    format!(
        r#"#- noxfile.py
import nox
{above}

@nox.session
def do<|>cs(session):
    session.install("build", "mkdocs")
    session.run("python", "-m", "build")
    session.run("mkdocs", "build")
{between}

@nox.session(tags=["release"])
def check_dist(session):
    session.install("build", "twine")
    # As it is published.
    session.run("python", "-m", "build")
    session.run("twine", "check", "dist/*")
"#
    )
}

const BUILDER: &str = r#"
@nox.session(default=False)
def dist(session):
    session.install("build")
    session.run("python", "-m", "build")
"#;

#[test]
fn a_session_of_its_own_builds_for_those_that_do_more() {
    check(
        "build-once",
        &two("", ""),
        expect![[r#"
            Build the package once for `docs` and `check_dist` instead of 2 times: ~2 m → ~1 m 40 s (guessed times, one after another)
            #- noxfile.py
            import nox


            @nox.session(default=False)
            def build(session):
                """Build the package that other sessions use."""
                session.install("build")
                session.run("python", "-m", "build")


            @nox.session(requires=["build"])
            def docs(session):
                session.install("build", "mkdocs")
                session.run("mkdocs", "build")


            @nox.session(tags=["release"], requires=["build"])
            def check_dist(session):
                session.install("twine")
                # As it is published.
                session.run("twine", "check", "dist/*")
        "#]],
    );
}

#[test]
fn one_that_does_nothing_else_is_required() {
    check(
        "build-once",
        &two(BUILDER, ""),
        expect![[r#"
            Build the package once, by `dist`, instead of 3 times: ~2 m 50 s → ~2 m (guessed times, one after another)
            #- noxfile.py
            import nox

            @nox.session(default=False)
            def dist(session):
                session.install("build")
                session.run("python", "-m", "build")


            @nox.session(requires=["dist"])
            def docs(session):
                session.install("build", "mkdocs")
                session.run("mkdocs", "build")


            @nox.session(tags=["release"], requires=["dist"])
            def check_dist(session):
                session.install("twine")
                # As it is published.
                session.run("twine", "check", "dist/*")
        "#]],
    );
}

#[test]
fn a_function_that_builds_is_called_once() {
    check(
        "build-once",
        r#"
        #- noxfile.py
        import nox

        def make(session: nox.Session) -> None:
            session.install("build")
            session.run("python", "-m", "build")

        @nox.session(python="3.12")
        def che<|>ck(session: nox.Session) -> None:
            make(session)
            session.install("twine")
            session.run("twine", "check", "dist/*")

        @nox.session(python="3.12")
        def upload(session: nox.Session) -> None:
            make(session)  # anew
            session.install("twine")
            session.run("twine", "upload", "dist/*")
        "#,
        expect![[r#"
            Build the package once for `check` and `upload` instead of 2 times: ~2 m → ~1 m 40 s (guessed times, one after another)
            #- noxfile.py
            import nox

            def make(session: nox.Session) -> None:
                session.install("build")
                session.run("python", "-m", "build")

            @nox.session(default=False, python="3.12")
            def build(session: nox.Session) -> None:
                """Build the package that other sessions use."""
                make(session)

            @nox.session(python="3.12", requires=["build"])
            def check(session: nox.Session) -> None:
                session.install("twine")
                session.run("twine", "check", "dist/*")

            @nox.session(python="3.12", requires=["build"])
            def upload(session: nox.Session) -> None:
                # anew
                session.install("twine")
                session.run("twine", "upload", "dist/*")
        "#]],
    );
}

#[test]
fn a_session_that_calls_the_one_that_builds_requires_it() {
    check(
        "build-once",
        &format!(
            r#"#- noxfile.py
import nox
{BUILDER}

@nox.session
def up<|>load(session):
    dist(session)
    session.install("twine")
    session.run("twine", "upload", "dist/*")
"#
        ),
        expect![[r#"
            Build the package once, by `dist`, instead of 2 times: ~2 m → ~1 m 40 s (guessed times, one after another)
            #- noxfile.py
            import nox

            @nox.session(default=False)
            def dist(session):
                session.install("build")
                session.run("python", "-m", "build")


            @nox.session(requires=["dist"])
            def upload(session):
                session.install("twine")
                session.run("twine", "upload", "dist/*")
        "#]],
    );
}

#[test]
fn the_output_folder_is_cleared_by_the_one_that_builds() {
    check(
        "build-once",
        r#"
        #- noxfile.py
        import shutil
        import nox

        @nox.session
        def che<|>ck(session):
            shutil.rmtree("out", ignore_errors=True)
            session.run("uv", "build", "--out-dir", "out", external=True)
            session.run("twine", "check", "out/*", external=True)

        @nox.session
        def smoke(session):
            shutil.rmtree("out", ignore_errors=True)
            session.run("uv", "build", "--out-dir", "out", external=True)
            session.install("demo", "--find-links", "out", "--no-index")
        "#,
        expect![[r#"
            Build the package once for `check` and `smoke` instead of 2 times: ~1 m 30 s → ~1 m 10 s (guessed times, one after another)
            #- noxfile.py
            import shutil
            import nox

            @nox.session(default=False)
            def build(session):
                """Build the package that other sessions use."""
                shutil.rmtree("out", ignore_errors=True)
                session.run("uv", "build", "--out-dir", "out", external=True)

            @nox.session(requires=["build"])
            def check(session):
                session.run("twine", "check", "out/*", external=True)

            @nox.session(requires=["build"])
            def smoke(session):
                session.install("demo", "--find-links", "out", "--no-index")
        "#]],
    );
}

#[test]
fn those_that_install_the_package_take_the_wheel_of_the_same_build() {
    let unit = "\n@nox.session\ndef unit(session):\n    session.install(\".\", \"pytest\")\n    session.run(\"pytest\")\n\n\
                @nox.session\ndef e2e(session):\n    session.install(\".\", \"build\")\n    session.run(\"python\", \"-m\", \"build\")\n    \
                session.run(\"pytest\", \"e2e\")\n";
    check(
        "build-once",
        &format!("#- pyproject.toml\n[project]\nname = \"demo\"\n{}", two("", unit)),
        expect![[r#"
            Build the package once for 4 sessions instead of 5 times: ~8 m → ~6 m 30 s (guessed times, one after another)
            #- noxfile.py
            import pathlib

            import nox


            def wheel(session):
                """Install the wheel that `build` made, and say where it is."""
                wheels = list(pathlib.Path("dist").glob("*.whl"))
                if not wheels:
                    session.error("no wheel in dist: run nox -s build")
                newest = str(max(wheels, key=lambda path: path.stat().st_mtime))
                # Of the same version pip keeps the old one unless told not to.
                session.install("--force-reinstall", "--no-deps", newest)
                return newest


            @nox.session(default=False)
            def build(session):
                """Build the package that other sessions use."""
                session.install("build")
                session.run("python", "-m", "build")


            @nox.session(requires=["build"])
            def docs(session):
                session.install("build", "mkdocs")
                session.run("mkdocs", "build")

            @nox.session(requires=["build"])
            def unit(session):
                session.install(wheel(session), "pytest")
                session.run("pytest")

            @nox.session(requires=["build"])
            def e2e(session):
                session.install(wheel(session), "build")
                session.run("pytest", "e2e")


            @nox.session(tags=["release"], requires=["build"])
            def check_dist(session):
                session.install("twine")
                # As it is published.
                session.run("twine", "check", "dist/*")
        "#]],
    );
}

#[test]
fn commands_that_build_a_package() {
    let mut out = String::new();
    for (install, command) in [
        ("build==1.2", r#""python", "-m", "build", "--wheel""#),
        ("build[uv]", r#""pyproject-build", "-o", "out""#),
        ("hatch", r#""hatch", "build", "out""#),
        ("flit", r#""flit", "build""#),
        ("poetry", r#""poetry", "build""#),
        ("pdm", r#""pdm", "build", "-d", "out""#),
        ("pytest", r#""uv", "build", external=True"#),
        ("uv", r#""uv", "build""#),
        ("uv", r#""uv", "run", "python", "-m", "build""#),
        ("pytest", r#""python", "-m", "pip", "wheel", ".", "-w", "out""#),
        ("poetry-plugin-x\", \"poetry", r#""poetry", "build""#),
        ("setuptools", r#""python", "setup.py", "sdist""#),
        (
            "build",
            r#""python", "-m", "build", "--outdir", "a/folder/that/has/a/name/so/long/that/no/line/holds/it/all""#,
        ),
        ("pytest", r#""python", "-m", "build""#),
        // What others do not find.
        ("build", r#""python", "-m", "build", "-o", session.create_tmp()"#),
        ("nuitka", r#""nuitka", "demo.py""#),
    ] {
        let fixture = two("", "")
            .replace("\"build\", \"", &format!("\"{install}\", \""))
            .replace("\"python\", \"-m\", \"build\"", command);
        let fixture = Fixture::new(&fixture);
        let Some(made) = offer(&fixture, "build-once") else {
            out.push_str("nothing\n");
            continue;
        };
        let Some(edit) = made.edits.first() else {
            out.push_str(&format!("{}\n", made.disabled.unwrap_or_default()));
            continue;
        };
        let text = syntax::apply(fixture.snapshot.files[0].document.text(), &edit.edits).expect("edits that fit");
        let body =
            text.split_once("sessions use.\"\"\"\n").and_then(|(_, rest)| rest.split_once("\n\n")).expect("a body");
        out.push_str(&format!("{}\n", body.0));
    }
    expect![[r#"
            session.install("build==1.2")
            session.run("python", "-m", "build", "--wheel")
            session.install("build[uv]")
            session.run("pyproject-build", "-o", "out")
            session.install("hatch")
            session.run("hatch", "build", "out")
            session.install("flit")
            session.run("flit", "build")
            session.install("poetry")
            session.run("poetry", "build")
            session.install("pdm")
            session.run("pdm", "build", "-d", "out")
            session.run("uv", "build", external=True)
            session.install("uv")
            session.run("uv", "build")
            session.install("uv")
            session.run("uv", "run", "python", "-m", "build")
            session.run("python", "-m", "pip", "wheel", ".", "-w", "out")
            session.install("poetry-plugin-x", "poetry")
            session.run("poetry", "build")
        `setup.py` in line 7 builds with what `docs` has installed
            session.install("build")
            session.run("python", "-m", "build", "--outdir", "a/folder/that/has/a/name/so/long/that/no/line/holds/it/all")
        `docs` does not say by name that it installs `build`
        nothing
        nothing
    "#]].assert_eq(&out);
}

/// A session that builds, with `more` in its body, and `others`.
fn called(more: &str, others: &str) -> String {
    format!(
        "#- noxfile.py\nimport nox\n\n@nox.session\ndef bu<|>ild(session):\n    session.install(\"wheel\", \"build\", \"twine\")\n    \
         session.run(\"python\", \"-m\", \"build\", \"--no-isolation\")\n{more}\n{others}"
    )
}

#[test]
fn a_session_that_is_called_may_do_more_than_build() {
    let answer_to = |fixture: &str| match offer(&Fixture::new(fixture), "build-once") {
        None => "nothing".to_owned(),
        Some(made) => match made.disabled {
            Some(why) => format!("refused: {why}"),
            None => made.title,
        },
    };
    let answer = |more: &str, others: &str| answer_to(&called(more, others));
    let check = "    session.run(\"twine\", \"check\", \"dist/*\")\n";
    let upload = "@nox.session\ndef upload(session):\n    build(session)\n    session.install(\"twine\")\n    session.run(\"twine\", \"upload\", \"dist/*\")\n";
    let smoke = "@nox.session(python=[\"3.12\", \"3.13\"])\ndef smoke(session):\n    build(session)\n    session.run(\"pytest\")\n";
    let release =
        "@nox.session\ndef release(session):\n    session.run(\"bump-my-version\", \"bump\")\n    build(session)\n";
    let outer = "@nox.session\ndef outer(session):\n    upload(session)\n";
    let setup = upload.replace("    build(session)", "    session.install(\"wheel\")\n    build(session)");
    let cleared = |fixture: &str| {
        let clear = "    if os.path.exists(\"dist\"):\n        shutil.rmtree(\"dist\")\n    session.install(\"wheel\"";
        fixture
            .replace("    session.install(\"wheel\"", clear)
            .replace("import nox\n", "import os, shutil\nimport nox\n")
    };
    let own = upload.replace("build(session)", "session.run(\"python\", \"-m\", \"build\", \"--no-isolation\")");
    let shown = [
        ("as it is", answer(check, upload)),
        ("it does nothing else", answer("", upload)),
        ("it clears the folder if it is there", answer_to(&cleared(&called("", upload)))),
        ("others use what it installs", answer(check, smoke)),
        ("others run what it installs", answer(check, &upload.replace("    session.install(\"twine\")\n", ""))),
        ("others install before", answer(check, &setup)),
        ("one raises the version before", answer(check, &format!("{upload}\n{release}"))),
        ("only that one", answer(check, release)),
        ("one calls one that calls it", answer(check, &format!("{upload}\n{outer}"))),
        ("one builds by itself", answer(check, &own)),
        ("it publishes, too", answer("    session.run(\"twine\", \"upload\", \"dist/*\")\n", upload)),
        ("it tags, too", answer("    session.run(\"git\", \"tag\", \"v1\")\n", upload)),
    ]
    .map(|(what, answer)| format!("{what}: {answer}\n"));
    expect![[r#"
        as it is: Build the package once, by `build`, instead of 2 times: ~2 m → ~1 m 40 s (guessed times, one after another)
        it does nothing else: Build the package once, by `build`, instead of 2 times: ~2 m → ~1 m 40 s (guessed times, one after another)
        it clears the folder if it is there: Build the package once, by `build`, instead of 2 times: ~2 m → ~1 m 40 s (guessed times, one after another)
        others use what it installs: Build the package once, by `build`, instead of 3 times: ~9 m 20 s → ~8 m 30 s (guessed times, one after another; if no part of the package is compiled and `smoke` uses nothing that `build` installs)
        others run what it installs: refused: `upload` runs `twine`, which `build` installs
        others install before: refused: `--no-isolation` in line 6 builds with what `upload` has installed
        one raises the version before: Build the package once, by `build`, instead of 2 times: ~2 m → ~1 m 40 s (guessed times, one after another)
        only that one: refused: `release` changes the sources, which another build would not find as it is now
        one calls one that calls it: refused: `upload` builds by `build`, in a way that cannot be taken away
        one builds by itself: refused: `--no-isolation` in line 6 builds with what `build` has installed
        it publishes, too: refused: `upload` builds by `build`, in a way that cannot be taken away
        it tags, too: refused: `build` changes what git knows, which another build would not find as it is now
    "#]].assert_eq(&shown.concat());
}

#[test]
fn one_build_and_other_builds_are_left_alone() {
    check_silent("build-once", &two("", "").replacen("    session.run(\"python\", \"-m\", \"build\")\n", "", 1));
    let elsewhere = "    session.chdir(session.create_tmp())\n    session.run(\"python\"";
    check_silent("build-once", &two("", "").replacen("    session.run(\"python\"", elsewhere, 1));
}
