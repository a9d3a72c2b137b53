//! Sessions that steps cannot part on one machine, but nox can: instances of one session, each with an environment of its
//! own, and sessions that require the same one, which a call runs once. One `nox -j` may run them side by side.
//!
//! `group` keeps such in one process, as every process of nox would build the same environments; here they are looked at
//! once more.

use std::collections::BTreeSet;

use model::forecast::Way;
use model::links::LinkedSession;
use model::plan::{Plan, Task};
use model::schedule::{self, Priority};
use model::{Estimate, SessionId, Verdict};

use super::group::{Part, Unit};
use crate::assists::{AssistCx, Gain, GroupCx, Machines};

/// A group without parallel parts, as one call of `nox -j` could run it.
pub(super) struct Together<'a> {
    /// With all its items side by side.
    pub(super) cx: GroupCx<'a>,
    /// Why they may not be so after all.
    pub(super) obstacle: Option<String>,
}

impl<'a> Together<'a> {
    /// The group at the selection; `None` where steps could part it, or where it is no matter of instances and of what is
    /// required.
    pub(super) fn of(cx: &AssistCx<'a>) -> Option<Self> {
        let mut cx = cx.group_to_change().filter(|cx| !cx.group.has_parallel_parts())?;
        let noxfile = cx.group.noxfile;
        let sessions: Vec<SessionId> = cx.group.items.iter().map(|item| item.session).collect();
        let mut unknown: BTreeSet<String> = BTreeSet::new();
        let mut has_pairs = false;
        let mut obstacle = cells(&cx).iter().find_map(|cell| twice(cell)).map(|(id, at)| {
            let instance = noxfile.facts.sessions.get(id.0).and_then(|session| session.instances.get(at));
            let name = instance.map_or("a session", |instance| instance.signature.as_str());
            format!("`{name}` runs twice, and both runs would build its environment")
        });
        let is_one = sessions.windows(2).all(|pair| pair.first() == pair.last());
        let has_instances = |id: &SessionId| noxfile.facts.sessions.get(id.0).is_some_and(|it| it.instances.len() > 1);
        if obstacle.is_some() && !(is_one && sessions.iter().all(has_instances)) {
            return None;
        }
        for (at, first) in sessions.iter().enumerate() {
            for second in sessions.iter().skip(at + 1) {
                for (a, b) in pairs(&cx, *first, *second) {
                    has_pairs = true;
                    match cx.snapshot.workspace.verdict(cx.group.judged, a, b) {
                        Verdict::Parallel => {}
                        Verdict::Unknown(what) => unknown.extend(what),
                        Verdict::AfterCure(hazards) | Verdict::Exclusive(hazards) if a == b => {
                            obstacle = obstacle.or_else(|| hazards.into_iter().next().map(|it| it.reason));
                        }
                        _ => return None,
                    }
                }
            }
        }
        if !has_pairs {
            return None; // each requires the one before
        }
        let units = (0..sessions.len()).map(|at| Unit { items: vec![at], after: Vec::new() });
        cx.group.parts = vec![Part::Parallel(units.collect())];
        cx.group.unknown = unknown.into_iter().collect();
        Some(Self { cx, obstacle })
    }

    /// What one `nox -j lanes` saves of the job's time.
    pub(super) fn gain(&self, lanes: usize) -> Option<Gain> {
        self.cx.gain(Way::NoxParallel { lanes }).or_else(|| self.of_instances(lanes))
    }

    /// The same of instances of one session, which no forecast parts: in the cell of a matrix where they take longest.
    fn of_instances(&self, lanes: usize) -> Option<Gain> {
        let cx = &self.cx;
        let seconds = |runs: &[LinkedSession]| -> Vec<f64> {
            let all = runs.iter().flat_map(|run| run.instances.iter().map(|at| (run.session, *at)));
            all.filter_map(|(id, at)| Some(cx.group.noxfile.ci.instance(id, at)?.seconds)).collect()
        };
        let each = cells(cx).iter().map(|cell| seconds(cell)).max_by(|a, b| total(a).total_cmp(&total(b)))?;
        let task = |seconds: &f64| Task { label: String::new(), seconds: *seconds, is_exclusive: false, lanes: 1 };
        let plan = Plan { tasks: each.iter().map(task).collect(), ..Plan::default() };
        let saved = total(&each) - schedule::simulate(&plan, lanes, Priority::PlanOrder).makespan;
        let now = *cx.workflow.jobs.get(cx.at)?;
        let share = (now.seconds - saved) / now.seconds.max(1.0);
        let [seconds, low, high] = [now.seconds, now.low, now.high].map(|seconds| seconds * share);
        let after = Estimate { seconds, low, high, source: now.source };
        Some(Gain { now, after, on: Machines::one(&cx.snapshot.workspace.settings) })
    }
}

fn total(seconds: &[f64]) -> f64 {
    seconds.iter().sum()
}

/// What the group's calls run in each cell of the job's matrix, what is required left out.
fn cells(cx: &GroupCx<'_>) -> Vec<Vec<LinkedSession>> {
    let links =
        || cx.workflow.links.iter().filter(|link| link.site.job == cx.at && cx.group.steps.contains(&link.site.step));
    let count = links().map(|link| link.cells.len()).max().unwrap_or_default().max(1);
    let in_cell = |cell: usize| {
        let runs = links().flat_map(|link| link.cells.get(cell).unwrap_or(&link.runs).iter());
        runs.filter(|run| !run.is_prerequisite).cloned().collect()
    };
    (0..count).map(in_cell).collect()
}

/// The first instance that runs twice.
fn twice(runs: &[LinkedSession]) -> Option<(SessionId, usize)> {
    let mut seen = BTreeSet::new();
    let mut all = runs.iter().flat_map(|run| run.instances.iter().map(|at| (run.session, *at)));
    all.find(|instance| !seen.insert(*instance))
}

/// Sessions that would run beside each other when `first` and `second` do: they and what they require, but for what nox
/// runs once for both or in its order. The same twice: two instances of it.
fn pairs(cx: &GroupCx<'_>, first: SessionId, second: SessionId) -> Vec<(SessionId, SessionId)> {
    let required = |id| cx.snapshot.workspace.with_required(cx.group.judged, &[id]);
    let (of_first, of_second) = (required(first), required(second));
    let mut out = if first == second { vec![(first, second)] } else { Vec::new() };
    for a in of_first.iter().filter(|a| !of_second.contains(a)) {
        for b in of_second.iter().filter(|b| !of_first.contains(b)) {
            out.push((*a, *b));
        }
    }
    out
}
