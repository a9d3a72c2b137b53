//! What goes wrong between two sessions, kind by kind.

use expect_test::{Expect, expect};
use facts::project::ProjectFacts;

use crate::verdict::Verdict;
use crate::workspace::NoxfileId;
use crate::workspace::testing::{hazards_text, id, on_pythons, session, workspace};

#[track_caller]
fn check(a: &[&str], b: &[&str], expected: Expect) {
    check_in(ProjectFacts::default(), a, b, expected);
}

#[track_caller]
fn check_in(project: ProjectFacts, a: &[&str], b: &[&str], expected: Expect) {
    let workspace = workspace(vec![session("one", a), session("two", b)], project);
    expected.assert_eq(&hazards_text(&workspace, "one", "two"));
}

#[track_caller]
fn check_verdict(a: &[&str], b: &[&str], expected: &str) {
    let workspace = workspace(vec![session("one", a), session("two", b)], ProjectFacts::default());
    let verdict = workspace.verdict(NoxfileId(0), id(&workspace, "one"), id(&workspace, "two"));
    let text = match verdict {
        Verdict::Parallel => "parallel".to_owned(),
        Verdict::AfterCure(hazards) => {
            format!("after cure of {}", hazards.iter().map(|it| it.kind).collect::<Vec<_>>().join(", "))
        }
        Verdict::MustOrder(edge) => format!("ordered: {}", edge.reason),
        Verdict::Exclusive(hazards) => {
            format!("exclusive: {}", hazards.iter().map(|it| it.kind).collect::<Vec<_>>().join(", "))
        }
        Verdict::OneProcess(hazards) => format!("one process: {}", hazards[0].kind),
        Verdict::Unknown(what) => format!("unknown: {}", what.join(", ")),
    };
    assert_eq!(text, expected);
}

#[test]
fn shared_variable() {
    check(
        &["sets wheel"],
        &["reads wheel"],
        expect![[r#"
            shared-variable (fails): `two` reads the variable `wheel`, which `one` changes; in a process of its own it sees what the noxfile set []
        "#]],
    );
    check(&["sets wheel"], &["sets wheel"], expect![[""]]);
    check(&["reads wheel"], &["reads wheel"], expect![[""]]);
    check(&["sets wheel"], &["reads sdist"], expect![[""]]);
    check_verdict(&["sets wheel"], &["reads wheel"], "one process: shared-variable");
}

#[test]
fn shared_coverage_data() {
    check(
        &["coverage run -m pytest"],
        &["coverage run -m pytest"],
        expect![[r#"
        shared-coverage-data (loses data): `one` and `two` both write `.coverage`; the later one wins and the other's data is lost [give each session a data file of its own with `COVERAGE_FILE`, and combine them at the end]
        shared-cache (slower): `one` and `two` share `.pytest_cache`; one may waste what the other cached [`-p no:cacheprovider`]
    "#]],
    );
    check(
        &["pytest --cov"],
        &["pytest --cov"],
        expect![[r#"
        shared-coverage-data (loses data): `one` and `two` both write `.coverage`; the later one wins and the other's data is lost [give each session a data file of its own with `COVERAGE_FILE`, and combine them at the end]
        shared-cache (slower): `one` and `two` share `.pytest_cache`; one may waste what the other cached [`-p no:cacheprovider`]
    "#]],
    );
    check(
        &["COVERAGE_FILE=.coverage.a pytest --cov"],
        &["pytest --cov"],
        expect![[r#"
        shared-coverage-data (loses data): `two` (pytest-cov) combines and deletes `.coverage.a`, which is also that of `one` [give each session a data file of its own with `COVERAGE_FILE`, and combine them at the end]
        shared-cache (slower): `one` and `two` share `.pytest_cache`; one may waste what the other cached [`-p no:cacheprovider`]
    "#]],
    );
    // Each with a file of its own.
    check(
        &["COVERAGE_FILE=.coverage.a coverage run -m pytest"],
        &["COVERAGE_FILE=.coverage.b coverage run -m pytest"],
        expect![[r#"
            shared-cache (slower): `one` and `two` share `.pytest_cache`; one may waste what the other cached [`-p no:cacheprovider`]
        "#]],
    );
    check(
        &["coverage run -p -m pytest"],
        &["coverage run -p -m pytest"],
        expect![[r#"
        shared-cache (slower): `one` and `two` share `.pytest_cache`; one may waste what the other cached [`-p no:cacheprovider`]
    "#]],
    );
}

#[test]
fn coverage_consumer_runs_early() {
    check(
        &["coverage run -p -m pytest"],
        &["coverage combine", "coverage report"],
        expect![[r#"
        coverage-consumer-runs-early (loses data): `two` (`coverage combine`) takes `.coverage.*` while `one` still writes coverage data [run `two` after `one`]
    "#]],
    );
    check(
        &["coverage report"],
        &["coverage xml"],
        expect![[r#"
        shared-coverage-data (flaky): `one` and `two` both combine `.coverage.*`, and the first takes it away [make all reports in one session]
    "#]],
    );
}

#[test]
fn in_place_formatter() {
    check(
        &["ruff format ."],
        &["mypy src"],
        expect![[r#"
        in-place-formatter (flaky): `one` rewrites the sources (`ruff format`) while `two` reads them [run it first and alone, or with `--check` in CI]
    "#]],
    );
    check(
        &["ruff format ."],
        &["black src"],
        expect![[r#"
        in-place-formatter (flaky): `two` rewrites the sources (`black`) while `one` reads them [run it first and alone, or with `--check` in CI]
    "#]],
    );
    check(&["ruff format --check ."], &["mypy src"], expect![[""]]);
    check(
        &["write src/pkg/_version.py"],
        &["pytest"],
        expect![[r#"
        in-place-formatter (flaky): `one` rewrites the sources (`write of a file`) while `two` reads them [run it first and alone]
    "#]],
    );
}

#[test]
fn in_tree_build() {
    check(
        &["install ."],
        &["install ."],
        expect![[r#"
            in-tree-build (flaky): `one` and `two` both build the package inside the tree, in `build/lib` [build one wheel first and install that, or use a build backend that does not write into the tree]
        "#]],
    );
    check(
        &["install -e ."],
        &["python -m build"],
        expect![[r#"
        in-tree-build (flaky): `one` and `two` both build the package inside the tree, in `*.egg-info` [build one wheel first and install that, or use a build backend that does not write into the tree]
    "#]],
    );
    let hatch = ProjectFacts { build_backend: Some("hatchling.build".to_owned()), ..ProjectFacts::default() };
    check_in(hatch, &["install ."], &["install -e ."], expect![[""]]);
}

#[test]
fn shared_output() {
    check(
        &["mkdocs build"],
        &["mkdocs build --strict"],
        expect![[r#"
        shared-output (flaky): `one` and `two` both write `site`; each finds the other's work in it [`-d FOLDER`]
    "#]],
    );
    check(
        &["uv build"],
        &["hatch build"],
        expect![[r#"
        in-tree-build (flaky): `one` and `two` both build the package inside the tree, in `*.egg-info` [build one wheel first and install that, or use a build backend that does not write into the tree]
        shared-output (flaky): `one` and `two` both write `dist`; each finds the other's work in it [`-o FOLDER`]
    "#]],
    );
    check(
        &["pytest --junitxml=j.xml"],
        &["pytest --junitxml=j.xml"],
        expect![[r#"
        shared-output (loses data): `one` and `two` both write `j.xml`; the later one wins [`--junitxml` with a path of its own]
        shared-cache (slower): `one` and `two` share `.pytest_cache`; one may waste what the other cached [`-p no:cacheprovider`]
    "#]],
    );
    check(
        &["pytest --junitxml=a.xml"],
        &["pytest --junitxml=b.xml"],
        expect![[r#"
        shared-cache (slower): `one` and `two` share `.pytest_cache`; one may waste what the other cached [`-p no:cacheprovider`]
    "#]],
    );
    check(
        &["robot a"],
        &["robot b"],
        expect![[r#"
        shared-output (loses data): `one` and `two` both write `log.html`; the later one wins [`--outputdir FOLDER`]
        shared-output (loses data): `one` and `two` both write `output.xml`; the later one wins [`--outputdir FOLDER`]
        shared-output (loses data): `one` and `two` both write `report.html`; the later one wins [`--outputdir FOLDER`]
    "#]],
    );
}

#[test]
fn shared_basetemp_and_doctrees() {
    check(
        &["pytest --basetemp=t"],
        &["pytest --basetemp=t"],
        expect![[r#"
        shared-basetemp (fails): `one` and `two` both use `t` as `--basetemp`; each wipes it when it starts [a `--basetemp` of its own]
        shared-cache (slower): `one` and `two` share `.pytest_cache`; one may waste what the other cached [`-p no:cacheprovider`]
    "#]],
    );
    check(
        &["sphinx-build -M html docs build"],
        &["sphinx-build -M latex docs build"],
        expect![[r#"
        shared-doctrees (flaky): `one` and `two` both write Sphinx's doctrees in `build/doctrees` [`-d FOLDER` for the doctrees of each]
    "#]],
    );
    check(&["sphinx-build -b html docs build/html"], &["sphinx-build -b linkcheck docs build/check"], expect![[""]]);
}

#[test]
fn deletes_what_others_use() {
    // A temporary folder may be shared, and must stay while it is in use.
    check(
        &["delete build"],
        &["TMPDIR=build/tmp ruff check --no-cache"],
        expect![[r#"
        deletes-what-others-use (fails): `one` deletes `build/tmp` while `two` writes it []
    "#]],
    );
    check(&["TMPDIR=build/tmp ty check"], &["TMPDIR=build/tmp pyright"], expect![[""]]);
    check(
        &["delete dist"],
        &["python -m build"],
        expect![[r#"
        deletes-what-others-use (fails): `one` deletes `dist` while `two` writes it [`--outdir FOLDER`]
    "#]],
    );
    check(&["delete dist"], &["delete dist"], expect![[""]]);
}

#[test]
fn environments_locks_caches() {
    check(
        &["uv run pytest"],
        &["uv sync"],
        expect![[r#"
        shared-environment (fails): `one` and `two` both install into `.venv` [set `UV_PROJECT_ENVIRONMENT` to the session's own environment]
    "#]],
    );
    check(
        &["pip-compile"],
        &["install -r requirements.txt"],
        expect![[r#"
        shared-lock-file (flaky): `one` rewrites `requirements.txt` while `two` installs from it [`-o FILE`]
    "#]],
    );
    check(
        &["mypy src"],
        &["mypy tests"],
        expect![[r#"
        shared-cache (slower): `one` and `two` share `.mypy_cache`; one may waste what the other cached [`--cache-dir FOLDER`]
    "#]],
    );
    check(&["ruff check"], &["ruff check"], expect![[""]]);
}

#[test]
fn ports_git_services_world() {
    check(
        &["python -m http.server"],
        &["mkdocs serve"],
        expect![[r#"
        port (fails): `one` and `two` both listen on port 8000 [a port of its own]
    "#]],
    );
    check(
        &["git tag x"],
        &["git commit -m y"],
        expect![[r#"
        git-writes (fails): `one` and `two` both change git's index; the second finds it locked []
    "#]],
    );
    check(&["git commit -m y"], &["git log"], expect![[""]]);
    check(
        &["docker compose up"],
        &["docker compose run x"],
        expect![[r#"
        shared-service (fails): `one` and `two` both use the docker compose project [`COMPOSE_PROJECT_NAME` and ports of its own]
    "#]],
    );
    check(
        &["twine upload dist/*"],
        &["pytest"],
        expect![[r#"
        publishes (fails): `one` publishes with `twine upload`; it must not run while `two` may still fail []
    "#]],
    );
}

#[test]
fn instances_of_one_session() {
    let tests = on_pythons(session("tests", &["pytest --cov"]), &["3.11", "3.12"]);
    let own = on_pythons(session("own", &["COVERAGE_FILE=.coverage.{session.python} pytest --cov"]), &["3.11", "3.12"]);
    let workspace = workspace(vec![tests, own, session("single", &["pytest"])], ProjectFacts::default());
    expect![[r#"
        shared-coverage-data (loses data): two instances of `tests` both write `.coverage`; the later one wins and the other's data is lost [give each session a data file of its own with `COVERAGE_FILE`, and combine them at the end]
        shared-cache (slower): two instances of `tests` share `.pytest_cache`; one may waste what the other cached [`-p no:cacheprovider`]
    "#]].assert_eq(&hazards_text(&workspace, "tests", "tests"));
    expect![[r#"
        shared-cache (slower): two instances of `own` share `.pytest_cache`; one may waste what the other cached [`-p no:cacheprovider`]
    "#]].assert_eq(&hazards_text(&workspace, "own", "own"));
    expect![[r#"
        same-session-twice (fails): two runs of `single` at once make the same environment `.nox/single` []
    "#]]
    .assert_eq(&hazards_text(&workspace, "single", "single"));
}

#[test]
fn sessions_of_other_interpreters_write_other_files() {
    let unit = on_pythons(session("unit", &["pytest --junitxml=log-{session.python}.xml"]), &["3.13", "3.14"]);
    let pypy = on_pythons(session("pypy", &["write log-{session.python}.xml"]), &["pypy3.11"]);
    let late = on_pythons(session("late", &["write log-{session.python}.xml"]), &["3.14"]);
    let workspace = workspace(vec![unit, pypy, late], ProjectFacts::default());
    expect![[""]].assert_eq(&hazards_text(&workspace, "unit", "pypy"));
    expect![[r#"
        shared-output (loses data): `unit` and `late` both write `log-{session.python}.xml`; the later one wins [`--junitxml` with a path of its own]
    "#]]
    .assert_eq(&hazards_text(&workspace, "unit", "late"));
}

#[test]
fn verdicts() {
    check_verdict(&["ruff check"], &["mypy src"], "parallel");
    check_verdict(&["ruff format ."], &["mypy src"], "after cure of in-place-formatter");
    check_verdict(&["pyupgrade x.py"], &["mypy src"], "exclusive: in-place-formatter");
    check_verdict(
        &["coverage report"],
        &["coverage run -m pytest"],
        "ordered: `one` reads `.coverage`, which `two` writes",
    );
    check_verdict(&["make docs"], &["mypy src"], "unknown: make docs");
    check_verdict(&["make docs", "pytest --cov"], &["pytest --cov"], "after cure of shared-coverage-data");
}

/// Jobs of real projects that look as if their steps were independent; they must stay one after another.
mod traps {
    use super::*;

    #[test]
    fn two_runs_that_add_to_one_data_file() {
        // hikari-py/hikari ci.yml: the second run has `--cov-append`.
        check_verdict(
            &["pytest --cov"],
            &["pytest --cov --cov-append"],
            "ordered: `two` adds to `.coverage`, which `one` writes",
        );
    }

    #[test]
    fn several_reports_over_one_data_file() {
        // meltano/sdk test.yml: combine, report, xml.
        check_verdict(&["coverage combine"], &["coverage xml"], "ordered: `two` reads `.coverage`, which `one` writes");
    }

    #[test]
    fn a_linter_that_fixes() {
        // opg-pipeline-builder nox.yml: `lint` is `ruff --fix`.
        check_verdict(&["ruff check --fix ."], &["pytest"], "after cure of in-place-formatter");
    }

    #[test]
    fn sessions_that_clear_and_fill_the_same_folders() {
        // pypa/sample-namespace-packages ci.yml: each `rm -rf dist build` in the same package folders.
        let lines = ["in pkg delete dist", "in pkg python -m build"];
        check_verdict(&lines, &lines, "after cure of deletes-what-others-use, in-tree-build, shared-output");
    }

    #[test]
    fn one_session_twice() {
        // jawah/charset_normalizer ci.yml: the same session with other posargs.
        let workspace = workspace(vec![session("coverage", &["coverage run x.py"])], ProjectFacts::default());
        let one = id(&workspace, "coverage");
        assert!(matches!(workspace.verdict(NoxfileId(0), one, one), Verdict::Exclusive(_)), "same environment");
    }

    #[test]
    fn sessions_that_edit_the_tree_and_commit() {
        // pypa/manylinux update-dependencies.yml.
        check_verdict(&["write docker/build.py"], &["git commit -am x"], "after cure of in-place-formatter");
    }

    #[test]
    fn data_on_disk() {
        // vocalpy/vak ci-linux.yml: `test-data-download-*` before `coverage`.
        check_verdict(
            &["write tests/data.tar.gz"],
            &["read tests/data.tar.gz"],
            "ordered: `two` reads `tests/data.tar.gz`, which `one` writes",
        );
    }
}
