//! What installing into a session's environment does to the source tree: that depends on the build backend.

use super::call::{Call, Out, UNREADABLE};
use super::{Access, Resource, Role, Sharing, tools};

const CURE: &str = "build one wheel first and install that, or use a build backend that does not write into the tree";

/// Whether the command installs: `pip install`, `uv pip install`.
pub(super) fn is_installer(call: &Call<'_>) -> bool {
    match call.program {
        "pip" | "pip3" => call.words.first() == Some(&"install"),
        "uv" => call.words.first() == Some(&"pip") && matches!(call.words.get(1), Some(&"install" | &"sync")),
        "flit" | "maturin" => matches!(call.words.first(), Some(&"install" | &"develop")),
        "poetry" | "pdm" => matches!(call.words.first(), Some(&"install" | &"sync")),
        _ => false,
    }
}

/// Adds an installer's command.
pub(super) fn add_command(call: &Call<'_>, out: &mut Out<'_>) {
    match call.program {
        "poetry" | "pdm" | "flit" | "maturin" => {
            if !call.has("--no-root") && !call.has("--no-self") {
                out.push("install", Resource::Sources, Access::Read, Sharing::Safe, Role::Other, false, "");
                backend_writes(call.program != "flit", out);
            }
        }
        "uv" => add(call.words.get(2..).unwrap_or_default(), out),
        _ => add(call.words.get(1..).unwrap_or_default(), out),
    }
}

/// Adds `session.install(…)` with these arguments.
pub(super) fn add(args: &[&str], out: &mut Out<'_>) {
    let mut words = args.iter().copied().peekable();
    let mut installs_tree = None;
    while let Some(word) = words.next() {
        let is_editable =
            matches!(word, "-e" | "--editable") || word.starts_with("-e.") || word.starts_with("--editable=");
        let target = match word {
            "-r" | "--requirement" | "--requirements" | "-c" | "--constraint" | "--constraints" => {
                if let Some(file) = words.next().filter(|file| *file != UNREADABLE) {
                    out.path("install", file, Access::Read, Sharing::Safe, tools::role_of_path(file), true, "");
                }
                continue;
            }
            "-e" | "--editable" => words.next().unwrap_or_default(),
            "--find-links" | "-f" | "--index-url" | "-i" | "--extra-index-url" | "--group" | "--config-settings"
            | "-C" => {
                if let Some(value) = words.next().filter(|_| matches!(word, "--find-links" | "-f")) {
                    out.path("install", value, Access::Read, Sharing::Safe, tools::role_of_path(value), true, "");
                }
                continue;
            }
            word => word.trim_start_matches("--editable=").trim_start_matches("-e"),
        };
        if is_local_tree(target) {
            installs_tree = Some(installs_tree.unwrap_or(false) || is_editable);
            continue;
        }
        // `x.whl[test]`: the wheel with its extras.
        let target =
            target.split_once(".whl[").map_or(target, |(path, _)| target.get(..path.len() + 4).unwrap_or(target));
        if target.ends_with(".whl") || target.ends_with(".tar.gz") || target.starts_with("dist/") {
            out.path("install", target, Access::Read, Sharing::Safe, Role::Package, true, "");
        }
    }
    if let Some(is_editable) = installs_tree {
        out.push("install", Resource::Sources, Access::Read, Sharing::Safe, Role::Other, false, "");
        backend_writes(is_editable, out);
    }
}

/// What a build backend leaves in the source tree.
pub(super) struct Backend {
    /// The first part of `build-backend`.
    pub(super) names: &'static [&'static str],
    /// By `pip install .`.
    pub(super) plain: &'static [(&'static str, Sharing)],
    /// By `pip install -e .`, and where the wheel is built from an unpacked archive elsewhere.
    pub(super) editable: &'static [(&'static str, Sharing)],
}

/// Backends, each run by `tests/catalogue`. The last one is setuptools, and what is not known: most of it wraps setuptools.
pub(super) const BACKENDS: &[Backend] = &[
    // These build outside of the tree; of the last three that is said by their documentation.
    Backend {
        names: &[
            "hatchling",
            "flit_core",
            "poetry",
            "uv_build",
            "scikit_build_core",
            "flit",
            "whey",
            "jupyter_packaging",
        ],
        plain: &[],
        editable: &[],
    },
    Backend {
        names: &["pdm"],
        plain: &[(".pdm-build", Sharing::Exclusive)],
        editable: &[(".pdm-build", Sharing::Exclusive)],
    },
    Backend { names: &["mesonpy"], plain: &[], editable: &[("build/cp*", Sharing::Exclusive)] },
    // cargo's own lock makes the second one wait.
    Backend { names: &["maturin"], plain: &[("target", Sharing::Benign)], editable: &[("target", Sharing::Benign)] },
    Backend {
        names: &["setuptools"],
        plain: &[("build/lib", Sharing::Exclusive), ("*.egg-info", Sharing::Exclusive)],
        editable: &[("*.egg-info", Sharing::Exclusive)],
    },
];

/// What building this project leaves in the tree. Of setuptools 2 of 12 pairs of `pip install .` failed, of hatchling
/// 0 of 12 (measured).
pub(super) fn backend_writes(is_editable: bool, out: &mut Out<'_>) {
    // Without `[build-system]` pip and uv use setuptools.
    let backend = out.project.build_backend.as_deref().unwrap_or("setuptools.build_meta");
    let family = backend.split(['.', ':']).next().unwrap_or_default();
    let Some(backend) = BACKENDS.iter().find(|it| it.names.contains(&family)).or(BACKENDS.last()) else { return };
    for (path, sharing) in if is_editable { backend.editable } else { backend.plain } {
        out.path("install", path, Access::Write, *sharing, Role::BuildTree, false, CURE);
    }
}

fn is_local_tree(target: &str) -> bool {
    let target = target.trim_matches('"');
    let path = target.split('[').next().unwrap_or_default();
    matches!(path, "." | "./" | "..")
        || path.starts_with("./") && !path.ends_with(".whl") && !path.ends_with(".gz")
        || target.contains(" @ .")
}
