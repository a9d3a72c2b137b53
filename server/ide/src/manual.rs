//! The manual of the lints, `docs/lints/*.md`: each page is made from the head of the lint's file, and what it shows is
//! executed. `UPDATE_EXPECT=1 cargo test -p ide` writes the pages.
//!
//! A head is a sentence, then `Why: …` with the sources, then examples: a block of ```` ```text ```` with files
//! (`#- path`), where a line of `#^^^ level: message` stands below each place that is reported. What follows is made by the
//! quick fixes; where a lint has none, a block of ```` ```text after ```` holds the files as a person would mend them. Either way the lint
//! must then be silent, and nothing else may be wrong.
#![cfg(test)]

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::Path;
use std::sync::Arc;

use expect_test::expect_file;

use crate::fixture::Fixture;
use crate::lint::{Finding, Fix, Level, check, fixes};
use crate::lints::{LINTS, Lint, PARTS, SOURCES};

/// Files by path, in the order of their paths.
type Files = BTreeMap<String, String>;

#[test]
fn ids_are_the_names_of_the_files() {
    let ids: Vec<String> = LINTS.iter().map(|lint| lint.id.replace('-', "_")).collect();
    let files: Vec<&str> = SOURCES.iter().map(|(name, _)| *name).collect();
    assert_eq!(ids, files);
}

/// Every example shows exactly what the lint reports.
#[test]
fn examples_show_what_is_reported() {
    let mut wrong = Vec::new();
    for (lint, head) in heads() {
        assert!(!head.examples.is_empty(), "lints/{}: its head has no example", lint.id);
        for example in &head.examples {
            let (found, expected) = (found(lint, &example.before), &example.announced);
            if found != *expected {
                wrong.push(format!("{}: found {found:#?}\n  but its head says {expected:#?}", lint.id));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// What the fixes make, or a person, is well.
#[test]
fn nothing_is_reported_of_what_is_mended() {
    let mut wrong = Vec::new();
    for (lint, head) in heads() {
        for example in &head.examples {
            let Some(mended) = example.mended(lint) else {
                wrong.push(format!("{}: no fix is offered, and there is no block `text after`", lint.id));
                continue;
            };
            let left =
                all_found(&mended.files).into_iter().filter(|(_, it)| it.lint == lint.id || it.level <= Level::Warning);
            wrong.extend(left.map(|(path, it)| format!("{}, after: {path}: [{}] {}", lint.id, it.lint, it.message)));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// A comment silences every lint but the one that tells of comments.
#[test]
fn every_lint_can_be_silenced() {
    for (lint, head) in heads().filter(|(lint, _)| lint.id != "needless-ignore") {
        for example in &head.examples {
            let comment = format!("# noxflow: ignore-file[{}]\n", lint.id);
            let silenced: Files = example
                .before
                .iter()
                .map(|(path, text)| {
                    (path.clone(), if is_read(path) { format!("{comment}{text}") } else { text.clone() })
                })
                .collect();
            let left = all_found(&silenced).into_iter().filter(|(_, it)| it.lint == lint.id).count();
            assert_eq!(left, 0, "{} cannot be silenced", lint.id);
        }
    }
}

#[test]
fn pages_show_what_the_heads_say() {
    // Whether there is a page without a lint is asked by `tests/house`.
    let folder = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/lints"));
    for (lint, head) in heads() {
        expect_file![folder.join(format!("{}.md", lint.id))].assert_eq(&page(lint, &head));
    }
}

/// The tables in `docs/lints.md` have a line for each lint: what its head says first.
#[test]
fn the_index_lists_every_lint() {
    let index = include_str!("../../../docs/lints.md").replace("\r\n", "\n");
    let start = index.find(&format!("## {}\n", PARTS[0].0)).expect("the first part");
    let end = index.find("## Silencing\n").expect("what follows the parts");
    let mut tables = String::new();
    for (about, files) in PARTS {
        let _ = write!(tables, "## {about}\n\n| lint | level | reported when |\n| --- | --- | --- |\n");
        for (lint, head) in heads().filter(|(lint, _)| files.contains(&lint.id.replace('-', "_").as_str())) {
            let _ = writeln!(tables, "| [`{0}`](lints/{0}.md) | {1} | {2} |", lint.id, name(lint.level), head.summary);
        }
        tables.push('\n');
    }
    expect_file!["../../../docs/lints.md"].assert_eq(&format!("{}{tables}{}", &index[..start], &index[end..]));
}

/// What the head of a lint's file says.
struct Head {
    summary: String,
    /// In the order of the text.
    parts: Vec<Part>,
    examples: Vec<Example>,
}

enum Part {
    Prose(String),
    /// By its place among the examples.
    Example(usize),
}

#[derive(Default)]
struct Example {
    before: Files,
    /// `path: word: level: message`.
    announced: Vec<String>,
    /// As the author mends it; only the files that change.
    after: Option<Files>,
}

struct Mended {
    /// All of them.
    files: Files,
    /// What did it; empty: a person.
    fixes: Vec<String>,
}

fn heads() -> impl Iterator<Item = (&'static Lint, Head)> {
    LINTS.iter().zip(SOURCES).map(|(lint, (_, source))| (lint, Head::read(source)))
}

impl Head {
    fn read(source: &str) -> Self {
        let lines = source.lines().map_while(|line| line.strip_prefix("//!"));
        let mut lines = lines.map(|line| line.strip_prefix(' ').unwrap_or(line));
        let summary = lines.next().unwrap_or_default().to_owned();
        let mut head = Self { summary, parts: Vec::new(), examples: Vec::new() };
        let mut prose = String::new();
        while let Some(line) = lines.next() {
            let Some(info) = line.strip_prefix("```text") else {
                prose.push_str(line);
                prose.push('\n');
                continue;
            };
            let block: Vec<&str> = lines.by_ref().take_while(|line| *line != "```").collect();
            if info.trim() == "after" {
                let example = head.examples.last_mut().expect("an example before `text after`");
                example.after = Some(files(&block).0);
                continue;
            }
            head.prose(&mut prose);
            let (before, announced) = files(&block);
            head.parts.push(Part::Example(head.examples.len()));
            head.examples.push(Example { before, announced, after: None });
        }
        head.prose(&mut prose);
        head
    }

    fn prose(&mut self, prose: &mut String) {
        let text = std::mem::take(prose).trim().to_owned();
        if !text.is_empty() {
            self.parts.push(Part::Prose(text));
        }
    }
}

/// The files of a block, and what its lines of `#^^^` announce.
fn files(block: &[&str]) -> (Files, Vec<String>) {
    let mut files: Vec<(String, String)> = Vec::new();
    let mut announced: Vec<(String, String)> = Vec::new();
    let mut above = "";
    for line in block {
        if let Some(path) = line.strip_prefix("#- ") {
            files.push((path.trim().to_owned(), String::new()));
            continue;
        }
        let (path, text) = files.last_mut().expect("a line `#- path` first");
        let Some(at) = line.find("#^") else {
            text.push_str(line);
            text.push('\n');
            above = line;
            continue;
        };
        let carets = line[at + 1..].chars().take_while(|c| *c == '^').count();
        let word = above.get(at + 1..at + 1 + carets).unwrap_or("<past the end of the line>");
        announced.push((path.clone(), format!("{path}: {word}: {}", line[at + 1 + carets..].trim())));
    }
    announced.sort_by(|a, b| a.0.cmp(&b.0)); // stable: by file, else as written
    (files.into_iter().collect(), announced.into_iter().map(|(_, line)| line).collect())
}

impl Example {
    /// The files as the fixes or the author leave them; nothing where there is neither.
    fn mended(&self, lint: &Lint) -> Option<Mended> {
        let mut files = self.before.clone();
        if let Some(after) = &self.after {
            files.extend(after.clone());
            return Some(Mended { files, fixes: Vec::new() });
        }
        let mut titles = Vec::new();
        // One at a time: a fix may mend what another finding tells of.
        for round in 0.. {
            assert!(round < 20, "{}: its fixes do not mend it", lint.id);
            let Some((path, fix)) = first_fix(lint, &files) else { break };
            let text = files.get_mut(&path).expect("a file of the example");
            *text = syntax::apply(text, &fix.edits).expect("edits that fit");
            if !titles.contains(&fix.title) {
                titles.push(fix.title);
            }
        }
        (!titles.is_empty()).then_some(Mended { files, fixes: titles })
    }
}

fn first_fix(lint: &Lint, files: &Files) -> Option<(String, Fix)> {
    let fixture = fixture(files);
    let of_file = |file: &Arc<crate::FileState>| {
        let mut found = check(&fixture.snapshot, file.id).into_iter().filter(|it| it.lint == lint.id);
        let fix = found.find_map(|it| fixes(&fixture.snapshot, file.id, &it).into_iter().next())?;
        Some((file.path.clone(), fix))
    };
    fixture.snapshot.files.iter().find_map(of_file)
}

fn fixture(files: &Files) -> Fixture {
    Fixture::new(&files.iter().map(|(path, text)| format!("#- {path}\n{text}")).collect::<String>())
}

fn is_read(path: &str) -> bool {
    path.ends_with(".py") || path.ends_with(".yml")
}

/// All findings by all lints, with their files.
fn all_found(files: &Files) -> Vec<(String, Finding)> {
    let fixture = fixture(files);
    let of_file = |file: &Arc<crate::FileState>| {
        let found = check(&fixture.snapshot, file.id);
        found.into_iter().map(|it| (file.path.clone(), it)).collect::<Vec<_>>()
    };
    fixture.snapshot.files.iter().flat_map(of_file).collect()
}

fn found(lint: &Lint, files: &Files) -> Vec<String> {
    let line = |(path, it): (String, Finding)| {
        let word = it.span.of(&files[&path]).lines().next().unwrap_or_default().to_owned();
        format!("{path}: {word}: {}: {}", name(it.level), it.message)
    };
    all_found(files).into_iter().filter(|(_, it)| it.lint == lint.id).map(line).collect()
}

fn name(level: Level) -> String {
    format!("{level:?}").to_lowercase()
}

/// The page of a lint.
fn page(lint: &Lint, head: &Head) -> String {
    let mut out =
        format!("# {}\n\n{}\n\nLevel: {}. [All lints](../lints.md)\n", lint.id, head.summary, name(lint.level));
    for part in &head.parts {
        match part {
            Part::Prose(text) => {
                let _ = write!(out, "\n{text}\n");
            }
            Part::Example(at) => show(&mut out, lint, &head.examples[*at]),
        }
    }
    if lint.id == "needless-ignore" {
        let _ = write!(out, "\n## Silencing\n\nNo comment silences this one. For the project, in `pyproject.toml`:\n");
    } else {
        let _ = write!(
            out,
            "\n## Silencing\n\nBy a comment, `# noxflow: ignore[{}]`, at the end of the line or on a line of its own above it. \
             For the project, in\n`pyproject.toml`:\n",
            lint.id
        );
    }
    let _ = write!(out, "\n```toml\n[tool.noxflow.lints]\n{} = \"off\"\n```\n", lint.id);
    out
}

fn show(out: &mut String, lint: &Lint, example: &Example) {
    out.push_str("\n### Before\n");
    show_files(out, &example.before, |_, _| true);
    out.push_str("\n```text\n");
    for (path, it) in all_found(&example.before).into_iter().filter(|(_, it)| it.lint == lint.id) {
        let before = &example.before[&path][..it.span.start as usize];
        let line = before.matches('\n').count() + 1;
        let column = before.rsplit('\n').next().unwrap_or_default().chars().count() + 1;
        let _ = writeln!(out, "{path}:{line}:{column}: {}: {}", name(it.level), it.message);
    }
    out.push_str("```\n\n### After\n");
    let Some(mended) = example.mended(lint) else { return };
    if !mended.fixes.is_empty() {
        let _ = write!(out, "\nBy the quick fix *{}*:\n", mended.fixes.join("*, *"));
    }
    show_files(out, &mended.files, |path, text| example.before.get(path) != Some(text));
}

fn show_files(out: &mut String, files: &Files, is_shown: impl Fn(&String, &String) -> bool) {
    let mut files: Vec<_> = files.iter().filter(|(path, text)| is_shown(path, text)).collect();
    files.sort_by_key(|(path, _)| !path.ends_with(".py"));
    for (path, text) in files {
        let language = match path.rsplit('.').next() {
            Some("py") => "python",
            Some("yml") => "yaml",
            _ => "text",
        };
        let _ = write!(out, "\n```{language} {path}\n{text}```\n");
    }
}
