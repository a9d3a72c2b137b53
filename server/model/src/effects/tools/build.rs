//! Builders of wheels, archives and programs, and what looks at their products.

use crate::effects::call::{Call, Out};
use crate::effects::catalogue::{Mover, Tool, Touch};
use crate::effects::{Access, Role, SessionKind, Sharing, install};

const fn tool(name: &'static str, programs: &'static [&'static str]) -> Tool {
    Tool::new(name, programs).kind(SessionKind::Build)
}

const fn dist(moved_by: &'static [Mover], cure: &'static str) -> Touch {
    Touch::writes("dist").role(Role::Package).moved_by(moved_by).cure(cure)
}

const OUTDIR: &[Mover] = &[Mover::Flag("-o"), Mover::Flag("--outdir")];
const OUT_DIR: &[Mover] = &[Mover::Flag("-o"), Mover::Flag("--out-dir")];

pub(super) const TOOLS: &[Tool] = &[
    // `dist/`, and the backend's own writes, which `--outdir` does not move (measured with build 1.6.1).
    tool("python -m build", &["build", "pyproject-build"])
        .touches(&[Touch::sources(), dist(OUTDIR, "`--outdir FOLDER`")])
        .more(BACKEND, backend),
    tool("setup.py sdist", &["setup.py"])
        .sub(&["sdist", "bdist_wheel", "bdist", "build"])
        .touches(&[Touch::sources()])
        .more(SETUP_PY, setup_py),
    tool("setup.py develop", &["setup.py"])
        .sub(&["develop", "install", "egg_info", "build_ext", "build_py", "bdist_egg"])
        .touches(&[Touch::sources()])
        .more(SETUP_PY, setup_py),
    tool("pip wheel", &["pip", "pip3"])
        .sub(&["wheel"])
        .touches(&[
            Touch::sources(),
            Touch::writes(".")
                .role(Role::Package)
                .moved_by(&[Mover::Flag("-w"), Mover::Flag("--wheel-dir")])
                .cure("`-w FOLDER`"),
        ])
        .more(BACKEND, backend),
    tool("hatch build", &["hatch", "hatchling"])
        .sub(&["build"])
        .touches(&[Touch::sources(), dist(&[Mover::Word(0)], "a folder as argument")])
        .more(BACKEND, backend),
    tool("flit build", &["flit"]).sub(&["build"]).touches(&[Touch::sources(), dist(&[], "")]),
    tool("poetry build", &["poetry"])
        .sub(&["build"])
        .touches(&[Touch::sources(), dist(&[Mover::Flag("-o"), Mover::Flag("--output")], "`-o FOLDER`")]),
    tool("pdm build", &["pdm"])
        .sub(&["build"])
        .touches(&[Touch::sources(), dist(&[Mover::Flag("-d"), Mover::Flag("--dest")], "`-d FOLDER`")])
        .more(BACKEND, backend),
    tool("uv build", &["uv"])
        .sub(&["build"])
        .touches(&[Touch::sources(), dist(OUT_DIR, "`-o FOLDER`")])
        .more(BACKEND, backend),
    // cargo's lock makes a second one wait.
    tool("maturin build", &["maturin"]).touches(&[
        Touch::sources(),
        Touch::cache("target", Sharing::Benign).moved_by(&[Mover::Env("CARGO_TARGET_DIR")]),
        Touch::writes("target/wheels")
            .role(Role::Package)
            .moved_by(&[Mover::Flag("-o"), Mover::Flag("--out")])
            .cure("`-o FOLDER`"),
    ]),
    tool("cibuildwheel", &["cibuildwheel"]).touches(&[
        Touch::sources(),
        Touch::writes("wheelhouse")
            .role(Role::Package)
            .moved_by(&[Mover::Flag("--output-dir")])
            .cure("`--output-dir FOLDER`"),
    ]),
    // After the builders.
    tool("twine check", &["twine"])
        .sub(&["check"])
        .touches(&[Touch::reads("dist").role(Role::Package).moved_by(&[Mover::Word(0)])]),
    tool("check-wheel-contents", &["check-wheel-contents", "abi3audit", "pydistcheck", "wheel-inspect"])
        .touches(&[Touch::reads("dist").role(Role::Package).moved_by(&[Mover::Word(0)])]),
    tool("auditwheel", &["auditwheel", "delocate-wheel", "delocate", "delvewheel"]).touches(&[
        Touch::reads("dist").role(Role::Package),
        Touch::writes("wheelhouse")
            .role(Role::Package)
            .moved_by(&[Mover::Flag("-w"), Mover::Flag("--wheel-dir")])
            .cure("`-w FOLDER`"),
    ]),
    // `build/`, `dist/`, `*.spec`: the same `dist` as a wheel builder's (measured with 6.22.3).
    tool("pyinstaller", &["pyinstaller"]).touches(&[
        Touch::sources(),
        Touch::writes("build").role(Role::BuildTree).moved_by(&[Mover::Flag("--workpath")]).cure("`--workpath FOLDER`"),
        dist(&[Mover::Flag("--distpath")], "`--distpath FOLDER`"),
    ]),
    tool("nuitka", &["nuitka", "nuitka3"]).touches(&[
        Touch::sources(),
        Touch::writes("*.dist")
            .role(Role::Package)
            .moved_by(&[Mover::Flag("--output-dir")])
            .cure("`--output-dir FOLDER`"),
        Touch::writes("*.build")
            .role(Role::BuildTree)
            .moved_by(&[Mover::Flag("--output-dir")])
            .cure("`--output-dir FOLDER`"),
    ]),
    tool("shiv", &["shiv", "pex", "zipapp", "briefcase", "cxfreeze"])
        .touches(&[
            Touch::sources(),
            Touch::writes_to(&[Mover::Flag("-o"), Mover::Flag("--output-file"), Mover::Flag("--output")])
                .role(Role::Package)
                .cure("`-o FILE`"),
        ])
        .more(BACKEND, backend),
];

/// See [`backend`].
pub(super) const BACKEND: &str = "writes what the build backend leaves in the tree";

/// The writes of the project's build backend in the tree.
pub(super) fn backend(call: &Call<'_>, out: &mut Out<'_>) {
    // Without `--wheel` the wheel is built from the unpacked archive, elsewhere; only metadata lands in the tree.
    let in_tree_wheel = call.has("--wheel") || call.has("-w") || call.program.starts_with("pip");
    install::backend_writes(!in_tree_wheel, out);
}

/// See [`setup_py`].
const SETUP_PY: &str = "writes `dist` (`-d`, `--dist-dir`) with `sdist` and `bdist…`, `build` with `bdist…`, `build…` and \
    `install`, `*.egg-info`";

/// Whatever the settings say: it is setuptools itself (measured with 84.2.1). Its subcommands may follow each other.
fn setup_py(call: &Call<'_>, out: &mut Out<'_>) {
    let any = |starts: &[&str]| call.words.iter().any(|word| starts.iter().any(|start| word.starts_with(start)));
    let mut write = |path: &str, role, is_explicit, cure: &str| {
        out.path("setup.py", path, Access::Write, Sharing::Exclusive, role, is_explicit, cure);
    };
    if any(&["sdist", "bdist"]) {
        let folder = call.value("-d").or_else(|| call.value("--dist-dir"));
        write(folder.unwrap_or("dist"), Role::Package, folder.is_some(), "`-d FOLDER`");
    }
    if any(&["bdist", "build", "install"]) {
        write("build", Role::BuildTree, false, "");
    }
    write("*.egg-info", Role::BuildTree, false, "");
}
