//! Rewrites of what aliases elsewhere mean, too.

use super::*;

/// What each rewrite of `checks` says, or that it is offered, and the text of those that are.
fn offers(workflow: &str) -> (String, Vec<String>) {
    let workflow = format!("\n#- .github/workflows/ci.yml\non: push\njobs:\n{workflow}");
    let fixture = Fixture::with_settings(&format!("{NOXFILE}{workflow}"), settings());
    let (mut said, mut texts) = (String::new(), Vec::new());
    for offer in crate::assists(&fixture.snapshot, fixture.file, fixture.span) {
        said.push_str(&format!("{}: {}\n", offer.assist, offer.disabled.as_deref().unwrap_or("offered")));
        for edit in offer.edits.iter().filter(|edit| edit.file == fixture.file) {
            let text = fixture.snapshot.file(edit.file).expect("the workflow").document.text();
            texts.push(syntax::apply(text, &edit.edits).expect("edits that fit"));
        }
    }
    (said, texts)
}

#[test]
fn a_step_that_another_job_means_goes_on_as_it_is_or_stays() {
    let (said, texts) = offers(
        "  checks:
    runs-on: ubuntu-latest
    steps:
      - run: nox -s li<|>nt
      - &types
        run: nox -s typecheck
  again:
    runs-on: ubuntu-latest
    steps:
      - *types
",
    );
    expect![[r#"
        use-parallel-steps: offered
        split-into-jobs: offered
        use-nox-parallel: the steps are shared with another place by an alias
        use-background-processes: the steps are shared with another place by an alias
        split-into-matrix: the steps are shared with another place by an alias
    "#]]
    .assert_eq(&said);
    expect![[r#"
        on: push
        jobs:
          checks:
            runs-on: ubuntu-latest
            steps:
              - parallel:
                  - run: nox -s lint
                  - &types
                    run: nox -s typecheck
          again:
            runs-on: ubuntu-latest
            steps:
              - *types
        ---
        on: push
        jobs:
          checks-lint:
            runs-on: ubuntu-latest
            steps:
              - run: nox -s lint
          checks-typecheck:
            runs-on: ubuntu-latest
            steps:
              - &types
                run: nox -s typecheck
          # One check for all of them, under the name that others know.
          checks:
            if: always()
            needs: [checks-lint, checks-typecheck]
            runs-on: ubuntu-latest
            permissions: {}
            steps:
              - if: ${{ contains(needs.*.result, 'failure') || contains(needs.*.result, 'cancelled') || contains(needs.*.result, 'skipped') }}
                run: exit 1
          again:
            runs-on: ubuntu-latest
            steps:
              - *types
    "#]].assert_eq(&texts.join("---\n"));
}

#[test]
fn steps_that_are_all_of_another_jobs_too_are_left_alone() {
    let (said, _) = offers(
        "  checks:
    runs-on: ubuntu-latest
    steps: &all
      - run: nox -s li<|>nt
      - run: nox -s typecheck
  again:
    runs-on: ubuntu-latest
    steps: *all
",
    );
    expect![[r#"
        use-parallel-steps: the steps are shared with another place by an alias
        use-nox-parallel: the steps are shared with another place by an alias
        use-background-processes: the steps are shared with another place by an alias
        split-into-jobs: the steps are shared with another place by an alias
        split-into-matrix: the steps are shared with another place by an alias
    "#]]
    .assert_eq(&said);
}

/// Sessions of each sort that rewrites look for.
const SORTS: &str = r#"
#- noxfile.py
import nox

@nox.session
def lint(session):
    session.run("ruff", "check", ".")

@nox.session
def docs(session):
    session.run("mkdocs", "build")

@nox.session(python=["3.13", "3.14"])
def tests(session):
    session.run("coverage", "run", "-p", "-m", "pytest")

@nox.session
def report(session):
    session.run("coverage", "combine")
    session.run("coverage", "report")
"#;

/// Steps and needs that the jobs below them ask for.
const FIRST: &str = "
#- .github/workflows/ci.yml
on: push
jobs:
  zero:
    runs-on: ubuntu-latest
    steps:
      - run: echo zero
  first:
    needs: &needs [zero]
    runs-on: &os ubuntu-latest
    steps:
      - &checkout
        uses: actions/checkout@v7
      - &lint
        run: nox -s lint # ours
      - &docs
        env: { A: b }
        run: nox -s docs
      - &tests
        run: nox -s tests
      - &report
        run: nox -s report
";

#[test]
fn what_aliases_mean_is_not_changed_from_where_they_stand() {
    let mut out = String::new();
    for (what, head, steps) in [
        ("two sessions", "", "      - *checkout\n      - *lint\n      - *docs\n"),
        ("one between others", "", "      - run: nox -s lint\n      - *docs\n      - run: nox -s report\n"),
        ("pythons", "", "      - *checkout\n      - *tests\n"),
        ("a matrix", "    strategy: { matrix: { a: [b, c] } }\n", "      - *checkout\n      - *lint\n      - *tests\n"),
        ("a report", "", "      - *checkout\n      - *report\n"),
        ("needs", "    needs: *needs\n", "      - run: nox -s lint\n"),
    ] {
        let job = format!("  checks:\n{head}    runs-on: *os\n    steps:\n{steps}");
        let fixture = Fixture::with_settings(&format!("{SORTS}{FIRST}{job}"), settings());
        let file = fixture.snapshot.files.iter().find(|file| file.path.ends_with("ci.yml")).expect("the workflow");
        let text = file.document.text();
        let at = text.find("checks:").expect("the job");
        out.push_str(&format!("{what}:\n"));
        for offer in crate::assists(&fixture.snapshot, file.id, Span::from(at..at)) {
            out.push_str(&format!("  {}: {}\n", offer.assist, offer.disabled.as_deref().unwrap_or("offered")));
            for edit in offer.edits.iter().filter(|edit| edit.file == file.id) {
                let new = syntax::apply(text, &edit.edits).expect("edits that fit");
                let kept = crate::anchors::stay(&file.document, &file.document.yaml().roots, &new);
                assert_eq!(kept, Ok(()), "{}:\n{new}", offer.assist);
                for name in ["checkout", "lint", "docs", "tests", "report", "needs", "os"] {
                    let place = |mark: &str| new.find(&format!("{mark}{name}"));
                    assert!(place("*").is_none_or(|alias| place("&") < Some(alias)), "{}:\n{new}", offer.assist);
                }
            }
        }
    }
    expect![[r#"
        two sessions:
          split-into-jobs: offered
          use-parallel-steps: the steps are shared with another place by an alias
          use-nox-parallel: one step would stand for several, but their `env` is not the same
          use-background-processes: one step would stand for several, but their `env` is not the same
          split-into-matrix: one step would stand for several, but their `env` is not the same
        one between others:
          use-parallel-steps: offered
          split-into-jobs: offered
          use-nox-parallel: one step would stand for several, but their `env` is not the same
          use-background-processes: one step would stand for several, but their `env` is not the same
          split-into-matrix: one step would stand for several, but their `env` is not the same
        pythons:
          combine-coverage: offered
          split-by-python: the steps are shared with another place by an alias
        a matrix:
          lift-out-of-matrix: offered
          combine-coverage: offered
          add-gate-job: offered
          use-parallel-steps: the steps are shared with another place by an alias
          use-nox-parallel: the steps are written in a way that is not taken apart
          use-background-processes: the steps are written in a way that is not taken apart
          split-into-jobs: the job has a `strategy` already
          split-into-matrix: the matrix is written in braces
        a report:
        needs:
          drop-needless-needs: offered
    "#]]
    .assert_eq(&out);
}
