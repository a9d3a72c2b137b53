//! Commands that lead to other commands in files of the repository: `make test`, `just lint`, `hatch run ci:test`,
//! `./scripts/test.sh`.
//!
//! Neighbours: one file a kind of file; `run` goes through what is found. A command whose file is there but does not say
//! what would run is marked, with the reason; one whose file is not there is left alone.

use std::cell::OnceCell;
use std::rc::Rc;
use std::sync::Arc;

use syntax::Span;

use super::{Word, launch};
use crate::repository::{Repository, inside};

mod just;
mod make;
mod npm;
mod script;
mod tables;
mod taskfile;
mod tox;
mod tree;

/// Who asks: where a command runs and what its environment says.
pub(super) struct Asking<'a> {
    pub(super) repository: &'a Repository<'a>,
    /// From the repository's root.
    pub(super) folder: &'a str,
    pub(super) variable: &'a dyn Fn(&str) -> Option<Word>,
}

/// Where a command leads.
pub(super) enum Lead {
    To(Task),
    /// Into a file that does not say it: the end of a sentence.
    Unread(String),
}

/// Scripts that run in the place of a command, in order.
#[derive(Default)]
pub(super) struct Task {
    /// What tells it from others, so that one that leads to itself ends: the file and the target.
    pub(super) key: String,
    pub(super) pieces: Vec<Piece>,
}

/// One script of a task.
#[derive(Clone)]
pub(super) struct Piece {
    pub(super) file: Rc<File>,
    pub(super) source: Rc<str>,
    pub(super) at: At,
    /// Where it runs, from the repository's root; `None`: where the command runs.
    pub(super) folder: Option<String>,
    pub(super) env: Vec<(String, Word)>,
    /// `$1` and on.
    pub(super) arguments: Vec<Word>,
    pub(super) errexit: bool,
    pub(super) pipefail: bool,
    pub(super) may_fail: bool,
    pub(super) conditional: bool,
    /// It runs in the shell that calls it.
    pub(super) is_sourced: bool,
}

/// A file of the repository, with what was made of it: it is parsed once, however many commands lead to it.
pub(crate) struct File {
    pub(crate) path: String,
    pub(crate) text: Arc<str>,
    tree: OnceCell<Option<tree::Node>>,
}

/// Where a script stands in its file.
#[derive(Clone, Copy)]
pub(super) enum At {
    /// It is the file.
    Whole,
    /// It is made of what stands here.
    Span(Span),
}

impl Piece {
    /// A script in a shell of its own that ends at the first failure.
    pub(super) fn new(file: &Rc<File>, source: impl Into<Rc<str>>, at: At) -> Self {
        Self {
            file: Rc::clone(file),
            source: source.into(),
            at,
            folder: None,
            env: Vec::new(),
            arguments: Vec::new(),
            errexit: true,
            pipefail: false,
            may_fail: false,
            conditional: false,
            is_sourced: false,
        }
    }
}

/// Where the command whose program is `words[at]` leads.
pub(super) fn find(words: &[Word], at: usize, cx: &Asking<'_>) -> Option<Lead> {
    let word = words.get(at)?;
    let rest = words.get(at + 1..).unwrap_or_default();
    match launch::program(word) {
        "make" | "gmake" | "mingw32-make" => make::find(rest, cx),
        "just" => just::find(rest, cx),
        "task" | "go-task" => taskfile::find(rest, cx),
        "tox" => tox::find(rest, cx),
        "poe" | "poethepoet" => tables::poe(rest, cx),
        "hatch" => tables::hatch(rest, cx),
        "pdm" => tables::pdm(rest, cx),
        "rye" => tables::rye(rest, cx),
        "pixi" => tables::pixi(rest, cx),
        "npm" | "yarn" | "pnpm" | "bun" => npm::find(rest, cx),
        _ => script::find(word, rest, cx),
    }
}

impl Asking<'_> {
    /// The file `name` of the folder that the command runs in, or of one named by an option.
    fn file(&self, folder: Option<&Word>, name: &str) -> Option<Rc<File>> {
        let folder = match folder {
            Some(below) => inside(self.folder, &below.text)?,
            None => self.folder.to_owned(),
        };
        self.open(&inside(&folder, name)?)
    }

    /// The first of `names` there is, in the folder or in one above it.
    fn nearest(&self, names: &[&str]) -> Option<Rc<File>> {
        let mut folder = self.folder;
        loop {
            let found = names.iter().find_map(|name| self.open(&inside(folder, name)?));
            if found.is_some() || folder.is_empty() {
                return found;
            }
            folder = folder.rsplit_once('/').map_or("", |(above, _)| above);
        }
    }

    fn open(&self, path: &str) -> Option<Rc<File>> {
        self.repository.file(path)
    }
}

impl File {
    pub(crate) fn new(path: &str, text: Arc<str>) -> Self {
        Self { path: path.to_owned(), text, tree: OnceCell::new() }
    }

    /// Its folder, from the root.
    fn folder(&self) -> &str {
        self.path.rsplit_once('/').map_or("", |(folder, _)| folder)
    }
}

/// `script` with words behind it, as a shell reads them.
fn with_words(script: &str, words: &[Word]) -> String {
    let mut out = script.trim_end().to_owned();
    for word in words {
        out.push(' ');
        out.push_str(&quoted(word));
    }
    out
}

/// A word as it must be written to be this word again.
fn quoted(word: &Word) -> String {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "-_./:=,+@%".contains(c);
    if word.literal && !word.text.is_empty() && word.text.chars().all(is_plain) {
        return word.text.clone();
    }
    if word.literal {
        return format!("'{}'", word.text.replace('\'', "'\\''"));
    }
    // What is not known is expanded again, to the same.
    word.text.clone()
}

/// The values of an option that stands in front of a command's own words, by its names; the index behind all options.
fn options<'w>(words: &'w [Word], values: &[&str]) -> (Vec<(&'w str, Option<&'w Word>)>, usize) {
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(word) = words.get(at).filter(|word| word.text.starts_with('-') && word.text.len() > 1) {
        at += 1;
        if word.text == "--" {
            break;
        }
        let takes_one = values.contains(&word.text.as_str());
        found.push((word.text.as_str(), words.get(at).filter(|_| takes_one)));
        at += usize::from(takes_one);
    }
    (found, at)
}

/// A value written as `--option=value`, or behind the option.
fn option_of(found: &[(&str, Option<&Word>)], names: &[&str]) -> Option<Word> {
    found.iter().rev().find_map(|(flag, value)| {
        if names.contains(flag) {
            return (*value).cloned();
        }
        let (name, value) = flag.split_once('=')?;
        let span = Span::default();
        names.contains(&name).then(|| Word {
            text: value.to_owned(),
            span,
            literal: !value.contains('$'),
            quoted: false,
        })
    })
}
