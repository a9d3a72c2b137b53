//! Sessions require each other in a circle.
//!
//! Why: nox stops with "Sessions are in a dependency cycle" and exit status 3 when one of them is selected, and for
//! `nox --list`.
//!
//! ```text
//! #- noxfile.py
//! import nox
//! @nox.session(requires=["b"])
//!                        #^ error: sessions require each other in a circle: a → b → a
//! def a(session): ...
//! @nox.session(requires=["a"])
//! def b(session): ...
//! ```
//!
//! ```text after
//! #- noxfile.py
//! import nox
//! @nox.session(requires=["b"])
//! def a(session): ...
//! @nox.session
//! def b(session): ...
//! ```

use model::{EdgeKind, NoxfileModel, SessionId};

use crate::lint::Level;
use crate::times;

use super::{Findings, Lint, LintCx};

pub(super) const LINT: Lint = Lint { id: "requirement-cycle", level: Level::Error, check };

/// Sessions of a circle that are pointed at.
const MAX_RELATED: usize = 8;

fn check(cx: &LintCx<'_>, out: &mut Findings) {
    let Some((_, noxfile)) = cx.noxfile() else { return };
    let mut before: Vec<Vec<SessionId>> = vec![Vec::new(); noxfile.facts.sessions.len()];
    for edge in noxfile.edges.iter().filter(|edge| edge.kind == EdgeKind::Requires) {
        if let Some(list) = before.get_mut(edge.to.0) {
            list.push(edge.from);
        }
    }
    let mut reported = vec![false; before.len()];
    for at in 0..before.len() {
        let Some(circle) = circle(&before, SessionId(at)) else { continue };
        if circle.iter().any(|id| reported.get(id.0).copied().unwrap_or(true)) {
            continue;
        }
        for id in &circle {
            reported[id.0] = true;
        }
        report(noxfile, &circle, out);
    }
}

/// The shortest way from `start` over requirements back to itself.
fn circle(before: &[Vec<SessionId>], start: SessionId) -> Option<Vec<SessionId>> {
    let mut came_from: Vec<Option<SessionId>> = vec![None; before.len()];
    let mut queue = std::collections::VecDeque::from([start]);
    while let Some(at) = queue.pop_front() {
        for next in before.get(at.0)? {
            if *next == start {
                let mut way = vec![at];
                while let Some(id) = came_from.get(way.last()?.0).copied().flatten() {
                    way.push(id);
                }
                way.reverse();
                return Some(way);
            }
            let seen = came_from.get_mut(next.0)?;
            if seen.is_none() {
                *seen = Some(at);
                queue.push_back(*next);
            }
        }
    }
    None
}

fn report(noxfile: &NoxfileModel, circle: &[SessionId], out: &mut Findings) {
    let Some(first) = circle.first().and_then(|id| noxfile.facts.sessions.get(id.0)) else { return };
    let next = circle.get(1).or(circle.first()).map_or("", |id| times::name(noxfile, *id));
    let is_next = |name: &str| noxfile.by_name.get(name).is_some_and(|id| times::name(noxfile, *id) == next);
    let span = first.requires.iter().find(|(name, _)| is_next(name));
    let span = span.map_or(first.name_span, |(_, span)| *span);
    let names: Vec<&str> = circle.iter().chain(circle.first()).map(|id| times::name(noxfile, *id)).collect();
    let finding = out.push(span, format!("sessions require each other in a circle: {}", names.join(" → ")));
    for session in circle.iter().skip(1).take(MAX_RELATED).filter_map(|id| noxfile.facts.sessions.get(id.0)) {
        finding.related(noxfile.file, session.name_span, format!("`{}` is part of it", session.name));
    }
}
