//! What is offered for a job, in which order, and what the titles say.

use super::*;

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
            * use-parallel-steps: Run 3 sessions in parallel steps: 6 m 40 s → 3 m 40 s (measured times, 4 cores)
              use-nox-parallel: Run 3 sessions with nox -j 4: 6 m 40 s → 3 m 40 s (measured times, 4 cores)
              use-background-processes: Run 3 sessions as background processes: 6 m 40 s → 3 m 40 s (measured times, 4 cores)
              split-into-jobs: Split 3 sessions into 2 jobs: 6 m 40 s → 3 m 40 s (measured times, 20 runners, 40 s a job)
              split-into-matrix: Split 3 sessions into a matrix of 3 jobs: 6 m 40 s → 3 m 40 s (measured times, 20 runners, 40 s a job)
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
            * use-nox-parallel: Run 3 sessions with nox -j 4: 6 m 40 s → 3 m 40 s (measured times, 4 cores)
              use-background-processes: Run 3 sessions as background processes: 6 m 40 s → 3 m 40 s (measured times, 4 cores)
            ! split-into-jobs: Split 3 sessions into jobs
                disabled: it would not be faster with 1 runner on Forgejo; set `runnerSlots` if there are more
            ! split-into-matrix: Split 3 sessions into a matrix of 3 jobs: 6 m 40 s → 8 m (measured times, 1 runner, 40 s a job)
                disabled: it would not be faster with 1 runner on Forgejo; set `runnerSlots` if there are more
        "#]],
    );
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
        let told = format!("→ {} (measured times, 4 cores)", crate::words::duration(seconds));
        assert!(offer.title.ends_with(&told), "{}: {seconds} s", offer.title);
    }
}
