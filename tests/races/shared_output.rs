//! Two sessions write one report.

use crate::stage::{PAUSE, Stage};

const NOXFILE: &str = r#"

@nox.session
def unit(session):
    session.run("pytest", "-q", "-p", "no:cacheprovider", "--junitxml=junit.xml", "test_unit.py")


@nox.session
def integration(session):
    session.run("pytest", "-q", "-p", "no:cacheprovider", "--junitxml=junit.xml", "test_integration.py")
"#;

#[test]
fn the_later_one_wins() {
    let stage = Stage::of(
        NOXFILE,
        &[
            ("test_unit.py", &format!("{PAUSE}\n\ndef test_first():\n    pause('unit')\n")),
            ("test_integration.py", "def test_second():\n    pass\n"),
        ],
    );
    assert_eq!(stage.hazards("unit", "integration"), ["shared-output"]);
    overlap(&stage);
    assert!(!stage.read("junit.xml").contains("test_second"), "nothing is lost");

    stage.clear(&["junit.xml"]);
    stage.rewrite("isolate-output");
    assert!(stage.hazards("unit", "integration").is_empty());
    overlap(&stage);
    assert!(stage.read("junit-unit.xml").contains("test_first"));
    assert!(stage.read("junit-integration.xml").contains("test_second"));
}

/// `integration` runs as a whole while `unit` is in its test.
fn overlap(stage: &Stage) {
    let mut unit = stage.start("unit");
    stage.wait("unit", &mut unit);
    assert!(stage.play("integration").green);
    stage.go("unit");
    assert!(unit.end().green);
}
