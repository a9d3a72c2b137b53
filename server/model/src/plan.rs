//! What is to be run, in what order, what never together: the value that is simulated and executed.

pub(crate) mod assemble;
mod shards;
#[cfg(test)]
mod tests;

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

impl Task {
    /// Its seconds as simulations take them: what is not a time counts as nothing.
    pub fn duration(&self) -> f64 {
        if self.seconds.is_finite() && self.seconds > 0.0 { self.seconds } else { 0.0 }
    }
}

impl Plan {
    /// A circle of edges, if there is one: its tasks, each before the next, the last before the first. The circle with
    /// the earliest task of the plan.
    pub fn cycle(&self) -> Option<Vec<TaskId>> {
        let mut after = vec![Vec::new(); self.tasks.len()];
        for &(from, to) in &self.edges {
            if from.0 < after.len() && to.0 < after.len() {
                after[from.0].push(to.0);
            }
        }
        let component = crate::schedule::components(&after);
        let mut sizes = vec![0_usize; self.tasks.len()];
        for &member in &component {
            sizes[member] += 1;
        }
        let on_circle = |task: usize| sizes[component[task]] > 1 || after[task].contains(&task);
        let start = (0..after.len()).find(|&task| on_circle(task))?;
        // Within a component every walk goes on, so following any edge inside it comes back to where it has been.
        let mut path = vec![start];
        loop {
            let at = *path.last()?;
            let next = *after[at].iter().find(|&&to| component[to] == component[at])?;
            if let Some(first) = path.iter().position(|&seen| seen == next) {
                return Some(path[first..].iter().copied().map(TaskId).collect());
            }
            path.push(next);
        }
    }
}
