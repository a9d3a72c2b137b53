//! Steps that run instances of one session: `split-into-matrix` gives each a cell, `split-into-jobs` says why it does not.

use super::*;

/// A session with three instances.
fn instances(decorator: &str, command: &str) -> String {
    format!(
        "#- noxfile.py\nimport nox\n\n@nox.session\ndef lint(session):\n    session.run(\"ruff\", \"check\")\n\n\
         @nox.session{decorator}\n@nox.parametrize(\"x\", [\"a\", \"b\", \"c\"], ids=[\"a\", \"b\", \"c\"])\n\
         def tests(session, x):\n    {command}\n\n#- timings\ntests(a) 300 300 300\ntests(b) 200 200 200\ntests(c) 100 100 100\n\
         lint 60 60 60\n"
    )
}

const PYTEST: &str = "session.run(\"pytest\", \"tests\", x)";

fn job(head: &str, steps: &[&str]) -> String {
    let steps: String = steps.iter().map(|call| format!("      - run: nox -s {call}\n")).collect();
    format!(
        "#- .github/workflows/ci.yml\non: push\njobs:\n  checks:<|>\n    runs-on: ubuntu-latest\n{head}    steps:\n{steps}"
    )
}

#[test]
fn each_instance_is_a_cell() {
    check_in(
        &instances("", PYTEST),
        "split-into-matrix",
        &job("", &["'tests(a)'", "'tests(b)'", "\"tests(c)\""]),
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
                      - tests(a)
                      - tests(b)
                      - tests(c)
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
fn what_keeps_instances_in_one_job() {
    let pytest = instances("", PYTEST);
    let required = instances("(requires=[\"lint\"])", PYTEST);
    let of = |command: &str| instances("", command);
    let three: &[&str] = &["'tests(a)'", "'tests(b)'", "'tests(c)'"];
    let matrix = "    strategy:\n      matrix:\n        x:\n          - a\n          - b\n";
    let mut out = String::new();
    for (what, noxfile, head, steps) in [
        ("instances", &pytest, "", three),
        ("in one call", &pytest, "", &["'tests(a)' 'tests(b)'"]),
        ("beside another session", &pytest, "", &["'tests(a)'", "'tests(b)'", "lint"]),
        ("in a matrix", &pytest, matrix, three),
        ("of a matrix", &pytest, matrix, &["'tests(c)'", "'tests(${{ matrix.x }})'"]),
        ("one of them twice", &pytest, "", &["'tests(a)'", "'tests(b)'", "'tests(a)'"]),
        ("one twice and no other", &pytest, "", &["'tests(a)'", "'tests(a)'"]),
        ("all of them and one", &pytest, "", &["tests", "'tests(a)'"]),
        ("a requirement", &required, "", three),
        ("a database", &of("session.run(\"alembic\", \"upgrade\", \"head\")"), "", three),
        ("publishing", &of("session.run(\"twine\", \"upload\", \"dist/*\")"), "", three),
        ("a file for all", &of("session.run(\"pytest\", \"--junitxml=r.xml\")"), "", three),
        ("data that grows", &of("session.run(\"coverage\", \"run\", \"-a\", \"-m\", \"pytest\")"), "", three),
        ("nobody knows", &of("session.run(\"frobnicate\", x)"), "", three),
    ] {
        let fixture = Fixture::with_settings(&format!("{noxfile}{}", job(head, steps)), settings());
        let offers = crate::assists(&fixture.snapshot, fixture.file, fixture.span);
        let said = |id: &str| {
            let offer = offers.iter().find(|offer| offer.assist == id)?;
            Some(offer.disabled.clone().unwrap_or_else(|| offer.title.clone()))
        };
        for id in ["split-into-matrix", "split-into-jobs"] {
            out.push_str(&format!("{what}: {id}: {}\n", said(id).unwrap_or_else(|| "not offered".to_owned())));
        }
    }
    expect![[r#"
        instances: split-into-matrix: Split 3 sessions into a matrix of 3 jobs: 10 m 40 s → 5 m 40 s (measured times, 20 runners, 40 s a job)
        instances: split-into-jobs: all are instances of `tests`, and jobs get whole sessions: `split-into-matrix` parts instances
        in one call: split-into-matrix: Split 2 sessions into a matrix of 2 jobs: 9 m → 5 m 40 s (measured times, 20 runners, 40 s a job)
        in one call: split-into-jobs: all are instances of `tests`, and jobs get whole sessions: `split-into-matrix` parts instances
        beside another session: split-into-matrix: Split 3 sessions into a matrix of 3 jobs: 10 m → 5 m 40 s (measured times, 20 runners, 40 s a job)
        beside another session: split-into-jobs: Split 3 sessions into 2 jobs: 10 m → 9 m (measured times, 20 runners, 40 s a job)
        in a matrix: split-into-matrix: Split 3 sessions of each cell into a matrix of 2 × 3 jobs: 10 m 40 s → 5 m 40 s (measured times, 20 runners, 40 s a job; its checks are then named by session, too)
        in a matrix: split-into-jobs: all are instances of `tests`, and jobs get whole sessions: `split-into-matrix` parts instances
        of a matrix: split-into-matrix: a session's name depends on the matrix, whose values cannot depend on one another
        of a matrix: split-into-jobs: all are instances of `tests`, and jobs get whole sessions: `split-into-matrix` parts instances
        one of them twice: split-into-matrix: `tests(a)` runs twice, and a call runs what it names once
        one of them twice: split-into-jobs: `tests(a)` runs twice
        one twice and no other: split-into-matrix: `tests(a)` runs twice
        one twice and no other: split-into-jobs: `tests(a)` runs twice
        all of them and one: split-into-matrix: an instance of `tests` runs twice
        all of them and one: split-into-jobs: an instance of `tests` runs twice
        a requirement: split-into-matrix: `tests` requires `lint`, which would run for each instance
        a requirement: split-into-jobs: no two jobs would be faster than this one: each costs 40 s of set-up, and sessions stay with what they need
        a database: split-into-matrix: two instances of `tests` both use the database
        a database: split-into-jobs: two instances of `tests` both use the database
        publishing: split-into-matrix: `tests` publishes with `twine upload`; it must not run while `tests` may still fail
        publishing: split-into-jobs: `tests` publishes with `twine upload`; it must not run while `tests` may still fail
        a file for all: split-into-matrix: Split 3 sessions into a matrix of 3 jobs: 10 m 40 s → 5 m 40 s (measured times, 20 runners, 40 s a job)
        a file for all: split-into-jobs: all are instances of `tests`, and jobs get whole sessions: `split-into-matrix` parts instances
        data that grows: split-into-matrix: each instance of `tests` adds to the coverage data of the one before it
        data that grows: split-into-jobs: each instance of `tests` adds to the coverage data of the one before it
        nobody knows: split-into-matrix: Split 3 sessions into a matrix of 3 jobs: 10 m 40 s → 5 m 40 s (measured times, 20 runners, 40 s a job; unverified: nobody knows what `frobnicate {x}` touches)
        nobody knows: split-into-jobs: all are instances of `tests`, and jobs get whole sessions: `split-into-matrix` parts instances
    "#]].assert_eq(&out);
}
