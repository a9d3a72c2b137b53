//! One build for all, in a noxfile of each style.

use expect_test::expect;

use super::*;

#[test]
fn build_once() {
    let project = "#- pyproject.toml\n[build-system]\nrequires = [\"setuptools\"]\n";
    let two = TWO.replace("session.run(\"coverage\", \"run\", \"-m\", \"pytest\")", "session.install(\".[x]\")");
    check(
        "build-once",
        project,
        &two,
        expect![[r#"
            plain; crlf; continued by backslashes:
              def wheel(session):
              def build(session):
                  session.run_install("python", "-m", "build", "--wheel", "--outdir", folder)
              @nox.session(tags=["a"], requires=["build"])
                  session.install(f"{wheel(session)}[x]")
              @nox.session(tags=["a"], requires=["build"])
                  session.install(f"{wheel(session)}[x]")
            tabs:
              def wheel(session):
              def build(session):
              →session.run_install("python", "-m", "build", "--wheel", "--outdir", folder)
              @nox.session(tags=["a"], requires=["build"])
              →session.install(f"{wheel(session)}[x]")
              @nox.session(tags=["a"], requires=["build"])
              →session.install(f"{wheel(session)}[x]")
            two spaces:
              def wheel(session):
              def build(session):
                session.run_install("python", "-m", "build", "--wheel", "--outdir", folder)
              @nox.session(tags=["a"], requires=["build"])
                session.install(f"{wheel(session)}[x]")
              @nox.session(tags=["a"], requires=["build"])
                session.install(f"{wheel(session)}[x]")
            single quotes:
              def wheel(session):
              def build(session):
                  session.run_install('python', '-m', 'build', '--wheel', '--outdir', folder)
              @nox.session(tags=['a'], requires=['build'])
                  session.install(f'{wheel(session)}[x]')
              @nox.session(tags=['a'], requires=['build'])
                  session.install(f'{wheel(session)}[x]')
            several lines, comments, a trailing comma:
              def wheel(session):
              def build(session):
                  session.run_install("python", "-m", "build", "--wheel", "--outdir", folder)
                  requires=["build"],
                  session.install(f"{wheel(session)}[x]")
                  requires=["build"],
                  session.install(f"{wheel(session)}[x]")
            its keyword on a line of its own:
              def wheel(session):
              def build(session):
                  session.run_install("python", "-m", "build", "--wheel", "--outdir", folder)
                      "build",
                  session.install(f"{wheel(session)}[x]")
                      "build",
                  session.install(f"{wheel(session)}[x]")
            no call; an empty call:
              def wheel(session):
              def build(session):
                  session.run_install("python", "-m", "build", "--wheel", "--outdir", folder)
              @nox.session(requires=["build"])
                  session.install(f"{wheel(session)}[x]")
              @nox.session(requires=["build"])
                  session.install(f"{wheel(session)}[x]")
            a Python by its place:
              def wheel(session):
              def build(session):
                  session.run_install("python", "-m", "build", "--wheel", "--outdir", folder)
              @nox.session("3.13", tags=["a"], requires=["build"])
                  session.install(f"{wheel(session)}[x]")
              @nox.session("3.13", tags=["a"], requires=["build"])
                  session.install(f"{wheel(session)}[x]")
            comments and other decorators around:
              def wheel(session):
              def build(session):
                  session.run_install("python", "-m", "build", "--wheel", "--outdir", folder)
              @nox.session(tags=["a"], requires=["build"])  # all
                  session.install(f"{wheel(session)}[x]")
              @nox.session(tags=["a"], requires=["build"])  # all
                  session.install(f"{wheel(session)}[x]")
            types, docstrings, other names:
              def wheel(session: nox.Session) -> str:
              def build(session: nox.Session) -> None:
                  session.run_install("python", "-m", "build", "--wheel", "--outdir", folder)
              @nox.session(tags=["a"], requires=["build"])
                  s.install(f"{wheel(s)}[x]")
              @nox.session(tags=["a"], requires=["build"])
                  s.install(f"{wheel(s)}[x]")
            `from nox import session`:
              def wheel(session):
              def build(session):
                  session.run_install("python", "-m", "build", "--wheel", "--outdir", folder)
              @task(tags=["a"], requires=["build"])
                  session.install(f"{wheel(session)}[x]")
              @task(tags=["a"], requires=["build"])
                  session.install(f"{wheel(session)}[x]")
            `nox_uv.session`:
              refused: `one` sets `UV_PROJECT_ENVIRONMENT` before it installs the package, which may depend on it
        "#]],
    );
}

#[test]
fn build_once_of_what_is_built() {
    let built = "session.install(\"build\", \"twine\")\n    session.run(\"python\", \"-m\", \"build\")\n    session.run(\"twine\", \"check\", \"dist/*\")";
    let two = TWO.replace("session.run(\"coverage\", \"run\", \"-m\", \"pytest\")", built);
    check(
        "build-once",
        "",
        &two,
        expect![[r#"
            plain; crlf; continued by backslashes:
              def build(session):
              @nox.session(tags=["a"], requires=["build"])
                  session.install("twine")
              @nox.session(tags=["a"], requires=["build"])
                  session.install("twine")
            tabs:
              def build(session):
              @nox.session(tags=["a"], requires=["build"])
              →session.install("twine")
              @nox.session(tags=["a"], requires=["build"])
              →session.install("twine")
            two spaces:
              def build(session):
              @nox.session(tags=["a"], requires=["build"])
                session.install("twine")
              @nox.session(tags=["a"], requires=["build"])
                session.install("twine")
            single quotes:
              def build(session):
              @nox.session(tags=['a'], requires=['build'])
                  session.install('twine')
              @nox.session(tags=['a'], requires=['build'])
                  session.install('twine')
            several lines, comments, a trailing comma:
              def build(session):
                  requires=["build"],
                  session.install("twine")
                  requires=["build"],
                  session.install("twine")
            its keyword on a line of its own:
              def build(session):
                      "build",
                  session.install("twine")
                      "build",
                  session.install("twine")
            no call; an empty call:
              def build(session):
              @nox.session(requires=["build"])
                  session.install("twine")
              @nox.session(requires=["build"])
                  session.install("twine")
            a Python by its place:
              def build(session):
              @nox.session("3.13", tags=["a"], requires=["build"])
                  session.install("twine")
              @nox.session("3.13", tags=["a"], requires=["build"])
                  session.install("twine")
            comments and other decorators around:
              def build(session):
              @nox.session(tags=["a"], requires=["build"])  # all
                  session.install("twine")
              @nox.session(tags=["a"], requires=["build"])  # all
                  session.install("twine")
            types, docstrings, other names:
              def build(session: nox.Session) -> None:
              @nox.session(tags=["a"], requires=["build"])
                  s.install("twine")
              @nox.session(tags=["a"], requires=["build"])
                  s.install("twine")
            `from nox import session`:
              def build(session):
              @task(tags=["a"], requires=["build"])
                  session.install("twine")
              @task(tags=["a"], requires=["build"])
                  session.install("twine")
            `nox_uv.session`:
              refused: `one` sets `UV_PROJECT_ENVIRONMENT` before it builds the package, which may depend on it
        "#]],
    );
}
