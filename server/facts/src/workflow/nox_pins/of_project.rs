//! Which nox a project itself asks for: what `uv run nox` and its like start is what the lock file says, else what
//! `pyproject.toml` requires; `pip install .[dev]` and `--group dev` install what stands in that table.

use toml::Value;

use super::{NoxPin, specifier};
use crate::repository::{self, Repository};

/// Tools that keep a project's environment, and where they lock it. All three write `[[package]]` tables with `name` and
/// `version`.
const MANAGERS: [(&str, &str); 3] = [("uv", "uv.lock"), ("poetry", "poetry.lock"), ("pdm", "pdm.lock")];

/// The pin of a command, its words being `words` and `directory` where it runs.
pub(super) fn pin(words: &[&str], directory: &str, repository: &Repository<'_>) -> Option<NoxPin> {
    let (program, rest) = words.split_first()?;
    let manager = MANAGERS.iter().find(|(name, _)| program.rsplit('/').next() == Some(name));
    match manager.filter(|_| starts_nox(rest)) {
        Some((_, lock)) => folders(directory).find_map(|folder| {
            let locked = repository::inside(&folder, lock).and_then(|path| {
                let specifier = format!("=={}", repository.locked(&path, "nox")?);
                Some(NoxPin { specifier, file: Some(path), span: None })
            });
            locked.or_else(|| required(&folder, &|_| true, repository))
        }),
        None => {
            let asked = installed(rest);
            if asked.is_empty() {
                None
            } else {
                required(directory, &|table| asked.iter().any(|it| it == table), repository)
            }
        }
    }
}

/// Whether the words behind a manager start the project's own nox: `run nox`, `run --group dev python -m nox`.
fn starts_nox(words: &[&str]) -> bool {
    let behind = words.iter().position(|word| *word == "run").and_then(|at| words.get(at + 1..));
    let Some((at, behind)) = behind.and_then(|rest| Some((rest.iter().position(|word| *word == "nox")?, rest))) else {
        return false;
    };
    // Another project, none at all, or a nox beside the project's.
    let elsewhere = ["--no-project", "--project", "--directory", "--with"];
    !behind.iter().take(at).any(|word| elsewhere.iter().any(|option| word.starts_with(option)))
}

/// Tables of the project that an installing command takes: `""` its own dependencies, `dev` of `.[dev]` or `--group dev`.
fn installed(words: &[&str]) -> Vec<String> {
    if !words.contains(&"install") {
        return Vec::new();
    }
    let mut asked = Vec::new();
    for (at, word) in words.iter().enumerate() {
        let word = word.trim_matches(['"', '\'']);
        if let Some(extras) = word.strip_prefix('.').map(|rest| rest.trim_start_matches('/'))
            && (extras.is_empty() || (extras.starts_with('[') && extras.ends_with(']')))
        {
            asked.push(String::new());
            asked.extend(extras.trim_matches(['[', ']']).split(',').map(|extra| extra.trim().to_owned()));
        }
        let group = word.strip_prefix("--group=").or_else(|| words.get(at + 1).copied().filter(|_| word == "--group"));
        asked.extend(group.map(str::to_owned));
    }
    asked
}

/// What the project in `folder` requires of nox in the tables that are asked for.
fn required(folder: &str, is_asked: &dyn Fn(&str) -> bool, repository: &Repository<'_>) -> Option<NoxPin> {
    let path = repository::inside(folder, "pyproject.toml")?;
    let root = repository.toml(&path)?;
    let table = |path: &[&str]| path.iter().try_fold(&*root, |table, key| table.get(*key)?.as_table());
    let mut found = None;
    let mut see = |name: &str, value: &Value| {
        let requirement = match value {
            Value::Array(list) => list.iter().filter_map(Value::as_str).find_map(specifier),
            // Poetry's tables: a name, and a version with operators of its own.
            Value::Table(names) => names.get("nox").and_then(|it| version(it)).map(in_poetry),
            _ => None,
        };
        if found.is_none() && is_asked(name) {
            found = requirement;
        }
    };
    if let Some(list) = table(&["project"]).and_then(|project| project.get("dependencies")) {
        see("", list);
    }
    for path in
        [&["project", "optional-dependencies"][..], &["dependency-groups"], &["tool", "pdm", "dev-dependencies"]]
    {
        table(path).into_iter().flatten().for_each(|(name, list)| see(name, list));
    }
    if let Some(list) = table(&["tool", "uv"]).and_then(|uv| uv.get("dev-dependencies")) {
        see("dev", list);
    }
    for key in ["dependencies", "dev-dependencies"] {
        table(&["tool", "poetry"]).and_then(|poetry| poetry.get(key)).into_iter().for_each(|table| see("", table));
    }
    for (name, group) in table(&["tool", "poetry", "group"]).into_iter().flatten() {
        group.get("dependencies").into_iter().for_each(|table| see(name, table));
    }
    found.map(|specifier| NoxPin { specifier, file: Some(path), span: None })
}

/// `"^2024"`, or the same in a table with extras.
fn version(value: &Value) -> Option<&str> {
    value.as_str().or_else(|| value.get("version")?.as_str())
}

/// Poetry's version constraint as PEP 440 writes it: `^2024.4` is below the next year, `~2024.4` below the next month, a
/// bare version is that very one (its documentation, "Dependency specification").
fn in_poetry(constraint: &str) -> String {
    let numbers = |version: &str| -> Vec<u64> { version.split('.').map_while(|part| part.parse().ok()).collect() };
    let below = |version: &str, keep: usize| {
        let mut next = numbers(version);
        next.truncate(keep);
        if let Some(last) = next.last_mut() {
            *last += 1;
        }
        let next: Vec<String> = next.iter().map(u64::to_string).collect();
        format!(">={version},<{}", next.join("."))
    };
    let constraint = constraint.trim();
    match (constraint.strip_prefix('^'), constraint.strip_prefix('~').filter(|rest| !rest.starts_with('='))) {
        (Some(version), _) => below(version.trim(), 1),
        (_, Some(version)) => below(version.trim(), 2),
        _ if constraint.starts_with(|c: char| c.is_ascii_digit()) => format!("=={constraint}"),
        _ => constraint.to_owned(),
    }
}

/// A folder and those around it, up to the repository's root.
fn folders(directory: &str) -> impl Iterator<Item = String> {
    let own = repository::inside("", directory);
    std::iter::successors(own, |folder| {
        let parent = || folder.rsplit_once('/').map_or(String::new(), |(parent, _)| parent.to_owned());
        (!folder.is_empty()).then(parent)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::noxfile::Surroundings;
    use std::sync::Arc;

    struct Files(&'static [(&'static str, &'static str)]);

    impl Surroundings for Files {
        fn read(&self, path: &str) -> Option<Arc<str>> {
            self.0.iter().find(|(known, _)| *known == path).map(|(_, text)| Arc::from(*text))
        }
    }

    const LOCK: &str = "version = 1\n\n[[package]]\nname = \"nox\"\nversion = \"2025.11.12\"\nsource = { registry = \"x\" }\n\n[[package]]\nname = \"noxious\"\nversion = \"1\"\n";
    const PROJECT: &str = "[project]\ndependencies = [\"rich\"]\n[project.optional-dependencies]\ndev = [\"pytest\", \"nox==2025.2.9\"]\n";

    fn said(command: &str, directory: &str, files: &'static [(&'static str, &'static str)]) -> String {
        let files = Files(files);
        let words: Vec<&str> = command.split(' ').collect();
        let pin = pin(&words, directory, &Repository::new(&files));
        pin.map_or("none".to_owned(), |pin| format!("{} of {}", pin.specifier, pin.file.unwrap_or_default()))
    }

    #[test]
    fn what_a_project_locks_is_what_its_manager_starts() {
        for (command, directory, expected) in [
            ("uv run nox -s lint", "", "==2025.11.12 of uv.lock"),
            ("uv run --locked --group dev python -m nox", "sub", "==2025.11.12 of uv.lock"),
            ("uv run --with nox nox -s lint", "", "none"),
            ("uv run --no-project nox", "", "none"),
            ("uv run pytest", "", "none"),
            ("uvx nox -s lint", "", "none"),
            ("poetry run nox", "", "==2025.2.9 of pyproject.toml"),
        ] {
            assert_eq!(
                said(command, directory, &[("uv.lock", LOCK), ("pyproject.toml", PROJECT)]),
                expected,
                "{command}"
            );
        }
    }

    #[test]
    fn what_a_command_installs_of_a_project_counts() {
        for (command, expected) in [
            ("pip install -e .[test,dev]", "==2025.2.9 of pyproject.toml"),
            ("uv pip install '.[dev]'", "==2025.2.9 of pyproject.toml"),
            ("pip install --group dev", "==2025.2.9 of pyproject.toml"),
            ("pip install .[test]", "none"),
            ("pip install .", "none"),
            ("pip download .[dev]", "none"),
        ] {
            assert_eq!(said(command, "", &[("pyproject.toml", PROJECT)]), expected, "{command}");
        }
    }

    #[test]
    fn poetry_has_constraints_of_its_own() {
        for (constraint, expected) in [
            ("^2024.4.15", ">=2024.4.15,<2025"),
            ("~2024.4", ">=2024.4,<2024.5"),
            ("2024.4.15", "==2024.4.15"),
            (">=2024,<2026", ">=2024,<2026"),
            ("~=2024.4", "~=2024.4"),
            ("*", "*"),
        ] {
            assert_eq!(in_poetry(constraint), expected);
        }
    }
}
