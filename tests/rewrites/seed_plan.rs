//! What the best way is worth on the seed project, by durations that are given. How near predictions are to real runs is
//! measured by `tests/benches/seed_plan.py`, which needs a quiet machine.

use noxflow_tests::{Project, text};
use serde_json::Value;

const DURATIONS: [(&str, u32); 11] = [
    ("lint", 15),
    ("format", 10),
    ("typecheck", 60),
    ("security_scan", 40),
    ("dead_code", 15),
    ("unit_tests", 200),
    ("integration_tests", 240),
    ("docs", 90),
    ("build", 60),
    ("benchmark", 120),
    ("coverage_report", 15),
];

/// Everything one after another takes 865 s and the set-up; the longest chain is 255 s.
#[test]
fn the_best_way_on_four_runners_is_two_and_a_half_times_as_fast() {
    let project = Project::copy("seed");
    project.append("pyproject.toml", "\n[tool.noxflow]\nrunner-slots = { forgejo = 4 }\njob-overhead-seconds = 25\n");
    let session =
        |(name, seconds): &(&str, u32)| serde_json::json!({"name": name, "result": "success", "duration": seconds});
    let report = serde_json::json!({"result": 1, "sessions": DURATIONS.iter().map(session).collect::<Vec<_>>()});
    project.write(".git/report.json", &report.to_string());
    let imported = project.noxflow(&["timings", "import", ".git/report.json"]);
    assert!(imported.status.success(), "{}", text(&imported));

    let before = checks(&project);
    assert!((way(&before, "now") - 890.0).abs() < 1.0, "{before:#}");
    let best = before["offers"].as_array().expect("offers").iter().find(|offer| offer["preferred"] == true);
    let best = best.and_then(|offer| offer["id"].as_str()).expect("a best one");
    let words = match best {
        "use-nox-parallel" => "nox -j",
        "split-into-jobs" => "packed jobs",
        other => panic!("{other} is new here"),
    };
    let predicted = way(&before, words);
    assert!(predicted * 2.5 <= way(&before, "now"), "{before:#}");

    // Read anew, what is then in the files takes as long as was said.
    let applied = project.noxflow(&["rewrite", ".forgejo/workflows/ci.yml", "--job", "checks", "--apply", best]);
    assert!(applied.status.success(), "{}", text(&applied));
    let graph = json(&project, &["graph", ".forgejo/workflows/ci.yml", "--format", "json"]);
    let after = graph["workflows"][0]["makespan"].as_f64().expect("a time");
    assert!((after / predicted - 1.0).abs() <= 0.1, "{after} s, not {predicted} s\n{graph:#}");
}

/// What the audit says of the job `checks`.
fn checks(project: &Project) -> Value {
    let audit = json(project, &["audit", "--format", "json"]);
    let mut jobs = audit[0]["sequences"].as_array().expect("jobs").iter();
    jobs.find(|job| job["job"] == "checks").expect("the job").clone()
}

fn json(project: &Project, arguments: &[&str]) -> Value {
    let output = project.noxflow(arguments);
    serde_json::from_slice(&output.stdout).unwrap_or_else(|error| panic!("{error}: {}", text(&output)))
}

fn way(job: &Value, words: &str) -> f64 {
    let ways = job["ways"].as_array().expect("ways").iter();
    let mut named = ways.filter(|way| way["way"].as_str().is_some_and(|way| way.contains(words)));
    named.next().and_then(|way| way["makespan"]["seconds"].as_f64()).expect("a time")
}
