//! How long the jobs of a workflow take: overhead, and their nox calls as the steps run them, those included that stand
//! in actions and workflows which they use.

use std::sync::Arc;

use facts::shell::NoxCall;
use facts::workflow::{StepKind, WorkflowFacts};

use super::durations::Site;
use super::workflows::needs;
use super::{FileId, NoxfileId, NoxfileModel, SessionId};
use crate::estimate::{Estimate, Source};
use crate::links::called::{Called, Use};
use crate::links::{CallSite, Link};

/// The source of a sum of nothing: as sure as can be, so that whatever is added counts.
pub(crate) const NOTHING: Source = Source::Measured(usize::MAX);

/// All nox calls of a workflow.
pub(super) struct Calls<'a> {
    pub(super) facts: &'a WorkflowFacts,
    pub(super) links: &'a [Link],
    pub(super) called: &'a [Called],
    pub(super) noxfiles: &'a [Arc<NoxfileModel>],
    /// What is made of each estimate before it is added.
    pub(super) change: &'a Change<'a>,
}

/// What is made of the estimate of one instance of a session.
pub(crate) type Change<'a> = dyn Fn((NoxfileId, SessionId, usize), Estimate) -> Estimate + 'a;

/// One call, as far as time counts.
#[derive(Clone, Copy)]
struct Timed<'a> {
    step: usize,
    beside: bool,
    lanes: f64,
    link: &'a Link,
    site: Site<'a>,
}

/// A sum of nothing is a guess for whoever shows it.
pub(crate) fn known(total: Estimate) -> Estimate {
    if total.source == NOTHING { Estimate { source: Source::Guess, ..total } } else { total }
}

/// By job and cell of its matrix, one for a job without: overhead and its sessions, as the steps are: one after another or
/// at the same time. Checkout, set-up and the like are in the overhead. A job that calls a workflow takes as long as that
/// workflow's jobs. A job without sessions has the source [`NOTHING`].
pub(super) fn of_cells<'a>(
    calls: &Calls<'a>,
    of_file: &dyn Fn(FileId) -> Option<&'a WorkflowFacts>,
    uses: &[Use],
    overhead: f64,
) -> Vec<Vec<Estimate>> {
    let of_job = |at: usize| {
        let callee = uses.iter().find(|it| it.job == at && it.step.is_none()).filter(|it| of_file(it.file).is_some());
        match callee {
            Some(callee) => {
                let called = calls.called.iter().filter(|called| called.job == at && called.step.is_none());
                let called: Vec<&Called> = called.collect();
                vec![of_called(calls, &called, &[], callee.file, of_file, base(overhead)); cells(calls.facts, at)]
            }
            None => {
                let steps = of_steps(calls, at);
                let count = cells(calls.facts, at).max(most_cells(&steps));
                (0..count).map(|cell| of_cell(calls, &steps, base(overhead), cell)).collect()
            }
        }
    };
    (0..calls.facts.jobs.len()).map(of_job).collect()
}

/// The overhead is an assumption of its own; the source is that of the sessions.
fn base(overhead: f64) -> Estimate {
    Estimate { seconds: overhead, low: overhead, high: overhead, source: NOTHING }
}

/// Cells of the job's matrix, as far as they are known; 1 without.
fn cells(facts: &WorkflowFacts, job: usize) -> usize {
    let strategy = facts.jobs.get(job).and_then(|job| job.strategy.as_ref());
    strategy.and_then(|strategy| strategy.cells.value()).map_or(1, |cells| cells.len().max(1))
}

fn most_cells(all: &[Timed<'_>]) -> usize {
    all.iter().map(|timed| timed.link.cells.len()).max().unwrap_or_default().max(1)
}

/// The calls of a job's own steps, in their order.
fn of_steps<'a>(calls: &Calls<'a>, job: usize) -> Vec<Timed<'a>> {
    let facts = calls.facts.jobs.get(job);
    let own = calls.links.iter().filter(|link| link.site.job == job).map(|link| {
        let call = call_at(calls.facts, link.site);
        let lanes = call.and_then(|call| call.parallel.as_ref()?.text.parse::<f64>().ok()).unwrap_or(1.0);
        let beside = link.site.member.is_some() || call.is_some_and(|it| it.background);
        let step = link.site.step;
        Timed { step, beside, lanes, link, site: Site::of(facts, step, call) }
    });
    let through = calls.called.iter().filter(|called| called.job == job).filter_map(|called| {
        let (step, member) = called.step?;
        let beside = called.beside || member.is_some();
        Some(Timed { step, beside, site: Site::of(facts, step, None), ..timed(called) })
    });
    let mut all: Vec<Timed<'a>> = own.chain(through).collect();
    all.sort_by_key(|timed| timed.step);
    all
}

/// The longest way through the jobs of the workflow in `file`, which a job calls. `called`: the calls of that job;
/// `within`: the jobs on the way from there, see [`Called::within`].
fn of_called<'a>(
    calls: &Calls<'_>,
    called: &[&Called],
    within: &[(FileId, usize)],
    file: FileId,
    of_file: &dyn Fn(FileId) -> Option<&'a WorkflowFacts>,
    base: Estimate,
) -> Estimate {
    let Some(callee) = of_file(file) else { return base };
    let of_inner = |inner: usize| {
        let within = [within, &[(file, inner)]].concat();
        let below: Vec<&Called> = called.iter().filter(|it| it.within.starts_with(&within)).copied().collect();
        // A job either has steps or calls a workflow.
        if let Some((file, _)) = below.iter().find_map(|it| it.within.get(within.len())) {
            return of_called(calls, &below, &within, *file, of_file, base);
        }
        let job = callee.jobs.get(inner);
        let own = below.into_iter().map(timed).map(|timed| Timed { site: Site::of(job, timed.step, None), ..timed });
        sum(calls, &own.collect::<Vec<_>>(), base)
    };
    let alone: Vec<Estimate> = (0..callee.jobs.len()).map(of_inner).collect();
    let needs = needs(callee);
    let mut ends = alone.clone();
    // As many rounds as there are jobs: enough for the longest chain, and a circle ends.
    for _ in 0..alone.len().min(64) {
        for (from, to) in &needs {
            let (Some(before), Some(own)) = (ends.get(*from).copied(), alone.get(*to).copied()) else { continue };
            let end = before.then(&own);
            if let Some(known) = ends.get_mut(*to).filter(|known| known.seconds < end.seconds) {
                *known = end;
            }
        }
    }
    ends.into_iter().max_by(|a, b| a.seconds.total_cmp(&b.seconds)).unwrap_or(base)
}

fn timed(called: &Called) -> Timed<'_> {
    let (step, lanes) = (called.link.site.step, called.lanes.unwrap_or(1.0));
    let (beside, link) = (called.beside, &called.link);
    Timed { step, beside, lanes, link, site: Site::default() }
}

/// The cell that takes longest is when a job is done.
fn sum(calls: &Calls<'_>, all: &[Timed<'_>], base: Estimate) -> Estimate {
    let totals = (0..most_cells(all)).map(|cell| of_cell(calls, all, base, cell));
    totals.max_by(|a, b| a.seconds.total_cmp(&b.seconds)).unwrap_or(base)
}

fn of_cell(calls: &Calls<'_>, all: &[Timed<'_>], base: Estimate, cell: usize) -> Estimate {
    let mut total = base;
    // Calls of one step that run at the same time take as long as the longest of them.
    let mut together: Option<(usize, Estimate)> = None;
    for timed in all {
        let Some(noxfile) = timed.link.noxfile else { continue };
        let one = time(calls, timed, noxfile, cell);
        match &mut together {
            Some((step, longest)) if timed.beside && *step == timed.step => {
                if one.seconds > longest.seconds {
                    *longest = one;
                }
            }
            _ => {
                total = together.take().map_or(total, |(_, longest)| total.then(&longest));
                match timed.beside {
                    true => together = Some((timed.step, one)),
                    false => total = total.then(&one),
                }
            }
        }
    }
    together.map_or(total, |(_, longest)| total.then(&longest))
}

/// One call: the sum of its sessions, or what `-j` makes of it at best.
fn time(calls: &Calls<'_>, timed: &Timed<'_>, id: NoxfileId, cell: usize) -> Estimate {
    let zero = Estimate { seconds: 0.0, low: 0.0, high: 0.0, source: NOTHING };
    let (mut sum, mut longest) = (zero, zero);
    let Some(noxfile) = calls.noxfiles.get(id.0) else { return zero };
    for run in timed.link.cells.get(cell).unwrap_or(&timed.link.runs).iter() {
        for &instance in &run.instances {
            let Some(one) = timed.site.estimate(noxfile, (run.session, instance), cell) else { continue };
            let one = (calls.change)((id, run.session, instance), one);
            sum = sum.then(&one);
            if one.seconds > longest.seconds {
                longest = one;
            }
        }
    }
    let lanes = timed.lanes;
    if lanes <= 1.0 {
        return sum;
    }
    Estimate {
        seconds: (sum.seconds / lanes).max(longest.seconds),
        low: (sum.low / lanes).max(longest.low),
        high: (sum.high / lanes).max(longest.high),
        source: sum.source,
    }
}

fn call_at(facts: &WorkflowFacts, site: CallSite) -> Option<&NoxCall> {
    let step = facts.jobs.get(site.job)?.steps.get(site.step)?;
    let step = match (&step.kind, site.member) {
        (StepKind::Parallel(members), Some(member)) => members.get(member)?,
        _ => step,
    };
    step.nox_calls().get(site.call)
}
