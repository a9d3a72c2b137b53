//! `graph` and `plan --explain`: what programs read, by the documented names.

use noxflow_tests::{Project, text};
use serde_json::Value;

#[test]
fn the_graph_has_the_documented_fields() {
    let project = Project::copy("seed");
    let output = project.noxflow(&["graph", "--format", "json", "."]);
    assert!(output.status.success(), "{}", text(&output));
    let graph: Value = serde_json::from_slice(&output.stdout).expect("JSON");
    let sessions = graph["sessions"].as_array().expect("sessions");
    assert_eq!(sessions.len(), 11);
    for session in sessions {
        assert!(session["name"].is_string() && session["slack"].is_number() && session["critical"].is_boolean());
        for number in ["seconds", "low", "high"] {
            assert!(session["estimate"][number].is_number(), "{session}");
        }
        assert_eq!(session["estimate"]["source"], "guess");
    }
    let edges = graph["edges"].as_array().expect("edges");
    let edge = edges.iter().find(|it| it["from"] == "unit_tests" && it["to"] == "coverage_report").expect("an edge");
    assert_eq!((&edge["kind"], &edge["file"]), (&Value::from("data"), &Value::from("noxfile.py")));
    assert!(edge["evidence"].is_string() && edge["reason"].is_string() && edge["line"].is_u64(), "{edge}");
    let noxfile = project.read("noxfile.py");
    let line = edge["line"].as_u64().and_then(|line| usize::try_from(line).ok()).expect("a line");
    assert!(noxfile.lines().nth(line - 1).expect("the line").contains("coverage"), "line {line} shows it");
    for hazard in graph["hazards"].as_array().expect("hazards") {
        assert_eq!(hazard["between"].as_array().map(Vec::len), Some(2));
        for key in ["severity", "resource", "reason", "cure"] {
            assert!(hazard[key].is_string(), "{hazard}");
        }
    }
}

#[test]
fn pictures_name_every_session() {
    let project = Project::copy("seed");
    for (format, begins) in [
        ("dot", "digraph noxflow {"),
        ("mermaid", "flowchart LR"),
        ("text", "noxfile.py"),
        ("svg", "<svg xmlns"),
        ("html", "<!doctype html>"),
    ] {
        let output = project.noxflow(&["graph", "--format", format]);
        let out = String::from_utf8_lossy(&output.stdout);
        assert!(out.starts_with(begins), "{format}: {out}");
        assert!(out.contains("coverage_report") && out.contains("security_scan"), "{format}: {out}");
    }
}

#[test]
fn two_sessions_are_explained() {
    let project = Project::copy("seed");
    let output = project.noxflow(&["plan", "--explain", "coverage_report", "unit_tests"]);
    let out = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(out.contains("`coverage_report` must wait until `unit_tests` has passed"), "{}", text(&output));
    assert!(out.contains("noxfile.py:"), "the evidence has a place: {out}");
    assert_eq!(output.status.code(), Some(1));
    assert_eq!(project.noxflow(&["plan", "--explain", "lint", "docs"]).status.code(), Some(0));
    let unknown = project.noxflow(&["plan", "--explain", "lint", "doc"]);
    assert!(text(&unknown).contains("did you mean `docs`?"), "{}", text(&unknown));
}

#[test]
fn a_plan_starts_nothing() {
    let project = Project::copy("seed");
    let output = project.noxflow(&["plan", "-j", "2", "lint", "docs"]);
    assert!(String::from_utf8_lossy(&output.stdout).starts_with("2 sessions, 2 at once"), "{}", text(&output));
    assert!(!project.path().join(".nox").exists());
}
