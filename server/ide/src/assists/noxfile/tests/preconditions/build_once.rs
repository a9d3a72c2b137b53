//! `build-once`: two sessions that install the package.

use expect_test::expect;

use super::*;

const INSTALL: &str = r#"#- pyproject.toml
[build-system]
requires = ["setuptools"]
#- noxfile.py
import nox<|>

@nox.session
def unit(session):
    session.install(".")

@nox.session
def e2e(session):
    session.install(".", "pytest")
"#;

#[test]
fn build_once() {
    let e2e = |call: &str| with(INSTALL, "session.install(\".\", \"pytest\")", call);
    check(
        "build-once",
        vec![
            ("as it is", In(INSTALL.to_owned())),
            ("one builds", e2e("session.install(\"pytest\")")),
            (
                "building costs nothing",
                with(INSTALL, "[\"setuptools\"]", "[\"hatchling\"]\nbuild-backend = \"hatchling.build\""),
            ),
            (
                "compiled, for several Pythons",
                with(INSTALL, "[\"setuptools\"]", "[\"maturin\"]\nbuild-backend = \"maturin\"").then(|text| {
                    text.replace("@nox.session\ndef unit", "@nox.session(python=[\"3.12\", \"3.13\"])\ndef unit")
                }),
            ),
            (
                "perhaps compiled, for several Pythons",
                with(INSTALL, "@nox.session\ndef unit", "@nox.session(python=[\"3.12\", \"3.13\"])\ndef unit"),
            ),
            ("editable", e2e("session.install(\"-e\", \".\")")),
            ("takes posargs", e2e("session.install(\".\", *session.posargs)")),
            ("an option that may change the build", e2e("session.install(\".\", \"--no-build-isolation\")")),
            ("a variable", e2e("session.install(\".\", env={\"A\": \"1\"})")),
            ("a variable before", e2e("session.env[\"A\"] = \"1\"\n    session.install(\".\")")),
            ("in another folder", e2e("session.chdir(\"sub\")\n    session.install(\".\")")),
            ("not by `session.install`", e2e("session.run(\"pip\", \"install\", \".\")")),
            ("no environment", with(INSTALL, "@nox.session\ndef e2e", "@nox.session(venv_backend=\"none\")\ndef e2e")),
            (
                "no environments at all",
                with(INSTALL, "import nox<|>", "import nox<|>\nnox.options.default_venv_backend = \"none\""),
            ),
            (
                "no pyproject.toml",
                with(INSTALL, "#- pyproject.toml\n[build-system]\nrequires = [\"setuptools\"]\n", ""),
            ),
            (
                "a decorator from elsewhere",
                with(INSTALL, "@nox.session\ndef e2e", "@nox.session(**{\"name\": \"e2e\"})\ndef e2e"),
            ),
            (
                "not at module level",
                with(
                    INSTALL,
                    "@nox.session\ndef unit(session):\n    session",
                    "if True:\n    @nox.session\n    def unit(session):\n        session",
                ),
            ),
            (
                "not imported by that name",
                with(INSTALL, "import nox<|>", "from nox import session as s<|>")
                    .then(|text| text.replace("@nox.session", "@s")),
            ),
            ("an old nox", steps(INSTALL, "      - run: pip install nox==2024.10.9\n      - run: nox\n")),
            ("runs without what it requires", steps(INSTALL, "      - run: nox --no-dependencies -s unit\n")),
            (
                "C10 two at once",
                steps(INSTALL, "      - parallel:\n          - run: nox -s unit\n          - run: nox -s e2e\n"),
            ),
            ("C1 to C9", Never("nothing runs at the same time that did not; the builder comes first, by `requires=`")),
        ],
        expect![[r#"
            as it is: offered
            one builds: nothing
            building costs nothing: nothing
            compiled, for several Pythons: refused: the package is compiled, and a wheel is good for one Python only
            perhaps compiled, for several Pythons: unverified: Build one wheel for `unit` and `e2e` instead of 3 (if no part of the package is compiled)
            editable: nothing
            takes posargs: refused: not all that line 9 installs is known
            an option that may change the build: refused: `--no-build-isolation` in line 9 may change what is built
            a variable: refused: line 9 sets variables, which the package may depend on
            a variable before: refused: `e2e` sets `A` before it installs the package, which may depend on it
            in another folder: refused: `e2e` installs it from another folder, `sub`
            not by `session.install`: nothing
            no environment: refused: `e2e` has no environment of its own to install into
            no environments at all: refused: a session that builds would have no environment: `nox.options.default_venv_backend` is none
            no pyproject.toml: refused: there is no pyproject.toml: nothing says how the package is built
            a decorator from elsewhere: refused: the decorator of `e2e` takes arguments from elsewhere (`*`, `**`)
            not at module level: refused: `unit` does not stand at module level
            not imported by that name: refused: the noxfile does not import `nox` by that name
            an old nox: refused: `requires=` needs nox 2025.02.09, and job `all` of ci.yml uses 2024.10.9
            runs without what it requires: refused: line 6 of ci.yml runs `unit` with `--no-dependencies`
            C10 two at once: refused: `build` would run twice at the same time
            C1 to C9: cannot be: nothing runs at the same time that did not; the builder comes first, by `requires=`
        "#]],
    );
}
