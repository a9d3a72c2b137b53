//! `matrix:` and its cells, by GitHub's algorithm and by Forgejo's.
//!
//! GitHub: an `include` is matched against the combinations as the vectors made them, and only adds keys. What matches
//! none becomes a cell of its own. Forgejo's runner (12 and later): an `include` without any of the vectors' keys is a
//! cell of its own, and values are compared with their types.

use syntax::Span;
use syntax::yaml::Node;

use super::reader::Reader;
use super::scope::Scope;
use super::value::Value;
use crate::{Forge, Known, Unknown};

/// Cells that are expanded. GitHub runs 256 a workflow.
const MAX_CELLS: usize = 1024;
/// Values by key, in order.
type Values = Vec<(String, Value)>;

/// A cell with the values that GitHub names it by.
pub(super) struct Named {
    pub(super) by: Values,
    /// A mapping.
    pub(super) all: Value,
}

impl Named {
    pub(super) fn new(by: Values, all: Values) -> Self {
        Self { by, all: Value::Map(all) }
    }
}

pub(super) struct Matrix {
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
    pub(super) fn read<'a>(reader: &Reader<'a>, node: &'a Node, scope: &Scope<'_>) -> Self {
        let nothing = || Known::Literal(Vec::new(), node.span);
        let mut matrix =
            Self { span: node.span, vectors: Vec::new(), include: nothing(), exclude: nothing(), dynamic: None };
        if node.str().is_some() {
            match computed(reader, node, scope) {
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
            matrix.add(key.to_owned(), entry.key.span, computed(reader, value, scope));
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

    pub(super) fn cells(&self, forge: Forge) -> Known<Vec<Named>> {
        if let Some(open) = self.dynamic.as_ref().or_else(|| self.first_unknown()) {
            return Known::Dynamic(open.clone());
        }
        let sizes = self.vectors.iter().map(|vector| vector.values.value().map_or(0, Vec::len));
        let include = self.include.value().map(Vec::as_slice).unwrap_or_default();
        let size = sizes.fold(1_usize, usize::saturating_mul);
        if size > MAX_CELLS || include.len() > MAX_CELLS {
            return Known::Dynamic(unknown_size(self.span));
        }
        let exclude = self.exclude.value().map(Vec::as_slice).unwrap_or_default();
        if self.matching_is_open(include, exclude) {
            return Known::Dynamic(unknown(self.span, "compares values that are made when the workflow runs"));
        }
        let product = self.product();
        let cells = match forge {
            Forge::Forgejo => {
                self.forgejo(product, include, exclude).into_iter().map(|all| (Vec::new(), all)).collect()
            }
            Forge::GitHub | Forge::Gitea => self.github(product, include, exclude),
        };
        Known::Literal(cells.into_iter().map(|(by, all)| Named::new(by, all)).collect(), self.span)
    }

    fn first_unknown(&self) -> Option<&Unknown> {
        let lists = [&self.include, &self.exclude].into_iter().filter_map(|list| list.unknown());
        self.vectors.iter().filter_map(|vector| vector.values.unknown()).chain(lists).next()
    }

    /// Whether `include` or `exclude` is compared with values that are not known.
    fn matching_is_open(&self, include: &[Values], exclude: &[Values]) -> bool {
        let is_open = |value: &Value| value.has_expression();
        let compared = include.iter().chain(exclude).flatten().filter(|(key, _)| self.is_vector(key));
        let mut keys = compared.clone().map(|(key, _)| key);
        let open_vector = |key: &str| {
            let vector = self.vectors.iter().find(|vector| vector.key.eq_ignore_ascii_case(key));
            vector.and_then(|vector| vector.values.value()).is_some_and(|values| values.iter().any(is_open))
        };
        compared.clone().any(|(_, value)| is_open(value)) || keys.any(|key| open_vector(key))
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

    pub(super) fn vectors(self) -> Vec<(String, Span, Known<Vec<String>>)> {
        let text = |values: Known<Vec<Value>>| match values {
            Known::Literal(values, span) => Known::Literal(values.iter().map(Value::shown).collect(), span),
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

/// A value of the matrix with its expressions evaluated. One in a list may stay as it is written: it counts one.
fn computed<'a>(reader: &Reader<'a>, node: &'a Node, scope: &Scope<'_>) -> Known<Value> {
    let value = match Value::of(reader, node) {
        Value::List(items) => Ok(Value::List(items.into_iter().map(|item| scope.typed_where_known(item)).collect())),
        value => scope.typed(value),
    };
    match value {
        Ok(value) => Known::Literal(value, node.span),
        Err(reason) => Known::Dynamic(Unknown { span: node.span, reason }),
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
pub(super) fn flat(values: &[(String, Value)]) -> Vec<(String, String)> {
    let mut leaves = Vec::new();
    values.iter().for_each(|(key, value)| value.leaves(key, &mut leaves));
    leaves
}
