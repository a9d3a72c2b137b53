//! `noxflow rewrite`: lists, diffs that git applies, edits written once, exit codes, and what is said to mistakes.

use std::io::Write;
use std::process::{Command, Output, Stdio};

use noxflow_tests::{Project, text};

const CI: &str = ".github/workflows/ci.yml";

const NOXFILE: &str = "\
import nox

@nox.session
def lint(session):
    session.run('ruff', 'check', '.')

@nox.session
def typecheck(session):
    session.run('mypy', 'src')

@nox.session
def docs(session):
    session.run('./make-docs')
";

const WORKFLOW: &str = "\
on: [push]
jobs:
  checks:
    runs-on: ubuntu-latest
    steps:
      - run: nox -s lint
      - run: nox -s typecheck
  manual:
    runs-on: ubuntu-latest
    steps:
      - run: nox -s docs
      - run: nox -s lint
";

fn project() -> Project {
    Project::of(&[("noxfile.py", NOXFILE), (CI, WORKFLOW)])
}

fn stdout(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned()
}

/// Runs git in `folder` below the project with `input`.
fn git(project: &Project, folder: &str, arguments: &[&str], input: &str) -> Output {
    let mut command = Command::new("git");
    command.args(arguments).current_dir(project.path().join(folder));
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().expect("git starts");
    child.stdin.take().expect("a pipe").write_all(input.as_bytes()).expect("git reads");
    child.wait_with_output().expect("git ends")
}

/// git accepts the diff, and what it makes of the files is what `--apply` makes of them.
#[track_caller]
fn check_applies(project: &Project, place: &str, id: &str, files: &[&str]) {
    assert!(git(project, "", &["init", "-q"], "").status.success());
    let diff = stdout(&project.noxflow(&["rewrite", place, "--diff", id, "--job", "checks"]));
    let checked = git(project, "", &["apply", "--check", "-"], &diff);
    assert!(checked.status.success(), "{diff}\n{}", text(&checked));
    let before: Vec<String> = files.iter().map(|file| project.read(file)).collect();
    assert!(git(project, "", &["apply", "-"], &diff).status.success());
    let by_git: Vec<String> = files.iter().map(|file| project.read(file)).collect();
    files.iter().zip(&before).for_each(|(file, text)| project.write(file, text));
    let applied = project.noxflow(&["rewrite", place, "--apply", id, "--job", "checks"]);
    assert!(applied.status.success(), "{}", text(&applied));
    let by_us: Vec<String> = files.iter().map(|file| project.read(file)).collect();
    assert_eq!(by_git, by_us);
    assert_ne!(by_us, before);
}

#[test]
fn a_list_is_plain_where_nobody_looks_and_says_what_its_signs_mean() {
    let output = project().noxflow(&["rewrite"]);
    let list = stdout(&output);
    assert!(output.status.success() && list.starts_with(&format!("{CI}:3 checks\n  * use-parallel-steps ")), "{list}");
    assert!(list.contains("unverified: nobody knows what `make-docs` touches"), "{list}");
    assert!(list.ends_with("* the best one   ! not proved to keep the meaning   - not possible here\n"), "{list}");
    assert!(!list.contains('\x1b'), "{list}");
}

#[test]
fn colours_are_there_when_asked_for_and_not_against_no_color() {
    let project = project();
    let forced = |project: &Project| {
        let mut command = project.command(&["rewrite"]);
        command.env("CLICOLOR_FORCE", "1");
        command
    };
    let coloured = forced(&project).env_remove("NO_COLOR").output().expect("noxflow runs");
    assert!(stdout(&coloured).contains('\x1b'));
    let plain = forced(&project).env("NO_COLOR", "1").output().expect("noxflow runs");
    assert!(!stdout(&plain).contains('\x1b'));
}

#[test]
fn a_diff_writes_nothing_and_git_applies_it() {
    let project = project();
    let diff = stdout(&project.noxflow(&["rewrite", ".", "--diff", "use-parallel-steps", "--job", "checks"]));
    assert!(diff.starts_with(&format!("--- a/{CI}\n+++ b/{CI}\n@@ ")), "{diff}");
    assert_eq!(project.read(CI), WORKFLOW);
    check_applies(&project, ".", "use-parallel-steps", &[CI]);
}

#[test]
fn a_diff_of_several_files_is_applied_by_git() {
    check_applies(&project(), ".", "use-nox-parallel", &[CI, "noxfile.py"]);
}

#[test]
fn a_diff_of_a_project_in_a_folder_is_seen_from_where_one_stands() {
    let inner = format!("app/{CI}");
    let project = Project::of(&[("app/noxfile.py", NOXFILE), (&inner, WORKFLOW)]);
    check_applies(&project, "app", "use-nox-parallel", &[&inner, "app/noxfile.py"]);
}

#[test]
fn a_diff_keeps_other_line_ends_and_a_last_line_without_one() {
    let crlf = WORKFLOW.trim_end().replace('\n', "\r\n");
    check_applies(&Project::of(&[("noxfile.py", NOXFILE), (CI, &crlf)]), ".", "split-into-matrix", &[CI]);
}

#[test]
fn what_is_done_is_not_done_twice() {
    let project = project();
    let arguments = ["rewrite", ".", "--apply", "use-nox-parallel", "--job", "checks"];
    let applied = stdout(&project.noxflow(&arguments));
    assert!(applied.starts_with("Run 2 sessions with nox -j 4: "), "{applied}");
    assert!(applied.ends_with(&format!("  changed {CI}\n  changed noxfile.py\n")), "{applied}");
    let after = project.read(CI);
    let again = project.noxflow(&arguments);
    assert_eq!((again.status.code(), project.read(CI)), (Some(2), after), "{}", text(&again));
}

#[test]
fn what_is_not_proved_is_applied_only_when_told_so() {
    let project = project();
    let arguments = ["rewrite", ".", "--apply", "use-background-processes", "--job", "manual"];
    let refused = project.noxflow(&arguments);
    assert_eq!(refused.status.code(), Some(2));
    assert!(text(&refused).contains("is not proved to keep the meaning; look at it with --diff, then add --unsafe"));
    assert_eq!(project.read(CI), WORKFLOW);
    assert!(project.noxflow(&[&arguments[..], &["--unsafe"]].concat()).status.success());
    assert_ne!(project.read(CI), WORKFLOW);
}

#[test]
fn check_fails_until_all_that_is_safe_is_done() {
    let project = project();
    let check = || project.noxflow(&["rewrite", ".", "--check"]);
    let found = check();
    assert_eq!(found.status.code(), Some(1), "{}", text(&found));
    assert!(stdout(&found).starts_with(&format!("{CI}: All that is safe in this file: ")), "{}", text(&found));
    assert_eq!(project.read(CI), WORKFLOW, "a check writes nothing");
    assert!(project.noxflow(&["rewrite", ".", "--all-safe"]).status.success());
    let after = project.read(CI);
    assert_ne!(after, WORKFLOW);
    let done = check();
    assert_eq!((done.status.code(), stdout(&done)), (Some(0), "Nothing to rewrite that is safe.\n".to_owned()));
    assert!(project.noxflow(&["rewrite", ".", "--all-safe"]).status.success());
    assert_eq!(project.read(CI), after);
}

#[test]
fn mistakes_are_told_with_what_was_meant() {
    let project = project();
    for (arguments, words) in [
        (&["--apply", "split-into-job"][..], "there is no rewrite `split-into-job` (did you mean `split-into-jobs`?)"),
        (&["--diff", "nonsense"], "there is no rewrite `nonsense`: `noxflow rewrite --list` shows what is offered"),
        (&["--diff", "split-by-python"], "`split-by-python` has nothing to do here; what is offered: "),
        (
            &["--diff", "use-parallel-steps", "--job", "check"],
            "nothing is offered for `check` (did you mean `checks`?)",
        ),
        (&["--diff", "use-parallel-steps", "--unsafe"], "say which by --job or by the file: checks ("),
        (&["--diff", "use-parallel-steps", "--apply", "use-parallel-steps"], "cannot be used with"),
    ] {
        let output = project.noxflow(&[&["rewrite", "."], arguments].concat());
        assert_eq!(output.status.code(), Some(2), "{arguments:?}");
        assert!(text(&output).contains(words), "{arguments:?}: {}", text(&output));
    }
    assert_eq!(project.read(CI), WORKFLOW);
}

/// Where all is done that can be, what is left is said to be that.
#[test]
fn what_cannot_be_done_is_told_of_the_session_that_it_is_about() {
    let project = Project::of(&[(
        "noxfile.py",
        "import nox\n\n\n@nox.session\ndef lint(session):\n    session.run(\"ruff\", \"check\")\n\n\n@nox.session\ndef types(session):\n    \
         session.run(\"mypy\", \"src\")\n\n\n@nox.session\ndef ask(session):\n    session.interactive\n    input()\n",
    )]);
    let apply = || project.noxflow(&["rewrite", ".", "--apply", "allow-parallel"]);
    assert!(apply().status.success());
    let again = apply();
    assert_eq!(again.status.code(), Some(2));
    let words = "`allow-parallel` has nothing to do here but for `ask`, where it is not possible: `ask` asks for input";
    assert!(text(&again).contains(words), "{}", text(&again));
}

#[test]
fn one_edit_that_is_offered_in_two_files_needs_no_choice() {
    let (one_job, _) = WORKFLOW.split_once("  manual:").expect("there are two");
    let project = Project::of(&[("noxfile.py", NOXFILE), (CI, one_job)]);
    let list = stdout(&project.noxflow(&["rewrite"]));
    assert_eq!(list.matches("use-nox-parallel").count(), 2, "{list}");
    let applied = project.noxflow(&["rewrite", ".", "--apply", "use-nox-parallel"]);
    assert!(applied.status.success(), "{}", text(&applied));
}
