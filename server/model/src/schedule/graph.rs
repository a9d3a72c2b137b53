//! A plan's edges as an acyclic graph: the base of every walk over it.
//!
//! Any plan comes in, also one whose edges are out of range, double or in a circle: within a strongly connected component
//! the edges are left out, all others stay.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use crate::plan::Plan;

/// Successors and predecessors by task, sorted, and a topological order that keeps the plan's where it can.
#[derive(Clone, Debug)]
pub(crate) struct Graph {
    /// By task: what waits for it.
    pub(crate) after: Vec<Vec<usize>>,
    /// By task: what it waits for.
    pub(crate) before: Vec<Vec<usize>>,
    /// All tasks, each behind those it waits for.
    pub(crate) order: Vec<usize>,
}

impl Graph {
    pub(crate) fn of(plan: &Plan) -> Self {
        let count = plan.tasks.len();
        let mut after = vec![Vec::new(); count];
        for &(from, to) in &plan.edges {
            if from.0 < count && to.0 < count && from != to {
                after[from.0].push(to.0);
            }
        }
        for next in &mut after {
            next.sort_unstable();
            next.dedup();
        }
        let component = components(&after);
        for (task, next) in after.iter_mut().enumerate() {
            next.retain(|&to| component[to] != component[task]);
        }
        let mut before = vec![Vec::new(); count];
        for (task, next) in after.iter().enumerate() {
            for &to in next {
                before[to].push(task);
            }
        }
        let order = topological(&after, &before);
        Self { after, before, order }
    }

    /// By task: longest way from its start to the end of the plan.
    pub(crate) fn bottom_levels(&self, plan: &Plan) -> Vec<f64> {
        let mut level = vec![0.0_f64; self.after.len()];
        for &task in self.order.iter().rev() {
            let behind = self.after[task].iter().map(|&next| level[next]).fold(0.0, f64::max);
            level[task] = plan.tasks[task].duration() + behind;
        }
        level
    }

    /// The chain that the bottom levels describe, from its first task; ties go to the earlier task of the plan.
    pub(crate) fn longest_chain(&self, bottom_level: &[f64]) -> Vec<crate::plan::TaskId> {
        let highest = |tasks: &mut dyn Iterator<Item = usize>| -> Option<usize> {
            tasks.fold(None, |best, task| match best {
                Some(best) if bottom_level[best] >= bottom_level[task] => Some(best),
                _ => Some(task),
            })
        };
        let mut chain = Vec::new();
        let mut at = highest(&mut (0..bottom_level.len()).filter(|&task| self.before[task].is_empty()));
        while let Some(task) = at {
            chain.push(crate::plan::TaskId(task));
            at = highest(&mut self.after[task].iter().copied());
        }
        chain
    }
}

/// Kahn's order, the earliest task of the plan first among those that can stand next.
fn topological(after: &[Vec<usize>], before: &[Vec<usize>]) -> Vec<usize> {
    let mut waits_for: Vec<usize> = before.iter().map(Vec::len).collect();
    let mut ready: BinaryHeap<Reverse<usize>> =
        (0..after.len()).filter(|&task| waits_for[task] == 0).map(Reverse).collect();
    let mut order = Vec::with_capacity(after.len());
    while let Some(Reverse(task)) = ready.pop() {
        order.push(task);
        for &next in &after[task] {
            waits_for[next] -= 1;
            if waits_for[next] == 0 {
                ready.push(Reverse(next));
            }
        }
    }
    order
}

/// The strongly connected component of each node (Tarjan 1972), without recursion: the depth is the input's.
pub(crate) fn components(after: &[Vec<usize>]) -> Vec<usize> {
    const UNSEEN: usize = usize::MAX;
    let mut index = vec![UNSEEN; after.len()];
    let mut low = vec![0; after.len()];
    let mut component = vec![UNSEEN; after.len()];
    let mut stack = Vec::new();
    let (mut next_index, mut next_component) = (0, 0);
    for root in 0..after.len() {
        if index[root] != UNSEEN {
            continue;
        }
        let mut path = vec![(root, 0)];
        while let Some((node, edge)) = path.pop() {
            if edge == 0 {
                index[node] = next_index;
                low[node] = next_index;
                next_index += 1;
                stack.push(node);
            }
            if let Some(&to) = after[node].get(edge) {
                path.push((node, edge + 1));
                if index[to] == UNSEEN {
                    path.push((to, 0));
                } else if component[to] == UNSEEN {
                    low[node] = low[node].min(index[to]);
                }
                continue;
            }
            if let Some(&(parent, _)) = path.last() {
                low[parent] = low[parent].min(low[node]);
            }
            if low[node] == index[node] {
                while let Some(member) = stack.pop() {
                    component[member] = next_component;
                    if member == node {
                        break;
                    }
                }
                next_component += 1;
            }
        }
    }
    component
}
