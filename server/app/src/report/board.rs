//! How far a run is: what runs, what is done, how much is left. Pure: events and a clock in, words out.

use exec::{Event, Outcome};
use model::plan::{Plan, TaskId};
use model::schedule::{List, Wide, analyse, simulate_list};

/// The state of every task of a run.
#[derive(Clone, Debug)]
pub(crate) struct Board {
    plan: Plan,
    lanes: usize,
    tasks: Vec<Task>,
}

#[derive(Clone, Debug)]
struct Task {
    label: String,
    estimate: f64,
    state: State,
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum State {
    Waiting,
    /// Since when, seconds.
    Running(f64),
    Over,
}

impl Board {
    /// For a run of `plan`.
    pub(crate) fn new(plan: &Plan) -> Self {
        let task = |task: &model::plan::Task| Task {
            label: task.label.clone(),
            estimate: task.duration().max(1.0),
            state: State::Waiting,
        };
        Self { plan: plan.clone(), lanes: 1, tasks: plan.tasks.iter().map(task).collect() }
    }

    /// Something happened at `now`, seconds from the start of the run.
    pub(crate) fn hear(&mut self, event: &Event, now: f64) {
        match event {
            Event::TaskStarted { task, .. } => self.set(*task, State::Running(now)),
            Event::TaskPassed { task, .. }
            | Event::TaskFailed { task, .. }
            | Event::TaskSkipped { task, .. }
            | Event::TaskCancelled { task, .. } => self.set(*task, State::Over),
            Event::RunFinished(summary) => {
                for (task, told) in self.tasks.iter_mut().zip(&summary.tasks) {
                    if told.outcome != Outcome::Cancelled {
                        task.state = State::Over;
                    }
                }
            }
            Event::RunStarted { lanes, .. } => self.lanes = *lanes,
            Event::TaskOutput { .. } | Event::Warned { .. } => {}
        }
    }

    /// Tasks that are over, and all.
    pub(crate) fn counts(&self) -> (usize, usize) {
        (self.tasks.iter().filter(|task| task.state == State::Over).count(), self.tasks.len())
    }

    /// What runs: name, and for how long.
    pub(crate) fn running(&self, now: f64) -> Vec<(&str, f64)> {
        let running = self.tasks.iter().filter_map(|task| match task.state {
            State::Running(since) => Some((task.label.as_str(), (now - since).max(0.0))),
            _ => None,
        });
        running.collect()
    }

    /// What runs: its place in the plan, for how long, how long it should take.
    pub(crate) fn rows(&self, now: f64) -> Vec<(usize, f64, f64)> {
        let rows = self.tasks.iter().enumerate().filter_map(|(at, task)| match task.state {
            State::Running(since) => Some((at, (now - since).max(0.0), task.estimate)),
            _ => None,
        });
        rows.collect()
    }

    /// Share of the work that is done, 0 to 1, by estimates. Never 1 before the end; never falls.
    pub(crate) fn fraction(&self, now: f64) -> f64 {
        let all: f64 = self.tasks.iter().map(|task| task.estimate).sum();
        let done: f64 = self
            .tasks
            .iter()
            .map(|task| match task.state {
                State::Waiting => 0.0,
                State::Running(since) => (now - since).clamp(0.0, task.estimate * 0.95),
                State::Over => task.estimate,
            })
            .sum();
        if all > 0.0 { (done / all).clamp(0.0, 1.0) } else { 0.0 }
    }

    /// Seconds that are probably left: the rest of the plan simulated, with what runs in its lanes already.
    pub(crate) fn left(&self, now: f64) -> f64 {
        let mut rest = self.plan.clone();
        for (task, known) in rest.tasks.iter_mut().zip(&self.tasks) {
            task.seconds = match known.state {
                State::Waiting => known.estimate,
                State::Running(since) => (known.estimate - (now - since)).max(1.0),
                State::Over => 0.0,
            };
            if known.state == State::Over {
                (task.is_exclusive, task.lanes) = (false, 1);
            }
        }
        let first = |task: &Task| if matches!(task.state, State::Waiting) { 0.0 } else { f64::INFINITY };
        let levels = analyse(&rest).bottom_level;
        let ranks: Vec<f64> = levels.iter().zip(&self.tasks).map(|(level, task)| level + first(task)).collect();
        simulate_list(&rest, self.lanes, &List::highest_first(&ranks, Wide::Holds)).makespan
    }

    fn set(&mut self, TaskId(at): TaskId, state: State) {
        if let Some(task) = self.tasks.get_mut(at) {
            task.state = state;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_share_done_follows_estimates_and_stops_short_of_a_late_task() {
        let task = |label: &str, seconds| model::plan::Task {
            label: label.to_owned(),
            seconds,
            is_exclusive: false,
            lanes: 1,
        };
        let plan = Plan { tasks: vec![task("short", 10.0), task("long", 30.0)], ..Plan::default() };
        let mut board = Board::new(&plan);
        let started = |task| Event::TaskStarted { task: TaskId(task), pid: 1, log: None };
        board.hear(&started(0), 0.0);
        board.hear(&started(1), 0.0);
        assert!((board.fraction(5.0) - 0.25).abs() < 1e-9);
        board.hear(&Event::TaskPassed { task: TaskId(0), seconds: 10.0 }, 10.0);
        assert_eq!(board.running(100.0), [("long", 100.0)]);
        assert!(board.fraction(100.0) < 1.0);
        assert_eq!(board.counts(), (1, 2));
    }

    #[test]
    fn what_is_left_follows_from_what_is_done_not_from_the_first_guess() {
        let task = |label: &str, seconds| model::plan::Task {
            label: label.to_owned(),
            seconds,
            is_exclusive: false,
            lanes: 1,
        };
        let tasks = vec![task("build", 100.0), task("tests", 30.0), task("docs", 20.0)];
        let plan = Plan { tasks, edges: vec![(TaskId(0), TaskId(1))], ..Plan::default() };
        let mut board = Board::new(&plan);
        board.hear(&Event::RunStarted { tasks: Vec::new(), lanes: 1 }, 0.0);
        assert!((board.left(0.0) - 150.0).abs() < 1e-9);
        board.hear(&Event::TaskStarted { task: TaskId(0), pid: 1, log: None }, 0.0);
        board.hear(&Event::TaskPassed { task: TaskId(0), seconds: 5.0 }, 5.0);
        board.hear(&Event::TaskStarted { task: TaskId(2), pid: 1, log: None }, 5.0);
        assert!((board.left(15.0) - 40.0).abs() < 1e-9, "ten of docs, then tests: {}", board.left(15.0));
    }
}
