//! Offers, as a person sees them: titles, results, refusals.

use expect_test::{Expect, expect};
use model::Settings;
use syntax::Span;

use crate::fixture::Fixture;

/// Three sessions that do not touch each other, and times that make it worth while.
const NOXFILE: &str = r#"
#- noxfile.py
import nox

@nox.session
def lint(session):
    session.run("ruff", "check", ".")

@nox.session(python="3.12")
def typecheck(session):
    session.run("mypy", "src")

@nox.session
def docs(session):
    session.run("mkdocs", "build")

@nox.session
def unit(session):
    session.run("coverage", "run", "-p", "-m", "pytest", "tests/unit")

@nox.session
def integration(session):
    session.run("coverage", "run", "-p", "-m", "pytest", "tests/integration")

@nox.session
def report(session):
    session.run("coverage", "combine")
    session.run("coverage", "report")

@nox.session
def format(session):
    session.run("ruff", "format", ".")

#- timings
lint 60 60 60
typecheck 120 120 120
docs 180 180 180
unit 200 200 200
integration 240 240 240
report 20 20 20
format 10 10 10
"#;

#[test]
fn github_gets_every_way_and_the_best_first() {
    let workflow = "
#- .github/workflows/ci.yml
on: push
jobs:
  checks:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v7
      - run: nox -s li<|>nt
      - run: nox -s typecheck
      - run: nox -s docs
";
    check_offers(
        workflow,
        expect![[r#"
            * use-parallel-steps: Run 3 sessions in parallel steps: 6 m 40 s → 3 m 40 s
              use-nox-parallel: Run 3 sessions with nox -j 4: 6 m 40 s → 3 m 40 s
              use-background-processes: Run 3 sessions as background processes: 6 m 40 s → 3 m 40 s
              split-into-jobs: Split 3 sessions into 2 jobs: 6 m 40 s → 3 m 40 s
              split-into-matrix: Split 3 sessions into a matrix of 3 jobs: 6 m 40 s → 3 m 40 s
        "#]],
    );
}

#[test]
fn forgejo_has_no_parallel_steps_and_one_runner() {
    let workflow = "
#- .forgejo/workflows/ci.yml
on: push
jobs:
  checks:
    runs-on: docker
    steps:
      - run: nox -s li<|>nt
      - run: nox -s typecheck
      - run: nox -s docs
";
    check_offers(
        workflow,
        expect![[r#"
            * use-nox-parallel: Run 3 sessions with nox -j 4: 6 m 40 s → 3 m 40 s
              use-background-processes: Run 3 sessions as background processes: 6 m 40 s → 3 m 40 s
            ! split-into-jobs: Split 3 sessions into jobs
                disabled: it would not be faster with 1 runner on Forgejo; set `runnerSlots` if there are more
            ! split-into-matrix: Split 3 sessions into a matrix of 3 jobs: 6 m 40 s → 8 m
                disabled: it would not be faster with 1 runner on Forgejo; set `runnerSlots` if there are more
        "#]],
    );
}

const CHECKS: &str = "
#- .github/workflows/ci.yml
on: push
jobs:
  checks:
    name: Checks
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v7
      # Fast ones first.
      - name: Lint
        run: nox -s li<|>nt # ruff
      - name: Types
        run: nox -s typecheck
      # The manual.
      - name: Docs
        run: nox -s docs

  deploy:
    needs: checks
    runs-on: ubuntu-latest
    steps:
      - run: ./deploy
";

#[test]
fn parallel_steps_keep_names_and_comments() {
    check(
        "use-parallel-steps",
        CHECKS,
        expect![[r#"
            #- .github/workflows/ci.yml
            on: push
            jobs:
              checks:
                name: Checks
                runs-on: ubuntu-latest
                steps:
                  - uses: actions/checkout@v7
                  # Fast ones first.
                  - parallel:
                      # ruff
                      - name: Lint
                        run: nox -s lint
                      - name: Types
                        run: nox -s typecheck
                      # The manual.
                      - name: Docs
                        run: nox -s docs

              deploy:
                needs: checks
                runs-on: ubuntu-latest
                steps:
                  - run: ./deploy
        "#]],
    );
}

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
fn background_processes_collect_logs_and_exit_codes() {
    check(
        "use-background-processes",
        CHECKS,
        expect![[r##"
            #- .github/workflows/ci.yml
            on: push
            jobs:
              checks:
                name: Checks
                runs-on: ubuntu-latest
                steps:
                  - uses: actions/checkout@v7
                  # Fast ones first.
                  # ruff
                  # The manual.
                  - name: Sessions in parallel
                    run: |
                      logs=$(mktemp -d) status=0
                      show() { # show NAME PID: wait for it, print its log, remember a failure
                        [ -n "$2" ] || return 0
                        code=0
                        wait "$2" || code=$?
                        echo "::group::$1 (exit status $code)"
                        cat "$logs/$1.log"
                        echo "::endgroup::"
                        [ "$code" -eq 0 ] || { status=1 && echo "::error::$1 failed with exit status $code"; }
                      }
                      trap 'kill $pid_lint $pid_typecheck $pid_docs 2>/dev/null || :' INT TERM
                      nox -s lint >"$logs/lint.log" 2>&1 & pid_lint=$!
                      nox -s typecheck >"$logs/typecheck.log" 2>&1 & pid_typecheck=$!
                      nox -s docs >"$logs/docs.log" 2>&1 & pid_docs=$!
                      show lint "$pid_lint"
                      show typecheck "$pid_typecheck"
                      show docs "$pid_docs"
                      exit "$status"

              deploy:
                needs: checks
                runs-on: ubuntu-latest
                steps:
                  - run: ./deploy
        "##]],
    );
}

#[test]
fn nox_parallel_makes_the_noxfile_safe_too() {
    check(
        "use-nox-parallel",
        CHECKS,
        expect![[r##"
        #- .github/workflows/ci.yml
        on: push
        jobs:
          checks:
            name: Checks
            runs-on: ubuntu-latest
            steps:
              - uses: actions/checkout@v7
              # Fast ones first.
              # ruff
              # The manual.
              - name: Sessions in parallel
                run: nox -j 4 -s lint typecheck docs

          deploy:
            needs: checks
            runs-on: ubuntu-latest
            steps:
              - run: ./deploy
        #- noxfile.py
        import nox

        nox.needs_version = ">=2026.08.10"

        @nox.session(allow_parallel=True)
        def lint(session):
            session.run("ruff", "check", ".")

        @nox.session(python="3.12", allow_parallel=True)
        def typecheck(session):
            session.run("mypy", "src")

        @nox.session(allow_parallel=True)
        def docs(session):
            session.run("mkdocs", "build")

        @nox.session
        def unit(session):
            session.run("coverage", "run", "-p", "-m", "pytest", "tests/unit")

        @nox.session
        def integration(session):
            session.run("coverage", "run", "-p", "-m", "pytest", "tests/integration")

        @nox.session
        def report(session):
            session.run("coverage", "combine")
            session.run("coverage", "report")

        @nox.session
        def format(session):
            session.run("ruff", "format", ".")

    "##]],
    );
}

const DEPENDENT: &str = "
#- .github/workflows/ci.yml
on: push
jobs:
  checks:
    runs-on: ubuntu-latest
    steps:
      - run: nox -s lint
      - run: nox -s for<|>mat
      - run: nox -s unit integration docs
      - run: nox -s report
";

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
                steps:
                  - if: ${{ needs.checks-sessions.result != 'success' }}
                    run: exit 1
        "#]],
    );
}

#[test]
fn background_processes_wait_for_what_is_needed() {
    check(
        "use-background-processes",
        DEPENDENT,
        expect![[r##"
            #- .github/workflows/ci.yml
            on: push
            jobs:
              checks:
                runs-on: ubuntu-latest
                steps:
                  - run: nox -s lint
                  - run: nox -s format
                  - name: Sessions in parallel
                    run: |
                      logs=$(mktemp -d) status=0
                      show() { # show NAME PID: wait for it, print its log, remember a failure
                        [ -n "$2" ] || return 0
                        code=0
                        wait "$2" || code=$?
                        echo "::group::$1 (exit status $code)"
                        cat "$logs/$1.log"
                        echo "::endgroup::"
                        [ "$code" -eq 0 ] || { status=1 && echo "::error::$1 failed with exit status $code"; }
                      }
                      trap 'kill $pid_unit $pid_integration $pid_docs $pid_report 2>/dev/null || :' INT TERM
                      nox -s unit >"$logs/unit.log" 2>&1 & pid_unit=$!
                      nox -s integration >"$logs/integration.log" 2>&1 & pid_integration=$!
                      nox -s docs >"$logs/docs.log" 2>&1 & pid_docs=$!
                      show unit "$pid_unit"
                      show integration "$pid_integration"
                      pid_report=
                      if [ "$status" -eq 0 ]; then
                        nox -s report >"$logs/report.log" 2>&1 & pid_report=$!
                      fi
                      show docs "$pid_docs"
                      show report "$pid_report"
                      exit "$status"
        "##]],
    );
}

#[test]
fn parallel_steps_end_before_what_needs_them() {
    check(
        "use-parallel-steps",
        DEPENDENT,
        expect![[r#"
            #- .github/workflows/ci.yml
            on: push
            jobs:
              checks:
                runs-on: ubuntu-latest
                steps:
                  - run: nox -s lint
                  - run: nox -s format
                  - parallel:
                      - run: nox -s unit
                      - run: nox -s integration
                      - run: nox -s docs
                  - run: nox -s report
        "#]],
    );
}

#[test]
fn nox_parallel_declares_what_is_needed() {
    check(
        "use-nox-parallel",
        DEPENDENT,
        expect![[r##"
            #- .github/workflows/ci.yml
            on: push
            jobs:
              checks:
                runs-on: ubuntu-latest
                steps:
                  - run: nox -s lint
                  - run: nox -s format
                  - name: Sessions in parallel
                    run: nox -j 4 -s unit integration docs report
            #- noxfile.py
            import nox

            nox.needs_version = ">=2026.08.10"

            @nox.session
            def lint(session):
                session.run("ruff", "check", ".")

            @nox.session(python="3.12")
            def typecheck(session):
                session.run("mypy", "src")

            @nox.session(allow_parallel=True)
            def docs(session):
                session.run("mkdocs", "build")

            @nox.session(allow_parallel=True)
            def unit(session):
                session.run("coverage", "run", "-p", "-m", "pytest", "tests/unit")

            @nox.session(allow_parallel=True)
            def integration(session):
                session.run("coverage", "run", "-p", "-m", "pytest", "tests/integration")

            @nox.session(requires=["unit", "integration"])
            def report(session):
                session.run("coverage", "combine")
                session.run("coverage", "report")

            @nox.session
            def format(session):
                session.run("ruff", "format", ".")

        "##]],
    );
}

#[test]
fn calls_elsewhere_go_on_running_one_session_only() {
    let other = "
#- .github/workflows/report.yml
on: push
jobs:
  report:
    runs-on: ubuntu-latest
    steps:
      - run: nox -s report
";
    let fixture = Fixture::with_settings(&format!("{NOXFILE}{DEPENDENT}{other}"), settings());
    let offers = crate::assists(&fixture.snapshot, fixture.file, fixture.span);
    let offer = offers.iter().find(|offer| offer.assist == "use-nox-parallel").expect("offered");
    assert_eq!(offer.disabled, None);
    let inserts = offer.edits.iter().flat_map(|edit| &edit.edits).map(|edit| edit.insert.as_str());
    assert!(inserts.into_iter().any(|insert| insert == " --no-dependencies"), "{offer:#?}");
}

#[test]
fn notify_stands_in_the_way_of_nox_parallel() {
    let noxfile = NOXFILE.replace("session.run(\"mkdocs\", \"build\")", "session.notify(\"lint\")");
    let fixture = Fixture::with_settings(&format!("{noxfile}{DEPENDENT}"), settings());
    let offers = crate::assists(&fixture.snapshot, fixture.file, fixture.span);
    let offer = offers.iter().find(|offer| offer.assist == "use-nox-parallel").expect("offered");
    expect!["`docs` calls `session.notify`, which nox -j refuses"]
        .assert_eq(offer.disabled.as_deref().unwrap_or_default());
}

#[test]
fn an_old_nox_anywhere_stands_in_the_way() {
    let other = "
#- .github/workflows/old.yml
on: push
jobs:
  old:
    runs-on: ubuntu-latest
    steps:
      - run: pip install nox==2025.2.9
      - run: nox -s docs
";
    let fixture = Fixture::with_settings(&format!("{NOXFILE}{DEPENDENT}{other}"), settings());
    let offers = crate::assists(&fixture.snapshot, fixture.file, fixture.span);
    let offer = offers.iter().find(|offer| offer.assist == "use-nox-parallel").expect("offered");
    expect!["nox -j needs nox 2026.08.10, and job `old` of old.yml uses 2025.2.9"]
        .assert_eq(offer.disabled.as_deref().unwrap_or_default());
}

#[test]
fn the_job_then_takes_what_the_title_says() {
    for id in ["use-parallel-steps", "use-nox-parallel", "use-background-processes"] {
        let fixture = Fixture::with_settings(&format!("{NOXFILE}{CHECKS}"), settings());
        let offers = crate::assists(&fixture.snapshot, fixture.file, fixture.span);
        let offer = offers.iter().find(|offer| offer.assist == id).expect("offered");
        let edit = offer.edits.iter().find(|edit| edit.file == fixture.file).expect("the workflow is edited");
        let before = fixture.snapshot.file(edit.file).expect("a file").document.text();
        let after = syntax::apply(before, &edit.edits).expect("edits that fit");
        let after = Fixture::with_settings(&format!("{NOXFILE}\n#- .github/workflows/ci.yml\n{after}"), settings());
        let seconds = after.snapshot.workspace.workflows[0].jobs[0].seconds;
        assert!(offer.title.ends_with(&crate::words::duration(seconds)), "{}: {seconds} s", offer.title);
    }
}

#[test]
fn line_endings_stay_as_they_are() {
    let workflow = CHECKS.replace('\n', "\r\n");
    let fixture = Fixture::with_settings(&format!("{NOXFILE}{workflow}"), settings());
    let offers = crate::assists(&fixture.snapshot, fixture.file, fixture.span);
    let offers: Vec<_> = offers.iter().filter(|offer| offer.disabled.is_none()).collect();
    assert_eq!(offers.len(), 5);
    for offer in offers {
        let edits = offer.edits.iter().filter(|edit| edit.file == fixture.file).flat_map(|edit| &edit.edits);
        for edit in edits {
            let lone = edit.insert.replace("\r\n", "");
            assert!(!lone.contains('\n'), "{}: {:?}", offer.assist, edit.insert);
        }
    }
}

#[test]
fn steps_that_do_more_than_run_sessions_are_left_alone() {
    for step in [
        "run: nox -s typecheck && echo done",
        "run: nox -s typecheck\n        if: always()",
        "run: nox -s typecheck\n        continue-on-error: true",
        "run: nox -s typecheck || true",
        "run: nox -s typecheck &",
        "run: nox -s $NAME",
        "run: nox --list",
        "run: nox -s nothing_like_this",
        "run: nox -s typecheck\n        shell: pwsh",
        "run: COVERAGE_FILE=x nox -s typecheck",
        "run: nox -s typecheck > log",
        "run: nox -s typecheck | tee log",
    ] {
        let workflow = format!(
            "
#- .github/workflows/ci.yml
on: push
jobs:
  checks:
    runs-on: ubuntu-latest
    steps:
      - run: nox -s li<|>nt
      - {step}
"
        );
        let fixture = Fixture::with_settings(&format!("{NOXFILE}{workflow}"), settings());
        let offers = crate::assists(&fixture.snapshot, fixture.file, fixture.span);
        assert!(offers.is_empty(), "{step}: {offers:#?}");
    }
}

#[test]
fn anchored_steps_are_left_alone() {
    let workflow = "
#- .github/workflows/ci.yml
on: push
jobs:
  checks:
    runs-on: ubuntu-latest
    steps:
      - run: nox -s li<|>nt
      - &types
        run: nox -s typecheck
  again:
    runs-on: ubuntu-latest
    steps:
      - *types
";
    let fixture = Fixture::with_settings(&format!("{NOXFILE}{workflow}"), settings());
    for offer in crate::assists(&fixture.snapshot, fixture.file, fixture.span) {
        assert!(offer.disabled.is_some(), "{offer:#?}");
    }
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
        strategy: { matrix: { os: [a, b] } }: the job has a `strategy` already
        outputs: { x: y }: the job has `outputs`, and those of a matrix overwrite one another
        continue-on-error: true: the job has `continue-on-error`, which a gate would not see
        concurrency: one: the job's `concurrency` would make the jobs wait for one another
        environment: production: the job has an `environment`, whose protection would ask once for every job
        - uses: actions/upload-artifact@v7: steps after the sessions would run in every job
    "#]]
    .assert_eq(&out);
}

mod combine_coverage;
mod fix_all;
mod known_shapes;
mod merge_identical_jobs;
mod needs_and_gates;
mod split_into_jobs;
mod traps;
mod use_dynamic_matrix;

fn settings() -> Settings {
    Settings { forgejo_slots: 1, ..Settings::default() }
}

/// Lists what is offered at the cursor.
#[track_caller]
fn check_offers(workflow: &str, expected: Expect) {
    let fixture = Fixture::with_settings(&format!("{NOXFILE}{workflow}"), settings());
    let mut out = String::new();
    for offer in crate::assists(&fixture.snapshot, fixture.file, fixture.span) {
        let mark = if offer.is_preferred {
            "*"
        } else if offer.is_safe {
            " "
        } else {
            "!"
        };
        out.push_str(&format!("{mark} {}: {}\n", offer.assist, offer.title));
        if let Some(why) = offer.disabled {
            out.push_str(&format!("    disabled: {why}\n"));
        }
    }
    expected.assert_eq(&out);
}

/// Applies the offer called `id` and shows every file that changed.
#[track_caller]
fn check(id: &str, workflow: &str, expected: Expect) {
    check_in(NOXFILE, id, workflow, expected);
}

/// The same with another noxfile. The result is asked again, and must not be offered the same once more.
#[track_caller]
fn check_in(noxfile: &str, id: &str, workflow: &str, expected: Expect) {
    let after = check_once(noxfile, id, workflow, expected);
    let times = noxfile.split_once("#- timings").map_or("", |(_, times)| times);
    let again = Fixture::with_settings(&format!("{after}#- timings{times}"), with_runners());
    for file in &again.snapshot.files {
        for line in 0..file.document.lines().count() {
            let at = syntax::Span::empty(file.document.lines().start(line));
            let offers = crate::assists(&again.snapshot, file.id, at);
            let twice = offers.iter().find(|offer| offer.assist == id && offer.disabled.is_none());
            assert_eq!(twice, None, "{after}");
        }
    }
}

/// The same where more of the kind is left to do. Gives all files as they are then.
#[track_caller]
fn check_once(noxfile: &str, id: &str, workflow: &str, expected: Expect) -> String {
    let source = format!("{noxfile}{workflow}");
    let fixture = Fixture::with_settings(&source, with_runners());
    let offers = crate::assists(&fixture.snapshot, fixture.file, fixture.span);
    let offer =
        offers.iter().find(|offer| offer.assist == id).unwrap_or_else(|| panic!("{id} is not offered: {offers:#?}"));
    assert_eq!(offer.disabled, None);
    let mut out = String::new();
    let mut after = String::new();
    for file in &fixture.snapshot.files {
        let text = file.document.text();
        let edit = offer.edits.iter().find(|edit| edit.file == file.id);
        let text = edit.map_or(text.to_owned(), |edit| syntax::apply(text, &edit.edits).expect("edits that fit"));
        after.push_str(&format!("#- {}\n{text}\n", file.path));
        if edit.is_some() {
            let is_crlf = file.document.text().contains("\r\n");
            assert!(!is_crlf || !text.replace("\r\n", "").contains('\n'), "a line break of the other kind: {text:?}");
            out.push_str(&format!("#- {}\n{text}", file.path));
        }
    }
    expected.assert_eq(&out.replace("\r\n", "\n"));
    after
}

/// Enough runners for any forge.
fn with_runners() -> Settings {
    Settings { forgejo_slots: 4, gitea_slots: 4, ..Settings::default() }
}
