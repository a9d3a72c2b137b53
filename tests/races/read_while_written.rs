//! A session looks at a folder that another one is filling.

use crate::stage::{PAUSE, Stage};

const NOXFILE: &str = r#"

@nox.session
def build(session):
    session.run("python", "-m", "build", "--no-isolation")


@nox.session
def check(session):
    session.run("check-wheel-contents", "--toplevel", "demo.py", "dist")
    session.run("twine", "check", "dist/*.whl")
"#;

const HOOK: &str = "
from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class Hook(BuildHookInterface):
    def initialize(self, version, build_data):
        if self.target_name == 'wheel':
            pause('archive-done')
";

#[test]
fn the_wheel_is_not_there_yet() {
    let stage = Stage::of(NOXFILE, super::PACKAGE);
    let project = stage.read("pyproject.toml");
    stage.write("pyproject.toml", &format!("{project}\n[tool.hatch.build.hooks.custom]\n"));
    stage.write("hatch_build.py", &format!("{PAUSE}{HOOK}"));
    assert!(stage.hazards("build", "check").contains(&"read-while-written"));
    let mut build = stage.start("build");
    stage.wait("archive-done", &mut build);
    let early = stage.play("check");
    assert!(!early.green, "{}", early.shown);
    stage.go("archive-done");
    assert!(build.end().green);

    stage.rewrite("add-requires");
    assert!(stage.is_declared("build", "check"));
    stage.clear(&["dist"]);
    let mut all = stage.start("check");
    stage.wait("archive-done", &mut all);
    stage.go("archive-done");
    let all = all.end();
    assert!(all.green, "{}", all.shown);
}
