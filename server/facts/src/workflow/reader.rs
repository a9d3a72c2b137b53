//! A workflow's nodes as a forge sees them: aliases followed, merge keys opened where the forge knows them.
//!
//! Nodes are never copied; an alias gives the anchor's own node, with the anchor's spans. Every step through an alias
//! costs one of a fixed number of tokens, so that ten lines of aliases to aliases stay ten lines of work.

use std::cell::Cell;

use syntax::Span;
use syntax::yaml::{Entry, Node, Style, Value};

use crate::Forge;
use crate::shell::Word;

/// Nodes that one reading may visit: a workflow of 200 jobs has 10,000.
const BUDGET: u32 = 100_000;
/// Levels of nodes within nodes that are walked.
const MAX_DEPTH: u32 = 100;

pub(super) struct Reader<'a> {
    pub(super) forge: Forge,
    /// Anchors in the order of the file, with the offset from which each is known.
    anchors: Vec<(&'a str, u32, &'a Node)>,
    budget: Cell<u32>,
}

impl<'a> Reader<'a> {
    pub(super) fn new(root: &'a Node, forge: Forge) -> Self {
        let mut anchors = Vec::new();
        collect(root, 0, &mut anchors);
        Self { forge, anchors, budget: Cell::new(BUDGET) }
    }

    /// The node that counts: what an alias stands for. An alias without an anchor, or in a circle, stays an alias.
    pub(super) fn follow(&self, node: &'a Node) -> &'a Node {
        let mut node = node;
        for _ in 0..8 {
            let Value::Alias(name) = &node.value else { break };
            if !self.spend() {
                break;
            }
            // The last one written before it: an anchor may be set anew.
            let at = self.anchors.partition_point(|(_, known, _)| *known <= node.span.start);
            let before = self.anchors.get(..at).unwrap_or_default();
            let Some((_, _, target)) = before.iter().rev().find(|(known, _, _)| *known == &**name) else { break };
            node = target;
        }
        node
    }

    /// Entries of a mapping, those that it merges behind its own.
    pub(super) fn entries(&self, node: &'a Node) -> Vec<&'a Entry> {
        let mut entries = Vec::new();
        self.merged(node, 0, &mut entries);
        entries
    }

    fn merged(&self, node: &'a Node, depth: u32, into: &mut Vec<&'a Entry>) {
        let Some(mapping) = self.follow(node).mapping() else { return };
        let is_merge = |entry: &&Entry| self.forge != Forge::GitHub && entry.key.str() == Some("<<");
        for entry in mapping.entries.iter().filter(|entry| !is_merge(entry)) {
            let is_new = depth == 0 || entry.key.str().is_none_or(|key| find(into, key).is_none());
            if is_new && self.spend() {
                into.push(entry);
            }
        }
        for entry in mapping.entries.iter().filter(is_merge).filter(|_| depth < 8) {
            let value = self.follow(&entry.value);
            match value.sequence() {
                Some(sequence) => {
                    sequence.items.iter().for_each(|item| self.merged(&item.value, depth + 1, into));
                }
                None => self.merged(value, depth + 1, into),
            }
        }
    }

    /// Items of a sequence, aliases followed.
    pub(super) fn items(&self, node: &'a Node) -> impl Iterator<Item = &'a Node> {
        let items = self.follow(node).sequence().map(|sequence| sequence.items.as_slice()).unwrap_or_default();
        items.iter().filter(|_| self.spend()).map(|item| self.follow(&item.value))
    }

    /// Strings of a scalar or of a sequence of scalars.
    pub(super) fn strings(&self, node: &'a Node) -> Vec<(String, Span)> {
        match text(self.follow(node)) {
            Some(one) => vec![one],
            None => self.items(node).filter_map(text).collect(),
        }
    }

    /// `key: value` pairs whose values are scalars, as words.
    pub(super) fn words(&self, node: &'a Node) -> Vec<(String, Word)> {
        let pairs = self.entries(node).into_iter();
        pairs.filter_map(|entry| Some((entry.key.str()?.to_owned(), self.word(self.follow(&entry.value))?))).collect()
    }

    /// A scalar as the value of a variable. GitHub reads `3.10` as a number and writes it as `3.1`; the others keep it.
    fn word(&self, node: &Node) -> Option<Word> {
        let text = match &node.value {
            Value::Null => String::new(),
            Value::Scalar(scalar) if scalar.style == Style::Plain && self.forge == Forge::GitHub => {
                super::value::Value::plain(&scalar.content).text()
            }
            _ => node.str()?.to_owned(),
        };
        Some(Word { literal: !text.contains("${{"), text, span: node.span, quoted: false })
    }

    /// Calls `visit` with every scalar in `node`, aliases followed.
    pub(super) fn scalars(&self, node: &'a Node, visit: &mut dyn FnMut(&'a Node)) {
        self.scalars_below(node, 0, visit);
    }

    fn scalars_below(&self, node: &'a Node, depth: u32, visit: &mut dyn FnMut(&'a Node)) {
        if depth > MAX_DEPTH || !self.spend() {
            return;
        }
        let node = self.follow(node);
        match &node.value {
            Value::Scalar(_) => visit(node),
            Value::Mapping(mapping) => {
                mapping.entries.iter().for_each(|entry| self.scalars_below(&entry.value, depth + 1, visit));
            }
            Value::Sequence(sequence) => {
                sequence.items.iter().for_each(|item| self.scalars_below(&item.value, depth + 1, visit));
            }
            Value::Null | Value::Alias(_) => {}
        }
    }

    /// Takes one token; `false` when there are none left.
    pub(super) fn spend(&self) -> bool {
        let left = self.budget.get();
        self.budget.set(left.saturating_sub(1));
        left > 0
    }
}

/// The entry with `key`: of duplicates the last of the mapping's own.
pub(super) fn find<'a>(entries: &[&'a Entry], key: &str) -> Option<&'a Entry> {
    entries.iter().rev().find(|entry| entry.key.str() == Some(key)).copied()
}

/// A scalar's content and place.
pub(super) fn text(node: &Node) -> Option<(String, Span)> {
    node.str().map(|content| (content.to_owned(), node.span))
}

fn collect<'a>(node: &'a Node, depth: u32, into: &mut Vec<(&'a str, u32, &'a Node)>) {
    if let Some(name) = &node.anchor {
        into.push((name, node.span.start, node));
    }
    if depth > MAX_DEPTH {
        return;
    }
    match &node.value {
        Value::Mapping(mapping) => {
            for entry in &mapping.entries {
                collect(&entry.key, depth + 1, into);
                collect(&entry.value, depth + 1, into);
            }
        }
        Value::Sequence(sequence) => sequence.items.iter().for_each(|item| collect(&item.value, depth + 1, into)),
        _ => {}
    }
}
