//! Order that is needed, with the evidence for it.
//!
//! Neighbours: `effects` says what each session touches; `graph/declared.rs`, `graph/data.rs` and
//! `graph/naming.rs` make the edges, `graph/cycles.rs` drops what would close a circle.

mod cycles;
mod data;
mod declared;
mod naming;
mod order;
mod path_index;
mod reuse;
mod variables;

use std::sync::Arc;

use facts::noxfile::NoxfileFacts;
use rustc_hash::{FxHashMap, FxHashSet};
use syntax::Span;

use crate::effects::{Effect, Effects};
use crate::workspace::{FileId, SessionId};

pub(crate) use data::carries_data;
pub(crate) use reuse::taken_over;

/// `to` must come after `from`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Edge {
    /// Comes first.
    pub from: SessionId,
    /// Comes after.
    pub to: SessionId,
    /// What makes it so.
    pub kind: EdgeKind,
    /// How sure that is.
    pub evidence: Evidence,
    /// Why, as a sentence with both names: "`coverage_report` reads `.coverage`, which `unit_tests` writes".
    pub reason: String,
    /// The place that shows it, with its file.
    pub place: Option<(FileId, Span)>,
}

impl Edge {
    /// Whether a plan must keep it. The others only say what today's order decides.
    pub fn is_needed(&self) -> bool {
        self.evidence != Evidence::OrderOnly
    }

    /// Whether `to` lacks something until `from` has run: what "with dependencies" means. A formatter that stands
    /// before the tests is no dependency of theirs.
    pub fn is_dependency(&self) -> bool {
        matches!(self.kind, EdgeKind::Requires | EdgeKind::Data | EdgeKind::Notify | EdgeKind::Variable)
    }
}

/// What makes an order needed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum EdgeKind {
    /// `requires=`.
    Requires,
    /// `session.notify`: `to` is queued by `from`.
    Notify,
    /// A job's `needs`.
    Needs,
    /// `from` writes what `to` reads, or clears what `to` writes.
    Data,
    /// `to` reads a variable of nox's process that `from` changes: in order, and in one process.
    Variable,
    /// `to` publishes, and `from` stands before it: its gate.
    Gate,
    /// `from` rewrites what `to` reads or writes in place: today's order decides what `to` sees.
    Order,
}

/// How sure an edge is, best first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Evidence {
    /// Written down: `requires`, `notify`, `needs`.
    Declared,
    /// An artifact's name.
    Artifact,
    /// A path that both name.
    ExactPath,
    /// A path that a known tool uses by default.
    DefaultPath,
    /// Names alone: `coverage_report` after `tests`.
    Naming,
    /// Nothing but that it stands earlier.
    OrderOnly,
}

impl Evidence {
    /// Its name for people.
    pub fn name(self) -> &'static str {
        match self {
            Self::Declared => "declared",
            Self::Artifact => "artifact",
            Self::ExactPath => "exact path",
            Self::DefaultPath => "default path",
            Self::Naming => "naming",
            Self::OrderOnly => "order only",
        }
    }
}

/// What edges are made from.
pub(crate) struct Sources<'a> {
    pub(crate) file: FileId,
    pub(crate) facts: &'a NoxfileFacts,
    pub(crate) effects: &'a [Arc<Effects>],
    pub(crate) by_name: &'a FxHashMap<String, SessionId>,
}

impl Sources<'_> {
    /// Where `session` does what has `effect`.
    fn place(&self, session: SessionId, effect: &Effect) -> Option<(FileId, Span)> {
        Some((self.file, self.facts.sessions.get(session.0)?.actions.get(effect.action)?.span))
    }

    /// The name of a session.
    fn name(&self, session: SessionId) -> &str {
        self.facts.sessions.get(session.0).map_or("", |it| it.name.as_str())
    }
}

/// The edges of a noxfile, sorted by (from, to), the best evidence first for a pair. No edge that was inferred closes a
/// circle; declared ones may, if the noxfile has it so.
pub(crate) fn edges_of(sources: &Sources<'_>) -> Vec<Edge> {
    let mut edges = declared::edges(sources);
    let rank = order::ranks(sources.facts);
    data::add(sources, &rank, &mut edges);
    variables::add(sources, &rank, &mut edges);
    naming::add(sources, &mut edges);
    order::add(sources, &rank, &mut edges);
    edges.sort_by_key(|edge| (edge.from, edge.to, edge.evidence, edge.kind));
    edges.dedup_by(|next, kept| (next.from, next.to, next.kind) == (kept.from, kept.to, kept.kind));
    cycles::drop_inferred(sources.facts.sessions.len(), &mut edges);
    edges
}

/// The first edge of a way from `from` to `to` over needed edges of `edges`, which are sorted by `from`.
pub(crate) fn way(edges: &[Edge], from: SessionId, to: SessionId) -> Option<&Edge> {
    let behind = |session: SessionId| {
        let start = edges.partition_point(|edge| edge.from < session);
        edges[start..].iter().take_while(move |edge| edge.from == session).filter(|edge| edge.is_needed())
    };
    if let Some(direct) = behind(from).find(|edge| edge.to == to) {
        return Some(direct);
    }
    behind(from).find(|first| {
        let mut seen = FxHashSet::from_iter([from, first.to]);
        let mut open = vec![first.to];
        while let Some(session) = open.pop() {
            if session == to {
                return true;
            }
            open.extend(behind(session).map(|edge| edge.to).filter(|next| seen.insert(*next)));
        }
        false
    })
}

#[cfg(test)]
mod tests;
