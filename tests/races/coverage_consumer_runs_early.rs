//! A report counts while a session still measures.

use crate::stage::{PAUSE, Stage};

const NOXFILE: &str = r#"

@nox.session
def unit(session):
    session.run("coverage", "run", "-p", "-m", "pytest", "-q", "test_unit.py")


@nox.session
def integration(session):
    session.run("coverage", "run", "-p", "-m", "pytest", "-q", "test_integration.py")


@nox.session
def report(session):
    session.run("coverage", "combine")
    session.run("coverage", "report", "--fail-under=100")
"#;

#[test]
fn a_report_counts_half() {
    let stage = Stage::of(
        NOXFILE,
        &[
            (".coveragerc", "[run]\ninclude = demo.py\n"),
            ("demo.py", "def one():\n    return 1\n\n\ndef two():\n    return 2\n"),
            ("test_unit.py", "import demo\n\n\ndef test():\n    assert demo.one() == 1\n"),
            (
                "test_integration.py",
                &format!(
                    "{PAUSE}\n\ndef test():\n    import demo\n    assert demo.two() == 2\n    pause('integration')\n"
                ),
            ),
        ],
    );
    assert!(stage.hazards("integration", "report").contains(&"coverage-consumer-runs-early"));
    assert!(stage.play("unit").green);
    let mut integration = stage.start("integration");
    stage.wait("integration", &mut integration);
    let early = stage.play("report");
    assert!(!early.green, "{}", early.shown);
    stage.go("integration");
    assert!(integration.end().green);

    stage.rewrite("add-requires");
    assert!(stage.is_declared("integration", "report"));
    stage.clear(&[".coverage"]);
    let mut all = stage.start("report");
    stage.wait("integration", &mut all);
    stage.go("integration");
    let all = all.end();
    assert!(all.green, "{}", all.shown);
}
