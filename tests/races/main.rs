//! Hazards, staged: a file a kind, named as in `server/model/src/hazards/`. Each plays two sessions of a small project as
//! real nox processes with real tools, stopped and let on at agreed points, so that they overlap for certain. It shows that
//! noxflow names the hazard, that the overlap does the harm, that with the cure noxflow no longer names it (or knows the
//! order), and that then the same play does no harm.
//!
//! Not staged: `publishes` (nothing is published from a test), and of `shared_service` containers and compose projects
//! (they need an engine; a database stands for them).

mod coverage_consumer_runs_early;
mod deletes_what_others_use;
mod git_writes;
mod in_place_formatter;
mod in_tree_build;
mod port;
mod read_while_written;
mod same_session_twice;
mod shared_basetemp;
mod shared_cache;
mod shared_coverage_data;
mod shared_doctrees;
mod shared_environment;
mod shared_lock_file;
mod shared_output;
mod shared_service;
mod shared_variable;
mod stage;

/// Kinds without a play; the head says why.
const NOT_STAGED: [&str; 1] = ["publishes"];

#[test]
fn every_kind_is_staged_or_said_not_to_be() {
    let names = |folder: &str, others: &[&str]| -> Vec<String> {
        let entries = std::fs::read_dir(noxflow_tests::root().join(folder)).expect("a folder");
        let stems = entries.filter_map(|entry| Some(entry.ok()?.path().file_stem()?.to_str()?.to_owned()));
        let mut names: Vec<String> = stems.filter(|name| !others.contains(&name.as_str())).collect();
        names.sort();
        names
    };
    let kinds = names("server/model/src/hazards", &["pairs", "tests", NOT_STAGED[0]]);
    assert_eq!(names("tests/races", &["main", "stage"]), kinds);
}

/// A package of one module, built by hatchling.
const PACKAGE: &[(&str, &str)] = &[
    (
        "pyproject.toml",
        "[build-system]\nrequires = [\"hatchling\"]\nbuild-backend = \"hatchling.build\"\n\n[project]\nname = \"demo\"\n\
         version = \"1.0\"\nreadme = \"README.md\"\n\n[tool.hatch.build.targets.wheel]\ninclude = [\"demo.py\"]\n",
    ),
    ("demo.py", "x = 1\n"),
    ("README.md", "# Demo\n"),
];

/// The `pyproject.toml` of a package that uv builds with nothing from elsewhere.
fn uv_package(name: &str) -> String {
    format!(
        "[build-system]\nrequires = [\"uv_build\"]\nbuild-backend = \"uv_build\"\n\n[project]\nname = \"{name}\"\n\
         version = \"1.0\"\nrequires-python = \">=3.9\"\n\n[tool.uv.build-backend]\nmodule-root = \"\"\n"
    )
}
