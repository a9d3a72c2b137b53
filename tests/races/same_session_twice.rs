//! One session started twice: both make the same environment.

use crate::stage::Stage;

/// Each run stops twice: when its environment is made, and when it has installed.
const NOXFILE: &str = r#"

@nox.session(venv_backend="uv")
def tests(session):
    session.run("sh", "-c", "mkdir -p .race; touch .race/$RACE-made.here; until test -e .race/$RACE-made.go; do sleep 0.02; done", external=True)
    session.install("--no-index", "--find-links", "wheels", "one")
    session.run("sh", "-c", "touch .race/$RACE-installed.here; until test -e .race/$RACE-installed.go; do sleep 0.02; done", external=True)
    session.run("python", "-c", "import one")
"#;

#[test]
fn one_makes_the_environment_of_the_other_anew() {
    let stage = Stage::of(NOXFILE, &[]);
    stage.write("packages/one/one/__init__.py", "");
    stage.write("packages/one/pyproject.toml", &super::uv_package("one"));
    stage.prepare(&["uv", "build", "-q", "--wheel", "-o", "wheels", "packages/one"]);
    assert_eq!(stage.hazards("tests", "tests"), ["same-session-twice"]);
    stage.go("first-made");
    let mut first = stage.start_as("tests", "first");
    stage.wait("first-installed", &mut first);
    let mut second = stage.start_as("tests", "second");
    stage.wait("second-made", &mut second);
    stage.go("first-installed");
    let first = first.end();
    assert!(!first.green, "{}", first.shown);
    stage.go("second-made");
    stage.go("second-installed");
    assert!(second.end().green);

    // There is no cure but to run it once at a time, and noxflow never says otherwise.
    stage.clear(&[]);
    for point in ["first-made", "first-installed", "second-made", "second-installed"] {
        stage.go(point);
    }
    assert!(stage.start_as("tests", "first").end().green);
    assert!(stage.start_as("tests", "second").end().green);
}
