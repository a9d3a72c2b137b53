//! Two sessions commit: git's index takes one writer at a time.

use crate::stage::Stage;

const NOXFILE: &str = r#"

@nox.session
def bump(session):
    session.run("git", "commit", "-q", "-a", "-m", "bump", external=True)


@nox.session
def tag(session):
    session.run("git", "add", "CHANGELOG", external=True)
"#;

/// git calls it while it holds the lock of the index.
const HOOK: &str = "#!/bin/sh
mkdir -p \"$RACE_FOLDER\"
touch \"$RACE_FOLDER/commit.here\"
until test -e \"$RACE_FOLDER/commit.go\"; do sleep 0.02; done
";

#[test]
fn the_second_finds_the_index_locked() {
    let stage = Stage::of(NOXFILE, &[("VERSION", "1\n")]);
    stage.write(".git/home/.gitconfig", "[user]\n\tname = Demo\n\temail = demo@example.org\n");
    stage.prepare(&["git", "add", "VERSION"]);
    stage.prepare(&["git", "commit", "-q", "-m", "start"]);
    stage.write(".git/hooks/pre-commit", HOOK);
    stage.prepare(&["chmod", "+x", ".git/hooks/pre-commit"]);
    stage.write("VERSION", "2\n");
    stage.write("CHANGELOG", "2\n");
    assert_eq!(stage.hazards("bump", "tag"), ["git-writes"]);
    let mut bump = stage.start("bump");
    stage.wait("commit", &mut bump);
    let tag = stage.play("tag");
    assert!(!tag.green && tag.shown.contains("index.lock"), "{}", tag.shown);
    stage.go("commit");
    assert!(bump.end().green);

    // There is no cure but order.
    stage.clear(&[]);
    stage.write("VERSION", "3\n");
    stage.edit("@nox.session\ndef tag", "@nox.session(requires=[\"bump\"])\ndef tag");
    assert!(stage.is_declared("bump", "tag"));
    let mut both = stage.start("tag");
    stage.wait("commit", &mut both);
    stage.go("commit");
    let both = both.end();
    assert!(both.green, "{}", both.shown);
}
