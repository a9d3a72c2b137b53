//! `docs/tools.md`: every row of the catalogue, made of the catalogue itself, with what each rests on.

use std::collections::BTreeMap;
use std::fmt::Write;

use facts::project::ProjectFacts;
use model::effects::table::{self, Row};

use crate::command::Proof;
use crate::{rows, unproved};

/// How many commands prove each row, by its number.
pub(crate) fn proofs() -> BTreeMap<usize, usize> {
    let mut found = BTreeMap::new();
    for id in rows::all().flat_map(rows_of) {
        *found.entry(id).or_default() += 1;
    }
    found
}

/// The rows that speak for a command in its project.
fn rows_of(proof: &Proof) -> Vec<usize> {
    let words = proof.words();
    let plain = table::rows_of(&words, &ProjectFacts::default());
    // A setting can choose another row; each of them is in a file of its own.
    let settings = proof.files.iter().map(|(name, text)| facts::project::read(name, text));
    settings.map(|facts| table::rows_of(&words, &facts)).find(|rows| *rows != plain).unwrap_or(plain)
}

/// The page.
pub(crate) fn page() -> String {
    let proofs = proofs();
    let mut text = HEAD.to_owned();
    let mut family = "";
    for row in table::rows() {
        if row.family != family {
            family = row.family;
            text.push_str(&format!(
                "\n## {family}\n\n| command | reads | writes | moved by | basis |\n| --- | --- | --- | --- | --- |\n"
            ));
        }
        let basis = match proofs.get(&row.id) {
            Some(1) => "1 command run".to_owned(),
            Some(count) => format!("{count} commands run"),
            None => unproved::why(row.name).unwrap_or("?").to_owned(),
        };
        writeln!(
            text,
            "| {} | {} | {} | {} | {basis} |",
            row.command,
            row.reads.join(", "),
            writes(&row),
            row.moved_by.join(", ")
        )
        .expect("a String takes all");
    }
    text.push_str(BACKENDS);
    for [names, plain, editable] in table::backends() {
        writeln!(text, "| {names} | {plain} | {editable} |").expect("a String takes all");
    }
    text
}

fn writes(row: &Row) -> String {
    let mut all = row.writes.clone();
    if !row.also.is_empty() {
        all.push(row.also.to_owned());
    }
    all.join("; ")
}

const HEAD: &str = "# What tools touch

noxflow knows by this catalogue what a session's commands read and write, and from that which sessions need each other and which
must not overlap. A row speaks for all commands of its first column, also behind `python -m`, `uv run`, `poetry run` and their
like; of several the first that fits. Paths are relative to the folder in which the command runs. Where nothing else is said, two
writers of one path must not overlap.

The last column says what a row rests on. *Commands run*: a test runs these commands, in a small project and with the versions in
`tests/tools/catalogue.in`, and fails when the tool does to the tree what the row does not say, or does not what it says. All
others have their source there. This page is written by a test from the catalogue (`server/model/src/effects/tools/`).
";

const BACKENDS: &str = "
## Build backends

What installing the project leaves in its tree. `python -m build`, `pip wheel`, `uv build`, `tox` and their like leave the same.
All but `flit`, `whey` and `jupyter_packaging` are run by the test; an unknown backend is taken for setuptools.

| backend | `pip install .` | `pip install -e .` |
| --- | --- | --- |
";
