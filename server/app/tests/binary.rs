//! The binary itself. That this file exists makes cargo build `noxflow` before tests run, which all end-to-end tests in
//! the crate `tests` rely on.

use std::process::Command;

#[test]
fn it_says_its_version() {
    let output = Command::new(env!("CARGO_BIN_EXE_noxflow")).arg("--version").output().expect("it starts");
    assert_eq!(String::from_utf8_lossy(&output.stdout), format!("noxflow {}\n", env!("CARGO_PKG_VERSION")));
}
