//! `isolate-coverage`: two sessions that share `.coverage`, and who combines it.

use expect_test::expect;

use super::*;

const SHARED: &str = r#"#- noxfile.py
import nox

@nox.session
def unit<|>(session):
    session.run("coverage", "run", "-m", "pytest", "tests/unit")

@nox.session
def e2e(session):
    session.run("coverage", "run", "-m", "pytest", "tests/e2e")

@nox.session
def report(session):
    session.run("coverage", "combine")
    session.run("coverage", "report")
"#;

#[test]
fn isolate_coverage() {
    let e2e = |call: &str| with(SHARED, "session.run(\"coverage\", \"run\", \"-m\", \"pytest\", \"tests/e2e\")", call);
    check(
        "isolate-coverage",
        vec![
            ("as it is", In(SHARED.to_owned())),
            ("nobody shares it", with(SHARED, "\"run\", \"-m\"", "\"run\", \"-p\", \"-m\"")),
            (
                "the file is named",
                e2e("session.run(\"coverage\", \"run\", \"--data-file=.coverage\", \"-m\", \"pytest\")"),
            ),
            ("adds to what was measured", e2e("session.run(\"coverage\", \"run\", \"--append\", \"-m\", \"pytest\")")),
            (
                "reports on its own at once",
                e2e(
                    "session.run(\"coverage\", \"run\", \"-m\", \"pytest\")\n    session.run(\"coverage\", \"report\")",
                ),
            ),
            ("arguments from elsewhere", e2e("session.run(\"coverage\", \"run\", \"-m\", \"pytest\", **OPTIONS)")),
            (
                "not a `session.run`",
                e2e("subprocess.run([\"coverage\", \"run\", \"-m\", \"pytest\"])")
                    .then(|text| text.replace("import nox\n", "import subprocess\nimport nox\n")),
            ),
            (
                "in another folder",
                e2e("session.chdir(\"sub\")\n    session.run(\"coverage\", \"run\", \"-m\", \"pytest\")"),
            ),
            (
                "the reader takes it as it is",
                with(
                    SHARED,
                    "session.run(\"coverage\", \"combine\")\n    session.run(\"coverage\", \"report\")",
                    "open(\".coverage\", \"rb\").read()",
                ),
            ),
            (
                "the report is made under a condition",
                with(
                    SHARED,
                    "session.run(\"coverage\", \"combine\")\n    session.run(\"coverage\", \"report\")",
                    "if session.posargs:\n        session.run(\"coverage\", \"report\")",
                ),
            ),
            (
                "a name that no file can have",
                with(
                    SHARED,
                    "@nox.session\ndef e2e(session)",
                    "@nox.session\n@nox.parametrize(\"path\", [\"a/b\", \"c/d\"])\ndef e2e(session, path)",
                ),
            ),
            (
                "a workflow takes the file as it is",
                steps(
                    SHARED,
                    "      - run: nox\n      - uses: actions/upload-artifact@v4\n        with: { name: x, path: .coverage }\n",
                ),
            ),
            (
                "C2 to C10",
                Never(
                    "nothing is run at another time; who reports still does so over all the data, which the proof reads back",
                ),
            ),
        ],
        expect![[r#"
            as it is: offered
            nobody shares it: nothing
            the file is named: refused: `e2e` names its data file itself
            adds to what was measured: refused: `e2e` adds to the data of an earlier session (`coverage run --append`)
            reports on its own at once: offered
            arguments from elsewhere: refused: line 9 takes arguments from elsewhere (`**`)
            not a `session.run`: refused: `e2e` does not run coverage by a `session.run` that can be changed
            in another folder: nothing
            the reader takes it as it is: refused: `report` takes `.coverage` as it is (`read of a file`)
            the report is made under a condition: refused: `report` makes its report under a condition
            a name that no file can have: refused: `e2e(path='a/b')` cannot be part of a file's name
            a workflow takes the file as it is: refused: job `all` of ci.yml uses `.coverage` as it is
            C2 to C10: cannot be: nothing is run at another time; who reports still does so over all the data, which the proof reads back
        "#]],
    );
}
