//! A formatter rewrites a module under a test that has loaded it.

use crate::stage::{PAUSE, Stage};

const NOXFILE: &str = r#"

@nox.session
def format(session):
    session.run("black", "-q", "demo.py")


@nox.session
def tests(session):
    session.run("pytest", "-q", "test_demo.py")
"#;

#[test]
fn a_test_sees_two_versions_of_one_module() {
    // What was loaded knows the lines of the old text, `inspect` reads the new one.
    let test = "import inspect\n\n\ndef test():\n    import demo\n\n    pause('loaded')\n    assert inspect.getsource(demo.total).startswith('def total')\n";
    let stage = Stage::of(NOXFILE, &[("demo.py", UGLY), ("test_demo.py", &format!("{PAUSE}\n{test}"))]);
    assert!(stage.hazards("format", "tests").contains(&"in-place-formatter"));
    assert!(!overlap(&stage), "the test does not see that its module was rewritten");

    stage.clear(&[]);
    stage.write("demo.py", UGLY);
    stage.edit("\"black\", \"-q\"", "\"black\", \"--check\", \"-q\"");
    assert!(!stage.hazards("format", "tests").contains(&"in-place-formatter"));
    assert!(overlap(&stage));
}

const UGLY: &str = "import os\ndef total(a): return a\n";

/// The formatter runs while the test is between loading and looking; whether the test is green.
fn overlap(stage: &Stage) -> bool {
    let mut tests = stage.start("tests");
    stage.wait("loaded", &mut tests);
    drop(stage.play("format")); // red with `--check`, as it should be
    stage.go("loaded");
    tests.end().green
}
