//! Cells that a matrix has by `include` alone: one more key of the matrix does not reach them, so that each of their entries
//! stands once for each value of it.
//!
//! ```yaml
//! include:
//!   - { os: macos-latest, python: "3.14" }
//! ```
//! ->
//! ```yaml
//! include:
//!   - { os: macos-latest, python: "3.14", sessions: lint }
//!   - { os: macos-latest, python: "3.14", sessions: docs }
//! ```

use facts::workflow::{Cell, Strategy};
use syntax::yaml::{Item, Node};
use syntax::{Document, Span, TextEdit};

use super::layout::{self, UNUSUAL};
use crate::anchors;

/// More entries than these are no matrix that somebody wants to read.
const MOST: usize = 12;

/// The cells that the keys of the matrix do not make.
pub(super) fn of(strategy: &Strategy) -> Vec<&Cell> {
    let is_of_vectors = |cell: &&Cell| {
        strategy.vectors.iter().all(|(key, _, list)| {
            let own = cell.values.iter().find(|(name, _)| name == key).map(|(_, value)| value);
            own.is_some_and(|own| list.value().is_some_and(|list| list.contains(own)))
        })
    };
    let cells = strategy.cells.value().into_iter().flatten();
    cells.filter(|cell| strategy.vectors.is_empty() || !is_of_vectors(cell)).collect()
}

/// Gives the entries of `cells` in `matrix` the key, once for each of `values`. The error says why not.
pub(super) fn repeated(
    document: &Document,
    matrix: &Node,
    cells: &[&Cell],
    (key, values): (&str, &[String]),
) -> Result<Vec<TextEdit>, String> {
    if cells.is_empty() {
        return Ok(Vec::new());
    }
    if cells.len() * values.len() > MOST {
        return Err(format!(
            "{} cells are there by `include` alone, and each would have to stand there {} times",
            cells.len(),
            values.len()
        ));
    }
    let list = matrix.get("include").and_then(|include| include.sequence()).ok_or(UNUSUAL)?;
    let own: Vec<&Item> = list.items.iter().filter(|item| cells.iter().any(|cell| is_of(&item.value, cell))).collect();
    if own.len() != cells.len() {
        return Err("an `include` that makes a cell of its own is written in a way that is not taken apart".to_owned());
    }
    own.into_iter().map(|item| of_entry(document, item, list.flow, (key, values))).collect()
}

/// Whether an entry says what the cell has, and nothing else.
fn is_of(entry: &Node, cell: &Cell) -> bool {
    // `3.10` is the number 3.1.
    let is_same = |a: &str, b: &str| {
        let numbers = a.parse::<f64>().ok().zip(b.parse::<f64>().ok());
        a == b || numbers.is_some_and(|(a, b)| a.total_cmp(&b).is_eq())
    };
    entry.mapping().is_some_and(|mapping| {
        mapping.entries.len() == cell.values.len()
            && mapping.entries.iter().all(|entry| {
                let (key, value) = (entry.key.str(), entry.value.str());
                cell.values
                    .iter()
                    .any(|(name, own)| Some(name.as_str()) == key && value.is_some_and(|it| is_same(it, own)))
            })
    })
}

fn of_entry(
    document: &Document,
    item: &Item,
    in_brackets: bool,
    (key, values): (&str, &[String]),
) -> Result<TextEdit, String> {
    let text = document.text();
    let mapping = item.value.mapping().ok_or(UNUSUAL)?;
    let end = if in_brackets { item.span.end } else { layout::line_end(text, item.span.end) };
    let whole = Span::new(item.span.start, end);
    if document.yaml().comments.iter().any(|comment| whole.covers(*comment)) {
        return Err("a comment stands in an `include` that would have to stand there several times".to_owned());
    }
    if !anchors::names(&item.value).is_empty() {
        return Err(UNUSUAL.to_owned());
    }
    let written = item.span.of(text).trim_end();
    let newline = layout::newline(text);
    let with = |value: &String| -> Option<String> {
        if mapping.flow {
            let head = written.strip_suffix('}')?.trim_end();
            let blank = if written.ends_with(" }") { " " } else { "" };
            return Some(format!("{head}, {key}: {}{blank}}}", in_braces(value)));
        }
        let first = mapping.entries.first()?.key.span.start as usize;
        let line = text.get(..first)?.rfind('\n').map_or(0, |at| at + 1);
        Some(format!("{written}{newline}{}{key}: {}", " ".repeat(first - line), layout::scalar(value)))
    };
    let copies: Vec<String> = values.iter().map(with).collect::<Option<_>>().ok_or(UNUSUAL)?;
    let between = match (in_brackets, layout::indent(text, item.span.start)) {
        (true, _) => ", ".to_owned(),
        (false, indent) => format!("{newline}{}", indent.ok_or(UNUSUAL)?),
    };
    Ok(TextEdit::replace(whole, copies.join(&between)))
}

/// A scalar between braces.
fn in_braces(value: &str) -> String {
    let scalar = layout::scalar(value);
    let is_more = scalar == value && value.contains([',', '[', ']', '{', '}']);
    if is_more { format!("\"{}\"", value.replace('\\', "\\\\").replace('"', "\\\"")) } else { scalar }
}
