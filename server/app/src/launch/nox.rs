//! Which nox to call, and what it can do.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::bail;

/// The release that has `--no-dependencies` and runs sessions in parallel itself.
const PARALLEL: [u32; 3] = [2026, 8, 10];

/// A nox that answers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Nox {
    /// The words that call it.
    pub command: Vec<String>,
    /// Its version.
    pub version: [u32; 3],
}

impl Nox {
    /// Finds nox for the project in `folder`: as `wanted` says, else the project's own environment, `nox`, `python -m
    /// nox`, and the tools that fetch it.
    ///
    /// # Errors
    ///
    /// When there is none.
    pub fn find(folder: &Path, wanted: Option<&[String]>) -> anyhow::Result<Self> {
        if let Some(wanted) = wanted {
            let Some(nox) = Self::ask(folder, wanted.to_vec()) else {
                bail!("`{}` (from the setting noxCommand) is no nox that runs", wanted.join(" "));
            };
            return Ok(nox);
        }
        let words = |words: &[&str]| words.iter().map(|&word| word.to_owned()).collect::<Vec<_>>();
        let environments = environments(folder);
        let own = environments.iter().map(|nox| vec![nox.to_string_lossy().into_owned()]);
        let python = if cfg!(windows) { "python" } else { "python3" };
        let common = [
            words(&["nox"]),
            words(&[python, "-m", "nox"]),
            words(&["uvx", "nox"]),
            words(&["uv", "run", "nox"]),
            words(&["pipx", "run", "nox"]),
        ];
        match own.chain(common).find_map(|command| Self::ask(folder, command)) {
            Some(nox) => Ok(nox),
            None => bail!(
                "nox was not found: not in the project's environment, not as `nox`, `{python} -m nox`, `uvx nox`, \
                 `uv run nox` or `pipx run nox`. Install it, or say how it is called by the setting noxCommand"
            ),
        }
    }

    /// Whether it has `--no-dependencies`.
    pub fn has_parallel(&self) -> bool {
        self.version >= PARALLEL
    }

    fn ask(folder: &Path, command: Vec<String>) -> Option<Self> {
        let (program, args) = command.split_first()?;
        let output = Command::new(program)
            .args(args)
            .arg("--version")
            .env_remove("NOX_PARALLEL") // a bad value breaks even `--version` (nox 2026.10.20)
            .current_dir(folder)
            .stdin(Stdio::null())
            .output()
            .ok()
            .filter(|output| output.status.success())?;
        let said = [output.stdout, output.stderr].concat();
        let version = version(&String::from_utf8_lossy(&said))?;
        Some(Self { command, version })
    }
}

/// nox in the environments that belong to the project.
fn environments(folder: &Path) -> Vec<PathBuf> {
    let active = std::env::var_os("VIRTUAL_ENV").map(PathBuf::from);
    let inner = if cfg!(windows) { "Scripts/nox.exe" } else { "bin/nox" };
    [Some(folder.join(".venv")), Some(folder.join("venv")), active]
        .into_iter()
        .flatten()
        .map(|environment| environment.join(inner))
        .filter(|nox| nox.is_file())
        .collect()
}

/// The first `2026.10.20` in what nox says.
fn version(said: &str) -> Option<[u32; 3]> {
    said.split_whitespace().find_map(|word| {
        let mut parts = word.split('.').map(|part| {
            let digits = part.split(|c: char| !c.is_ascii_digit()).next().unwrap_or_default();
            digits.parse::<u32>().ok()
        });
        match (parts.next()?, parts.next()?, parts.next()) {
            (Some(year), Some(month), day) if year >= 2000 => Some([year, month, day.flatten().unwrap_or(0)]),
            _ => None,
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_are_read_from_whatever_stands_around_them() {
        assert_eq!(version("2026.10.20\n"), Some([2026, 10, 20]));
        assert_eq!(version("warning: x 1.2\nnox 2024.4.15rc1"), Some([2024, 4, 15]));
        assert_eq!(version("no such thing"), None);
    }

    #[test]
    fn a_command_that_is_set_and_does_not_run_is_an_error() {
        let wanted = ["no-such-program-anywhere".to_owned()];
        let error = Nox::find(Path::new("."), Some(&wanted)).expect_err("there is none");
        assert!(error.to_string().contains("noxCommand"), "{error}");
    }
}
