//! Schedules of small plans, and properties of all of them.

use expect_test::expect;
use proptest::prelude::*;

use super::*;
use crate::estimate::{Estimate, Source};
use crate::plan::{Plan, Task, TaskId};

/// The eleven sessions of a usual project in the order in which its workflow runs them, 876 s of work.
pub(crate) const ELEVEN: [(&str, f64); 11] = [
    ("lint", 12.0),
    ("format", 6.0),
    ("typecheck", 45.0),
    ("security_scan", 15.0),
    ("dead_code", 8.0),
    ("unit_tests", 210.0),
    ("integration_tests", 300.0),
    ("docs", 75.0),
    ("build", 40.0),
    ("benchmark", 150.0),
    ("coverage_report", 15.0),
];

pub(crate) fn eleven() -> Plan {
    let mut plan = plan(&ELEVEN.map(|(_, seconds)| seconds), &[(5, 10)], &[]);
    for (task, (name, _)) in plan.tasks.iter_mut().zip(ELEVEN) {
        task.label = name.to_owned();
    }
    plan
}

#[test]
fn the_longest_chain_bounds_the_time_and_the_rest_has_slack() {
    let analysis = analyse(&eleven());

    assert_eq!(analysis.work, 876.0);
    assert_eq!(analysis.length, 300.0);
    assert_eq!(analysis.critical_path, [TaskId(6)]);
    assert_eq!(analysis.slack[5], 75.0, "unit_tests");
    assert_eq!(analysis.slack[10], 75.0, "coverage_report");
    assert_eq!(analysis.slack[6], 0.0, "integration_tests");
}

#[test]
fn longest_first_beats_the_order_of_the_file() {
    let time = |lanes, priority| simulate(&eleven(), lanes, priority).makespan;

    assert_eq!(time(1, Priority::PlanOrder), 876.0);
    assert_eq!(time(2, Priority::PlanOrder), 501.0);
    assert_eq!(time(2, Priority::BottomLevel), 438.0);
    assert_eq!(time(4, Priority::PlanOrder), 314.0);
    assert_eq!(time(4, Priority::BottomLevel), 300.0);
}

#[test]
fn as_in_nox_others_overtake_an_exclusive_session() {
    let mut plan = plan(&[2.0, 2.0, 3.0, 2.0], &[], &[]);
    plan.tasks[1].is_exclusive = true;

    expect!["0: 0 to 2, 1: 4 to 6, 2: 0 to 3, 3: 2 to 4"].assert_eq(&show(&simulate(&plan, 2, Priority::PlanOrder)));
}

#[test]
fn an_exclusive_task_with_much_behind_it_is_not_overtaken() {
    let mut plan = plan(&[2.0, 1.0, 9.0, 3.0, 2.0], &[(1, 2)], &[]);
    plan.tasks[1].is_exclusive = true;

    expect!["0: 4 to 6, 1: 0 to 1, 2: 1 to 10, 3: 1 to 4, 4: 6 to 8"].assert_eq(&show(&simulate(
        &plan,
        2,
        Priority::BottomLevel,
    )));
    assert_eq!(simulate(&plan, 2, Priority::PlanOrder).makespan, 14.0);
}

#[test]
fn excluded_tasks_take_turns_and_lanes_go_to_others() {
    let plan = plan(&[4.0, 3.0, 2.0], &[], &[(0, 1)]);

    expect!["0: 0 to 4, 1: 4 to 7, 2: 0 to 2"].assert_eq(&show(&simulate(&plan, 2, Priority::BottomLevel)));
}

#[test]
fn who_was_passed_over_for_an_exclusion_is_not_passed_over_for_ever() {
    // 1 must not overlap 0, 2 and 3. Without a place kept for it, 2 and 3 would each start in front of it.
    let mut plan = plan(&[5.0, 5.0, 4.0, 4.0], &[], &[(0, 1), (1, 2), (1, 3)]);
    plan.tasks.push(task(5.0));
    plan.edges.push((TaskId(1), TaskId(4)));
    plan.edges.push((TaskId(0), TaskId(1)));

    let times = simulate(&plan, 2, Priority::BottomLevel).times;
    assert!(times[1].0 <= 9.0, "{times:?}");
}

#[test]
fn a_wide_task_takes_its_lanes() {
    let mut plan = plan(&[4.0, 4.0, 4.0], &[], &[]);
    plan.tasks[0].lanes = 2;

    assert_eq!(simulate(&plan, 2, Priority::BottomLevel).makespan, 8.0);
    plan.tasks[0].lanes = 99;
    assert_eq!(simulate(&plan, 2, Priority::BottomLevel).makespan, 8.0);
}

#[test]
fn cycles_and_nonsense_do_not_stop_it() {
    let mut plan = plan(&[1.0, 2.0, 3.0], &[(0, 1), (1, 0), (1, 1), (1, 2)], &[(2, 2)]);
    plan.edges.push((TaskId(7), TaskId(0)));
    plan.tasks.push(task(f64::NAN));

    let analysis = analyse(&plan);
    assert_eq!(analysis.critical_path, [TaskId(1), TaskId(2)]);
    assert_eq!(simulate(&plan, 2, Priority::BottomLevel).makespan, 5.0);
    assert_eq!(plan.cycle(), Some(vec![TaskId(0), TaskId(1)]));
    assert_eq!(simulate(&Plan::default(), 0, Priority::BottomLevel), Schedule::default());
}

#[test]
fn a_failure_takes_only_what_is_behind_it() {
    let plan = plan(&[1.0; 5], &[(0, 2), (2, 3), (1, 4)], &[]);
    let mut frontier = Frontier::new(&plan, 2, &List::of(&plan, Priority::PlanOrder));
    let started: Vec<_> = std::iter::from_fn(|| frontier.start_next()).collect();

    assert_eq!(started, [TaskId(0), TaskId(1)]);
    assert_eq!(frontier.fail(TaskId(0)), [TaskId(2), TaskId(3)]);
    frontier.finish(TaskId(1));
    assert_eq!(frontier.start_next(), Some(TaskId(4)));
    frontier.finish(TaskId(4));
    assert!(frontier.is_done());
}

#[test]
fn near_equal_branches_take_longer_than_each() {
    let plan = plan(&[300.0; 3], &[], &[]);
    let spread = Estimate { seconds: 300.0, low: 253.0, high: 355.0, source: Source::Measured(5) };
    let list = List::of(&plan, Priority::BottomLevel);
    let range = simulate_range(&plan, (&[spread; 3], &[]), 3, &list, 2_000);

    expect!["314 355 406 434"]
        .assert_eq(&format!("{:.0} {:.0} {:.0} {:.0}", range.p20, range.p50, range.p80, range.p90));
    assert_eq!(range, simulate_range(&plan, (&[spread; 3], &[]), 3, &list, 2_000), "the same input, the same answer");
}

#[test]
fn guesses_err_together_and_measurements_one_by_one() {
    let plan = plan(&[60.0; 9], &[], &[]);
    let range = |source: Source, alike: &[usize]| {
        let spread = Estimate { seconds: 60.0, low: 20.0, high: 180.0, source };
        let range = simulate_range(&plan, (&[spread; 9], alike), 1, &List::of(&plan, Priority::PlanOrder), DRAWS);
        format!("{:.0} to {:.0}, p90 {:.0}", range.p20, range.p80, range.p90)
    };

    expect!["230 to 1724, p90 2921"].assert_eq(&range(Source::Guess, &[]));
    expect!["670 to 1717, p90 2204"].assert_eq(&range(Source::Measured(3), &[]));
    expect!["175 to 1727, p90 3105"].assert_eq(&range(Source::Guess, &[0; 9]));
}

#[test]
fn one_duration_needs_no_simulation() {
    let one = Estimate { seconds: 100.0, low: 50.0, high: 200.0, source: Source::Measured(9) };
    let Range { p20, p50, p80, p90 } = range_of(&one);

    expect!["50 100 200 287"].assert_eq(&format!("{p20:.0} {p50:.0} {p80:.0} {p90:.0}"));
}

#[test]
fn a_search_finds_a_better_place_for_an_exclusive_task() {
    // By bottom level the exclusive one (3 s) starts after 4 s and makes a lane wait; at the start it costs its 3 s only.
    let mut plan = plan(&[4.0, 3.0, 2.0, 2.0], &[], &[]);
    plan.tasks[1].is_exclusive = true;
    let usual = simulate(&plan, 2, Priority::BottomLevel).makespan;
    let found = simulate_list(&plan, 2, &best_list(&plan, 2, 50)).makespan;

    assert_eq!((usual, found), (9.0, 7.0));
}

fn task(seconds: f64) -> Task {
    Task { label: String::new(), seconds, is_exclusive: false, lanes: 1 }
}

fn plan(seconds: &[f64], edges: &[(usize, usize)], exclusions: &[(usize, usize)]) -> Plan {
    let pairs = |pairs: &[(usize, usize)]| pairs.iter().map(|&(a, b)| (TaskId(a), TaskId(b))).collect();
    Plan {
        tasks: seconds.iter().map(|&seconds| task(seconds)).collect(),
        edges: pairs(edges),
        exclusions: pairs(exclusions),
        reasons: Vec::new(),
    }
}

fn show(schedule: &Schedule) -> String {
    let times = schedule.times.iter().enumerate();
    times.map(|(task, (start, end))| format!("{task}: {start} to {end}")).collect::<Vec<_>>().join(", ")
}

pub(crate) fn any_plans() -> impl Strategy<Value = Plan> {
    plans(true)
}

/// Any plan: whole seconds, so that sums are exact.
fn plans(special: bool) -> impl Strategy<Value = Plan> {
    (1..12_usize).prop_flat_map(move |count| {
        let tasks = proptest::collection::vec((0..30_u32, 0..8_u8, 1..4_usize), count);
        let pairs = || proptest::collection::vec((0..count, 0..count), 0..2 * count);
        (tasks, pairs(), pairs()).prop_map(move |(tasks, edges, exclusions)| {
            let forward: Vec<_> = edges.into_iter().filter(|(from, to)| from < to).collect();
            let seconds: Vec<f64> = tasks.iter().map(|task| f64::from(task.0)).collect();
            let mut plan = plan(&seconds, &forward, if special { &exclusions } else { &[] });
            for (task, (_, exclusive, lanes)) in plan.tasks.iter_mut().zip(tasks) {
                task.is_exclusive = special && exclusive == 0;
                task.lanes = if special { lanes } else { 1 };
            }
            plan
        })
    })
}

proptest! {
    #[test]
    fn plain_plans_stay_between_grahams_bounds(plan in plans(false), lanes in 1..6_usize) {
        let analysis = analyse(&plan);
        let m = lanes as f64;
        for priority in [Priority::BottomLevel, Priority::PlanOrder] {
            let makespan = simulate(&plan, lanes, priority).makespan;
            prop_assert!(makespan >= (analysis.work / m).max(analysis.length) - 1e-9);
            prop_assert!(makespan <= analysis.work / m + (1.0 - 1.0 / m) * analysis.length + 1e-9);
        }
    }

    #[test]
    fn order_lanes_and_exclusions_hold(plan in plans(true), lanes in 1..6_usize) {
        for priority in [Priority::BottomLevel, Priority::PlanOrder] {
            let times = simulate(&plan, lanes, priority).times;
            let overlap = |a: usize, b: usize| times[a].0 < times[b].1 && times[b].0 < times[a].1;
            for (task, time) in plan.tasks.iter().zip(&times) {
                prop_assert_eq!(time.1 - time.0, task.seconds, "every task runs once, whole");
            }
            for (from, to) in &plan.edges {
                prop_assert!(times[from.0].1 <= times[to.0].0);
            }
            for (a, b) in &plan.exclusions {
                prop_assert!(a == b || !overlap(a.0, b.0));
            }
            for a in 0..times.len() {
                let beside: Vec<usize> = (0..times.len())
                    .filter(|&b| b != a && times[b].0 <= times[a].0 && times[a].0 < times[b].1 && times[a].0 < times[a].1)
                    .collect();
                prop_assert!(!plan.tasks[a].is_exclusive || beside.is_empty());
                let width = |task: usize| match priority {
                    Priority::BottomLevel => plan.tasks[task].lanes.min(lanes),
                    Priority::PlanOrder => 1,
                };
                prop_assert!(times[a].0 == times[a].1 || width(a) + beside.iter().map(|&b| width(b)).sum::<usize>() <= lanes);
            }
        }
    }

    #[test]
    fn a_searched_list_is_never_behind(plan in plans(true), lanes in 1..6_usize) {
        let found = simulate_list(&plan, lanes, &best_list(&plan, lanes, 10)).makespan;
        prop_assert!(found <= simulate(&plan, lanes, Priority::BottomLevel).makespan + 1e-9);
        prop_assert!(found >= analyse(&plan).length - 1e-9);
    }

    #[test]
    fn the_quick_simulation_gives_what_the_scheduler_gives(plan in plans(false), lanes in 1..14_usize) {
        for priority in [Priority::BottomLevel, Priority::PlanOrder] {
            let list = List::of(&plan, priority);
            let range = simulate_range(&plan, (&[], &[]), lanes, &list, 1);
            prop_assert_eq!(range.p50, simulate_list(&plan, lanes, &list).makespan);
        }
    }

    #[test]
    fn slack_is_what_a_task_may_grow(plan in plans(false), which in 0..12_usize) {
        let which = which % plan.tasks.len();
        let analysis = analyse(&plan);
        let mut longer = plan.clone();
        longer.tasks[which].seconds += analysis.slack[which];
        prop_assert!((analyse(&longer).length - analysis.length).abs() < 1e-9);
        longer.tasks[which].seconds += 1.0;
        prop_assert!((analyse(&longer).length - analysis.length - 1.0).abs() < 1e-9);
    }

    #[test]
    fn any_edges_leave_every_task_to_run(edges in proptest::collection::vec((0..8_usize, 0..8_usize), 0..30)) {
        let plan = plan(&[1.0; 8], &edges, &[]);
        let schedule = simulate(&plan, 3, Priority::BottomLevel);
        prop_assert!(schedule.times.iter().all(|(start, end)| end - start == 1.0));
        match plan.cycle() {
            None => for (from, to) in &plan.edges {
                prop_assert!(schedule.times[from.0].1 <= schedule.times[to.0].0);
            },
            Some(cycle) => for (place, task) in cycle.iter().enumerate() {
                let next = cycle[(place + 1) % cycle.len()];
                prop_assert!(plan.edges.contains(&(*task, next)));
            },
        }
    }
}
