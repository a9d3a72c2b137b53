//! What starts nox: itself, Python, a tool runner, or any of them behind a program that starts others.

use super::Word;

/// How a command gets to what it runs.
#[derive(Debug, Default)]
pub(super) struct Launch {
    /// Index of the word that is nox; `None`: it runs something else.
    pub(super) nox: Option<usize>,
    /// `env A=1`.
    pub(super) env: Vec<(String, Word)>,
    /// Folder that a launcher changes to.
    pub(super) directory: Option<Word>,
}

/// Programs that run the command behind their options, with those options that take a value.
const PREFIXES: &[(&str, &[&str])] = &[
    ("time", &["-f", "-o"]),
    ("exec", &["-a"]),
    ("command", &[]),
    ("builtin", &[]),
    ("nohup", &[]),
    ("setsid", &[]),
    ("nice", &["-n", "--adjustment"]),
    ("ionice", &["-c", "-n"]),
    ("stdbuf", &["-i", "-o", "-e"]),
    ("unbuffer", &[]),
    ("chronic", &[]),
    ("winpty", &[]),
    ("catchsegv", &[]),
    ("dbus-run-session", &["--config-file", "--dbus-daemon"]),
    ("xvfb-run", &["-e", "--error-file", "-f", "--auth-file", "-n", "--server-num", "-s", "--server-args", "-p", "-w"]),
    ("sudo", &["-u", "--user", "-g", "--group", "-h", "--host", "-p", "-C", "-D", "--chdir", "-r", "-t", "-U"]),
    ("doas", &["-u", "-C"]),
    ("linux32", &[]),
    ("linux64", &[]),
    ("strace", &["-o", "-e"]),
    ("caffeinate", &["-t", "-w"]),
];

/// Options of `uv`, `uv run`, `uvx` and `uv tool run` that take a value.
#[rustfmt::skip]
const UV: &[&str] = &[
    "--with", "-w", "--with-editable", "--with-requirements", "--from", "--extra", "--no-extra", "--group",
    "--no-group", "--only-group", "--env-file", "--python", "-p", "--package", "--index", "--default-index", "-i",
    "--index-url", "--extra-index-url", "-f", "--find-links", "-P", "--upgrade-package", "--reinstall-package",
    "--index-strategy", "--keyring-provider", "--resolution", "--prerelease", "--fork-strategy", "--exclude-newer",
    "--link-mode", "-C", "--config-setting", "--no-build-isolation-package", "--no-build-package",
    "--no-binary-package", "--refresh-package", "--cache-dir", "--directory", "--project", "--config-file", "--color",
    "--allow-insecure-host", "--python-platform", "-c", "--constraints", "--constraint", "--overrides", "-b",
    "--build-constraints", "--exclude-newer-package", "--torch-backend", "--python-preference",
];

/// Runners of project environments, with their options before and behind `run` that take a value.
const RUNNERS: &[(&str, &[&str])] = &[
    ("poetry", &["-C", "--directory", "-P", "--project"]),
    ("pdm", &["-p", "--project", "-c", "--config", "--venv"]),
    ("rye", &["-f", "--pyproject"]),
    ("pipenv", &["--python"]),
    ("hatch", &["-e", "--env", "-p", "--project", "--data-dir", "--cache-dir", "--config", "-i", "-x"]),
    ("pixi", &["-e", "--environment", "--manifest-path", "-p", "--platform", "--color"]),
    ("conda", &["-n", "--name", "-p", "--prefix", "--cwd"]),
    ("mamba", &["-n", "--name", "-p", "--prefix", "--cwd"]),
    ("micromamba", &["-n", "--name", "-p", "--prefix", "--cwd", "-a", "--attach"]),
    ("dotenv", &["-f", "--file"]),
    ("op", &["--env-file", "--account"]),
    ("doppler", &["-p", "--project", "-c", "--config"]),
    ("infisical", &["--env", "--path"]),
];

/// Options of `pipx run` that take a value.
const PIPX: &[&str] = &["--spec", "--python", "--pip-args", "--index-url", "-i", "--backend", "--with"];

/// Options of `xargs` that take a value.
const XARGS: &[&str] = &["-n", "-P", "-I", "-d", "-L", "-s", "-E", "-a", "--max-args", "--max-procs", "--delimiter"];

/// Programs with programs in front of them: nobody writes more.
const MAX_CHAIN: usize = 12;

/// Finds nox in a command. `leads` is asked about every program on the way, by its index: `true` ends the search.
pub(super) fn find(words: &[Word], leads: &mut dyn FnMut(usize, &Launch) -> bool) -> Launch {
    let mut launch = Launch::default();
    let mut at = 0;
    for _ in 0..MAX_CHAIN {
        if leads(at, &launch) {
            break;
        }
        at = match step(words, at, &mut launch) {
            Some(Step::Nox(nox)) => {
                launch.nox = Some(nox);
                break;
            }
            Some(Step::Next(next)) => next,
            None => break,
        };
    }
    launch
}

/// What `word` is as a program: its name without folder and `.exe`.
pub(super) fn program(word: &Word) -> &str {
    let name = word.text.rsplit(['/', '\\']).next().unwrap_or_default();
    name.strip_suffix(".exe").unwrap_or(name)
}

enum Step {
    Nox(usize),
    /// Index of the command that this one starts.
    Next(usize),
}

fn step(words: &[Word], at: usize, launch: &mut Launch) -> Option<Step> {
    let word = words.get(at)?;
    let name = program(word);
    if name == "nox" {
        return Some(Step::Nox(at));
    }
    if is_python(name) {
        return module(words, at + 1);
    }
    if let Some((_, values)) = PREFIXES.iter().find(|(prefix, _)| *prefix == name) {
        return prefixed(name, words, at + 1, values);
    }
    if let Some((_, values)) = RUNNERS.iter().find(|(runner, _)| *runner == name) {
        return project_runner(name, words, at + 1, values);
    }
    match name {
        "env" => Some(Step::Next(behind_env(words, at + 1, launch))),
        "timeout" | "gtimeout" => Some(Step::Next(behind_options(words, at + 1, &["-k", "-s"]) + 1)),
        "xargs" => Some(Step::Next(behind_options(words, at + 1, XARGS))),
        "coverage" if text(words, at + 1) == "run" => module(words, at + 2),
        "uvx" => tool(words, at + 1, launch),
        "uv" => uv(words, at + 1, launch),
        "pipx" if text(words, at + 1) == "run" => packaged(words, behind_options(words, at + 2, PIPX)),
        "nix" | "devbox" => {
            let behind = |word: &Word| matches!(word.text.as_str(), "-c" | "--command" | "--");
            Some(Step::Next(at + words.get(at..)?.iter().position(behind)? + 1))
        }
        _ if is_expansion(word) => expanded(words, at),
        _ => None,
    }
}

/// An expansion that may be `xvfb-run`, an interpreter, or nothing.
fn expanded(words: &[Word], at: usize) -> Option<Step> {
    match text(words, at + 1) {
        "nox" => Some(Step::Nox(at + 1)),
        "-m" if text(words, at + 2) == "nox" => Some(Step::Nox(at + 2)),
        _ => None,
    }
}

fn prefixed(name: &str, words: &[Word], at: usize, values: &[&str]) -> Option<Step> {
    // `command -v nox` only asks where it is.
    if name == "command" && text(words, at).starts_with('-') && !matches!(text(words, at), "-p" | "--") {
        return None;
    }
    let mut next = behind_options(words, at, values);
    while name == "sudo" && text(words, next).split_once('=').is_some_and(|(key, _)| is_name(key)) {
        next += 1;
    }
    Some(Step::Next(next))
}

/// `env A=1 -u B command`.
fn behind_env(words: &[Word], mut at: usize, launch: &mut Launch) -> usize {
    loop {
        at = behind_options(words, at, &["-u", "--unset", "-C", "--chdir"]);
        let Some(word) = words.get(at) else { return at };
        let Some((key, value)) = word.text.split_once('=').filter(|(key, _)| is_name(key)) else { return at };
        launch.env.push((key.to_owned(), Word { text: value.to_owned(), ..word.clone() }));
        at += 1;
    }
}

/// Python's own arguments, up to what `-m` names.
fn module(words: &[Word], mut at: usize) -> Option<Step> {
    loop {
        let flag = words.get(at)?.text.strip_prefix('-')?;
        match flag {
            "X" | "W" => at += 2,
            "-" | "mnox" => return (flag == "mnox").then_some(Step::Nox(at)),
            _ if flag.starts_with(['-', 'X', 'W']) => at += 1,
            // `-m`, with other flags before it in one word; `-c` takes a program instead.
            _ if flag.ends_with('m') => {
                return Some(if text(words, at + 1) == "nox" { Step::Nox(at + 1) } else { Step::Next(at + 1) });
            }
            _ if flag.contains('c') => return None,
            _ => at += 1,
        }
    }
}

fn uv(words: &[Word], at: usize, launch: &mut Launch) -> Option<Step> {
    let at = uv_options(words, at, launch);
    if text(words, at) == "tool" && text(words, at + 1) == "run" {
        return tool(words, at + 2, launch);
    }
    if text(words, at) != "run" {
        return None;
    }
    let next = uv_options(words, at + 1, launch);
    match text(words, next - 1) {
        "-m" | "--module" => Some(if text(words, next) == "nox" { Step::Nox(next) } else { Step::Next(next) }),
        _ => Some(Step::Next(behind_expansions(words, next))),
    }
}

fn tool(words: &[Word], at: usize, launch: &mut Launch) -> Option<Step> {
    let next = uv_options(words, at, launch);
    packaged(words, behind_expansions(words, next))
}

/// Words that expand to options or to nothing may stand before the program.
fn behind_expansions(words: &[Word], mut at: usize) -> usize {
    while words.get(at).is_some_and(is_expansion) && !text(words, at + 1).is_empty() && text(words, at + 1) != "-m" {
        at += 1;
    }
    at
}

fn uv_options(words: &[Word], mut at: usize, launch: &mut Launch) -> usize {
    while text(words, at).starts_with('-') {
        let flag = text(words, at);
        if matches!(flag, "--" | "-m" | "--module") {
            return at + 1;
        }
        if flag == "--directory" {
            launch.directory = words.get(at + 1).cloned();
        }
        at += if UV.contains(&flag) { 2 } else { 1 };
    }
    at
}

/// `nox`, `nox==2026.8`, `nox@latest`, `nox[uv]`: a tool by its package's name.
fn packaged(words: &[Word], at: usize) -> Option<Step> {
    let name = text(words, at);
    let end = name.find(['=', '@', '[', '<', '>', '~', '!', ' ']).unwrap_or(name.len());
    (name.get(..end) == Some("nox")).then_some(Step::Nox(at))
}

/// `poetry run nox`, `hatch run dev:nox`, `hatch env run -e dev -- nox`, `conda run -n x nox`.
fn project_runner(name: &str, words: &[Word], at: usize, values: &[&str]) -> Option<Step> {
    let mut at = behind_options(words, at, values);
    if name == "hatch" && text(words, at) == "env" {
        at = behind_options(words, at + 1, values);
    }
    if text(words, at) != "run" {
        return None;
    }
    let mut next = behind_options(words, at + 1, values);
    if name == "hatch" {
        while text(words, next).starts_with('+') {
            next += 1;
        }
        if text(words, next).rsplit_once(':').is_some_and(|(_, command)| command == "nox") {
            return Some(Step::Nox(next));
        }
    }
    Some(Step::Next(behind_expansions(words, next)))
}

/// Index of the first word from `at` on that is neither an option nor an option's value.
fn behind_options(words: &[Word], mut at: usize, values: &[&str]) -> usize {
    while text(words, at).starts_with('-') {
        let flag = text(words, at);
        at += if values.contains(&flag) { 2 } else { 1 };
        if flag == "--" {
            break;
        }
    }
    at
}

fn is_python(name: &str) -> bool {
    let version = ["python", "pypy"].iter().find_map(|base| name.strip_prefix(base));
    name == "py"
        || version.is_some_and(|rest| rest.bytes().all(|byte| byte.is_ascii_digit() || b".td-".contains(&byte)))
}

fn is_expansion(word: &Word) -> bool {
    !word.literal && word.text.starts_with(['$', '`'])
}

fn is_name(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
}

fn text(words: &[Word], at: usize) -> &str {
    words.get(at).map(|word| word.text.as_str()).unwrap_or_default()
}
