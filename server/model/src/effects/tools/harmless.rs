//! Programs that only look, and files that a shell makes and removes.

use crate::effects::call::{Call, Out};
use crate::effects::catalogue::{Mover, Tool, Touch};
use crate::effects::{Access, Role, Sharing};

pub(super) const TOOLS: &[Tool] = &[
    Tool::new(
        "look",
        &[
            "echo",
            "ls",
            "cat",
            "true",
            "false",
            "test",
            "[",
            "which",
            "where",
            "pwd",
            "date",
            "sleep",
            "printf",
            "env",
            "uname",
            "id",
            "whoami",
            "head",
            "tail",
            "grep",
            "wc",
            "sort",
            "uniq",
            "diff",
            "cmp",
            "file",
            "stat",
            "du",
            "df",
            "tree",
            "hostname",
            "nproc",
            "find",
            "type",
            "export",
            "set",
            "cd",
            ":",
            "exit",
            "return",
            "ps",
            "sha256sum",
            "md5sum",
            "tr",
            "cut",
            "xdg-open",
            "open",
            "start",
            "mktemp",
            "kill",
            "wait",
            "trap",
            "local",
            "declare",
            "unset",
            "read",
            "shift",
            "source",
            ".",
        ],
    ),
    Tool::new("download", &["curl"])
        .value_flags(&["-o", "--output", "--output-dir"])
        .touches(&[fetched(&[Mover::Flag("-o"), Mover::Flag("--output")])]),
    Tool::new("download", &["wget"])
        .value_flags(&["-O", "--output-document", "-P"])
        .touches(&[fetched(&[Mover::Flag("-O"), Mover::Flag("--output-document")])]),
    Tool::new("download", &["urlretrieve"]).touches(&[fetched(&[Mover::Word(1)])]),
    Tool::new("rm", &["rm", "rmdir", "unlink"]).more("deletes what is given", removes),
    Tool::new("mkdir", &["mkdir", "chmod", "chown"]),
    Tool::new("cp", &["cp", "mv", "install", "ln", "rsync"]).more("reads what is given, writes the last", copies),
    Tool::new("touch", &["touch"]).more("writes what is given", writes),
];

const fn fetched(moved_by: &'static [Mover]) -> Touch {
    Touch::writes_to(moved_by).role(Role::Fetched)
}

fn removes(call: &Call<'_>, out: &mut Out<'_>) {
    for path in call.positional(&[]) {
        out.path("rm", path, Access::Delete, Sharing::Exclusive, super::role_of_path(path), true, "");
    }
}

fn writes(call: &Call<'_>, out: &mut Out<'_>) {
    for path in call.positional(&[]) {
        out.path("touch", path, Access::Write, Sharing::Exclusive, super::role_of_path(path), true, "");
    }
}

fn copies(call: &Call<'_>, out: &mut Out<'_>) {
    let paths = call.positional(&["-t", "-m", "-o", "-g"]);
    let Some((target, sources)) = paths.split_last() else { return };
    for path in sources {
        out.path(call.program, path, Access::Read, Sharing::Safe, super::role_of_path(path), true, "");
        if call.program == "mv" {
            out.path("mv", path, Access::Delete, Sharing::Exclusive, super::role_of_path(path), true, "");
        }
    }
    out.path(call.program, target, Access::Write, Sharing::Exclusive, super::role_of_path(target), true, "");
}
