//! `lift-out-of-matrix`: what goes along, which cell stands for all, who waits for it, and what must stay.

use super::*;

const SESSIONS: &str = r#"
#- noxfile.py
import nox

@nox.session
def lint(session):
    session.run("ruff", "check", ".")

@nox.session(python=["3.13", "3.14"])
def tests(session):
    session.run("pytest")

@nox.session
def build(session):
    session.run("python", "-m", "build")

@nox.session
def install(session):
    session.run("pip", "install", "dist/pkg.whl")

@nox.session
def publish(session):
    session.run("twine", "upload", "dist/*")

@nox.session
def odd(session):
    session.run("frobnicate")

#- timings
lint 60 60 60
tests-3.13 120 120 120
tests-3.14 120 120 120
build 30 30 30
"#;

#[test]
fn what_it_needs_goes_along_and_whoever_waits_waits_for_it_too() {
    check_in(
        SESSIONS,
        "lift-out-of-matrix",
        "
#- .github/workflows/ci.yml
on: push
jobs:
  te<|>sts: # all of them
    name: Python ${{ matrix.python }} on ${{ matrix.os }}
    needs: prepare
    if: github.event_name == 'push'
    timeout-minutes: 30
    permissions:
      contents: read
    env:
      COLOR: 1
    services:
      db: { image: postgres }
    strategy:
      # One that fails does not end the others.
      fail-fast: false
      matrix:
        os: [windows-latest, ubuntu-latest, macos-latest]
        python: ['3.13', '3.14', 3.14t]

    runs-on: ${{ matrix.os }}

    steps:
    - uses: actions/checkout@v7

    - name: Set up Python ${{ matrix.python }}
      uses: actions/setup-python@v7
      with:
        python-version: ${{ matrix.python }} # this one
        cache: ${{ matrix.os != 'windows-latest' }}

    - if: runner.os == 'Windows'
      run: choco install make

    - name: Linux
      if: matrix.os == 'ubuntu-latest'
      run: sudo apt-get install make

    - run: pipx install nox && nox --version

    # Style.
    - name: Lint code
      env:
        LEVEL: 2
      run: |
        nox -s lint

    - name: Tests
      run: nox -s tests-${{ matrix.python }}

    - uses: codecov/codecov-action@v5

  prepare:
    runs-on: ubuntu-latest
    steps:
      - run: echo ready

  all:
    if: always()
    needs:
      - prepare
      - tests
    runs-on: ubuntu-latest
    steps:
      - run: exit ${{ contains(needs.*.result, 'failure') && 1 || 0 }}
",
        expect![[r#"
            #- .github/workflows/ci.yml
            on: push
            jobs:
              tests: # all of them
                name: Python ${{ matrix.python }} on ${{ matrix.os }}
                needs: prepare
                if: github.event_name == 'push'
                timeout-minutes: 30
                permissions:
                  contents: read
                env:
                  COLOR: 1
                services:
                  db: { image: postgres }
                strategy:
                  # One that fails does not end the others.
                  fail-fast: false
                  matrix:
                    os: [windows-latest, ubuntu-latest, macos-latest]
                    python: ['3.13', '3.14', 3.14t]

                runs-on: ${{ matrix.os }}

                steps:
                - uses: actions/checkout@v7

                - name: Set up Python ${{ matrix.python }}
                  uses: actions/setup-python@v7
                  with:
                    python-version: ${{ matrix.python }} # this one
                    cache: ${{ matrix.os != 'windows-latest' }}

                - if: runner.os == 'Windows'
                  run: choco install make

                - name: Linux
                  if: matrix.os == 'ubuntu-latest'
                  run: sudo apt-get install make

                - run: pipx install nox && nox --version

                - name: Tests
                  run: nox -s tests-${{ matrix.python }}

                - uses: codecov/codecov-action@v5

              lint:
                name: Lint code
                needs: prepare
                if: github.event_name == 'push'
                timeout-minutes: 30
                permissions:
                  contents: read
                env:
                  COLOR: 1
                services:
                  db: { image: postgres }

                runs-on: ubuntu-latest

                steps:
                - uses: actions/checkout@v7

                - name: Set up Python 3.14
                  uses: actions/setup-python@v7
                  with:
                    python-version: '3.14' # this one
                    cache: true

                - name: Linux
                  run: sudo apt-get install make

                - run: pipx install nox && nox --version

                # Style.
                - name: Lint code
                  env:
                    LEVEL: 2
                  run: |
                    nox -s lint

              prepare:
                runs-on: ubuntu-latest
                steps:
                  - run: echo ready

              all:
                if: always()
                needs:
                  - prepare
                  - tests
                  - lint
                runs-on: ubuntu-latest
                steps:
                  - run: exit ${{ contains(needs.*.result, 'failure') && 1 || 0 }}
        "#]],
    );
}

#[test]
fn several_at_once_and_those_that_are_chosen() {
    let workflow = |steps: &str| {
        format!(
            "\n#- .github/workflows/ci.yml\non: push\njobs:\n  tests:\n    runs-on: ubuntu-latest\n    strategy:\n      matrix:\n        \
             python: [\"3.13\", \"3.14\"]\n    steps:\n      - uses: actions/checkout@v7\n{steps}"
        )
    };
    // Whether a build passes may depend on the cell: only on its own step it is offered.
    let title = |steps: &str| offered(&workflow(steps));
    expect!["Lift `lint` out of the 2 cells of `tests`, to run once with 3.14: 4 m 10 s → 3 m 10 s (measured times, 20 runners, 40 s a job; if it need not pass in the other cells)"].assert_eq(&title(
        "      - run: nox -s lint\n      - run: nox -s build\n      - run: nox<|> -s tests-${{ matrix.python }}\n".replace("<|>", "").replacen("- run: nox -s lint", "- run: nox -s li<|>nt", 1).as_str(),
    ));
    expect!["Lift `build` out of the 2 cells of `tests`, to run once with 3.14: 4 m 10 s → 3 m 40 s (measured times, 20 runners, 40 s a job; if it need not pass in the other cells)"].assert_eq(&title(
        "      - run: nox -s lint\n      - run: nox -s bu<|>ild\n      - run: nox -s tests-${{ matrix.python }}\n",
    ));
    expect!["Lift `lint` and `build` out of the 2 cells of `tests`, to run once with 3.14: 4 m 10 s → 2 m 40 s (measured times, 20 runners, 40 s a job; if they need not pass in the other cells)"].assert_eq(&title(
        "      - run: nox -s l<|>int\n      - run: nox -s bui<|>ld\n      - run: nox -s tests-${{ matrix.python }}\n",
    ));
}

#[test]
fn it_is_never_done_unasked() {
    let workflow = "
#- .github/workflows/ci.yml
on: push
jobs:
  tests:
    strategy: { matrix: { python: [\"3.13\", \"3.14\"] } }
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v7
      - run: nox -s li<|>nt
      - run: nox -s tests-${{ matrix.python }}
";
    let fixture = Fixture::with_settings(&format!("{SESSIONS}{workflow}"), settings());
    let offers = crate::assists(&fixture.snapshot, fixture.file, fixture.span);
    let offer = offers.iter().find(|offer| offer.assist == "lift-out-of-matrix").expect("offered");
    assert_eq!((offer.is_safe, offer.is_preferred), (false, false));
    // The finding has it as its fix.
    let findings = crate::lint::check(&fixture.snapshot, fixture.file);
    let finding = findings.iter().find(|finding| finding.lint == "repeated-in-matrix").expect("found");
    assert_eq!(finding.fixes.first().map(|fix| fix.is_safe), Some(false));
}

#[test]
fn what_must_stay_stays() {
    let lint = "      - run: nox -s li<|>nt\n";
    let tests = "      - run: nox -s tests-${{ matrix.python }}\n";
    let mut out = String::new();
    for (what, head, steps, others) in [
        ("reads what it leaves", "", format!("      - run: nox -s bu<|>ild\n      - run: nox -s install\n{tests}"), ""),
        ("a later step may use it", "", format!("      - run: nox -s bu<|>ild\n{tests}      - run: ls dist\n"), ""),
        (
            "a later upload of it",
            "",
            format!(
                "      - run: nox -s bu<|>ild\n{tests}      - uses: actions/upload-artifact@v7\n        with: {{ name: x, path: dist }}\n"
            ),
            "",
        ),
        ("nothing else there", "", lint.to_owned(), ""),
        ("concurrency", "    concurrency: one\n", format!("{lint}{tests}"), ""),
        ("environment", "    environment: production\n", format!("{lint}{tests}"), ""),
        (
            "its result alone",
            "",
            format!("{lint}{tests}"),
            "  all:\n    needs: tests\n    if: needs.tests.result == 'success'\n    runs-on: x\n    steps: [{ run: true }]\n",
        ),
        (
            "an output of a session",
            "",
            "      - id: one\n        run: nox -s tests-${{ matrix.python }}\n      - run: nox -s li<|>nt\n        env: { X: \"${{ steps.one.outputs.x }}\" }\n".to_owned(),
            "",
        ),
        ("publishes", "", format!("      - run: nox -s pub<|>lish\n{tests}"), ""),
        (
            "by a value of the matrix",
            "",
            format!("      - run: nox -s li<|>nt -- ${{{{ matrix.python }}}}\n{tests}"),
            "",
        ),
        (
            "under a condition that nobody knows",
            "",
            format!("      - if: matrix.python == vars.PYTHON\n        run: nox -s li<|>nt\n{tests}"),
            "",
        ),
        ("its id is read", "", format!("      - id: lint\n        run: nox -s li<|>nt\n{tests}"), ""),
        ("nobody knows", "", format!("      - run: nox -s o<|>dd\n{tests}"), ""),
        (
            "an alias",
            "",
            format!("      - &lint\n        run: nox -s li<|>nt\n{tests}"),
            "  again:\n    runs-on: ubuntu-latest\n    steps:\n      - *lint\n",
        ),
    ] {
        let workflow = format!(
            "\n#- .github/workflows/ci.yml\non: push\njobs:\n  tests:\n{head}    runs-on: ubuntu-latest\n    strategy:\n      matrix:\n        \
             python: [\"3.13\", \"3.14\"]\n    steps:\n      - uses: actions/checkout@v7\n{steps}{others}"
        );
        let fixture = Fixture::with_settings(&format!("{SESSIONS}{workflow}"), settings());
        let offers = crate::assists(&fixture.snapshot, fixture.file, fixture.span);
        let offer = offers.iter().find(|offer| offer.assist == "lift-out-of-matrix");
        let why = offer.map_or("not offered", |offer| offer.disabled.as_deref().unwrap_or(&offer.title));
        out.push_str(&format!("{what}: {why}\n"));
    }
    expect![[r#"
        reads what it leaves: `install` reads `dist/pkg.whl`, and `build` writes `dist`, and only in one job are its files there
        a later step may use it: a later step may use what `build` makes
        a later upload of it: a later step may use what `build` makes
        nothing else there: nothing else runs in the matrix: it is the matrix that is not needed
        concurrency: the job's `concurrency` would make the new job wait for it
        environment: the job has an `environment`, whose protection would ask once more
        its result alone: `all` asks for the result of `tests` alone
        an output of a session: it reads what the step `one` puts out, which stays in the matrix
        publishes: not offered
        by a value of the matrix: not offered
        under a condition that nobody knows: nobody can say in which cells `matrix.python == vars.PYTHON` holds
        its id is read: not offered
        nobody knows: Lift `odd` out of the 2 cells of `tests`, to run once with 3.14: ~4 m → ~2 m 40 s (guessed times, 20 runners, 40 s a job; unverified: nobody knows what `frobnicate` touches)
        an alias: the steps are shared with another place by an alias
    "#]].assert_eq(&out);
}

/// The title of what is offered at the marks of `workflow`.
fn offered(workflow: &str) -> String {
    let fixture = Fixture::with_settings(&format!("{SESSIONS}{workflow}"), settings());
    let offers = crate::assists(&fixture.snapshot, fixture.file, fixture.span);
    let offer = offers.into_iter().find(|offer| offer.assist == "lift-out-of-matrix").expect("offered");
    assert_eq!(offer.disabled, None);
    offer.title
}
