//! Two pytest runs use one `--basetemp`.

use crate::stage::{PAUSE, Stage};

const NOXFILE: &str = r#"

@nox.session
def unit(session):
    session.run("pytest", "-q", "-p", "no:cacheprovider", "--basetemp=scratch", "test_unit.py")


@nox.session
def integration(session):
    session.run("pytest", "-q", "-p", "no:cacheprovider", "--basetemp=scratch", "test_integration.py")
"#;

#[test]
fn one_wipes_the_files_of_the_other() {
    let unit = "\n\ndef test(tmp_path):\n    (tmp_path / 'file').touch()\n    pause('unit')\n    assert (tmp_path / 'file').exists()\n";
    let stage = Stage::of(
        NOXFILE,
        &[
            ("test_unit.py", &format!("{PAUSE}{unit}")),
            ("test_integration.py", "def test(tmp_path):\n    assert tmp_path.exists()\n"),
        ],
    );
    assert_eq!(stage.hazards("unit", "integration"), ["shared-basetemp"]);
    assert!(!overlap(&stage), "the file is still there");

    stage.clear(&[]);
    stage.rewrite("isolate-output");
    assert!(stage.hazards("unit", "integration").is_empty());
    assert!(overlap(&stage));
}

/// `integration` starts while `unit` uses its file; whether `unit` is green.
fn overlap(stage: &Stage) -> bool {
    let mut unit = stage.start("unit");
    stage.wait("unit", &mut unit);
    let integration = stage.play("integration");
    assert!(integration.green, "{}", integration.shown);
    stage.go("unit");
    unit.end().green
}
