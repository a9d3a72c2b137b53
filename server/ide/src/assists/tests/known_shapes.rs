//! Jobs that people run one session after the other in, though nothing asks for it: shapes seen in real projects, in words
//! of our own, with all that is offered for each.

use super::*;

const CHECKS: &str = r#"
@nox.session
def check_code(session):
    session.run("ruff", "check", ".")

@nox.session
def check_format(session):
    session.run("ruff", "format", "--check", ".")

@nox.session
def check_types(session):
    session.run("mypy", "src")

@nox.session
def docs(session):
    session.run("sphinx-build", "docs", "docs/_build")

@nox.session
def build(session):
    session.run("python", "-m", "build")

@nox.session(python=["3.12", "3.13"])
def tests(session):
    session.run("pytest", "tests")

@nox.session
def bench(session):
    session.run("pytest", "benchmarks")
"#;

#[test]
fn steps_by_pipx_one_after_another() {
    check_shape(
        CHECKS,
        "
  lint:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v4
      - run: pipx run nox -s check_code
      - run: pipx run nox -s check_format
      - run: pipx run nox -s check_types
      - run: pipx run nox -s docs
      - run: pipx run nox -s build
",
        expect![[r#"
            * use-parallel-steps: Run 5 sessions in parallel steps: ~4 m 10 s → ~1 m 55 s (guessed times, 4 cores)
              use-nox-parallel: Run 5 sessions with nox -j 4: ~4 m 10 s → ~1 m 55 s (guessed times, 4 cores)
              use-background-processes: Run 5 sessions as background processes: ~4 m 10 s → ~1 m 55 s (guessed times, 4 cores)
              split-into-jobs: Split 5 sessions into 3 jobs: ~4 m 10 s → ~1 m 55 s (guessed times, 20 runners, 40 s a job)
              split-into-matrix: Split 5 sessions into a matrix of 5 jobs: ~4 m 10 s → ~1 m 55 s (guessed times, 20 runners, 40 s a job)
        "#]],
    );
}

#[test]
fn checks_that_every_cell_of_a_matrix_repeats() {
    check_shape(
        CHECKS,
        "
  tests:
    strategy:
      fail-fast: false
      matrix:
        os: [ubuntu-latest, windows-latest]
        python: ['3.12', '3.13']
    runs-on: ${{ matrix.os }}
    steps:
      - uses: actions/checkout@v4
      - run: nox -s check_code
      - run: nox -s tests-${{ matrix.python }}
      - run: nox -s bench
      - run: nox -s build
",
        expect![[r#"
            * use-parallel-steps: Run 4 sessions in parallel steps: ~6 m 20 s → ~3 m 30 s (guessed times, 4 cores)
              use-nox-parallel: Run 4 sessions with nox -j 4: ~6 m 20 s → ~3 m 30 s (guessed times, 4 cores)
            ! lift-out-of-matrix: Lift `check_code` out of the 4 cells of `tests`, to run once with ubuntu-latest, 3.13: ~6 m 20 s → ~6 m (guessed times, 20 runners, 40 s a job; if it need not pass in the other cells)
              add-gate-job: Add a gate over the 4 checks of `tests`: ~6 m 20 s → ~7 m (guessed times, 20 runners, 40 s a job)
            ! use-background-processes: Run 4 sessions as background processes: ~6 m 20 s → ~3 m 30 s (guessed times, 4 cores)
                disabled: the job may run on Windows, where the script would not be read by a POSIX shell
            ! split-into-jobs: Split 4 sessions into 2 jobs: ~6 m 20 s → ~3 m 40 s (guessed times, 20 runners, 40 s a job)
                disabled: the job has a `strategy` already
            ! split-into-matrix: Split 4 sessions of each cell into a matrix of 4 × 4 jobs: ~6 m 20 s → ~3 m 30 s (guessed times, 20 runners, 40 s a job; its checks are then named by session, too)
                disabled: the job may run on Windows, where the script would not be read by a POSIX shell
        "#]],
    );
}

#[test]
fn one_call_by_tag_in_every_cell() {
    let noxfile = r#"
@nox.session(python=["3.12", "3.13"], tags=["test"])
def unit(session):
    session.run("pytest", "tests/unit")

@nox.session(python=["3.12", "3.13"], tags=["test"])
def server(session):
    session.run("pytest", "tests/server")

@nox.session(python=["3.12", "3.13"], tags=["test"])
def examples(session):
    session.run("pytest", "tests/examples")
"#;
    check_shape(
        noxfile,
        "
  tests:
    strategy:
      matrix:
        python: ['3.12', '3.13']
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v4
      - run: nox -p ${{ matrix.python }} -t test
",
        expect![[r#"
            * use-nox-parallel: Run 3 sessions with nox -j 4: ~6 m → ~2 m 30 s (guessed times, 4 cores)
            ! use-parallel-steps: Run 3 sessions in parallel steps: ~6 m → ~2 m 30 s (guessed times, 4 cores; sessions added to the noxfile later would not run)
            ! use-background-processes: Run 3 sessions as background processes: ~6 m → ~2 m 30 s (guessed times, 4 cores; sessions added to the noxfile later would not run)
            ! split-into-matrix: Split 3 sessions of each cell into a matrix of 2 × 3 jobs: ~6 m → ~2 m 30 s (guessed times, 20 runners, 40 s a job; sessions added to the noxfile later would not run; its checks are then named by session, too)
              add-gate-job: Add a gate over the 2 checks of `tests`: ~6 m → ~6 m 40 s (guessed times, 20 runners, 40 s a job)
            ! split-into-jobs: Split 3 sessions into 3 jobs: ~6 m → ~2 m 30 s (guessed times, 20 runners, 40 s a job; sessions added to the noxfile later would not run)
                disabled: the job has a `strategy` already
        "#]],
    );
}

#[test]
fn a_bare_nox() {
    check_shape(
        CHECKS,
        "
  tests:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v4
      - run: nox
",
        expect![[r#"
            * use-nox-parallel: Run 7 sessions with nox -j 4: ~10 m 30 s → ~4 m 30 s (guessed times, 4 cores)
            ! use-parallel-steps: Run 7 sessions in parallel steps: ~10 m 30 s → ~4 m 10 s (guessed times, 4 cores; sessions added to the noxfile later would not run)
            ! use-background-processes: Run 7 sessions as background processes: ~10 m 30 s → ~4 m 40 s (guessed times, 4 cores; sessions added to the noxfile later would not run)
            ! split-into-jobs: Split 7 sessions into 3 jobs: ~10 m 30 s → ~4 m 10 s (guessed times, 20 runners, 40 s a job; sessions added to the noxfile later would not run)
            ! split-into-matrix: Split 7 sessions into a matrix of 7 jobs: ~10 m 30 s → ~4 m 10 s (guessed times, 20 runners, 40 s a job; sessions added to the noxfile later would not run)
        "#]],
    );
}

#[test]
fn one_session_in_many_pythons() {
    let noxfile = r#"
@nox.session(python=["3.9", "3.10", "3.11", "3.12", "3.13", "3.14"])
def check(session):
    session.run("pytest", "tests")
"#;
    check_shape(
        noxfile,
        "
  work-as-advertised:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v4
      - run: pip install nox
      - run: nox -s check
",
        expect![[r#"
            * split-by-python: Split 6 Pythons into a matrix of as many jobs: ~11 m 10 s → ~2 m 30 s (guessed times, 20 runners, 40 s a job)
        "#]],
    );
}

#[test]
fn a_chain_of_tests_of_which_the_later_one_sends_its_own_coverage() {
    let noxfile = r#"
@nox.session(python=["3.12", "3.13"])
def light(session):
    session.run("pytest", "tests", "-m", "light")

@nox.session(python=["3.12", "3.13"])
def coverage(session):
    session.run("pytest", "--cov", "tests")
"#;
    check_shape(
        noxfile,
        "
  check-light:
    strategy: { matrix: { python: ['3.12', '3.13'] } }
    runs-on: ubuntu-latest
    steps:
      - run: nox -s light-${{ matrix.python }}
  check-full:
    needs: [check-light]
    strategy: { matrix: { python: ['3.12', '3.13'] } }
    runs-on: ubuntu-latest
    steps:
      - run: nox -s coverage-${{ matrix.python }}
      - uses: codecov/codecov-action@v7
",
        expect![[r#"
              add-gate-job: Add a gate over 2 jobs: ~4 m 50 s → ~5 m 30 s (guessed times, 20 runners, 40 s a job)
            ! drop-needless-needs: Let `check-full` start without `check-light`: ~4 m 50 s → ~2 m 30 s (guessed times, 20 runners, 40 s a job; if the order itself is not meant)
        "#]],
    );
}

#[test]
fn one_call_in_many_pythons_of_which_some_are_set_up() {
    let noxfile = r#"
@nox.session(python=["2.7", "3.8", "3.9", "3.10", "3.11", "3.12", "3.13"])
def check(session):
    session.run("pytest", "tests")
"#;
    let setup: String = ["3.11", "3.12", "3.13"]
        .map(|python| {
            format!("      - uses: actions/setup-python@v5\n        with: {{ python-version: \"{python}\" }}\n")
        })
        .concat();
    check_shape(
        noxfile,
        &format!(
            "\n  check:\n    runs-on: ubuntu-latest\n    steps:\n{setup}      - run: nox -s check --no-error-on-missing-interpreters\n"
        ),
        expect![[r#"
            ! split-by-python: Split 3 Pythons into a matrix of as many jobs: ~6 m → ~2 m 30 s (guessed times, 20 runners, 40 s a job; if nox skips the other 4, which no step installs)
        "#]],
    );
}

#[test]
fn jobs_that_wait_for_tests_and_take_nothing() {
    check_shape(
        CHECKS,
        "
  tests:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v4
      - run: nox -s tests
  docs:
    needs: tests
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v4
      - run: nox -s docs
  bench:
    needs: [tests]
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v4
      - run: nox -s bench
",
        expect![[r#"
            * split-by-python: Split 2 Pythons into a matrix of as many jobs: ~4 m 10 s → ~2 m 30 s (guessed times, 20 runners, 40 s a job)
            ! drop-needless-needs: Let `docs` start without `tests`: ~7 m 40 s as before (guessed times, 20 runners, 40 s a job; if the order itself is not meant)
            ! drop-needless-needs: Let `bench` start without `tests`: ~7 m 40 s → ~6 m 10 s (guessed times, 20 runners, 40 s a job; if the order itself is not meant)
            ! drop-needless-needs: Drop 2 needless `needs` of 2 jobs: ~7 m 40 s → ~4 m 10 s (guessed times, 20 runners, 40 s a job; if the order itself is not meant)
              add-gate-job: Add a gate over 3 jobs: ~7 m 40 s → ~8 m 20 s (guessed times, 20 runners, 40 s a job)
        "#]],
    );
}

#[test]
fn full_tests_that_wait_for_light_ones() {
    let noxfile = r#"
@nox.session(python=["3.12", "3.13"])
def light(session):
    session.run("pytest", "tests", "-m", "light")

@nox.session(python=["3.12", "3.13"])
def full(session):
    session.run("pytest", "tests")
"#;
    check_shape(
        noxfile,
        "
  check-light:
    strategy: { matrix: { python: ['3.12', '3.13'] } }
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v4
      - run: nox -s light-${{ matrix.python }}
  check-full:
    needs: [check-light]
    strategy: { matrix: { python: ['3.12', '3.13'] } }
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v4
      - run: nox -s full-${{ matrix.python }}
",
        expect![[r#"
              add-gate-job: Add a gate over 2 jobs: ~4 m 50 s → ~5 m 30 s (guessed times, 20 runners, 40 s a job)
            ! drop-needless-needs: Let `check-full` start without `check-light`: ~4 m 50 s → ~2 m 30 s (guessed times, 20 runners, 40 s a job; if the order itself is not meant)
        "#]],
    );
}

#[test]
fn a_chain_without_data_and_two_builds_in_one_call() {
    let noxfile = r#"
@nox.session
def lint(session):
    session.run("ruff", "check", ".")

@nox.session(name="test-sdist")
def test_sdist(session):
    session.run("pytest", "tests/sdist")

@nox.session(name="test-wheel")
def test_wheel(session):
    session.run("pytest", "tests/wheel")

@nox.session
def unit(session):
    session.run("pytest", "tests/unit")
"#;
    check_shape(
        noxfile,
        "
  lint:
    runs-on: ubuntu-latest
    steps:
      - run: nox -s lint
  test-dist:
    needs: lint
    runs-on: ubuntu-latest
    steps:
      - run: nox -s test-sdist test-wheel
  test:
    needs: test-dist
    runs-on: ubuntu-latest
    steps:
      - run: nox -s unit
",
        expect![[r#"
            * use-parallel-steps: Run 2 sessions in parallel steps: ~4 m 10 s → ~2 m 30 s (guessed times, 4 cores)
              use-nox-parallel: Run 2 sessions with nox -j 4: ~4 m 10 s → ~2 m 30 s (guessed times, 4 cores)
              use-background-processes: Run 2 sessions as background processes: ~4 m 10 s → ~2 m 30 s (guessed times, 4 cores)
              split-into-jobs: Split 2 sessions into 2 jobs: ~4 m 10 s → ~2 m 30 s (guessed times, 20 runners, 40 s a job)
              split-into-matrix: Split 2 sessions into a matrix of 2 jobs: ~4 m 10 s → ~2 m 30 s (guessed times, 20 runners, 40 s a job)
            ! drop-needless-needs: Let `test-dist` start without `lint`: ~7 m 40 s → ~6 m 40 s (guessed times, 20 runners, 40 s a job; if the order itself is not meant)
            ! drop-needless-needs: Let `test` start without `test-dist`: ~7 m 40 s → ~5 m 20 s (guessed times, 20 runners, 40 s a job; if the order itself is not meant)
            ! drop-needless-needs: Drop 2 needless `needs` of 2 jobs: ~7 m 40 s → ~4 m 10 s (guessed times, 20 runners, 40 s a job; if the order itself is not meant)
              add-gate-job: Add a gate over 3 jobs: ~7 m 40 s → ~8 m 20 s (guessed times, 20 runners, 40 s a job)
        "#]],
    );
}

#[test]
fn steps_that_go_on_after_a_failure() {
    check_shape(
        CHECKS,
        "
  linting:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v4
      - if: always() && !cancelled()
        run: |
          nox -s check_code
      - if: always() && !cancelled()
        run: |
          nox -s check_types
      - if: always() && !cancelled()
        run: |
          nox -s docs
",
        expect![[r#"
            * use-parallel-steps: Run 3 sessions in parallel steps: ~3 m 10 s → ~1 m 55 s (guessed times, 4 cores)
              use-nox-parallel: Run 3 sessions with nox -j 4: ~3 m 10 s → ~1 m 55 s (guessed times, 4 cores)
              use-background-processes: Run 3 sessions as background processes: ~3 m 10 s → ~1 m 55 s (guessed times, 4 cores)
              split-into-jobs: Split 3 sessions into 2 jobs: ~3 m 10 s → ~1 m 55 s (guessed times, 20 runners, 40 s a job)
              split-into-matrix: Split 3 sessions into a matrix of 3 jobs: ~3 m 10 s → ~1 m 55 s (guessed times, 20 runners, 40 s a job)
        "#]],
    );
}

/// All that is offered at each job and for the whole file, once.
#[track_caller]
fn check_shape(noxfile: &str, jobs: &str, expected: Expect) {
    let text = format!("#- noxfile.py\nimport nox\n{noxfile}\n#- .github/workflows/ci.yml\non: push\njobs:{jobs}");
    let fixture = Fixture::with_settings(&text, settings());
    let mut out = String::new();
    let workflow = fixture.snapshot.files.iter().find(|file| file.workflow().is_some()).expect("a workflow");
    let jobs = workflow.workflow().into_iter().flat_map(|it| &it.jobs).map(|job| Span::empty(job.id_span.start));
    let mut told = Vec::new();
    for span in jobs.chain([Span::from(0..workflow.document.text().len())]) {
        for offer in crate::assists(&fixture.snapshot, workflow.id, span) {
            if offer.kind == crate::OfferKind::FixAll || told.contains(&offer) {
                continue;
            }
            let mark = if offer.is_preferred {
                "*"
            } else if offer.is_safe {
                " "
            } else {
                "!"
            };
            out.push_str(&format!("{mark} {}: {}\n", offer.assist, offer.title));
            if let Some(why) = &offer.disabled {
                out.push_str(&format!("    disabled: {why}\n"));
            }
            told.push(offer);
        }
    }
    expected.assert_eq(&out);
}
