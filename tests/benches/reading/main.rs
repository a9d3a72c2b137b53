//! What reading costs beside the bare parse of the same text, after a keystroke, and over the size of a file: medians of
//! processor time. It makes its own inputs.
//!
//! `cargo bench -p noxflow-tests --bench reading -- [--plot FILE]`; docs/benchmarks.md holds its tables and its picture.

#![expect(clippy::print_stdout, reason = "a table for the person who runs it")]

use std::sync::Arc;
use std::time::{Duration, Instant};

use facts::noxfile::Alone;
use facts::{FileKind, Forge};
use ide::{FileState, Snapshot};
use model::{FileId, Settings, Timings};
use syntax::{Change, Language, Span};

use noxflow as _; // its allocator

mod anybody;
mod inputs;
mod plot;
#[path = "../shared/mod.rs"]
mod shared;

use anybody::Anybody;
use plot::Curve;
use shared::{bare_parse, used};

/// Time for one group of numbers that are compared with each other, and the least number of samples of each.
const BUDGET: Duration = Duration::from_millis(2_500);
const LEAST: usize = 15;

const PATHS: [&str; 2] = ["noxfile.py", ".github/workflows/ci.yml"];

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    if anybody::serve(&arguments) {
        return;
    }
    println!("medians in ms of processor time, of all threads together; from scratch on the wall, too\n");
    from_scratch();
    keystrokes();
    together();
    let curves = over_size();
    if let Some(path) = arguments.iter().skip_while(|it| *it != "--plot").nth(1) {
        let path = noxflow_tests::root().join(path);
        std::fs::write(&path, plot::svg(&curves)).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    }
}

/// Beside the bare parse as anybody gets it, and the one with our allocator.
fn from_scratch() {
    println!(
        "from scratch: bare as anybody gets it, bare with our allocator, ours with facts, ratio of first and last"
    );
    println!("{:28} kB {:>31} {:>40}", "", "on the wall", "on the processors");
    for (what, subject) in subjects_over_size() {
        let mut anybody = Anybody::start(subject.language(), &subject.text);
        let mut ours = || drop(bare_parse(subject.language(), &subject.text, None));
        let mut read = || drop(subject.read());
        let all = rounds([&mut || anybody.sample(), &mut || time(&mut ours), &mut || time(&mut read)]);
        let [bare, ours, file] = all.each_ref().map(|samples| median(samples.iter().map(|sample| sample.wall)));
        let wall = format!("{bare:8.3} {ours:7.3} {file:7.3} {:6.2}", file / bare);
        let [bare, ours, file] = all.each_ref().map(|samples| median(samples.iter().map(|sample| sample.used)));
        let used = format!("{bare:8.3} {ours:7.3} {file:7.3} {:6.2}", file / bare);
        println!("{what:24} {:7.0} {wall}         {used}", subject.text.len() as f64 / 1e3);
    }
    println!();
}

fn keystrokes() {
    println!("after a keystroke           bare  document  with facts");
    for (what, subject) in
        [("noxfile, 1,000 sessions", Subject::noxfile(1_000)), ("workflow, 200 jobs", Subject::workflow(200))]
    {
        for (how, insert, is_letter) in
            [("a letter", "x", true), ("a line", "\n", false), ("half-typed", " foo(", false)]
        {
            let edit = Edit::new(&subject, insert, is_letter);
            let [bare, document, file] = medians([
                &mut edit.turns(|turn| drop(edit.bare(turn))),
                &mut edit.turns(|turn| drop(edit.states[turn].document.edited(edit.change(turn)))),
                &mut edit.turns(|turn| drop(edit.read(turn))),
            ]);
            println!("{what:24} {bare:7.2} {document:9.2} {file:11.2}  {how}");
        }
    }
    println!();
}

/// All that follows a keystroke in an editor that has both files open: read the edited one, put the workspace together,
/// judge both.
fn together() {
    println!("both files, a keystroke     read  workspace   lints    all");
    let subjects = [Subject::noxfile(1_000), Subject::workflow(200)];
    for (edited, what) in [(0, "in the noxfile"), (1, "in the workflow")] {
        let other = Arc::new(subjects[1 - edited].read());
        for (how, insert, is_letter) in [("a letter", "x", true), ("a line", "\n", false)] {
            let edit = Edit::new(&subjects[edited], insert, is_letter);
            let snapshots: Vec<Snapshot> = edit
                .states
                .iter()
                .map(|state| snapshot(vec![Arc::new(state.clone()), Arc::clone(&other)], None))
                .collect();
            let next = |turn: usize| {
                let files = vec![Arc::new(edit.states[1 - turn].clone()), Arc::clone(&other)];
                snapshot(files, Some(&snapshots[turn]))
            };
            let check = |snapshot: &Snapshot| [0, 1].map(|id| drop(ide::check(snapshot, FileId(id))));
            let [read, workspace, all] = medians([
                &mut edit.turns(|turn| drop(edit.read(turn))),
                &mut edit.turns(|turn| drop(next(turn))),
                &mut edit.turns(|turn| {
                    let files = vec![Arc::new(edit.read(turn)), Arc::clone(&other)];
                    check(&snapshot(files, Some(&snapshots[turn])));
                }),
            ]);
            println!("{what:24} {read:7.2} {workspace:10.2} {:7.2} {all:6.2}  {how}", all - read - workspace);
        }
    }
    println!();
}

fn over_size() -> Vec<Curve> {
    println!("over size                     kB  scratch  keystroke  us/kB: scratch  keystroke");
    let mut curves = ["noxfile, from scratch", "noxfile, keystroke", "workflow, from scratch", "workflow, keystroke"]
        .into_iter()
        .zip(["#1f4e9c", "#6fa3ef", "#9c3d1f", "#efa06f"])
        .map(|(name, colour)| Curve { name, colour, points: Vec::new() })
        .collect::<Vec<_>>();
    for (what, subject) in subjects_over_size() {
        let first = 2 * subject.number();
        let edit = Edit::new(&subject, "x", true);
        let [scratch, keystroke] =
            medians([&mut || drop(subject.read()), &mut edit.turns(|turn| drop(edit.read(turn)))]);
        let bytes = subject.text.len() as f64;
        let per_kb = |ms: f64| ms * 1e6 / bytes;
        println!(
            "{what:24} {:7.0} {scratch:8.2} {keystroke:10.3} {:15.1} {:10.2}",
            bytes / 1e3,
            per_kb(scratch),
            per_kb(keystroke)
        );
        curves[first].points.push((bytes, scratch));
        curves[first + 1].points.push((bytes, keystroke));
    }
    curves
}

/// Noxfiles and workflows, from small to large.
fn subjects_over_size() -> impl Iterator<Item = (String, Subject)> {
    let noxfiles = [10, 30, 100, 300, 1_000, 3_000].map(|n| (format!("noxfile, {n} sessions"), Subject::noxfile(n)));
    let workflows = [3, 10, 30, 60, 200, 600].map(|n| (format!("workflow, {n} jobs"), Subject::workflow(n)));
    noxfiles.into_iter().chain(workflows)
}

/// A file to read.
struct Subject {
    kind: FileKind,
    text: Arc<str>,
}

impl Subject {
    fn noxfile(n: usize) -> Self {
        Self { kind: FileKind::Noxfile, text: Arc::from(inputs::noxfile(n)) }
    }

    fn workflow(n: usize) -> Self {
        Self { kind: FileKind::Workflow(Forge::GitHub), text: Arc::from(inputs::workflow(n)) }
    }

    fn number(&self) -> usize {
        usize::from(self.kind != FileKind::Noxfile)
    }

    fn language(&self) -> Language {
        if self.kind == FileKind::Noxfile { Language::Python } else { Language::Yaml }
    }

    fn read(&self) -> FileState {
        let (id, path) = ([FileId(0), FileId(1)][self.number()], PATHS[self.number()]);
        FileState::new(id, path, self.kind, Arc::clone(&self.text), &Alone, None)
    }
}

/// There and back again in the middle of a file: the text with an insertion and without, each made from the other.
struct Edit {
    language: Language,
    at: u32,
    length: usize,
    changes: [Change; 2],
    texts: [Arc<str>; 2],
    trees: [tree_sitter::Tree; 2],
    /// Without and with the insertion, both as they are after an edit.
    states: [FileState; 2],
}

impl Edit {
    fn new(subject: &Subject, insert: &str, is_letter: bool) -> Self {
        let text = &*subject.text;
        let middle = text[text.len() / 2..].find(inputs::LETTER).map_or(0, |at| text.len() / 2 + at);
        let line_end = text[middle..].find('\n').map_or(text.len(), |at| middle + at);
        let at = if is_letter { middle + inputs::LETTER.len() } else { line_end };
        let mut with = text.to_owned();
        with.insert_str(at, insert);
        let (start, length) = (u32::try_from(at).expect("a small file"), u32::try_from(insert.len()).expect("short"));
        let changes = [
            Change { span: Span::empty(start), text: insert.to_owned() },
            Change { span: Span::new(start, start + length), text: String::new() },
        ];
        let texts = [Arc::clone(&subject.text), Arc::from(with)];
        let trees = [0, 1].map(|turn| bare_parse(subject.language(), &texts[turn], None));
        let edited = |state: &FileState, turn: usize| state.edited(2, &changes[turn..=turn], &Alone, None);
        let with = edited(&subject.read(), 0);
        let without = edited(&with, 1);
        let states = [without.clone(), edited(&without, 0)];
        Self { language: subject.language(), at: start, length: insert.len(), changes, texts, trees, states }
    }

    fn change(&self, turn: usize) -> &[Change] {
        &self.changes[turn..=turn]
    }

    fn bare(&self, turn: usize) -> tree_sitter::Tree {
        bare_parse(self.language, &self.texts[1 - turn], Some((&self.trees[turn], self.at, self.length, turn)))
    }

    fn read(&self, turn: usize) -> FileState {
        self.states[turn].edited(3, self.change(turn), &Alone, None)
    }

    /// Both ways in turn.
    fn turns(&self, mut run: impl FnMut(usize)) -> impl FnMut() {
        let mut turn = 1;
        move || {
            turn = 1 - turn;
            run(turn);
        }
    }
}

fn snapshot(files: Vec<Arc<FileState>>, previous: Option<&Snapshot>) -> Snapshot {
    Snapshot::new(files, Arc::new(Timings::default()), Settings::default(), previous)
}

/// The median times of one call of each, in milliseconds. They take turns, so that what disturbs one disturbs all.
fn medians<const N: usize>(runs: [&mut dyn FnMut(); N]) -> [f64; N] {
    samples(runs).map(|samples| median(samples.iter().map(|sample| sample.used)))
}

/// One call, in milliseconds.
struct Sample {
    wall: f64,
    used: f64,
}

fn median(times: impl Iterator<Item = f64>) -> f64 {
    let mut times: Vec<f64> = times.collect();
    times.sort_by(f64::total_cmp);
    times[times.len() / 2]
}

fn samples<const N: usize>(runs: [&mut dyn FnMut(); N]) -> [Vec<Sample>; N] {
    let mut timed = runs.map(|run| move || time(&mut *run));
    rounds(timed.each_mut().map(|run| run as &mut dyn FnMut() -> Sample))
}

/// The same of runs that time themselves.
fn rounds<const N: usize>(mut runs: [&mut dyn FnMut() -> Sample; N]) -> [Vec<Sample>; N] {
    for run in &mut runs {
        run(); // not measured: what is made once
    }
    let mut samples: [Vec<Sample>; N] = std::array::from_fn(|_| Vec::new());
    let begin = Instant::now();
    let mut round = 0;
    while round < LEAST || (begin.elapsed() < BUDGET && round < 2_000) {
        for (run, samples) in runs.iter_mut().zip(&mut samples) {
            samples.push(run());
        }
        round += 1;
    }
    samples
}

/// Times of one call: on the wall, and the processors', which other programs disturb less. Two calls, there and back, are
/// one sample.
fn time(run: &mut dyn FnMut()) -> Sample {
    let (begin, before) = (Instant::now(), used());
    run();
    run();
    let milliseconds = |time: Duration| time.as_secs_f64() * 1e3 / 2.0;
    Sample { wall: milliseconds(begin.elapsed()), used: milliseconds(used().saturating_sub(before)) }
}
