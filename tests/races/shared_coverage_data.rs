//! Two sessions measure into one `.coverage`.

use crate::stage::{PAUSE, Stage};

const NOXFILE: &str = r#"

@nox.session
def unit(session):
    session.run("coverage", "run", "-m", "pytest", "-q", "test_unit.py")


@nox.session
def integration(session):
    session.run("coverage", "run", "-m", "pytest", "-q", "test_integration.py")


@nox.session
def report(session):
    session.run("coverage", "report", "--fail-under=100")
"#;

#[test]
fn what_one_measured_is_lost() {
    let stage = Stage::of(
        NOXFILE,
        &[
            (".coveragerc", "[run]\ninclude = demo.py\n"),
            ("demo.py", "def one():\n    return 1\n\n\ndef two():\n    return 2\n"),
            (
                "test_unit.py",
                &format!("{PAUSE}\n\ndef test():\n    import demo\n    assert demo.one() == 1\n    pause('unit')\n"),
            ),
            ("test_integration.py", "import demo\n\n\ndef test():\n    assert demo.two() == 2\n"),
        ],
    );
    assert!(stage.hazards("unit", "integration").contains(&"shared-coverage-data"));
    let report = overlap(&stage);
    assert!(!report.green, "{}", report.shown);

    stage.rewrite("isolate-coverage");
    stage.clear(&[".coverage"]);
    assert!(!stage.hazards("unit", "integration").contains(&"shared-coverage-data"));
    let report = overlap(&stage);
    assert!(report.green, "{}", report.shown);
}

/// `integration` runs as a whole while `unit` is in its test; nobody but the report notices anything.
fn overlap(stage: &Stage) -> crate::stage::Ended {
    let mut unit = stage.start("unit");
    stage.wait("unit", &mut unit);
    let integration = stage.play("integration");
    assert!(integration.green, "{}", integration.shown);
    stage.go("unit");
    let unit = unit.end();
    assert!(unit.green, "{}", unit.shown);
    stage.play("report")
}
