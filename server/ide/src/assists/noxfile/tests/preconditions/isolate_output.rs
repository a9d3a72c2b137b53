//! `isolate-output`: two sessions that write one report.

use expect_test::expect;

use super::*;

const OUTPUT: &str = r#"#- noxfile.py
import nox

@nox.session
def unit<|>(session):
    session.run("pytest", "tests/unit", "--junitxml=report.xml")

@nox.session
def e2e(session):
    session.run("pytest", "tests/e2e", "--junitxml=report.xml")
"#;

#[test]
fn isolate_output() {
    let e2e = |call: &str| with(OUTPUT, "session.run(\"pytest\", \"tests/e2e\", \"--junitxml=report.xml\")", call);
    check(
        "isolate-output",
        vec![
            ("as it is", In(OUTPUT.to_owned())),
            ("nobody shares it", e2e("session.run(\"pytest\", \"tests/e2e\", \"--junitxml=e2e.xml\")")),
            (
                "another session reads it",
                e2e(
                    "session.run(\"pytest\", \"tests/e2e\", \"--junitxml=report.xml\")\n\n@nox.session\ndef show(session):\n    open(\"report.xml\").read()",
                ),
            ),
            ("it is a default, not an option", with(OUTPUT, "\"--junitxml=report.xml\"", "\"--json-report\"")),
            (
                "the path is computed",
                e2e("session.run(\"pytest\", \"tests/e2e\", \"--junitxml=\" + REPORT)")
                    .then(|text| text.replace("import nox\n", "import nox\nREPORT = \"report.xml\"\n")),
            ),
            (
                "in another folder",
                e2e("with session.chdir(\"sub\"):\n        session.run(\"pytest\", \"--junitxml=../report.xml\")"),
            ),
            (
                "not a `session.run`",
                e2e("subprocess.run([\"pytest\", \"--junitxml=report.xml\"])")
                    .then(|text| text.replace("import nox\n", "import subprocess\nimport nox\n")),
            ),
            (
                "a name that no file can have",
                with(
                    OUTPUT,
                    "@nox.session\ndef e2e(session)",
                    "@nox.session\n@nox.parametrize(\"path\", [\"a/b\", \"c/d\"])\ndef e2e(session, path)",
                ),
            ),
            ("a workflow names it", steps(OUTPUT, "      - run: nox\n      - run: cat report.xml\n")),
            (
                "a package, which others want there",
                with(OUTPUT, "\"pytest\", \"tests/e2e\", \"--junitxml=report.xml\"", "\"python\", \"-m\", \"build\""),
            ),
            ("C2 to C10", Never("nothing is run at another time")),
        ],
        expect![[r#"
            as it is: offered
            nobody shares it: nothing
            another session reads it: refused: `show` uses `report.xml`, too
            it is a default, not an option: refused: `.report.json` is not the value of an option that is written in `unit`
            the path is computed: refused: `report.xml` is not the value of an option that is written in `e2e`
            in another folder: refused: `e2e` writes it from another folder, `sub`
            not a `session.run`: refused: `e2e` does not run its command by a `session.run` that can be changed
            a name that no file can have: refused: `e2e(path='a/b')` cannot be part of a file's name
            a workflow names it: refused: ci.yml names `report.xml`
            a package, which others want there: nothing
            C2 to C10: cannot be: nothing is run at another time
        "#]],
    );
}
