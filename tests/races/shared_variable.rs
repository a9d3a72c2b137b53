//! A session that looks for a wheel where a variable says, which the session that builds it sets.

use std::process::Stdio;

use crate::stage::Stage;

const NOXFILE: &str = r#"
wheel = ""


@nox.session(default=False)
def build(session):
    global wheel
    session.run("python", "-m", "build", "--wheel", "--no-isolation")
    wheel = "dist"


@nox.session(requires=["build"])
def check(session):
    session.run("check-wheel-contents", "--toplevel", "demo.py", wheel)
"#;

#[test]
fn in_a_process_of_its_own_it_sees_what_the_noxfile_set() {
    let stage = Stage::of(NOXFILE, super::PACKAGE);
    assert!(stage.hazards("build", "check").contains(&"shared-variable"));
    assert!(stage.play("check").green, "one after another, in one process");

    // The order is kept, and does not help: nox -j gives each session a process of its own.
    let parallel = NOXFILE.replace("@nox.session(", "@nox.session(allow_parallel=True, ");
    stage.write("noxfile.py", &format!("import nox\n\nnox.options.default_venv_backend = \"none\"\n{parallel}"));
    let mut nox = stage.command("nox");
    let alone = nox.args(["-j", "2", "-s", "check"]).stdin(Stdio::null()).output().expect("nox runs");
    let shown = String::from_utf8_lossy(&alone.stdout);
    assert!(!alone.status.success(), "{shown}");
    assert!(shown.contains("✓ build"), "{shown}");

    // The cure by hand: what the one leaves for the other is a file.
    stage.edit(", wheel)", ", \"dist\")");
    assert!(!stage.hazards("build", "check").contains(&"shared-variable"));
    let mut nox = stage.command("nox");
    let cured = nox.args(["-j", "2", "-s", "check"]).stdin(Stdio::null()).output().expect("nox runs");
    assert!(cured.status.success(), "{}", String::from_utf8_lossy(&cured.stdout));
}
