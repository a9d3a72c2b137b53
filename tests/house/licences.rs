//! Licences of all dependencies are among those that both of ours get along with.

use std::process::Command;

use crate::root;

/// One of these must be offered.
const ACCEPTED: &[&str] = &[
    "MIT",
    "Apache-2.0",
    "BSD-2-Clause",
    "BSD-3-Clause",
    "ISC",
    "Unicode-3.0",
    "Unlicense",
    "Zlib",
    "BSL-1.0",
    "0BSD",
];

#[test]
fn every_dependency_has_a_licence_we_accept() {
    let output = Command::new(env!("CARGO"))
        .args(["metadata", "--format-version", "1", "--locked"])
        .current_dir(root())
        .output()
        .expect("cargo runs");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let metadata: serde_json::Value = serde_json::from_slice(&output.stdout).expect("JSON");
    let packages = metadata["packages"].as_array().expect("packages");
    assert!(packages.len() > 50, "the whole graph is looked at");
    for package in packages {
        let licence = package["license"].as_str().unwrap_or("none");
        // `A OR B`, `A/B`: one of them is enough; `A AND B`: all are needed.
        let offered = licence.replace('/', " OR ").replace(['(', ')'], "");
        let accepted = offered.split(" OR ").any(|choice| {
            choice.split(" AND ").all(|part| ACCEPTED.contains(&part.trim().trim_end_matches(" WITH LLVM-exception")))
        });
        // `Unicode-3.0` stands beside a choice in parentheses, which the split above takes apart.
        let both = offered.contains(" AND ")
            && offered.split([' ']).filter(|w| !["AND", "OR"].contains(w)).any(|w| ACCEPTED.contains(&w));
        assert!(accepted || both, "{} is under {licence}", package["name"]);
    }
}
