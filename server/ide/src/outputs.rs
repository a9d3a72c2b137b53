//! Places that tools name in what they write: `src/a.py:3:5: F401 …`. A new tool is a file in `outputs/` and a word in
//! the list here; its test shows what it writes, made by the version that the test names.
//!
//! A line is offered to the formats in the order of the list until one claims it: tools with sections of their own come
//! first, what any tool may write comes last. Nothing here knows whether a file is there; who asks looks.

use crate::lint::Level;

mod location;

use location::{Location, is_foreign};

/// A place that a tool complains about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// Who says it: `pytest`, `mypy`; empty when nobody can tell.
    pub tool: String,
    /// How loud.
    pub level: Level,
    /// The file as it is written: absolute, or relative to the folder in which the tool ran.
    pub path: String,
    /// That folder as far as nox says it, relative to the noxfile's; empty: that one.
    pub folder: String,
    /// Line, from 1; 1 also when only the file is named.
    pub line: u32,
    /// Column in characters, from 1.
    pub column: Option<u32>,
    /// The rule's name.
    pub code: Option<String>,
    /// What is wrong.
    pub message: String,
}

/// Places taken of one output: more would bury an editor's list.
const MOST_PLACES: usize = 200;

/// Longer lines are no tool's complaint: a bundle, a dump.
const MOST_BYTES: usize = 4 << 10;

/// Characters of a message.
const MOST_CHARACTERS: usize = 600;

/// The places that an output names, in its order and each once. Lines come without colours.
pub fn places<'a>(lines: impl IntoIterator<Item = &'a str>) -> Vec<Place> {
    let mut formats = formats();
    let mut found = Found::default();
    for line in lines {
        if found.places.len() >= MOST_PLACES {
            break;
        }
        let line = line.trim_end();
        if line.len() > MOST_BYTES || found.hear_nox(line) {
            continue;
        }
        for format in &mut formats {
            if format.read(line, &mut found) {
                break;
            }
        }
    }
    formats.iter_mut().for_each(|format| format.end(&mut found));
    found.places
}

/// Reads what one tool writes.
trait Format {
    /// Looks at a line; `true`: it is this tool's, nobody else needs to see it.
    fn read(&mut self, line: &str, found: &mut Found) -> bool;

    /// Nothing more comes.
    fn end(&mut self, _: &mut Found) {}
}

macro_rules! formats {
    ($($name:ident),* $(,)?) => {
        $(mod $name;)*

        fn formats() -> Vec<Box<dyn Format>> {
            vec![$(Box::new($name::Reader::default())),*]
        }
    };
}

formats![
    pytest, traceback, ruff, pyright, bandit, mypy, pylint, flake8, vulture, sphinx, black, isort, pydocstyle, other
];

/// What has been found, and what nox has said of where it comes from.
#[derive(Debug, Default)]
struct Found {
    places: Vec<Place>,
    folder: String,
    program: String,
}

impl Found {
    /// Takes a place; one that was said already, or that lies in somebody else's package, is left out.
    fn add(&mut self, tool: &str, level: Level, at: Location<'_>, code: Option<&str>, message: &str) {
        if is_foreign(at.path) {
            return;
        }
        let cut = message.char_indices().nth(MOST_CHARACTERS);
        let message = cut.map_or_else(|| message.to_owned(), |(end, _)| format!("{}…", &message[..end]));
        let place = Place {
            tool: tool.to_owned(),
            level,
            path: at.path.to_owned(),
            folder: self.folder.clone(),
            line: at.line.max(1),
            column: at.column.filter(|column| *column > 0),
            code: code.map(str::to_owned),
            message,
        };
        if !self.places.contains(&place) {
            self.places.push(place);
        }
    }

    /// nox tells each command and each change of folder: `nox > ruff check .`, `nox > cd docs`.
    fn hear_nox(&mut self, line: &str) -> bool {
        let Some(told) = line.strip_prefix("nox > ") else { return false };
        if let Some(folder) = told.strip_prefix("cd ") {
            folder.trim().clone_into(&mut self.folder);
        } else if told.starts_with(|c: char| c.is_ascii_lowercase() || c == '/') {
            let mut words = told.split_whitespace().skip_while(|word| word.starts_with("python") || *word == "-m");
            let program = words.next().filter(|word| !word.starts_with('-')).unwrap_or_default();
            let name = program.rsplit(['/', '\\']).next().unwrap_or_default();
            name.trim_end_matches(".exe").clone_into(&mut self.program);
        }
        true
    }
}

#[cfg(test)]
mod tests;
