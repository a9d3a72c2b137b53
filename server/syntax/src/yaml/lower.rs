//! From tree-sitter's tree to ours. Neighbours: `scalar` decodes the leaves, `document` calls and has the tree.
//!
//! What tree-sitter-yaml 0.7.2 does otherwise than one would think, and is put right here: comment lines behind an item
//! belong to its deepest node, so that ends are taken from the content; an ERROR node is skipped where it stands, its
//! neighbours stay. Walked with one cursor, depth capped: a deeper node reads as nothing.

use std::sync::OnceLock;

use tree_sitter::{LanguageRef, Node as Raw, Tree, TreeCursor};

use super::{Entry, Item, Mapping, Node, Sequence, Stream, Value, scalar};
use crate::Span;

/// Levels of collections that are read. CI files have ten; the parser itself aborts the process at 252 block levels.
const MAX_DEPTH: u32 = 200;

/// Lowers `tree`, which was parsed from `text`.
pub(crate) fn lower(tree: &Tree, text: &str) -> Stream {
    let mut lowering = Lowering { cursor: tree.walk(), text, kinds: Kinds::of(&tree.language()), comments: Vec::new() };
    let mut roots = Vec::new();
    let root = tree.root_node();
    if root.kind_id() == lowering.kinds.error {
        roots.extend(lowering.salvage());
    } else {
        lowering.children(|this, kind, _| {
            if kind == this.kinds.document {
                roots.extend(this.document());
            } else if kind == this.kinds.error {
                roots.extend(this.salvage());
            }
        });
    }
    let mut comments = lowering.comments;
    comments.sort_unstable();
    Stream { roots, comments }
}

/// Numbers of the node kinds: comparing numbers costs a tenth of comparing names.
struct Kinds {
    document: u16,
    block_node: u16,
    flow_node: u16,
    block_mapping: u16,
    block_mapping_pair: u16,
    flow_mapping: u16,
    flow_pair: u16,
    block_sequence: u16,
    block_sequence_item: u16,
    flow_sequence: u16,
    plain: u16,
    single: u16,
    double: u16,
    block_scalar: u16,
    alias: u16,
    anchor: u16,
    comment: u16,
    error: u16,
    colon: u16,
    dash: u16,
}

impl Kinds {
    fn of(language: &LanguageRef<'_>) -> &'static Self {
        static KINDS: OnceLock<Kinds> = OnceLock::new();
        KINDS.get_or_init(|| Self::read(language))
    }

    fn read(language: &LanguageRef<'_>) -> Self {
        let named = |name: &str| language.id_for_node_kind(name, true);
        Self {
            document: named("document"),
            block_node: named("block_node"),
            flow_node: named("flow_node"),
            block_mapping: named("block_mapping"),
            block_mapping_pair: named("block_mapping_pair"),
            flow_mapping: named("flow_mapping"),
            flow_pair: named("flow_pair"),
            block_sequence: named("block_sequence"),
            block_sequence_item: named("block_sequence_item"),
            flow_sequence: named("flow_sequence"),
            plain: named("plain_scalar"),
            single: named("single_quote_scalar"),
            double: named("double_quote_scalar"),
            block_scalar: named("block_scalar"),
            alias: named("alias"),
            anchor: named("anchor"),
            comment: named("comment"),
            error: u16::MAX, // tree-sitter's own number for ERROR
            colon: language.id_for_node_kind(":", false),
            dash: language.id_for_node_kind("-", false),
        }
    }
}

struct Lowering<'t> {
    cursor: TreeCursor<'t>,
    text: &'t str,
    kinds: &'static Kinds,
    comments: Vec<Span>,
}

/// Where a node stands: what scalars and absent values need to know of their parent.
#[derive(Clone, Copy)]
struct Place {
    /// Levels above.
    depth: u32,
    /// Column of the parent's key or dash; -1 at the root. Explicit indentation of a block scalar counts from here.
    column: i64,
    /// Where an absent value stands.
    empty: u32,
}

impl<'t> Lowering<'t> {
    /// Calls `visit` with the cursor on each child, its kind and itself; comments are kept on the way.
    fn children(&mut self, mut visit: impl FnMut(&mut Self, u16, Raw<'t>)) {
        if !self.cursor.goto_first_child() {
            return;
        }
        loop {
            let raw = self.cursor.node();
            let kind = raw.kind_id();
            if kind == self.kinds.comment {
                self.comment(raw);
            } else {
                visit(self, kind, raw);
            }
            if !self.cursor.goto_next_sibling() {
                break;
            }
        }
        self.cursor.goto_parent();
    }

    fn is_node(&self, kind: u16) -> bool {
        kind == self.kinds.block_node || kind == self.kinds.flow_node
    }

    /// The grammar ends a comment at LF only.
    fn comment(&mut self, raw: Raw<'t>) {
        let span = span_of(raw);
        let length = span.of(self.text).trim_end_matches(['\r', '\n']).len();
        self.comments.push(Span::from(span.range().start..span.range().start + length));
    }

    fn document(&mut self) -> Option<Node> {
        let mut root: Option<Node> = None;
        self.children(|this, kind, raw| {
            if this.is_node(kind) {
                let node = this.node(Place { depth: 0, column: -1, empty: span_of(raw).start });
                root.get_or_insert(node);
            } else if kind == this.kinds.error {
                let saved = this.salvage();
                merge(&mut root, saved);
            }
        });
        root
    }

    /// Where the parser gave up: the pairs in it that certainly belong to the root, those at column 0.
    fn salvage(&mut self) -> Option<Node> {
        let mut root = None;
        self.children(|this, kind, raw| {
            if kind == this.kinds.block_mapping_pair && raw.start_position().column == 0 {
                let entry = this.pair(raw, Place { depth: 1, column: 0, empty: span_of(raw).start });
                merge(&mut root, entry.map(|entry| mapping_of(false, vec![entry], Span::default())));
            } else if this.is_node(kind) && raw.start_position().column == 0 {
                let node = this.node(Place { depth: 0, column: -1, empty: span_of(raw).start });
                merge(&mut root, Some(node));
            } else {
                this.comments_below();
            }
        });
        root.filter(|node| node.mapping().is_some())
    }

    /// Comments of a part that is not read. Counts levels itself: the cursor's own depth takes as long as it is deep.
    fn comments_below(&mut self) {
        let mut level = u32::from(self.cursor.goto_first_child());
        while level > 0 {
            let raw = self.cursor.node();
            if raw.kind_id() == self.kinds.comment {
                self.comment(raw);
            }
            if self.cursor.goto_first_child() {
                level += 1;
                continue;
            }
            while level > 0 && !self.cursor.goto_next_sibling() {
                self.cursor.goto_parent();
                level -= 1;
            }
        }
    }

    /// A `block_node` or `flow_node`: properties and content.
    fn node(&mut self, place: Place) -> Node {
        let mut node = Node { span: Span::empty(place.empty), anchor: None, value: Value::Null };
        if place.depth >= MAX_DEPTH {
            self.comments_below();
            return node;
        }
        self.children(|this, kind, raw| this.part(kind, raw, place, &mut node));
        node
    }

    /// One child of a node: its anchor, its tag, or its content.
    fn part(&mut self, kind: u16, raw: Raw<'t>, place: Place, node: &mut Node) {
        let kinds = self.kinds;
        let span = span_of(raw);
        let deeper = Place { depth: place.depth + 1, ..place };
        if kind == kinds.plain {
            node.span = span;
            node.value = Value::Scalar(scalar::plain(self.text, span));
        } else if kind == kinds.double {
            node.span = span;
            node.value = Value::Scalar(scalar::double(self.text, span));
        } else if kind == kinds.single {
            node.span = span;
            node.value = Value::Scalar(scalar::single(self.text, span));
        } else if kind == kinds.block_scalar {
            let (scalar, span) = scalar::block(self.text, span, place.column);
            node.span = span;
            node.value = Value::Scalar(scalar);
            self.comments_below();
        } else if kind == kinds.block_mapping {
            let entries = self.entries(deeper);
            *node = Node { anchor: node.anchor.take(), ..mapping_of(false, entries, Span::empty(span.start)) };
        } else if kind == kinds.flow_mapping {
            let entries = self.entries(deeper);
            node.span = span;
            node.value = Value::Mapping(Mapping { flow: true, entries });
        } else if kind == kinds.block_sequence || kind == kinds.flow_sequence {
            let flow = kind == kinds.flow_sequence;
            let items = if flow { self.flow_items(deeper) } else { self.block_items(deeper) };
            node.span = match (items.first(), items.last()) {
                (Some(first), Some(last)) if !flow => first.span.join(last.span),
                _ if flow => span,
                _ => Span::empty(span.start),
            };
            node.value = Value::Sequence(Sequence { flow, items });
        } else if kind == kinds.alias {
            node.span = span;
            node.value = Value::Alias(name_of(span, self.text));
        } else if kind == kinds.anchor {
            node.anchor = Some(name_of(span, self.text));
            node.span = if matches!(node.value, Value::Null) { Span::empty(span.end) } else { node.span };
        } else {
            self.comments_below();
        }
    }

    /// Pairs of a block or flow mapping.
    fn entries(&mut self, place: Place) -> Vec<Entry> {
        let mut entries = Vec::new();
        self.children(|this, kind, raw| {
            if kind == this.kinds.block_mapping_pair || kind == this.kinds.flow_pair {
                entries.extend(this.pair(raw, place));
            } else if this.is_node(kind) {
                let key = this.node(place);
                let value = null_at(span_of(raw).end);
                entries.push(Entry { key, value });
            } else {
                this.comments_below();
            }
        });
        entries.shrink_to_fit(); // most are small, and a list's first growth makes room for four
        entries
    }

    /// One pair; nothing when it has no key. What stands behind the colon is the value (asking the cursor for the field
    /// of each child costs more than all else here).
    fn pair(&mut self, pair: Raw<'t>, place: Place) -> Option<Entry> {
        let mut place = Place { column: column_of(pair), empty: span_of(pair).start, ..place };
        let (mut key, mut value, mut is_behind_colon) = (None, None, false);
        self.children(|this, kind, raw| {
            if kind == this.kinds.colon {
                place.empty = span_of(raw).end;
                is_behind_colon = true;
            } else if this.is_node(kind) && is_behind_colon {
                value = Some(this.node(place));
            } else if this.is_node(kind) {
                key = Some(this.node(place));
                place.empty = span_of(raw).end;
            } else {
                this.comments_below();
            }
        });
        let value = value.unwrap_or_else(|| null_at(place.empty));
        Some(Entry { key: key?, value })
    }

    fn block_items(&mut self, place: Place) -> Vec<Item> {
        let mut items = Vec::new();
        self.children(|this, kind, raw| {
            if kind != this.kinds.block_sequence_item {
                return this.comments_below();
            }
            let column = column_of(raw);
            let mut dash = Span::empty(span_of(raw).start);
            let mut value = None;
            this.children(|this, kind, raw| {
                if kind == this.kinds.dash {
                    dash = span_of(raw);
                } else if this.is_node(kind) {
                    value = Some(this.node(Place { column, empty: dash.end, ..place }));
                } else {
                    this.comments_below();
                }
            });
            let value = value.unwrap_or_else(|| null_at(dash.end));
            items.push(Item { span: dash.join(value.span), value });
        });
        items.shrink_to_fit();
        items
    }

    fn flow_items(&mut self, place: Place) -> Vec<Item> {
        let mut items = Vec::new();
        self.children(|this, kind, raw| {
            if this.is_node(kind) {
                let value = this.node(Place { empty: span_of(raw).start, ..place });
                items.push(Item { span: value.span, value });
            } else if kind == this.kinds.flow_pair {
                let entries = this.pair(raw, place).into_iter().collect();
                let value = mapping_of(true, entries, Span::empty(span_of(raw).start));
                items.push(Item { span: value.span, value });
            } else {
                this.comments_below();
            }
        });
        items
    }
}

fn span_of(raw: Raw<'_>) -> Span {
    Span::from(raw.byte_range())
}

fn column_of(raw: Raw<'_>) -> i64 {
    i64::try_from(raw.start_position().column).unwrap_or(0)
}

/// A mapping whose span is that of its entries, or `empty`.
fn mapping_of(flow: bool, entries: Vec<Entry>, empty: Span) -> Node {
    let span = match (entries.first(), entries.last()) {
        (Some(first), Some(last)) => first.key.span.join(last.span()),
        _ => empty,
    };
    Node { span, anchor: None, value: Value::Mapping(Mapping { flow, entries }) }
}

/// Appends the pairs of `more` to the mapping in `root`.
fn merge(root: &mut Option<Node>, more: Option<Node>) {
    let Some(more) = more else { return };
    let Some(root) = root else {
        *root = Some(more);
        return;
    };
    let span = root.span.join(more.span);
    if let (Value::Mapping(into), Value::Mapping(from)) = (&mut root.value, more.value) {
        into.entries.extend(from.entries);
        root.span = span;
    }
}

fn null_at(offset: u32) -> Node {
    Node { span: Span::empty(offset), anchor: None, value: Value::Null }
}

/// `&name` or `*name` without its sign.
fn name_of(span: Span, text: &str) -> Box<str> {
    span.of(text).trim_start_matches(['&', '*']).into()
}
