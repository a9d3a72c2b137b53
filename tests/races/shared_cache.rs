//! Two pytest runs use one cache: what failed in one is not known to `--last-failed`.

use crate::stage::{PAUSE, Stage};

const NOXFILE: &str = r#"

@nox.session
def unit(session):
    session.run("pytest", "-q", "test_unit.py")


@nox.session
def integration(session):
    session.run("pytest", "-q", "test_integration.py")
"#;

#[test]
fn one_forgets_what_the_other_found() {
    let stage = Stage::of(
        NOXFILE,
        &[
            ("test_unit.py", &format!("{PAUSE}\n\ndef test_first():\n    pause('unit')\n    assert False\n")),
            ("test_integration.py", "def test_second():\n    assert False\n"),
        ],
    );
    assert_eq!(stage.hazards("unit", "integration"), ["shared-cache"]);
    overlap(&stage);
    assert!(!stage.read(LAST_FAILED).contains("test_second"), "nothing is lost");

    stage.clear(&[".pytest_cache"]);
    stage.edit("\"test_unit.py\"", "\"-p\", \"no:cacheprovider\", \"test_unit.py\"");
    assert!(stage.hazards("unit", "integration").is_empty());
    overlap(&stage);
    assert!(stage.read(LAST_FAILED).contains("test_second"));
}

const LAST_FAILED: &str = ".pytest_cache/v/cache/lastfailed";

/// `integration` runs as a whole while `unit` is in its test; both find a failure.
fn overlap(stage: &Stage) {
    let mut unit = stage.start("unit");
    stage.wait("unit", &mut unit);
    assert!(!stage.play("integration").green);
    stage.go("unit");
    assert!(!unit.end().green);
}
