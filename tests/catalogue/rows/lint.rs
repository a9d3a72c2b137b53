//! Linters.

use crate::command::{Proof, run};

/// Two hooks, one of which rewrites.
const HOOKS: &[(&str, &str)] = &[(
    ".pre-commit-config.yaml",
    "repos:\n- repo: local\n  hooks:\n  - id: black\n    name: black\n    entry: black\n    language: system\n    types: [python]\n  - id: flake8\n    name: flake8\n    entry: flake8 --exit-zero\n    language: system\n    types: [python]\n",
)];

pub(super) const COMMANDS: &[Proof] = &[
    run("ruff check").exit(1),
    run("ruff check --cache-dir caches/ruff").exit(1),
    run("ruff check --no-cache").exit(1),
    run("ruff check").exit(1).env(&[("RUFF_CACHE_DIR", "caches/ruff")]),
    run("ruff check").exit(1).files(&[("ruff.toml", "cache-dir = \"caches/ruff\"\n")]),
    run("ruff check --output-file=out.txt").exit(1),
    run("ruff check -o out.txt").exit(1),
    run("ruff check --fix").exit(1),
    run("ruff check --fix-only"),
    run("ruff check --fix --diff").exit(1),
    run("ruff check").exit(1).files(&[("ruff.toml", "fix = true\n")]),
    run("ruff check --no-fix").exit(1).files(&[("ruff.toml", "fix = true\n")]),
    run("flake8 demo").exit(1),
    run("flake8 --output-file=out.txt demo").exit(1),
    run("pylint --exit-zero demo"),
    run("pylint --exit-zero --output=out.txt demo"),
    run("radon cc demo"),
    run("xenon --max-absolute B demo"),
    run("interrogate demo"),
    run("lizard demo"),
    run("pycodestyle demo").exit(1),
    run("pyflakes demo").exit(1),
    run("deptry .").exit(1),
    run("validate-pyproject pyproject.toml"),
    run("yamllint mkdocs.yml"),
    run("doc8 docs"),
    run("rstcheck docs/index.rst"),
    run("lint-imports"),
    run("lint-imports --cache-dir caches/imports"),
    run("lint-imports --no-cache"),
    run("codespell demo").exit(65),
    run("pyroma .").exit(2).files(SETUPTOOLS),
    run("check-manifest --no-build-isolation").files(SETUPTOOLS),
    run("pre-commit run --all-files").exit(1).files(HOOKS),
    run("pre-commit run flake8 --all-files").files(HOOKS),
    run("pre-commit run --all-files").files(HOOKS).env(&[("SKIP", "black")]),
    run("pre-commit install-hooks").files(HOOKS),
];

pub(super) const SETUPTOOLS: &[(&str, &str)] = &[
    (
        "pyproject.toml",
        "[build-system]\nrequires = [\"setuptools\"]\nbuild-backend = \"setuptools.build_meta\"\n\n[project]\nname = \"demo\"\nversion = \"1.0.0\"\n\n[tool.setuptools]\npackages = [\"demo\"]\n",
    ),
    ("MANIFEST.in", "graft .\nglobal-exclude *.py[cod]\n"),
];
