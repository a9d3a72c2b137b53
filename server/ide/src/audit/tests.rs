//! Sequences of a workspace: variables that move what sessions touch, and calls in other files.

use expect_test::{Expect, expect};

use super::audit;
use crate::fixture::Fixture;

const NOXFILE: &str = "
#- noxfile.py
import nox
@nox.session
def unit(session):
    session.run('coverage', 'run', '-m', 'pytest', 'tests/unit')
@nox.session
def more(session):
    session.run('coverage', 'run', '-m', 'pytest', 'tests/more')
@nox.session
def own(session):
    session.run('coverage', 'run', '-m', 'pytest', env={'COVERAGE_FILE': '.coverage.own'})
@nox.session
def report(session):
    session.run('coverage', 'report')
";

/// A job that runs two sessions, with `around` it.
fn steps(around: &str) -> String {
    format!("{NOXFILE}#- .github/workflows/ci.yml\non: push\n{around}")
}

#[test]
fn without_variables_both_write_the_default_file() {
    check(
        &steps("jobs: {a: {runs-on: x, steps: [{run: nox -s unit}, {run: nox -s more}]}}"),
        expect![[r#"
        a in .github/workflows/ci.yml: unit more
          loses data: `unit` and `more` both write `.coverage`; the later one wins and the other's data is lost
          slower: `unit` and `more` share `.pytest_cache`; one may waste what the other cached
    "#]],
    );
}

#[test]
fn variables_of_a_step_put_each_session_elsewhere() {
    check(
        &steps(
            "
jobs:
  a:
    runs-on: x
    steps:
      - run: nox -s unit
        env: {COVERAGE_FILE: .coverage.unit}
      - run: nox -s more
        env: {COVERAGE_FILE: .coverage.more}
",
        ),
        expect![[r#"
            a in .github/workflows/ci.yml: unit more
              slower: `unit` and `more` share `.pytest_cache`; one may waste what the other cached
        "#]],
    );
}

#[test]
fn variables_of_workflow_job_and_script_reach_the_sessions() {
    for around in [
        "env: {COVERAGE_FILE: cov/data}\njobs: {a: {runs-on: x, steps: [{run: nox -s unit}, {run: nox -s more}]}}",
        "jobs: {a: {runs-on: x, env: {COVERAGE_FILE: cov/data}, steps: [{run: nox -s unit}, {run: nox -s more}]}}",
        "jobs: {a: {runs-on: x, steps: [{run: 'export COVERAGE_FILE=cov/data; nox -s unit; nox -s more'}]}}",
        "jobs: {a: {runs-on: x, steps: [{run: 'COVERAGE_FILE=cov/data nox -s unit && env COVERAGE_FILE=cov/data nox -s more'}]}}",
    ] {
        check(
            &steps(around),
            expect![[r#"
            a in .github/workflows/ci.yml: unit more
              loses data: `unit` and `more` both write `cov/data`; the later one wins and the other's data is lost
              slower: `unit` and `more` share `.pytest_cache`; one may waste what the other cached
        "#]],
        );
    }
}

#[test]
fn what_the_noxfile_sets_counts_more() {
    check(
        &steps(
            "env: {COVERAGE_FILE: cov/data}\njobs: {a: {runs-on: x, steps: [{run: nox -s unit}, {run: nox -s own}]}}",
        ),
        expect![[r#"
            a in .github/workflows/ci.yml: unit own
              slower: `unit` and `own` share `.pytest_cache`; one may waste what the other cached
        "#]],
    );
}

#[test]
fn one_place_says_nothing_of_another() {
    check(
        &steps(
            "
jobs:
  moved:
    runs-on: x
    env: {COVERAGE_FILE: '.coverage.${{ matrix.python }}'}
    strategy: {matrix: {python: ['3.12', '3.13']}}
    steps: [{run: nox -s unit report}]
  plain:
    runs-on: x
    steps: [{run: nox -s unit report}]
",
        ),
        expect![[r#"
            moved in .github/workflows/ci.yml: unit report
              order: `report` reads `.coverage.3.12`, which `unit` writes
              loses data: `report` (`coverage report`) takes `.coverage.3.12` while `unit` still writes coverage data
            plain in .github/workflows/ci.yml: unit report
              order: `report` reads `.coverage`, which `unit` writes
              loses data: `report` (`coverage report`) takes `.coverage` while `unit` still writes coverage data
        "#]],
    );
}

#[test]
fn a_value_that_nobody_knows_is_not_the_default() {
    for around in [
        // Another step sets it for those behind it.
        "jobs: {a: {runs-on: x, steps: [{run: 'echo COVERAGE_FILE=x >> $GITHUB_ENV'}, {run: nox -s unit}, {run: nox -s more}]}}",
        "env: {COVERAGE_FILE: '${{ secrets.FILE }}'}\njobs: {a: {runs-on: x, steps: [{run: nox -s unit}, {run: nox -s more}]}}",
    ] {
        check(
            &steps(around),
            expect![[r#"
            a in .github/workflows/ci.yml: unit more
              slower: `unit` and `more` share `.pytest_cache`; one may waste what the other cached
              unknown in unit: where `COVERAGE_FILE` puts what `coverage run` touches
              unknown in more: where `COVERAGE_FILE` puts what `coverage run` touches
        "#]],
        );
    }
}

#[test]
fn an_empty_variable_moves_nothing() {
    check(
        &steps("env: {COVERAGE_FILE: ''}\njobs: {a: {runs-on: x, steps: [{run: nox -s unit}, {run: nox -s report}]}}"),
        expect![[r#"
            a in .github/workflows/ci.yml: unit report
              order: `report` reads `.coverage`, which `unit` writes
              loses data: `report` (`coverage report`) takes `.coverage` while `unit` still writes coverage data
        "#]],
    );
}

#[test]
fn options_of_pytest_in_a_variable_count() {
    let noxfile = "
#- noxfile.py
import nox
@nox.session
def unit(session): session.run('pytest', 'tests/unit')
@nox.session
def more(session): session.run('pytest', 'tests/more')
#- .github/workflows/ci.yml
on: push
";
    let around = "jobs: {a: {runs-on: x, steps: [{run: nox -s unit}, {run: nox -s more}]}}";
    check(
        &format!("{noxfile}env: {{PYTEST_ADDOPTS: --junitxml=junit.xml}}\n{around}"),
        expect![[r#"
        a in .github/workflows/ci.yml: unit more
          loses data: `unit` and `more` both write `junit.xml`; the later one wins
          slower: `unit` and `more` share `.pytest_cache`; one may waste what the other cached
    "#]],
    );
    check(
        &format!("{noxfile}env: {{PYTEST_ADDOPTS: '${{{{ inputs.x }}}}'}}\n{around}"),
        expect![[r#"
        a in .github/workflows/ci.yml: unit more
          slower: `unit` and `more` share `.pytest_cache`; one may waste what the other cached
          unknown in unit: what `PYTEST_ADDOPTS` adds to pytest
          unknown in more: what `PYTEST_ADDOPTS` adds to pytest
    "#]],
    );
}

#[test]
fn calls_in_actions_and_in_called_workflows_are_seen() {
    let files = format!(
        "{NOXFILE}
#- .github/actions/nox/action.yml
inputs: {{session: {{default: report}}}}
runs:
  using: composite
  steps: [{{shell: bash, run: 'nox -s ${{{{ inputs.session }}}}'}}]
#- .github/workflows/called.yml
on: {{workflow_call: {{inputs: {{first: {{type: string}}}}}}}}
jobs:
  inner:
    runs-on: x
    steps:
      - run: nox -s ${{{{ inputs.first }}}}
      - run: nox -s report
#- .github/workflows/ci.yml
on: push
jobs:
  a:
    runs-on: x
    steps:
      - uses: ./.github/actions/nox
        with: {{session: unit}}
      - run: nox -s more
      - uses: ./.github/actions/nox
  b:
    uses: ./.github/workflows/called.yml
    with: {{first: own}}
"
    );
    check(
        &files,
        expect![[r#"
        a in .github/workflows/ci.yml: unit more report
          order: `report` reads `.coverage`, which `unit` writes
          order: `report` reads `.coverage`, which `more` writes
          loses data: `unit` and `more` both write `.coverage`; the later one wins and the other's data is lost
          loses data: `report` (`coverage report`) takes `.coverage` while `unit` still writes coverage data
          slower: `unit` and `more` share `.pytest_cache`; one may waste what the other cached
          2 calls in .github/actions/nox/action.yml
        b in .github/workflows/ci.yml: own report
          order: `report` reads `.coverage.*`, and `own` writes `.coverage.own`
          loses data: `report` (`coverage report`) takes `.coverage.own` while `own` still writes coverage data
          2 calls in .github/workflows/called.yml
    "#]],
    );
}

/// Each sequence: its sessions, what collides, what is not known, files that hold calls of it.
#[track_caller]
fn check(fixture: &str, expected: Expect) {
    let fixture = Fixture::new(fixture);
    let mut out = String::new();
    for sequence in audit(&fixture.snapshot).sequences {
        out.push_str(&format!("{} in {}: {}\n", sequence.job, sequence.path, sequence.sessions.join(" ")));
        for needed in &sequence.needed {
            out.push_str(&format!("  order: {}\n", needed.reason));
        }
        for hazard in &sequence.hazards {
            out.push_str(&format!("  {}: {}\n", hazard.severity, hazard.reason));
        }
        for (session, what) in &sequence.unknown {
            out.push_str(&format!("  unknown in {session}: {what}\n"));
        }
        for (path, calls) in &sequence.called {
            out.push_str(&format!("  {calls} calls in {path}\n"));
        }
    }
    expected.assert_eq(&out);
}
