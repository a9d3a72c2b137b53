//! What a run leaves for people and programs: reports, groups on CI, what failed for the next time, parts for a matrix.

use expect_test::expect;
use noxflow_tests::text;
use serde_json::Value;

use crate::project::{NOXFILE, Project};

fn json(text: &str) -> Value {
    serde_json::from_str(text).unwrap_or_else(|error| panic!("{error}: {text}"))
}

#[test]
fn a_plan_is_a_tree_with_times_and_bars() {
    const NOXFILE: &str = "
import nox

@nox.session
def build(session):
    session.run('python', '-m', 'build')

@nox.session(requires=['build'])
def tests(session):
    session.run('pytest')

@nox.session(requires=['build', 'lint'], allow_parallel=False)
def publish(session): ...

@nox.session
def lint(session):
    session.run('ruff', 'check', '.')

@nox.session
def format(session):
    session.run('ruff', 'format', '.')
";
    let project = Project::new(NOXFILE);
    let output = project.noxflow(&["plan", "-j", "2"]);
    expect![[r#"
        5 sessions, 2 at once: about 4 m 10 s instead of 4 m 30 s one after another (times are guesses by kind of work)

          session        start     takes  0                               4 m 10 s
          build            0 s      45 s  ███████
          ├─ tests        45 s  1 m 45 s         █████████████████
          └─ publish  2 m 30 s  1 m 15 s                          █████████████     also after lint; alone
          lint             0 s      25 s  ████
          format      3 m 50 s      20 s                                       ███

        longest way: build → tests, 2 m 30 s
        why in this order:
          - tests requires build; the same with publish
          - publish requires lint
        never at once:
          - format rewrites the sources (ruff format) while build reads them; the same with tests, lint
    "#]]
    .assert_eq(&text(&output));
}

#[test]
fn noxs_own_report_says_the_same() {
    let project = Project::new(NOXFILE);
    let own = std::process::Command::new(noxflow_tests::tools().join("bin/nox"))
        .args(["-f", "noxfile.py", "--report", "nox.json"])
        .current_dir(project.file("."))
        .output()
        .expect("nox runs");
    assert_eq!(own.status.code(), Some(1), "{}", text(&own));
    project.noxflow(&["run", "--report", "ours.json"]);
    let sessions = |file: &str| {
        let report = json(&project.read(file));
        let sessions = report["sessions"].as_array().expect("sessions").iter();
        let mut said: Vec<String> = sessions
            .map(|it| {
                format!("{} {} {} {} {}", it["name"], it["result"], it["result_code"], it["args"], it["signatures"])
            })
            .collect();
        said.sort();
        (report["result"].clone(), said)
    };
    assert_eq!(sessions("ours.json"), sessions("nox.json"));
}

#[test]
fn junit_has_a_case_a_session() {
    let project = Project::new(NOXFILE);
    project.noxflow(&["run", "--junit", "junit.xml"]);
    let xml = project.read("junit.xml");
    for words in [
        "tests=\"4\" failures=\"1\" errors=\"0\" skipped=\"2\"",
        "<testcase classname=\"nox\" name=\"good\"",
        "<failure message=\"exit status 1\">",
        "it broke",
        "<skipped message=\"nothing to do here\"/>",
    ] {
        assert!(xml.contains(words), "`{words}` is not in\n{xml}");
    }
    let output = project.noxflow(&["run", "good", "--junit", "no/such/folder/junit.xml"]);
    assert!(text(&output).contains("there is no folder `no/such/folder`"), "{}", text(&output));
    assert_eq!(output.status.code(), Some(2));
}

#[test]
fn on_ci_output_is_in_groups_errors_stand_out_and_the_job_has_a_summary() {
    let project = Project::new(NOXFILE);
    let mut command = project.command(&["run", "-j", "1"]);
    let output = command.env("GITHUB_ACTIONS", "true").env("GITHUB_STEP_SUMMARY", project.file("summary.md")).output();
    let out = text(&output.expect("noxflow runs"));
    let groups = out.lines().filter(|line| line.starts_with("::group::")).count();
    assert_eq!((groups, out.lines().filter(|line| *line == "::endgroup::").count()), (3, 3), "{out}");
    assert!(out.contains("all is well") && out.contains("::error title=bad failed::exit status 1"), "{out}");
    let summary = project.read("summary.md");
    assert!(summary.contains("| ✅ | `good` |") && summary.contains("| ❌ | `bad` |"), "{summary}");
}

#[test]
fn what_a_tool_says_of_a_line_is_told_on_that_line() {
    const NOXFILE: &str = "
import nox

nox.options.default_venv_backend = 'none'

@nox.session
def types(session):
    session.run('sh', '-c', 'echo \"noxfile.py:4: error: Incompatible types  [assignment]\"; exit 1', external=True)
";
    let project = Project::new(NOXFILE);
    let mut command = project.command(&["run"]);
    let output = command.env("GITHUB_ACTIONS", "true").env("GITHUB_WORKSPACE", project.file(".")).output();
    let out = text(&output.expect("noxflow runs"));
    let errors: Vec<&str> = out.lines().filter(|line| line.starts_with("::error")).collect();
    let of_the_job = "::error title=types failed::exit status 1: noxfile.py:4: error: Incompatible types  [assignment]";
    let on_the_line = "::error file=noxfile.py,line=4,title=mypy assignment in types::Incompatible types";
    assert_eq!(errors, [of_the_job, on_the_line], "{out}");

    let output = project.noxflow(&["run", "--format", "json"]);
    let lines = String::from_utf8_lossy(&output.stdout).into_owned();
    let failed = lines.lines().map(json).find(|event| event["event"] == "taskFailed").expect("it failed");
    assert_eq!((&failed["places"][0]["line"], &failed["places"][0]["code"]), (&4.into(), &"assignment".into()));
}

#[test]
fn streamed_lines_carry_their_session() {
    let project = Project::new(NOXFILE);
    let out = text(&project.noxflow(&["run", "good", "skips", "--output", "stream"]));
    assert!(out.contains("good  │ all is well"), "{out}");
}

#[test]
fn colours_that_are_asked_for_reach_nox_and_the_screen() {
    let project = Project::new(NOXFILE);
    let mut command = project.command(&["run", "good", "--output", "stream"]);
    let output = command.env("NO_COLOR", "").env("FORCE_COLOR", "1").output().expect("noxflow runs");
    let out = text(&output);
    assert!(out.contains("1 passed") && out.contains("\u{1b}[35mRunning session good"), "{out:?}");
}

#[test]
fn only_what_failed_is_run_again() {
    let project = Project::new(NOXFILE);
    let output = project.noxflow(&["run", "--only-failed"]);
    assert!(text(&output).contains("no run of this noxfile is remembered"), "{}", text(&output));
    assert_eq!(output.status.code(), Some(2));
    project.noxflow(&["run"]);
    let fixed = NOXFILE.replace("exit 7", "exit 0");
    std::fs::write(project.file("noxfile.py"), fixed).expect("written");
    let output = project.noxflow(&["run", "--only-failed"]);
    let out = text(&output);
    assert!(out.contains("passed   bad") && out.contains("passed   after_bad") && out.contains("2 passed"), "{out}");
    let output = project.noxflow(&["run", "--only-failed"]);
    assert!(text(&output).contains("nothing failed in the last run"), "{}", text(&output));
    assert_eq!(output.status.code(), Some(0));
}

#[test]
fn sessions_are_selected_as_nox_selects_them() {
    let project = Project::new(NOXFILE);
    let planned = |arguments: &[&str], variable: Option<&str>| {
        let mut command = project.command(&[&["plan", "--format", "json"], arguments].concat());
        if let Some(names) = variable {
            command.env("NOXSESSION", names);
        }
        let plan = json(&String::from_utf8_lossy(&command.output().expect("noxflow runs").stdout));
        let sessions = plan["sessions"].as_array().expect("sessions").iter();
        let mut names: Vec<String> = sessions.map(|it| it["session"].as_str().expect("a name").to_owned()).collect();
        names.sort();
        names.join(" ")
    };
    assert_eq!(planned(&[], None), "after_bad bad good skips");
    assert_eq!(planned(&["-s", "good", "skips"], None), "good skips");
    assert_eq!(planned(&["-e", "good"], None), "good");
    assert_eq!(planned(&["-t", "wrong"], None), "bad");
    assert_eq!(planned(&["-k", "bad and not after"], None), "bad");
    assert_eq!(planned(&["after_bad"], None), "after_bad bad");
    assert_eq!(planned(&[], Some("good,gate")), "gate good");
    assert_eq!(planned(&["skips"], Some("good,gate")), "skips");
}

#[test]
fn parts_hold_every_session_once_and_run() {
    let project = Project::new(NOXFILE);
    let output = project.noxflow(&["shard", "3", "--format", "json"]);
    let shards = json(&String::from_utf8_lossy(&output.stdout));
    let names = |shard: &Value| {
        let sessions = shard["sessions"].as_array().expect("sessions").iter();
        sessions.map(|it| it.as_str().expect("a name").to_owned()).collect::<Vec<_>>()
    };
    let all: Vec<Vec<String>> = shards.as_array().expect("parts").iter().map(names).collect();
    assert_eq!(all, [vec!["bad", "after_bad"], vec!["good"], vec!["skips"]]);
    let output = project.noxflow(&["shard", "2/3", "--run"]);
    assert!(text(&output).contains("passed   good") && text(&output).contains("1 passed"), "{}", text(&output));
    let output = project.noxflow(&["shard", "4/3"]);
    assert!(text(&output).contains("both count from 1"), "{}", text(&output));
    assert_eq!(output.status.code(), Some(2));
}
