//! Benchmarks and profilers.

use crate::effects::catalogue::{Mover, Tool, Touch};
use crate::effects::{Role, SessionKind};

pub(super) const TOOLS: &[Tool] = &[
    // Results and environments under names from `asv.conf.json`; defaults measured in part with 0.6.6.
    Tool::new("asv", &["asv"])
        .sub(&["run", "continuous", "dev", "quickstart"])
        .kind(SessionKind::Bench)
        .touches(&[Touch::sources(), Touch::writes(".asv").cure("`results_dir` and `env_dir` of its own")]),
    Tool::new("asv", &["asv"]).kind(SessionKind::Bench).touches(&[Touch::reads(".asv")]),
    Tool::new("cProfile", &["cProfile", "profile"])
        .touches(&[Touch::sources(), Touch::writes_to(&[Mover::Flag("-o")]).role(Role::Report).cure("`-o FILE`")]),
    Tool::new("trace", &["trace"]).touches(&[
        Touch::sources(),
        Touch::writes_to(&[Mover::Flag("-C"), Mover::Flag("--coverdir")]).role(Role::Report).cure("`-C FOLDER`"),
    ]),
    Tool::new("pyperf", &["pyperf"]).kind(SessionKind::Bench).touches(&[
        Touch::sources(),
        Touch::writes_to(&[Mover::Flag("-o"), Mover::Flag("--output")]).role(Role::Report).cure("`-o FILE`"),
    ]),
];
