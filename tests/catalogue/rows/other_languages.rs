//! Builders of other languages, where the machine has them.

use super::crate_in_the_tree;
use crate::command::{Proof, run};

pub(super) const COMMANDS: &[Proof] = &[
    run("cargo build -q --offline").files(crate_in_the_tree::FILES),
    run("cargo test -q --offline").files(crate_in_the_tree::FILES),
    run("cmake -B out")
        .files(&[("CMakeLists.txt", "cmake_minimum_required(VERSION 3.20)\nproject(demo LANGUAGES NONE)\n")]),
    run("cargo fmt").files(crate_in_the_tree::FILES),
    run("cargo fmt --check").files(crate_in_the_tree::FILES).exit(1),
    run("cargo check -q --offline").files(crate_in_the_tree::FILES).env(&[("CARGO_TARGET_DIR", "elsewhere")]),
];
