//! Settings of projects: the nearest settings files at or above a folder, merged as the tools read them.

use std::collections::BTreeMap;
use std::sync::Arc;

use facts::project::{self, ProjectFacts, Wheels};

use super::{Input, InputFacts};

/// Settings by folder.
pub(super) struct Projects {
    /// And whether the folder is a project's.
    by_folder: BTreeMap<String, (Arc<ProjectFacts>, bool)>,
}

impl Projects {
    pub(super) fn new(input: &Input) -> Self {
        let mut files: BTreeMap<String, Vec<(usize, &Arc<ProjectFacts>)>> = BTreeMap::new();
        for file in &input.files {
            let InputFacts::Project(facts) = &file.facts else { continue };
            let (folder, name) = file.path.rsplit_once('/').unwrap_or(("", &file.path));
            let place = project::FILES.iter().position(|it| *it == name);
            files.entry(folder.to_owned()).or_default().push((place.unwrap_or_default(), facts));
        }
        let merge = |(folder, mut files): (String, Vec<(usize, &Arc<ProjectFacts>)>)| {
            files.sort_by_key(|(place, _)| *place);
            let merged = match files.as_slice() {
                [(_, only)] => Arc::clone(only),
                files => Arc::new(files.iter().fold(ProjectFacts::default(), |sum, (_, next)| merged(sum, next))),
            };
            let is_main = |place: &usize| project::FILES.get(*place).is_some_and(|name| PROJECT.contains(name));
            let is_project = files.iter().any(|(place, _)| is_main(place));
            (folder, (merged, is_project))
        };
        Self { by_folder: files.into_iter().map(merge).collect() }
    }

    /// The settings that hold in `folder`: those of the nearest folder with settings of the project. What files of single
    /// tools below it say (`docs/mkdocs.yml`) goes before.
    pub(super) fn at(&self, folder: &str) -> Arc<ProjectFacts> {
        let mut found: Option<Arc<ProjectFacts>> = None;
        let mut at = folder;
        loop {
            if let Some((facts, is_project)) = self.by_folder.get(at) {
                let facts = match found {
                    Some(below) => Arc::new(merged((*below).clone(), facts)),
                    None => Arc::clone(facts),
                };
                if *is_project {
                    return facts;
                }
                found = Some(facts);
            }
            match at.rsplit_once('/') {
                Some((above, _)) => at = above,
                None if at.is_empty() => return found.unwrap_or_default(),
                None => at = "",
            }
        }
    }
}

/// Files that make a folder a project's.
const PROJECT: [&str; 4] = ["pyproject.toml", "setup.cfg", "tox.ini", ".coveragerc"];

/// `first` with what only `next` says.
fn merged(first: ProjectFacts, next: &ProjectFacts) -> ProjectFacts {
    let list = |a: Vec<_>, b: &Vec<_>| if a.is_empty() { b.clone() } else { a };
    ProjectFacts {
        build_backend: first.build_backend.or_else(|| next.build_backend.clone()),
        wheels: if first.wheels == Wheels::Unknown { next.wheels } else { first.wheels },
        coverage_data_file: first.coverage_data_file.or_else(|| next.coverage_data_file.clone()),
        coverage_parallel: first.coverage_parallel || next.coverage_parallel,
        coverage_fail_under: first.coverage_fail_under.or_else(|| next.coverage_fail_under.clone()),
        coverage_relative_files: first.coverage_relative_files || next.coverage_relative_files,
        coverage_outputs: list(first.coverage_outputs, &next.coverage_outputs),
        pytest_addopts: if first.pytest_addopts.is_empty() {
            next.pytest_addopts.clone()
        } else {
            first.pytest_addopts
        },
        pytest_cache_dir: first.pytest_cache_dir.or_else(|| next.pytest_cache_dir.clone()),
        mypy_cache_dir: first.mypy_cache_dir.or_else(|| next.mypy_cache_dir.clone()),
        ruff_cache_dir: first.ruff_cache_dir.or_else(|| next.ruff_cache_dir.clone()),
        ruff_fix: first.ruff_fix || next.ruff_fix,
        mkdocs_site: first.mkdocs_site.or_else(|| next.mkdocs_site.clone()),
        robot_output: first.robot_output.or_else(|| next.robot_output.clone()),
        behave_junit: first.behave_junit.or_else(|| next.behave_junit.clone()),
        hooks: first.hooks.or_else(|| next.hooks.clone()),
        noxflow: first.noxflow.or_else(|| next.noxflow.clone()),
    }
}
