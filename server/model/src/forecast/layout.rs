//! How tasks are laid out where nothing but "all at once, then go on" can be written: GitHub's `parallel:` groups and one
//! shell step with background processes.

use crate::plan::{Plan, TaskId};
use crate::schedule::{self, Priority};

/// Stages one after another; in a stage all chains at once; in a chain one task after another.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Layout {
    /// The stages.
    pub stages: Vec<Vec<Vec<TaskId>>>,
}

/// The layout of `plan` that keeps its order and its exclusions (in the plan's order), with the time it takes when
/// `at_once` chains run at once on `cores` cores. All in one stage of one chain each is what one hopes for.
pub fn layout(plan: &Plan, at_once: usize, cores: usize) -> (Layout, f64) {
    let order = total(plan);
    let mut found = (Layout::default(), 0.0);
    for segment in segments(&order) {
        let chains = vec![chains(&order, &segment)];
        let levels = levels(&order, &segment);
        let (by_chains, by_levels) = (time(plan, &chains, at_once, cores), time(plan, &levels, at_once, cores));
        let (stages, seconds) = if by_levels < by_chains { (levels, by_levels) } else { (chains, by_chains) };
        found.0.stages.extend(stages);
        found.1 += seconds;
    }
    found
}

/// Predecessors by task, all of them earlier in `order`.
struct Total {
    order: Vec<usize>,
    before: Vec<Vec<usize>>,
}

/// Edges, exclusions and exclusive tasks, the latter two as edges in the plan's order: without a scheduler at run time,
/// who takes turns must take them in an order that is written down.
fn total(plan: &Plan) -> Total {
    let mut strict = Plan { tasks: plan.tasks.clone(), edges: plan.edges.clone(), ..Plan::default() };
    let first = schedule::Graph::of(&strict);
    let mut place = vec![0; plan.tasks.len()];
    for (at, &task) in first.order.iter().enumerate() {
        place[task] = at;
    }
    let mut pairs = plan.exclusions.clone();
    for (task, facts) in plan.tasks.iter().enumerate() {
        if facts.is_exclusive {
            pairs.extend(
                (0..plan.tasks.len()).filter(|&other| other != task).map(|other| (TaskId(task), TaskId(other))),
            );
        }
    }
    for (a, b) in pairs {
        if a != b && a.0 < place.len() && b.0 < place.len() {
            strict.edges.push(if place[a.0] < place[b.0] { (a, b) } else { (b, a) });
        }
    }
    let graph = schedule::Graph::of(&strict);
    Total { order: graph.order, before: graph.before }
}

/// Cuts the order wherever all that is before comes before all that is behind.
fn segments(total: &Total) -> Vec<Vec<usize>> {
    let count = total.order.len();
    let mut place = vec![0; count];
    for (at, &task) in total.order.iter().enumerate() {
        place[task] = at;
    }
    // By place: which places come before, and how many of the first ones all do.
    let mut ancestors: Vec<Vec<bool>> = Vec::with_capacity(count);
    let mut all_before = Vec::with_capacity(count);
    for &task in &total.order {
        let mut mine = vec![false; count];
        for &before in &total.before[task] {
            let before = place[before];
            mine[before] = true;
            for (slot, is_ancestor) in mine.iter_mut().zip(&ancestors[before]) {
                *slot |= is_ancestor;
            }
        }
        all_before.push(mine.iter().take_while(|is_ancestor| **is_ancestor).count());
        ancestors.push(mine);
    }
    let mut segments = Vec::new();
    let mut end = count;
    let mut least = usize::MAX;
    for at in (0..count).rev() {
        least = least.min(all_before[at]);
        if least >= at {
            segments.push(total.order[at..end].to_vec());
            end = at;
        }
    }
    segments.reverse();
    segments
}

/// What hangs together as one chain each, in order.
fn chains(total: &Total, segment: &[usize]) -> Vec<Vec<TaskId>> {
    let mut chain_of: Vec<Option<usize>> = vec![None; total.order.len()];
    let mut chains: Vec<Vec<usize>> = Vec::new();
    for &task in segment {
        let mut mine: Vec<usize> = total.before[task].iter().filter_map(|&before| chain_of[before]).collect();
        mine.sort_unstable();
        mine.dedup();
        let Some((&home, others)) = mine.split_first() else {
            chain_of[task] = Some(chains.len());
            chains.push(vec![task]);
            continue;
        };
        for &other in others {
            for moved in std::mem::take(&mut chains[other]) {
                chain_of[moved] = Some(home);
                chains[home].push(moved);
            }
        }
        chain_of[task] = Some(home);
        chains[home].push(task);
    }
    let mut place = vec![0; total.order.len()];
    for (at, &task) in total.order.iter().enumerate() {
        place[task] = at;
    }
    chains.retain(|chain| !chain.is_empty());
    for chain in &mut chains {
        chain.sort_by_key(|&task| place[task]);
    }
    chains.into_iter().map(|chain| chain.into_iter().map(TaskId).collect()).collect()
}

/// Each task in the first stage that it can be in.
fn levels(total: &Total, segment: &[usize]) -> Vec<Vec<Vec<TaskId>>> {
    let mut level: Vec<Option<usize>> = vec![None; total.order.len()];
    let mut stages: Vec<Vec<Vec<TaskId>>> = Vec::new();
    for &task in segment {
        let mine =
            total.before[task].iter().filter_map(|&before| level[before]).map(|level| level + 1).max().unwrap_or(0);
        level[task] = Some(mine);
        if stages.len() <= mine {
            stages.resize_with(mine + 1, Vec::new);
        }
        stages[mine].push(vec![TaskId(task)]);
    }
    stages
}

/// Seconds of stages one after another, in each all chains of tasks at once: at most `at_once`, on `cores` cores.
pub fn time(plan: &Plan, stages: &[Vec<Vec<TaskId>>], at_once: usize, cores: usize) -> f64 {
    let stage = |chains: &Vec<Vec<TaskId>>| {
        let sum = |chain: &Vec<TaskId>| chain.iter().map(|task| plan.tasks[task.0].duration()).sum::<f64>();
        let one = super::packing::plan_of(&chains.iter().map(sum).collect::<Vec<_>>());
        let busy = chains.iter().flatten().map(|task| super::busy(&plan.tasks[task.0], cores)).sum::<f64>();
        schedule::simulate(&one, at_once, Priority::PlanOrder).makespan.max(busy / cores.max(1) as f64)
    };
    stages.iter().map(stage).sum()
}
