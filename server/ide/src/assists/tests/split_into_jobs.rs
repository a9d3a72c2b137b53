//! Splitting a job into jobs that wait for one another.

use super::*;

#[test]
fn independent_sessions_share_jobs() {
    check(
        "split-into-jobs",
        CHECKS,
        expect![[r#"
            #- .github/workflows/ci.yml
            on: push
            jobs:
              checks-static:
                name: Checks (lint, typecheck)
                runs-on: ubuntu-latest
                steps:
                  - uses: actions/checkout@v7
                  # Fast ones first.
                  - name: Lint
                    run: nox -s lint # ruff
                  - name: Types
                    run: nox -s typecheck

              checks-docs:
                name: Checks (docs)
                runs-on: ubuntu-latest
                steps:
                  - uses: actions/checkout@v7
                  # The manual.
                  - name: Docs
                    run: nox -s docs

              # One check for all of them, under the name that others know.
              checks:
                name: Checks
                if: always()
                needs: [checks-static, checks-docs]
                runs-on: ubuntu-latest
                permissions: {}
                steps:
                  - if: ${{ contains(needs.*.result, 'failure') || contains(needs.*.result, 'cancelled') || contains(needs.*.result, 'skipped') }}
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
fn a_report_gets_the_files_of_all_that_it_reports_on() {
    let workflow = "
#- .github/workflows/ci.yml
on: push
permissions: {}
jobs:
  checks:
    permissions:
      contents: read
    runs-on: ubuntu-latest # the big one
    timeout-minutes: 30
    steps:
      # Pinned.
      - uses: actions/checkout@0123456789abcdef0123456789abcdef01234567 # v7.0.1
        with:
          persist-credentials: false

      - run: pipx install nox
      - name: Unit
        run: nox -s un<|>it
      # Talks to nobody.
      - name: Integration
        run: nox -s integration
      - run: nox -s report
";
    check(
        "split-into-jobs",
        workflow,
        expect![[r#"
        #- .github/workflows/ci.yml
        on: push
        permissions: {}
        jobs:
          checks-unit:
            permissions:
              contents: read
            runs-on: ubuntu-latest # the big one
            timeout-minutes: 30
            steps:
              # Pinned.
              - uses: actions/checkout@0123456789abcdef0123456789abcdef01234567 # v7.0.1
                with:
                  persist-credentials: false

              - run: pipx install nox
              - name: Unit
                run: nox -s unit
              - uses: actions/upload-artifact@v7
                with:
                  name: checks-unit
                  path: .coverage.*
                  include-hidden-files: true
                  if-no-files-found: error

          checks-integration:
            permissions:
              contents: read
            runs-on: ubuntu-latest # the big one
            timeout-minutes: 30
            steps:
              # Pinned.
              - uses: actions/checkout@0123456789abcdef0123456789abcdef01234567 # v7.0.1
                with:
                  persist-credentials: false

              - run: pipx install nox
              # Talks to nobody.
              - name: Integration
                run: nox -s integration
              - uses: actions/upload-artifact@v7
                with:
                  name: checks-integration
                  path: .coverage.*
                  include-hidden-files: true
                  if-no-files-found: error

          checks-report:
            needs: [checks-unit, checks-integration]
            permissions:
              contents: read
            runs-on: ubuntu-latest # the big one
            timeout-minutes: 30
            steps:
              # Pinned.
              - uses: actions/checkout@0123456789abcdef0123456789abcdef01234567 # v7.0.1
                with:
                  persist-credentials: false

              - run: pipx install nox
              - uses: actions/download-artifact@v8
                with:
                  name: checks-unit
              - uses: actions/download-artifact@v8
                with:
                  name: checks-integration
              - run: nox -s report

          # One check for all of them, under the name that others know.
          checks:
            if: always()
            needs: checks-report
            runs-on: ubuntu-latest
            permissions: {}
            steps:
              - if: ${{ needs.checks-report.result != 'success' }}
                run: exit 1
    "#]],
    );
}

/// Tests that need a wheel which they require; and one session that runs by requirement only.
const BUILT: &str = r#"
#- noxfile.py
import nox

@nox.session
def build(session):
    session.run("python", "-m", "build", "--outdir", "dist")

@nox.session(requires=["build"])
def unit(session):
    session.install("--find-links", "dist", "pkg")
    session.run("pytest", "tests/unit", "--junitxml=unit.xml")

@nox.session(requires=["build"])
def integration(session):
    session.install("--find-links", "dist", "pkg")
    session.run("pytest", "tests/integration")

#- timings
build 30 30 30
unit 300 300 300
integration 310 310 310
"#;

#[test]
fn what_is_required_is_run_once_and_handed_over() {
    let workflow = "
#- .forgejo/workflows/ci.yml
on: push
jobs:
  all_checks:
    needs: gatekeeper
    if: github.event_name == 'push'
    runs-on: docker
    env:
      WHO: ${{ needs.gatekeeper.outputs.who }}
    outputs:
      version: ${{ steps.meta.outputs.version }}
    steps:
      - id: meta
        run: echo version=1 >> $GITHUB_OUTPUT
      - run: nox -s un<|>it integration
      - uses: https://data.forgejo.org/forgejo/upload-artifact@v4
        with:
          name: junit
          path: unit.xml
  gatekeeper:
    runs-on: docker
    outputs: { who: me }
    steps:
      - run: echo hello
";
    check_in(
        BUILT,
        "split-into-jobs",
        workflow,
        expect![[r#"
            #- .forgejo/workflows/ci.yml
            on: push
            jobs:
              all_checks_build:
                needs: gatekeeper
                if: github.event_name == 'push'
                runs-on: docker
                env:
                  WHO: ${{ needs.gatekeeper.outputs.who }}
                outputs:
                  version: ${{ steps.meta.outputs.version }}
                steps:
                  - id: meta
                    run: echo version=1 >> $GITHUB_OUTPUT
                  - run: nox -s build
                  - uses: https://data.forgejo.org/forgejo/upload-artifact@v4
                    with:
                      name: all_checks_build
                      path: dist
                      if-no-files-found: error
              all_checks_unit:
                needs: [gatekeeper, all_checks_build]
                if: github.event_name == 'push'
                runs-on: docker
                env:
                  WHO: ${{ needs.gatekeeper.outputs.who }}
                steps:
                  - id: meta
                    run: echo version=1 >> $GITHUB_OUTPUT
                  - uses: https://data.forgejo.org/forgejo/download-artifact@v4
                    with:
                      name: all_checks_build
                      path: dist
                  - run: nox --no-dependencies -s unit
                  - uses: https://data.forgejo.org/forgejo/upload-artifact@v4
                    with:
                      name: junit
                      path: unit.xml
              all_checks_integration:
                needs: [gatekeeper, all_checks_build]
                if: github.event_name == 'push'
                runs-on: docker
                env:
                  WHO: ${{ needs.gatekeeper.outputs.who }}
                steps:
                  - id: meta
                    run: echo version=1 >> $GITHUB_OUTPUT
                  - uses: https://data.forgejo.org/forgejo/download-artifact@v4
                    with:
                      name: all_checks_build
                      path: dist
                  - run: nox --no-dependencies -s integration
              # One check for all of them, under the name that others know.
              all_checks:
                if: ${{ always() && needs.all_checks_build.result != 'skipped' }}
                needs: [all_checks_build, all_checks_unit, all_checks_integration]
                runs-on: docker
                outputs:
                  version: ${{ needs.all_checks_build.outputs.version }}
                steps:
                  - if: ${{ contains(needs.*.result, 'failure') || contains(needs.*.result, 'cancelled') || contains(needs.*.result, 'skipped') }}
                    run: exit 1
              gatekeeper:
                runs-on: docker
                outputs: { who: me }
                steps:
                  - run: echo hello
        "#]],
    );
}

#[test]
fn a_split_keeps_line_endings_and_indentation() {
    let workflow = "
#- .github/workflows/ci.yml
on: push
jobs:
    checks:
        name: 'All checks'
        runs-on: ubuntu-latest
        steps:
        -   uses: actions/checkout@v7
        -   run: nox -s li<|>nt typecheck docs
";
    check(
        "split-into-jobs",
        &workflow.replace('\n', "\r\n"),
        expect![[r#"
            #- .github/workflows/ci.yml
            on: push
            jobs:
                checks-static:
                    name: 'All checks (lint, typecheck)'
                    runs-on: ubuntu-latest
                    steps:
                    -   uses: actions/checkout@v7
                    -   run: nox -s lint typecheck

                checks-docs:
                    name: 'All checks (docs)'
                    runs-on: ubuntu-latest
                    steps:
                    -   uses: actions/checkout@v7
                    -   run: nox -s docs

                # One check for all of them, under the name that others know.
                checks:
                    name: 'All checks'
                    if: always()
                    needs: [checks-static, checks-docs]
                    runs-on: ubuntu-latest
                    permissions: {}
                    steps:
                    -   if: ${{ contains(needs.*.result, 'failure') || contains(needs.*.result, 'cancelled') || contains(needs.*.result, 'skipped') }}
                        run: exit 1
        "#]],
    );
}

#[test]
fn a_split_is_refused_where_it_would_mean_something_else() {
    let head = "\n#- .github/workflows/ci.yml\non: push\njobs:\n  checks:\n";
    let steps =
        "    steps:\n      - run: nox -s un<|>it\n      - run: nox -s integration\n      - run: nox -s report\n";
    let mut out = String::new();
    for (before, setup, after) in [
        ("    strategy: { matrix: { os: [a, b] } }\n", "", ""),
        ("    concurrency: one\n", "", ""),
        ("    environment: production\n", "", ""),
        ("    if: always()\n", "", ""),
        ("    continue-on-error: true\n", "", ""),
        ("", "      - uses: pypa/gh-action-pypi-publish@v1\n", ""),
        ("", "      - run: nox -s docs\n      - run: echo between\n", ""),
        ("", "", "      - run: echo done\n"),
        ("", "", "      - uses: actions/upload-artifact@v7\n        with: { name: x, path: nobodys.txt }\n"),
    ] {
        let steps = steps.replacen("    steps:\n", &format!("    steps:\n{setup}"), 1);
        let workflow = format!("{head}{before}    runs-on: ubuntu-latest\n{steps}{after}");
        let fixture = Fixture::with_settings(&format!("{NOXFILE}{workflow}"), settings());
        let offers = crate::assists(&fixture.snapshot, fixture.file, fixture.span);
        let offer = offers.iter().find(|offer| offer.assist == "split-into-jobs");
        let why = offer.map_or("not offered", |offer| offer.disabled.as_deref().unwrap_or("offered!"));
        let what = format!("{before}{setup}{after}");
        out.push_str(&format!("{}: {why}\n", what.trim().lines().next().unwrap_or_default()));
    }
    expect![[r#"
        strategy: { matrix: { os: [a, b] } }: the job has a `strategy` already
        concurrency: one: the job's `concurrency` would make the jobs wait for one another
        environment: production: the job has an `environment`, whose protection would ask once for every job
        if: always(): the job's `if` would let later jobs run when earlier ones have failed
        continue-on-error: true: the job has `continue-on-error`, which a gate would not see
        - uses: pypa/gh-action-pypi-publish@v1: a step before the sessions uploads or publishes, which must happen once
        - run: nox -s docs: sessions before these would run in every job
        - run: echo done: steps after the sessions would run in every job
        - uses: actions/upload-artifact@v7: nobody knows which session makes `nobodys.txt`, which a later step uploads
    "#]]
    .assert_eq(&out);
}

#[test]
fn an_old_nox_runs_what_is_required_in_one_job() {
    let settings = Settings { nox_version: Some("2025.11.12".to_owned()), ..settings() };
    let workflow = "
#- .github/workflows/ci.yml
on: push
jobs:
  checks:
    runs-on: ubuntu-latest
    steps:
      - run: nox -s un<|>it integration
";
    let fixture = Fixture::with_settings(&format!("{BUILT}{workflow}"), settings);
    let offers = crate::assists(&fixture.snapshot, fixture.file, fixture.span);
    let offer = offers.iter().find(|offer| offer.assist == "split-into-jobs");
    expect![
        "no two jobs would be faster than this one: each costs 40 s of set-up, and sessions stay with what they need"
    ]
    .assert_eq(offer.and_then(|offer| offer.disabled.as_deref()).unwrap_or_default());
}

/// What scripts do that coverage measures nobody knows; what coverage writes is known.
#[test]
fn data_of_unknown_scripts_goes_to_the_report() {
    let noxfile = |report: &str| {
        format!(
            r#"
#- noxfile.py
import nox

@nox.session
def unit(session):
    session.run("coverage", "run", "-p", "checks/unit.py", "--fast")

@nox.session
def integration(session):
    session.run("coverage", "run", "-p", "-m", "checks.integration")

@nox.session
def report(session):
    session.run("coverage", "combine")
    {report}

#- timings
unit 300 300 300
integration 310 310 310
report 10 10 10
"#
        )
    };
    let workflow = "
#- .github/workflows/ci.yml
on: push
jobs:
  checks<|>:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v7
      - run: nox -s unit
      - run: nox -s integration
      - run: nox -s report
";
    let told = |report: &str| {
        let fixture = Fixture::with_settings(&format!("{}{workflow}", noxfile(report)), settings());
        let offers = crate::assists(&fixture.snapshot, fixture.file, fixture.span);
        let offer = offers.iter().find(|offer| offer.assist == "split-into-jobs").expect("it is offered");
        let edits = offer.edits.iter().flat_map(|edit| &edit.edits).flat_map(|edit| edit.insert.lines());
        let lines = edits
            .map(str::trim)
            .filter(|line| ["needs:", "path:", "- run: nox", "name: "].iter().any(|it| line.starts_with(it)));
        format!("{}\n{}", offer.disabled.as_ref().unwrap_or(&offer.title), lines.collect::<Vec<_>>().join("\n"))
    };
    expect![[r#"
        Split 3 sessions into 3 jobs: 11 m → 6 m 40 s (measured times, 20 runners, 40 s a job; unverified: nobody knows what `checks.integration` touches)
        - run: nox -s unit
        name: checks-unit
        path: .coverage.*
        - run: nox -s integration
        name: checks-integration
        path: .coverage.*
        needs: [checks-unit, checks-integration]
        name: checks-unit
        name: checks-integration
        - run: nox -s report
        needs: checks-report"#]]
    .assert_eq(&told("session.run(\"coverage\", \"report\")"));
    // What an unknown command may want of the others is not known.
    expect![[r#"
        no two jobs would be faster than this one: each costs 40 s of set-up, and sessions stay with what they need
    "#]]
    .assert_eq(&told("session.run(\"coverage\", \"report\")\n    session.run(\"frobnicate\")"));
}

#[test]
fn a_session_that_runs_twice_is_counted_once() {
    let workflow = "
#- .github/workflows/ci.yml
on: push
jobs:
  checks:
    runs-on: ubuntu-latest
    steps:
      - run: nox -s li<|>nt
      - run: nox -s typecheck -- src
      - run: nox -s typecheck -- tests
";
    let fixture = Fixture::with_settings(&format!("{NOXFILE}{workflow}"), settings());
    let offers = crate::assists(&fixture.snapshot, fixture.file, fixture.span);
    let title = offers.iter().find(|offer| offer.assist == "split-into-jobs").map(|offer| offer.title.as_str());
    expect!["Split 2 sessions into 2 jobs: 5 m 40 s → 2 m 40 s (measured times, 20 runners, 40 s a job)"]
        .assert_eq(title.unwrap_or_default());
}
