//! `facts --confirm`: what nox itself says, put over what was read.
#![cfg(unix)]

use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::{Command, Output};

use expect_test::{Expect, expect};
use noxflow_tests::{text, tools};
use serde_json::Value;

/// What no reader can know, with a session whose decorator is nowhere.
const NOXFILE: &str = "\
import time
import nox

COUNT = int(time.time() > 0) + 1

@nox.session(python=['3.11', '3.12'], tags=['fast'], requires=['build'])
@nox.parametrize('n', [str(n) for n in range(COUNT)])
def tests(session, n): ...

@nox.session(default=False)
def build(session): ...

exec('@nox.session\\ndef made(session):\\n    \"\"\"Made.\"\"\"')
print('[1, 2]')
";

fn project(noxfile: &str) -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a scratch folder");
    std::fs::write(folder.path().join("noxfile.py"), noxfile).expect("written");
    folder
}

/// A nox that is a shell script.
fn with_script(folder: &Path, script: &str) {
    let nox = folder.join(".venv/bin/nox");
    std::fs::create_dir_all(nox.parent().expect("it has one")).expect("made");
    std::fs::write(&nox, script).expect("written");
    std::fs::set_permissions(&nox, std::fs::Permissions::from_mode(0o755)).expect("made executable");
}

fn facts(folder: &Path, arguments: &[&str]) -> Output {
    let path = std::env::join_paths(
        std::iter::once(tools().join("bin"))
            .chain(std::env::split_paths(&std::env::var_os("PATH").unwrap_or_default())),
    );
    let mut command = Command::new(noxflow_tests::noxflow());
    command.arg("facts").args(arguments).current_dir(folder).env("PATH", path.expect("a path"));
    command.env("NOXFLOW_STATE_DIR", folder.join("state")).env("NO_COLOR", "1").env_remove("VIRTUAL_ENV");
    command.output().expect("noxflow runs")
}

fn check(output: &Output, expected: &Expect) {
    let shown = String::from_utf8_lossy(&output.stdout);
    expected.assert_eq(&format!(
        "{shown}{}status {:?}\n",
        String::from_utf8_lossy(&output.stderr),
        output.status.code()
    ));
}

#[test]
fn nox_fills_in_what_cannot_be_read() {
    let folder = project(NOXFILE);
    check(
        &facts(folder.path(), &[]),
        &expect![[r#"
            noxfile.py: 1 sessions, and some that cannot be known without running it
              * tests … (line 6, tags fast, requires build)
              - build (line 10)
              line 4 cannot be known: calls `time.time`, which is not run here
              line 13 cannot be known: calls `exec`, which can define anything

            status Some(0)
        "#]],
    );
    check(
        &facts(folder.path(), &["--confirm"]),
        &expect![[r#"
            noxfile.py: 6 sessions, confirmed by nox
              * tests-3.11(n='0') (line 6, python 3.11, tags fast, requires build)
              * tests-3.11(n='1') (line 6, python 3.11, tags fast, requires build)
              * tests-3.12(n='0') (line 6, python 3.12, tags fast, requires build)
              * tests-3.12(n='1') (line 6, python 3.12, tags fast, requires build)
              - build (line 10)
              * made (line 13)
              line 13 cannot be known: `made` is not in the text of the noxfile

            status Some(0)
        "#]],
    );
}

#[test]
fn a_session_outside_the_text_is_listed_with_the_place_that_leads_to_it() {
    let folder = project(NOXFILE);
    let output = facts(folder.path(), &["--confirm", "--format", "json"]);
    let all: Value = serde_json::from_slice(&output.stdout).expect("JSON");
    let noxfile = &all["noxfiles"][0];
    assert_eq!((&noxfile["confirmed"], &noxfile["complete"]), (&Value::Bool(true), &Value::Bool(true)));
    let (session, unknown) = (&noxfile["sessions"][5], &noxfile["unknown"][0]);
    assert_eq!((&session["signature"], &session["line"]), (&"made".into(), &13.into()));
    assert_eq!(
        (&unknown["reason"], &unknown["line"]),
        (&"`made` is not in the text of the noxfile".into(), &13.into())
    );
}

#[test]
fn a_noxfile_that_nox_cannot_load_is_read_all_the_same() {
    let folder = project("import nox\n\n@nox.session\ndef a(session): ...\n\nraise RuntimeError('not today')\n");
    check(
        &facts(folder.path(), &["--confirm"]),
        &expect![[r#"
            noxfile.py: 1 sessions
              * a (line 3)

            noxfile.py is not confirmed: nox cannot load the noxfile: RuntimeError: not today
            status Some(1)
        "#]],
    );
}

#[test]
fn a_nox_that_has_no_such_list_is_said_to_be_too_old() {
    let folder = project("import nox\n");
    with_script(folder.path(), "#!/bin/sh\necho 2022.11.21\n");
    let output = facts(folder.path(), &["--confirm"]);
    assert!(
        text(&output).contains("nox 2022.11.21 cannot list sessions for programs; nox 2023.4.22"),
        "{}",
        text(&output)
    );
    assert_eq!(output.status.code(), Some(1));
}

#[test]
fn a_nox_that_does_not_end_is_ended_with_its_children() {
    let folder = project("import nox\n\n@nox.session\ndef a(session): ...\n");
    with_script(
        folder.path(),
        "#!/bin/sh\ncase \"$*\" in *--version*) echo 2026.10.20; exit ;; esac\nsleep 1000 & echo $! > child\nsleep 1000\n",
    );
    let output = facts(folder.path(), &["--confirm", "--time-limit", "1"]);
    assert!(text(&output).contains("nox did not list the sessions within 1 s"), "{}", text(&output));
    let child = std::fs::read_to_string(folder.path().join("child")).expect("it was started");
    let status = std::fs::read_to_string(format!("/proc/{}/stat", child.trim())).unwrap_or_default();
    assert!(status.is_empty() || status.contains(") Z"), "the child is still there: {status}");
}

#[test]
fn nox_is_asked_for_everything_and_not_to_make_an_environment_of_its_own() {
    let folder = project("import nox\n");
    with_script(
        folder.path(),
        "#!/bin/sh\necho \"$* $NOX_SCRIPT_MODE\" >> calls\ncase \"$*\" in *--version*) echo 2026.10.20 ;; *) echo '[]' ;; esac\n",
    );
    let output = facts(folder.path(), &["--confirm"]);
    assert!(output.status.success(), "{}", text(&output));
    let calls = std::fs::read_to_string(folder.path().join("calls")).expect("nox was called");
    assert_eq!(calls.lines().last(), Some("-f noxfile.py --list --json -k True none"));
}
