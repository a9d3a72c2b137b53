//! Two builds of one tree by setuptools, which works inside of it.

use crate::stage::{PAUSE, Stage};

const NOXFILE: &str = r#"

@nox.session
def one(session):
    session.run("pip", "wheel", "-q", "--no-build-isolation", "--no-deps", "-w", "out/one", ".")


@nox.session
def two(session):
    session.run("pip", "wheel", "-q", "--no-build-isolation", "--no-deps", "-w", "out/two", ".")
"#;

/// The build of `one` stops when its files are laid out and not yet packed.
const SETUP: &str = "
import os

from setuptools import setup
from setuptools.command.bdist_wheel import bdist_wheel


class Wheel(bdist_wheel):
    def write_wheelfile(self, *arguments, **options):
        if os.environ['RACE'] == 'one':
            pause('laid-out')
        super().write_wheelfile(*arguments, **options)


setup(name='demo', version='1.0', py_modules=['demo'], cmdclass={'bdist_wheel': Wheel})
";

/// The same point, as a hook of hatchling has it.
const HOOK: &str = "
import os

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class Hook(BuildHookInterface):
    def initialize(self, version, build_data):
        if os.environ['RACE'] == 'one':
            pause('laid-out')
";

#[test]
fn one_takes_the_files_of_the_other_away() {
    let stage = Stage::of(NOXFILE, &[("setup.py", &format!("{PAUSE}{SETUP}")), ("demo.py", "x = 1\n")]);
    assert!(stage.hazards("one", "two").contains(&"in-tree-build"));
    assert!(!overlap(&stage), "both wheels are made");

    stage.clear(&["setup.py", "build", "demo.egg-info", "out"]);
    stage.write(
        "pyproject.toml",
        "[build-system]\nrequires = [\"hatchling\"]\nbuild-backend = \"hatchling.build\"\n\n[project]\nname = \"demo\"\n\
         version = \"1.0\"\n\n[tool.hatch.build.targets.wheel]\ninclude = [\"demo.py\"]\n\n[tool.hatch.build.hooks.custom]\n",
    );
    stage.write("hatch_build.py", &format!("{PAUSE}{HOOK}"));
    assert!(!stage.hazards("one", "two").contains(&"in-tree-build"));
    assert!(overlap(&stage));
}

/// `two` builds as a whole while `one` is in the middle; whether both are green.
fn overlap(stage: &Stage) -> bool {
    let mut one = stage.start("one");
    stage.wait("laid-out", &mut one);
    let two = stage.play("two");
    stage.go("laid-out");
    one.end().green && two.green
}
