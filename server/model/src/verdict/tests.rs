//! The preconditions, one by one, and the traps: what looks as if it might run side by side and must not.

use expect_test::{Expect, expect};
use facts::project::ProjectFacts;
use syntax::{Document, Language};

use super::Verdict;
use crate::workspace::NoxfileId;
use crate::workspace::testing::{id, requiring, session, workspace};

type Lines<'a> = &'a [&'a str];

/// What is said of the sessions `one` and `two`.
#[track_caller]
fn check(one: Lines<'_>, two: Lines<'_>, expected: Expect) {
    let workspace = workspace(vec![session("one", one), session("two", two)], ProjectFacts::default());
    expected.assert_eq(&text(&workspace.verdict(NoxfileId(0), id(&workspace, "one"), id(&workspace, "two"))));
}

fn text(verdict: &Verdict) -> String {
    let kinds = |found: &[crate::Hazard]| found.iter().map(|it| it.kind).collect::<Vec<_>>().join(", ");
    match verdict {
        Verdict::Parallel => "may run in parallel".to_owned(),
        Verdict::AfterCure(found) => format!("may after a cure: {}", kinds(found)),
        Verdict::MustOrder(edge) => format!("must stay in order: {}", edge.reason),
        Verdict::OneProcess(found) => format!("in order in one process: {}", kinds(found)),
        Verdict::Exclusive(found) => format!("never at the same time: {}", kinds(found)),
        Verdict::Unknown(what) => format!("not known: {}", what.join(", ")),
    }
}

/// What speaks against the first two steps of the first job side by side.
#[track_caller]
fn check_steps(steps: &str, expected: Expect) {
    let lines: String = steps.lines().map(|line| format!("      {}\n", line.trim_start_matches('|'))).collect();
    let text = format!("on: push\njobs:\n  a:\n    runs-on: x\n    steps:\n{lines}");
    let document = Document::new(Language::Yaml, text);
    let facts = facts::workflow::read(&document, facts::Forge::GitHub);
    let found = super::steps(&facts.jobs[0], 0, if steps.contains("between") { 2 } else { 1 });
    expected.assert_eq(&found.map_or_else(String::new, |it| format!("{}: {}", it.precondition, it.reason)));
}

#[test]
fn c1_files() {
    check(&["pytest"], &["mypy src"], expect![["may run in parallel"]]);
    check(
        &["coverage run x.py -m pytest"],
        &["coverage run -m pytest"],
        expect![["may after a cure: shared-coverage-data"]],
    );
    check(&["ruff format ."], &["pytest"], expect![["may after a cure: in-place-formatter"]]);
    check(&["write out/a.json"], &["write out/a.json"], expect![["may after a cure: shared-output"]]);
}

#[test]
fn c2_order() {
    check(
        &["coverage run -m pytest"],
        &["coverage report"],
        expect![["must stay in order: `two` reads `.coverage`, which `one` writes"]],
    );
    let sessions = vec![session("one", &["pytest"]), requiring(session("two", &["mypy"]), &["one"])];
    let workspace = workspace(sessions, ProjectFacts::default());
    let verdict = workspace.verdict(NoxfileId(0), id(&workspace, "two"), id(&workspace, "one"));
    expect![["must stay in order: `two` requires `one`"]].assert_eq(&text(&verdict));
}

#[test]
fn c3_variables() {
    // Order, declared or not, does not carry a variable into another process.
    check(&["sets x"], &["reads x"], expect![["in order in one process: shared-variable"]]);
    let sessions = vec![session("one", &["sets x"]), requiring(session("two", &["reads x"]), &["one"])];
    let workspace = workspace(sessions, ProjectFacts::default());
    let verdict = workspace.verdict(NoxfileId(0), id(&workspace, "two"), id(&workspace, "one"));
    expect![["in order in one process: shared-variable"]].assert_eq(&text(&verdict));
}

#[test]
fn c3_outputs() {
    check_steps("- run: nox -s a\n- run: nox -s b", expect![[""]]);
    check_steps(
        "- {id: one, run: nox -s a}\n- {id: two, run: 'nox -s b -- ${{ steps.one.outputs.x }}'}",
        expect![["C3: other steps read what the step `one` puts out"]],
    );
    check_steps("- run: nox -s a\n- run: nox -s b\n- run: echo ${{ steps.other.outputs.x }}", expect![[""]]);
    check_steps("- run: nox -s a && echo A=1 >> \"$GITHUB_ENV\"\n- run: nox -s b", expect![""]);
}

#[test]
fn c4_conditions() {
    check_steps("- {if: a, run: nox -s a}\n- {if: a, run: nox -s b}", expect![[""]]);
    check_steps("- {if: a, run: nox -s a}\n- run: nox -s b", expect![["C4: they run under different conditions"]]);
    for (condition, objection) in [
        ("always()", ""),
        ("always() && !cancelled()", ""),
        ("${{ !cancelled() }}", ""),
        ("failure()", "C4: their condition asks how the steps before them ended"),
        ("cancelled()", "C4: their condition asks how the steps before them ended"),
        ("always() && x", "C4: their condition asks how the steps before them ended"),
    ] {
        let steps = format!("- {{if: '{condition}', run: nox -s a}}\n- {{if: '{condition}', run: nox -s b}}");
        check_steps(
            &steps,
            if objection.is_empty() {
                expect![""]
            } else {
                expect!["C4: their condition asks how the steps before them ended"]
            },
        );
    }
}

#[test]
fn c5_between() {
    check_steps(
        "- run: nox -s a\n- run: echo between\n- run: nox -s b",
        expect![["C5: another step stands between them"]],
    );
}

#[test]
fn c6_carried() {
    check_steps("- {env: {A: 1}, run: nox -s a}\n- {env: {A: 1}, run: nox -s b}", expect![[""]]);
    check_steps(
        "- {env: {A: 1}, run: nox -s a}\n- {env: {A: 2}, run: nox -s b}",
        expect![["C6: their `env` is not the same"]],
    );
    check_steps("- {shell: bash, run: nox -s a}\n- run: nox -s b", expect![["C6: their `shell` is not the same"]]);
    check_steps(
        "- {timeout-minutes: 5, run: nox -s a}\n- run: nox -s b",
        expect![["C6: their `timeout-minutes` is not the same"]],
    );
}

#[test]
fn c7_services() {
    check(&["alembic upgrade head"], &["python manage.py test"], expect![["may after a cure: shared-service"]]);
    check(&["uvicorn app --port 9000"], &["python -m http.server 9000"], expect![["may after a cure: port"]]);
    check(&["git tag v1"], &["git branch x"], expect![["never at the same time: git-writes"]]);
}

#[test]
fn c8_publishing_and_c9_gates() {
    check(
        &["pytest"],
        &["twine upload dist/*"],
        expect![[r#"must stay in order: `two` publishes; what stands before it, as `one` does, is its gate"#]],
    );
    check(&["twine upload dist/*"], &["pytest"], expect![["never at the same time: publishes"]]);
}

#[test]
fn c10_one_session_twice() {
    let workspace = workspace(vec![session("one", &["pytest"])], ProjectFacts::default());
    let verdict = workspace.verdict(NoxfileId(0), id(&workspace, "one"), id(&workspace, "one"));
    expect![["never at the same time: same-session-twice"]].assert_eq(&text(&verdict));
}

#[test]
fn what_nobody_knows_is_named() {
    check(&["frobnicate"], &["pytest"], expect![["not known: frobnicate"]]);
    // A hazard that is known counts more.
    check(&["frobnicate", "ruff format ."], &["pytest"], expect![["may after a cure: in-place-formatter"]]);
}

/// Of real projects (see the labels `trap-*` in `tests/labels/own`, which hold the noxfiles).
#[test]
fn traps_stay_serial() {
    // Test data on disk that no `requires` tells of; it stands later in the file.
    check(
        &["pytest"],
        &["urlretrieve https://x tests/data/a.tar.gz"],
        expect![["must stay in order: `one` reads `tests`, and `two` writes `tests/data/a.tar.gz`"]],
    );
    // Many sessions, one package folder.
    check(
        &["in pkg rm -rf dist build", "in pkg pip install ."],
        &["in pkg rm -rf dist build", "in pkg pip install ."],
        expect!["may after a cure: deletes-what-others-use, in-tree-build"],
    );
    // A linter by name that fixes.
    check(&["ruff check --select I --fix src"], &["mypy src"], expect![["may after a cure: in-place-formatter"]]);
    // Adds to the data of the first.
    check(
        &["pytest --cov"],
        &["pytest --cov --cov-append"],
        expect![["must stay in order: `two` adds to `.coverage`, which `one` writes"]],
    );
    // Stubs are made anew, then compared.
    check(
        &["stubgen -p package -o stubs"],
        &["git diff --exit-code"],
        expect![["may after a cure: in-place-formatter"]],
    );
    // Edits of several sessions, one commit.
    check(
        &["python tools/update.py"],
        &["python tools/other.py"],
        expect![["not known: python tools/update.py, python tools/other.py"]],
    );
}
