//! Interrupts at every stage of a run, and a noxflow that is killed: what is said, and that nothing is left.

use noxflow_tests::text;

use crate::project::{NOXFILE, Project, is_gone, left, signal, wait_until};

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
fn a_history_survives_a_noxflow_that_is_killed() {
    let project = Project::new(NOXFILE);
    let mut child = project.start(&["run", "-j", "2", "good", "gate"]);
    project.wait_for("at-gate");
    wait_until("the first session is not remembered", || (project.history().len() == 1).then_some(()));
    signal("-KILL", child.id());
    child.wait().expect("it ends");
    let output = project.noxflow(&["run", "good"]);
    assert_eq!(output.status.code(), Some(0), "{}", text(&output));
    assert_eq!(project.history().len(), 2);
}

#[test]
fn an_interrupt_while_nox_is_looked_for_ends_the_search() {
    let project = Project::new(NOXFILE);
    project.program("uvx", "echo $$ > asked; while :; do /bin/sleep 1; done\n");
    let mut child = project.alone(&["run", "good"]).spawn().expect("noxflow runs");
    let asked = project.wait_for("asked");
    signal("-INT", child.id());
    assert_eq!(child.wait().expect("it ends").code(), Some(130));
    wait_until("what was asked for its version is still there", || is_gone(&asked).then_some(()));
    wait_until("something is left", || left(&project).is_empty().then_some(()));
}

#[test]
fn an_interrupt_while_sessions_start_ends_them() {
    let project = Project::new(NOXFILE);
    let mut child = project.start(&["run", "hang", "gate", "--format", "json", "-j", "2"]);
    let mut line = String::new();
    let stdout = child.stdout.as_mut().expect("a pipe");
    std::io::BufRead::read_line(&mut std::io::BufReader::new(stdout), &mut line).expect("an event");
    assert!(line.contains("runStarted"), "{line}");
    signal("-INT", child.id());
    assert_eq!(child.wait().expect("it ends").code(), Some(130));
    wait_until("something is left", || left(&project).is_empty().then_some(()));
}

#[test]
fn interrupts_end_a_noxflow_whose_words_nobody_takes() {
    let project = Project::new(NOXFILE);
    let mut child = project.start(&["run", "loud", "--output", "stream", "--", "1000"]);
    let mut line = String::new();
    // One line is read, so the run is under way; then the pipe fills up, and noxflow stands still.
    let stdout = child.stdout.as_mut().expect("a pipe");
    std::io::BufRead::read_line(&mut std::io::BufReader::with_capacity(64, stdout), &mut line).expect("a line");
    let code = wait_until("it does not end", || {
        signal("-INT", child.id());
        child.try_wait().expect("it can be asked")
    });
    assert_eq!(code.code(), Some(130));
    wait_until("something is left", || left(&project).is_empty().then_some(()));
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
