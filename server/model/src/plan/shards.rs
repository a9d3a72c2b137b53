//! A plan cut into parts for several machines: what waits for each other stays together, the rest is spread so that
//! every part has about the same work.

use super::{Plan, TaskId};

impl Plan {
    /// `count` parts (at least one), each in the plan's order; some are empty when there is too little to share. Tasks
    /// that are connected by edges are in one part: a result does not travel between machines. Exclusions do not hold
    /// tasks together: each machine has files of its own. The same plan gives the same parts.
    pub fn shards(&self, count: usize) -> Vec<Vec<TaskId>> {
        let mut groups = self.groups();
        // Longest first into the part that has least (Graham 1969: at most 4/3 of the best), ties by the plan's order.
        groups.sort_by(|a, b| self.work(b).total_cmp(&self.work(a)).then(a[0].cmp(&b[0])));
        let mut shards = vec![(0.0_f64, Vec::new()); count.max(1)];
        for group in groups {
            let work = self.work(&group);
            let least = (0..shards.len()).min_by(|&a, &b| {
                shards[a].0.total_cmp(&shards[b].0).then(shards[a].1.len().cmp(&shards[b].1.len())).then(a.cmp(&b))
            });
            if let Some(least) = least {
                shards[least].0 += work;
                shards[least].1.extend(group);
            }
        }
        shards
            .into_iter()
            .map(|(_, mut tasks)| {
                tasks.sort_unstable();
                tasks
            })
            .collect()
    }

    /// Tasks that are connected by edges, each group in the plan's order.
    fn groups(&self) -> Vec<Vec<TaskId>> {
        let mut group: Vec<usize> = (0..self.tasks.len()).collect();
        let root = |group: &[usize], mut at: usize| {
            while group[at] != at {
                at = group[at];
            }
            at
        };
        for &(from, to) in &self.edges {
            if from.0 < group.len() && to.0 < group.len() {
                let (a, b) = (root(&group, from.0), root(&group, to.0));
                group[a.max(b)] = a.min(b);
            }
        }
        let mut groups: Vec<Vec<TaskId>> = vec![Vec::new(); self.tasks.len()];
        for at in 0..self.tasks.len() {
            groups[root(&group, at)].push(TaskId(at));
        }
        groups.retain(|group| !group.is_empty());
        groups
    }

    fn work(&self, tasks: &[TaskId]) -> f64 {
        tasks.iter().filter_map(|task| self.tasks.get(task.0)).map(super::Task::duration).sum()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::Task;
    use super::*;

    #[test]
    fn the_work_is_spread() {
        check(&plan(&[30.0, 20.0, 10.0, 40.0, 20.0], &[]), 2, &[&[3, 4], &[0, 1, 2]]);
        check(&plan(&[10.0, 10.0, 10.0, 10.0], &[]), 3, &[&[0, 3], &[1], &[2]]);
    }

    #[test]
    fn what_waits_stays_with_what_it_waits_for() {
        check(&plan(&[10.0, 10.0, 10.0, 15.0], &[(0, 2), (1, 2)]), 2, &[&[0, 1, 2], &[3]]);
    }

    #[test]
    fn more_parts_than_tasks_leave_some_empty() {
        check(&plan(&[5.0], &[]), 3, &[&[0], &[], &[]]);
        check(&plan(&[5.0, 1.0], &[]), 0, &[&[0, 1]]);
    }

    #[test]
    fn tasks_without_a_time_are_spread_by_number() {
        check(&plan(&[0.0; 4], &[]), 2, &[&[0, 2], &[1, 3]]);
    }

    proptest! {
        #[test]
        fn every_task_is_in_one_part_with_its_neighbours(
            seconds in proptest::collection::vec(0.0..100.0_f64, 1..30), count in 1..6_usize,
            edges in proptest::collection::vec((0..30_usize, 0..30_usize), 0..20),
        ) {
            let plan = plan(&seconds, &edges);
            let shards = plan.shards(count);
            let part = |task: TaskId| shards.iter().position(|shard| shard.contains(&task));
            prop_assert_eq!(shards.iter().map(Vec::len).sum::<usize>(), seconds.len());
            for task in 0..seconds.len() {
                prop_assert!(part(TaskId(task)).is_some());
            }
            for &(from, to) in plan.edges.iter().filter(|(from, to)| from.0 < seconds.len() && to.0 < seconds.len()) {
                prop_assert_eq!(part(from), part(to));
            }
        }
    }

    #[track_caller]
    fn check(plan: &Plan, count: usize, expected: &[&[usize]]) {
        let shards: Vec<Vec<usize>> =
            plan.shards(count).into_iter().map(|shard| shard.into_iter().map(|task| task.0).collect()).collect();
        assert_eq!(shards, expected);
    }

    fn plan(seconds: &[f64], edges: &[(usize, usize)]) -> Plan {
        let task = |&seconds: &f64| Task { label: String::new(), seconds, is_exclusive: false, lanes: 1 };
        let edges = edges.iter().map(|&(from, to)| (TaskId(from), TaskId(to))).collect();
        Plan { tasks: seconds.iter().map(task).collect(), edges, ..Plan::default() }
    }
}
