//! All that is safe at once.

use super::*;

const TWO_JOBS: &str = "
#- .github/workflows/ci.yml
<|>on: push
jobs:
  checks:
    runs-on: ubuntu-latest
    steps:
      - run: nox -s lint
      - run: nox -s typecheck
      - run: nox -s docs
  tests:
    runs-on: ubuntu-latest
    steps:
      - run: nox -s unit
      - run: nox -s integration
      - run: nox -s report
";

#[test]
fn each_job_gets_its_best_safe_rewrite() {
    let fixture = Fixture::with_settings(&format!("{NOXFILE}{TWO_JOBS}"), settings());
    let offer = crate::fix_all(&fixture.snapshot, fixture.file).expect("something to do");
    expect!["Run the sessions of 2 jobs in parallel, each in its best safe way: 8 m 20 s → 5 m (measured times, 20 runners, 40 s a job)"].assert_eq(&offer.title);
    expect!["source.fixAll.noxflow"].assert_eq(&offer.kind_name());
    let edits = offer.edits.iter().find(|edit| edit.file == fixture.file).expect("the workflow");
    let text = fixture.snapshot.file(fixture.file).expect("a file").document.text();
    expect![[r#"
        on: push
        jobs:
          checks:
            runs-on: ubuntu-latest
            steps:
              - parallel:
                  - run: nox -s lint
                  - run: nox -s typecheck
                  - run: nox -s docs
          tests:
            runs-on: ubuntu-latest
            steps:
              - parallel:
                  - run: nox -s unit
                  - run: nox -s integration
              - run: nox -s report
    "#]]
    .assert_eq(&syntax::apply(text, &edits.edits).expect("edits that fit"));
}

#[test]
fn it_is_offered_first_where_the_file_is_meant_and_not_on_a_job() {
    let first = |workflow: &str| {
        let fixture = Fixture::with_settings(&format!("{NOXFILE}{workflow}"), settings());
        crate::assists(&fixture.snapshot, fixture.file, fixture.span).first().map(|offer| offer.assist)
    };
    assert_eq!(first(TWO_JOBS), Some("fix-all"));
    let on_job = TWO_JOBS.replace("<|>", "").replace("  checks:", "  che<|>cks:");
    assert_eq!(first(&on_job), Some("use-parallel-steps"));
}

#[test]
fn what_is_not_proved_is_not_done() {
    // Nobody knows what the command touches.
    let noxfile =
        NOXFILE.replace("\"mkdocs\", \"build\"", "\"./mystery\"").replace("\"mypy\", \"src\"", "\"./riddle\"");
    let workflow = TWO_JOBS.replace("- run: nox -s unit\n      - run: nox -s integration\n      ", "");
    let fixture = Fixture::with_settings(&format!("{noxfile}{workflow}"), settings());
    assert_eq!(crate::fix_all(&fixture.snapshot, fixture.file), None);
}

#[test]
fn a_noxfile_is_taken_as_a_whole() {
    // Two that write one folder: each alone could be let in beside `lint`, both may not.
    let noxfile = r#"
        #- noxfile.py
        <|>import nox

        @nox.session(allow_parallel=True)
        def lint(session):
            session.run("ruff", "check", ".")

        @nox.session
        def docs(session):
            session.run("mkdocs", "build")

        @nox.session
        def manual(session):
            session.run("mkdocs", "build", "--strict")

        #- timings
        lint 60 60 60
        docs 90 90 90
        manual 90 90 90
    "#;
    let fixture = Fixture::new(noxfile);
    let offer = crate::fix_all(&fixture.snapshot, fixture.file).expect("something to do");
    expect!["All that is safe in this file: let `docs` run beside others under `nox -j 4`: 4 m → 3 m (measured times, 4 cores)"]
        .assert_eq(&offer.title);
    let inserted: String = offer.edits.iter().flat_map(|edit| &edit.edits).map(|edit| edit.insert.as_str()).collect();
    assert_eq!(inserted.matches("allow_parallel=True").count(), 1, "{inserted}");
}

#[test]
fn what_is_best_in_the_list_is_done_though_its_own_edits_meet() {
    // The call is the last word of the job: its arguments and the gate behind the job go to the same place.
    let source = r#"
#- noxfile.py
import nox

@nox.session(python=["3.12", "3.13"])
def tests(session):
    session.run("pytest")

#- timings
tests-3.12 300 300 300
tests-3.13 300 300 300
#- .github/workflows/ci.yml
on: push
jobs:
  a<|>:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v7
      - run: nox -s tests"#;
    let fixture = Fixture::with_settings(source, with_runners());
    let offers = crate::assists(&fixture.snapshot, fixture.file, fixture.span);
    let best = offers.into_iter().find(|offer| offer.is_preferred).expect("a best one");
    let all = crate::fix_all(&fixture.snapshot, fixture.file).expect("something to do");
    assert_eq!((best.assist, best.edits), ("split-by-python", all.edits));
}
