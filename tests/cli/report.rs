//! `audit` and `check` on the seed project and on small fixtures.

use noxflow_tests::{Project, text};
use serde_json::Value;

fn json(project: &Project, arguments: &[&str]) -> Value {
    let output = project.noxflow(arguments);
    assert!(output.status.success(), "{}", text(&output));
    serde_json::from_slice(&output.stdout).expect("JSON")
}

#[test]
fn the_audit_of_the_seed_finds_all_eleven_sessions_and_the_order_they_need() {
    let project = Project::copy("seed");
    let report = json(&project, &["audit", ".", "--format", "json"]);
    let sequences = report[0]["sequences"].as_array().expect("sequences");
    let ci = sequences.iter().find(|it| it["path"] == ".forgejo/workflows/ci.yml").expect("the job is found");
    assert_eq!(ci["sessions"].as_array().map(Vec::len), Some(11));
    let needed: Vec<(&str, &str)> = ci["needed"]
        .as_array()
        .expect("needed order")
        .iter()
        .map(|it| (it["from"].as_str().expect("a name"), it["to"].as_str().expect("a name")))
        .collect();
    for before in ["unit_tests", "integration_tests"] {
        assert!(needed.contains(&(before, "coverage_report")), "{needed:?}");
    }
    let now = ci["ways"][0]["makespan"]["seconds"].as_f64().expect("seconds");
    let best = ci["ways"].as_array().expect("ways").iter().filter_map(|it| it["makespan"]["seconds"].as_f64());
    assert!(best.fold(f64::INFINITY, f64::min) < now / 2.0);
}

#[test]
fn the_audit_is_written_for_people_and_for_pull_requests() {
    let project = Project::copy("seed");
    let output = project.noxflow(&["audit", "."]);
    let out = String::from_utf8_lossy(&output.stdout);
    for words in ["11 sessions one after another", "critical path", "next step", "noxflow rewrite"] {
        assert!(out.contains(words), "`{words}` is not in\n{out}");
    }
    assert!(!out.contains('\x1b'), "no colours without a terminal");
    let output = project.noxflow(&["audit", ".", "--format", "markdown"]);
    assert!(String::from_utf8_lossy(&output.stdout).starts_with("# noxflow audit\n"));
}

#[test]
fn a_command_nobody_knows_is_told_once_with_all_who_run_it() {
    let project = Project::copy("seed");
    let session = |name: &str| {
        format!("\n\n@nox.session\ndef {name}(session):\n    session.run(\"frobnicate\", external=True)\n")
    };
    project.append("noxfile.py", &(session("first") + &session("second")));
    let output = project.noxflow(&["audit", "noxfile.py"]);
    let out = String::from_utf8_lossy(&output.stdout);
    assert_eq!(out.matches("frobnicate").count(), 1, "{out}");
    assert!(out.contains("frobnicate (first, second)"), "{out}");
}

#[test]
fn check_names_the_place_and_fails_on_a_warning() {
    let project = Project::copy("seed");
    assert_eq!(project.noxflow(&["check", "."]).status.code(), Some(0), "the seed has no mistakes");
    let workflow = ".forgejo/workflows/nightly.yml";
    let broken = project.read(workflow).replace("unit_tests", "unit_test");
    project.write(workflow, &broken);
    let output = project.noxflow(&["check", "."]);
    let line = 1 + broken.lines().position(|line| line.contains("unit_test")).expect("it is there");
    let out = text(&output);
    assert!(out.contains(&format!("{workflow}:{line}:")) && out.contains("unknown-session"), "{out}");
    assert_eq!(output.status.code(), Some(1));
}

#[test]
fn a_shell_is_told_the_sessions_that_fit() {
    let project = Project::copy("seed");
    let script = String::from_utf8_lossy(&project.noxflow(&["completions", "bash"]).stdout).into_owned();
    assert!(script.contains("NOXFLOW_COMPLETE"), "{script}");
    let mut asks = project.command(&["--", "noxflow", "run", "un"]);
    let output = asks.env("NOXFLOW_COMPLETE", "bash").env("_CLAP_COMPLETE_INDEX", "2").output().expect("noxflow runs");
    assert_eq!(String::from_utf8_lossy(&output.stdout), "unit_tests");
}

#[test]
fn mistakes_of_the_caller_are_told_clearly() {
    let project = Project::copy("seed");
    for (arguments, words) in [
        (&["audit", "no/such/place"][..], "there is nothing at `no/such/place`"),
        (&["check", "README.md"], "neither a noxfile nor a workflow"),
        (&["audit", "docs"], "no `noxfile.py` and no workflow"),
        (&["run", "-j", "0"], "a number from 1"),
    ] {
        let output = project.noxflow(arguments);
        assert!(text(&output).contains(words), "{arguments:?}: {}", text(&output));
        assert_eq!(output.status.code(), Some(2), "{arguments:?}");
    }
}
