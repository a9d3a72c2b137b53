//! Type checkers.

use crate::effects::catalogue::{Mover, Tool, Touch};
use crate::effects::{Role, SessionKind, Sharing};

const fn tool(name: &'static str, programs: &'static [&'static str]) -> Tool {
    Tool::new(name, programs).kind(SessionKind::Typecheck)
}

pub(super) const TOOLS: &[Tool] = &[
    // Installs missing stubs into the environment as well; the cache is safe, other flags waste it.
    tool("mypy", &["mypy"]).touches(&[
        Touch::sources(),
        Touch::cache(".mypy_cache", Sharing::Benign)
            .moved_by(&[
                Mover::Flag("--cache-dir"),
                Mover::Env("MYPY_CACHE_DIR"),
                Mover::Setting("[tool.mypy] cache_dir", |it| it.mypy_cache_dir.as_deref()),
            ])
            .cure("`--cache-dir FOLDER`"),
        Touch::writes_to(&[Mover::Flag("--junit-xml")]).role(Role::Report).cure("`--junit-xml` with a path of its own"),
        Touch::writes_to(&[Mover::Flag("--html-report")])
            .role(Role::Report)
            .cure("`--html-report` with a path of its own"),
        Touch::writes_to(&[Mover::Flag("--xml-report")])
            .role(Role::Report)
            .cure("`--xml-report` with a path of its own"),
        Touch::writes_to(&[Mover::Flag("--cobertura-xml-report")]).role(Role::Report),
        Touch::writes_to(&[Mover::Flag("--txt-report")]).role(Role::Report),
    ]),
    // One daemon and one status file a tree.
    tool("dmypy", &["dmypy"]).touches(&[
        Touch::sources(),
        Touch::writes(".dmypy.json").moved_by(&[Mover::Flag("--status-file")]).cure("`--status-file FILE`"),
    ]),
    // Runs mypy, with its cache (measured).
    tool("stubtest", &["stubtest", "mypy.stubtest"]).touches(&[
        Touch::sources(),
        Touch::cache(".mypy_cache", Sharing::Benign).moved_by(&[Mover::Env("MYPY_CACHE_DIR")]),
    ]),
    tool("pyright", &["pyright", "basedpyright"]).touches(&[Touch::sources()]),
    tool("ty --fix", &["ty"])
        .with(&["--fix", "--add-ignore"])
        .touches(&[Touch::sources(), Touch::mutates("run it first and alone")]),
    tool("pyrefly infer", &["pyrefly"])
        .sub(&["infer", "suppress"])
        .touches(&[Touch::sources(), Touch::mutates("run it first and alone")]),
    // ty 0.0.105 and pyrefly 1.4.1 write nothing (measured).
    tool("ty", &["ty"]).touches(&[Touch::sources()]),
    tool("pyrefly", &["pyrefly"]).touches(&[Touch::sources()]),
    tool("pytype", &["pytype", "pytype-single"]).touches(&[
        Touch::sources(),
        Touch::writes(".pytype")
            .role(Role::Cache)
            .moved_by(&[Mover::Flag("-o"), Mover::Flag("--output")])
            .cure("`-o FOLDER`"),
    ]),
    tool("pyre", &["pyre"]).touches(&[Touch::sources(), Touch::cache(".pyre", Sharing::Exclusive)]),
    tool("typeguard", &["typeguard", "beartype"]).touches(&[Touch::sources()]),
];
