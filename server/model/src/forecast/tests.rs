//! Forecasts on an example whose figures are known, and on small cases.

use std::fmt::Write;

use expect_test::{Expect, expect};

use super::*;
use crate::plan::TaskId;
use crate::schedule::eleven;

#[test]
fn eleven_sessions_on_github() {
    check(
        &sequence(eleven()),
        Forge::GitHub,
        &Settings::default(),
        expect![[r#"
            Now                          916 s  15.3 min
            ParallelSteps                340 s  5.7 min
            NoxParallel { lanes: 4 }     354 s  5.9 min
            BackgroundProcesses          354 s  5.9 min
            Jobs { jobs: 3 }             340 s  16.6 min
            Matrix { jobs: 10 }          340 s  21.3 min
        "#]],
    );
}

#[test]
fn with_one_runner_more_jobs_are_slower_than_today() {
    check(
        &sequence(eleven()),
        Forge::Forgejo,
        &Settings { runner_cores: 2, ..Settings::default() },
        expect![[r#"
            Now                          916 s  15.3 min
            NoxParallel { lanes: 2 }     541 s  9.0 min
            BackgroundProcesses          541 s  9.0 min
            Matrix { jobs: 10 }          1276 s  21.3 min
        "#]],
    );
}

#[test]
fn an_older_nox_has_no_parallel_option() {
    for (version, has) in [
        ("2026.07.11", false),
        ("2026.8.10", true),
        ("2026.10.20", true),
        ("2025.11", false),
        ("newest", true),
        ("2027", true),
    ] {
        let settings = Settings { nox_version: Some(version.to_owned()), ..Settings::default() };
        let ways = ways(&sequence(eleven()), Forge::Forgejo, &settings);
        assert_eq!(ways.contains(&Way::NoxParallel { lanes: 4 }), has, "{version}");
    }
}

#[test]
fn who_shares_a_file_takes_turns_on_one_machine_and_not_on_two() {
    let mut plan = eleven();
    plan.exclusions.push((TaskId(5), TaskId(6)));
    plan.edges.push((TaskId(6), TaskId(10)));
    check(
        &sequence(plan),
        Forge::GitHub,
        &Settings { github_slots: 3, ..Settings::default() },
        expect![[r#"
            Now                          916 s  15.3 min
            ParallelSteps                565 s  9.4 min
            NoxParallel { lanes: 4 }     577 s  9.6 min
            BackgroundProcesses          577 s  9.6 min
            Jobs { jobs: 2 }             565 s  15.9 min
            Matrix { jobs: 9 }           650 s  20.6 min
        "#]],
    );
}

#[test]
fn repeated_prerequisites_cost_time_today_only() {
    let sequence = Sequence { repeated: 60.0, ..sequence(eleven()) };
    let forecasts = forecasts(&sequence, Forge::GitHub, &Settings::default());
    assert_eq!(forecasts[0].makespan.seconds, 976.0);
    assert_eq!(forecasts[1].makespan.seconds, 340.0);
}

#[test]
fn a_formatter_that_comes_first_is_a_stage_of_its_own() {
    let mut plan = eleven();
    plan.tasks.swap(0, 1);
    plan.edges.extend((1..11).map(|other| (TaskId(0), TaskId(other))));
    let (layout, seconds) = layout(&plan, PARALLEL_STEPS, 4);

    assert_eq!(seconds, 306.0);
    check_layout(
        &plan,
        &layout,
        expect![[r#"
            format
            lint | typecheck | security_scan | dead_code | unit_tests, coverage_report | integration_tests | docs | build | benchmark
        "#]],
    );
}

#[test]
fn a_report_on_two_long_sessions_is_a_stage_behind_them() {
    let mut plan = eleven();
    plan.edges.push((TaskId(6), TaskId(10)));
    let (layout, seconds) = layout(&plan, PARALLEL_STEPS, 4);

    assert_eq!(seconds, 315.0);
    check_layout(
        &plan,
        &layout,
        expect![[r#"
            lint | format | typecheck | security_scan | dead_code | unit_tests | integration_tests | docs | build | benchmark
            coverage_report
        "#]],
    );
}

#[test]
fn an_exclusive_session_in_the_middle_keeps_its_place() {
    let mut plan = eleven();
    plan.tasks[1].is_exclusive = true;
    let (layout, _) = layout(&plan, PARALLEL_STEPS, 4);

    check_layout(
        &plan,
        &layout,
        expect![[r#"
            lint
            format
            typecheck | security_scan | dead_code | unit_tests, coverage_report | integration_tests | docs | build | benchmark
        "#]],
    );
}

#[test]
fn split_jobs_keep_what_depends_on_each_other_together() {
    check_split(
        &eleven(),
        &[],
        20,
        expect![[r#"
            0: lint, format, typecheck, unit_tests, coverage_report
            1: security_scan, dead_code, docs, build, benchmark
            2: integration_tests
            340 s
        "#]],
    );
}

#[test]
fn a_report_on_two_long_sessions_gets_their_files_in_a_job_of_its_own() {
    let mut plan = eleven();
    plan.edges.push((TaskId(6), TaskId(10)));
    let may_cut = [(TaskId(5), TaskId(10)), (TaskId(6), TaskId(10))];
    check_split(
        &plan,
        &may_cut,
        20,
        expect![[r#"
        0: lint, format, docs, build, benchmark
        1: typecheck, security_scan, dead_code, unit_tests
        2: integration_tests
        3: coverage_report after 1, 2
        395 s
    "#]],
    );
    // Where nothing can be handed over they stay in one.
    check_split(
        &plan,
        &[],
        20,
        expect![[r#"
        0: lint, format, typecheck, security_scan, dead_code, docs, build, benchmark
        1: unit_tests, integration_tests, coverage_report
        565 s
    "#]],
    );
    check_split(
        &plan,
        &may_cut,
        1,
        expect![[r#"
        0: lint, format, typecheck, security_scan, dead_code, unit_tests, integration_tests, docs, build, benchmark, coverage_report
        916 s
    "#]],
    );
}

#[test]
fn what_all_need_is_built_once_and_handed_over() {
    let task = |(label, seconds): (&str, f64)| Task { label: label.to_owned(), seconds, is_exclusive: false, lanes: 1 };
    let tasks = [("build", 30.0), ("unit", 300.0), ("integration", 310.0), ("publish", 10.0)];
    let edges = vec![
        (TaskId(0), TaskId(1)),
        (TaskId(0), TaskId(2)),
        (TaskId(0), TaskId(3)),
        (TaskId(1), TaskId(3)),
        (TaskId(2), TaskId(3)),
    ];
    let plan = Plan { tasks: tasks.into_iter().map(task).collect(), edges: edges.clone(), ..Plan::default() };
    check_split(
        &plan,
        &edges,
        20,
        expect![[r#"
            0: build
            1: unit after 0
            2: integration after 0
            3: publish after 1, 2
            470 s
        "#]],
    );
}

#[test]
fn a_layout_keeps_every_task_and_every_order() {
    let mut runner = proptest::test_runner::TestRunner::default();
    let plans = crate::schedule::any_plans();
    runner
        .run(&(plans, 1..5_usize), |(plan, at_once)| {
            let (layout, seconds) = layout(&plan, at_once, at_once);
            let mut spot = vec![None; plan.tasks.len()];
            for (stage, chains) in layout.stages.iter().enumerate() {
                for (chain, tasks) in chains.iter().enumerate() {
                    for (place, task) in tasks.iter().enumerate() {
                        assert!(spot[task.0].replace((stage, chain, place)).is_none(), "each once");
                    }
                }
            }
            let spot: Vec<_> = spot.into_iter().map(|spot| spot.expect("each is laid out")).collect();
            let comes_before = |a: TaskId, b: TaskId| {
                let (a, b) = (spot[a.0], spot[b.0]);
                a.0 < b.0 || ((a.0, a.1) == (b.0, b.1) && a.2 < b.2)
            };
            for &(from, to) in &plan.edges {
                assert!(comes_before(from, to));
            }
            for &(a, b) in &plan.exclusions {
                assert!(a == b || comes_before(a, b) || comes_before(b, a));
            }
            assert!(seconds >= schedule::analyse(&plan).length - 1e-9);
            Ok(())
        })
        .expect("every plan has a layout that holds");
}

#[track_caller]
fn check(sequence: &Sequence, forge: Forge, settings: &Settings, expected: Expect) {
    let mut text = String::new();
    for forecast in forecasts(sequence, forge, settings) {
        let Forecast { way, makespan, machine_minutes } = forecast;
        assert!(makespan.low <= makespan.seconds && makespan.seconds <= makespan.high);
        let way = format!("{way:?}");
        writeln!(text, "{way:<28} {:.0} s  {machine_minutes:.1} min", makespan.seconds).expect("a string");
    }
    expected.assert_eq(&text);
}

#[track_caller]
fn check_split(plan: &Plan, may_cut: &[(TaskId, TaskId)], slots: usize, expected: Expect) {
    let split = split(plan, may_cut, 40.0, slots);
    let mut out = String::new();
    for (at, job) in split.jobs.iter().enumerate() {
        let names: Vec<&str> = job.iter().map(|task| plan.tasks[task.0].label.as_str()).collect();
        let needs: Vec<String> =
            split.needs.iter().filter(|(_, to)| *to == at).map(|(from, _)| from.to_string()).collect();
        let needs = if needs.is_empty() { String::new() } else { format!(" after {}", needs.join(", ")) };
        writeln!(out, "{at}: {}{needs}", names.join(", ")).expect("a string");
    }
    writeln!(out, "{:.0} s", split::time(plan, &split, 40.0, slots).0).expect("a string");
    expected.assert_eq(&out);
}

#[track_caller]
fn check_layout(plan: &Plan, layout: &Layout, expected: Expect) {
    let chain =
        |tasks: &Vec<TaskId>| tasks.iter().map(|task| plan.tasks[task.0].label.as_str()).collect::<Vec<_>>().join(", ");
    let stage = |chains: &Vec<Vec<TaskId>>| chains.iter().map(chain).collect::<Vec<_>>().join(" | ") + "\n";
    expected.assert_eq(&layout.stages.iter().map(stage).collect::<String>());
}

fn sequence(plan: Plan) -> Sequence {
    let estimate = |task: &Task| Estimate {
        seconds: task.seconds,
        low: task.seconds * 0.8,
        high: task.seconds * 1.25,
        source: Source::Measured(5),
    };
    Sequence {
        workflow: WorkflowId(0),
        job: 0,
        noxfile: NoxfileId(0),
        judged: NoxfileId(0),
        called: Vec::new(),
        links: Vec::new(),
        sessions: (0..plan.tasks.len()).map(SessionId).collect(),
        queue: plan.clone(),
        queue_tasks: (0..plan.tasks.len()).collect(),
        queue_estimates: plan.tasks.iter().map(estimate).collect(),
        repeated: 0.0,
        beside: 0.0,
        estimates: plan.tasks.iter().map(estimate).collect(),
        may_cut: Vec::new(),
        plan,
    }
}

const NOXFILE: &str = r#"
import nox

@nox.session
def lint(session):
    session.run("ruff", "check", ".")

@nox.session(python=["3.11", "3.12"])
def tests(session):
    session.run("pytest")

@nox.session(requires=["tests"])
def report(session):
    session.run("true")

@nox.session
def docs(session):
    session.run("mkdocs", "build")
"#;

#[test]
fn steps_of_a_job_are_one_sequence() {
    check_sequence(
        "
      - run: nox -s lint
      - run: |
          nox -s tests
          nox -s report
",
        expect![[r#"
            lint, tests, report; queue lint, tests-3.11, tests-3.12, report; tests -> report
            today 520 s, of it 210 s again
        "#]],
    );
}

#[test]
fn what_may_not_happen_or_is_parallel_takes_no_part() {
    check_sequence(
        "
      - run: nox -s lint
      - if: failure()
        run: nox -s docs
      - run: nox -j 2 -s tests
      - run: nox --list
      - run: nox -s report &
",
        expect!["none"],
    );
}

#[test]
fn what_differs_per_cell_of_a_matrix_is_no_sequence() {
    check_sequence(
        "
      - run: nox -s ${{ matrix.session }}
    strategy:
      matrix:
        session: [lint, docs]
",
        expect!["none"],
    );
}

#[track_caller]
fn check_sequence(steps: &str, expected: Expect) {
    use std::sync::Arc;

    use syntax::{Document, Language};

    use crate::workspace::{FileId, Input, InputFacts, InputFile};

    let workflow = format!("on: push\njobs:\n  ci:\n    runs-on: ubuntu-latest\n    steps:{steps}");
    let workflow = facts::workflow::read(&Document::new(Language::Yaml, workflow), Forge::GitHub);
    let noxfile = facts::noxfile::read(&Document::new(Language::Python, NOXFILE), &facts::noxfile::Alone);
    let file = |id, path: &str, facts| InputFile { id: FileId(id), path: path.to_owned(), facts };
    let input = Input {
        files: vec![
            file(0, ".github/workflows/ci.yml", InputFacts::Workflow(Arc::new(workflow))),
            file(1, "noxfile.py", InputFacts::Noxfile(Arc::new(noxfile))),
        ],
        ..Input::default()
    };
    let workspace = Workspace::build(&input, None);
    let text = workspace.sequence(WorkflowId(0), 0).map_or("none".to_owned(), |sequence| {
        let labels = |plan: &Plan| plan.tasks.iter().map(|task| task.label.as_str()).collect::<Vec<_>>().join(", ");
        let label = |task: TaskId| sequence.plan.tasks[task.0].label.as_str();
        let edges: Vec<String> =
            sequence.plan.edges.iter().map(|(from, to)| format!("{} -> {}", label(*from), label(*to))).collect();
        let now = workspace.forecasts(&sequence)[0].makespan.seconds - 40.0;
        format!(
            "{}; queue {}; {}\ntoday {now:.0} s, of it {:.0} s again\n",
            labels(&sequence.plan),
            labels(&sequence.queue),
            edges.join(", "),
            sequence.repeated
        )
    });
    expected.assert_eq(&text);
}
