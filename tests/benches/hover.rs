//! What a hover costs once the snapshot is there: on a workflow of 200 jobs that run 1,000 sessions, a job of it, a
//! `needs`, a nox call, a session. Medians in milliseconds of processor time.
//!
//! `cargo bench -p noxflow-tests --bench hover`

#![expect(clippy::print_stdout, reason = "a table for the person who runs it")]

use std::fmt::Write;
use std::sync::Arc;
use std::time::Duration;

use facts::noxfile::Alone;
use facts::{FileKind, Forge};
use ide::{FilePos, FileState, Snapshot};
use model::estimate::{Sample, Where};
use model::{FileId, Settings, Timings};

#[path = "shared/used.rs"]
mod shared;

const JOBS: usize = 200;
const SESSIONS: usize = 1_000;
const ROUNDS: usize = 21;

fn main() {
    let (noxfile, workflow) = (noxfile(), workflow());
    let state = |id, path, kind, text: &str| Arc::new(FileState::new(FileId(id), path, kind, text, &Alone, None));
    let files = vec![
        state(0, "noxfile.py", FileKind::Noxfile, &noxfile),
        state(1, ".github/workflows/ci.yml", FileKind::Workflow(Forge::GitHub), &workflow),
    ];
    for (slots, timings, known) in [
        (20, Timings::default(), "nothing"),
        (JOBS, Timings::default(), "nothing"),
        (20, history(), "20 runs each on two runners and here"),
    ] {
        let settings = Settings { github_slots: slots, ..Settings::default() };
        let timings = Arc::new(timings);
        let build = || Snapshot::new(files.clone(), Arc::clone(&timings), settings.clone(), None);
        let snapshot = build();
        println!("{JOBS} jobs, {SESSIONS} sessions, {slots} runners, {known} known");
        println!("  {:<18}{:>8.2}", "the workspace", median(|| drop(build())));
        let places = [
            ("workflow", 1, workflow.find("many").expect("its name")),
            ("job", 1, workflow.find("  job_100:").expect("a job") + 3),
            ("needs", 1, workflow.find("needs: job_51").expect("a need") + 8),
            ("call", 1, workflow.find("nox -s").expect("a call") + 1),
            ("session in YAML", 1, workflow.find("session_7 ").expect("a session") + 1),
            ("session", 0, noxfile.find("def session_7(").expect("a session") + 5),
        ];
        for (name, file, offset) in places {
            let pos = FilePos { file: FileId(file), offset: u32::try_from(offset).expect("a small file") };
            let shown = ide::hover(&snapshot, pos).map(|hover| hover.markdown).unwrap_or_default();
            println!(
                "  {name:<18}{:>8.2}   {}",
                median(|| drop(ide::hover(&snapshot, pos))),
                shown.lines().next().unwrap_or_default()
            );
        }
    }
}

fn median(act: impl Fn()) -> f64 {
    let mut all: Vec<Duration> = (0..ROUNDS)
        .map(|_| {
            let before = shared::used();
            act();
            shared::used() - before
        })
        .collect();
    all.sort();
    all[ROUNDS / 2].as_secs_f64() * 1e3
}

/// What is known after a while.
fn history() -> Timings {
    let mut timings = Timings::default();
    for at in 0..SESSIONS {
        for run in 0..20_u32 {
            for place in [Where::Local, Where::Ci("ubuntu-latest".to_owned()), Where::Ci("windows-latest".to_owned())] {
                let sample = Sample {
                    signature: format!("session_{at}"),
                    cold: place != Where::Local,
                    place,
                    backend: None,
                    lanes: 1,
                    seconds: 20.0 + f64::from(run % 7),
                    at: f64::from(run),
                };
                timings.add("", sample);
            }
        }
    }
    timings
}

fn noxfile() -> String {
    let mut text = String::from("import nox\n");
    for at in 0..SESSIONS {
        let requires = if at % 10 == 9 { format!("(requires=[\"session_{}\"])", at - 1) } else { String::new() };
        let tool = ["ruff", "mypy", "pytest", "sphinx-build"][at % 4];
        let _ = write!(
            text,
            "\n@nox.session{requires}\ndef session_{at}(session):\n    session.run(\"{tool}\", \"src/part_{at}\")\n"
        );
    }
    text
}

fn workflow() -> String {
    let mut text = String::from("name: many\non: push\njobs:\n");
    let each = SESSIONS / JOBS;
    for job in 0..JOBS {
        let needs = if job >= 10 && job % 3 != 0 { format!("    needs: job_{}\n", job - 10) } else { String::new() };
        let names: Vec<String> = (job * each..(job + 1) * each).map(|at| format!("session_{at}")).collect();
        let _ = write!(
            text,
            "  job_{job}:\n{needs}    runs-on: ubuntu-latest\n    steps:\n      - uses: actions/checkout@v6\n      - run: nox -s {} \n",
            names.join(" ")
        );
    }
    text
}
