//! git. Writers take `index.lock`: the second one fails (measured).

use crate::effects::call::{Call, Out};
use crate::effects::catalogue::{Target, Tool, Touch};
use crate::effects::{Access, Role, SessionKind, Sharing};

const fn git(name: &'static str) -> Tool {
    Tool::new(name, &["git"]).value_flags(&["-C", "-c", "--git-dir", "--work-tree"])
}

const WRITE: Touch = Touch::on(Target::Git, Access::Write);

/// Subcommands that only look.
const LOOKS: &[&str] =
    &["diff", "status", "ls-files", "grep", "archive", "diff-index", "log", "show", "rev-parse", "describe"];

pub(super) const TOOLS: &[Tool] = &[
    // In another repository: that folder is what it reads or changes.
    git("git -C").with(&["-C"]).sub(LOOKS).more("reads that folder", elsewhere),
    git("git -C").with(&["-C"]).more("changes that folder", elsewhere),
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
    // Another repository: fails where the folder is there already.
    git("git clone").sub(&["clone"]).more("writes the clone's folder", clone),
    git("git fetch").sub(&["fetch"]).touches(&[Touch::on(Target::Git, Access::Read)]),
    git("git log").touches(&[Touch::on(Target::Git, Access::Read)]),
];

fn elsewhere(call: &Call<'_>, out: &mut Out<'_>) {
    let Some(folder) = call.value("-C") else { return };
    let looks = LOOKS.iter().any(|it| call.has_subcommand(it, &["-C", "-c"]));
    let (access, sharing) = if looks { (Access::Read, Sharing::Safe) } else { (Access::Update, Sharing::Exclusive) };
    out.path("git -C", folder, access, sharing, Role::Other, true, CLONE_CURE);
}

const CLONE_CURE: &str = "clone into `session.create_tmp()`";

/// `git clone URL [FOLDER]`.
fn clone(call: &Call<'_>, out: &mut Out<'_>) {
    const VALUES: &[&str] =
        &["--depth", "-b", "--branch", "-o", "--origin", "-c", "--config", "--filter", "-j", "--jobs"];
    let words = call.positional(VALUES);
    let Some(url) = words.get(1) else { return };
    let name = url.trim_end_matches('/').rsplit(['/', ':']).next().unwrap_or_default();
    let folder = words.get(2).copied().unwrap_or(name.strip_suffix(".git").unwrap_or(name));
    out.path("git clone", folder, Access::Update, Sharing::Exclusive, Role::Other, true, CLONE_CURE);
}
