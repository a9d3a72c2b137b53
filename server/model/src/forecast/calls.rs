//! What nox calls take that run one after another, each with the lanes it has: a step's, or those of one command.

use crate::estimate::{Estimate, Source, guessed_share};
use crate::links::Link;
use crate::plan::Plan;
use crate::plan::assemble::{Entry, Order, sessions_of};
use crate::schedule::{self, List, Priority, Range};
use crate::workspace::{NoxfileId, Site, WorkflowModel, Workspace};

/// The time of some calls on a runner.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct CallForecast {
    /// Instances of sessions that run; in the cell of a matrix where that takes longest.
    pub sessions: usize,
    /// At once at most.
    pub lanes: usize,
    /// First start to last end, without what the job costs anyway.
    pub estimate: Estimate,
    /// How far the real time may be from that.
    pub range: Range,
    /// The share of the sessions' time that is guessed, 0 to 1.
    pub guessed: f64,
}

/// The instances that one call runs.
struct Queue {
    noxfile: NoxfileId,
    entries: Vec<Entry>,
    spreads: Vec<Estimate>,
    lanes: usize,
}

impl Workspace {
    /// What `links` of a workflow take one after another. `None`: none of them runs anything that is known.
    pub fn calls(&self, model: &WorkflowModel, links: &[&Link]) -> Option<CallForecast> {
        let cells = links.iter().map(|link| link.cells.len()).max().unwrap_or_default().max(1);
        let queues = |cell: usize| -> Vec<Queue> {
            let all = links.iter().filter_map(|link| self.queue(model, link, cell));
            all.filter(|queue| !queue.entries.is_empty()).collect()
        };
        let work = |queues: &[Queue]| -> f64 {
            queues.iter().flat_map(|queue| &queue.spreads).map(|spread| spread.seconds).sum()
        };
        let longest = (0..cells).map(queues).max_by(|a, b| work(a).total_cmp(&work(b)))?;
        let sessions = longest.iter().map(|queue| queue.entries.len()).sum();
        if sessions == 0 {
            return None;
        }
        let lanes = longest.iter().map(|queue| queue.lanes).max().unwrap_or(1);
        let guessed = guessed_share(longest.iter().flat_map(|queue| &queue.spreads));
        let (spreads, alike): (Vec<Estimate>, Vec<usize>) = match lanes {
            1 => {
                let alike = longest.iter().flat_map(Queue::alike).collect();
                (longest.into_iter().flat_map(|queue| queue.spreads).collect(), alike)
            }
            _ => (longest.iter().map(|queue| self.whole(queue)).collect(), Vec::new()),
        };
        let nothing = Estimate { seconds: 0.0, low: 0.0, high: 0.0, source: Source::Guess };
        let estimate = spreads.iter().copied().reduce(|a, b| a.then(&b)).unwrap_or(nothing);
        let seconds: Vec<f64> = spreads.iter().map(|spread| spread.seconds).collect();
        let range = range(&super::packing::plan_of(&seconds), (&spreads, &alike), 1);
        Some(CallForecast { sessions, lanes, estimate, range, guessed })
    }

    fn queue(&self, model: &WorkflowModel, link: &Link, cell: usize) -> Option<Queue> {
        let noxfile = link.noxfile?;
        let times = self.noxfiles.get(noxfile.0)?;
        let runs = link.cells.get(cell).unwrap_or(&link.runs);
        let entries = runs.iter().flat_map(|run| run.instances.iter().map(|&instance| (run.session, instance)));
        let job = model.facts.jobs.get(link.site.job);
        let call = job.and_then(|job| super::sequence::call(job, link.site)).map(|(call, _)| call);
        let site = Site::of(job, link.site.step, call);
        let timed = entries.filter_map(|entry| Some((entry, site.estimate(times, entry, cell)?)));
        let (entries, spreads) = timed.unzip();
        let lanes = call.and_then(|call| call.parallel.as_ref()?.text.parse().ok()).unwrap_or(1);
        Some(Queue { noxfile, entries, spreads, lanes: usize::max(lanes, 1) })
    }

    /// A call from its start to its end.
    fn whole(&self, queue: &Queue) -> Estimate {
        let order = Order::of(self, queue.noxfile, &sessions_of(&queue.entries));
        let estimates: Vec<Option<Estimate>> = queue.spreads.iter().copied().map(Some).collect();
        let plan = self.assemble(queue.noxfile, (&queue.entries, &estimates), &order, self.settings.runner_cores);
        let source = queue.spreads.iter().map(|spread| spread.source).reduce(Source::with).unwrap_or(Source::Guess);
        let seconds = schedule::simulate(&plan, queue.lanes, Priority::PlanOrder).makespan;
        let alike: Vec<usize> = queue.alike().collect();
        let range = range(&plan, (&queue.spreads, &alike), queue.lanes);
        Estimate { seconds, low: range.p20.min(seconds), high: range.p80.max(seconds), source }
    }
}

impl Queue {
    /// Instances of one session are guessed alike.
    fn alike(&self) -> impl Iterator<Item = usize> + '_ {
        self.entries.iter().map(|(session, _)| session.0)
    }
}

fn range(plan: &Plan, spreads: (&[Estimate], &[usize]), lanes: usize) -> Range {
    let list = List::of(plan, Priority::PlanOrder);
    schedule::simulate_range(plan, spreads, lanes, &list, schedule::draws(plan.tasks.len()))
}
