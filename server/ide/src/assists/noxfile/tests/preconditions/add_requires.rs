//! `add-requires`: a report behind tests.

use expect_test::expect;

use super::*;

const COVERAGE: &str = r#"#- noxfile.py
import nox

@nox.session
def tests(session):
    session.run("coverage", "run", "-m", "pytest")

@nox.session
def report<|>(session):
    session.run("coverage", "report")
"#;

/// Another one that measures; with two blanks, to be told from the first.
const SECOND: &str = r#"@nox.session
def more(session):
    session.run("coverage", "run",  "x.py")

@nox.session
def report"#;

const FILES: &str = r#"#- noxfile.py
import nox
import pathlib
import urllib.request

FILE = pathlib.Path("data.json")

@nox.session
def make(session):
    FILE.write_text("x")

@nox.session
def show<|>(session):
    print(FILE.read_text())
"#;

#[test]
fn of_files() {
    let make = |text: &str| with(FILES, "    FILE.write_text(\"x\")\n", text);
    let show = |text: &str| with(FILES, "    print(FILE.read_text())\n", text);
    check(
        "add-requires",
        vec![
            ("as it is", In(FILES.to_owned())),
            (
                "the writer changes what is there",
                make("    text = FILE.read_text()\n    FILE.write_text(text + session.posargs[0])\n"),
            ),
            (
                "the same, if it is asked to",
                make(
                    "    if session.posargs:\n        text = FILE.read_text()\n        FILE.write_text(text + \"x\")\n",
                ),
            ),
            (
                "the same, and makes another file",
                make(
                    "    text = FILE.read_text()\n    FILE.write_text(text)\n    pathlib.Path(\"log\").write_text(text)\n",
                ),
            ),
            (
                "the writer reads what may be there",
                make("    if FILE.exists():\n        print(FILE.read_text())\n    FILE.write_text(\"x\")\n"),
            ),
            (
                "the reader fetches it unless it is there",
                show(
                    "    if not FILE.exists():\n        urllib.request.urlretrieve(\"https://x.org/d\", FILE)\n    print(FILE.read_text())\n",
                ),
            ),
            ("the reader makes it behind that", show("    print(FILE.read_text())\n    FILE.write_text(\"y\")\n")),
        ],
        expect![[r#"
            as it is: offered
            the writer changes what is there: nothing
            the same, if it is asked to: nothing
            the same, and makes another file: nothing
            the writer reads what may be there: offered
            the reader fetches it unless it is there: nothing
            the reader makes it behind that: offered
        "#]],
    );
}

#[test]
fn add_requires() {
    check(
        "add-requires",
        vec![
            ("as it is", In(COVERAGE.to_owned())),
            (
                "required already",
                with(COVERAGE, "@nox.session\ndef report", "@nox.session(requires=[\"tests\"])\ndef report"),
            ),
            ("reads what nobody writes", with(COVERAGE, "\"run\", \"-m\"", "\"run\", \"--data-file=x\", \"-m\"")),
            (
                "writes what it reads",
                with(
                    COVERAGE,
                    "session.run(\"coverage\", \"report\")",
                    "session.run(\"coverage\", \"run\", \"x.py\")\n    session.run(\"coverage\", \"report\")",
                ),
            ),
            (
                "the writer publishes",
                with(COVERAGE, "\"pytest\")", "\"pytest\")\n    session.run(\"twine\", \"upload\", \"dist/*\")"),
            ),
            ("the writer asks for input", with(COVERAGE, "\"pytest\")", "\"pytest\")\n    input()")),
            (
                "the writer requires the reader",
                with(COVERAGE, "@nox.session\ndef tests", "@nox.session(requires=[\"report\"])\ndef tests"),
            ),
            (
                "`requires` is no list",
                with(COVERAGE, "@nox.session\ndef report", "@nox.session(requires=NAMES)\ndef report"),
            ),
            (
                "a decorator from elsewhere",
                with(COVERAGE, "@nox.session\ndef report", "@nox.session(**OPTIONS)\ndef report"),
            ),
            ("an old nox", steps(COVERAGE, "      - run: pip install nox==2024.10.9\n      - run: nox\n")),
            ("runs alone in a workflow", steps(COVERAGE, "      - run: nox -s report\n")),
            (
                "runs alone, with a nox that cannot leave it out",
                steps(COVERAGE, "      - run: pip install nox==2025.2.9\n      - run: nox -s report\n"),
            ),
            (
                "a call that cannot be changed",
                steps(
                    COVERAGE,
                    "      - uses: ansible-community/github-action-run-nox@v1\n        with: { sessions: report }\n",
                ),
            ),
            (
                "a second one that adds",
                with(COVERAGE, "@nox.session\ndef report", SECOND)
                    .then(|text| text.replace("\"run\",  ", "\"run\", \"-a\", ")),
            ),
            ("a second one that overwrites", with(COVERAGE, "@nox.session\ndef report", SECOND)),
            (
                "the first adds, the second overwrites",
                with(COVERAGE, "@nox.session\ndef report", SECOND)
                    .then(|text| text.replace("\"run\", \"-m\"", "\"run\", \"-a\", \"-m\"")),
            ),
            (
                "the one that is overwritten is required",
                with(COVERAGE, "@nox.session\ndef report", SECOND).then(|text| {
                    text.replace("@nox.session\ndef report", "@nox.session(requires=[\"tests\"])\ndef report")
                }),
            ),
            ("C1 and C3 to C10", Never("nothing runs at the same time that did not")),
        ],
        expect![[r#"
            as it is: offered
            required already: nothing
            reads what nobody writes: nothing
            writes what it reads: nothing
            the writer publishes: nothing
            the writer asks for input: nothing
            the writer requires the reader: nothing
            `requires` is no list: refused: `requires` of `report` is not a list of names
            a decorator from elsewhere: refused: the decorator of `report` takes arguments from elsewhere (`*`, `**`)
            an old nox: refused: `requires=` needs nox 2025.02.09, and job `all` of ci.yml uses 2024.10.9
            runs alone in a workflow: offered
            runs alone, with a nox that cannot leave it out: refused: `--no-dependencies` needs nox 2026.08.10, and job `all` of ci.yml uses 2025.2.9
            a call that cannot be changed: refused: the call in line 7 of .github/workflows/ci.yml would run more sessions than before
            a second one that adds: offered
            a second one that overwrites: refused: `more` overwrites what `tests` leaves in `.coverage`
            the first adds, the second overwrites: refused: `more` overwrites what `tests` leaves in `.coverage`
            the one that is overwritten is required: refused: `more` overwrites what `tests` leaves in `.coverage`
            C1 and C3 to C10: cannot be: nothing runs at the same time that did not
        "#]],
    );
}
