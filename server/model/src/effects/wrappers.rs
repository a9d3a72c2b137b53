//! Takes the wrappers off a command: `uv run`, `poetry run`, `python -m`, `env X=Y`, so that the tool itself is seen.

use super::call::{Call, UNREADABLE};

/// Modules whose program has another name.
const MODULES: &[(&str, &str)] = &[
    ("sphinx", "sphinx-build"),
    ("sphinx.cmd.build", "sphinx-build"),
    ("sphinx.ext.apidoc", "sphinx-apidoc"),
    ("sphinx.ext.autosummary.generate", "sphinx-autogen"),
    ("sphinx_autobuild", "sphinx-autobuild"),
    // `jupyter book`, `jupyter lab`.
    ("book", "jupyter-book"),
    ("lab", "jupyter-lab"),
    ("py.test", "pytest"),
    ("pyproject-build", "build"),
    ("pre_commit", "pre-commit"),
    ("pip_audit", "pip-audit"),
    ("piplicenses", "pip-licenses"),
    ("PyInstaller", "pyinstaller"),
    ("pip_tools", "pip-compile"),
    ("piptools", "pip-compile"),
    ("pylint.lint", "pylint"),
    ("grpc_tools.protoc", "protoc"),
    ("doc8.main", "doc8"),
    ("basedpyright", "pyright"),
    ("pytest_cov", "pytest"),
    ("commitizen", "cz"),
    ("bumpversion", "bump2version"),
    ("bump-my-version", "bump2version"),
    ("bumpver", "bump2version"),
    ("cyclonedx_py", "cyclonedx-py"),
];

/// Scripts that are known by their name.
const SCRIPTS: &[&str] = &["setup.py", "manage.py"];

/// Options of wrappers that take the next word.
const WRAPPER_VALUES: &[&str] = &[
    "--with",
    "--with-editable",
    "--with-requirements",
    "--python",
    "-p",
    "--extra",
    "--group",
    "--only-group",
    "--no-group",
    "--from",
    "--spec",
    "--directory",
    "--project",
    "--env-file",
    "--package",
    "--index",
    "--env",
    "-e",
    "--pip-args",
    "-C",
    "--no-extra",
    "--index-url",
    "-n",
    "-s",
    "--server-args",
    "-a",
    "--no-group",
];

/// The command inside `words`, wrappers off; `None` for an empty one. `uv run`'s own touch is added by the caller, who
/// asks [`runs_in_project_environment`].
pub(super) fn peel<'a>(words: &[&'a str]) -> Option<Call<'a>> {
    let mut rest = words;
    // A wrapper in a wrapper in a wrapper is the deepest that makes sense.
    for _ in 0..4 {
        let (first, arguments) = rest.split_first()?;
        let program = base_name(first);
        match inner(program, arguments) {
            Some(behind) if !behind.is_empty() => rest = behind,
            _ => break,
        }
    }
    let (first, arguments) = rest.split_first()?;
    let program = base_name(first);
    if let Some(at) = is_python(program).then(|| module_at(arguments)).flatten() {
        let module = arguments[at];
        return Some(Call { program: program_of(module), words: arguments[at + 1..].to_vec() });
    }
    // Scripts that every project has, with subcommands of their own.
    if is_python(program)
        && let Some(at) = script_at(arguments)
        && let Some(script) = SCRIPTS.iter().find(|script| base_name(arguments[at]) == **script)
    {
        return Some(Call { program: script, words: arguments[at + 1..].to_vec() });
    }
    Some(Call { program: program_of(program), words: arguments.to_vec() })
}

/// Whether the command is started by `uv run` without a word that keeps it from touching the project's environment.
pub(super) fn runs_in_project_environment(words: &[&str]) -> bool {
    matches!(words, [first, "run", ..] if base_name(first) == "uv")
        && !words
            .iter()
            .take_while(|word| **word != "--")
            .any(|word| matches!(*word, "--active" | "--no-project" | "--no-sync" | "--isolated" | "--script" | "-s"))
}

/// Whether it is a Python interpreter: `python`, `python3.12`, `{session.python}`, `pypy3`.
pub(super) fn is_python(program: &str) -> bool {
    let rest = program.strip_prefix("python").or_else(|| program.strip_prefix("pypy"));
    rest.is_some_and(|it| it.bytes().all(|b| b.is_ascii_digit() || matches!(b, b'.' | b't' | b'w' | b'-')))
        || program == "py"
        || program.contains("sys.executable")
        || program.ends_with("python}")
}

fn inner<'s, 'a>(program: &str, arguments: &'s [&'a str]) -> Option<&'s [&'a str]> {
    let behind = |skip: usize| Some(skip_flags(arguments.get(skip..)?));
    match (program, arguments.first().copied()) {
        ("uv", Some("tool")) if arguments.get(1) == Some(&"run") => behind(2),
        // `hatch run docs:build` names a script of the project.
        ("hatch", Some("run")) => behind(1).filter(|words| words.first().is_some_and(|word| !word.contains(':'))),
        // `uv run -m build` is `uv run python -m build` (its manual, `--module`).
        ("uv", Some("run")) => behind(1).map(|words| words.strip_prefix(&["-m"]).unwrap_or(words)),
        ("poetry" | "pdm" | "pipx" | "rye" | "pipenv" | "conda" | "micromamba" | "pixi", Some("run")) => behind(1),
        (
            "uvx" | "xvfb-run" | "time" | "nice" | "command" | "exec" | "sudo" | "stdbuf" | "winpty" | "caffeinate",
            _,
        ) => behind(0),
        ("jupyter", Some("book" | "lab" | "notebook")) => Some(arguments),
        ("timeout", Some(_)) => Some(skip_flags(skip_flags(arguments).get(1..)?)),
        ("env", _) => {
            let from = arguments.iter().position(|word| !word.contains('=') && !word.starts_with('-'))?;
            arguments.get(from..)
        }
        _ => None,
    }
}

fn skip_flags<'s, 'a>(mut words: &'s [&'a str]) -> &'s [&'a str] {
    while let Some((first, rest)) = words.split_first() {
        if *first == "--" {
            return rest;
        }
        if !first.starts_with('-') || *first == "-m" {
            break;
        }
        words = if WRAPPER_VALUES.contains(first) { rest.get(1..).unwrap_or_default() } else { rest };
    }
    words
}

/// Where the module of `-m` stands among an interpreter's arguments.
fn module_at(arguments: &[&str]) -> Option<usize> {
    let mut at = 0;
    while let Some(word) = arguments.get(at) {
        match *word {
            "-m" => return (at + 1 < arguments.len()).then_some(at + 1),
            "-W" | "-X" => at += 2,
            "-c" => return None,
            word if word.starts_with('-') => at += 1,
            _ => return None,
        }
    }
    None
}

/// Where the script stands among an interpreter's arguments.
fn script_at(arguments: &[&str]) -> Option<usize> {
    let mut at = 0;
    while let Some(word) = arguments.get(at) {
        match *word {
            "-m" | "-c" => return None,
            "-W" | "-X" => at += 2,
            word if word.starts_with('-') => at += 1,
            _ => return Some(at),
        }
    }
    None
}

fn program_of(name: &str) -> &str {
    MODULES.iter().find(|(module, _)| *module == name).map_or(name, |(_, program)| program)
}

fn base_name(word: &str) -> &str {
    if word == UNREADABLE {
        return word;
    }
    let name = word.rsplit(['/', '\\']).next().unwrap_or(word);
    // `ruff@latest`, `ruff==0.17` as `uvx` has them.
    let name = name.strip_suffix(".exe").unwrap_or(name);
    match name.find(['@', '=', '[']) {
        Some(at) if at > 0 && !name.contains('{') => &name[..at],
        _ => name,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check_peel(words: &str, expected: &str) {
        let words: Vec<&str> = words.split(' ').collect();
        let call = peel(&words).expect("a command");
        let seen: Vec<&str> = std::iter::once(call.program).chain(call.words).collect();
        assert_eq!(seen.join(" "), expected);
    }

    #[test]
    fn wrappers_come_off() {
        check_peel("uv run --frozen --group test pytest -q", "pytest -q");
        check_peel("uv run python -m pytest", "pytest");
        check_peel("uv run --frozen -m build --wheel", "build --wheel");
        check_peel("uvx --from build pyproject-build", "build");
        check_peel("uvx ruff@latest check", "ruff check");
        check_peel("poetry run coverage run -m pytest", "coverage run -m pytest");
        check_peel("python3.12 -W error -m sphinx -b html docs out", "sphinx-build -b html docs out");
        check_peel("env X=1 Y=2 pytest", "pytest");
        check_peel("{session.bin}/python -m build", "build");
        check_peel("python -c print()", "python -c print()");
        check_peel("uv sync --group dev", "uv sync --group dev");
        check_peel("uv tool run ruff check", "ruff check");
        check_peel("timeout 60 pytest", "pytest");
        check_peel("python -W error manage.py test", "manage.py test");
        check_peel("python setup.py --quiet sdist", "setup.py --quiet sdist");
        check_peel("jupyter book build --html", "jupyter-book build --html");
    }
}
