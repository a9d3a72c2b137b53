//! How the sessions of a group stand to one another: free, in an order, or never at the same time.

use model::{SessionId, Verdict};

use super::{Group, Item};
use crate::snapshot::Snapshot;

/// How two items stand to each other.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Relation {
    Free,
    Ordered,
    Excluded,
}

pub(super) struct Relations {
    n: usize,
    of: Vec<Relation>,
}

impl Relations {
    /// Compares all pairs. `keeps_together`: an order is kept by one process, not by waiting. `unknown` gets the commands
    /// that nobody knows.
    pub(super) fn of(snapshot: &Snapshot, group: &Group<'_>, keeps_together: bool, unknown: &mut Vec<String>) -> Self {
        let n = group.items.len();
        let mut of = vec![Relation::Free; n * n];
        let required = |item: &Item| snapshot.workspace.with_required(group.judged, &[item.session]);
        let required: Vec<Vec<SessionId>> = group.items.iter().map(required).collect();
        for (a, first) in group.items.iter().enumerate() {
            for (b, second) in group.items.iter().enumerate().skip(a + 1) {
                of[a * n + b] = if first.session == second.session || meet(&required, a, b) {
                    // One environment folder, or a prerequisite that nox runs in each process of its own: one process.
                    Relation::Excluded
                } else {
                    // What nox runs before a session runs beside the other one, too.
                    let of_all = required[a].iter().flat_map(|a| required[b].iter().map(move |b| (*a, *b)));
                    let relations = of_all.map(|(a, b)| relation(snapshot, group, keeps_together, (a, b), unknown));
                    relations.max().unwrap_or(Relation::Free)
                };
            }
        }
        unknown.sort();
        unknown.dedup();
        Self { n, of }
    }

    pub(super) fn between(&self, a: usize, b: usize) -> Relation {
        self.of.get(a.min(b) * self.n + a.max(b)).copied().unwrap_or(Relation::Free)
    }

    pub(super) fn excludes(&self, a: usize, b: usize) -> bool {
        self.between(a, b) == Relation::Excluded
    }
}

/// How two sessions stand to each other, whatever they require.
fn relation(
    snapshot: &Snapshot,
    group: &Group<'_>,
    keeps_together: bool,
    (a, b): (SessionId, SessionId),
    unknown: &mut Vec<String>,
) -> Relation {
    match snapshot.workspace.verdict(group.judged, a, b) {
        Verdict::Parallel => Relation::Free,
        Verdict::MustOrder(_) if !keeps_together => Relation::Ordered,
        Verdict::MustOrder(_) | Verdict::OneProcess(_) | Verdict::AfterCure(_) | Verdict::Exclusive(_) => {
            Relation::Excluded
        }
        Verdict::Unknown(what) => {
            unknown.extend(what);
            Relation::Free
        }
    }
}

fn meet(required: &[Vec<SessionId>], a: usize, b: usize) -> bool {
    let (Some(a), Some(b)) = (required.get(a), required.get(b)) else { return false };
    a.iter().any(|id| b.contains(id))
}
