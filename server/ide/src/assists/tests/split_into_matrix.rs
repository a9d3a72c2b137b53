//! `split-into-matrix`.

use super::*;

#[test]
fn a_matrix_keeps_the_check_by_a_gate() {
    check(
        "split-into-matrix",
        CHECKS,
        expect![[r#"
            #- .github/workflows/ci.yml
            on: push
            jobs:
              checks-sessions:
                name: Checks (${{ matrix.sessions }})
                runs-on: ubuntu-latest
                strategy:
                  fail-fast: false
                  matrix:
                    sessions:
                      # ruff
                      - lint
                      - typecheck
                      # The manual.
                      - docs
                steps:
                  - uses: actions/checkout@v7
                  # Fast ones first.
                  - env:
                      SESSIONS: ${{ matrix.sessions }}
                    run: nox -s $SESSIONS

              # One check for all of them, under the name that others know.
              checks:
                name: Checks
                if: always()
                needs: checks-sessions
                runs-on: ubuntu-latest
                permissions: {}
                steps:
                  - if: ${{ needs.checks-sessions.result != 'success' }}
                    run: exit 1

              deploy:
                needs: checks
                runs-on: ubuntu-latest
                steps:
                  - run: ./deploy
        "#]],
    );
}

#[test]
fn what_had_a_step_of_its_own_does_not_follow_a_failed_one() {
    let run = |steps: &str| {
        let workflow = format!(
            "\n#- .github/workflows/ci.yml\non: push\njobs:\n  checks:\n    runs-on: ubuntu-latest\n    steps:\n      - run: nox -s \
             do<|>cs\n{steps}"
        );
        let fixture = Fixture::with_settings(&format!("{NOXFILE}{workflow}"), settings());
        let offers = crate::assists(&fixture.snapshot, fixture.file, fixture.span);
        let offer = offers.into_iter().find(|offer| offer.assist == "split-into-matrix").expect("offered");
        let edits = offer.edits.iter().flat_map(|edit| &edit.edits).map(|edit| edit.insert.clone()).collect::<String>();
        edits.lines().filter(|line| line.contains("$SESSIONS")).map(str::trim).collect::<String>()
    };
    let steps = "      - run: nox -s unit\n      - run: nox -s integration\n      - run: nox -s report\n";
    expect!["run: nox -x -s $SESSIONS"].assert_eq(&run(steps));
    expect!["run: nox -s $SESSIONS"].assert_eq(&run("      - run: nox -s unit integration report\n"));
    expect!["run: nox -s $SESSIONS"].assert_eq(&run("      - run: nox -s lint\n"));
}

#[test]
fn a_matrix_keeps_dependent_sessions_together() {
    check(
        "split-into-matrix",
        DEPENDENT,
        expect![[r#"
            #- .github/workflows/ci.yml
            on: push
            jobs:
              checks-sessions:
                runs-on: ubuntu-latest
                strategy:
                  fail-fast: false
                  matrix:
                    sessions:
                      - lint
                      - format
                      - unit integration report
                      - docs
                steps:
                  - env:
                      SESSIONS: ${{ matrix.sessions }}
                    run: nox -s $SESSIONS

              # One check for all of them, under the name that others know.
              checks:
                if: always()
                needs: checks-sessions
                runs-on: ubuntu-latest
                permissions: {}
                steps:
                  - if: ${{ needs.checks-sessions.result != 'success' }}
                    run: exit 1
        "#]],
    );
}

#[test]
fn a_matrix_is_refused_where_it_would_mean_something_else() {
    let head = "\n#- .github/workflows/ci.yml\non: push\njobs:\n  checks:\n    runs-on: ubuntu-latest\n";
    let steps = "    steps:\n      - run: nox -s li<|>nt\n      - run: nox -s docs\n";
    let mut out = String::new();
    for (before, after) in [
        ("    strategy: { matrix: { os: [a, b] } }\n", ""),
        ("    outputs: { x: y }\n", ""),
        ("    continue-on-error: true\n", ""),
        ("    concurrency: one\n", ""),
        ("    environment: production\n", ""),
        ("", "      - uses: actions/upload-artifact@v7\n        with: { name: x, path: y }\n"),
    ] {
        let workflow = format!("{head}{before}{steps}{after}");
        let fixture = Fixture::with_settings(&format!("{NOXFILE}{workflow}"), settings());
        let offers = crate::assists(&fixture.snapshot, fixture.file, fixture.span);
        let offer = offers.iter().find(|offer| offer.assist == "split-into-matrix");
        let why = offer.and_then(|offer| offer.disabled.as_deref()).unwrap_or("offered!");
        out.push_str(&format!("{}: {why}\n", (before.to_owned() + after).trim().lines().next().unwrap_or_default()));
    }
    expect![[r#"
        strategy: { matrix: { os: [a, b] } }: the matrix is written in braces
        outputs: { x: y }: the job has `outputs`, and those of a matrix overwrite one another
        continue-on-error: true: the job has `continue-on-error`, which a gate would not see
        concurrency: one: the job's `concurrency` would make the jobs wait for one another
        environment: production: the job has an `environment`, whose protection would ask once for every job
        - uses: actions/upload-artifact@v7: steps after the sessions would run in every job
    "#]]
    .assert_eq(&out);
}

#[test]
fn a_matrix_gets_the_sessions_as_one_more_key() {
    let noxfile = r#"
#- noxfile.py
import nox

@nox.session(python=["3.13", "3.14"], tags=["test"])
def unit(session):
    session.run("pytest", "tests/unit")

@nox.session(python=["3.13", "3.14"], tags=["test"])
def long_ones(session):
    session.run("pytest", "tests/long")

#- timings
unit-3.13 100 100 100
unit-3.14 100 100 100
long_ones-3.13 200 200 200
long_ones-3.14 200 200 200
"#;
    check_in(
        noxfile,
        "split-into-matrix",
        "
#- .github/workflows/ci.yml
on: push
jobs:
  tests:
    name: \"Python ${{ matrix.python }}\"
    strategy:
      fail-fast: false
      matrix:
        python: [\"3.13\", \"3.14\"]
        os: [ubuntu-latest, macos-latest]
        exclude:
          - { python: \"3.13\", os: macos-latest }
    runs-on: ${{ matrix.os }}
    steps:
      - uses: actions/checkout@v7
      # All of them.
      - name: Run tests
        run: |
          no<|>x -p ${{ matrix.python }} -t test
  passed:
    if: always()
    needs: tests
    runs-on: ubuntu-latest
    steps:
      - run: exit 0
",
        expect![[r##"
            #- .github/workflows/ci.yml
            on: push
            jobs:
              tests:
                name: "Python ${{ matrix.python }} (${{ matrix.sessions }})"
                strategy:
                  fail-fast: false
                  matrix:
                    python: ["3.13", "3.14"]
                    os: [ubuntu-latest, macos-latest]
                    sessions:
                      - unit
                      - long_ones
                    exclude:
                      - { python: "3.13", os: macos-latest }
                runs-on: ${{ matrix.os }}
                steps:
                  - uses: actions/checkout@v7
                  # All of them.
                  - name: Run tests
                    env:
                      SESSIONS: ${{ matrix.sessions }}
                    run: nox -p ${{ matrix.python }} -s $SESSIONS
              passed:
                if: always()
                needs: tests
                runs-on: ubuntu-latest
                steps:
                  - run: exit 0
        "##]],
    );
}

#[test]
fn cells_that_an_include_makes_get_the_sessions_too() {
    let mut out = String::new();
    for matrix in [
        "        os: [a, b]\n        include: [{ os: c }, { os: d, x: 1 }]\n",
        "        os: [a, b]\n        include: [{ os: b, extra: 1 }]\n",
        "        os: ${{ fromJSON('[\"a\", \"b\"]') }}\n",
        "        python: [3.9, \"3.11\"]\n        include:\n          # Only there.\n          - python: 3.10\n            os: c\n\n          - {python: \"3.14\", os: c}\n",
        "        include:\n        - os: c\n        - os: d\n",
        "        os: [a, b]\n        include:\n          - os: c # not here\n",
        "        os: [a, b]\n        include:\n          - os: c\n            python: { version: 3 }\n",
        "        os: [a, b]\n        include: [{ os: c }, { os: d }, { os: e }, { os: f }, { os: g }, { os: h }, { os: i }]\n",
        "        os: [a, b]\n        exclude: [{ os: b }]\n        include: [{ os: b, x: 1 }]\n",
    ] {
        let workflow = format!(
            "#- .github/workflows/ci.yml\non: push\njobs:\n  checks:\n    runs-on: ubuntu-latest\n    strategy:\n      matrix:\n{matrix}    \
             steps:\n      - run: nox -s li<|>nt\n      - run: nox -s docs\n"
        );
        let fixture = Fixture::with_settings(&format!("{NOXFILE}{workflow}"), settings());
        let offers = crate::assists(&fixture.snapshot, fixture.file, fixture.span);
        let offer = offers.into_iter().find(|offer| offer.assist == "split-into-matrix").expect("a draft");
        let made = offer.edits.first().map(|edit| {
            let text = fixture.snapshot.file(edit.file).expect("the workflow").document.text();
            let after = syntax::apply(text, &edit.edits).expect("edits that fit");
            let (_, after) = after.split_once("matrix:\n").expect("a matrix");
            after.split_once("    steps").map(|(matrix, _)| matrix.to_owned()).expect("steps")
        });
        let title = offer.title.split(':').next().unwrap_or_default();
        out.push_str(&format!("{matrix}{title}\n{}\n", made.or(offer.disabled).expect("one of them")));
    }
    expect![[r#"
                os: [a, b]
                include: [{ os: c }, { os: d, x: 1 }]
        Split 2 sessions of each cell into a matrix of 4 × 2 jobs
                os: [a, b]
                sessions:
                  - lint
                  - docs
                include: [{ os: c, sessions: lint }, { os: c, sessions: docs }, { os: d, x: 1, sessions: lint }, { os: d, x: 1, sessions: docs }]

                os: [a, b]
                include: [{ os: b, extra: 1 }]
        Split 2 sessions of each cell into a matrix of 2 × 2 jobs
                os: [a, b]
                sessions:
                  - lint
                  - docs
                include: [{ os: b, extra: 1 }]

                os: ${{ fromJSON('["a", "b"]') }}
        Split 2 sessions of each cell into a matrix of 2 × 2 jobs
                os: ${{ fromJSON('["a", "b"]') }}
                sessions:
                  - lint
                  - docs

                python: [3.9, "3.11"]
                include:
                  # Only there.
                  - python: 3.10
                    os: c

                  - {python: "3.14", os: c}
        Split 2 sessions of each cell into a matrix of 4 × 2 jobs
                python: [3.9, "3.11"]
                sessions:
                  - lint
                  - docs
                include:
                  # Only there.
                  - python: 3.10
                    os: c
                    sessions: lint
                  - python: 3.10
                    os: c
                    sessions: docs

                  - {python: "3.14", os: c, sessions: lint}
                  - {python: "3.14", os: c, sessions: docs}

                include:
                - os: c
                - os: d
        Split 2 sessions of each cell into a matrix of 2 × 2 jobs
                include:
                - os: c
                  sessions: lint
                - os: c
                  sessions: docs
                - os: d
                  sessions: lint
                - os: d
                  sessions: docs

                os: [a, b]
                include:
                  - os: c # not here
        Split 2 sessions of each cell into a matrix of 3 × 2 jobs
        a comment stands in an `include` that would have to stand there several times
                os: [a, b]
                include:
                  - os: c
                    python: { version: 3 }
        Split 2 sessions of each cell into a matrix of 3 × 2 jobs
        an `include` that makes a cell of its own is written in a way that is not taken apart
                os: [a, b]
                include: [{ os: c }, { os: d }, { os: e }, { os: f }, { os: g }, { os: h }, { os: i }]
        Split 2 sessions of each cell into a matrix of 9 × 2 jobs
        7 cells are there by `include` alone, and each would have to stand there 2 times
                os: [a, b]
                exclude: [{ os: b }]
                include: [{ os: b, x: 1 }]
        Split 2 sessions of each cell into a matrix of 2 × 2 jobs
        `docs` would run once in ci.yml, not twice
    "#]].assert_eq(&out);
}
