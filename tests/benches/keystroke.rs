//! What a keystroke costs, layer by layer: plain timing loops, means in milliseconds.
//!
//! `cargo bench -p noxflow-tests --bench keystroke -- FOLDER [WORD…]` measures every noxfile and workflow below FOLDER
//! whose path holds one of the words. docs/benchmarks.md says where inputs come from and how to read the table.

#![expect(clippy::print_stdout, reason = "a table for the person who runs it")]

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

use facts::FileKind;
use facts::noxfile::Alone;
use ide::{FileState, Snapshot};
use model::{FileId, Settings, Timings};
use syntax::{Change, Document, Language, Span};

mod shared;

use shared::{bare_parse, used};

/// Time for one number of the table.
const BUDGET: Duration = Duration::from_millis(300);

fn main() {
    let mut arguments = std::env::args().skip(1).filter(|argument| argument != "--bench");
    let Some(folder) = arguments.next() else {
        println!("which folder holds the noxfiles and workflows to measure? (docs/benchmarks.md)");
        return;
    };
    let words: Vec<String> = arguments.collect();
    let mut files = Vec::new();
    collect(Path::new(&folder), &mut files);
    files.sort_by_key(|path| std::fs::metadata(path).map_or(0, |meta| meta.len()));
    println!("milliseconds of processor time; `bare`: tree-sitter alone on the same text");
    for path in files {
        let shown = path.display().to_string();
        let is_asked = words.is_empty() || words.iter().any(|word| shown.contains(word.as_str()));
        let Some(kind) = FileKind::of(&shown).filter(|_| is_asked) else { continue };
        let Ok(text) = std::fs::read_to_string(&path) else { continue };
        if matches!(kind, FileKind::Noxfile | FileKind::Workflow(_)) && text.len() < syntax::MAX_BYTES {
            println!("\n{shown} ({} bytes)", text.len());
            measure(kind, &text);
        }
    }
}

fn collect(folder: &Path, out: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
        let path = entry.path();
        if path.is_dir() { collect(&path, out) } else { out.push(path) }
    }
}

fn measure(kind: FileKind, text: &str) {
    let language = if kind == FileKind::Noxfile { Language::Python } else { Language::Yaml };
    let path = if kind == FileKind::Noxfile { "noxfile.py" } else { ".github/workflows/ci.yml" };
    let shared: Arc<str> = Arc::from(text);
    let bare = mean(|| drop(bare_parse(language, &shared, None)));
    let fresh = mean(|| drop(Document::new(language, Arc::clone(&shared))));
    let read = |text: &Arc<str>| FileState::new(FileId(1), path, kind, Arc::clone(text), &Alone, None);
    let state = mean(|| drop(read(&shared)));
    let first = mean(|| drop(snapshot(read(&shared), None)));
    println!("  from scratch: bare {bare:.2}  document {fresh:.2}  file {state:.2}  workspace {first:.2}");
    let place = middle(text);
    for (what, insert, at) in [
        ("a letter", "x", place.letter),
        ("a new line", "\n", place.line),
        ("half-typed", "  foo(", place.line),
        ("a quote", "\"", place.letter),
    ] {
        keystroke(kind, path, &shared, (what, insert, at));
    }
    let state = Arc::new(read(&shared));
    let snapshot = snapshot((*state).clone(), None);
    let span = Span::empty(place.letter);
    let hover = mean(|| drop(ide::hover(&snapshot, ide::FilePos { file: FileId(1), offset: place.letter })));
    let assists = mean(|| drop(ide::assists(&snapshot, FileId(1), span)));
    let symbols = mean(|| drop(ide::symbols(&snapshot, FileId(1))));
    println!("  asked: hover {hover:.3}  assists {assists:.3}  symbols {symbols:.3}");
}

/// There and back again: the text with the insertion and without, each made from the other.
fn keystroke(kind: FileKind, path: &str, text: &Arc<str>, (what, insert, at): (&str, &str, u32)) {
    let language = if kind == FileKind::Noxfile { Language::Python } else { Language::Yaml };
    let there = Change { span: Span::empty(at), text: insert.to_owned() };
    let end = at + u32::try_from(insert.len()).unwrap_or(0);
    let back = Change { span: Span::new(at, end), text: String::new() };
    let mut edited = text.to_string();
    edited.insert_str(at as usize, insert);
    let edited: Arc<str> = Arc::from(edited);
    let trees = [bare_parse(language, text, None), bare_parse(language, &edited, None)];
    let bare = alternating(|turn| {
        drop(bare_parse(language, [&edited, text][turn], Some((&trees[turn], at, insert.len(), turn))))
    });
    let documents = [
        Document::new(language, Arc::clone(text)),
        Document::new(language, Arc::clone(text)).edited(std::slice::from_ref(&there)),
    ];
    let document = alternating(|turn| drop(documents[turn].edited(std::slice::from_ref([&there, &back][turn]))));
    let first = FileState::new(FileId(1), path, kind, Arc::clone(text), &Alone, None);
    let second = first.edited(2, std::slice::from_ref(&there), &Alone, None);
    let third = second.edited(3, std::slice::from_ref(&back), &Alone, None);
    let states = [third, second];
    let file =
        alternating(|turn| drop(states[turn].edited(1, std::slice::from_ref([&there, &back][turn]), &Alone, None)));
    let snapshots = [snapshot(states[0].clone(), None), snapshot(states[1].clone(), None)];
    let workspace = alternating(|turn| drop(snapshot(states[1 - turn].clone(), Some(&snapshots[turn]))));
    let check = alternating(|turn| drop(ide::check(&snapshots[turn], FileId(1))));
    println!(
        "  {what:11} bare {bare:.2}  document {document:.2}  file {file:.2}  + workspace {workspace:.2}  + check {check:.2}  = {:.2}",
        file + workspace + check
    );
}

fn snapshot(state: FileState, previous: Option<&Snapshot>) -> Snapshot {
    Snapshot::new(vec![Arc::new(state)], Arc::new(Timings::default()), Settings::default(), previous)
}

/// Places to type at in the middle of a file.
struct Place {
    /// Within a string of a line that a nox call or an action stands in.
    letter: u32,
    /// The end of a line of code.
    line: u32,
}

fn middle(text: &str) -> Place {
    let (mut rows, mut at) = (Vec::new(), 0);
    for line in text.split_inclusive('\n') {
        let found = ["Session number ", "name: \"Step ", "name: \"Job ", "echo \"step "]
            .iter()
            .find_map(|word| line.find(word).map(|n| n + word.len() - 1));
        rows.extend(found.map(|n| (at + n, at + line.trim_end().len())));
        at += line.len();
    }
    let (letter, line) = rows.get(rows.len() / 2).copied().unwrap_or((text.len() / 2, text.len() / 2));
    let clamp = |at: usize| u32::try_from(text.floor_char_boundary(at)).unwrap_or(0);
    Place { letter: clamp(letter), line: clamp(line) }
}

/// Time of one call: the processors', which other programs disturb less than that on the wall.
fn mean(mut run: impl FnMut()) -> f64 {
    run();
    let (begin, before) = (Instant::now(), used());
    let mut n = 0_u32;
    while n < 3 || (begin.elapsed() < BUDGET && n < 2_000) {
        run();
        n += 1;
    }
    used().saturating_sub(before).as_secs_f64() * 1e3 / f64::from(n)
}

fn alternating(mut run: impl FnMut(usize)) -> f64 {
    let mut turn = 1;
    mean(|| {
        turn = 1 - turn;
        run(turn);
    })
}
