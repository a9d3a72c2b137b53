//! The script of background processes, in the shells that CI has. nox is played here: what is tried is the shell.

use std::os::unix::fs::PermissionsExt;
use std::process::{Command, Output};

use noxflow_tests::{Project, text};
use syntax::{Document, Language};

const WORKFLOW: &str = ".forgejo/workflows/ci.yml";

/// How GitHub and Forgejo call a shell, by default and by name (their runners' own templates).
const SHELLS: [&[&str]; 3] =
    [&["bash", "-e"], &["bash", "--noprofile", "--norc", "-e", "-o", "pipefail"], &["sh", "-e"]];

#[test]
fn every_log_is_shown_and_the_script_is_green() {
    for shell in SHELLS {
        let output = play(shell, "");
        assert!(output.status.success(), "{shell:?}: {}", text(&output));
        let shown = text(&output);
        for session in ["typecheck", "unit_tests", "integration_tests", "coverage_report"] {
            assert!(
                shown.contains(&format!("::group::{session} (exit status 0)\nran {session}\n::endgroup::")),
                "{shown}"
            );
        }
    }
}

#[test]
fn a_failure_is_red_and_all_others_are_shown() {
    for shell in SHELLS {
        let output = play(shell, "docs");
        assert_eq!(output.status.code(), Some(1), "{shell:?}: {}", text(&output));
        let shown = text(&output);
        assert!(shown.contains("::error::docs failed with exit status 3"), "{shown}");
        assert!(shown.contains("ran coverage_report") && shown.contains("ran benchmark"), "{shown}");
    }
}

#[test]
fn what_needs_a_failed_session_does_not_start() {
    for shell in SHELLS {
        let output = play(shell, "unit_tests");
        assert_eq!(output.status.code(), Some(1), "{shell:?}: {}", text(&output));
        assert!(!text(&output).contains("ran coverage_report"), "{}", text(&output));
    }
}

/// Runs the script that noxflow makes of the seed project's sessions, with `failing` as the session that fails.
fn play(shell: &[&str], failing: &str) -> Output {
    let project = Project::copy("seed");
    let applied = project.noxflow(&["rewrite", WORKFLOW, "--job", "checks", "--apply", "use-background-processes"]);
    assert!(applied.status.success(), "{}", text(&applied));
    let nox = format!("#!/bin/sh\necho \"ran $2\"\n[ \"$2\" != \"{failing}\" ] || exit 3\n");
    project.write("bin/nox", &nox);
    let path = project.path().join("bin/nox");
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o755)).expect("a mode can be set");
    project.write("script", &script(&project.read(WORKFLOW)));
    let (program, arguments) = shell.split_first().expect("a shell has a name");
    let old_path = std::env::var("PATH").expect("there is a PATH");
    Command::new(program)
        .args(arguments)
        .arg("script")
        .current_dir(project.path())
        .env("PATH", format!("{}:{old_path}", project.path().join("bin").display()))
        .output()
        .expect("the shell runs")
}

/// The script of the last step.
fn script(workflow: &str) -> String {
    let document = Document::new(Language::Yaml, workflow);
    let steps = document.yaml().roots[0].get("jobs").and_then(|jobs| jobs.get("checks")?.get("steps"));
    let steps = steps.and_then(syntax::yaml::Node::sequence).expect("steps");
    let last = &steps.items.last().expect("a step").value;
    last.get("run").and_then(syntax::yaml::Node::str).expect("a script").to_owned()
}
