//! Python's own modules.

use crate::command::{Proof, run};

pub(super) const COMMANDS: &[Proof] = &[
    run("python --version"),
    run("python -m compileall -q demo"),
    run("python -m venv --without-pip env"),
    run("virtualenv -q --no-seed env")
        .beyond(&[(".venv", "a note with the name of the environment, where there is none")]),
    run("pip freeze"),
    run("uv pip list"),
    run("uv venv -q env"),
    run("python -m site"),
];
