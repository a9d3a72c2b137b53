//! What each rewrite of noxfiles takes for granted, each broken once, and what it says then: a row is what is otherwise,
//! and the answer. The ten preconditions of overlap (`model::verdict`) are rows where a rewrite could break one; where it
//! cannot, the row says why.

use expect_test::Expect;

use super::offer;
use crate::fixture::Fixture;

mod add_requires;
mod allow_parallel;
mod build_once;
mod isolate_coverage;
mod isolate_output;
mod longest_first;
mod replace_notify;
mod require_nox_version;
mod use_nox_parallel;

/// What is otherwise.
enum Row {
    /// A fixture, in which the rewrite is asked for at the cursor.
    In(String),
    /// Nothing can be: why.
    Never(&'static str),
}

use Row::{In, Never};

/// Asks `id` in every row.
#[track_caller]
fn check(id: &str, rows: Vec<(&str, Row)>, expected: Expect) {
    let mut out = String::new();
    for (what, row) in rows {
        let answer = match row {
            Never(why) => format!("cannot be: {why}"),
            In(fixture) => match offer(&Fixture::new(&fixture), id) {
                None => "nothing".to_owned(),
                Some(made) => match made.disabled {
                    Some(why) => format!("refused: {why}"),
                    None if made.is_safe => "offered".to_owned(),
                    None => format!("unverified: {}", made.title),
                },
            },
        };
        out.push_str(&format!("{what}: {answer}\n"));
    }
    expected.assert_eq(&out);
}

/// `text` with `from` replaced, which must be in it.
#[track_caller]
fn with(text: &str, from: &str, to: &str) -> Row {
    assert!(text.contains(from), "`{from}` is not in {text}");
    In(text.replace(from, to))
}

/// `text` and a workflow of one job with these steps.
fn steps(text: &str, steps: &str) -> Row {
    let text = text.trim_end();
    In(format!("{text}\n\n#- .github/workflows/ci.yml\non: push\njobs:\n  all:\n    runs-on: x\n    steps:\n{steps}"))
}

const FREE: &str = r#"#- noxfile.py
import nox

@nox.session(allow_parallel=True)
def lint(session):
    session.run("ruff", "check", ".")

@nox.session
def ty<|>pes(session):
    session.run("mypy", "src")

#- timings
lint 60 60 60
types 60 60 60
"#;

/// The two sessions with other bodies.
#[track_caller]
fn both(one: &str, two: &str) -> Row {
    with(FREE, "session.run(\"ruff\", \"check\", \".\")", one)
        .then(|text| text.replace("session.run(\"mypy\", \"src\")", two))
}

impl Row {
    fn then(self, change: impl FnOnce(String) -> String) -> Self {
        match self {
            In(text) => In(change(text)),
            never => never,
        }
    }
}
