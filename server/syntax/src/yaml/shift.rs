//! Nodes at another place, for what an edit only moved, and streams read in parts put together.

use super::{Entry, Item, Mapping, Node, Scalar, Sequence, Stream, Value};
use crate::Span;

impl Stream {
    /// The same, `by` bytes further on (or back).
    pub(crate) fn shifted(&self, by: i64) -> Self {
        Self {
            roots: self.roots.iter().map(|root| root.shifted(by)).collect(),
            comments: self.comments.iter().map(|comment| shift(*comment, by)).collect(),
        }
    }

    /// The entries of the block mapping that is the value of the root's last entry: of a workflow, its jobs.
    pub(crate) fn last_entries(&self) -> Option<&[Entry]> {
        let [root] = self.roots.as_slice() else { return None };
        root.block_entries()?.last()?.value.block_entries()
    }

    /// Takes the last entries ([`Self::last_entries`]) out.
    pub(crate) fn take_last_entries(&mut self) -> Option<Vec<Entry>> {
        let [root] = self.roots.as_mut_slice() else { return None };
        let Value::Mapping(Mapping { flow: false, entries }) = &mut root.value else { return None };
        match &mut entries.last_mut()?.value.value {
            Value::Mapping(Mapping { flow: false, entries }) => Some(std::mem::take(entries)),
            _ => None,
        }
    }

    /// The same without its last entries ([`Self::last_entries`]) and comments.
    pub(crate) fn head(&self) -> Self {
        let mut roots = Vec::new();
        for root in &self.roots {
            let mut entries: Vec<Entry> = Vec::new();
            let all = root.block_entries().unwrap_or_default();
            if let Some((last, others)) = all.split_last() {
                entries.extend(others.iter().cloned());
                let value = Value::Mapping(Mapping { flow: false, entries: Vec::new() });
                let value = Node { span: last.value.span, anchor: last.value.anchor.clone(), value };
                entries.push(Entry { key: last.key.clone(), value });
            }
            let value = Value::Mapping(Mapping { flow: false, entries });
            roots.push(Node { span: root.span, anchor: root.anchor.clone(), value });
        }
        Self { roots, comments: Vec::new() }
    }

    /// The entries of a root that is one block mapping, and nothing else.
    pub(crate) fn into_entries(self) -> Option<Vec<Entry>> {
        let [root] = <[Node; 1]>::try_from(self.roots).ok()?;
        match root.value {
            Value::Mapping(Mapping { flow: false, entries }) => Some(entries),
            _ => None,
        }
    }

    /// The same with `entries` for the last entries ([`Self::last_entries`]). `None`: it has none.
    pub(crate) fn with_last_entries(mut self, entries: Vec<Entry>) -> Option<Self> {
        let [root] = self.roots.as_mut_slice() else { return None };
        let Value::Mapping(outer) = &mut root.value else { return None };
        let last = &mut outer.entries.last_mut()?.value;
        let Value::Mapping(Mapping { entries: inner, .. }) = &mut last.value else { return None };
        last.span = entries.first()?.span().join(entries.last()?.span());
        root.span.end = last.span.end;
        *inner = entries;
        Some(self)
    }
}

impl Entry {
    pub(crate) fn shifted(&self, by: i64) -> Self {
        Self { key: self.key.shifted(by), value: self.value.shifted(by) }
    }
}

impl Node {
    fn block_entries(&self) -> Option<&[Entry]> {
        self.mapping().filter(|mapping| !mapping.flow).map(|mapping| mapping.entries.as_slice())
    }

    pub(crate) fn shifted(&self, by: i64) -> Self {
        let value = match &self.value {
            Value::Null => Value::Null,
            Value::Scalar(scalar) => Value::Scalar(scalar.shifted(by)),
            Value::Alias(name) => Value::Alias(name.clone()),
            Value::Mapping(Mapping { flow, entries }) => {
                Value::Mapping(Mapping { flow: *flow, entries: entries.iter().map(|it| it.shifted(by)).collect() })
            }
            Value::Sequence(Sequence { flow, items }) => {
                let item = |item: &Item| Item { span: shift(item.span, by), value: item.value.shifted(by) };
                Value::Sequence(Sequence { flow: *flow, items: items.iter().map(item).collect() })
            }
        };
        Self { span: shift(self.span, by), anchor: self.anchor.clone(), value }
    }
}

impl Scalar {
    fn shifted(&self, by: i64) -> Self {
        let runs = self.runs.iter().map(|(content, file)| (*content, moved(*file, by))).collect();
        Self { style: self.style, content: self.content.clone(), runs }
    }
}

fn moved(offset: u32, by: i64) -> u32 {
    u32::try_from(i64::from(offset) + by).unwrap_or_default()
}

/// A span `by` bytes further on.
pub(crate) fn shift(span: Span, by: i64) -> Span {
    Span::new(moved(span.start, by), moved(span.end, by))
}
