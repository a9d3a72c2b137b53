//! What `nox -j` makes of a noxfile: which sessions it lets overlap, and how long a bare `nox -j` takes.

use model::plan::{Plan, Task, TaskId};
use model::schedule::{self, Priority};
use model::{EdgeKind, Estimate, Resource, SessionId, Source, Verdict};

use super::scope::NoxfileCx;

/// Whether `nox -j` runs the session beside others: it or the noxfile says so.
pub(super) fn is_allowed(cx: &NoxfileCx<'_>, id: SessionId) -> bool {
    cx.session(id).and_then(|session| session.allow_parallel).unwrap_or_else(|| allows_all(cx))
}

/// `nox.options.allow_parallel = True`.
pub(super) fn allows_all(cx: &NoxfileCx<'_>) -> bool {
    cx.noxfile.facts.options.allow_parallel.as_ref().and_then(|known| known.value()) == Some(&true)
}

/// Why the two may not overlap under nox, which knows no order but `requires=`. `a` may be `b`: its instances.
pub(super) fn obstacle(cx: &NoxfileCx<'_>, a: SessionId, b: SessionId) -> Option<String> {
    let workspace = &cx.snapshot.workspace;
    if a == b && cx.session(a).is_none_or(|session| session.instances.len() < 2) {
        return None;
    }
    match workspace.verdict(cx.id, a, b) {
        Verdict::Parallel => None,
        Verdict::MustOrder(_) if requires(cx, a, b) || requires(cx, b, a) => None,
        Verdict::MustOrder(edge) => Some(edge.reason),
        Verdict::OneProcess(hazards) | Verdict::AfterCure(hazards) | Verdict::Exclusive(hazards) => {
            hazards.into_iter().next().map(|it| it.reason)
        }
        Verdict::Unknown(commands) => {
            Some(format!("nobody knows what `{}` touches", commands.first().map_or("", String::as_str)))
        }
    }
}

/// Why two of `sessions` must share a process, which `nox -j` gives none: one reads variables that the other leaves.
pub(super) fn bound(cx: &NoxfileCx<'_>, sessions: &[SessionId]) -> Option<((SessionId, SessionId), String)> {
    let shares = |id: &SessionId| {
        let effects = cx.noxfile.effects.get(id.0).into_iter().flat_map(|effects| &effects.items);
        effects.into_iter().any(|effect| matches!(effect.resource, Resource::Variable(_)))
    };
    let sharing: Vec<SessionId> = sessions.iter().copied().filter(shares).collect();
    sharing.iter().enumerate().find_map(|(at, a)| {
        sharing.iter().skip(at).find_map(|b| match cx.snapshot.workspace.verdict(cx.id, *a, *b) {
            Verdict::OneProcess(hazards) => Some(((*a, *b), hazards.into_iter().next()?.reason)),
            _ => None,
        })
    })
}

/// Whether `to` requires `from`, directly or over others.
pub(super) fn requires(cx: &NoxfileCx<'_>, to: SessionId, from: SessionId) -> bool {
    let edges = || cx.noxfile.edges.iter().filter(|edge| edge.kind == EdgeKind::Requires);
    let mut found = vec![to];
    let mut at = 0;
    while let Some(id) = found.get(at).copied() {
        for edge in edges().filter(|edge| edge.to == id) {
            if edge.from == from {
                return true;
            }
            if !found.contains(&edge.from) {
                found.push(edge.from);
            }
        }
        at += 1;
    }
    false
}

/// What nox runs when it runs `sessions` in that order: their instances, and what `requires=` orders.
pub(super) fn plan(cx: &NoxfileCx<'_>, sessions: &[SessionId], is_allowed: &dyn Fn(SessionId) -> bool) -> Plan {
    let mut plan = Plan::default();
    let mut places: Vec<(SessionId, TaskId)> = Vec::new();
    for id in sessions {
        let Some(session) = cx.session(*id) else { continue };
        for (at, instance) in session.instances.iter().enumerate() {
            places.push((*id, TaskId(plan.tasks.len())));
            plan.tasks.push(Task {
                label: instance.signature.clone(),
                seconds: cx.noxfile.ci.instance(*id, at).map_or(0.0, |estimate| estimate.seconds),
                is_exclusive: !is_allowed(*id),
                lanes: 1,
            });
        }
    }
    for edge in cx.noxfile.edges.iter().filter(|edge| edge.kind == EdgeKind::Requires) {
        let of = |id: SessionId| places.iter().filter(move |(session, _)| *session == id).map(|(_, task)| *task);
        plan.edges.extend(of(edge.from).flat_map(|from| of(edge.to).map(move |to| (from, to))));
    }
    plan
}

/// How long `nox -j lanes` takes for it.
pub(super) fn makespan(cx: &NoxfileCx<'_>, plan: &Plan, sessions: &[SessionId], lanes: usize) -> Estimate {
    let seconds = schedule::simulate(plan, lanes, Priority::PlanOrder).makespan;
    let sources = sessions.iter().filter_map(|id| cx.noxfile.ci.total(*id)).map(|estimate| estimate.source);
    let source = sources.max().unwrap_or(Source::Guess);
    Estimate { seconds, low: seconds, high: seconds, source }
}

/// `N` of the `nox -j N` that titles speak of.
pub(super) fn lanes(cx: &NoxfileCx<'_>) -> usize {
    cx.snapshot.workspace.settings.runner_cores.max(2)
}
