//! The ways to call nox that a project may have, the nearest first.

use std::path::{Path, PathBuf};

use crate::disk;

/// Python, as it is called.
pub(super) const PYTHON: &str = if cfg!(windows) { "python" } else { "python3" };

/// The words that may call nox for the project in `folder`, in the order in which they are tried.
pub(super) fn ways(folder: &Path) -> Vec<Vec<String>> {
    let mut ways: Vec<Vec<String>> =
        environments(folder).into_iter().map(|nox| vec![nox.to_string_lossy().into_owned()]).collect();
    let mut add = |words: &[&str]| ways.push(words.iter().map(|&word| word.to_owned()).collect());
    add(&["nox"]);
    add(&[PYTHON, "-m", "nox"]);
    // `uv run` makes the project's environment and its lock file: only a project that wants nox there may ask for that.
    // It then also has the plugins beside nox, which `uvx nox` has not.
    if wants_nox(folder) {
        add(&["uv", "run", "nox"]);
    }
    add(&["uvx", "nox"]);
    add(&["pipx", "run", "nox"]);
    ways
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

/// Whether the project requires nox itself: by name in `pyproject.toml`, or by way of something else in `uv.lock`.
fn wants_nox(folder: &Path) -> bool {
    let text = |name: &str| disk::read_text(&folder.join(name)).unwrap_or_default();
    requires_nox(&text("pyproject.toml")) || text("uv.lock").lines().any(|line| line.trim() == r#"name = "nox""#)
}

/// Whether a text in quotes is a requirement of nox, whatever table it stands in.
fn requires_nox(pyproject: &str) -> bool {
    let quoted = pyproject.lines().filter(|line| !line.trim_start().starts_with('#')).flat_map(|line| {
        // Every second piece between quotes is inside them.
        line.split(['"', '\'']).skip(1).step_by(2)
    });
    quoted.filter_map(|text| text.trim().strip_prefix("nox")).any(|rest| {
        rest.chars().next().is_none_or(|next| !(next.is_alphanumeric() || matches!(next, '-' | '_' | '.' | '/' | ':')))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_requirement_of_nox_is_told_from_other_words() {
        for wants in ["dev = [\"nox\"]", "dev = ['pytest', 'nox[uv]>=2026.8']", "\"nox ; python_version > '3.9'\","] {
            assert!(requires_nox(wants), "{wants}");
        }
        for wants_not in
            ["dev = [\"nox-uv\"]", "# dev = [\"nox\"]", "noxfile = \"noxfile.py\"", "keywords = [\"noxious\"]"]
        {
            assert!(!requires_nox(wants_not), "{wants_not}");
        }
    }

    #[test]
    fn uv_run_is_tried_only_where_the_project_has_nox() {
        let folder = tempfile::tempdir().expect("a scratch folder");
        let has_uv_run = || ways(folder.path()).iter().any(|words| words[..] == ["uv", "run", "nox"]);
        std::fs::write(folder.path().join("pyproject.toml"), "[project]\nname = \"demo\"\n").expect("written");
        assert!(!has_uv_run());
        std::fs::write(folder.path().join("uv.lock"), "[[package]]\nname = \"nox\"\n").expect("written");
        assert!(has_uv_run());
    }
}
