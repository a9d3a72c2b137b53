//! `longest-first`: a list of default sessions whose longest comes last.

use expect_test::expect;

use super::*;

const LIST: &str = r#"#- noxfile.py
import nox
nox.options.sessions = <|>["lint", "docs", "tests"]

@nox.session(allow_parallel=True)
def lint(session):
    session.run("ruff", "check", ".")

@nox.session(allow_parallel=True)
def docs(session):
    session.run("mkdocs", "build")

@nox.session(allow_parallel=True)
def tests(session):
    session.run("pytest", "-p", "no:cacheprovider")

#- timings
lint 100 100 100
docs 100 100 100
tests 600 600 600
"#;

/// Two lanes are not enough for what is listed.
fn list(text: &str) -> String {
    let more = |at: usize| {
        format!("\n@nox.session(allow_parallel=True)\ndef more{at}(session):\n    session.run(\"mypy\", \"src\")\n")
    };
    let sessions: String = (1..4).map(more).collect();
    let times: String = (1..4).map(|at| format!("more{at} 100 100 100\n")).collect();
    let text = text.replace("\"docs\", \"tests\"", "\"docs\", \"more1\", \"more2\", \"more3\", \"tests\"");
    text.replace("\n#- timings\n", &format!("{sessions}\n#- timings\n{times}"))
}

#[test]
fn longest_first() {
    let whole = list(LIST);
    check(
        "longest-first",
        vec![
            ("as it is", In(whole.clone())),
            (
                "in that order already",
                with(
                    &whole,
                    "[\"lint\", \"docs\", \"more1\", \"more2\", \"more3\", \"tests\"]",
                    "[\"tests\", \"lint\", \"docs\", \"more1\", \"more2\", \"more3\"]",
                ),
            ),
            ("nobody may overlap", with(&whole, "allow_parallel=True", "default=True")),
            (
                "C2 order is kept",
                with(
                    &whole,
                    "session.run(\"pytest\", \"-p\", \"no:cacheprovider\")",
                    "open(\"site/index.html\").read()",
                ),
            ),
            ("names that are not known", with(&whole, "\"tests\"]", "\"tests\", NAME]")),
            ("a session that is not there", with(&whole, "\"tests\"]", "\"tests\", \"other\"]")),
            (
                "one instance of a session",
                with(&whole, "\"tests\"]", "\"tests-3.12\"]")
                    .then(|text| text.replace("True)\ndef tests", "True, python=[\"3.12\"])\ndef tests")),
            ),
            ("named twice", with(&whole, "\"tests\"]", "\"tests\", \"lint\"]")),
            ("a list that is put together", with(&whole, "= <|>[", "= <|>[\"docs\"] + [")),
            ("comments in one line", with(&whole, "\"tests\"]", "\"tests\",  # slow\n]")),
            ("C1 and C3 to C10", Never("`nox -j` lets overlap what it did, in another order")),
        ],
        expect![[r#"
            as it is: offered
            in that order already: nothing
            nobody may overlap: nothing
            C2 order is kept: offered
            names that are not known: nothing
            a session that is not there: nothing
            one instance of a session: nothing
            named twice: nothing
            a list that is put together: nothing
            comments in one line: refused: the list holds comments, and not one name a line
            C1 and C3 to C10: cannot be: `nox -j` lets overlap what it did, in another order
        "#]],
    );
}
