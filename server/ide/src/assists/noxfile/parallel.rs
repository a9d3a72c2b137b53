//! What `nox -j` makes of a noxfile: which sessions it lets overlap, what runs there are, and how long they take.

use facts::shell::NoxCall;
use model::links::LinkedSession;
use model::plan::{Plan, Task, TaskId};
use model::schedule::{self, Priority};
use model::{EdgeKind, Estimate, Resource, SessionId, SessionKind, Source, Verdict};

use super::calls;
use super::scope::NoxfileCx;
use crate::times;

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

/// `N` of `-j N`; of `-j auto` the cores of a runner. `None`: one after another, or not known.
pub(super) fn lanes_of(cx: &NoxfileCx<'_>, call: &NoxCall) -> Option<usize> {
    let text = call.parallel.as_ref()?.text.as_str();
    let lanes = if text == "auto" { lanes(cx) } else { text.parse().ok()? };
    (lanes > 1).then_some(lanes)
}

/// A run of `nox -j`.
pub(super) struct Run {
    /// Whose: "job `checks` of ci.yml". `None`: who types a bare `nox -j`.
    pub(super) whose: Option<String>,
    pub(super) sessions: Vec<SessionId>,
    pub(super) lanes: usize,
}

/// The runs that there are: a bare `nox -j`, and the calls of workflows of which it is known what they run.
pub(super) fn runs(cx: &NoxfileCx<'_>) -> Vec<Run> {
    let workspace = &cx.snapshot.workspace;
    let mut bare = workspace.with_required(cx.id, &times::defaults(cx.noxfile));
    bare.retain(|id| cx.noxfile.effects.get(id.0).is_some_and(|effects| effects.kind != SessionKind::Serve));
    let mut out = vec![Run { whose: None, sessions: bare, lanes: lanes(cx) }];
    for workflow in &workspace.workflows {
        for (link, call) in calls::calls_of(workflow, cx.id) {
            let is_whole = |run: &LinkedSession| {
                cx.session(run.session).is_some_and(|session| session.instances.len() == run.instances.len())
            };
            let is_known = !(link.is_partial || call.lists_only)
                && link.unknown.is_empty()
                && link.cells.is_empty()
                && link.runs.iter().all(is_whole);
            let (Some(lanes), true, Some(job)) = (lanes_of(cx, call), is_known, workflow.facts.jobs.get(link.site.job))
            else {
                continue;
            };
            let mut sessions: Vec<SessionId> = Vec::new();
            for run in link.runs.iter() {
                if !sessions.contains(&run.session) {
                    sessions.push(run.session);
                }
            }
            out.push(Run { whose: Some(format!("job `{}` of {}", job.id, workflow.label)), sessions, lanes });
        }
    }
    out
}
