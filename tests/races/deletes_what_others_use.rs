//! A session removes the folder that another one looks into.

use crate::stage::{Stage, at};

#[test]
fn what_was_built_is_gone() {
    let noxfile = format!(
        r#"
import shutil


@nox.session
def clean(session):
    shutil.rmtree("dist", ignore_errors=True)


@nox.session
def check(session):
    session.run("python", "-m", "build", "--no-isolation", "--outdir", "dist")
    {}
    session.run("twine", "check", "dist/*")
"#,
        at("built")
    );
    let stage = Stage::of(&noxfile, super::PACKAGE);
    assert!(stage.hazards("clean", "check").contains(&"deletes-what-others-use"));
    assert!(!overlap(&stage), "the check finds what was removed");

    stage.clear(&["dist"]);
    stage.edit("\"--outdir\", \"dist\"", "\"--outdir\", \"out\"");
    stage.edit("dist/*", "out/*");
    assert!(!stage.hazards("clean", "check").contains(&"deletes-what-others-use"));
    assert!(overlap(&stage));
}

/// `clean` runs between building and checking; whether the check is green.
fn overlap(stage: &Stage) -> bool {
    let mut check = stage.start("check");
    stage.wait("built", &mut check);
    assert!(stage.play("clean").green);
    stage.go("built");
    check.end().green
}
