//! nox's version without running it: a start of nox costs a tenth of a second and more, which every run would pay.

use std::fs::{self, File};
use std::io::{BufRead, BufReader, Read};
use std::path::{Path, PathBuf};

use super::version;

/// The version of the nox that `program` starts, as its installer wrote it down. `None` where that is not certain: no
/// plain script, several interpreters in one place, a shim.
pub(super) fn installed(program: &str) -> Option<[u32; 3]> {
    // pipx and uv put a link to the real script into the PATH.
    let script = fs::canonicalize(on_path(program)?).ok()?;
    let python = interpreter(&script)?;
    // Not resolved: in an environment it is a link to an interpreter elsewhere.
    let library = python.parent()?.parent()?.join("lib");
    let mut versions = fs::read_dir(library)
        .ok()?
        .filter_map(Result::ok)
        .filter_map(|entry| fs::read_dir(entry.path().join("site-packages")).ok())
        .flatten()
        .filter_map(Result::ok)
        .filter_map(|entry| {
            let name = entry.file_name();
            let release = name.to_str()?.strip_prefix("nox-")?.strip_suffix(".dist-info")?.to_owned();
            version(&release)
        });
    let found = versions.next()?;
    versions.next().is_none().then_some(found)
}

/// The file that a word of a command line means.
fn on_path(program: &str) -> Option<PathBuf> {
    let path = Path::new(program);
    if path.components().count() > 1 {
        return Some(path.to_path_buf());
    }
    std::env::split_paths(&std::env::var_os("PATH")?).map(|folder| folder.join(program)).find(|file| file.is_file())
}

/// The interpreter in a script's first line, if it is Python and there.
fn interpreter(script: &Path) -> Option<PathBuf> {
    let mut line = String::new();
    BufReader::new(File::open(script).ok()?.take(1024)).read_line(&mut line).ok()?;
    let python = PathBuf::from(line.strip_prefix("#!")?.trim());
    let is_python = python.file_name()?.to_str()?.starts_with("python");
    (is_python && python.is_absolute() && python.is_file()).then_some(python)
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;

    /// An environment with `releases` of nox, each below a library of its own; the script's first line is `first`.
    fn environment(releases: &[&str], first: &str) -> (tempfile::TempDir, String) {
        let folder = tempfile::tempdir().expect("a scratch folder");
        let bin = folder.path().join("bin");
        fs::create_dir_all(&bin).expect("made");
        fs::write(bin.join("python3"), "").expect("written");
        for (at, release) in releases.iter().enumerate() {
            let info = format!("lib/python3.{at}/site-packages/nox-{release}.dist-info");
            fs::create_dir_all(folder.path().join(info)).expect("made");
        }
        let script = bin.join("nox");
        fs::write(&script, first.replace("BIN", &bin.to_string_lossy()) + "\nimport nox\n").expect("written");
        let script = script.to_string_lossy().into_owned();
        (folder, script)
    }

    #[test]
    fn the_installers_word_is_taken() {
        let (_folder, script) = environment(&["2024.4.15"], "#!BIN/python3");
        assert_eq!(installed(&script), Some([2024, 4, 15]));
    }

    #[test]
    fn a_link_to_the_script_is_followed() {
        let (folder, script) = environment(&["2026.10.20"], "#!BIN/python3");
        let link = folder.path().join("nox");
        std::os::unix::fs::symlink(script, &link).expect("linked");
        assert_eq!(installed(&link.to_string_lossy()), Some([2026, 10, 20]));
    }

    #[test]
    fn what_is_not_certain_is_not_guessed() {
        for (releases, first) in [
            (&["2024.4.15", "2026.10.20"][..], "#!BIN/python3"),
            (&[], "#!BIN/python3"),
            (&["2024.4.15"], "#!/usr/bin/env python3"),
            (&["2024.4.15"], "#!BIN/no-python-here"),
            (&["2024.4.15"], "exec something"),
        ] {
            let (_folder, script) = environment(releases, first);
            assert_eq!(installed(&script), None, "{releases:?} {first}");
        }
    }
}
