//! The list scheduler: which task starts next. Events in (`start_next`, `finish`, `withdraw`), no clock, no process.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::graph::Graph;
use super::{Priority, analyse};
use crate::plan::{Plan, TaskId};

/// The order in which ready tasks are looked at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct List {
    /// By task: its rank, the lowest first. A permutation of the tasks.
    pub ranks: Vec<usize>,
    /// What a task does that does not fit.
    pub wide: Wide,
    /// Whether a task takes as many lanes as it keeps busy ([`crate::plan::Task::lanes`]), or one.
    pub counts_lanes: bool,
}

/// What happens when the first task of the list needs more lanes than are free, or must run alone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wide {
    /// Nothing else starts until it fits: it does not starve.
    Holds,
    /// Others overtake it.
    IsOvertaken,
}

impl List {
    /// The list of a priority; ties keep the plan's order.
    pub fn of(plan: &Plan, priority: Priority) -> Self {
        match priority {
            Priority::PlanOrder => {
                Self { ranks: (0..plan.tasks.len()).collect(), wide: Wide::IsOvertaken, counts_lanes: false }
            }
            Priority::BottomLevel => Self::highest_first(&analyse(plan).bottom_level, Wide::Holds),
        }
    }

    /// The task with the highest value first; ties keep the plan's order.
    pub fn highest_first(values: &[f64], wide: Wide) -> Self {
        let mut tasks: Vec<usize> = (0..values.len()).collect();
        tasks.sort_by(|&a, &b| values[b].total_cmp(&values[a]).then(a.cmp(&b)));
        let mut ranks = vec![0; tasks.len()];
        for (rank, task) in tasks.into_iter().enumerate() {
            ranks[task] = rank;
        }
        Self { ranks, wide, counts_lanes: true }
    }
}

/// Which tasks wait, are ready, run. Every task that [`Frontier::start_next`] hands out is given back by
/// [`Frontier::finish`] once.
#[derive(Clone, Debug)]
pub struct Frontier {
    rules: Arc<Rules>,
    free: usize,
    state: Vec<State>,
    waits_for: Vec<usize>,
    running_beside: Vec<usize>,
    ready: BTreeSet<(usize, usize)>,
    n_running: usize,
}

/// What stays the same however far the plan has come: thousands of simulations share it.
#[derive(Debug)]
struct Rules {
    graph: Graph,
    excluded: Vec<Vec<usize>>,
    ranks: Vec<usize>,
    wide: Wide,
    needs: Vec<usize>,
    lanes: usize,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    Waiting,
    Ready,
    Running,
    Done,
}

impl Frontier {
    /// Nothing has started yet. `lanes` of 0 counts as 1.
    pub fn new(plan: &Plan, lanes: usize, list: &List) -> Self {
        let graph = Graph::of(plan);
        let count = plan.tasks.len();
        let lanes = lanes.max(1);
        let mut excluded = vec![Vec::new(); count];
        for &(a, b) in &plan.exclusions {
            if a.0 < count && b.0 < count && a != b {
                excluded[a.0].push(b.0);
                excluded[b.0].push(a.0);
            }
        }
        for others in &mut excluded {
            others.sort_unstable();
            others.dedup();
        }
        let needs = plan.tasks.iter().map(|task| match (task.is_exclusive, list.counts_lanes) {
            (true, _) => lanes,
            (false, true) => task.lanes.clamp(1, lanes),
            (false, false) => 1,
        });
        let waits_for: Vec<usize> = graph.before.iter().map(Vec::len).collect();
        let rules = Rules {
            needs: needs.collect(),
            ranks: (0..count).map(|task| list.ranks.get(task).copied().unwrap_or(task)).collect(),
            wide: list.wide,
            lanes,
            excluded,
            graph,
        };
        let mut frontier = Self {
            rules: Arc::new(rules),
            free: lanes,
            state: vec![State::Waiting; count],
            running_beside: vec![0; count],
            ready: BTreeSet::new(),
            n_running: 0,
            waits_for,
        };
        for task in 0..count {
            frontier.release(task);
        }
        frontier
    }

    /// The next task to start now, if one may; it counts as running from here on. Ask until `None`.
    pub fn start_next(&mut self) -> Option<TaskId> {
        let task = self.next()?;
        self.ready.remove(&(self.rules.ranks[task], task));
        self.state[task] = State::Running;
        self.free -= self.rules.needs[task];
        self.n_running += 1;
        for &other in &self.rules.excluded[task] {
            self.running_beside[other] += 1;
        }
        Some(TaskId(task))
    }

    /// A running task has passed: its lanes are free, and what waited for it may be ready.
    pub fn finish(&mut self, task: TaskId) {
        if self.stop(task) {
            let rules = Arc::clone(&self.rules);
            for &next in &rules.graph.after[task.0] {
                self.waits_for[next] -= 1;
                self.release(next);
            }
        }
    }

    /// A running task has failed: its lanes are free. Gives the tasks that can never start now, in the plan's order;
    /// they are done too.
    pub fn fail(&mut self, task: TaskId) -> Vec<TaskId> {
        if !self.stop(task) {
            return Vec::new();
        }
        let mut dropped = BTreeSet::new();
        let mut stack = vec![task.0];
        while let Some(at) = stack.pop() {
            for &next in &self.rules.graph.after[at] {
                if self.state[next] == State::Waiting && dropped.insert(next) {
                    stack.push(next);
                }
            }
        }
        for &task in &dropped {
            self.state[task] = State::Done;
        }
        dropped.into_iter().map(TaskId).collect()
    }

    /// Gives up all that has not started, in the plan's order.
    pub fn withdraw_all(&mut self) -> Vec<TaskId> {
        self.ready.clear();
        let mut withdrawn = Vec::new();
        for (task, state) in self.state.iter_mut().enumerate() {
            if matches!(state, State::Waiting | State::Ready) {
                *state = State::Done;
                withdrawn.push(TaskId(task));
            }
        }
        withdrawn
    }

    /// Tasks that run now, in the plan's order.
    pub fn running(&self) -> impl Iterator<Item = TaskId> + '_ {
        (0..self.state.len()).filter(|&task| self.state[task] == State::Running).map(TaskId)
    }

    /// Whether nothing runs and nothing will.
    pub fn is_done(&self) -> bool {
        self.n_running == 0 && self.state.iter().all(|state| *state == State::Done)
    }

    /// The tasks that `task` waits for, directly.
    pub fn waits_for(&self, task: TaskId) -> impl Iterator<Item = TaskId> + '_ {
        self.rules.graph.before.get(task.0).into_iter().flatten().copied().map(TaskId)
    }

    fn next(&self) -> Option<usize> {
        if self.free == 0 {
            return None;
        }
        let mut passed_over: Option<usize> = None;
        for &(_, task) in &self.ready {
            if self.running_beside[task] > 0 {
                // Whoever it excludes must not start in front of it for ever: the first that is passed over keeps its
                // place.
                passed_over = passed_over.or(Some(task));
            } else if self.rules.needs[task] > self.free {
                if self.rules.wide == Wide::Holds {
                    return None;
                }
            } else if self.rules.wide == Wide::IsOvertaken
                || passed_over.is_none_or(|first| self.rules.excluded[first].binary_search(&task).is_err())
            {
                return Some(task);
            }
        }
        None
    }

    fn release(&mut self, task: usize) {
        if self.state[task] == State::Waiting && self.waits_for[task] == 0 {
            self.state[task] = State::Ready;
            self.ready.insert((self.rules.ranks[task], task));
        }
    }

    /// Whether it ran.
    fn stop(&mut self, task: TaskId) -> bool {
        if self.state.get(task.0) != Some(&State::Running) {
            return false;
        }
        self.state[task.0] = State::Done;
        self.free = (self.free + self.rules.needs[task.0]).min(self.rules.lanes);
        self.n_running -= 1;
        for &other in &self.rules.excluded[task.0] {
            self.running_beside[other] -= 1;
        }
        true
    }
}
