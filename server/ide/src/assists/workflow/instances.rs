//! Items of a group that run instances of one session (`nox -s 'tests(a)'`, `nox -s 'tests(b)'`): which these are, what keeps
//! two of them in one job, and what they take.
//!
//! Forecasts know sessions as wholes; here times are those of instances.

use model::effects::Role;
use model::forecast::spread;
use model::{Access, Estimate, Resource, SessionId, Verdict};

use crate::assists::{Gain, GroupCx, Machines};
use crate::times;

/// The session that all items are instances of, where all are of one that has several.
pub(super) fn of_one_session(cx: &GroupCx<'_>) -> Option<SessionId> {
    let first = cx.group.items.first()?.session;
    let has_several = cx.group.noxfile.facts.sessions.get(first.0).is_some_and(|it| it.instances.len() > 1);
    (has_several && cx.group.items.iter().all(|item| item.session == first)).then_some(first)
}

/// Why the items stay in one job although they are instances of one session; `None`: they are not, or can be parted.
pub(super) fn obstacle(cx: &GroupCx<'_>) -> Option<String> {
    of_one_session(cx)?;
    let count = cx.group.items.len();
    (0..count).flat_map(|b| (0..b).map(move |a| (a, b))).find_map(|(a, b)| tie(cx, a, b))
}

/// Why items `a` and `b` of one session must share a job, if so.
pub(super) fn tie(cx: &GroupCx<'_>, a: usize, b: usize) -> Option<String> {
    let (first, second) = (cx.group.items.get(a)?, cx.group.items.get(b)?);
    let (workspace, noxfile, id) = (&cx.snapshot.workspace, cx.group.judged, first.session);
    let name = times::name(cx.group.noxfile, id);
    if first.name == second.name {
        return Some(format!("`{}` runs twice", first.name));
    }
    let is_open = [first, second].iter().any(|item| item.text.contains("${{"));
    match (of(cx, a), of(cx, b)) {
        _ if is_open => {} // of another matrix: each cell of it has instances of its own
        (Some(one), Some(other)) if one.iter().all(|at| !other.contains(at)) => {}
        (Some(_), Some(_)) => return Some(format!("an instance of `{name}` runs twice")),
        _ => return Some(format!("nobody knows which instances of `{name}` run")),
    }
    if let Some(before) = workspace.with_required(noxfile, &[id]).iter().find(|other| **other != id) {
        let before = times::name(cx.group.noxfile, *before);
        return Some(format!("`{name}` requires `{before}`, which would run for each instance"));
    }
    let effects = cx.group.noxfile.effects.get(id.0).map_or(&[][..], |effects| effects.items.as_slice());
    if effects.iter().any(|it| {
        it.access == Access::Update && it.role == Role::CoverageData && matches!(it.resource, Resource::Path(_))
    }) {
        return Some(format!("each instance of `{name}` adds to the coverage data of the one before it"));
    }
    match workspace.verdict(noxfile, id, id) {
        // What one leaves in nox's process reaches the other in the same step only.
        Verdict::OneProcess(_) if first.step == second.step => {
            Some(format!("an instance of `{name}` reads variables that another leaves in nox's process"))
        }
        Verdict::MustOrder(edge) => Some(edge.reason),
        _ => workspace.disturbance_outside(noxfile, id, id).map(|hazard| hazard.reason),
    }
}

/// The instances that an item runs; `None`: nobody knows.
fn of(cx: &GroupCx<'_>, at: usize) -> Option<Vec<usize>> {
    let item = cx.group.items.get(at)?;
    let session = cx.group.noxfile.facts.sessions.get(item.session.0)?;
    let word = item.name.as_str();
    if let Some(only) = session.instances.iter().position(|instance| instance.signature == word) {
        return Some(vec![only]);
    }
    // Named in another way it runs what the call does that it is all of.
    let alike = |other: &&super::group::Item| (other.step, other.session) == (item.step, item.session);
    let mut links = cx.workflow.links.iter().filter(|link| (link.site.job, link.site.step) == (cx.at, item.step));
    let (link, None, 1) = (links.next()?, links.next(), cx.group.items.iter().filter(alike).count()) else {
        return None;
    };
    link.runs.iter().find(|run| run.session == item.session && !run.is_prerequisite).map(|run| run.instances.to_vec())
}

/// Sessions of which two of the cells run instances.
pub(super) fn parted(cx: &GroupCx<'_>, cells: &[Vec<usize>]) -> Vec<SessionId> {
    let mut seen: Vec<SessionId> = Vec::new();
    let mut parted: Vec<SessionId> = Vec::new();
    for cell in cells {
        let mut own: Vec<SessionId> =
            cell.iter().filter_map(|at| cx.group.items.get(*at)).map(|item| item.session).collect();
        own.sort_unstable();
        own.dedup();
        parted.extend(own.iter().filter(|id| seen.contains(id)));
        seen.extend(own);
    }
    parted
}

/// What stands in the way of a proof for such sessions: groups ask it of pairs of different ones.
pub(super) fn caveat(cx: &GroupCx<'_>, parted: &[SessionId]) -> Option<String> {
    let effects = parted.iter().filter_map(|id| cx.group.noxfile.effects.get(id.0));
    let unknown = effects.flat_map(|effects| &effects.unknown).next()?;
    Some(format!("unverified: nobody knows what `{}` touches", unknown.what))
}

/// Seconds of a cell's items with what they require, once each.
pub(super) fn seconds(cx: &GroupCx<'_>, cell: &[usize]) -> f64 {
    let ci = &cx.group.noxfile.ci;
    let items = || cell.iter().filter_map(|at| Some((*at, cx.group.items.get(*at)?)));
    let own = items().filter_map(|(at, item)| match of(cx, at) {
        Some(instances) => ci.sum(item.session, &instances),
        None => ci.total(item.session),
    });
    let named: Vec<SessionId> = items().map(|(_, item)| item.session).collect();
    let all = cx.snapshot.workspace.with_required(cx.group.judged, &named);
    let required = all.iter().filter(|id| !named.contains(id)).filter_map(|id| ci.total(*id));
    own.chain(required).map(|estimate| estimate.seconds).sum()
}

/// What a job for each of the cells saves, with what the job does beside its sessions once.
pub(super) fn gain(cx: &GroupCx<'_>, cells: &[Vec<usize>]) -> Option<Gain> {
    let (settings, forge) = (&cx.snapshot.workspace.settings, cx.workflow.facts.forge);
    let now = *cx.workflow.jobs.get(cx.at)?;
    let overhead = settings.job_overhead_seconds;
    let each: Vec<f64> = cells.iter().map(|cell| overhead + seconds(cx, cell)).collect();
    let sessions: f64 = each.iter().map(|seconds| seconds - overhead).sum();
    let rest = (now.seconds - overhead - sessions).max(0.0);
    let share = (spread(&each, settings.slots(forge)) + rest) / now.seconds.max(1.0);
    let [seconds, low, high] = [now.seconds, now.low, now.high].map(|seconds| seconds * share);
    let after = Estimate { seconds, low, high, source: now.source };
    Some(Gain { now, after, on: Machines::several(settings, forge) })
}
