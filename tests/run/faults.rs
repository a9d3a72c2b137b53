//! Sessions that fail, die and hang; a noxfile that does not load; a nox that is missing; two runs at once.

use noxflow_tests::text;

use crate::project::{NOXFILE, Project, is_gone, signal, wait_until};

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
fn no_nox_is_told_with_what_was_tried() {
    let project = Project::new(NOXFILE);
    let output = project.command(&["run"]).env("PATH", "/nowhere").output().expect("noxflow runs");
    assert!(text(&output).contains("nox was not found"), "{}", text(&output));
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
fn an_interrupt_ends_a_session_that_hangs_and_all_that_it_has_started() {
    let project = Project::new(NOXFILE);
    let mut child = project.start(&["run", "hang"]);
    let (near, far) = (project.wait_for("near"), project.wait_for("far"));
    signal("-INT", child.id());
    assert_eq!(child.wait().expect("it ends").code(), Some(130));
    assert!(is_gone(&near));
    if cfg!(target_os = "linux") {
        assert!(is_gone(&far), "what has left its process group is found by its environment");
    }
}

#[test]
fn a_second_interrupt_leaves_at_once_and_leaves_nothing_behind() {
    let project = Project::new(NOXFILE);
    let mut child = project.start(&["run", "hang"]);
    let (near, far) = (project.wait_for("near"), project.wait_for("far"));
    signal("-INT", child.id());
    // Only a cancelled run takes the second one for an order to leave.
    let mut words = String::new();
    let mut out = child.stdout.take().expect("a pipe");
    wait_until("it does not say that it stops", || {
        let mut byte = [0];
        std::io::Read::read_exact(&mut out, &mut byte).expect("it goes on");
        words.push(char::from(byte[0]));
        words.contains("stopping").then_some(())
    });
    signal("-INT", child.id());
    assert_eq!(child.wait().expect("it ends").code(), Some(130));
    wait_until("the session is still there", || is_gone(&near).then_some(()));
    if cfg!(target_os = "linux") {
        wait_until("its child is still there", || is_gone(&far).then_some(()));
    }
}

#[test]
fn a_noxflow_that_is_killed_leaves_no_session_behind() {
    let project = Project::new(NOXFILE);
    let mut child = project.start(&["run", "hang"]);
    let (near, far) = (project.wait_for("near"), project.wait_for("far"));
    signal("-KILL", child.id());
    child.wait().expect("it ends");
    wait_until("the session is still there", || is_gone(&near).then_some(()));
    if cfg!(target_os = "linux") {
        wait_until("its child is still there", || is_gone(&far).then_some(()));
    }
    let output = project.noxflow(&["run", "good"]);
    assert_eq!(output.status.code(), Some(0), "the next run is not held up: {}", text(&output));
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
    let state = std::fs::read_dir(project.file("state/workspaces")).expect("a state folder").next();
    let history = state.expect("one project").expect("its folder").path().join("history.jsonl");
    let history = std::fs::read_to_string(history).expect("a history");
    let lines: Vec<serde_json::Value> =
        history.lines().map(|line| serde_json::from_str(line).expect("a whole line")).collect();
    assert_eq!(lines.len(), 2, "both are remembered: {history}");
}

#[test]
fn who_waits_for_a_turn_can_be_interrupted() {
    let project = Project::new(NOXFILE);
    let mut first = project.start(&["run", "gate"]);
    project.wait_for("at-gate");
    let mut second = project.start(&["run", "good"]);
    let mut line = String::new();
    let stderr = second.stderr.as_mut().expect("a pipe");
    std::io::BufRead::read_line(&mut std::io::BufReader::new(stderr), &mut line).expect("it says why it waits");
    signal("-INT", second.id());
    assert_eq!(second.wait().expect("it ends").code(), Some(130));
    std::fs::write(project.file("open"), "").expect("written");
    assert_eq!(first.wait().expect("it ends").code(), Some(0));
}
