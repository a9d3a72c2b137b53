//! `.pre-commit-config.yaml`: which hooks a project has, and which of them may rewrite files.
//!
//! What a hook does is in a repository of its own; it is told by its id and arguments. A hook that is not known here is
//! taken to rewrite.

use syntax::yaml::Node;
use syntax::{Document, Language};

/// One hook.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hook {
    /// Its id: `ruff-format`.
    pub id: String,
    /// Its alias, by which it can be called as well.
    pub alias: Option<String>,
    /// Whether it may rewrite files.
    pub rewrites: bool,
}

/// Hooks that only look, whatever their arguments: those of pre-commit-hooks 6, pygrep-hooks and well-known tools.
const LOOK: &[&str] = &[
    "actionlint",
    "bandit",
    "debug-statements",
    "deptry",
    "detect-aws-credentials",
    "detect-private-key",
    "destroyed-symlinks",
    "disallow-caps",
    "doc8",
    "flake8",
    "forbid-new-submodules",
    "forbid-submodules",
    "gitleaks",
    "hadolint",
    "hadolint-docker",
    "interrogate",
    "lychee",
    "mypy",
    "name-tests-test",
    "no-commit-to-branch",
    "poetry-check",
    "pydocstyle",
    "pylint",
    "pyrefly-check",
    "pyrefly-typecheck-system",
    "pyright",
    "basedpyright",
    "rst-backticks",
    "rst-directive-colons",
    "rst-inline-touching-normal",
    "shellcheck",
    "sp-repo-review",
    "taplo-lint",
    "text-unicode-replacement-char",
    "ty",
    "validate-pyproject",
    "vulture",
    "yamllint",
    "zizmor",
    "commitizen",
    "gitlint",
    "pyroma",
    "reuse",
    "reuse-lint-file",
    "uv-lock-check",
    "codespell",
    "blocklint",
    "relint",
    "rstcheck",
    "xenon",
    "radon",
    "semgrep",
    "trufflehog",
    "fawltydeps",
    "import-linter",
];

/// Hooks that rewrite unless they are given one of these arguments.
const CHECK: &[&str] = &["--check", "--check-only", "--diff", "--dry-run", "--no-fix"];

/// Hooks that look unless they are given one of these.
const FIX: &[&str] =
    &["--fix", "--fix-only", "--write-changes", "-w", "--in-place", "-i", "--autofix", "--unsafe-fixes"];

/// The hooks of the file; `None` for one that cannot be read.
pub(super) fn read(text: &str) -> Option<Vec<Hook>> {
    let document = Document::new(Language::Yaml, text.to_owned());
    let root = document.yaml().roots.first()?;
    let repositories = root.get("repos")?.sequence()?;
    let hooks = repositories.items.iter().filter_map(|item| item.value.get("hooks")?.sequence());
    Some(hooks.flat_map(|hooks| &hooks.items).filter_map(|item| hook(&item.value)).collect())
}

/// The text at a key of a file's top level.
pub(super) fn top_level(text: &str, key: &str) -> Option<String> {
    let document = Document::new(Language::Yaml, text.to_owned());
    Some(document.yaml().roots.first()?.get(key)?.str()?.to_owned())
}

fn hook(node: &Node) -> Option<Hook> {
    let text = |key: &str| node.get(key).and_then(Node::str);
    let id = text("id")?;
    let list = node.get("args").and_then(Node::sequence);
    let mut words: Vec<&str> =
        list.map(|list| list.items.iter().filter_map(|item| item.value.str()).collect()).unwrap_or_default();
    words.extend(text("entry").unwrap_or_default().split_whitespace());
    let has = |flags: &[&str]| words.iter().any(|word| flags.contains(word));
    let looks = LOOK.contains(&id) || id.starts_with("check-") || id.starts_with("python-");
    let rewrites = match id {
        // Its arguments stand instead of those that make it write.
        "typos" => list.is_none() || has(FIX),
        "ruff" | "ruff-check" => has(FIX),
        _ if looks => has(FIX),
        _ => !has(CHECK),
    };
    Some(Hook { id: id.to_owned(), alias: text("alias").map(str::to_owned), rewrites })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hooks_are_told_by_id_and_arguments() {
        let text = "
repos:
  - repo: https://github.com/astral-sh/ruff-pre-commit
    rev: v0.17.0
    hooks:
      - id: ruff-check
        args: [--fix, --show-fixes]
      - id: ruff-format
      - {id: ruff, alias: lint-only}
  - repo: https://github.com/pre-commit/pre-commit-hooks
    hooks:
      - id: check-yaml
      - id: end-of-file-fixer
  - repo: local
    hooks:
      - id: own
        entry: tools/own.py --check
        language: script
      - id: other
        entry: tools/other.py
";
        let hooks = read(text).expect("a list of hooks");
        let said: Vec<String> =
            hooks.iter().map(|hook| format!("{}{}", hook.id, if hook.rewrites { " rewrites" } else { "" })).collect();
        assert_eq!(
            said,
            [
                "ruff-check rewrites",
                "ruff-format rewrites",
                "ruff",
                "check-yaml",
                "end-of-file-fixer rewrites",
                "own",
                "other rewrites"
            ]
        );
        assert_eq!(hooks[2].alias.as_deref(), Some("lint-only"));
    }

    #[test]
    fn what_is_no_list_of_hooks_says_nothing() {
        assert_eq!(read("repos: 3"), None);
        assert_eq!(read(": ["), None);
        assert_eq!(read("repos: []"), Some(Vec::new()));
    }
}
