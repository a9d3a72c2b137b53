//! `timings`: what a CI has recorded comes in, is told, compared and removed again.

use std::process::Command;

use expect_test::expect;
use noxflow_tests::{Project, forge, run, text};
use serde_json::Value;

const NOXFILE: &str = "import nox


@nox.session
def lint(session):
    session.run('ruff', 'check', '.')


@nox.session
def tests(session):
    session.run('pytest')


@nox.session(python=['3.12', '3.13'])
def multi(session):
    session.run('pytest')
";

const WORKFLOW: &str = "name: CI
on: push
jobs:
  check:
    runs-on: ubuntu-latest
    strategy: { matrix: { session: [lint, tests] } }
    steps:
      - uses: actions/checkout@v4
      - name: Run ${{ matrix.session }}
        run: nox -s ${{ matrix.session }}
  both:
    runs-on: ubuntu-22.04
    steps:
      - uses: actions/checkout@v4
      - run: nox -s lint tests
";

fn project() -> Project {
    let project = Project::copy("seed");
    for gone in [".forgejo/workflows/ci.yml", ".forgejo/workflows/nightly.yml"] {
        std::fs::remove_file(project.path().join(gone)).expect("it was there");
    }
    project.write("noxfile.py", NOXFILE);
    project.write(".github/workflows/ci.yml", WORKFLOW);
    project
}

#[track_caller]
fn list(project: &Project) -> Vec<String> {
    let output = project.noxflow(&["timings", "list", "--format", "json"]);
    assert!(output.status.success(), "{}", text(&output));
    let rows: Value = serde_json::from_slice(&output.stdout).expect("JSON");
    let row = |row: &Value| {
        let seconds = row["median"].as_f64().expect("seconds");
        format!("{} {} n={} {seconds:.1}", row["session"], row["where"], row["samples"]).replace('"', "")
    };
    rows.as_array().expect("rows").iter().map(row).collect()
}

#[test]
fn a_run_of_act_is_split_by_steps_and_by_what_sessions_print() {
    let project = project();
    project.write("act.jsonl", include_str!("records/act.jsonl"));
    let output = project.noxflow(&["timings", "import", "act.jsonl"]);
    assert!(text(&output).contains("4 durations of 2 sessions imported"), "{}", text(&output));
    // The job `both` ran the two in one step: their own lines have stamps to the second.
    let expected = [
        "lint ubuntu-22.04 n=1 1.0",
        "lint ubuntu-latest n=1 ",
        "tests ubuntu-22.04 n=1 2.0",
        "tests ubuntu-latest n=1 ",
    ];
    let found = list(&project);
    assert_eq!(found.len(), expected.len(), "{found:?}");
    for (found, expected) in found.iter().zip(expected) {
        assert!(found.starts_with(expected), "{found} is not {expected}");
    }
    let again = project.noxflow(&["timings", "import", "act.jsonl"]);
    assert!(text(&again).contains("0 durations of 2 sessions imported, 4 known already"), "{}", text(&again));
    // The estimate comes from it.
    let graph = project.noxflow(&["graph", "--format", "json"]);
    let graph: Value = serde_json::from_slice(&graph.stdout).expect("JSON");
    assert_eq!(graph["sessions"][0]["estimate"]["source"], "imported");
}

#[test]
fn jobs_of_a_forge_are_mapped_by_the_workflow() {
    let project = project();
    let step = |name: &str, from: &str, to: &str| {
        format!(
            r#"{{"name": "{name}", "conclusion": "success", "started_at": "2026-01-01T10:{from}Z", "completed_at": "2026-01-01T10:{to}Z"}}"#
        )
    };
    let jobs = format!(
        r#"{{"jobs": [
            {{"name": "check (tests)", "conclusion": "success", "labels": ["ubuntu-latest"], "steps": [{}, {}]}},
            {{"name": "both", "conclusion": "success", "labels": ["ubuntu-22.04"], "steps": [{}]}},
            {{"name": "check (lint)", "conclusion": "cancelled", "labels": ["ubuntu-latest"], "steps": [{}]}}]}}"#,
        step("Set up job", "00:00", "00:03"),
        step("Run tests", "00:03", "01:33"),
        step("Run nox -s lint tests", "00:00", "02:00"),
        step("Run lint", "00:00", "00:02"),
    );
    project.write("jobs.json", &jobs);
    let output = project.noxflow(&["timings", "import", "jobs.json"]);
    assert!(text(&output).contains("1 duration of 1 session imported"), "{}", text(&output));
    assert!(text(&output).contains("runs 2 sessions: only its log tells their times apart"), "{}", text(&output));
    assert_eq!(list(&project), ["tests ubuntu-latest n=1 90.0"]);
}

#[test]
fn reports_logs_and_test_results_come_in() {
    let project = project();
    let report = r#"{"result": 1, "sessions": [{"name": "multi", "signatures": ["multi", "multi-3.12"], "result": "success", "duration": 12.5}]}"#;
    project.write("report.json", report);
    let log = "2026-01-01T10:00:00.0000000Z nox > Running session multi-3.13\n2026-01-01T10:00:08.5000000Z nox > Session multi-3.13 was successful in 8 seconds.\n";
    project.write("logs/0_both.txt", log);
    project.write(
        "junit.xml",
        r#"<testsuites><testsuite name="pytest" errors="0" failures="0" time="3.5"></testsuite></testsuites>"#,
    );
    let output = project.noxflow(&["timings", "import", "report.json", "--label", "local"]);
    assert!(output.status.success(), "{}", text(&output));
    let output = project.noxflow(&["timings", "import", "logs"]);
    assert!(output.status.success(), "{}", text(&output));
    let output = project.noxflow(&["timings", "import", "junit.xml"]);
    assert!(text(&output).contains("say which by --session"), "{}", text(&output));
    assert_eq!(output.status.code(), Some(1));
    let output = project.noxflow(&["timings", "import", "junit.xml", "--session", "tests", "--label", "docker"]);
    assert!(output.status.success(), "{}", text(&output));
    assert_eq!(
        list(&project),
        ["multi-3.12 local n=1 12.5", "multi-3.13 ubuntu-22.04 n=1 8.5", "tests docker n=1 3.5"]
    );
}

#[test]
fn two_sets_are_compared_and_removed() {
    let project = project();
    for (set, base) in [("before", 60), ("after", 30)] {
        for at in 0..5 {
            let log = format!(
                "2026-01-0{}T10:00:00.0000000Z nox > Running session tests\n2026-01-0{}T10:00:{}.0000000Z nox > Session tests was successful.\n",
                at + 1,
                at + 1,
                (base + at) % 60,
            );
            let log = if base == 60 { log.replace(&format!("T10:00:{}.", at), &format!("T10:01:0{at}.")) } else { log };
            project.write(&format!("{set}/{at}.log"), &log);
        }
        let output = project.noxflow(&["timings", "import", set, "--set", set]);
        assert!(text(&output).contains("5 durations of 1 session imported"), "{}", text(&output));
    }
    let output = project.noxflow(&["timings", "compare", "before", "after", "--format", "json"]);
    assert!(output.status.success(), "{}", text(&output));
    let found: Value = serde_json::from_slice(&output.stdout).expect("JSON");
    let row = &found["sessions"][0];
    assert_eq!((row["before"]["median"].as_f64(), row["after"]["median"].as_f64()), (Some(62.0), Some(32.0)));
    assert!(row["range90"]["high"].as_f64().expect("a range") < 0.0, "{row}");
    let output = project.noxflow(&["timings", "compare", "before", "after", "--format", "markdown"]);
    assert!(
        text(&output).contains("| `tests` (ci, new environment) | 1 m 2 s | 32 s | −30 s (−48 %) |"),
        "{}",
        text(&output)
    );
    let output = project.noxflow(&["timings", "clear", "--only", "before"]);
    assert!(text(&output).contains("5 durations removed"), "{}", text(&output));
    let path = project.noxflow(&["timings", "path"]);
    let path = String::from_utf8_lossy(&path.stdout).trim().to_owned();
    assert!(std::path::Path::new(&path).is_file(), "{path}");
    let output = project.noxflow(&["timings", "clear"]);
    assert!(text(&output).contains("5 durations removed"), "{}", text(&output));
    assert!(!std::path::Path::new(&path).exists());
}

#[test]
fn what_is_no_record_is_told() {
    let project = project();
    project.write("x.json", "{\"a\": 1}");
    let output = project.noxflow(&["timings", "import", "x.json"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(text(&output).contains("is JSON, but neither of"), "{}", text(&output));
    project.write("x.txt", "hello\n");
    let output = project.noxflow(&["timings", "import", "x.txt"]);
    assert_eq!(output.status.code(), Some(1));
    assert!(text(&output).contains("tells of no finished, successful session"), "{}", text(&output));
}

#[test]
fn a_packed_archive_of_logs_comes_in_as_it_is() {
    let project = project();
    let bytes = include_bytes!("records/logs.zip");
    std::fs::write(project.path().join("logs.zip"), bytes).expect("a file");
    let output = project.noxflow(&["timings", "import", "logs.zip"]);
    assert!(text(&output).contains("2 durations of 2 sessions imported"), "{}", text(&output));
    assert_eq!(list(&project), ["lint ubuntu-22.04 n=1 4.5", "tests ubuntu-22.04 n=1 24.5"]);
}

#[test]
fn a_forge_is_asked_when_the_user_says_so_and_never_twice_for_a_run() {
    let project = project();
    let url = forge("Bearer t0ken", |path| match path {
        p if p.ends_with("/version") => "{}".to_owned(),
        p if p.contains("/runs?") => {
            r#"{"total_count": 1, "workflow_runs": [{"id": 5, "run_number": 5, "run_attempt": 1,
            "path": ".github/workflows/ci.yml", "status": "completed", "conclusion": "failure",
            "created_at": "2026-01-01T10:00:00Z", "updated_at": "2026-01-01T10:05:00Z"}]}"#
                .to_owned()
        }
        p if p.contains("/jobs") => {
            r#"{"total_count": 1, "jobs": [{"id": 6, "name": "check (tests)", "conclusion": "failure",
            "labels": ["ubuntu-latest"], "steps": [
                {"name": "Run tests", "conclusion": "success",
                 "started_at": "2026-01-01T10:00:03Z", "completed_at": "2026-01-01T10:01:33Z"},
                {"name": "Upload", "conclusion": "failure",
                 "started_at": "2026-01-01T10:01:33Z", "completed_at": "2026-01-01T10:01:34Z"}]}]}"#
                .to_owned()
        }
        _ => "{}".to_owned(),
    });
    let fetch = |arguments: &[&str]| {
        Command::new(noxflow_tests::noxflow())
            .args(["timings", "fetch", "octo/hello", "--forge", "github"])
            .args(arguments)
            .current_dir(project.path())
            .env("XDG_STATE_HOME", project.path().join(".git/noxflow-state"))
            .env_remove("GH_TOKEN")
            .env_remove("GITHUB_SERVER_URL")
            .env("GITHUB_TOKEN", "t0ken")
            .output()
            .expect("noxflow runs")
    };
    let output = fetch(&["--url", &url]);
    assert!(text(&output).contains("1 run read\n1 duration of 1 session imported"), "{}", text(&output));
    assert!(text(&output).contains("with $GITHUB_TOKEN") && !text(&output).contains("t0ken"), "{}", text(&output));
    assert_eq!(list(&project), ["tests ubuntu-latest n=1 90.0"]);
    let output = fetch(&["--url", &url]);
    assert!(output.status.success(), "{}", text(&output));
    assert!(text(&output).contains("0 runs read, 1 known already"), "{}", text(&output));
    // Cleared durations can be had again.
    project.noxflow(&["timings", "clear"]);
    assert!(text(&fetch(&["--url", &url])).contains("1 run read"));
    // Whoever is only named by the repository gets no token.
    let remote = format!("{url}/octo/hello.git");
    run(Command::new("git").args(["remote", "add", "origin", &remote]).current_dir(project.path()));
    let output = fetch(&[]);
    assert!(text(&output).contains("$GITHUB_TOKEN is not sent to 127.0.0.1"), "{}", text(&output));
    assert!(text(&output).contains("it asks for a token"), "{}", text(&output));
    assert_eq!(output.status.code(), Some(2));
}

/// Sessions of known times, and a workflow that runs them in one job.
fn measured() -> Project {
    let project = project();
    project.write(".github/workflows/ci.yml", ONE_JOB);
    for (session, seconds) in [("lint", 20), ("tests", 50)] {
        for day in 1..6 {
            let log = format!(
                "2026-01-0{day}T10:00:00Z nox > Running session {session}\n2026-01-0{day}T10:00:{seconds}Z nox > Session {session} was successful.\n"
            );
            project.write(&format!("logs/{session}-{day}.log"), &log);
        }
    }
    let output = project.noxflow(&["timings", "import", "logs", "--label", "ubuntu-latest"]);
    assert!(output.status.success(), "{}", text(&output));
    project
}

const ONE_JOB: &str = "name: CI
on: push
jobs:
  ci:
    runs-on: ubuntu-latest
    steps:
      - run: nox -s lint
      - run: nox -s tests
";

const MATRIX: &str = "name: CI
on: push
jobs:
  ci:
    runs-on: ubuntu-latest
    strategy: { matrix: { session: [lint, tests] } }
    steps:
      - run: nox -s ${{ matrix.session }}
  gate:
    needs: ci
    runs-on: ubuntu-latest
    steps:
      - run: echo
";

#[test]
fn two_versions_of_a_workflow_are_compared_for_a_pull_request() {
    let project = measured();
    project.write("new.yml", MATRIX);
    let output = project.noxflow(&[
        "timings",
        "compare",
        "--workflows",
        ".github/workflows/ci.yml",
        "new.yml",
        "--format",
        "markdown",
    ]);
    expect![[r#"
        ### `.github/workflows/ci.yml`: 1 m 50 s → **2 m 10 s** (+20 s)

        | job | `.github/workflows/ci.yml` | `new.yml` | difference | 90 % range |
        | --- | ---: | ---: | ---: | --- |
        | `ci (×1 → ×2)` | 1 m 50 s | 1 m 30 s | −20 s |  |
        | `gate` | – | ~40 s |  |  |
        | **start to end** | 1 m 50 s | 2 m 10 s | +20 s |  |
        | **machine time** | 1 m 50 s | 3 m 10 s | +1 m 20 s |  |

        Critical path: `ci (tests)` → `gate`. Assumed: 20 GitHub runners at once, 40 s before a job's first session; times are those that CI has recorded.

    "#]]
    .assert_eq(&text(&output));
    assert!(output.status.success());
}

#[test]
fn a_revision_of_git_is_read_without_running_anything_of_the_repository() {
    let project = measured();
    let git = |arguments: &[&str]| {
        let who = ["-c", "user.name=a", "-c", "user.email=a@b", "-c", "core.hooksPath=/dev/null"];
        run(Command::new("git").args(who).args(arguments).current_dir(project.path()));
    };
    git(&["add", "noxfile.py", ".github"]);
    git(&["commit", "-q", "-m", "one job"]);
    // Whatever git could be made to run leaves a trace.
    let trap = format!("sh -c 'touch {}/sprung; cat'", project.path().display());
    for key in ["core.fsmonitor", "diff.trap.textconv", "filter.trap.smudge", "filter.trap.clean", "core.pager"] {
        git(&["config", key, &trap]);
    }
    project.write(".git/info/attributes", "*.yml diff=trap filter=trap\n*.py diff=trap filter=trap\n");
    project.write(".git/hooks/post-checkout", &format!("#!/bin/sh\n{trap}\n"));
    project.write(".github/workflows/ci.yml", MATRIX);
    let output = project.noxflow(&["timings", "compare", "--workflows", "HEAD", "--format", "json"]);
    let found: Value = serde_json::from_slice(&output.stdout).unwrap_or_else(|_| panic!("{}", text(&output)));
    let change = &found["workflows"][0];
    assert_eq!(change["before"]["makespan"]["seconds"], 110.0);
    assert_eq!(change["after"]["makespan"]["seconds"], 130.0);
    assert_eq!(change["difference"]["makespan"]["range90"]["low"], 20.0);
    assert_eq!(change["before"]["makespan"]["source"], "imported");
    assert!(!project.path().join("sprung").exists(), "something of the repository was run");
    let output = project.noxflow(&["timings", "compare", "--workflows", "--output=x:"]);
    assert_eq!(output.status.code(), Some(2), "{}", text(&output));
    assert!(!project.path().join("x").exists());
}

#[test]
fn a_broken_history_keeps_what_can_be_read_and_says_what_to_do() {
    let project = measured();
    let path = String::from_utf8_lossy(&project.noxflow(&["timings", "path"]).stdout).trim().to_owned();
    let good = std::fs::read(&path).expect("a history");
    let cut = good.len() / 2;
    let broken = [&good[..cut], b"\xff\x00{\n[]\n{\"signature\": 3}\n", &good[cut..]].concat();
    std::fs::write(&path, broken).expect("a file");
    let output = project.noxflow(&["timings", "list"]);
    assert!(output.status.success());
    assert!(
        text(&output).contains("4 lines of") && text(&output).contains("`noxflow timings repair`"),
        "{}",
        text(&output)
    );
    assert_eq!(list(&project), ["lint ubuntu-latest n=5 20.0", "tests ubuntu-latest n=4 50.0"]);
    let output = project.noxflow(&["timings", "repair"]);
    assert_eq!(text(&output), "4 lines dropped\n");
    assert!(!text(&project.noxflow(&["timings", "list"])).contains("cannot be read"));
    assert_eq!(list(&project), ["lint ubuntu-latest n=5 20.0", "tests ubuntu-latest n=4 50.0"]);
}

#[test]
fn a_session_that_became_slower_is_told() {
    let project = project();
    let lines = (1..13).map(|day| {
        let seconds = if day < 8 { 20 + day % 2 } else { 35 + day % 3 };
        format!(
            "2026-01-{day:02}T10:00:00Z nox > Running session lint\n2026-01-{day:02}T10:00:{seconds}Z nox > Session lint was successful.\n"
        )
    });
    project.write("run.log", &lines.collect::<String>());
    project.noxflow(&["timings", "import", "run.log"]);
    let output = project.noxflow(&["timings", "list"]);
    assert!(text(&output).contains("↑ slower of late: 36 s, was 21 s"), "{}", text(&output));
}

#[test]
fn several_importers_at_once_lose_nothing() {
    let project = project();
    let names: Vec<String> = (0..6).map(|at| format!("{at}.log")).collect();
    for (at, name) in names.iter().enumerate() {
        let lines = (0..20).map(|minute| {
            format!(
                "2026-01-0{}T10:{minute:02}:00Z nox > Running session lint\n2026-01-0{}T10:{minute:02}:07Z nox > Session lint was successful.\n",
                at + 1,
                at + 1
            )
        });
        project.write(name, &lines.collect::<String>());
    }
    project.write("other.log", "nox > Running session tests\nnox > Session tests was successful in 3 seconds.\n");
    project.noxflow(&["timings", "import", "other.log"]);
    std::thread::scope(|scope| {
        for name in &names {
            scope.spawn(|| assert!(project.noxflow(&["timings", "import", name]).status.success()));
            // The whole file is written anew meanwhile, and read.
            scope.spawn(|| assert!(project.noxflow(&["timings", "clear", "tests"]).status.success()));
            scope.spawn(|| assert!(project.noxflow(&["timings", "list"]).status.success()));
        }
    });
    assert_eq!(list(&project), ["lint ci n=120 7.0"]);
}
