//! What real tools wrote (the version is in the test's name) and the places that are found in it. Paths are shortened:
//! `/p` is the project, `.nox/t` the session's environment, `/usr` Python's own folder.

use expect_test::{Expect, expect};

use super::*;

mod linters;
mod pytest;
mod python;
mod ruff;
mod types;

#[test]
fn another_tool_is_called_as_nox_calls_it() {
    check(
        "nox > codespell docs\ndocs/a.rst:3: teh ==> the\n",
        expect![[r#"
        docs/a.rst:3 codespell Error: teh ==> the
    "#]],
    );
}

#[test]
fn a_script_has_no_name() {
    check(
        "nox > python -c print(1)\na.py:3: no\n",
        expect![[r#"
        a.py:3  Error: no
    "#]],
    );
}

#[test]
fn nox_says_where_a_tool_runs() {
    check(
        "nox > cd docs\nnox > python -m doc8 .\na.rst:3: D000 wrong\n",
        expect![[r#"
        (docs) a.rst:3 doc8 Error: D000 wrong
    "#]],
    );
}

#[test]
fn an_endless_output_gives_no_endless_list() {
    let lines: Vec<String> = (1..100_000).map(|line| format!("a.py:{line}: no")).collect();
    assert_eq!(places(lines.iter().map(String::as_str)).len(), MOST_PLACES);
}

#[track_caller]
fn check(output: &str, expected: Expect) {
    let shown = places(output.lines()).into_iter().map(|place| {
        let column = place.column.map(|column| format!(":{column}")).unwrap_or_default();
        let code = place.code.map(|code| format!(" [{code}]")).unwrap_or_default();
        let folder = if place.folder.is_empty() { String::new() } else { format!("({}) ", place.folder) };
        format!(
            "{folder}{}:{}{column} {} {:?}: {}{code}\n",
            place.path, place.line, place.tool, place.level, place.message
        )
    });
    expected.assert_eq(&shown.collect::<String>());
}
