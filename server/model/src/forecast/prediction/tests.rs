//! Workflows with known sums.

use std::sync::Arc;

use facts::Forge;
use syntax::{Document, Language};

use super::{Prediction, WorkflowChange, compare};
use crate::estimate::{Sample, Timings, Where};
use crate::settings::Settings;
use crate::workspace::testing::session;
use crate::workspace::{FileId, Input, InputFacts, InputFile, WorkflowId, Workspace};

/// Two sessions of 100 s and 60 s on a runner, known exactly, and 40 s of overhead a job.
fn workspace(workflow: &str, forge: Forge, spread: f64) -> Workspace {
    let sessions = ["tests", "lint"].map(|name| Arc::new(session(name, &["true"])));
    let noxfile = facts::noxfile::NoxfileFacts { sessions: sessions.to_vec(), ..Default::default() };
    let mut timings = Timings::default();
    for (name, seconds) in [("tests", 100.0), ("lint", 60.0)] {
        let sample = |at: u32| Sample {
            signature: name.to_owned(),
            place: Where::Ci("ubuntu".to_owned()),
            cold: true,
            backend: None,
            lanes: 1,
            seconds: seconds * (1.0 + spread * (f64::from(at % 5) - 2.0)),
            at: f64::from(at),
        };
        (0..10).map(sample).for_each(|sample| timings.add("", sample));
    }
    let facts = facts::workflow::read(&Document::new(Language::Yaml, workflow), forge);
    let file = |id, path: &str, facts| InputFile { id: FileId(id), path: path.to_owned(), facts };
    let files = vec![
        file(0, ".github/workflows/ci.yml", InputFacts::Workflow(Arc::new(facts))),
        file(1, "noxfile.py", InputFacts::Noxfile(Arc::new(noxfile))),
    ];
    Workspace::build(&Input { files, timings: Arc::new(timings), settings: Settings::default() }, None)
}

fn predict(workflow: &str, forge: Forge, spread: f64) -> Prediction {
    workspace(workflow, forge, spread).prediction(WorkflowId(0)).expect("a workflow")
}

const ONE: &str = "on: push
jobs:
  ci:
    runs-on: ubuntu
    steps: [{ run: nox -s tests lint }]
";

const MATRIX: &str = "on: push
jobs:
  ci:
    runs-on: ubuntu
    strategy: { matrix: { session: [tests, lint] } }
    steps: [{ run: 'nox -s ${{ matrix.session }}' }]
  end:
    needs: ci
    runs-on: ubuntu
    steps: [{ run: echo }]
";

const TWO: &str = "on: push
jobs:
  tests:
    runs-on: ubuntu
    steps: [{ run: nox -s tests }]
  lint:
    runs-on: ubuntu
    steps: [{ run: nox -s lint }]
";

#[test]
fn the_cells_of_a_matrix_run_at_once_where_there_are_runners() {
    let text = |prediction: &Prediction| {
        let (makespan, machine) = (prediction.makespan.seconds, prediction.machine.seconds);
        format!("{makespan} s, machine {machine} s, {}", prediction.critical_path.join(" > "))
    };
    assert_eq!(text(&predict(ONE, Forge::GitHub, 0.0)), "200 s, machine 200 s, ci");
    assert_eq!(text(&predict(MATRIX, Forge::GitHub, 0.0)), "180 s, machine 280 s, ci (tests) > end");
    // One runner.
    assert_eq!(text(&predict(MATRIX, Forge::Forgejo, 0.0)), "280 s, machine 280 s, ci (tests) > end");
}

#[test]
fn max_parallel_is_heeded() {
    let limited = MATRIX.replace("matrix: {", "max-parallel: 1, matrix: {");
    assert_eq!(predict(&limited, Forge::GitHub, 0.0).makespan.seconds, 280.0);
}

#[test]
fn jobs_of_one_concurrency_group_take_turns() {
    let seconds = |workflow: &str| {
        let prediction = predict(workflow, Forge::GitHub, 0.0);
        format!("{} s, machine {} s", prediction.makespan.seconds, prediction.machine.seconds)
    };
    // 140 s and 100 s at once; one after the other; the cells of one job likewise, unless each has a group of its own.
    assert_eq!(seconds(TWO), "140 s, machine 240 s");
    let grouped = TWO.replace(
        "    runs-on",
        "    concurrency: { group: 'db-${{ github.ref }}', cancel-in-progress: true }\n    runs-on",
    );
    assert_eq!(seconds(&grouped), "240 s, machine 240 s");
    assert_eq!(seconds(&grouped.replacen("db-", "other-", 1)), "140 s, machine 240 s");
    let matrix = |group: &str| MATRIX.replacen("    runs-on", &format!("    concurrency: {group}\n    runs-on"), 1);
    assert_eq!(seconds(&matrix("db")), "280 s, machine 280 s");
    assert_eq!(seconds(&matrix("'db-${{ matrix.session }}'")), "180 s, machine 280 s");
}

#[test]
fn a_job_that_never_runs_takes_no_time() {
    let never = MATRIX.replace("    needs: ci\n", "    needs: ci\n    if: false\n");
    let prediction = predict(&never, Forge::GitHub, 0.0);
    assert_eq!((prediction.makespan.seconds, prediction.jobs.len()), (140.0, 1));
}

#[test]
fn what_is_not_sure_has_a_range() {
    let prediction = predict(ONE, Forge::GitHub, 0.1);
    assert!(prediction.makespan.low < 195.0 && prediction.makespan.high > 205.0, "{:?}", prediction.makespan);
    assert_eq!(prediction, predict(ONE, Forge::GitHub, 0.1), "the same input gives the same range");
}

fn compared(before: &str, after: &str) -> Vec<WorkflowChange> {
    let (before, after) = (workspace(before, Forge::GitHub, 0.1), workspace(after, Forge::GitHub, 0.1));
    let paths = [".github/workflows/ci.yml".to_owned()];
    compare((&before, &paths), (&after, &paths))
}

#[test]
fn two_versions_are_compared_under_the_same_luck() {
    let changes = compared(ONE, MATRIX);
    let [change] = changes.as_slice() else { panic!("{changes:?}") };
    let makespan = change.makespan.expect("it is in both");
    assert_eq!(makespan.seconds, -20.0);
    // The longest of two is uncertain, `tests` itself is in both and falls out: what is left is a part of `lint`.
    assert!(makespan.low > -45.0 && makespan.high < 5.0, "{makespan:?}");
    assert_eq!(change.machine.expect("it is in both").seconds, 80.0);
    let ids: Vec<(&str, bool, bool)> =
        change.jobs.iter().map(|job| (job.id.as_str(), job.before.is_some(), job.after.is_some())).collect();
    assert_eq!(ids, [("ci", true, true), ("end", false, true)]);
}

#[test]
fn nothing_changed_is_no_difference_however_unsure_the_times_are() {
    let changes = compared(ONE, ONE);
    let makespan = changes[0].makespan.expect("it is in both");
    assert_eq!((makespan.seconds, makespan.low, makespan.high), (0.0, 0.0, 0.0));
}
