//! Hovers, as a person sees them.

use expect_test::{Expect, expect};

use crate::fixture::Fixture;
use crate::snapshot::FilePos;

const NOXFILE: &str = r#"
#- noxfile.py
import nox

@nox.session
def lint(session):
    """Ask ruff."""
    session.run("ruff", "check", ".")

@nox.session
def unit(session):
    session.run("coverage", "run", "-m", "pytest", "tests/unit")

@nox.session
def integration(session):
    session.run("coverage", "run", "-m", "pytest", "tests/integration")

@nox.session
def report(session):
    session.run("coverage", "report")
"#;

const WORKFLOW: &str = "
#- .github/workflows/ci.yml
name: CI
on: push
jobs:
  checks:
    runs-on: ubuntu-latest
    steps:
      - name: Lint
        run: nox -s lint
      - run: nox -s unit integration report
  docs:
    needs: checks
    runs-on: ubuntu-latest
    steps:
      - run: make docs
";

const TIMINGS: &str = "
#- timings
lint 10 12 11
unit 60 61 63
integration 100 90 110
report 5
";

#[test]
fn a_session_in_the_noxfile() {
    check(
        "def integ",
        expect![[r#"
            **integration** · integration tests · 1 m 40 s (measured, n=3, 1 m 10 s – 2 m 20 s, p90 2 m 50 s)

            **On the critical path** (`integration` → `report`, 1 m 45 s); 20 % faster saves 20 s on 2 lanes here, 20 s in `ci.yml`

            Needed by `report` (default path: `report` reads `.coverage`, which `integration` writes)

            Can run beside `lint`

            Collides with `unit` (loses data): `unit` and `integration` both write `.coverage`; the later one wins and the other's data is lost → *give each session a data file of its own with `COVERAGE_FILE`, and combine them at the end*

            CI: `ci.yml › checks › step 2`
        "#]],
    );
}

#[test]
fn a_session_named_in_a_workflow() {
    check(
        "nox -s li",
        expect![[r#"
            **lint** · linter · 10 s (measured, n=3, 8 s – 15 s, p90 20 s)

            Not on the critical path: **1 m 45 s slack** (`integration` → `report`, 1 m 55 s); 20 % faster saves 2 s of the workflow

            Can run beside `unit`, `integration`, `report`

            CI: `ci.yml › checks › step 1`

            Ask ruff.
        "#]],
    );
}

#[test]
fn a_job() {
    check(
        "  che",
        expect![[r#"
            **checks** · 2 steps · 3 m 50 s (measured, n=1; p50 3 m 50 s, p90 5 m)

            **On the workflow's critical path** (4 m 30 s); 20 % faster saves 45 s, without it 3 m 50 s

            Runs 4 sessions one after another; their critical path is **1 m 55 s** (`integration` → `report`)

            | way                              |     time | machine minutes |
            |----------------------------------|---------:|----------------:|
            | now                              | 3 m 50 s |               4 |
            | parallel steps in this job       | **3 m 40 s** |               4 |
            | `nox -j 4` in this job             | **3 m 40 s** |               4 |
            | background processes in this job | **3 m 40 s** |               4 |
            | 2 packed jobs                    | **3 m 40 s** |               5 |
            | a matrix of 2 jobs               | **3 m 40 s** |               5 |

            `nox -j`: 1 → 3 m 50 s, 2 or more → 3 m 40 s

            Assumes 20 runners on GitHub, 40 s per job, 4 cores
        "#]],
    );
}

#[test]
fn a_need() {
    check(
        "needs: che",
        expect![[r#"
            `docs` waits for **checks** · 3 m 50 s (measured, n=1)

            Takes nothing from it: the two could run at the same time

            Without it: the workflow ∼4 m 30 s → **∼3 m 50 s**
        "#]],
    );
}

#[test]
fn a_call() {
    check(
        "- run: no",
        expect![[r#"
            Runs 3 sessions one after another · 3 m (measured, n=1; p50 3 m 10 s, p90 4 m 30 s)

            - `unit` · 1 m
            - `integration` · 1 m 40 s
            - `report` · 15 s
        "#]],
    );
}

#[test]
fn a_workflow() {
    check(
        "name: C",
        expect![[r#"
            **CI** · 2 jobs · ∼4 m 30 s (measured, n=1 where it runs sessions; p50 ∼4 m 30 s, p90 ∼5 m 40 s)

            Critical path: `checks` 3 m 50 s → `docs` ∼40 s

            Best next step: let `docs` not wait for `checks`, of which it takes nothing: ∼4 m 30 s → **∼3 m 50 s**

            `integration` 20 % faster saves ∼20 s

            Assumes 20 runners on GitHub, 40 s per job; nothing else for 1 job without nox sessions
        "#]],
    );
}

/// Puts the cursor behind `before`, its first place in the files.
#[test]
fn a_command_that_leads_to_nox_shows_the_way() {
    let fixture = "
        #- noxfile.py
        import nox
        @nox.session
        def lint(session): session.run('ruff')
        @nox.session
        def docs(session): session.run('sphinx-build')
        #- Makefile
        all: lint
        	uvx nox -s docs
        lint:
        	uvx nox -s lint
        #- .github/workflows/ci.yml
        on: push
        jobs:
          a:
            runs-on: x
            steps:
              - run: make a<|>ll
        ";
    let fixture = Fixture::new(fixture);
    let hover = super::hover(&fixture.snapshot, FilePos { file: fixture.file, offset: fixture.span.start });
    expect![[r#"
        Runs 2 sessions one after another · ∼1 m 40 s (a guess)

        - `lint` · ∼25 s
        - `docs` · ∼1 m 15 s

        It gets there through `make all`: Makefile:4, Makefile:2
    "#]]
    .assert_eq(&(hover.expect("a hover").markdown + "\n"));
}

#[test]
fn files_that_are_used_show_what_they_run() {
    const FILES: &str = "
        #- noxfile.py
        import nox
        @nox.session(python=['3.11', '3.12'])
        def tests(session): session.run('pytest')
        @nox.session
        def docs(session): session.run('sphinx-build')
        #- .github/actions/nox/action.yml
        inputs: {session: {default: docs}}
        runs:
          using: composite
          steps: [{shell: bash, run: 'nox -s ${{ inputs.session }}'}]
        #- .github/workflows/called.yml
        on: {workflow_call: {inputs: {python: {type: string}}}}
        jobs:
          build: {runs-on: x, steps: [{uses: ./.github/actions/nox}]}
          test: {runs-on: x, needs: build, steps: [{run: 'nox -s tests-${{ inputs.python }}'}]}
        #- .github/workflows/ci.yml
        on: push
        jobs:
          a:
            runs-on: x
            steps:
              - uses: ./.github/actions/nox
                with: {session: tests}
          b:
            uses: ./.github/workflows/called.yml
            with: {python: '3.12'}
        #- timings
        tests-3.11 30
        tests-3.12 40
        docs 20
        ";
    let at = |before: &str| {
        let fixture = Fixture::new(&FILES.replacen(before, &format!("{before}<|>"), 1));
        let hover = super::hover(&fixture.snapshot, FilePos { file: fixture.file, offset: fixture.span.start });
        hover.map(|hover| hover.markdown + "\n").unwrap_or_default()
    };
    expect![[r#"
        **.github/actions/nox/action.yml** runs 1 session · 2 m 40 s

        - `tests` · 2 m 40 s
    "#]]
    .assert_eq(&at("              - uses: ./.gi"));
    expect![[r#"
        **.github/workflows/called.yml** runs 2 sessions · 2 m 20 s

        - `docs` · 55 s
        - `tests` · 1 m 20 s
    "#]]
    .assert_eq(&at("            uses: ./.github/wor"));
    expect![[r#"
        **b** · 3 m 40 s (measured, n=1; p50 3 m 40 s, p90 5 m)

        Calls `.github/workflows/called.yml`: 2 jobs

        - **build** · `docs`
        - **test** · `tests`

        **On the workflow's critical path** (3 m 40 s); 20 % faster saves 15 s, without it 15 s
    "#]]
    .assert_eq(&at("with: {session: tests}\n          b"));
}

const MANY: &str = "
    #- noxfile.py
    import nox
    @nox.session
    def build(session): session.run('python', '-m', 'build')
    @nox.session
    def data(session): session.run('python', 'make_data.py')
    @nox.session(python=['3.11', '3.12', '3.13'], requires=['build', 'data'])
    def tests(session): session.run('pytest')
    @nox.session
    def lint(session): session.run('ruff', 'check', '.')
    #- .github/workflows/ci.yml
    on: push
    jobs:
      lint:
        runs-on: x
        steps:
          - uses: actions/checkout@v6
          - name: Set up
            run: pip install nox
          - run: nox -s lint
          - name: All of it
            if: github.event_name == 'push'
            run: nox -s build lint
      tests:
        needs: lint
        runs-on: x
        strategy:
          max-parallel: 2
          matrix:
            python: ['3.11', '3.12', '3.13']
            os: [linux, macos]
        steps:
          - run: nox --no-dependencies -s tests-${{ matrix.python }}
      never:
        if: false
        runs-on: x
        steps: [{run: nox -s lint}]
      quick:
        runs-on: x
        steps: [{run: nox -j 2 -s build lint}]
    #- timings
    build 30 30 30 30 30
    data 5 5 5 5 5
    tests-3.11 100 100 100 100 100
    tests-3.12 100 100 100 100 100
    tests-3.13 100 100 100 100 100
    lint 10 10 10 10 10
    ";

#[test]
fn a_requirement_says_what_it_costs() {
    check_many(
        "requires=['bui",
        expect![[r#"
        `tests` requires **build** · 30 s (measured, n=5)

        Nothing else shows that it needs it: neither reads what the other writes

        Without it: 5 m 30 s → **5 m 10 s** on 2 lanes here
    "#]],
    );
    check_many(
        "requires=['build', 'da",
        expect![[r#"
        `tests` requires **data** · 5 s (measured, n=5)

        Nothing else shows that it needs it; nobody knows what `python make_data.py` touches

        Nothing is gained without it: `build` → `tests` bounds the time (5 m 30 s)
    "#]],
    );
}

#[test]
fn a_matrix_key_says_what_its_values_cost() {
    check_many(
        "        pyth",
        expect![[r#"
            **python** · 3 values → 6 jobs with `os` (2)

            `3.11`, `3.12`, `3.13`: 2 jobs a value, 2 m 20 s each

            Machine time of all: 14 m (measured, n=5); at most 2 at a time (`max-parallel`)
        "#]],
    );
}

#[test]
fn a_matrix_is_all_its_cells_to_the_job_and_the_workflow() {
    check_many(
        "  tes",
        expect![[r#"
            **tests** · 1 step · 6 jobs by its matrix, the longest 2 m 20 s (measured, n=5; all of them p50 7 m, p90 7 m)

            **On the workflow's critical path** (8 m 30 s); 20 % faster saves 1 m 25 s, without it 7 m
        "#]],
    );
    check_many(
        "needs: li",
        expect![[r#"
        `tests` waits for **lint** · 1 m 30 s (measured, n=5)

        Because `tests` requires `build`

        Without it: the workflow 8 m 30 s → **7 m**
    "#]],
    );
    check_many(
        "- run: nox --no",
        expect![[r#"
            Runs **tests** in 6 jobs, once in each · the longest 1 m 40 s (measured, n=5; p50 1 m 40 s, p90 1 m 40 s)
        "#]],
    );
}

#[test]
fn steps_say_whether_they_count_and_what_they_wait_for() {
    check_many(
        "- uses: actions/che",
        expect![[r#"
        Step 1 of 4

        Runs no nox session: part of the 40 s that each job is taken to cost
    "#]],
    );
    check_many(
        "name: Set",
        expect![[r#"
        **Set up** · step 2 of 4

        Runs no nox session: part of the 40 s that each job is taken to cost
    "#]],
    );
    check_many(
        "name: All",
        expect![[r#"
        **All of it** · step 4 of 4 · only if `github.event_name == 'push'`

        Runs 2 sessions one after another · 40 s (measured, n=5; p50 40 s, p90 40 s)

        - `build` · 30 s
        - `lint` · 10 s
    "#]],
    );
}

#[test]
fn a_job_that_never_runs_says_so() {
    check_many(
        "  nev",
        expect![[r#"
            **never** · never runs: its `if`, or that of a job it needs, is false
        "#]],
    );
}

#[test]
fn lanes_of_a_call_count() {
    check_many(
        "{run: nox -j",
        expect![[r#"
        Runs 2 sessions, 2 at once · 30 s (measured, n=5; p50 30 s, p90 30 s)

        - `build` · 30 s
        - `lint` · 10 s
    "#]],
    );
}

#[track_caller]
fn check_many(before: &str, expected: Expect) {
    let fixture = Fixture::new(&MANY.replacen(before, &format!("{before}<|>"), 1));
    let hover = super::hover(&fixture.snapshot, FilePos { file: fixture.file, offset: fixture.span.start });
    expected.assert_eq(&hover.map(|hover| hover.markdown + "\n").unwrap_or_default());
}

#[track_caller]
fn check(before: &str, expected: Expect) {
    let text = format!("{NOXFILE}{WORKFLOW}{TIMINGS}").replacen(before, &format!("{before}<|>"), 1);
    let fixture = Fixture::new(&text);
    let hover = super::hover(&fixture.snapshot, FilePos { file: fixture.file, offset: fixture.span.start });
    expected.assert_eq(&hover.map(|hover| hover.markdown + "\n").unwrap_or_default());
}

#[test]
fn two_guesses_on_a_line_strike_nothing_out() {
    let fixture = Fixture::new(
        "
        #- noxfile.py
        import nox
        @nox.session
        def li<|>nt(session): session.run('ruff')
        ",
    );
    let hover = super::hover(&fixture.snapshot, FilePos { file: fixture.file, offset: fixture.span.start });
    let markdown = hover.expect("a hover").markdown;
    assert!(!markdown.contains('~') && markdown.matches('\u{223c}').count() > 1, "{markdown}");
}

#[test]
fn what_has_become_slower_says_so_and_what_varies_does_not() {
    let first_line = |timings: &str| {
        let text = format!("{NOXFILE}{WORKFLOW}#- timings\nunit {timings}\n").replacen("def un", "def un<|>", 1);
        let fixture = Fixture::new(&text);
        let hover = super::hover(&fixture.snapshot, FilePos { file: fixture.file, offset: fixture.span.start });
        hover.and_then(|hover| hover.markdown.lines().next().map(str::to_owned)).unwrap_or_default()
    };
    expect![
        "**unit** · tests · 1 m 20 s (measured, n=15, 1 m 20 s – 1 m 20 s, p90 1 m 20 s, slower of late ↑, was 1 m)"
    ]
    .assert_eq(&first_line("60 61 60 62 60 61 60 60 61 60 80 81 80 82 80"));
    expect!["**unit** · tests · 1 m 20 s (measured, n=15, 1 m – 1 m 20 s, p90 1 m 40 s)"]
        .assert_eq(&first_line("60 81 60 82 60 81 60 80 61 80 60 81 80 62 80"));
}
