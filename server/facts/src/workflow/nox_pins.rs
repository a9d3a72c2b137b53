//! Which nox a job installs, as far as its steps pin it: `pip install nox==2025.2.9`, `uvx nox@2025.2.9`, a file of
//! requirements or constraints, `wntrblm/nox@2025.02.09`. Neighbour: `of_project`, for what the project itself asks for.

mod of_project;

use std::str::FromStr;

use pep440_rs::{Version, VersionSpecifiers};
use syntax::Span;

use super::{NoxPin, Step, StepKind};
use crate::repository::{self, Repository};
use crate::shell::Command;

/// All pins of a job's steps; `directory` is where its scripts start.
pub(super) fn of(steps: &[Step], directory: &str, repository: &Repository<'_>) -> Vec<NoxPin> {
    let mut pins = Vec::new();
    for step in steps {
        match &step.kind {
            StepKind::Run { script, .. } => {
                let directory = step.working_directory.as_deref().unwrap_or(directory);
                for command in &script.commands {
                    add(command, directory, repository, &mut pins);
                }
            }
            StepKind::Uses { action, with, span, .. } => {
                let (name, version) = action.rsplit_once('@').unwrap_or((action, ""));
                let is_own = name.ends_with("wntrblm/nox") && version.starts_with(|c: char| c.is_ascii_digit());
                // Names of inputs are the same in capitals. A version, or what pip takes behind a name.
                let input = with.iter().find(|(key, ..)| key.eq_ignore_ascii_case("nox-version"));
                let input = input.map(|(_, value, span)| (value.trim(), span)).filter(|(value, _)| !value.is_empty());
                let asked = input.or(is_own.then_some((version, span)));
                pins.extend(asked.map(|(asked, span)| {
                    let asked = asked.strip_prefix("nox").unwrap_or(asked);
                    let is_range = asked.starts_with(['=', '<', '>', '!', '~']);
                    pin(if is_range { asked.to_owned() } else { format!("=={asked}") }, Some(*span))
                }));
            }
            StepKind::Parallel(members) => pins.extend(of(members, directory, repository)),
            _ => {}
        }
    }
    pins
}

fn pin(specifier: String, span: Option<Span>) -> NoxPin {
    NoxPin { specifier, file: None, span }
}

fn add(command: &Command, directory: &str, repository: &Repository<'_>, pins: &mut Vec<NoxPin>) {
    let words: Vec<&str> = command.argv.iter().map(|word| word.text.as_str()).collect();
    let program = words.first().map_or("", |program| program.rsplit('/').next().unwrap_or(program));
    let below = if command.directory.is_empty() { directory } else { &command.directory };
    pins.extend(of_project::pin(&words, below, repository));
    let installs = ["pip", "uv", "uvx", "pipx", "python", "py", "conda", "mamba", "micromamba"];
    if !installs.iter().any(|name| program.starts_with(name)) {
        return;
    }
    for word in &command.argv {
        pins.extend(specifier(value(&word.text)).map(|specifier| pin(specifier, Some(word.span))));
    }
    let names_nox = words.iter().any(|word| matches!(*word, "nox") || word.starts_with("nox["));
    for (at, word) in words.iter().enumerate() {
        let (option, attached) = match value(word).split_once('=') {
            Some((option, file)) => (option, Some(file)),
            None => (*word, words.get(at + 1).copied()),
        };
        let is_constraint = matches!(option, "-c" | "--constraint" | "--constraints");
        let is_list = matches!(option, "-r" | "--requirement" | "--requirements");
        let Some(file) = attached.filter(|_| is_list || (is_constraint && names_nox)) else { continue };
        let Some(path) = repository::inside(below, file) else { continue };
        let Some(text) = repository.text(&path) else { continue };
        let found = text.lines().find_map(specifier);
        pins.extend(found.map(|specifier| NoxPin { specifier, file: Some(path), span: None }));
    }
}

/// What stands behind an option in one word: `nox==1` of `--spec=nox==1`, `--constraint=f` of `--pip-args=--constraint=f`.
fn value(word: &str) -> &str {
    let word = word.trim_matches(['"', '\'']);
    ["--spec=", "--from=", "--with=", "--pip-args="].iter().find_map(|option| word.strip_prefix(option)).unwrap_or(word)
}

/// `==2025.2.9` of `nox==2025.2.9`, `nox[uv] == 2025.2.9 ; python_version …` and `nox@2025.2.9`.
fn specifier(requirement: &str) -> Option<String> {
    let rest = requirement.trim().strip_prefix("nox")?;
    let rest = match rest.strip_prefix('[') {
        Some(extras) => extras.split_once(']')?.1,
        None => rest,
    };
    let ends = |c: char| matches!(c, ';' | '#' | '\\') || c.is_whitespace();
    let rest = rest.trim_start();
    if let Some(version) = rest.strip_prefix('@').filter(|version| version.starts_with(|c: char| c.is_ascii_digit())) {
        return Some(format!("=={version}"));
    }
    let (operator, version) = rest.split_at(rest.find(|c: char| !"=<>!~".contains(c))?);
    let version = version.trim_start().split(ends).next()?;
    let is_one = !operator.is_empty() && version.starts_with(|c: char| c.is_ascii_digit());
    is_one.then(|| format!("{operator}{version}"))
}

impl NoxPin {
    /// Whether it lets in no nox of release `first` or later. One that cannot be read excludes nothing.
    pub fn excludes(&self, first: &str) -> bool {
        let Ok(specifiers) = VersionSpecifiers::from_str(&self.specifier) else { return false };
        let Ok(first) = Version::from_str(first) else { return false };
        // Bounds lie at `first`, at a version that is named, or nowhere above.
        let named = specifiers.iter().map(|specifier| specifier.version().clone());
        let mut tried = named.chain([first.clone(), Version::new([9999])]);
        !tried.any(|version| version >= first && specifiers.contains(&version))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn requirements_are_read_as_they_are_written() {
        for (text, expected) in [
            ("nox==2025.2.9", Some("==2025.2.9")),
            ("nox[uv] ~= 2025.2.9 ; python_version > '3'", Some("~=2025.2.9")),
            ("nox<2026,>=2024", Some("<2026,>=2024")),
            ("nox@2025.2.9", Some("==2025.2.9")),
            ("nox==2025.2.9 \\", Some("==2025.2.9")),
            ("nox", None),
            ("nox-poetry==1.0", None),
            ("nox==$VERSION", None),
        ] {
            assert_eq!(specifier(text).as_deref(), expected, "{text}");
        }
    }

    #[test]
    fn a_pin_excludes_what_it_does_not_let_in() {
        let excludes = |specifier: &str| pin(specifier.to_owned(), None).excludes("2026.08.10");
        for old in ["==2025.2.9", "<2026.8.10", "<=2026.7.11", "~=2025.2", "==2025.*", ">=2024,<2026"] {
            assert!(excludes(old), "{old}");
        }
        for new in ["==2026.10.20", ">=2024.1", "!=2025.5.1", "~=2026.8.10", "<=2026.8.10", "<2027"] {
            assert!(!excludes(new), "{new}");
        }
    }
}
