//! Formatters and fixers: they rewrite what the others read. With their checking flag they only read.

use super::lint::RUFF_CACHE;
use crate::effects::SessionKind;
use crate::effects::catalogue::{Tool, Touch};

const fn tool(name: &'static str, programs: &'static [&'static str]) -> Tool {
    Tool::new(name, programs).kind(SessionKind::Format)
}

const CHECK: &str = "run it first and alone, or with `--check` in CI";
const ALONE: &str = "run it first and alone";
const READ: &[Touch] = &[Touch::sources()];
const REWRITE: &[Touch] = &[Touch::sources(), Touch::mutates(CHECK)];

pub(super) const TOOLS: &[Tool] = &[
    tool("ruff format --check", &["ruff"])
        .sub(&["format"])
        .with(&["--check", "--diff"])
        .touches(&[Touch::sources(), RUFF_CACHE]),
    tool("ruff format", &["ruff"]).sub(&["format"]).touches(&[Touch::sources(), Touch::mutates(CHECK), RUFF_CACHE]),
    // The old command line, without a subcommand.
    tool("ruff", &["ruff"]).with(&["--fix"]).touches(REWRITE),
    Tool::new("ruff", &["ruff"]).touches(&[Touch::sources(), RUFF_CACHE]).kind(SessionKind::Lint),
    // Its cache is in the home, also with `--check` (measured with 26.10.1).
    tool("black --check", &["black"]).with(&["--check", "--diff", "--version"]).touches(READ),
    tool("black", &["black"]).touches(REWRITE),
    tool("isort --check", &["isort"]).with(&["--check", "--check-only", "-c", "--diff", "--df"]).touches(READ),
    tool("isort", &["isort"]).touches(REWRITE),
    tool("autoflake", &["autoflake"]).with(&["--in-place", "-i"]).without(&["--check"]).touches(REWRITE),
    tool("autoflake --check", &["autoflake"]).touches(READ),
    // No dry run; exit status 1 when it changed something (measured with 3.22.0).
    tool(
        "pyupgrade",
        &["pyupgrade", "django-upgrade", "add-trailing-comma", "reorder-python-imports", "absolufy-imports"],
    )
    .touches(&[Touch::sources(), Touch::mutates("")]),
    // Exit status 3 on a change (measured with 1.7.8).
    tool("docformatter", &["docformatter"]).with(&["--in-place", "-i"]).touches(REWRITE),
    tool("docformatter --check", &["docformatter"]).touches(READ),
    tool("codespell -w", &["codespell"])
        .with(&["-w", "--write-changes"])
        .touches(&[Touch::sources(), Touch::mutates("without `-w` in CI, or run it first and alone")]),
    tool("autopep8", &["autopep8"]).with(&["--in-place", "-i"]).touches(REWRITE),
    tool("autopep8 --diff", &["autopep8"]).touches(READ),
    tool("yapf", &["yapf"]).with(&["--in-place", "-i"]).touches(REWRITE),
    tool("yapf --diff", &["yapf"]).touches(READ),
    tool("nbstripout --verify", &["nbstripout"]).with(&["--verify", "--dry-run"]).touches(READ),
    tool("nbstripout", &["nbstripout"])
        .touches(&[Touch::sources(), Touch::mutates("run it first and alone, or with `--verify` in CI")]),
    // Only `--sync` and `--update` rewrite the notebook; else a file beside it appears.
    tool("jupytext", &["jupytext"]).touches(&[Touch::sources(), Touch::mutates(ALONE)]),
    tool("nbqa --nbqa-dont-mutate", &["nbqa"])
        .with(&["--check", "--check-only", "--diff", "--nbqa-diff"])
        .touches(READ),
    tool("nbqa", &["nbqa"]).sub(&["black", "isort", "pyupgrade", "autoflake", "autopep8", "yapf"]).touches(REWRITE),
    tool("nbqa", &["nbqa"]).touches(READ),
    // Prints the result unless `-i` is given (measured with 0.25.0).
    tool("toml-sort -i", &["toml-sort"]).with(&["-i", "--in-place"]).without(&["--check"]).touches(REWRITE),
    tool("toml-sort", &["toml-sort"]).touches(READ),
    tool("document formatter --check", DOCUMENT_FORMATTERS)
        .with(&["--check", "--diff", "-c", "--dry-run"])
        .touches(READ),
    tool("document formatter", DOCUMENT_FORMATTERS).touches(REWRITE),
    tool("djlint", &["djlint"]).with(&["--reformat"]).without(&["--check"]).touches(REWRITE),
    tool("djlint", &["djlint"]).touches(READ),
    tool("prettier", &["prettier"]).with(&["--write", "-w"]).touches(REWRITE),
    tool("prettier --check", &["prettier"]).touches(READ),
    tool("clang-format", &["clang-format"]).with(&["-i"]).without(&["--dry-run", "-n"]).touches(REWRITE),
    tool("clang-format", &["clang-format"]).touches(READ),
    tool("ssort", &["ssort", "unify", "pycln", "unimport", "fixit", "flynt", "com2ann", "refurb"])
        .with(&["--check", "--diff", "--dry-run", "-c", "lint"])
        .touches(READ),
    tool("ssort", &["ssort", "unify", "pycln", "flynt", "com2ann"]).touches(REWRITE),
    // A fake header writer: `reuse` and `licenseheaders` add text to sources.
    tool("licenseheaders", &["licenseheaders", "addlicense"]).touches(&[Touch::sources(), Touch::mutates(ALONE)]),
];

/// mdformat, blacken-docs and pyproject-fmt were measured; the others say so in their documentation.
const DOCUMENT_FORMATTERS: &[&str] = &[
    "mdformat",
    "blacken-docs",
    "pyproject-fmt",
    "taplo",
    "yamlfix",
    "tombi",
    "docstrfmt",
    "rstfmt",
    "yamlfmt",
    "cmake-format",
    "gersemi",
    "black-primer",
    "sqlfmt",
    "doccmd",
];
