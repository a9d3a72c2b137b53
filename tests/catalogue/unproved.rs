//! Rows that no command here proves: why not, and where their facts are from.

/// What a row of this name rests on, if it is not run.
pub(crate) fn why(name: &str) -> Option<&'static str> {
    WHY.iter().find(|(names, _)| names.contains(&name)).map(|(_, why)| *why)
}

/// All names, to see that none is left over.
pub(crate) fn names() -> impl Iterator<Item = &'static str> {
    WHY.iter().flat_map(|(names, _)| names.iter().copied())
}

const WHY: &[(&[&str], &str)] = &[
    (&["coverage"], "a subcommand that cannot be read: taken for a report, as most are"),
    (&["codecov", "diff-cover"], "asks the network or git's history; their manuals"),
    (&["locust", "playwright install"], "needs browsers or a server; their manuals"),
    (&["asv"], "reads what `asv run` wrote; its manual"),
    (&["pyperf", "pytype", "pyre", "typeguard"], "their manuals"),
    (&["check"], "only look, as their manuals say; each in its own way"),
    (&["ruff"], "the old command line without a subcommand, gone from ruff 0.5"),
    (&["prettier", "prettier --check", "clang-format"], "not on the Python package index; their manuals"),
    (&["ssort", "licenseheaders"], "their manuals"),
    (&["pip-audit", "semgrep"], "asks the network; their manuals"),
    (&["cibuildwheel", "auditwheel"], "needs containers or compiled wheels; their manuals"),
    (&["nuitka", "shiv"], "their manuals"),
    (
        &["sphinx-autobuild", "mkdocs serve", "server", "jupyter lab", "django-admin runserver", "http.server"],
        "serves until it is stopped; their manuals. `tests/races` has two on one port",
    ),
    (
        &[
            "mkdocs gh-deploy",
            "ghp-import",
            "twine upload",
            "publish",
            "gh release",
            "docker push",
            "npm publish",
            "git push",
        ],
        "publishes; their manuals",
    ),
    (&["jupyter-book build", "jupyter-book config", "jupyter-book clean", "pelican", "doxygen"], "their manuals"),
    (&["antsibull-changelog lint", "release-helper"], "their manuals"),
    (&["git fetch"], "needs another repository; its manual"),
    (&["poetry export", "pdm export", "pipenv lock", "conda-lock"], "needs plugins or the network; their manuals"),
    (&["debug"], "prints what is installed"),
    (&["docker compose", "docker run", "docker build"], "needs an engine; its manual"),
    (&["django-admin make"], "with its flag it only looks; its manual"),
    (&["stub generator", "cruft", "cruft check"], "their manuals"),
    (&["npm install", "npm --version"], "needs another registry; its manual"),
    (&["download"], "needs the network; their manuals"),
];
