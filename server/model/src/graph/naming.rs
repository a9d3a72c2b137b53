//! Edges from what sessions are, where no file tells: a report of coverage data that nobody is seen to write comes after
//! the tests, which write it when they are asked to (`nox -s tests -- --cov`).

use super::{Edge, EdgeKind, Evidence, Sources};
use crate::effects::{Access, Effect, Effects, Role, SessionKind};
use crate::workspace::SessionId;

/// Adds them; `edges` has those of files.
pub(super) fn add(sources: &Sources<'_>, edges: &mut Vec<Edge>) {
    let touches = |effects: &Effects, access: Access| {
        let is_meant = |it: &Effect| it.role == Role::CoverageData && it.access == access;
        effects.items.iter().position(is_meant)
    };
    let writes =
        |effects: &Effects| [Access::Write, Access::Update].into_iter().any(|it| touches(effects, it).is_some());
    let is_fed = |to: SessionId| edges.iter().any(|edge| edge.to == to && edge.kind == EdgeKind::Data);
    let mut found = Vec::new();
    for (to, effects) in sources.effects.iter().enumerate() {
        let to = SessionId(to);
        let Some(read) = touches(effects, Access::Read).and_then(|at| effects.items.get(at)) else { continue };
        // Also `coverage combine` writes, of what others have left.
        let makes_its_own = effects.kind != SessionKind::Coverage && writes(effects);
        if makes_its_own || is_fed(to) {
            continue;
        }
        for (from, effects) in sources.effects.iter().enumerate() {
            let from = SessionId(from);
            let is_test = matches!(effects.kind, SessionKind::Test | SessionKind::IntegrationTest);
            if from == to || !is_test {
                continue;
            }
            let reason = format!("`{}` reports coverage, and `{}` runs tests", sources.name(to), sources.name(from));
            let place = sources.place(to, read);
            found.push(Edge { from, to, kind: EdgeKind::Data, evidence: Evidence::Naming, reason, place });
        }
    }
    edges.extend(found);
}
