//! Tables of tasks as one kind of tree, whether they are written in TOML, YAML or JSON.

use std::rc::Rc;

use syntax::yaml::{self, Value};
use syntax::{Document, Language, Span};
use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::File;
use crate::shell::Word;

/// Levels that are looked at: no table of tasks has more.
const MAX_DEPTH: u32 = 12;

/// A value and its place in the file.
#[derive(Clone)]
pub(super) struct Node {
    pub(super) span: Span,
    pub(super) value: Tree,
}

#[derive(Clone)]
pub(super) enum Tree {
    Text(String),
    List(Vec<Node>),
    Table(Vec<(String, Node)>),
    /// A number, a truth, nothing.
    Other,
}

impl Node {
    pub(super) fn get(&self, key: &str) -> Option<&Node> {
        self.entries().iter().find(|(name, _)| name == key).map(|(_, node)| node)
    }

    pub(super) fn entries(&self) -> &[(String, Node)] {
        match &self.value {
            Tree::Table(entries) => entries,
            _ => &[],
        }
    }

    pub(super) fn items(&self) -> &[Node] {
        match &self.value {
            Tree::List(items) => items,
            _ => &[],
        }
    }

    pub(super) fn text(&self) -> Option<&str> {
        match &self.value {
            Tree::Text(text) => Some(text),
            _ => None,
        }
    }

    /// `KEY: value` pairs as variables.
    pub(super) fn variables(&self) -> Vec<(String, Word)> {
        let pairs = self.entries().iter();
        let word = |node: &Node| {
            let text = node.text().unwrap_or("$VALUE").to_owned();
            Word { literal: !text.contains('$') && !text.contains("{{"), text, span: Span::default(), quoted: false }
        };
        pairs.map(|(name, node)| (name.clone(), word(node))).collect()
    }
}

/// The value at `path` of a TOML file.
pub(super) fn toml(file: &Rc<File>, path: &[&str]) -> Option<Node> {
    let root = file.tree.get_or_init(|| {
        let root = DeTable::parse(&file.text).ok()?;
        Some(Node { span: Span::from(root.span()), value: of_table(root.get_ref(), 0) })
    });
    path.iter().try_fold(root.as_ref()?, |node, key| node.get(key)).cloned()
}

fn of_table(table: &DeTable<'_>, depth: u32) -> Tree {
    let entries = table.iter().map(|(name, value)| (name.get_ref().to_string(), of_toml(value, depth + 1)));
    Tree::Table(entries.collect())
}

fn of_toml(value: &Spanned<DeValue<'_>>, depth: u32) -> Node {
    let tree = match value.get_ref() {
        DeValue::String(text) => Tree::Text(text.to_string()),
        DeValue::Array(items) if depth < MAX_DEPTH => {
            Tree::List(items.iter().map(|item| of_toml(item, depth + 1)).collect())
        }
        DeValue::Table(table) if depth < MAX_DEPTH => of_table(table, depth),
        _ => Tree::Other,
    };
    Node { span: Span::from(value.span()), value: tree }
}

/// A YAML file, or one of JSON.
pub(super) fn yaml(file: &Rc<File>) -> Option<Node> {
    let root = file.tree.get_or_init(|| {
        let document = Document::new(Language::Yaml, &*file.text);
        document.yaml().roots.first().map(|root| of_yaml(root, 0))
    });
    root.clone()
}

fn of_yaml(node: &yaml::Node, depth: u32) -> Node {
    let tree = match &node.value {
        Value::Scalar(scalar) => Tree::Text(scalar.content.to_string()),
        Value::Sequence(sequence) if depth < MAX_DEPTH => {
            Tree::List(sequence.items.iter().map(|item| of_yaml(&item.value, depth + 1)).collect())
        }
        Value::Mapping(mapping) if depth < MAX_DEPTH => {
            let pair = |entry: &yaml::Entry| Some((entry.key.str()?.to_owned(), of_yaml(&entry.value, depth + 1)));
            Tree::Table(mapping.entries.iter().filter_map(pair).collect())
        }
        _ => Tree::Other,
    };
    Node { span: node.span, value: tree }
}
