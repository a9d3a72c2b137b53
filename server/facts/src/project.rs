//! A project's settings as far as they move the files that tools read and write: `pyproject.toml` and its relatives.

/// What the settings say. Paths are relative to the file's folder.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ProjectFacts {
    /// `[build-system] build-backend`.
    pub build_backend: Option<String>,
    /// `[tool.coverage.run] data_file`.
    pub coverage_data_file: Option<String>,
    /// `[tool.coverage.run] parallel`.
    pub coverage_parallel: bool,
    /// `[tool.coverage.report] fail_under`.
    pub coverage_fail_under: Option<String>,
    /// `[tool.coverage.run] relative_files`.
    pub coverage_relative_files: bool,
    /// `[tool.coverage.xml] output`, `html` `directory`, `json` `output`, by report name.
    pub coverage_outputs: Vec<(String, String)>,
    /// pytest's `addopts`, split into words.
    pub pytest_addopts: Vec<String>,
    /// pytest's `cache_dir`.
    pub pytest_cache_dir: Option<String>,
    /// `[tool.mypy] cache_dir`.
    pub mypy_cache_dir: Option<String>,
    /// `[tool.ruff] cache-dir`.
    pub ruff_cache_dir: Option<String>,
    /// `[tool.ruff] fix = true`: plain `ruff check` rewrites sources.
    pub ruff_fix: bool,
    /// `[tool.noxflow]`, as text, for the settings of the app.
    pub noxflow: Option<String>,
}

/// Reads the file called `name`. What cannot be parsed says nothing.
pub fn read(_name: &str, _text: &str) -> ProjectFacts {
    ProjectFacts::default()
}
