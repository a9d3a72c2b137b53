//! YAML as a typed tree with spans, lowered from tree-sitter's: what `facts` reads and what edits are made on.
//!
//! Every node knows its bytes. Comments and blank lines belong to no node; spans of collections end with their last
//! content byte, so that an edit decides itself which comments move along.

use smallvec::SmallVec;
use smol_str::SmolStr;

use crate::Span;

mod lower;
mod scalar;
mod shift;

pub(crate) use lower::lower;
pub(crate) use shift::shift;

/// All documents of one file. A workflow has one; what follows a `---` is kept, not used.
#[derive(Clone, Debug, Default)]
pub struct Stream {
    /// Root of each document, in order; a document without content has none.
    pub roots: Vec<Node>,
    /// Every comment of the file from its `#` to the end of its line, in order.
    pub comments: Vec<Span>,
}

/// One value.
#[derive(Clone, Debug)]
pub struct Node {
    /// From the first content byte to one past the last: without tag and anchor, without trailing comments and blank
    /// lines. Of a block scalar: from its indicator (`|`) to the end of its last line that holds text.
    pub span: Span,
    /// `&name` in front of it: the name.
    pub anchor: Option<Box<str>>,
    /// What it is.
    pub value: Value,
}

/// What a node holds.
#[derive(Clone, Debug)]
pub enum Value {
    /// Nothing at all: `key:` without a value. The span is empty and lies behind the colon.
    Null,
    /// A scalar of any style.
    Scalar(Scalar),
    /// `*name`.
    Alias(Box<str>),
    /// Block or flow mapping.
    Mapping(Mapping),
    /// Block or flow sequence.
    Sequence(Sequence),
}

/// How a scalar is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Style {
    /// No quotes.
    Plain,
    /// `'…'`
    Single,
    /// `"…"`
    Double,
    /// `|`
    Literal,
    /// `>`
    Folded,
}

/// A scalar: its content as YAML means it, and where each part of the content stands in the file.
#[derive(Clone, Debug)]
pub struct Scalar {
    /// How it is written.
    pub style: Style,
    /// Its content with escapes, folding and indentation undone. Plain scalars keep their written form (`3.10` stays
    /// `3.10`): what a number means is for the reader to say.
    pub content: SmolStr,
    /// Runs of content that stand in the file as they are: content offset and file offset of each run's start, in
    /// order. Never empty for content that is not.
    pub runs: SmallVec<[(u32, u32); 1]>,
}

/// A mapping with its entries in the order of the file; duplicate keys are kept.
#[derive(Clone, Debug)]
pub struct Mapping {
    /// `{…}` rather than indented lines.
    pub flow: bool,
    /// Key and value pairs.
    pub entries: Vec<Entry>,
}

/// One `key: value`.
#[derive(Clone, Debug)]
pub struct Entry {
    /// The key; a scalar in all that CI knows.
    pub key: Node,
    /// The value; [`Value::Null`] when there is none.
    pub value: Node,
}

/// A sequence.
#[derive(Clone, Debug)]
pub struct Sequence {
    /// `[…]` rather than `- ` lines.
    pub flow: bool,
    /// Its items.
    pub items: Vec<Item>,
}

/// One item of a sequence.
#[derive(Clone, Debug)]
pub struct Item {
    /// From the `-` of a block item (or the value's first byte in a flow sequence) to the end of the value.
    pub span: Span,
    /// The value.
    pub value: Node,
}

impl Entry {
    /// From the key's first byte to the value's last.
    pub fn span(&self) -> Span {
        self.key.span.join(self.value.span)
    }
}

impl Scalar {
    /// File offset of the content byte at `offset`. Content that is not in the file as it is (an escape, a folded
    /// line break) gives the offset where its run would go on.
    pub fn source(&self, offset: u32) -> u32 {
        let at = self.runs.partition_point(|(content, _)| *content <= offset);
        let (content, file) = at.checked_sub(1).and_then(|at| self.runs.get(at)).copied().unwrap_or_default();
        file + (offset - content)
    }

    /// File span of a span of the content.
    pub fn source_span(&self, span: Span) -> Span {
        if span.is_empty() {
            return Span::empty(self.source(span.start));
        }
        Span::new(self.source(span.start), self.source(span.end - 1) + 1)
    }
}

impl Node {
    /// The scalar it holds.
    pub fn scalar(&self) -> Option<&Scalar> {
        match &self.value {
            Value::Scalar(scalar) => Some(scalar),
            _ => None,
        }
    }

    /// The scalar's content.
    pub fn str(&self) -> Option<&str> {
        self.scalar().map(|scalar| &*scalar.content)
    }

    /// The mapping it is.
    pub fn mapping(&self) -> Option<&Mapping> {
        match &self.value {
            Value::Mapping(mapping) => Some(mapping),
            _ => None,
        }
    }

    /// The sequence it is.
    pub fn sequence(&self) -> Option<&Sequence> {
        match &self.value {
            Value::Sequence(sequence) => Some(sequence),
            _ => None,
        }
    }

    /// The value under `key` of the mapping it is.
    pub fn get(&self, key: &str) -> Option<&Node> {
        self.entry(key).map(|entry| &entry.value)
    }

    /// The entry under `key` of the mapping it is. Of duplicates the last, as the platforms read it.
    pub fn entry(&self, key: &str) -> Option<&Entry> {
        self.mapping()?.entries.iter().rev().find(|entry| entry.key.str() == Some(key))
    }
}
