//! The catalogue: one file a family of tools, one row a command. A new row needs a line in its family's `TOOLS`; a new
//! family a file and a line in [`FAMILIES`].
//!
//! "Measured" in a row's comment: the command was run on a fresh copy of a small project with a private home, and the
//! tree compared before and after. Versions: Python 3.11.7, coverage 7.17.3, pytest 9.2.0, pytest-cov 7.1.0, tox 4.67.15,
//! build 1.6.1, uv 0.13.9, pip 26.3, hatch 1.18.2, ruff 0.17.6, black 26.10.1, mypy 2.4.1, ty 0.0.105, pyrefly 1.4.1,
//! sphinx 9.0.4, mkdocs 1.6.1, zensical 0.0.73, robotframework 7.5, behave 1.3.3, pre-commit 4.7.0, towncrier 26.9.0,
//! commitizen 4.19.3, pyinstaller 6.22.3, docformatter 1.7.8, pyupgrade 3.22.0, nbconvert 7.17.2, asv 0.6.6.

mod bench;
mod build;
mod coverage;
mod docs;
mod format;
mod generate;
mod git;
mod harmless;
mod lint;
mod lock;
mod other_languages;
mod pytest;
mod python;
mod release;
mod security;
mod services;
mod testers;
mod typecheck;

use std::sync::LazyLock;

use facts::project::ProjectFacts;
use rustc_hash::FxHashMap;

use super::Role;
use super::call::{Call, Out};
use super::catalogue::{Mover, Tool};

/// All families, each with its title. Of rows with the same program the first that matches counts.
pub(super) static FAMILIES: [(&str, &[Tool]); 18] = [
    ("coverage.py", coverage::TOOLS),
    ("pytest", pytest::TOOLS),
    ("Other test runners", testers::TOOLS),
    ("Benchmarks and profilers", bench::TOOLS),
    ("Type checkers", typecheck::TOOLS),
    ("Linters", lint::TOOLS),
    ("Formatters and fixers", format::TOOLS),
    ("Security", security::TOOLS),
    ("Builders", build::TOOLS),
    ("Documentation", docs::TOOLS),
    ("Releases", release::TOOLS),
    ("git", git::TOOLS),
    ("Lock files and the project's environment", lock::TOOLS),
    ("Python's own modules", python::TOOLS),
    ("Services", services::TOOLS),
    ("Generators", generate::TOOLS),
    ("Other languages", other_languages::TOOLS),
    ("The shell", harmless::TOOLS),
];

/// The row for `call`, if the catalogue knows it.
pub(super) fn find(call: &Call<'_>, project: &ProjectFacts) -> Option<&'static Tool> {
    static BY_PROGRAM: LazyLock<FxHashMap<&'static str, Vec<&'static Tool>>> = LazyLock::new(|| {
        let mut map: FxHashMap<&'static str, Vec<&'static Tool>> = FxHashMap::default();
        for tool in FAMILIES.iter().flat_map(|(_, family)| family.iter()) {
            for program in tool.programs {
                map.entry(program).or_default().push(tool);
            }
        }
        map
    });
    let program = if super::wrappers::is_python(call.program) { "python" } else { call.program };
    BY_PROGRAM.get(program)?.iter().copied().find(|tool| tool.matches(call, project))
}

/// Variables that move what some tool touches: those that rows name, and those that pytest's and pre-commit's functions
/// read.
pub(crate) fn variables() -> &'static [&'static str] {
    static ALL: LazyLock<Vec<&'static str>> = LazyLock::new(|| {
        let rows = FAMILIES.iter().flat_map(|(_, family)| family.iter());
        let movers = rows.flat_map(|tool| tool.touches).flat_map(|touch| touch.moved_by);
        let named = movers.filter_map(|mover| match mover {
            Mover::Env(name) => Some(*name),
            _ => None,
        });
        let mut all: Vec<&'static str> = named.chain(["PYTEST_ADDOPTS", "TESTMON_DATAFILE", "SKIP"]).collect();
        all.sort_unstable();
        all.dedup();
        all
    });
    &ALL
}

/// What `uv run` and `uv sync` do to the project's environment.
pub(super) fn add_project_environment(out: &mut Out<'_>) {
    let call = Call { program: "uv", words: vec!["sync"] };
    if let Some(tool) = find(&call, out.project) {
        out.add_row(tool, &call);
    }
}

/// What a path is, by its name.
pub(super) fn role_of_path(path: &str) -> Role {
    let name = path.trim_end_matches('/').rsplit('/').next().unwrap_or(path);
    let first = path.trim_start_matches("./").split('/').next().unwrap_or(path);
    if name == ".coverage" || name.starts_with(".coverage.") && name != ".coveragerc" {
        Role::CoverageData
    } else if matches!(first, "dist" | "wheelhouse") || name.ends_with(".whl") {
        Role::Package
    } else if path.split('/').any(|part| part == "_build") {
        Role::Docs
    } else if matches!(name, "htmlcov" | "coverage.xml" | "coverage.json" | "coverage.lcov" | "junit.xml") {
        Role::Report
    } else if matches!(name, "build" | ".pdm-build") || name.ends_with(".egg-info") {
        Role::BuildTree
    } else if name.starts_with('.') && name.ends_with("_cache") || name == "__pycache__" {
        Role::Cache
    } else if name.starts_with("requirements")
        || name.ends_with(".lock")
        || name.starts_with("constraints")
        || first == "requirements"
    {
        Role::Lock
    } else {
        Role::Other
    }
}
