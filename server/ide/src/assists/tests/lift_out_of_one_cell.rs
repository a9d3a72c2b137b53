//! `lift-out-of-matrix` of what one cell runs alone, by the `if` of its step: which values it gets, what is left of the `if`,
//! whether it is faster, and what must stay.

use super::*;

const SESSIONS: &str = r#"
#- noxfile.py
import nox

@nox.session(python=["3.13", "3.14"])
def doctests(session):
    session.run("pytest", "--doctest-modules", "src")

@nox.session(python=["3.13", "3.14"])
def tests(session):
    session.run("pytest")

@nox.session
def docs(session):
    session.run("mkdocs", "build")

@nox.session
def publish_docs(session):
    session.run("mkdocs", "gh-deploy")

@nox.session
def check_docs(session):
    session.run("linkchecker", "site/index.html")

#- timings
doctests-3.13 60 60 60
doctests-3.14 60 60 60
tests-3.13 120 120 120
tests-3.14 120 120 120
docs 90 90 90
"#;

#[test]
fn its_cell_gives_the_values_and_the_rest_of_its_condition_stays() {
    check_in(
        SESSIONS,
        "lift-out-of-matrix",
        "
#- .github/workflows/ci.yml
on: [push, schedule]
jobs:
  tests: # all of them
    name: Python ${{ matrix.python }} on ${{ matrix.os }}
    needs: prepare
    timeout-minutes: ${{ matrix.os == 'windows' && 60 || 30 }}
    permissions: { contents: read }
    env:
      SYSTEM: ${{ matrix.os }}
    defaults:
      run:
        shell: bash
    services:
      db: { image: postgres }
    continue-on-error: ${{ matrix.python == '3.15-dev' }}
    strategy:
      matrix:
        os: [windows, ubuntu]
        python: ['3.13', '3.14']
        include:
          - { os: macos, python: 3.15-dev }
    runs-on: ${{ matrix.os }}-latest
    steps:
    - uses: actions/checkout@v7

    - name: Set up Python ${{ matrix.python }}
      uses: actions/setup-python@v7
      with:
        python-version: ${{ matrix.python }} # this one

    - if: runner.os == 'Windows'
      run: choco install make

    - if: runner.os != 'Windows' && env.MAKE
      run: make --version

    - run: pipx install nox

    - name: Tests
      run: nox -s tests-${{ matrix.python }}

    - uses: codecov/codecov-action@v5

    # Slow, and the same everywhere.
    - name: Doctests on ${{ matrix.python }}
      if: ${{ github.event_name == 'schedule' && runner.os == 'Linux' && matrix.python == 3.13 }}
      env:
        PYTHON: ${{ matrix.python }}
      run: nox -s doct<|>ests-$PYTHON -- -x

  prepare:
    runs-on: ubuntu-latest
    steps:
      - run: echo ready

  all:
    if: always()
    needs: [tests]
    runs-on: ubuntu-latest
    steps:
      - run: exit ${{ contains(needs.*.result, 'failure') && 1 || 0 }}
",
        expect![[r#"
            #- .github/workflows/ci.yml
            on: [push, schedule]
            jobs:
              tests: # all of them
                name: Python ${{ matrix.python }} on ${{ matrix.os }}
                needs: prepare
                timeout-minutes: ${{ matrix.os == 'windows' && 60 || 30 }}
                permissions: { contents: read }
                env:
                  SYSTEM: ${{ matrix.os }}
                defaults:
                  run:
                    shell: bash
                services:
                  db: { image: postgres }
                continue-on-error: ${{ matrix.python == '3.15-dev' }}
                strategy:
                  matrix:
                    os: [windows, ubuntu]
                    python: ['3.13', '3.14']
                    include:
                      - { os: macos, python: 3.15-dev }
                runs-on: ${{ matrix.os }}-latest
                steps:
                - uses: actions/checkout@v7

                - name: Set up Python ${{ matrix.python }}
                  uses: actions/setup-python@v7
                  with:
                    python-version: ${{ matrix.python }} # this one

                - if: runner.os == 'Windows'
                  run: choco install make

                - if: runner.os != 'Windows' && env.MAKE
                  run: make --version

                - run: pipx install nox

                - name: Tests
                  run: nox -s tests-${{ matrix.python }}

                - uses: codecov/codecov-action@v5

              doctests:
                name: Doctests on 3.13
                needs: prepare
                timeout-minutes: 30
                permissions: { contents: read }
                env:
                  SYSTEM: ubuntu
                defaults:
                  run:
                    shell: bash
                services:
                  db: { image: postgres }
                continue-on-error: false
                runs-on: ubuntu-latest
                steps:
                - uses: actions/checkout@v7

                - name: Set up Python 3.13
                  uses: actions/setup-python@v7
                  with:
                    python-version: '3.13' # this one

                - if: env.MAKE
                  run: make --version

                - run: pipx install nox

                # Slow, and the same everywhere.
                - name: Doctests on 3.13
                  if: ${{ github.event_name == 'schedule' }}
                  env:
                    PYTHON: '3.13'
                  run: nox -s doctests-$PYTHON -- -x

              prepare:
                runs-on: ubuntu-latest
                steps:
                  - run: echo ready

              all:
                if: always()
                needs: [tests, doctests]
                runs-on: ubuntu-latest
                steps:
                  - run: exit ${{ contains(needs.*.result, 'failure') && 1 || 0 }}
        "#]],
    );
}

#[test]
fn times_are_those_of_the_cells() {
    let mut out = String::new();
    let workflow = |steps: &str, gate: &str| {
        format!(
            "#- .github/workflows/ci.yml\non: push\njobs:\n  tests:\n    runs-on: ubuntu-latest\n    strategy:\n      matrix:\n        \
             python: [\"3.13\", \"3.14\"]\n    steps:\n      - uses: actions/checkout@v7\n{steps}{gate}"
        )
    };
    let tests = "      - run: nox -s tests-${{ matrix.python }}\n";
    let doctests = "      - if: matrix.python == '3.14'\n        run: nox -s doc<|>tests-3.14\n";
    let elsewhere = "      - if: matrix.python == '3.13'\n        run: nox -s docs\n";
    let gate = "  all:\n    if: always()\n    needs: tests\n    runs-on: x\n    steps: [{ run: \"exit ${{ contains(needs.*.result, 'failure') }}\" }]\n";
    for (what, steps, gate, runners) in [
        ("beside its cell", format!("{doctests}{tests}"), gate, 20),
        ("no gate", format!("{doctests}{tests}"), "", 20),
        ("another cell takes longer", format!("{doctests}{tests}{elsewhere}"), gate, 20),
        ("its cell waits for a runner", format!("{doctests}{tests}"), gate, 1),
        ("nothing else in its cell", doctests.to_owned(), gate, 20),
    ] {
        let settings = Settings { github_slots: runners, ..settings() };
        let fixture = Fixture::with_settings(&format!("{SESSIONS}{}", workflow(&steps, gate)), settings);
        let offers = crate::assists(&fixture.snapshot, fixture.file, fixture.span);
        let offer = offers.iter().find(|offer| offer.assist == "lift-out-of-matrix").expect("it is spoken of");
        let marks = match (&offer.disabled, offer.is_safe, offer.is_preferred) {
            (Some(why), ..) => format!("not possible: {why}"),
            (None, is_safe, is_preferred) => format!("safe: {is_safe}, preferred: {is_preferred}"),
        };
        out.push_str(&format!("{what}: {}\n  {marks}\n", offer.title));
    }
    expect![[r#"
        beside its cell: Lift `doctests` out of the cell of `tests` with 3.14: 3 m 40 s → 2 m 40 s (measured times, 20 runners, 40 s a job)
          safe: true, preferred: true
        no gate: Lift `doctests` out of the cell of `tests` with 3.14: 3 m 40 s → 2 m 40 s (measured times, 20 runners, 40 s a job; its check is then one of its own)
          safe: false, preferred: false
        another cell takes longer: Lift `doctests` out of the cell of `tests` with 3.14: 4 m 10 s as before (measured times, 20 runners, 40 s a job)
          not possible: it would not be faster with 20 runners on GitHub; set `runnerSlots` if there are more
        its cell waits for a runner: Lift `doctests` out of the cell of `tests` with 3.14: 6 m 20 s → 7 m (measured times, 1 runner, 40 s a job)
          not possible: it would not be faster with 1 runner on GitHub; set `runnerSlots` if there are more
        nothing else in its cell: Lift `doctests` out of the cell of `tests` with 3.14: 1 m 40 s as before (measured times, 20 runners, 40 s a job)
          not possible: nothing else runs in its cell, which has to wait for nothing
    "#]].assert_eq(&out);
}

#[test]
fn what_is_left_of_a_condition() {
    let mut out = String::new();
    for step in [
        "- if: matrix.python == '3.14'\n        run: nox -s docs",
        "- run: nox -s docs\n        if: matrix.python == '3.14'",
        "- name: Docs\n        if: >-\n          matrix.python == '3.14' &&\n          runner.os == 'Linux'\n        run: nox -s docs",
        "- { if: matrix.python == 3.14, run: nox -s docs }",
        "- { run: nox -s docs, if: matrix.python == 3.14 }",
        "- run: nox -s docs\n        if: \"matrix.python == '3.14' && github.ref == 'x'\" # only there",
        "- run: nox -s docs\n        if: matrix.python == '3.14' && !startsWith(github.ref, 'x')",
        "- run: nox -s docs\n        if: ${{ always() && matrix.python == '3.14' }}",
        "- { run: nox -s docs, if: \"matrix.python == '3.14' && contains(github.ref, 'x')\" }",
        "- run: nox -s docs\n        if: matrix.python == '3.14' # only there",
        "- # Only there.\n        if: matrix.python == '3.14'\n        run: nox -s docs",
        "- if: matrix.python == '3.14'\n        # Long.\n        run: nox -s docs",
    ] {
        let workflow = format!(
            "#- .github/workflows/ci.yml\non: push\njobs:\n  tests:\n    runs-on: ubuntu-latest\n    strategy:\n      matrix:\n        \
             python: [\"3.13\", \"3.14\"]\n    steps:\n      - uses: actions/checkout@v7\n      - run: nox -s tests-${{{{ matrix.python }}}}\n      {step}\n"
        )
        .replace("nox -s docs", "nox -s do<|>cs");
        let fixture = Fixture::with_settings(&format!("{SESSIONS}{workflow}"), settings());
        let offers = crate::assists(&fixture.snapshot, fixture.file, fixture.span);
        let offer = offers.iter().find(|offer| offer.assist == "lift-out-of-matrix").expect("it is spoken of");
        let said = match (&offer.disabled, offer.edits.as_slice()) {
            (Some(why), _) => format!("not possible: {why}\n"),
            (None, [edit]) => {
                let text = fixture.snapshot.file(edit.file).expect("the workflow").document.text();
                let after = syntax::apply(text, &edit.edits).expect("edits that fit");
                after.rsplit_once("checkout@v7\n").expect("the new job").1.to_owned()
            }
            (None, _) => panic!("one file is edited"),
        };
        out.push_str(&format!("      {step}\n=>\n{said}\n"));
    }
    expect![[r#"
              - if: matrix.python == '3.14'
                run: nox -s docs
        =>
              - run: nox -s docs

              - run: nox -s docs
                if: matrix.python == '3.14'
        =>
              - run: nox -s docs

              - name: Docs
                if: >-
                  matrix.python == '3.14' &&
                  runner.os == 'Linux'
                run: nox -s docs
        =>
              - name: Docs
                run: nox -s docs

              - { if: matrix.python == 3.14, run: nox -s docs }
        =>
              - { run: nox -s docs }

              - { run: nox -s docs, if: matrix.python == 3.14 }
        =>
              - { run: nox -s docs }

              - run: nox -s docs
                if: "matrix.python == '3.14' && github.ref == 'x'" # only there
        =>
              - run: nox -s docs
                if: github.ref == 'x' # only there

              - run: nox -s docs
                if: matrix.python == '3.14' && !startsWith(github.ref, 'x')
        =>
              - run: nox -s docs
                if: "!startsWith(github.ref, 'x')"

              - run: nox -s docs
                if: ${{ always() && matrix.python == '3.14' }}
        =>
              - run: nox -s docs
                if: ${{ always() }}

              - { run: nox -s docs, if: "matrix.python == '3.14' && contains(github.ref, 'x')" }
        =>
              - { run: nox -s docs, if: "contains(github.ref, 'x')" }

              - run: nox -s docs
                if: matrix.python == '3.14' # only there
        =>
              - run: nox -s docs
                # only there

              - # Only there.
                if: matrix.python == '3.14'
                run: nox -s docs
        =>
              - # Only there.
                run: nox -s docs

              - if: matrix.python == '3.14'
                # Long.
                run: nox -s docs
        =>
              - # Long.
                run: nox -s docs

    "#]]
    .assert_eq(&out);
}

#[test]
fn of_a_job_what_changes_nothing_but_the_time_goes_first() {
    let workflow = |gate: &str| {
        format!(
            "#- .github/workflows/ci.yml\non: push\njobs:\n  te<|>sts:\n    runs-on: ubuntu-latest\n    strategy:\n      matrix:\n        \
             python: [\"3.13\", \"3.14\"]\n    steps:\n      - uses: actions/checkout@v7\n      - run: nox -s docs\n      - run: nox -s \
             tests-${{{{ matrix.python }}}}\n      - if: matrix.python == '3.14'\n        run: nox -s doctests-3.14\n{gate}"
        )
    };
    let gate = "  all:\n    if: always()\n    needs: tests\n    runs-on: x\n    steps: [{ run: \"exit ${{ contains(needs.*.result, 'failure') }}\" }]\n";
    let title = |gate: &str| {
        let fixture = Fixture::with_settings(&format!("{SESSIONS}{}", workflow(gate)), settings());
        let offers = crate::assists(&fixture.snapshot, fixture.file, fixture.span);
        offers.into_iter().find(|offer| offer.assist == "lift-out-of-matrix").map(|offer| offer.title)
    };
    expect!["Lift `doctests` out of the cell of `tests` with 3.14: 5 m 10 s → 4 m 10 s (measured times, 20 runners, 40 s a job)"].assert_eq(&title(gate).expect("offered"));
    expect!["Lift `docs` out of the 2 cells of `tests`, to run once with 3.14: 5 m 10 s → 3 m 40 s (measured times, 20 runners, 40 s a job; if it need not pass in the other cells)"].assert_eq(&title("").expect("offered"));
}

#[test]
fn what_no_cell_or_more_than_one_runs_stays() {
    let mut out = String::new();
    for condition in [
        "matrix.python == '3.12'",
        "matrix.python != '3.12'",
        "matrix.os == 'ubuntu-latest'",
        "matrix.python == vars.PYTHON && runner.os == 'Linux'",
        "runner.arch == 'X64'",
        "github.ref == 'x'",
        "env.DOCS == 'yes'",
        "env.PYTHON == '3.14' && runner.os == 'Linux'",
        "matrix.python == '3.14' && matrix.os == 'ubuntu-latest' || failure()",
        "failure() && matrix.python == '3.14' && runner.os == 'Linux'",
        "!cancelled() && matrix.python == '3.14' && runner.os == 'Linux'",
    ] {
        let workflow = format!(
            "#- .github/workflows/ci.yml\non: push\nenv: {{ DOCS: \"yes\" }}\njobs:\n  tests:\n    runs-on: ${{{{ matrix.os }}}}\n    env: {{ PYTHON: \
             \"${{{{ matrix.python }}}}\" }}\n    strategy:\n      matrix:\n        os: [ubuntu-latest, macos-latest]\n        python: [\"3.13\", \"3.14\"]\n    steps:\n      - \
             uses: actions/checkout@v7\n      - run: nox -s tests-${{{{ matrix.python }}}}\n      - if: {}\n        run: nox -s do<|>cs\n",
            if condition.starts_with('!') { format!("\"{condition}\"") } else { condition.to_owned() }
        );
        let fixture = Fixture::with_settings(&format!("{SESSIONS}{workflow}"), settings());
        let offers = crate::assists(&fixture.snapshot, fixture.file, fixture.span);
        let offer = offers.iter().find(|offer| offer.assist == "lift-out-of-matrix");
        let said = offer.map_or("not offered", |offer| offer.disabled.as_deref().unwrap_or("offered"));
        out.push_str(&format!("{condition}: {said}\n"));
    }
    expect![[r#"
        matrix.python == '3.12': not offered
        matrix.python != '3.12': its `if` holds in every cell: take it out first
        matrix.os == 'ubuntu-latest': its `if` holds in 2 of the 4 cells
        matrix.python == vars.PYTHON && runner.os == 'Linux': nobody can say in which cells `matrix.python == vars.PYTHON` holds
        runner.arch == 'X64': nobody can say in which cells `runner.arch == 'X64'` holds
        github.ref == 'x': not offered
        env.DOCS == 'yes': not offered
        env.PYTHON == '3.14' && runner.os == 'Linux': offered
        matrix.python == '3.14' && matrix.os == 'ubuntu-latest' || failure(): nobody can say in which cells `matrix.python == '3.14' && matrix.os == 'ubuntu-latest' || failure()` holds
        failure() && matrix.python == '3.14' && runner.os == 'Linux': its `if` asks how the steps before it ended
        !cancelled() && matrix.python == '3.14' && runner.os == 'Linux': offered
    "#]].assert_eq(&out);
}
