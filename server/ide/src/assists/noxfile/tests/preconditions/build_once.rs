//! `build-once`: two sessions that install the package; two that build it.

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
            perhaps compiled, for several Pythons: unverified: Build one wheel for `unit` and `e2e` instead of 3: ~7 m 50 s → ~6 m 50 s (guessed times, one after another; if no part of the package is compiled)
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

const BUILD: &str = r#"#- noxfile.py
import os, shutil
import nox<|>

@nox.session
def docs(session):
    session.install("build")
    session.run("python", "-m", "build")
    session.run("mkdocs", "build")

@nox.session
def check_dist(session):
    session.install("build", "twine")
    session.run("python", "-m", "build")
    session.run("twine", "check", "dist/*")
"#;

/// The second session with another build.
#[track_caller]
fn builds(call: &str) -> Row {
    let (docs, check) = BUILD.split_once("def check_dist").expect("the second");
    let own = "session.run(\"python\", \"-m\", \"build\")";
    assert!(check.contains(own));
    In(format!("{docs}def check_dist{}", check.replace(own, call)))
}

/// Both with another build.
#[track_caller]
fn both_build(call: &str) -> Row {
    with(BUILD, "session.run(\"python\", \"-m\", \"build\")", call)
}

/// Another session that runs between the two.
#[track_caller]
fn between(body: &str) -> Row {
    with(
        BUILD,
        "@nox.session\ndef check",
        &format!("@nox.session\ndef other(session):\n    {body}\n\n@nox.session\ndef check"),
    )
}

const OWN: &str = "session.run(\"python\", \"-m\", \"build\")";

#[test]
fn the_same_is_built() {
    check(
        "build-once",
        vec![
            ("as it is", In(BUILD.to_owned())),
            ("one builds", builds("session.log(\"no\")")),
            ("other arguments", builds("session.run(\"python\", \"-m\", \"build\", \"--wheel\")")),
            ("another folder", builds("session.run(\"python\", \"-m\", \"build\", \"-o\", \"out\")")),
            ("takes posargs", both_build("session.run(\"python\", \"-m\", \"build\", *session.posargs)")),
            ("under a condition", builds(&format!("if session.posargs:\n        {OWN}"))),
            ("may fail", builds("session.run(\"python\", \"-m\", \"build\", success_codes=[0, 1])")),
            ("a variable", builds("session.run(\"python\", \"-m\", \"build\", env={\"A\": \"1\"})")),
            ("a limit", builds("session.run(\"python\", \"-m\", \"build\", timeout=9)")),
            ("its output is used", builds(&format!("said = {OWN}"))),
            ("no isolation", both_build("session.run(\"python\", \"-m\", \"build\", \"--no-isolation\")")),
            ("also under --install-only", builds("session.run_install(\"python\", \"-m\", \"build\")")),
            ("among the sources", both_build("session.run(\"pip\", \"wheel\", \".\")")),
            ("another front end", with(BUILD, "\"build\", \"twine\"", "\"build==1.0\", \"twine\"")),
            (
                "a front end by a file",
                with(BUILD, "\"build\"", "\"-r\", \"dev.txt\"").then(|text| text.replace("\"-m\", \"-r\", \"dev.txt\"", "\"-m\", \"build\"")),
            ),
            ("in a part of a function", In(BUILD.replace("import nox<|>", "import nox<|>\n\ndef make(session):\n    session.run(\"mypy\")\n    session.run(\"python\", \"-m\", \"build\")").replacen(&format!("    {OWN}\n    session.run(\"mkdocs\""), "    make(session)\n    session.run(\"mkdocs\"", 1))),
            (
                "environments of two kinds",
                with(BUILD, "@nox.session\ndef check", "@nox.session(venv_backend=\"conda\")\ndef check"),
            ),
            (
                "for several Pythons, perhaps compiled",
                with(BUILD, "@nox.session\ndef check", "@nox.session(python=[\"3.12\", \"3.13\"])\ndef check"),
            ),
            (
                "for several Pythons, compiled",
                with(BUILD, "@nox.session\ndef check", "@nox.session(python=[\"3.12\", \"3.13\"])\ndef check")
                    .then(|text| format!("#- pyproject.toml\n[build-system]\nrequires = []\nbuild-backend = \"maturin\"\n{text}")),
            ),
            (
                "for several Pythons, the source archive alone",
                both_build("session.run(\"python\", \"-m\", \"build\", \"--sdist\")").then(|text| {
                    text.replace("@nox.session\ndef check", "@nox.session(python=[\"3.12\", \"3.13\"])\ndef check")
                }),
            ),
            (
                "nothing but a build for several Pythons",
                with(BUILD, "@nox.session\ndef docs", "@nox.session(python=[\"3.12\", \"3.13\"])\ndef docs")
                    .then(|text| text.replace("    session.run(\"mkdocs\", \"build\")\n", "")),
            ),
            ("instances not known", with(BUILD, "@nox.session\ndef check", "@nox.session(python=versions())\ndef check")),
            ("a decorator from elsewhere", with(BUILD, "@nox.session\ndef check", "@nox.session(**{\"name\": \"check\"})\ndef check")),
            ("an old nox", steps(BUILD, "      - run: pip install nox==2024.10.9\n      - run: nox\n")),
            ("runs without what it requires", steps(BUILD, "      - run: nox --no-dependencies -s docs\n")),
            (
                "two at once",
                steps(BUILD, "      - parallel:\n          - run: nox -s docs\n          - run: nox -s check_dist\n"),
            ),
        ],
        expect![[r#"
            as it is: offered
            one builds: nothing
            other arguments: refused: `docs` builds by `python -m build`, `check_dist` by `python -m build --wheel`
            another folder: refused: `docs` builds by `python -m build`, `check_dist` by `python -m build -o out`
            takes posargs: refused: not all that line 7 runs is known
            under a condition: refused: `check_dist` builds it under a condition
            may fail: refused: `check_dist` goes on when the build in line 13 fails
            a variable: refused: line 13 sets variables, which the package may depend on
            a limit: refused: `timeout` in line 13 may change how it is built
            its output is used: refused: `check_dist` uses what the command that builds prints
            no isolation: refused: `--no-isolation` in line 7 builds with what `docs` has installed
            also under --install-only: refused: `docs` builds by `session.run`, `check_dist` by `session.run_install`
            among the sources: refused: `docs` builds into `.`, among the sources
            another front end: refused: to build it `docs` installs `build`, `check_dist` `build==1.0`
            a front end by a file: refused: `docs` does not say by name that it installs `build`
            in a part of a function: refused: `docs` builds by `make`, in a way that cannot be taken away
            environments of two kinds: refused: `docs` and `check_dist` have environments of different kinds
            for several Pythons, perhaps compiled: unverified: Build the package once for `docs` and `check_dist` instead of 3 times: ~2 m 50 s → ~2 m (guessed times, one after another; if no part of the package is compiled)
            for several Pythons, compiled: refused: the package is compiled, and a wheel is good for one Python only
            for several Pythons, the source archive alone: offered
            nothing but a build for several Pythons: refused: `docs` does nothing but build it for several Pythons, which may be what it is for
            instances not known: refused: not all of `check_dist` is known
            a decorator from elsewhere: refused: the decorator of `check` takes arguments from elsewhere (`*`, `**`)
            an old nox: refused: `requires=` needs nox 2025.02.09, and job `all` of ci.yml uses 2024.10.9
            runs without what it requires: refused: line 6 of ci.yml runs `docs` with `--no-dependencies`
            two at once: refused: `build` would run twice at the same time
        "#]],
    );
}

#[test]
fn nothing_changes_what_is_built() {
    let before = |call: &str| builds(&format!("{call}\n    {OWN}"));
    let requires = |body: &str| {
        let required = |text: String| {
            let other = format!("@nox.session(default=False)\ndef other(session):\n    {body}\n\n");
            format!(
                "{}{other}",
                text.replace("@nox.session\ndef check", "@nox.session(requires=[\"other\"])\ndef check")
            )
        };
        In(BUILD.to_owned()).then(required)
    };
    let behind = |call: &str| builds(&format!("{OWN}\n    {call}"));
    check(
        "build-once",
        vec![
            ("a variable before", before("session.env[\"A\"] = \"1\"")),
            ("sources are rewritten before", before("session.run(\"black\", \".\")")),
            ("a version is raised before", before("session.run(\"bump-my-version\", \"bump\")")),
            ("a tag is made before", before("session.run(\"git\", \"tag\", \"v1\")")),
            ("pages are made before", before("session.run(\"mkdocs\", \"build\")")),
            ("tests run before", before("session.run(\"coverage\", \"run\", \"-m\", \"pytest\")")),
            ("something unknown before", before("session.run(\"generate-code\")")),
            ("the folder is looked at before", before("session.run(\"twine\", \"check\", \"dist/*\")")),
            ("one clears what an old build left", before("shutil.rmtree(\"build\", ignore_errors=True)")),
            ("one clears the folder", before("shutil.rmtree(\"dist\")")),
            ("both clear it, one if it is there", In(BUILD.replace(OWN, &format!("shutil.rmtree(\"dist\")\n    {OWN}")).replacen("shutil.rmtree(\"dist\")", "if os.path.exists(\"dist\"):\n        shutil.rmtree(\"dist\")", 1))),
            ("both clear it", both_build(&format!("shutil.rmtree(\"dist\")\n    {OWN}"))),
            ("both clear it by a name of their own", both_build(&format!("folder = \"dist\"\n    shutil.rmtree(folder)\n    {OWN}"))),
            ("the folder is removed behind", behind("shutil.rmtree(\"dist\")")),
            ("another build behind", behind("session.run(\"uv\", \"build\", external=True)")),
            ("sources are rewritten behind", behind("session.run(\"black\", \".\")")),
            ("something unknown behind", behind("session.run(\"smoke-test\")")),
            ("a formatter between", between("session.run(\"black\", \".\")")),
            ("a cleaner between", between("shutil.rmtree(\"dist\")")),
            ("another builder between", between("session.run(\"pyinstaller\", \"demo.py\")")),
            ("a tag between", between("session.run(\"git\", \"tag\", \"v1\")")),
            ("tests between", between("session.run(\"pytest\")")),
            ("something unknown between", between("session.run(\"generate-code\")")),
            (
                "a formatter that a bare nox does not run",
                between("session.run(\"black\", \".\")").then(|text| text.replace("@nox.session\ndef other", "@nox.session(default=False)\ndef other")),
            ),
            ("requires one that makes something", requires("session.run(\"uv\", \"lock\", external=True)")),
            ("requires one that may make something", requires("session.run(\"npm\", \"run\", \"bundle\", external=True)")),
            ("requires one that only looks", requires("session.run(\"mypy\", \"src\")")),
            (
                "one that a job runs between",
                between("session.run(\"black\", \".\")")
                    .then(|text| text.replace("@nox.session\ndef other", "@nox.session(default=False)\ndef other"))
                    .then(|text| format!("{text}\n#- .github/workflows/ci.yml\non: push\njobs:\n  all:\n    runs-on: x\n    steps:\n      - run: nox -s docs\n      - run: nox -s other\n      - run: nox -s check_dist\n")),
            ),
        ],
        expect![[r#"
            a variable before: refused: `check_dist` sets `A` before it builds the package, which may depend on it
            sources are rewritten before: refused: `check_dist` changes the sources, which another build would not find as it is now
            a version is raised before: refused: `check_dist` changes the sources, which another build would not find as it is now
            a tag is made before: refused: `check_dist` changes what git knows, which another build would not find as it is now
            pages are made before: refused: `check_dist` changes `site` before it builds the package, which may go into it
            tests run before: offered
            something unknown before: refused: what `generate-code` does before `check_dist` builds the package is not known
            the folder is looked at before: refused: `check_dist` uses `dist/*` before it builds the package
            one clears what an old build left: refused: `check_dist` clears up before it builds, `docs` does not do so in the same way
            one clears the folder: refused: `check_dist` clears up before it builds, `docs` does not do so in the same way
            both clear it, one if it is there: refused: `docs` clears the output folder in a way that cannot be taken along
            both clear it: offered
            both clear it by a name of their own: refused: `docs` clears the output folder in a way that cannot be taken along
            the folder is removed behind: refused: `check_dist` changes `dist`, which another build would not find as it is now
            another build behind: refused: `docs` builds by `python -m build`, `check_dist` by `python -m build; uv build`
            sources are rewritten behind: refused: `check_dist` changes the sources, which another build would not find as it is now
            something unknown behind: unverified: Build the package once for `docs` and `check_dist` instead of 2 times: ~2 m → ~1 m 40 s (guessed times, one after another; if `smoke-test` leaves `dist` as it is)
            a formatter between: refused: `other`, which runs between two that build the package, changes the sources
            a cleaner between: refused: `other`, which runs between two that build the package, changes `dist`
            another builder between: refused: `other`, which runs between two that build the package, changes `dist`
            a tag between: refused: `other`, which runs between two that build the package, changes what git knows
            tests between: offered
            something unknown between: unverified: Build the package once for `docs` and `check_dist` instead of 2 times: ~2 m → ~1 m 40 s (guessed times, one after another; if `generate-code` in `other` changes nothing of the package)
            a formatter that a bare nox does not run: offered
            requires one that makes something: refused: `check_dist` requires `other`, which may make what goes into the package
            requires one that may make something: refused: `check_dist` requires `other`, which may make what goes into the package
            requires one that only looks: offered
            one that a job runs between: refused: `other`, which runs between two that build the package, changes the sources
        "#]],
    );
}
