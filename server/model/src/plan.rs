//! What is to be run, in what order, what never together: the value that is simulated and executed.

/// A task of a plan, by its place in [`Plan::tasks`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TaskId(pub usize);

/// Tasks, order and exclusions.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Plan {
    /// The tasks, in the order in which they would run one after another.
    pub tasks: Vec<Task>,
    /// `(before, after)`: the second starts only when the first has passed.
    pub edges: Vec<(TaskId, TaskId)>,
    /// `(a, b)`: never at once, in either order.
    pub exclusions: Vec<(TaskId, TaskId)>,
    /// Why an edge or an exclusion is there, for people: pair and sentence.
    pub reasons: Vec<(TaskId, TaskId, String)>,
}

/// One process to run.
#[derive(Clone, Debug, PartialEq)]
pub struct Task {
    /// What people call it: a session's full signature.
    pub label: String,
    /// How long it takes, seconds.
    pub seconds: f64,
    /// Runs alone: nothing beside it.
    pub is_exclusive: bool,
    /// Lanes it takes while it runs, at least 1 (`pytest -n 4` takes 4).
    pub lanes: usize,
}
