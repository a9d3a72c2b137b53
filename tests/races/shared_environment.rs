//! Two sessions synchronise the project's one environment, each with what it needs.

use crate::stage::{Stage, at};

#[test]
fn one_uninstalls_what_the_other_needs() {
    let session = |name: &str, pause: &str| {
        format!(
            r#"

@nox.session
def {name}(session):
    session.run("uv", "sync", "-q", "--no-default-groups", "--group", "{name}")
    {pause}
    session.run("uv", "run", "-q", "--no-sync", "python", "-c", "import {name}")
"#
        )
    };
    let noxfile = session("one", &at("synchronised")) + &session("two", "pass");
    let stage = Stage::of(&noxfile, &[]);
    stage.write("pyproject.toml", PROJECT);
    for name in ["one", "two"] {
        stage.write(&format!("packages/{name}/{name}/__init__.py"), "");
        stage.write(&format!("packages/{name}/pyproject.toml"), &super::uv_package(name));
    }
    stage.prepare(&["uv", "lock", "-q"]);
    assert!(stage.hazards("one", "two").contains(&"shared-environment"));
    assert!(!overlap(&stage), "`one` still has its package");

    stage.clear(&[".venv"]);
    for name in ["one", "two"] {
        let words = format!("\"--group\", \"{name}\"");
        stage.edit(&words, &format!("{words}, env={{\"UV_PROJECT_ENVIRONMENT\": \".envs/{name}\"}}"));
        let words = format!("\"import {name}\"");
        stage.edit(&words, &format!("{words}, env={{\"UV_PROJECT_ENVIRONMENT\": \".envs/{name}\"}}"));
    }
    assert!(!stage.hazards("one", "two").contains(&"shared-environment"));
    assert!(overlap(&stage));
}

const PROJECT: &str = "[project]
name = \"demo\"
version = \"1.0\"
requires-python = \">=3.9\"

[dependency-groups]
one = [\"one\"]
two = [\"two\"]

[tool.uv.sources]
one = { path = \"packages/one\" }
two = { path = \"packages/two\" }
";

/// `two` runs as a whole between `one`'s installing and using; whether `one` is green.
fn overlap(stage: &Stage) -> bool {
    let mut one = stage.start("one");
    stage.wait("synchronised", &mut one);
    let two = stage.play("two");
    assert!(two.green, "{}", two.shown);
    stage.go("synchronised");
    one.end().green
}
