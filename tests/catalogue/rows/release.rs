//! Releases, as far as they stay on this machine.

use crate::command::{Proof, run};

pub(super) const COMMANDS: &[Proof] = &[
    run("towncrier build --draft --version 2.0"),
    run("towncrier build --yes --version 2.0"),
    run("towncrier check --compare-with HEAD"),
    run("hatch version"),
    run("hatch version minor").files(&[("pyproject.toml", "[build-system]\nrequires = [\"hatchling\"]\nbuild-backend = \"hatchling.build\"\n\n[project]\nname = \"demo\"\ndynamic = [\"version\"]\n\n[tool.hatch.version]\npath = \"demo/__init__.py\"\n")]),
    run("cz check --rev-range HEAD"),
    run("cz bump --dry-run --yes"),
    run("cz bump --yes --increment PATCH"),
    run("bump-my-version bump --dry-run patch"),
    run("bump-my-version bump patch"),
];
