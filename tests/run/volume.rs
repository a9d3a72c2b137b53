//! Much output: all of it in the log, little of it in memory.
#![cfg(target_os = "linux")]

use std::process::Stdio;

use crate::project::{NOXFILE, Project};

#[test]
fn sixty_four_megabytes_are_in_the_log_and_not_in_memory() {
    let project = Project::new(NOXFILE);
    let mut child = project
        .command(&["run", "after_loud", "--", "6400"])
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .expect("noxflow runs");
    project.wait_for("at-gate"); // the session with the output has passed, noxflow is still there
    let status = std::fs::read_to_string(format!("/proc/{}/status", child.id())).expect("it runs");
    std::fs::write(project.file("open"), "").expect("written");
    assert_eq!(child.wait().expect("it ends").code(), Some(0));

    let peak = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).expect("a peak");
    let peak: u64 = peak.trim().trim_end_matches(" kB").parse().expect("a number");
    assert!(peak < 48 << 10, "{peak} kB"); // a debug build of noxflow has about 30 MB of its own
    let log = project.log("loud");
    assert_eq!(log.iter().filter(|line| line.starts_with("not quite a hundred")).count(), 640_000);
}
