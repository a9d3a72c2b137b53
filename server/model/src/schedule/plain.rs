//! The list scheduler for plans in which nothing is special: no exclusions, every task on one lane. It gives what
//! [`Frontier`](super::Frontier) gives (a property test holds that), without the sets that exclusions and wide tasks need:
//! thousands of simulations fit into a hover.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use super::graph::Graph;
use super::{Instant, List};
use crate::plan::{Plan, TaskId};

/// A plan that is simple enough.
pub(super) struct Plain {
    graph: Graph,
    ranks: Vec<usize>,
    lanes: usize,
    waits_for: Vec<u32>,
    kind: Kind,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// One lane: the sum.
    OneLane,
    /// As many lanes as tasks: the longest chain.
    Free,
    /// Something between.
    Listed,
}

/// Memory of one simulation that the next one uses again.
#[derive(Default)]
pub(super) struct Room {
    waits_for: Vec<u32>,
    ends: Vec<f64>,
    ready: BinaryHeap<Reverse<(usize, usize)>>,
    running: BinaryHeap<Reverse<(Instant, TaskId)>>,
}

impl Plain {
    /// `None`: something in the plan needs the whole scheduler.
    pub(super) fn new(plan: &Plan, lanes: usize, list: &List) -> Option<Self> {
        let lanes = lanes.max(1);
        let is_wide = plan.tasks.iter().any(|task| task.is_exclusive || list.counts_lanes && task.lanes > 1);
        let excludes = plan.exclusions.iter().any(|(a, b)| a != b);
        if lanes > 1 && (is_wide || excludes) {
            return None;
        }
        let graph = Graph::of(plan);
        let kind = match lanes {
            1 => Kind::OneLane,
            _ if lanes >= plan.tasks.len() => Kind::Free,
            _ => Kind::Listed,
        };
        Some(Self {
            ranks: (0..plan.tasks.len()).map(|task| list.ranks.get(task).copied().unwrap_or(task)).collect(),
            waits_for: graph.before.iter().map(|before| u32::try_from(before.len()).unwrap_or(u32::MAX)).collect(),
            graph,
            lanes,
            kind,
        })
    }

    pub(super) fn room(&self) -> Room {
        Room { ends: vec![0.0; self.ranks.len()], ..Room::default() }
    }

    /// Last end, with these durations.
    pub(super) fn makespan(&self, durations: &[f64], room: &mut Room) -> f64 {
        match self.kind {
            Kind::OneLane => durations.iter().sum(),
            Kind::Free => self.longest(durations, &mut room.ends),
            Kind::Listed => self.listed(durations, room),
        }
    }

    fn longest(&self, durations: &[f64], ends: &mut [f64]) -> f64 {
        let mut last = 0.0_f64;
        for &task in &self.graph.order {
            let start = self.graph.before[task].iter().map(|&before| ends[before]).fold(0.0, f64::max);
            ends[task] = start + durations[task];
            last = last.max(ends[task]);
        }
        last
    }

    fn listed(&self, durations: &[f64], room: &mut Room) -> f64 {
        let Room { waits_for, ready, running, .. } = room;
        waits_for.clone_from(&self.waits_for);
        ready.extend(
            (0..waits_for.len()).filter(|&task| waits_for[task] == 0).map(|task| Reverse((self.ranks[task], task))),
        );
        let mut now = 0.0;
        loop {
            while running.len() < self.lanes
                && let Some(Reverse((_, task))) = ready.pop()
            {
                running.push(Reverse((Instant(now + durations[task]), TaskId(task))));
            }
            let Some(Reverse((end, task))) = running.pop() else { return now };
            now = end.0;
            self.finish(task, waits_for, ready);
            // All that end at one moment end before anything starts, as in the whole scheduler.
            while let Some(&Reverse((end, task))) = running.peek()
                && end.0 <= now
            {
                running.pop();
                self.finish(task, waits_for, ready);
            }
        }
    }

    fn finish(&self, task: TaskId, waits_for: &mut [u32], ready: &mut BinaryHeap<Reverse<(usize, usize)>>) {
        for &next in &self.graph.after[task.0] {
            waits_for[next] = waits_for[next].saturating_sub(1);
            if waits_for[next] == 0 {
                ready.push(Reverse((self.ranks[next], next)));
            }
        }
    }
}
