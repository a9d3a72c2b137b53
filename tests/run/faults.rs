//! Sessions that fail and die; a noxfile that does not load; places that cannot be written; two runs at once.

use noxflow_tests::text;

use crate::project::{NOXFILE, Project};

#[track_caller]
fn check(noxfile: &str, arguments: &[&str], code: i32, words: &[&str]) -> Project {
    let project = Project::new(noxfile);
    let output = project.noxflow(arguments);
    let out = text(&output);
    for words in words {
        assert!(out.contains(words), "`{words}` is not in\n{out}");
    }
    assert_eq!(output.status.code(), Some(code), "{out}");
    project
}

#[test]
fn a_failing_session_keeps_back_only_what_requires_it() {
    let words =
        ["passed   good", "failed   bad", "it broke", "skipped  after_bad", "bad did not pass", "nothing to do here"];
    let project = check(NOXFILE, &["run"], 1, &words);
    assert!(!project.file("after-bad-ran").exists());
}

#[test]
fn a_session_that_is_killed_is_said_to_be() {
    check(NOXFILE, &["run", "killed", "good"], 1, &["failed   killed", "SIGKILL", "about to die", "passed   good"]);
    check(NOXFILE, &["run", "segfault"], 1, &["failed   segfault", "SIGSEGV"]);
}

#[test]
fn a_noxfile_that_python_cannot_load_is_told_once() {
    let noxfile = format!("import no_such_module\n{NOXFILE}");
    let project = Project::new(&noxfile);
    let output = project.noxflow(&["run"]);
    let out = text(&output);
    assert_eq!(out.matches("No module named 'no_such_module'").count(), 1, "{out}");
    assert!(out.contains("nox cannot load") && out.contains("no session has run"), "{out}");
    assert_eq!(output.status.code(), Some(2));
}

#[test]
fn a_noxfile_that_wants_another_nox_says_so() {
    let noxfile = format!("import nox\nnox.needs_version = '>=2099.1.1'\n{NOXFILE}");
    check(&noxfile, &["run", "good"], 2, &["2099.1.1", "nox cannot load"]);
}

#[test]
fn what_cannot_be_selected_is_told_before_anything_runs() {
    check(NOXFILE, &["run", "god"], 2, &["no session `god`", "did you mean `good`?"]);
    check(NOXFILE, &["run", "-t", "wrnog"], 2, &["no session has the tag `wrnog`", "did you mean `wrong`?"]);
    check(NOXFILE, &["run", "-k", "a +"], 2, &["`-k a +` is not understood"]);
    let circle =
        "import nox\n@nox.session(requires=['b'])\ndef a(s): ...\n@nox.session(requires=['a'])\ndef b(s): ...\n";
    check(circle, &["run"], 2, &["circle", "a", "b"]);
}

#[test]
fn programs_are_told_the_exit_status_of_a_noxfile_that_does_not_load() {
    let project = Project::new(&format!("import no_such_module\n{NOXFILE}"));
    let output = project.noxflow(&["run", "good", "--format", "json"]);
    let told = String::from_utf8_lossy(&output.stdout);
    let last: serde_json::Value = serde_json::from_str(told.lines().last().expect("a line")).expect("JSON");
    assert_eq!((&last["event"], &last["exitCode"]), (&"runFinished".into(), &2.into()), "{last}");
    assert!(last["reason"].as_str().is_some_and(|reason| reason.contains("nox cannot load")), "{last}");
    assert_eq!(output.status.code(), Some(2));
}

#[test]
fn a_log_that_cannot_grow_is_told_and_the_run_goes_on() {
    let project = Project::new(NOXFILE);
    let limited = std::process::Command::new("sh")
        .args(["-c", "ulimit -f 200; exec \"$0\" run loud good -- 30"]) // 100 or 200 kB, as the shell has it
        .arg(noxflow_tests::noxflow())
        .current_dir(project.file("."))
        .envs(project.command(&[]).get_envs().filter_map(|(name, value)| Some((name, value?))))
        .output()
        .expect("sh runs");
    let out = text(&limited);
    assert_eq!(out.matches("is not complete").count(), 1, "{out}");
    assert!(out.contains("passed   loud") && out.contains("passed   good"), "{out}");
    assert_eq!(limited.status.code(), Some(0), "{out}");
    assert_eq!(project.history().len(), 2);
}

#[test]
fn logs_that_are_removed_meanwhile_are_no_reason_to_stop() {
    let noxfile = NOXFILE.replace("echo it broke; exit 7", "echo it broke; rm -rf state; exit 7");
    let project = Project::new(&noxfile);
    let output = project.noxflow(&["run", "-j", "1", "bad", "good", "--junit", "junit.xml"]);
    let out = text(&output);
    assert!(out.contains("failed   bad") && out.contains("passed   good"), "{out}");
    assert!(project.read("junit.xml").contains("failures=\"1\""), "{out}");
    assert_eq!(output.status.code(), Some(1), "{out}");
}

#[test]
fn no_nox_is_told_with_what_was_tried() {
    let project = Project::new(NOXFILE);
    let output = project.command(&["run"]).env("PATH", "/nowhere").output().expect("noxflow runs");
    let out = text(&output);
    assert!(out.contains("nox was not found") && out.contains("python -m pip install nox"), "{out}");
    assert_eq!(output.status.code(), Some(2));
}

#[test]
fn a_state_folder_that_cannot_be_written_is_no_reason_not_to_run() {
    let project = Project::new(NOXFILE);
    std::fs::write(project.file("state"), "a file where a folder should be").expect("written");
    let output = project.noxflow(&["run", "good", "bad"]);
    let out = text(&output);
    assert_eq!(out.matches("NOXFLOW_STATE_DIR").count(), 1, "{out}");
    assert!(out.contains("passed   good") && out.contains("it broke"), "{out}");
    assert_eq!(output.status.code(), Some(1));
}

#[test]
fn output_that_nobody_reads_changes_nothing() {
    let project = Project::new(NOXFILE);
    let mut child = project.start(&["run", "good", "bad", "--output", "stream"]);
    drop(child.stdout.take());
    assert_eq!(child.wait().expect("it ends").code(), Some(1));
}

#[test]
fn a_second_run_of_one_project_waits_for_the_first() {
    let project = Project::new(NOXFILE);
    let mut first = project.start(&["run", "gate"]);
    project.wait_for("at-gate");
    let mut second = project.start(&["run", "good"]);
    let mut line = String::new();
    let stderr = second.stderr.as_mut().expect("a pipe");
    std::io::BufRead::read_line(&mut std::io::BufReader::new(stderr), &mut line).expect("it says why it waits");
    assert!(line.contains("another noxflow") && line.contains("waiting"), "{line}");
    std::fs::write(project.file("open"), "").expect("written");
    assert_eq!(first.wait().expect("it ends").code(), Some(0));
    assert_eq!(second.wait().expect("it ends").code(), Some(0));
    assert_eq!(project.history().len(), 2, "both are remembered");
}
