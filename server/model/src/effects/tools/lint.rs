//! Linters that only read. Fixers among them are in `format`.

use facts::project::Hook;

use crate::effects::call::{Call, Out, UNREADABLE};
use crate::effects::catalogue::{Mover, Tool, Touch};
use crate::effects::{Access, Resource, Role, SessionKind, Sharing};

const fn tool(name: &'static str, programs: &'static [&'static str]) -> Tool {
    Tool::new(name, programs).kind(SessionKind::Lint)
}

const DROP_FIX: &str = "run it first and alone, or without `--fix` in CI";

/// `.ruff_cache`: written atomically, one folder a version (measured with 0.17.6).
pub(super) const RUFF_CACHE: Touch =
    Touch::cache(".ruff_cache", Sharing::Safe).not_with(&["--no-cache", "-n"]).moved_by(&[
        Mover::Flag("--cache-dir"),
        Mover::Env("RUFF_CACHE_DIR"),
        Mover::Setting("[tool.ruff] cache-dir", |it| it.ruff_cache_dir.as_deref()),
    ]);

const RUFF_REPORT: Touch =
    Touch::writes_to(&[Mover::Flag("--output-file"), Mover::Flag("-o")]).role(Role::Report).cure("`-o FILE`");

pub(super) const TOOLS: &[Tool] = &[
    tool("ruff check --fix", &["ruff"]).sub(&["check"]).with(&["--fix", "--fix-only"]).without(&["--diff"]).touches(&[
        Touch::sources(),
        Touch::mutates(DROP_FIX),
        RUFF_CACHE,
        RUFF_REPORT,
    ]),
    // `fix = true` in the settings makes the plain command a fixer.
    tool("ruff check", &["ruff"])
        .sub(&["check"])
        .when("[tool.ruff] fix", |it| it.ruff_fix)
        .without(&["--no-fix", "--diff"])
        .touches(&[
            Touch::sources(),
            Touch::mutates("`--no-fix` in CI, or run it first and alone"),
            RUFF_CACHE,
            RUFF_REPORT,
        ]),
    tool("ruff check", &["ruff"]).sub(&["check"]).touches(&[Touch::sources(), RUFF_CACHE, RUFF_REPORT]),
    tool("flake8", &["flake8", "flake8p", "pflake8", "pyproject-flake8"]).touches(&[
        Touch::sources(),
        Touch::writes_to(&[Mover::Flag("--output-file")])
            .role(Role::Report)
            .cure("`--output-file` with a path of its own"),
    ]),
    // Statistics of the last run go to the home cache only.
    tool("pylint", &["pylint"]).touches(&[
        Touch::sources(),
        Touch::writes_to(&[Mover::Flag("--output")]).role(Role::Report).cure("`--output` with a path of its own"),
    ]),
    // `interrogate`, `radon`, `xenon`, `lizard`: stdout only (measured).
    tool(
        "radon",
        &["radon", "xenon", "interrogate", "lizard", "wily", "pydocstyle", "pycodestyle", "pyflakes", "mccabe"],
    )
    .touches(&[Touch::sources()]),
    tool(
        "deptry",
        &[
            "deptry",
            "validate-pyproject",
            "yamllint",
            "doc8",
            "rstcheck",
            "proselint",
            "darglint",
            "pydoclint",
            "numpydoc",
            "rst-lint",
            "restructuredtext-lint",
        ],
    )
    .touches(&[Touch::sources()]),
    tool("lint-imports", &["lint-imports", "import-linter"]).touches(&[
        Touch::sources(),
        Touch::cache(".import_linter_cache", Sharing::Benign)
            .not_with(&["--no-cache"])
            .moved_by(&[Mover::Flag("--cache-dir")]),
    ]),
    tool("codespell", &["codespell"]).without(&["-w", "--write-changes"]).touches(&[Touch::sources()]),
    tool(
        "check",
        &[
            "slotscheck",
            "pyproject-parser",
            "reuse",
            "sp-repo-review",
            "repo-review",
            "check-jsonschema",
            "zizmor",
            "actionlint",
            "ansible-lint",
            "sqlfluff lint",
            "shellcheck",
            "hadolint",
            "vale",
            "typos",
            "lychee",
            "linkchecker",
            "fawltydeps",
            "mdl",
            "curlylint",
            "griffe",
            "griffecli",
            "amigpl",
            "readme-renderer",
        ],
    )
    .touches(&[Touch::sources()]),
    // Builds the package to look at it: the backend's writes are added by `build`'s function.
    tool("pyroma", &["pyroma", "check-manifest"])
        .touches(&[Touch::sources()])
        .more(super::build::BACKEND, super::build::backend),
    // What the hooks do is in `.pre-commit-config.yaml`; most lists have a fixer. Its own cache has a lock.
    tool("pre-commit", &["pre-commit", "prek"]).sub(&[
        "install",
        "install-hooks",
        "autoupdate",
        "clean",
        "gc",
        "--version",
        "uninstall",
    ]),
    tool("pre-commit", &["pre-commit", "prek"])
        .touches(&[Touch::sources()])
        .more("rewrites sources if one of the hooks does, or nobody knows them", hooks),
];

/// Hooks rewrite files: those of the list, or the one that is named. Without a list nobody knows that they do not.
fn hooks(call: &Call<'_>, out: &mut Out<'_>) {
    const VALUES: &[&str] = &["--hook-stage", "--from-ref", "-s", "--to-ref", "-o", "-c", "--config", "--files"];
    let named = call.positional(VALUES).get(1).copied().filter(|word| *word != UNREADABLE);
    let skipped: Vec<&str> = out.env.get("SKIP").unwrap_or_default().split(',').map(str::trim).collect();
    let Some(hooks) = &out.project.hooks else {
        return rewrites("its hooks may rewrite files", out);
    };
    let is_meant = |hook: &&Hook| {
        let is_it = |name: &str| hook.id == name || hook.alias.as_deref() == Some(name);
        named.is_none_or(is_it) && !skipped.iter().any(|name| is_it(name))
    };
    let found = hooks.iter().filter(is_meant).find(|hook| hook.rewrites).map(|hook| hook.id.clone());
    if let Some(id) = found {
        rewrites(&format!("its hook `{id}` may rewrite files"), out);
    }
}

fn rewrites(why: &str, out: &mut Out<'_>) {
    let cure = format!("run it first and alone, or in a job of its own: {why}");
    out.push("pre-commit", Resource::Sources, Access::Mutate, Sharing::Exclusive, Role::Other, false, &cure);
}
