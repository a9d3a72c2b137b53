//! `split-by-python`: one interpreter for each job, those that nox would skip left out, and what must stay one job.

use super::*;

const CHECK: &str = r#"
#- noxfile.py
import nox

@nox.session(python=["2.7", "3.12", "3.13", "3.14"])
def check(session):
    session.run("pytest")

@nox.session(python=["3.13", "3.14"])
def unit(session):
    session.run("coverage", "run", "-p", "-m", "pytest")

@nox.session(python="3.14")
def report(session):
    session.run("coverage", "combine")

@nox.session
def lint(session):
    session.run("ruff", "check", ".")

@nox.session(python=["3.13", "3.14"])
def publish(session):
    session.run("twine", "upload", "dist/*")
"#;

#[test]
fn of_many_steps_that_set_up_a_python_one_is_left() {
    check_in(
        CHECK,
        "split-by-python",
        "
#- .github/workflows/ci.yml
on: push
jobs:
  work-as-told:
    name: \"works as told\"
    needs: [generate]
    runs-on: ubuntu-latest
    steps:
    - uses: actions/checkout@v7
    - uses: actions/setup-python@v7
    - run: pip install nox

    # In step with the noxfile.
    - name: Python 3.12
      uses: actions/setup-python@v7
      with:
        python-version: \"3.12\"
    - name: Python 3.13
      uses: actions/setup-python@v7
      with:
        python-version: \"3.13\"
    - name: Python 3.14
      uses: actions/setup-python@v7
      with:
        python-version: \"3.14\"

    # It works.
    - run: no<|>x -s check --no-error-on-missing-interpreters -db venv
    - uses: actions/upload-artifact@v7
      with:
        name: data-${{ strategy.job-index }}
        path: .coverage.*

  generate:
    runs-on: ubuntu-latest
    steps:
    - run: echo done
",
        expect![[r##"
            #- .github/workflows/ci.yml
            on: push
            jobs:
              work-as-told-pythons:
                name: "works as told (${{ matrix.python-version }})"
                needs: [generate]
                runs-on: ubuntu-latest
                strategy:
                  fail-fast: false
                  matrix:
                    python-version: ["3.12", "3.13", "3.14"]
                steps:
                - uses: actions/checkout@v7
                - uses: actions/setup-python@v7
                - run: pip install nox

                # In step with the noxfile.
                - name: Python ${{ matrix.python-version }}
                  uses: actions/setup-python@v7
                  with:
                    python-version: ${{ matrix.python-version }}

                # It works.
                - run: nox -p ${{ matrix.python-version }} -s check --no-error-on-missing-interpreters -db venv
                - uses: actions/upload-artifact@v7
                  with:
                    name: data-${{ strategy.job-index }}
                    path: .coverage.*

              # One check for all of them, under the name that others know.
              work-as-told:
                name: "works as told"
                if: ${{ always() && needs.work-as-told-pythons.result != 'skipped' }}
                needs: work-as-told-pythons
                runs-on: ubuntu-latest
                permissions: {}
                steps:
                - if: ${{ needs.work-as-told-pythons.result != 'success' }}
                  run: exit 1

              generate:
                runs-on: ubuntu-latest
                steps:
                - run: echo done
        "##]],
    );
}

#[test]
fn what_must_stay_one_job_does() {
    let mut out = String::new();
    for (head, setup, call, after) in [
        ("", "", "nox -s unit report", ""),
        ("", "", "nox -s unit lint", ""),
        ("", "", "nox -s publish", ""),
        ("", "", "nox -p 3.14 -s unit", ""),
        ("", "", "nox -j 2 -s unit", ""),
        ("", "", "nox -s unit", "      - run: coverage combine\n"),
        (
            "",
            "",
            "nox -s unit",
            "      - uses: actions/upload-artifact@v7\n        with: { name: data, path: .coverage.* }\n",
        ),
        (
            "",
            "      - uses: actions/setup-python@v7\n        with:\n          python-version: |\n            3.12\n            3.13\n",
            "nox -s unit",
            "",
        ),
        ("    strategy: { matrix: { os: [a, b] } }\n", "", "nox -s unit", ""),
        ("    outputs: { x: y }\n", "", "nox -s unit", ""),
        ("    concurrency: one\n", "", "nox -s unit", ""),
        ("", "      - run: nox -s lint\n", "nox -s unit", ""),
        ("", "", "nox -s unit", ""),
    ] {
        let workflow = format!(
            "\n#- .github/workflows/ci.yml\non: push\njobs:\n  te<|>sts:\n    runs-on: ubuntu-latest\n{head}    steps:\n{setup}      - run: {call}\n{after}"
        );
        let fixture = Fixture::with_settings(&format!("{CHECK}{workflow}"), settings());
        let offers = crate::assists(&fixture.snapshot, fixture.file, fixture.span);
        let offer = offers.iter().find(|offer| offer.assist == "split-by-python");
        let why = offer.map_or("not offered", |offer| offer.disabled.as_deref().unwrap_or("offered"));
        let what = [head, setup, call, after]
            .iter()
            .filter_map(|part| part.trim().lines().next())
            .collect::<Vec<_>>()
            .join(" / ");
        out.push_str(&format!("{what}: {why}\n"));
    }
    expect![[r#"
        nox -s unit report: `report` reads `.coverage.*`, which `unit` writes, which may be that of another Python
        nox -s unit lint: not offered
        nox -s publish: the sessions publish, which must happen once
        nox -p 3.14 -s unit: not offered
        nox -j 2 -s unit: not offered
        nox -s unit / - run: coverage combine: steps after the sessions would run in every job
        nox -s unit / - uses: actions/upload-artifact@v7: steps after the sessions would run in every job
        - uses: actions/setup-python@v7 / nox -s unit: no step sets up Python 3.14
        strategy: { matrix: { os: [a, b] } } / nox -s unit: not offered
        outputs: { x: y } / nox -s unit: the job has `outputs`, and those of a matrix overwrite one another
        concurrency: one / nox -s unit: the job's `concurrency` would make the jobs wait for one another
        - run: nox -s lint / nox -s unit: not offered
        nox -s unit: offered
    "#]]
    .assert_eq(&out);
}

#[test]
fn interpreters_that_the_noxfile_calls_by_their_programs_are_set_up_by_their_versions() {
    check_in(
        r#"
#- noxfile.py
import nox

@nox.session(python=["python3.13", "python3.14"])
def unit(session):
    session.run("tool", "--junitxml", f"{session.python}.xml")
"#,
        "split-by-python",
        "
#- .github/workflows/ci.yml
on: push
jobs:
  tests:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v7
      - uses: actions/setup-python@v7
        with:
          python-version: |
            3.13
            3.14
      - run: pipx install nox
      - run: no<|>x -s unit
",
        expect![[r##"
            #- .github/workflows/ci.yml
            on: push
            jobs:
              tests-pythons:
                runs-on: ubuntu-latest
                strategy:
                  fail-fast: false
                  matrix:
                    python-version: ["3.13", "3.14"]
                steps:
                  - uses: actions/checkout@v7
                  - uses: actions/setup-python@v7
                    with:
                      python-version: ${{ matrix.python-version }}
                  - run: pipx install nox
                  - run: nox -p python${{ matrix.python-version }} -s unit

              # One check for all of them, under the name that others know.
              tests:
                if: always()
                needs: tests-pythons
                runs-on: ubuntu-latest
                permissions: {}
                steps:
                  - if: ${{ needs.tests-pythons.result != 'success' }}
                    run: exit 1
        "##]],
    );
}
