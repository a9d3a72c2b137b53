//! git. Writers take `index.lock`: the second one fails (measured).

use crate::effects::catalogue::{Target, Tool, Touch};
use crate::effects::{Access, SessionKind};

const fn git(name: &'static str) -> Tool {
    Tool::new(name, &["git"]).value_flags(&["-C", "-c", "--git-dir", "--work-tree"])
}

const WRITE: Touch = Touch::on(Target::Git, Access::Write);

pub(super) const TOOLS: &[Tool] = &[
    git("git push")
        .sub(&["push"])
        .kind(SessionKind::Release)
        .touches(&[WRITE, Touch::on(Target::World, Access::Write)]),
    // These change files of the tree as well.
    git("git checkout")
        .sub(&[
            "checkout",
            "stash",
            "restore",
            "reset",
            "switch",
            "merge",
            "rebase",
            "pull",
            "apply",
            "clean",
            "rm",
            "mv",
            "cherry-pick",
            "revert",
        ])
        .touches(&[WRITE, Touch::mutates("a worktree of its own (`git worktree add`)")]),
    // `add` and `commit` take the tree as it is at that moment.
    git("git commit")
        .sub(&[
            "commit",
            "add",
            "tag",
            "update-index",
            "branch",
            "worktree",
            "submodule",
            "init",
            "config",
            "gc",
            "notes",
        ])
        .touches(&[Touch::sources(), WRITE]),
    // Looks at the whole tree: what another session writes shows up in it.
    git("git diff")
        .sub(&["diff", "status", "ls-files", "grep", "archive", "diff-index"])
        .touches(&[Touch::sources(), Touch::on(Target::Git, Access::Read)]),
    // Another repository, into a folder of its own.
    git("git clone").sub(&["clone"]).touches(&[]),
    git("git fetch").sub(&["fetch"]).touches(&[Touch::on(Target::Git, Access::Read)]),
    git("git log").touches(&[Touch::on(Target::Git, Access::Read)]),
];
