//! Decides what starts, what is skipped and what is stopped: events in, orders out. No process, no clock.

use model::plan::{Plan, TaskId};
use model::schedule::{Frontier, List};

/// What the dispatcher hears.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Input {
    /// A task ended well.
    Passed(TaskId),
    /// A task ended badly.
    Failed(TaskId),
    /// A task that was to be stopped has ended.
    Stopped(TaskId),
    /// Somebody wants the run to end.
    CancelRequested,
}

/// What the dispatcher says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Order {
    /// Start it.
    Start(TaskId),
    /// It will never start, because a task before it failed.
    Skip {
        /// Which.
        task: TaskId,
        /// The task that failed.
        because: TaskId,
    },
    /// It will never start, because the run ends.
    Withdraw(TaskId),
    /// Stop it: it runs.
    Stop(TaskId),
    /// Nothing runs and nothing will.
    Finish,
}

/// The state of one run.
#[derive(Clone, Debug)]
pub struct Dispatcher {
    frontier: Frontier,
    fail_fast: bool,
    is_ending: bool,
    is_finished: bool,
}

impl Dispatcher {
    /// Nothing has started. Ready tasks start in the order of `list`.
    pub fn new(plan: &Plan, lanes: usize, list: &List, fail_fast: bool) -> Self {
        Self { frontier: Frontier::new(plan, lanes, list), fail_fast, is_ending: false, is_finished: false }
    }

    /// What to do first.
    pub fn start(&mut self) -> Vec<Order> {
        let mut out = Vec::new();
        self.go_on(&mut out);
        out
    }

    /// What to do after `input`.
    pub fn on(&mut self, input: Input) -> Vec<Order> {
        let mut out = Vec::new();
        match input {
            Input::Passed(task) => self.frontier.finish(task),
            Input::Failed(task) => {
                let skipped = self.frontier.fail(task).into_iter();
                out.extend(skipped.map(|skipped| Order::Skip { task: skipped, because: task }));
                if self.fail_fast {
                    self.end(&mut out);
                }
            }
            Input::Stopped(task) => {
                out.extend(self.frontier.fail(task).into_iter().map(Order::Withdraw));
            }
            Input::CancelRequested => self.end(&mut out),
        }
        self.go_on(&mut out);
        out
    }

    fn end(&mut self, out: &mut Vec<Order>) {
        if !std::mem::replace(&mut self.is_ending, true) {
            out.extend(self.frontier.withdraw_all().into_iter().map(Order::Withdraw));
            out.extend(self.frontier.running().map(Order::Stop));
        }
    }

    fn go_on(&mut self, out: &mut Vec<Order>) {
        while !self.is_ending
            && let Some(task) = self.frontier.start_next()
        {
            out.push(Order::Start(task));
        }
        if self.frontier.is_done() && !std::mem::replace(&mut self.is_finished, true) {
            out.push(Order::Finish);
        }
    }
}

#[cfg(test)]
mod tests {
    use model::plan::Task;
    use model::schedule::{Priority, simulate};
    use proptest::prelude::*;

    use super::Order::{Finish, Skip, Start, Stop, Withdraw};
    use super::*;

    const A: TaskId = TaskId(0);
    const B: TaskId = TaskId(1);
    const C: TaskId = TaskId(2);
    const D: TaskId = TaskId(3);

    #[test]
    fn failure_skips_what_requires_it_and_nothing_else() {
        let mut desk = desk(&plan(&[1.0; 4], &[(0, 2), (2, 3)]), 2, false);

        assert_eq!(desk.start(), [Start(A), Start(B)]);
        assert_eq!(desk.on(Input::Failed(A)), [Skip { task: C, because: A }, Skip { task: D, because: A }]);
        assert_eq!(desk.on(Input::Passed(B)), [Finish]);
    }

    #[test]
    fn the_longest_way_starts_first() {
        let mut desk = desk(&plan(&[3.0, 2.0, 2.0, 2.0], &[(2, 3)]), 1, false);

        assert_eq!(desk.start(), [Start(C)]);
        assert_eq!(desk.on(Input::Passed(C)), [Start(A)]);
        assert_eq!(desk.on(Input::Passed(A)), [Start(B)]);
        assert_eq!(desk.on(Input::Passed(B)), [Start(D)]);
        assert_eq!(desk.on(Input::Passed(D)), [Finish]);
    }

    #[test]
    fn failing_fast_stops_all() {
        let mut desk = desk(&plan(&[1.0; 4], &[]), 2, true);

        assert_eq!(desk.start(), [Start(A), Start(B)]);
        assert_eq!(desk.on(Input::Failed(A)), [Withdraw(C), Withdraw(D), Stop(B)]);
        assert_eq!(desk.on(Input::Stopped(B)), [Finish]);
    }

    #[test]
    fn cancel_stops_all_once() {
        let mut desk = desk(&plan(&[1.0; 3], &[(0, 2)]), 2, false);

        assert_eq!(desk.start(), [Start(A), Start(B)]);
        assert_eq!(desk.on(Input::CancelRequested), [Withdraw(C), Stop(A), Stop(B)]);
        assert_eq!(desk.on(Input::CancelRequested), []);
        assert_eq!(desk.on(Input::Passed(A)), [], "it was done before it could be stopped");
        assert_eq!(desk.on(Input::Stopped(B)), [Finish]);
    }

    #[test]
    fn an_empty_plan_is_finished_at_once() {
        assert_eq!(desk(&Plan::default(), 2, false).start(), [Finish]);
    }

    proptest! {
        #[test]
        fn a_run_goes_as_its_simulation(seconds in proptest::collection::vec(1.0..20.0_f64, 1..10), lanes in 1..4_usize,
                edges in proptest::collection::vec((0..10_usize, 0..10_usize), 0..12), exclusive in 0..20_usize) {
            let edges: Vec<_> = edges.into_iter().filter(|(from, to)| from < to && *to < seconds.len()).collect();
            let mut plan = plan(&seconds, &edges);
            if let Some(task) = plan.tasks.get_mut(exclusive) {
                task.is_exclusive = true;
            }
            let mut desk = desk(&plan, lanes, false);
            let mut running: Vec<(f64, TaskId)> = Vec::new();
            let mut now = 0.0;
            let mut orders = desk.start();
            loop {
                for order in orders.drain(..) {
                    match order {
                        Start(task) => running.push((now + plan.tasks[task.0].seconds, task)),
                        Finish => {},
                        other => prop_assert!(false, "{other:?}"),
                    }
                }
                let Some(next) = running.iter().copied().min_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1))) else { break };
                running.retain(|task| *task != next);
                now = next.0;
                orders = desk.on(Input::Passed(next.1));
            }
            let simulated = simulate(&plan, lanes, Priority::BottomLevel).makespan;
            prop_assert!((now - simulated).abs() < 1e-9, "{now} {simulated}");
        }
    }

    fn desk(plan: &Plan, lanes: usize, fail_fast: bool) -> Dispatcher {
        Dispatcher::new(plan, lanes, &List::of(plan, Priority::BottomLevel), fail_fast)
    }

    fn plan(seconds: &[f64], edges: &[(usize, usize)]) -> Plan {
        let task = |&seconds: &f64| Task { label: String::new(), seconds, is_exclusive: false, lanes: 1 };
        let edges = edges.iter().map(|&(from, to)| (TaskId(from), TaskId(to))).collect();
        Plan { tasks: seconds.iter().map(task).collect(), edges, ..Plan::default() }
    }
}
