//! Commands and what the catalogue says about them.

use expect_test::{Expect, expect};
use facts::project::ProjectFacts;

use super::SessionKind;
use super::session::{Around, effects_of};
use crate::workspace::testing::{effects_text, session, text_of};

mod given;
mod lock;
mod unknown;

#[track_caller]
fn check(lines: &[&str], expected: Expect) {
    expected.assert_eq(&effects_text(lines, &ProjectFacts::default()));
}

#[track_caller]
fn check_in(project: &ProjectFacts, lines: &[&str], expected: Expect) {
    expected.assert_eq(&effects_text(lines, project));
}

#[track_caller]
fn check_kind(name: &str, lines: &[&str], expected: SessionKind) {
    assert_eq!(
        effects_of(&session(name, lines), &ProjectFacts::default(), Around::default()).kind,
        expected,
        "{name}: {lines:?}"
    );
}

#[test]
fn coverage_data_is_where_the_nearest_setting_puts_it() {
    check(
        &["coverage run -m pytest"],
        expect![[r#"
        Write .coverage Exclusive CoverageData by coverage run
        Write .pytest_cache Benign Cache by pytest
    "#]],
    );
    check(
        &["coverage run --data-file=.coverage.unit -m pytest"],
        expect![[r#"
        Write .coverage.unit Exclusive CoverageData (named) by coverage run
        Write .pytest_cache Benign Cache by pytest
    "#]],
    );
    check(
        &["env COVERAGE_FILE=.coverage.a", "COVERAGE_FILE=.coverage.b coverage run -m pytest"],
        expect![[r#"
        Write .coverage.b Exclusive CoverageData (named) by coverage run
        Write .pytest_cache Benign Cache by pytest
    "#]],
    );
    check(
        &["in tests coverage run -m pytest"],
        expect![[r#"
        Write tests/.coverage Exclusive CoverageData by coverage run
        Write tests/.pytest_cache Benign Cache by pytest
    "#]],
    );
    let project = ProjectFacts { coverage_data_file: Some("cov/data".to_owned()), ..ProjectFacts::default() };
    check_in(
        &project,
        &["coverage run -m pytest", "pytest --cov=x"],
        expect![[r#"
        Write cov/data Exclusive CoverageData by coverage run
        Write .pytest_cache Benign Cache by pytest
        Write .pytest_cache Benign Cache by pytest
        Write cov/data Exclusive CoverageData by pytest --cov
        Delete cov/data.* Exclusive CoverageData by pytest --cov
    "#]],
    );
}

#[test]
fn parallel_coverage_has_files_of_its_own() {
    check(
        &["coverage run -p -m pytest"],
        expect![[r#"
        Write .coverage.* Safe CoverageData by coverage run --parallel-mode
        Write .pytest_cache Benign Cache by pytest
    "#]],
    );
    let project = ProjectFacts { coverage_parallel: true, ..ProjectFacts::default() };
    check_in(
        &project,
        &["coverage run -m pytest"],
        expect![[r#"
        Write .coverage.* Safe CoverageData by coverage run --parallel-mode
        Write .pytest_cache Benign Cache by pytest
    "#]],
    );
}

#[test]
fn coverage_reports_combine_first() {
    check(
        &["coverage report --fail-under=97"],
        expect![[r#"
        Read .coverage Safe CoverageData by coverage report
        Read .coverage.* Safe CoverageData by coverage report
        Delete .coverage.* Exclusive CoverageData by coverage report
    "#]],
    );
    check(
        &["coverage xml -o out/cov.xml"],
        expect![[r#"
        Read .coverage Safe CoverageData by coverage xml
        Read .coverage.* Safe CoverageData by coverage xml
        Delete .coverage.* Exclusive CoverageData by coverage xml
        Write out/cov.xml Exclusive Report (named) by coverage xml
    "#]],
    );
    check(
        &["coverage combine"],
        expect![[r#"
            Read .coverage.* Safe CoverageData by coverage combine
            Delete .coverage.* Exclusive CoverageData by coverage combine
            Write .coverage Exclusive CoverageData by coverage combine
        "#]],
    );
    check(
        &["coverage combine --keep artifacts/"],
        expect![[r#"
            Read artifacts/.coverage.* Safe CoverageData (named) by coverage combine
            Write .coverage Exclusive CoverageData by coverage combine
        "#]],
    );
    check(
        &["coverage erase"],
        expect![[r#"
        Delete .coverage Exclusive CoverageData by coverage erase
    "#]],
    );
    check(
        &["coverage {?}"],
        expect![[r#"
        Read .coverage Safe CoverageData by coverage
        Read .coverage.* Safe CoverageData by coverage
        Delete .coverage.* Exclusive CoverageData by coverage
    "#]],
    );
}

#[test]
fn pytest_and_its_plugins() {
    check(
        &["pytest"],
        expect![[r#"
        Write .pytest_cache Benign Cache by pytest
    "#]],
    );
    check(
        &["pytest --cov=pkg --cov-report=xml --cov-report html:out --cov-report=term"],
        expect![[r#"
        Write .pytest_cache Benign Cache by pytest
        Write .coverage Exclusive CoverageData by pytest --cov
        Delete .coverage.* Exclusive CoverageData by pytest --cov
        Write coverage.xml Exclusive Report by pytest --cov-report
        Write out Exclusive Report (named) by pytest --cov-report
    "#]],
    );
    check(
        &["COVERAGE_FILE=.coverage.{session.name} pytest --cov --cov-append"],
        expect![[r#"
            Write .pytest_cache Benign Cache by pytest
            Update .coverage.s Exclusive CoverageData (named) by pytest --cov-append
            Delete .coverage.s.* Exclusive CoverageData (named) by pytest --cov-append
        "#]],
    );
    check(
        &["COVERAGE_FILE=.nox/{session.create_tmp()}/tmp/.cov coverage run -m x"],
        expect![[r#"
            Write .nox/s/tmp/.cov Exclusive CoverageData (named) by coverage run
            unknown: x
        "#]],
    );
    check(
        &["python -m pytest --basetemp=tmp --junitxml=junit.xml -n auto"],
        expect![[r#"
        Write .pytest_cache Benign Cache by pytest
        Write junit.xml Exclusive Report (named) by pytest --junitxml
        Delete tmp Exclusive Scratch (named) by pytest --basetemp
        Write tmp Exclusive Scratch (named) by pytest --basetemp
    "#]],
    );
    check(
        &["pytest --no-cov --benchmark-json=bench.json"],
        expect![[r#"
        Write .pytest_cache Benign Cache by pytest
        Write bench.json Exclusive Report (named) by pytest --benchmark-json
    "#]],
    );
    let project = ProjectFacts { pytest_addopts: vec!["--cov=pkg".to_owned()], ..ProjectFacts::default() };
    check_in(
        &project,
        &["pytest tests"],
        expect![[r#"
        Write .pytest_cache Benign Cache by pytest
        Write .coverage Exclusive CoverageData by pytest --cov
        Delete .coverage.* Exclusive CoverageData by pytest --cov
    "#]],
    );
}

#[test]
fn formatters_rewrite_unless_they_check() {
    check(
        &["ruff format ."],
        expect![[r#"
        Mutate <Sources> Exclusive Other by ruff format
        Write .ruff_cache Safe Cache by ruff format
    "#]],
    );
    check(
        &["ruff format --check ."],
        expect![[r#"
        Write .ruff_cache Safe Cache by ruff format --check
    "#]],
    );
    check(
        &["ruff check --fix"],
        expect![[r#"
        Mutate <Sources> Exclusive Other by ruff check --fix
        Write .ruff_cache Safe Cache by ruff check --fix
    "#]],
    );
    check(
        &["ruff check ."],
        expect![[r#"
        Write .ruff_cache Safe Cache by ruff check
    "#]],
    );
    check(&["black --check src", "isort --check-only src"], expect![[""]]);
    check(
        &["black src", "isort src", "pyupgrade a.py"],
        expect![[r#"
        Mutate <Sources> Exclusive Other by black
        Mutate <Sources> Exclusive Other by isort
        Mutate <Sources> Exclusive Other by pyupgrade
    "#]],
    );
    check(
        &["codespell -w", "codespell"],
        expect![[r#"
        Mutate <Sources> Exclusive Other by codespell -w
    "#]],
    );
    check(
        &["pre-commit run --all-files"],
        expect![[r#"
        Mutate <Sources> Exclusive Other by pre-commit
    "#]],
    );
    let project = ProjectFacts { ruff_fix: true, ..ProjectFacts::default() };
    check_in(
        &project,
        &["ruff check"],
        expect![[r#"
        Mutate <Sources> Exclusive Other by ruff check
        Write .ruff_cache Safe Cache by ruff check
    "#]],
    );
}

#[test]
fn type_checkers_and_linters_touch_caches_at_most() {
    check(
        &["mypy src", "MYPY_CACHE_DIR=/dev/null mypy src", "mypy --cache-dir .c src"],
        expect![[r#"
        Write .mypy_cache Benign Cache by mypy
        Write .c Benign Cache (named) by mypy
    "#]],
    );
    check(
        &["pyright", "ty check", "flake8 src --output-file=f.txt", "pylint src"],
        expect![[r#"
        Write f.txt Exclusive Report (named) by flake8
    "#]],
    );
    check(
        &["bandit -r src -o bandit.json", "vulture src", "pip-audit"],
        expect![[r#"
        Write bandit.json Exclusive Report (named) by bandit
    "#]],
    );
}

#[test]
fn builders_write_dist_and_what_the_backend_leaves() {
    check(
        &["python -m build"],
        expect![[r#"
        Write dist Exclusive Package by python -m build
        Write *.egg-info Exclusive BuildTree by install
    "#]],
    );
    let hatch = ProjectFacts { build_backend: Some("hatchling.build".to_owned()), ..ProjectFacts::default() };
    check_in(
        &hatch,
        &["python -m build --outdir out", "uv build", "hatch build"],
        expect![[r#"
        Write out Exclusive Package (named) by python -m build
        Write dist Exclusive Package by uv build
        Write dist Exclusive Package by hatch build
    "#]],
    );
    check(
        &["twine check dist/*", "twine upload dist/*"],
        expect![[r#"
        Read dist/* Safe Package (named) by twine check
        Read dist Safe Package by twine upload
        Write <World> Exclusive Other by twine upload
    "#]],
    );
}

#[test]
fn installing_the_tree_depends_on_the_backend() {
    check(
        &["install ."],
        expect![[r#"
        Write build/lib Exclusive BuildTree by install
        Write *.egg-info Exclusive BuildTree by install
    "#]],
    );
    check(
        &["install -e .[test]"],
        expect![[r#"
        Write *.egg-info Exclusive BuildTree by install
    "#]],
    );
    check(
        &["install pytest -r requirements/test.txt", "install dist/a.whl"],
        expect![[r#"
        Read requirements/test.txt Safe Lock (named) by install
        Read dist/a.whl Safe Package (named) by install
    "#]],
    );
    let hatch = ProjectFacts { build_backend: Some("hatchling.build".to_owned()), ..ProjectFacts::default() };
    check_in(&hatch, &["install -e ."], expect![[""]]);
    let maturin = ProjectFacts { build_backend: Some("maturin".to_owned()), ..ProjectFacts::default() };
    check_in(
        &maturin,
        &["install ."],
        expect![[r#"
        Write target Benign BuildTree by install
    "#]],
    );
}

#[test]
fn documentation_builders() {
    check(
        &["sphinx-build -b html -W docs docs/_build/html"],
        expect![[r#"
        Write docs/_build/html Exclusive Docs (named) by sphinx-build
    "#]],
    );
    check(
        &["python -m sphinx -M latex docs build"],
        expect![[r#"
        Write build/latex Exclusive Docs (named) by sphinx-build
        Write build/doctrees Exclusive Doctrees by sphinx-build -M
    "#]],
    );
    check(
        &["sphinx-build -b html -d build/trees docs build/html"],
        expect![[r#"
        Write build/html Exclusive Docs (named) by sphinx-build
        Write build/trees Exclusive Doctrees (named) by sphinx-build -d
    "#]],
    );
    check(
        &["mkdocs build --strict --site-dir site2", "mkdocs serve", "mkdocs gh-deploy"],
        expect![[r#"
        Write site2 Exclusive Docs (named) by mkdocs build
        Write <Port(8000)> Exclusive Other by mkdocs serve
        Write <World> Exclusive Other by mkdocs gh-deploy
        Write <Git> Exclusive Other by mkdocs gh-deploy
    "#]],
    );
    check(
        &["sphinx-autobuild --port 9000 docs out", "python -m http.server 8080 -d site"],
        expect![[r#"
            Write <Port(9000)> Exclusive Other (named) by sphinx-autobuild
            Write out Exclusive Docs (named) by sphinx-build
            Write <Port(8080)> Exclusive Other (named) by http.server
            Read site Safe Docs (named) by http.server
        "#]],
    );
}

#[test]
fn wrappers_and_shells_are_looked_through() {
    check(
        &["uv run --group test pytest --cov"],
        expect![[r#"
            Update .venv Exclusive Environment by uv sync
            Read uv.lock Safe Lock by uv sync
            Write .pytest_cache Benign Cache by pytest
            Write .coverage Exclusive CoverageData by pytest --cov
            Delete .coverage.* Exclusive CoverageData by pytest --cov
        "#]],
    );
    check(
        &["UV_PROJECT_ENVIRONMENT={session.virtualenv.location} uv sync"],
        expect![[r#"
            Update {session.virtualenv.location} Exclusive Environment (named) by uv sync
            Read uv.lock Safe Lock by uv sync
        "#]],
    );
    check(
        &["bash -c 'rm -rf dist && python -m build'"],
        expect![[r#"
        Delete dist Exclusive Package (named) by rm
        Write dist Exclusive Package by python -m build
        Write *.egg-info Exclusive BuildTree by install
    "#]],
    );
    check(
        &["coverage run -m pytest --junitxml=u.xml"],
        expect![[r#"
        Write .coverage Exclusive CoverageData by coverage run
        Write .pytest_cache Benign Cache by pytest
        Write u.xml Exclusive Report (named) by pytest --junitxml
    "#]],
    );
}

#[test]
fn temporary_files_are_where_tmpdir_says() {
    check(
        &["TMPDIR=build/tmp mypy src", "TMPDIR=/tmp mypy src"],
        expect![[r#"
        Write .mypy_cache Benign Cache by mypy
        Write build/tmp Safe Other (named) by TMPDIR
        Write .mypy_cache Benign Cache by mypy
        Write /tmp Safe Other (named) by TMPDIR
    "#]],
    );
}

#[test]
fn what_is_not_known_is_said() {
    check(
        &["python scripts/gen.py --all", "make docs", "{?} x", "--upgrade a.txt", "./tool.sh"],
        expect![[r#"
        unknown: python scripts/gen.py --all
        unknown: make docs
        unknown: a command that cannot be read
        unknown: a command that cannot be read
        unknown: tool.sh
    "#]],
    );
}

#[test]
fn git_and_the_world() {
    check(
        &["git diff --exit-code", "git -C x commit -m y", "git push"],
        expect![[r#"
            Read <Git> Safe Other by git diff
            Update x Exclusive Other (named) by git -C
            Write <Git> Exclusive Other by git push
            Write <World> Exclusive Other by git push
        "#]],
    );
    check(
        &["docker compose up -d", "docker run -p 5432:5432 postgres"],
        expect![[r#"
        Update <Service("docker compose project")> Exclusive Other by docker compose
        Write <Port(5432)> Exclusive Other (named) by docker run
    "#]],
    );
}

#[test]
fn files_of_python_itself() {
    check(
        &["delete dist", "write docs/cli.md", "write report.txt", "read .coverage"],
        expect![[r#"
        Delete dist Exclusive Package (named) by removal of a file
        Write docs/cli.md Exclusive Other (named) by write of a file
        Mutate <Sources> Exclusive Other (named) by write of a file
        Write report.txt Exclusive Other (named) by write of a file
        Read .coverage Safe CoverageData (named) by read of a file
    "#]],
    );
}

#[test]
fn kinds_follow_tools_then_names() {
    check_kind("unit_tests", &["coverage run -m pytest"], SessionKind::Test);
    check_kind("integration_tests", &["coverage run -m pytest"], SessionKind::IntegrationTest);
    check_kind("coverage_report", &["coverage combine", "coverage report"], SessionKind::Coverage);
    check_kind("lint", &["ruff check", "ruff format --check"], SessionKind::Lint);
    check_kind("format", &["ruff format"], SessionKind::Format);
    check_kind("typecheck", &["mypy src"], SessionKind::Typecheck);
    check_kind("benchmark", &["pytest benchmarks --benchmark-json=b.json"], SessionKind::Bench);
    check_kind("release", &["python -m build", "twine upload dist/*"], SessionKind::Release);
    check_kind("docs", &["install sphinx", "make html"], SessionKind::Docs);
    check_kind("docs", &["sphinx-build docs out", "maybe sphinx-autobuild docs out"], SessionKind::Docs);
    check_kind("x", &["python x.py"], SessionKind::Other);
}

#[test]
fn xdist_takes_cores() {
    let width = |line: &str| effects_of(&session("t", &[line]), &ProjectFacts::default(), Around::default()).width;
    assert_eq!(width("pytest -n 4"), Some(4));
    assert_eq!(width("pytest -nauto"), Some(0));
    assert_eq!(width("pytest"), None);
}

#[test]
fn hooks_that_only_look_disturb_nobody() {
    let hook = |id: &str, rewrites| facts::project::Hook { id: id.to_owned(), alias: None, rewrites };
    let project = ProjectFacts {
        hooks: Some(vec![hook("mypy", false), hook("trailing-whitespace", true)]),
        ..ProjectFacts::default()
    };
    check_in(
        &project,
        &["pre-commit run --all-files"],
        expect![[r#"
        Mutate <Sources> Exclusive Other by pre-commit
    "#]],
    );
    check_in(&project, &["pre-commit run mypy --all-files"], expect![[""]]);
    check_in(&project, &["SKIP=trailing-whitespace pre-commit run --all-files"], expect![[""]]);
    check(
        &["pre-commit run --all-files"],
        expect![[r#"
        Mutate <Sources> Exclusive Other by pre-commit
    "#]],
    );
}

#[test]
fn other_repositories_and_downloads_are_folders_and_files() {
    check(
        &[
            "git clone --depth 1 https://x/data-set.git",
            "git -C data-set pull",
            "in .nox/{session.create_tmp()}/tmp git add -A",
            "curl -o tests/data.zip https://x",
        ],
        expect![[r#"
            Update data-set Exclusive Other (named) by git clone
            Update data-set Exclusive Other (named) by git -C
            Write tests/data.zip Exclusive Fetched (named) by download
        "#]],
    );
}

#[test]
fn settings_of_single_tools_move_what_they_write() {
    let project = ProjectFacts {
        mkdocs_site: Some("public".to_owned()),
        robot_output: Some("results".to_owned()),
        behave_junit: Some("reports/behave".to_owned()),
        ..ProjectFacts::default()
    };
    check_in(
        &project,
        &["mkdocs build", "robot suites", "behave"],
        expect![[r#"
            Write public Exclusive Docs by mkdocs build
            Write results Exclusive Report by robot
            Write reports/behave Exclusive Report by behave
        "#]],
    );
}

#[test]
fn what_only_prints_touches_nothing() {
    check(&["tool --version", "python -m tool --help"], expect![[""]]);
    check(
        &["write {?}", "delete {name}"],
        expect![[r#"
        Delete {name} Exclusive Other (named) by removal of a file
        unknown: write of a file that cannot be named
        unknown: removal of a file that cannot be named
    "#]],
    );
}

#[test]
fn type_checkers_that_mend_rewrite() {
    check(
        &["ty check", "ty check --fix", "ty check --add-ignore", "pyrefly check", "pyrefly infer"],
        expect![[r#"
        Mutate <Sources> Exclusive Other by ty --fix
        Mutate <Sources> Exclusive Other by ty --fix
        Mutate <Sources> Exclusive Other by pyrefly infer
    "#]],
    );
}
