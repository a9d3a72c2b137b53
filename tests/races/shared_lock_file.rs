//! Two sessions compile into one file of pinned requirements.

use crate::stage::{Stage, at};

#[test]
fn one_installs_what_the_other_pinned() {
    let session = |name: &str, pause: &str| {
        format!(
            r#"

@nox.session
def {name}(session):
    session.run("uv", "pip", "compile", "-q", "--no-index", "--find-links", "wheels", "-o", "requirements.txt", "{name}.in")
    {pause}
    session.run("grep", "{name}", "requirements.txt", external=True)
"#
        )
    };
    let noxfile = session("one", &at("compiled")) + &session("two", "pass");
    let stage = Stage::of(&noxfile, &[]);
    for name in ["one", "two"] {
        stage.write(&format!("{name}.in"), &format!("{name}\n"));
        stage.write(&format!("{name}/{name}/__init__.py"), "");
        stage.write(&format!("{name}/pyproject.toml"), &super::uv_package(name));
        stage.prepare(&["uv", "build", "-q", "--wheel", "-o", "wheels", name]);
    }
    assert_eq!(stage.hazards("one", "two"), ["shared-lock-file"]);
    assert!(!overlap(&stage), "`one` has its own pins");

    stage.clear(&["requirements.txt"]);
    let (first, second) = {
        let text = stage.read("noxfile.py");
        let at = text.find("def two").expect("the second session");
        (text[..at].to_owned(), text[at..].to_owned())
    };
    stage.write("noxfile.py", &(first + &second.replace("requirements.txt", "two.txt")));
    assert!(stage.hazards("one", "two").is_empty());
    assert!(overlap(&stage));
}

/// `two` runs as a whole between `one`'s compiling and reading; whether `one` is green.
fn overlap(stage: &Stage) -> bool {
    let mut one = stage.start("one");
    stage.wait("compiled", &mut one);
    let two = stage.play("two");
    assert!(two.green, "{}", two.shown);
    stage.go("compiled");
    one.end().green
}
