//! Benchmarks and profilers.

use crate::command::{Proof, run};

/// As `asv quickstart` writes it.
const ASV: &[(&str, &str)] = &[
    (
        "asv.conf.json",
        "{\"version\": 1, \"project\": \"demo\", \"repo\": \".\", \"branches\": [\"main\"], \"environment_type\": \"existing\", \"results_dir\": \".asv/results\", \"env_dir\": \".asv/env\"}\n",
    ),
    ("benchmarks/speed.py", "def time_sum():\n    sum([1, 2])\n"),
    ("benchmarks/__init__.py", "\n"),
];

pub(super) const COMMANDS: &[Proof] = &[
    run("python -m cProfile -o out.prof demo/main.py").env(&[("PYTHONPATH", ".")]),
    run("python -m cProfile demo/main.py").env(&[("PYTHONPATH", ".")]),
    run("python -m trace --count -C out demo/main.py").env(&[("PYTHONPATH", ".")]),
    run("asv run --quick --python=same --machine here --set-commit-hash HEAD")
        .files(ASV)
        .after(&["asv machine --yes --machine here"]),
];
