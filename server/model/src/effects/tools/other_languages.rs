//! Builders of other languages that live in Python projects.

use crate::effects::catalogue::{Mover, Tool, Touch};
use crate::effects::{Role, SessionKind, Sharing};

const MODULES: Touch = Touch::writes("node_modules").role(Role::Environment).cure("install once, before both");

pub(super) const TOOLS: &[Tool] = &[
    Tool::new("npm install", &["npm", "yarn", "pnpm", "bun"]).sub(&["ci", "install", "i", "add"]).touches(&[MODULES]),
    // What a script of `package.json` does is in `package.json`; it reads `node_modules`.
    Tool::new("npm --version", &["npm", "yarn", "pnpm", "bun", "node"]).with(&["--version", "-v"]),
    Tool::new("cargo fmt --check", &["cargo"])
        .sub(&["fmt"])
        .with(&["--check"])
        .kind(SessionKind::Format)
        .touches(&[Touch::sources()]),
    Tool::new("cargo fmt", &["cargo"])
        .sub(&["fmt", "fix"])
        .kind(SessionKind::Format)
        .touches(&[Touch::sources(), Touch::mutates("run it first and alone, or with `--check` in CI")]),
    // cargo's own lock makes a second one wait.
    cargo("cargo test", &["test", "nextest", "llvm-cov", "tarpaulin"]).kind(SessionKind::Test),
    cargo("cargo clippy", &["clippy", "check", "doc", "deny", "audit", "xtask"]).kind(SessionKind::Lint),
    cargo("cargo build", &["build", "rustc", "run", "bench"]).kind(SessionKind::Build),
    Tool::new("cmake", &["cmake", "ninja", "meson", "ctest"]).kind(SessionKind::Build).touches(&[
        Touch::sources(),
        Touch::writes("build")
            .role(Role::BuildTree)
            .moved_by(&[Mover::Flag("-B"), Mover::Flag("--build"), Mover::Flag("-C")])
            .cure("a build folder of its own"),
    ]),
];

const fn cargo(name: &'static str, subcommands: &'static [&'static str]) -> Tool {
    Tool::new(name, &["cargo"]).sub(subcommands).touches(TARGET)
}

const TARGET: &[Touch] = &[
    Touch::sources(),
    Touch::cache("target", Sharing::Benign)
        .moved_by(&[Mover::Flag("--target-dir"), Mover::Env("CARGO_TARGET_DIR")])
        .cure("`CARGO_TARGET_DIR`"),
];
