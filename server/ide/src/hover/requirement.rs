//! One entry of `requires=`: what it makes the session wait for, and what a parallel run would gain without it.

use std::fmt::Write;

use model::{EdgeKind, NoxfileId, SessionId};

use crate::snapshot::Snapshot;
use crate::times::{self, SessionTimes};
use crate::words;

/// The hover's markdown.
pub(super) fn text(snapshot: &Snapshot, noxfile: NoxfileId, waiting: SessionId, needed: SessionId) -> Option<String> {
    let workspace = &snapshot.workspace;
    let model = workspace.noxfiles.get(noxfile.0)?;
    let (to, from) = (times::name(model, waiting), times::name(model, needed));
    let estimate = model.local.total(needed)?;
    let (time, sure) = (words::estimate(&estimate), words::source(&estimate));
    let mut out = format!("`{to}` requires **{from}** · {time} ({sure})");
    let is_it = |edge: &&model::Edge| (edge.from, edge.to) == (needed, waiting) && edge.is_needed();
    let others = model.edges.iter().filter(is_it).filter(|edge| edge.kind != EdgeKind::Requires);
    if let Some(edge) = others.into_iter().next() {
        let _ = write!(out, "\n\nNeeded: {} ({})", edge.reason, edge.evidence.name());
        return Some(out);
    }
    let unknown = [needed, waiting].into_iter().filter_map(|id| model.effects.get(id.0)?.unknown.first());
    let _ = match unknown.into_iter().next() {
        Some(command) => {
            write!(out, "\n\nNothing else shows that it needs it; nobody knows what `{}` touches", command.what)
        }
        None => write!(out, "\n\nNothing else shows that it needs it: neither reads what the other writes"),
    };
    let mut sessions = times::defaults(model);
    sessions.extend([needed, waiting].into_iter().filter(|id| !sessions.contains(id)).collect::<Vec<_>>());
    let now = SessionTimes::of(model, sessions, |id| times::local_seconds(model, id));
    let then = now.without(needed, waiting);
    let lanes = workspace.settings.local_cores;
    let all = (0..model.facts.sessions.len()).filter_map(|at| model.local.total(SessionId(at)));
    let source = all.map(|one| one.source).max().unwrap_or(estimate.source);
    let _ = match words::change(now.makespan(lanes), then.makespan(lanes), source) {
        Some(change) => write!(out, "\n\nWithout it: {change} on {} here", words::count(lanes, "lane")),
        None => {
            let length = words::seconds(then.analysis.length, source);
            write!(out, "\n\nNothing is gained without it: {} bounds the time ({length})", then.path_in_words(model))
        }
    };
    Some(out)
}
