//! `strategy:` of a job: the cells of its matrix with the names that the forge shows.
//!
//! Neighbour: `matrix` makes the cells. GitHub names a cell by its own values, cut at 100 characters; Forgejo's and
//! Gitea's runners by all its values in alphabetical order of their keys, and sort the cells by these names.

use std::collections::BTreeMap;

use syntax::Span;
use syntax::yaml::{Entry, Node};

use super::job::labels;
use super::matrix::{Matrix, Named, flat};
use super::reader::{Reader, find};
use super::scope::Scope;
use super::value::Value;
use super::{Cell, Strategy};
use crate::{Forge, Known};

/// Where GitHub cuts the name of a cell.
const MAX_NAME: usize = 100;

/// What a strategy needs to know of its job.
pub(super) struct JobNames<'a> {
    /// Its key: the name of what has no other.
    pub(super) id: &'a str,
    /// `name:`, as written.
    pub(super) name: Option<&'a str>,
    /// `runs-on:`.
    pub(super) runs_on: Option<&'a Node>,
}

/// Reads the `strategy:` entry of a job.
pub(super) fn read<'a>(reader: &Reader<'a>, entry: &'a Entry, job: &JobNames<'a>, scope: &Scope<'_>) -> Strategy {
    let entries = reader.entries(&entry.value);
    let value = |key: &str| find(&entries, key).map(|entry| reader.follow(&entry.value));
    let typed = |key: &str| value(key).and_then(|node| scope.typed(Value::of(reader, node)).ok());
    let matrix = value("matrix").map(|node| Matrix::read(reader, node, scope));
    let named = match &matrix {
        Some(matrix) => matrix.cells(reader.forge),
        // One job, as without a strategy.
        None => Known::Literal(vec![Named::new(Vec::new(), Vec::new())], Span::empty(entry.span().end)),
    };
    let cell = |named: Named| Cell {
        name: job.name_of(&named, reader.forge, scope),
        values: flat(named.all.pairs()),
        runs_on: job.runs_on.and_then(|node| labels(reader, node, &scope.in_cell(&named.all)).ok()),
        matrix: named.all,
    };
    let cells = match named {
        Known::Literal(cells, span) => {
            let mut cells: Vec<Cell> = cells.into_iter().map(cell).collect();
            if reader.forge != Forge::GitHub {
                cells.sort_by(|a, b| a.name.cmp(&b.name));
            }
            Known::Literal(cells, span)
        }
        Known::Dynamic(unknown) => Known::Dynamic(unknown),
    };
    Strategy {
        span: entry.span(),
        cells,
        vectors: matrix.map(Matrix::vectors).unwrap_or_default(),
        fail_fast: !matches!(typed("fail-fast"), Some(Value::Bool(false))),
        max_parallel: typed("max-parallel").and_then(|count| count.text().parse().ok()),
    }
}

impl JobNames<'_> {
    /// The name of a cell: GitHub's of its own values, the others' of all values in alphabetical order of their keys. A
    /// name with expressions stands for itself.
    fn name_of(&self, cell: &Named, forge: Forge, scope: &Scope<'_>) -> String {
        let shown = shown(self.id, self.name, &scope.in_cell(&cell.all));
        let is_own = self.name.is_some_and(|name| name.contains("${{"));
        if is_own {
            return shown;
        }
        let texts: Vec<String> = match forge {
            Forge::GitHub => {
                flat(&cell.by).into_iter().map(|(_, leaf)| leaf).filter(|leaf| !leaf.trim().is_empty()).collect()
            }
            Forge::Forgejo | Forge::Gitea => {
                let all = cell.all.pairs().iter();
                let by_key: BTreeMap<_, _> = all.map(|(key, value)| (key.as_str(), go_text(value))).collect();
                by_key.into_values().collect()
            }
        };
        if texts.is_empty() {
            return shown;
        }
        let name = format!("{shown} ({})", texts.join(", "));
        if forge != Forge::GitHub || name.chars().count() <= MAX_NAME {
            return name;
        }
        let cut: String = name.chars().take(MAX_NAME - 3).collect();
        format!("{cut}...")
    }
}

/// A job's name where no matrix adds to it; what cannot be known stays as it is written.
pub(super) fn shown(id: &str, name: Option<&str>, scope: &Scope<'_>) -> String {
    let filled = name.map(|name| scope.fill_known(name));
    filled.filter(|name| !name.is_empty()).unwrap_or_else(|| id.to_owned())
}

/// A value as Go prints it.
fn go_text(value: &Value) -> String {
    match value {
        Value::Null => "<nil>".to_owned(),
        Value::List(items) => format!("[{}]", items.iter().map(go_text).collect::<Vec<_>>().join(" ")),
        Value::Map(pairs) => {
            let sorted: BTreeMap<&str, String> =
                pairs.iter().map(|(key, value)| (key.as_str(), go_text(value))).collect();
            let pairs: Vec<String> = sorted.iter().map(|(key, value)| format!("{key}:{value}")).collect();
            format!("map[{}]", pairs.join(" "))
        }
        other => other.text(),
    }
}
