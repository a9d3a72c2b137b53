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

#[test]
fn jobs_of_a_workflow_two_levels_down_run_side_by_side() {
    let files = format!(
        "{NOXFILE}
#- .github/workflows/checks.yml
on: workflow_call
jobs:
  one: {{runs-on: x, steps: [{{run: nox -s unit}}]}}
  other: {{runs-on: x, steps: [{{run: nox -s more}}, {{run: nox -s own}}]}}
#- .github/workflows/gate.yml
on: workflow_call
jobs:
  fast: {{uses: ./.github/workflows/checks.yml}}
  slow: {{needs: fast, uses: ./.github/workflows/checks.yml}}
#- .github/workflows/ci.yml
on: push
jobs:
  gate: {{uses: ./.github/workflows/gate.yml}}
"
    );
    let fixture = Fixture::new(&files);
    let audit = audit(&fixture.snapshot);
    let of_ci = audit.sequences.iter().filter(|sequence| sequence.path.ends_with("ci.yml"));
    let sessions: Vec<String> = of_ci.map(|sequence| sequence.sessions.join(" ")).collect();
    assert_eq!(sessions, ["more own", "more own"], "one in `fast`, one in `slow`");
    // The two called jobs one after another, each as long as the longer of the jobs below.
    let seconds = |path: &str, job: usize| {
        let workflow = fixture.snapshot.workspace.workflows.iter().find(|it| it.label == path).expect("a workflow");
        workflow.jobs[job].seconds
    };
    assert!((seconds("ci.yml", 0) - 2.0 * seconds("checks.yml", 1)).abs() < 0.01);
}

#[test]
fn what_is_the_same_is_told_once() {
    let files = format!(
        "{NOXFILE}
#- sub/noxfile.py
import nox
@nox.session
def own(session):
    session.run('ruff', 'check')
#- goldens/noxfile.py
import nox
@nox.session
def own(session):
    session.run('ruff', 'check')
#- .github/workflows/ci.yml
on: push
jobs:
  first: {{uses: ./.github/workflows/report.yml}}
  second: {{needs: first, uses: ./.github/workflows/report.yml}}
#- .github/workflows/report.yml
on: workflow_call
jobs:
  report: {{runs-on: x, steps: [{{run: nox -s unit}}, {{run: nox -s own}}]}}
"
    );
    let audit = audit(&Fixture::new(&files).snapshot);
    let told: Vec<String> = audit
        .told_once()
        .into_iter()
        .map(|(one, others)| {
            let others: Vec<&str> = others.iter().map(|other| other.job.as_str()).collect();
            format!("{} in {}, and {}", one.job, one.path, others.join(" "))
        })
        .collect();
    assert_eq!(told, ["report in .github/workflows/report.yml, and first second"]);
    let noxfiles: Vec<(&str, Vec<&str>)> =
        audit.noxfiles_told_once().into_iter().map(|(one, others)| (one.path.as_str(), others)).collect();
    assert_eq!(noxfiles, [("goldens/noxfile.py", vec!["sub/noxfile.py"]), ("noxfile.py", vec![])]);
}

#[test]
fn the_same_over_several_files_of_a_folder_is_one_hazard() {
    let files = "
#- noxfile.py
import nox, os
@nox.session
def make(session):
    for name in ['a.so', 'b.so', 'c.so']:
        open(f'out/{name}', 'w')
@nox.session
def clean(session):
    for name in ['a.so', 'b.so', 'c.so']:
        os.remove(f'out/{name}')
";
    let audit = audit(&Fixture::new(files).snapshot);
    let reasons: Vec<&str> = audit.noxfiles[0].hazards.iter().map(|hazard| hazard.reason.as_str()).collect();
    assert_eq!(reasons, ["`clean` deletes `out/a.so` while `make` writes it; so it is with 2 more files beside it"]);
}

#[test]
fn a_job_takes_now_what_its_offers_say() {
    let fixture = Fixture::new(&steps(
        "
jobs:
  a:
    runs-on: x
    steps:
      - run: nox -s unit
      - run: nox -s own
        if: github.ref == 'x'
      - run: nox -s report
        if: success() || failure()
",
    ));
    let audit = audit(&fixture.snapshot);
    let [sequence] = audit.sequences.as_slice() else { panic!("one sequence: {:#?}", audit.sequences) };
    let now = crate::words::estimate(&sequence.forecasts[0].makespan);
    assert_eq!(now, crate::words::estimate(&fixture.snapshot.workspace.workflows[0].jobs[0]));
    let titles: Vec<&str> = sequence.offers.iter().map(|offer| offer.title.as_str()).collect();
    assert!(titles.iter().any(|title| title.contains(&format!(": {now} →"))), "{now}: {titles:#?}");
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
