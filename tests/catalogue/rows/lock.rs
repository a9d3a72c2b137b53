//! Lock files and the project's own environment.

use crate::command::{Proof, run};

const PLAIN: &[(&str, &str)] = &[
    ("pyproject.toml", "[project]\nname = \"demo\"\nversion = \"1.0.0\"\nrequires-python = \">=3.9\"\n"),
    ("requirements.in", "\n"),
];
/// Why `uv.lock` may appear.
const LOCKS: &[(&str, &str)] = &[("uv.lock", "only where none is checked in, or it is out of date")];
const LOCKED: &[&str] = &["uv lock --offline"];

pub(super) const COMMANDS: &[Proof] = &[
    run("pip-compile -q --no-index requirements.in").files(PLAIN),
    run("pip-compile -q --no-index -o out.txt requirements.in").files(PLAIN),
    run("pip-compile -q --no-index --dry-run requirements.in").files(PLAIN),
    run("uv pip compile -q --offline requirements.in").files(PLAIN),
    run("uv pip compile -q --offline requirements.in -o out.txt").files(PLAIN),
    run("uv lock --offline").files(PLAIN),
    run("uv lock --offline --check").files(PLAIN).after(LOCKED),
    run("uv sync --offline").files(PLAIN).after(LOCKED),
    run("uv sync --offline").files(PLAIN).beyond(LOCKS),
    run("uv sync --offline --frozen").files(PLAIN).after(LOCKED),
    run("uv sync --offline").files(PLAIN).after(LOCKED).env(&[("UV_PROJECT_ENVIRONMENT", "envs/it")]),
    run("uv run --offline python -c print(1)").files(PLAIN).beyond(LOCKS),
    run("uv run --offline --frozen python -c print(1)").files(PLAIN).after(LOCKED),
    run("uv run --offline --no-project python -c print(1)").files(PLAIN),
    run("uv export -q --offline").files(PLAIN).beyond(LOCKS),
    run("uv export -q --offline -o out.txt").files(PLAIN).beyond(LOCKS),
    run("uv export -q --offline --frozen -o out.txt").files(PLAIN).after(LOCKED),
    run("poetry check").files(PLAIN),
    run("poetry lock").files(PLAIN),
    run("pdm lock").files(PLAIN),
];
