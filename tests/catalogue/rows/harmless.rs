//! Files that a shell makes and removes.

use crate::command::{Proof, run};

pub(super) const COMMANDS: &[Proof] = &[
    run("cat README.md"),
    run("rm -rf dist").files(&[("dist/old.whl", "old\n")]),
    run("mkdir -p out"),
    run("cp README.md out.md"),
    run("mv README.md out.md"),
    run("touch out.txt"),
    run("sh -c echo>out.txt").files(&[]),
];
