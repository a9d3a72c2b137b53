//! git.

use crate::command::{Proof, run};

const EDITED: &[&str] = &["sed -i s/Demo/Domo/ README.md"];

pub(super) const COMMANDS: &[Proof] = &[
    run("git status --porcelain").after(EDITED),
    run("git diff --exit-code").after(EDITED).exit(1),
    run("git log -1"),
    run("git add -A").after(EDITED),
    run("git commit -q -a -m more").after(EDITED),
    run("git tag v1"),
    run("git stash -q").after(EDITED),
    run("git checkout -q -b other").unless(&[("sources", "both branches have the same files")]),
    run("git checkout -- README.md").after(EDITED).unless(&[("git", "the index has it already")]),
    run("git clean -fdq").after(&["touch new"]).unless(&[("git", "it knows nothing of these files")]),
    run("git rm -q README.md"),
    run("git clone -q . copy"),
    run("git -C demo status").unless(&[("demo", "git finds the same repository above it")]),
    run("git -C copy commit -q --allow-empty -m more")
        .after(&["git clone -q . copy"])
        .unless(&[("copy", "all of it is in its `.git`")]),
];
