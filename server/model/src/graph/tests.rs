//! What order is found in small noxfiles.

use expect_test::{Expect, expect};
use facts::noxfile::{NoxfileFacts, Session};
use facts::project::ProjectFacts;

use super::way;
use crate::workspace::testing::{edges_text, id, on_pythons, requiring, session, workspace};

#[track_caller]
fn check(sessions: Vec<Session>, expected: Expect) {
    expected.assert_eq(&edges_text(&workspace(sessions, ProjectFacts::default())));
}

#[test]
fn requires_and_notify_are_declared() {
    let build = on_pythons(session("build", &["python x.py"]), &["3.11", "3.12"]);
    let tests = requiring(on_pythons(session("tests", &["notify cover"]), &["3.11", "3.12"]), &["build-{python}"]);
    check(
        vec![build, tests, session("cover", &[])],
        expect![[r#"
        Requires, declared: `tests` requires `build`
        Notify, declared: `tests` queues `cover` with `session.notify`
    "#]],
    );
}

#[test]
fn who_queues_what_it_requires_queues_nothing() {
    let check_all = requiring(session("check_all", &["notify part", "notify last"]), &["over"]);
    let over = requiring(session("over", &[]), &["part"]);
    check(
        vec![check_all, over, session("part", &[]), session("last", &[])],
        expect![[r#"
            Notify, declared: `check_all` queues `last` with `session.notify`
            Requires, declared: `check_all` requires `over`
            Requires, declared: `over` requires `part`
        "#]],
    );
}

#[test]
fn who_removes_a_file_first_reads_its_own() {
    let copy = session("copy", &["coverage combine"]);
    let own = session("own", &["delete .coverage", "{?} tests", "coverage report"]);
    let other = session("other", &["maybe delete .coverage", "coverage report"]);
    check(
        vec![own, other, copy],
        expect![[r#"
            Data, default path: `other` reads `.coverage`, which `copy` writes
        "#]],
    );
}

#[test]
fn a_report_comes_after_all_that_write_data() {
    let report = session("report", &["coverage combine", "coverage report"]);
    let unit = session("unit", &["coverage run -p -m pytest"]);
    let integration = session("integration", &["COVERAGE_FILE=.coverage.i coverage run -m pytest"]);
    check(
        vec![report, unit, integration, session("lint", &["ruff check"])],
        expect![[r#"
        Data, default path: `report` reads `.coverage.*`, which `unit` writes
        Data, default path: `report` reads `.coverage.*`, and `integration` writes `.coverage.i`
    "#]],
    );
}

#[test]
fn a_session_that_reports_on_its_own_data_needs_nobody() {
    let both = ["coverage erase", "coverage run -m pytest", "coverage report", "coverage xml"];
    check(vec![session("unit", &both), session("integration", &both)], expect![[""]]);
    let parallel = ["coverage run -p -m pytest", "coverage combine", "coverage report"];
    check(vec![session("unit", &parallel), session("integration", &parallel)], expect![[""]]);
}

#[test]
fn who_appends_comes_after_who_writes() {
    let first = session("first", &["pytest --cov"]);
    let second = session("second", &["pytest --cov --cov-append"]);
    let third = session("third", &["pytest --cov --cov-append"]);
    check(
        vec![first, second, third],
        expect![[r#"
        Data, default path: `second` adds to `.coverage`, which `first` writes
        Data, default path: `third` adds to `.coverage`, which `first` writes
    "#]],
    );
}

#[test]
fn checkers_of_wheels_come_after_builders() {
    let check_dist = session("check_dist", &["twine check dist/*"]);
    let build = session("build", &["python -m build"]);
    let install = session("install_wheel", &["install dist/x.whl"]);
    check(
        vec![check_dist, build, install],
        expect![[r#"
        Data, default path: `check_dist` reads `dist/*`, and `build` writes `dist`
        Data, default path: `install_wheel` reads `dist/x.whl`, and `build` writes `dist`
    "#]],
    );
}

#[test]
fn files_join_a_writer_and_a_later_reader() {
    let download = session("download", &["write data/big.csv"]);
    let tests = session("tests", &["read data/big.csv"]);
    check(
        vec![download.clone(), tests.clone()],
        expect![[r#"
        Data, exact path: `tests` reads `data/big.csv`, which `download` writes
    "#]],
    );
    // The other way round it may read what somebody put there long ago.
    check(vec![tests, download], expect![[""]]);
}

#[test]
fn clearing_stays_before_writing() {
    let clean = session("clean", &["delete dist", "coverage erase"]);
    let build = session("build", &["python -m build"]);
    let tests = session("tests", &["coverage run -m pytest"]);
    check(
        vec![clean, build, tests],
        expect![[r#"
        Data, default path: `clean` deletes `dist`, which `build` writes afterwards
        Data, default path: `clean` deletes `.coverage`, which `tests` writes afterwards
    "#]],
    );
}

#[test]
fn publishing_stays_behind_what_is_before_it() {
    let release = session("release", &["python -m build", "twine upload dist/*"]);
    check(
        vec![session("tests", &["pytest"]), release, session("docs", &["mkdocs build"])],
        expect![[r#"
        Gate, naming: `release` publishes; what stands before it, as `tests` does, is its gate
    "#]],
    );
}

#[test]
fn caches_and_formatters_need_no_order() {
    let format = session("format", &["ruff format ."]);
    check(
        vec![session("lint", &["ruff check", "mypy src"]), format, session("types", &["mypy src"])],
        expect![[r#"
        Order, order only: `format` rewrites the sources before `types` reads them
    "#]],
    );
}

#[test]
fn robot_reports_are_made_before_they_are_put_together() {
    let rebot = session("rebot", &["rebot output.xml"]);
    check(
        vec![rebot, session("robot", &["robot suites"])],
        expect![[r#"
        Data, default path: `rebot` reads `output.xml`, which `robot` writes
    "#]],
    );
}

#[test]
fn an_inferred_edge_closes_no_circle() {
    // The report is what the tests require: nonsense, but declared.
    let tests = requiring(session("tests", &["coverage run -m pytest"]), &["report"]);
    check(
        vec![session("report", &["coverage report"]), tests],
        expect![[r#"
        Requires, declared: `tests` requires `report`
    "#]],
    );
}

#[test]
fn a_declared_circle_stays() {
    let a = requiring(session("a", &[]), &["b"]);
    let b = requiring(session("b", &[]), &["a"]);
    check(
        vec![a, b],
        expect![[r#"
        Requires, declared: `b` requires `a`
        Requires, declared: `a` requires `b`
    "#]],
    );
}

#[test]
fn a_way_is_found_over_others() {
    let a = session("a", &[]);
    let b = requiring(session("b", &[]), &["a"]);
    let c = requiring(session("c", &[]), &["b"]);
    let workspace = workspace(vec![a, b, c, session("d", &[])], ProjectFacts::default());
    let edges = &workspace.noxfiles[0].edges;
    let found = way(edges, id(&workspace, "a"), id(&workspace, "c")).map(|edge| edge.reason.as_str());
    assert_eq!(found, Some("`b` requires `a`"));
    assert_eq!(way(edges, id(&workspace, "a"), id(&workspace, "d")), None);
}

#[test]
fn the_default_list_is_the_order_that_counts() {
    let facts = NoxfileFacts {
        sessions: [session("a", &[]), session("b", &[])].map(std::sync::Arc::new).to_vec(),
        options: facts::noxfile::Options {
            sessions: Some(facts::Known::Literal(
                vec![("b".to_owned(), syntax::Span::default()), ("a".to_owned(), syntax::Span::default())],
                syntax::Span::default(),
            )),
            ..facts::noxfile::Options::default()
        },
        ..NoxfileFacts::default()
    };
    let ranks = super::order::ranks(&facts);
    assert!(ranks.is_before(crate::SessionId(1), crate::SessionId(0)), "`nox` runs b first");
}

#[test]
fn who_reads_a_variable_comes_after_those_before_it_that_change_it() {
    check(
        vec![session("early", &["reads wheel"]), session("build", &["sets wheel"]), session("tests", &["reads wheel"])],
        expect![[r#"
            Variable, exact path: `tests` reads the variable `wheel`, which `build` changes
        "#]],
    );
}
