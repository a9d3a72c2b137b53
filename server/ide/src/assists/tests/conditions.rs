//! Steps that run under different conditions: where each session keeps a step, each keeps its own `if`.

use super::*;

const SESSIONS: &str = r#"
#- noxfile.py
import nox

@nox.session
def lint(session):
    session.run("ruff", "check", ".")

@nox.session
def docs(session):
    session.run("mkdocs", "build")

@nox.session
def unit(session):
    session.run("coverage", "run", "-p", "-m", "pytest", "unit")

@nox.session
def integration(session):
    session.run("coverage", "run", "-p", "-m", "pytest", "integration")

@nox.session
def more(session):
    session.run("coverage", "run", "-p", "-m", "pytest", "more")

@nox.session
def report(session):
    session.run("coverage", "combine")
    session.run("coverage", "report")

#- timings
lint 300 300 300
docs 300 300 300
unit 600 600 600
integration 600 600 600
more 600 600 600
report 100 100 100
"#;

fn job(steps: &str) -> String {
    format!("#- .github/workflows/ci.yml\non: push\njobs:\n  a<|>:\n    runs-on: l\n    steps:\n{steps}")
}

const THREE: &str = "      - run: nox -s lint
      - if: github.event_name == 'schedule' # Takes long.
        run: nox -s docs
      - run: nox -s unit
        if: ${{ !cancelled() }}
";

#[test]
fn jobs_keep_the_condition_of_each_step() {
    check_in(
        SESSIONS,
        "split-into-jobs",
        &job(THREE),
        expect![[r#"
            #- .github/workflows/ci.yml
            on: push
            jobs:
              a-lint-docs:
                runs-on: l
                steps:
                  - run: nox -s lint
                  - if: github.event_name == 'schedule' # Takes long.
                    run: nox -s docs

              a-unit:
                runs-on: l
                steps:
                  - run: nox -s unit
                    if: ${{ !cancelled() }}

              # One check for all of them, under the name that others know.
              a:
                if: always()
                needs: [a-lint-docs, a-unit]
                runs-on: l
                permissions: {}
                steps:
                  - if: ${{ contains(needs.*.result, 'failure') || contains(needs.*.result, 'cancelled') || contains(needs.*.result, 'skipped') }}
                    run: exit 1
        "#]],
    );
}

#[test]
fn parallel_steps_keep_the_condition_of_each_step() {
    check_in(
        SESSIONS,
        "use-parallel-steps",
        &job(THREE),
        expect![[r#"
        #- .github/workflows/ci.yml
        on: push
        jobs:
          a:
            runs-on: l
            steps:
              - parallel:
                  - run: nox -s lint
                  - if: github.event_name == 'schedule' # Takes long.
                    run: nox -s docs
                  - run: nox -s unit
                    if: ${{ !cancelled() }}
    "#]],
    );
}

/// By job of the split: its steps that run sessions.
fn split(steps: &str) -> String {
    let fixture = Fixture::with_settings(&format!("{SESSIONS}{}", job(steps)), with_runners());
    let offers = crate::assists(&fixture.snapshot, fixture.file, fixture.span);
    let Some(offer) = offers.iter().find(|offer| offer.assist == "split-into-jobs") else {
        return "not offered".to_owned();
    };
    if let Some(why) = &offer.disabled {
        return why.clone();
    }
    let text: String = offer.edits.iter().flat_map(|edit| &edit.edits).map(|edit| edit.insert.as_str()).collect();
    let jobs = text.split("\n\n").filter(|job| job.contains("nox -s"));
    let line =
        |job: &str| job.lines().filter_map(|line| Some(line.split_once("nox -s ")?.1)).collect::<Vec<_>>().join(", ");
    jobs.map(|job| format!("{}{}\n", line(job), if job.contains("needs:") { " behind others" } else { "" })).collect()
}

#[test]
fn files_go_to_another_job_only_from_sessions_that_surely_ran() {
    let [unit, integration, report] =
        ["unit", "integration", "report"].map(|name| format!("      - run: nox -s {name}\n"));
    let (push, always) = ("        if: github.event_name == 'push'\n", "        if: always()\n");
    expect![[r#"
        unit
        integration
        report behind others
    "#]]
    .assert_eq(&split(&format!("{unit}{integration}{report}")));
    // One that may be skipped leaves nothing then: who reads it stays with it.
    expect![
        "no two jobs would be faster than this one: each costs 40 s of set-up, and sessions stay with what they need"
    ]
    .assert_eq(&split(&format!("{unit}{push}{integration}{report}")));
    // So does one that runs whatever happened before: a job waits for jobs that passed.
    expect![[r#"
        unit, integration, report
        lint
    "#]]
    .assert_eq(&split(&format!("{unit}{integration}{report}{always}      - run: nox -s lint\n")));
    // Who reads may be skipped.
    expect![[r#"
        unit
        integration
        report behind others
    "#]]
    .assert_eq(&split(&format!("{unit}{integration}{report}{push}")));
    // What waits for nothing may run whatever happened.
    expect![[r#"
        unit
        integration
        report behind others
        lint
    "#]]
    .assert_eq(&split(&format!("{unit}{integration}{report}      - run: nox -s lint\n{always}")));
    // One that runs whatever happened, beside its reader that waits for others, would wait, too.
    let more = "      - run: nox -s more\n";
    expect!["the steps run even if earlier ones have failed, which jobs that wait for one another do not"]
        .assert_eq(&split(&format!("{unit}{always}{integration}{more}{report}")));
}
