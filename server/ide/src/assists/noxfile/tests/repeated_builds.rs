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
            Build the package once for `docs` and `check_dist` instead of 2 times
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
        Build the package once, by `dist`, instead of 3 times
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
            Build the package once for `check` and `upload` instead of 2 times
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
            Build the package once, by `dist`, instead of 2 times
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
            Build the package once for `check` and `smoke` instead of 2 times
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
        Build the package once for 4 sessions instead of 5 times
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
        ("pytest", r#""python", "-m", "pip", "wheel", ".", "-w", "out""#),
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
            session.run("python", "-m", "pip", "wheel", ".", "-w", "out")
            session.install("build")
            session.run("python", "-m", "build", "--outdir", "a/folder/that/has/a/name/so/long/that/no/line/holds/it/all")
        `docs` does not say by name that it installs `build`
        nothing
        nothing
    "#]].assert_eq(&out);
}

#[test]
fn one_build_and_other_builds_are_left_alone() {
    check_silent("build-once", &two("", "").replacen("    session.run(\"python\", \"-m\", \"build\")\n", "", 1));
    let elsewhere = "    session.chdir(session.create_tmp())\n    session.run(\"python\"";
    check_silent("build-once", &two("", "").replacen("    session.run(\"python\"", elsewhere, 1));
}
