//! `strategy:` and the cells of its matrix, by GitHub's algorithm and by Forgejo's.
//!
//! GitHub: an `include` is matched against the combinations as the vectors made them, and only adds keys. What matches
//! none becomes a cell of its own. Forgejo's runner (12 and later): an `include` without any of the vectors' keys is a
//! cell of its own, values are compared with their types, and the cells are sorted by name. Gitea names as Forgejo does.

use std::collections::BTreeMap;

use syntax::Span;
use syntax::yaml::{Entry, Node};

use super::expression::{expressions, json_literal, paths, sole};
use super::reader::{Reader, find};
use super::value::{Value, json};
use super::{Cell, Strategy};
use crate::{Forge, Known, Unknown};

/// Cells that are expanded. GitHub runs 256 a workflow.
const MAX_CELLS: usize = 1024;
/// Where GitHub cuts the name of a cell.
const MAX_NAME: usize = 100;

/// Values by key, in order.
type Values = Vec<(String, Value)>;

/// Reads the `strategy:` entry of the job that is shown as `shown`.
pub(super) fn read<'a>(reader: &Reader<'a>, entry: &'a Entry, shown: &str) -> Strategy {
    let entries = reader.entries(&entry.value);
    let value = |key: &str| find(&entries, key).map(|entry| reader.follow(&entry.value));
    let matrix = value("matrix").map(|node| Matrix::read(reader, node));
    let cells = match &matrix {
        Some(matrix) => matrix.cells(reader.forge, shown),
        None => Known::Literal(Vec::new(), Span::empty(entry.span().end)),
    };
    Strategy {
        span: entry.span(),
        cells,
        vectors: matrix.map(Matrix::vectors).unwrap_or_default(),
        fail_fast: value("fail-fast").and_then(Node::str) != Some("false"),
        max_parallel: value("max-parallel").and_then(Node::str).and_then(|count| count.parse().ok()),
    }
}

struct Matrix {
    span: Span,
    vectors: Vec<Vector>,
    include: Known<Vec<Values>>,
    exclude: Known<Vec<Values>>,
    /// The whole of it is an expression.
    dynamic: Option<Unknown>,
}

struct Vector {
    key: String,
    span: Span,
    values: Known<Vec<Value>>,
}

impl Matrix {
    fn read<'a>(reader: &Reader<'a>, node: &'a Node) -> Self {
        let nothing = || Known::Literal(Vec::new(), node.span);
        let mut matrix =
            Self { span: node.span, vectors: Vec::new(), include: nothing(), exclude: nothing(), dynamic: None };
        if node.str().is_some() {
            match computed(node) {
                Known::Literal(Value::Map(pairs), span) => {
                    pairs.into_iter().for_each(|(key, value)| matrix.add(key, span, Known::Literal(value, span)));
                }
                Known::Literal(_, span) => matrix.dynamic = Some(unknown(span, "is not a mapping")),
                Known::Dynamic(unknown) => matrix.dynamic = Some(unknown),
            }
        }
        for entry in reader.entries(node) {
            let Some(key) = entry.key.str() else { continue };
            let value = reader.follow(&entry.value);
            let known = match value.str().and_then(sole) {
                Some(_) => computed(value),
                None => Known::Literal(Value::of(reader, value), value.span),
            };
            matrix.add(key.to_owned(), entry.key.span, known);
        }
        matrix
    }

    fn add(&mut self, key: String, span: Span, value: Known<Value>) {
        match key.as_str() {
            "include" => self.include = value.mappings(),
            "exclude" => self.exclude = value.mappings(),
            _ => {
                let values = match value {
                    Known::Literal(Value::List(items), span) => Known::Literal(items, span),
                    Known::Literal(one, span) => Known::Literal(vec![one], span),
                    Known::Dynamic(unknown) => Known::Dynamic(unknown),
                };
                self.vectors.push(Vector { key, span, values });
            }
        }
    }

    fn cells(&self, forge: Forge, shown: &str) -> Known<Vec<Cell>> {
        let unknown = self.dynamic.as_ref().or_else(|| self.first_unknown());
        if let Some(unknown) = unknown {
            return Known::Dynamic(unknown.clone());
        }
        let sizes = self.vectors.iter().map(|vector| vector.values.value().map_or(0, Vec::len));
        let include = self.include.value().map(Vec::as_slice).unwrap_or_default();
        let size = sizes.fold(1_usize, usize::saturating_mul);
        if size > MAX_CELLS || include.len() > MAX_CELLS {
            return Known::Dynamic(unknown_size(self.span));
        }
        let exclude = self.exclude.value().map(Vec::as_slice).unwrap_or_default();
        let product = self.product();
        let cells = match forge {
            Forge::Forgejo => sorted(shown, self.forgejo(product, include, exclude)),
            Forge::GitHub => {
                let cells = self.github(product, include, exclude).into_iter();
                cells.map(|(named, all)| Cell { name: github_name(shown, &named, &all), values: flat(&all) }).collect()
            }
            Forge::Gitea => {
                sorted(shown, self.github(product, include, exclude).into_iter().map(|(_, all)| all).collect())
            }
        };
        Known::Literal(cells, self.span)
    }

    fn first_unknown(&self) -> Option<&Unknown> {
        let lists = [&self.include, &self.exclude].into_iter().filter_map(|list| list.unknown());
        self.vectors.iter().filter_map(|vector| vector.values.unknown()).chain(lists).next()
    }

    /// All combinations, the first key varying slowest. None without vectors.
    fn product(&self) -> Vec<Values> {
        if self.vectors.is_empty() {
            return Vec::new();
        }
        let mut product: Vec<Values> = vec![Vec::new()];
        for vector in &self.vectors {
            let values = vector.values.value().map(Vec::as_slice).unwrap_or_default();
            let longer = |so_far: &Values, value: &Value| {
                let mut next = so_far.clone();
                next.push((vector.key.clone(), value.clone()));
                next
            };
            product = product.iter().flat_map(|so_far| values.iter().map(move |value| longer(so_far, value))).collect();
        }
        product
    }

    fn is_vector(&self, key: &str) -> bool {
        self.vectors.iter().any(|vector| vector.key.eq_ignore_ascii_case(key))
    }

    /// Cells with the values that name them and all their values.
    fn github(&self, product: Vec<Values>, include: &[Values], exclude: &[Values]) -> Vec<(Values, Values)> {
        let mut cells = Vec::new();
        let mut matched = vec![false; include.len()];
        let fits = |wanted: &[&(String, Value)], cell: &Values| {
            wanted.iter().all(|(key, value)| get(cell, key).is_some_and(|other| value.matches_loosely(other)))
        };
        for combination in product {
            if exclude.iter().any(|entry| fits(&entry.iter().collect::<Vec<_>>(), &combination)) {
                continue;
            }
            let mut all = combination.clone();
            for (entry, matched) in include.iter().zip(&mut matched) {
                let (filter, extra): (Vec<_>, Vec<_>) = entry.iter().partition(|(key, _)| self.is_vector(key));
                if fits(&filter, &combination) {
                    *matched = true;
                    extra.into_iter().for_each(|(key, value)| set(&mut all, key, value));
                }
            }
            cells.push((combination, all));
        }
        let alone = include.iter().zip(matched).filter(|(_, matched)| !matched);
        cells.extend(alone.map(|(entry, _)| (entry.clone(), entry.clone())));
        cells
    }

    fn forgejo(&self, product: Vec<Values>, include: &[Values], exclude: &[Values]) -> Vec<Values> {
        let excluded = |cell: &Values, entry: &Values| {
            entry.iter().all(|(key, value)| get(cell, key).is_none_or(|other| other == value))
        };
        let mut cells: Vec<Values> = product;
        cells.retain(|cell| !exclude.iter().any(|entry| excluded(cell, entry)));
        let (merging, mut alone): (Vec<_>, Vec<_>) =
            include.iter().partition(|entry| entry.iter().any(|(key, _)| self.is_vector(key)));
        for entry in merging {
            let mut is_alone = true;
            let fits = |cell: &Values| {
                let filter = entry.iter().filter(|(key, _)| self.is_vector(key));
                filter.into_iter().all(|(key, value)| get(cell, key).is_none_or(|other| other == value))
            };
            for cell in cells.iter_mut().filter(|cell| fits(cell)) {
                is_alone = false;
                entry.iter().for_each(|(key, value)| set(cell, key, value));
            }
            if is_alone {
                alone.push(entry);
            }
        }
        cells.extend(alone.into_iter().cloned());
        cells
    }

    fn vectors(self) -> Vec<(String, Span, Known<Vec<String>>)> {
        let text = |values: Known<Vec<Value>>| match values {
            Known::Literal(values, span) => Known::Literal(values.iter().map(Value::text).collect(), span),
            Known::Dynamic(unknown) => Known::Dynamic(unknown),
        };
        self.vectors.into_iter().map(|vector| (vector.key, vector.span, text(vector.values))).collect()
    }
}

impl Known<Value> {
    /// A list of mappings; one that is something else makes it unknown.
    fn mappings(self) -> Known<Vec<Values>> {
        let (items, span) = match self {
            Self::Literal(Value::List(items), span) => (items, span),
            Self::Literal(Value::Null, span) => return Known::Literal(Vec::new(), span),
            Self::Literal(one, span) => (vec![one], span),
            Self::Dynamic(unknown) => return Known::Dynamic(unknown),
        };
        let pairs = |item| match item {
            Value::Map(pairs) => Some(pairs),
            _ => None,
        };
        match items.into_iter().map(pairs).collect() {
            Some(mappings) => Known::Literal(mappings, span),
            None => Known::Dynamic(unknown(span, "holds entries that are not mappings")),
        }
    }
}

impl<T> Known<T> {
    fn unknown(&self) -> Option<&Unknown> {
        match self {
            Self::Literal(..) => None,
            Self::Dynamic(unknown) => Some(unknown),
        }
    }
}

/// A value that an expression makes; known when it is `fromJSON` of a literal.
fn computed(node: &Node) -> Known<Value> {
    let text = node.str().unwrap_or_default();
    match sole(text).and_then(json_literal).and_then(|text| json(&text)) {
        Some(value) => Known::Literal(value, node.span),
        None => Known::Dynamic(unknown(node.span, &format!("is made by `{}` when the workflow runs", text.trim()))),
    }
}

fn unknown(span: Span, reason: &str) -> Unknown {
    Unknown { span, reason: reason.to_owned() }
}

fn unknown_size(span: Span) -> Unknown {
    unknown(span, &format!("has more than {MAX_CELLS} combinations"))
}

fn get<'a>(values: &'a Values, key: &str) -> Option<&'a Value> {
    values.iter().find(|(name, _)| name.eq_ignore_ascii_case(key)).map(|(_, value)| value)
}

fn set(values: &mut Values, key: &str, value: &Value) {
    match values.iter_mut().find(|(name, _)| name.eq_ignore_ascii_case(key)) {
        Some((_, old)) => *old = value.clone(),
        None => values.push((key.to_owned(), value.clone())),
    }
}

/// Scalars by dotted key.
fn flat(values: &Values) -> Vec<(String, String)> {
    let mut leaves = Vec::new();
    values.iter().for_each(|(key, value)| value.leaves(key, &mut leaves));
    leaves
}

/// `job (a, b)` of the values that name the cell, cut at 100 characters; a name with expressions stands for itself.
fn github_name(shown: &str, named: &Values, all: &Values) -> String {
    if shown.contains("${{") {
        return filled(shown, all);
    }
    let leaves: Vec<_> = flat(named).into_iter().map(|(_, leaf)| leaf).filter(|leaf| !leaf.is_empty()).collect();
    if leaves.is_empty() {
        return shown.to_owned();
    }
    let name = format!("{shown} ({})", leaves.join(", "));
    if name.chars().count() <= MAX_NAME {
        return name;
    }
    let cut: String = name.chars().take(MAX_NAME - 3).collect();
    format!("{cut}...")
}

/// Cells with Forgejo's names (all keys in alphabetical order), sorted by them.
fn sorted(shown: &str, cells: Vec<Values>) -> Vec<Cell> {
    let named = |values: Values| {
        let by_key: BTreeMap<&str, String> = values.iter().map(|(key, value)| (key.as_str(), go_text(value))).collect();
        let texts: Vec<String> = by_key.into_values().collect();
        let name = match shown.contains("${{") {
            true => filled(shown, &values),
            false => format!("{shown} ({})", texts.join(", ")),
        };
        Cell { name, values: flat(&values) }
    };
    let mut cells: Vec<Cell> = cells.into_iter().map(named).collect();
    cells.sort_by(|a, b| a.name.cmp(&b.name));
    cells
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

/// `shown` with every `${{ matrix.… }}` replaced; other expressions stay.
fn filled(shown: &str, values: &Values) -> String {
    let leaves = flat(values);
    let mut out = String::new();
    let mut copied = 0;
    for span in expressions(shown) {
        let inside = span.of(shown);
        let found = paths(inside, 0).into_iter().next().filter(|path| {
            let ends = path.last().map_or(0, |(_, span)| span.end as usize);
            let rest = inside.get(ends..).unwrap_or_default().trim();
            let is_all = rest.is_empty() || rest == "']" || rest == "]";
            is_all
                && path.first().is_some_and(|(name, at)| {
                    name.eq_ignore_ascii_case("matrix")
                        && inside.get(..at.start as usize).unwrap_or_default().trim().is_empty()
                })
        });
        let Some(path) = found else { continue };
        let names: Vec<&str> = path.iter().skip(1).map(|(name, _)| name.as_str()).collect();
        let key = names.join(".");
        let value = leaves.iter().find(|(name, _)| name.eq_ignore_ascii_case(&key)).map(|(_, value)| value.as_str());
        let start = (span.start as usize).saturating_sub(3);
        out.push_str(shown.get(copied..start).unwrap_or_default());
        out.push_str(value.unwrap_or_default());
        copied = (span.end as usize + 2).min(shown.len());
    }
    out.push_str(shown.get(copied..).unwrap_or_default());
    out
}
