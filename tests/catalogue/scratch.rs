//! Runs commands in fresh copies of `project/`, each with a home and a temporary folder of its own.

use std::collections::HashMap;
use std::fs::File;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::{Arc, Mutex, OnceLock};
use std::time::{Duration, Instant};

use noxflow_tests::{root, run, tools};

use crate::command::Proof;
use crate::tree::Tree;

/// After this long a command hangs.
const LIMIT: Duration = Duration::from_secs(300);

/// A folder with `tree` (the project), `home` and `tmp`.
pub(crate) struct Scratch {
    folder: tempfile::TempDir,
}

/// How a command ended.
pub(crate) struct Ended {
    /// Its exit status; `None` for one that was ended by a signal or did not end.
    pub(crate) status: Option<i32>,
    /// What it printed.
    pub(crate) shown: String,
}

/// Projects that are ready for the commands that need them, by files and preparation.
#[derive(Default)]
pub(crate) struct Shelf {
    ready: Mutex<HashMap<String, Arc<OnceLock<Scratch>>>>,
}

impl Shelf {
    /// A copy of the project as `proof` needs it before it runs.
    pub(crate) fn project(&self, proof: &Proof) -> Scratch {
        let key = format!("{:?} {:?} {}", proof.files, proof.after, proof.plugins);
        let cell = Arc::clone(self.ready.lock().expect("no panic").entry(key).or_default());
        cell.get_or_init(|| prepare(proof)).copy()
    }
}

fn prepare(proof: &Proof) -> Scratch {
    let scratch = Scratch::new();
    let source = root().join("tests/catalogue/project");
    copy(&source, &scratch.tree());
    for (path, text) in proof.files {
        let path = scratch.tree().join(path);
        if text.is_empty() {
            std::fs::remove_file(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        } else {
            std::fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
            std::fs::write(&path, text).expect("a file");
        }
    }
    std::fs::write(
        scratch.home().join(".gitconfig"),
        "[user]\n\tname = Demo\n\temail = demo@example.org\n[init]\n\tdefaultBranch = main\n[gc]\n\tauto = 0\n",
    )
    .expect("a file");
    for arguments in [&["init", "-q"][..], &["add", "-A"], &["commit", "-q", "-m", "feat: all of it"]] {
        run(scratch.command("git").args(arguments));
    }
    for command in proof.after {
        let words: Vec<&str> = command.split_whitespace().collect();
        let ended = scratch.run(&words, &[("PYTEST_PLUGINS", proof.plugins)], "");
        assert_eq!(ended.status, Some(0), "`{command}`, before `{}`: {}", proof.run, ended.shown);
    }
    scratch
}

impl Scratch {
    fn new() -> Self {
        let scratch = Self { folder: tempfile::tempdir().expect("a scratch folder") };
        for folder in [scratch.tree(), scratch.home(), scratch.folder.path().join("tmp")] {
            std::fs::create_dir(folder).expect("a folder");
        }
        scratch
    }

    fn copy(&self) -> Self {
        let other = Self::new();
        copy(&self.tree(), &other.tree());
        copy(&self.home(), &other.home());
        other
    }

    /// The project.
    pub(crate) fn tree(&self) -> PathBuf {
        self.folder.path().join("tree")
    }

    fn home(&self) -> PathBuf {
        self.folder.path().join("home")
    }

    /// Runs a command in `directory` of the project, as a session would.
    pub(crate) fn run(&self, words: &[&str], env: &[(&str, &str)], directory: &str) -> Ended {
        let output = self.folder.path().join("output");
        let file = File::create(&output).expect("a file");
        let mut command = self.command(words[0]);
        command.args(&words[1..]).envs(env.iter().copied()).current_dir(self.tree().join(directory));
        command.stdin(Stdio::null()).stdout(file.try_clone().expect("a file")).stderr(file);
        let mut child = command.spawn().unwrap_or_else(|error| panic!("{words:?}: {error}"));
        let start = Instant::now();
        let status = loop {
            match child.try_wait().expect("a child") {
                Some(status) => break status.code(),
                None if start.elapsed() > LIMIT => {
                    child.kill().expect("it can be ended");
                    child.wait().expect("it ends");
                    break None;
                }
                None => std::thread::sleep(Duration::from_millis(10)),
            }
        };
        let shown = String::from_utf8_lossy(&std::fs::read(&output).expect("its output")).into_owned();
        Ended { status, shown }
    }

    /// Removes the files that `is_meant`.
    pub(crate) fn remove(&self, is_meant: impl Fn(&str) -> bool) {
        for path in Tree::of(&self.tree()).paths().filter(|path| is_meant(path)) {
            let file = self.tree().join(path);
            std::fs::remove_file(&file).unwrap_or_else(|error| panic!("{path}: {error}"));
            // A folder of nothing but these is gone, too.
            for folder in file.ancestors().skip(1).take_while(|folder| **folder != *self.tree()) {
                if std::fs::remove_dir(folder).is_err() {
                    break;
                }
            }
        }
    }

    /// A command in the project that finds the catalogue's tools and nothing of the user's.
    fn command(&self, program: &str) -> Command {
        let path = std::env::var_os("PATH").unwrap_or_default();
        let first = [tools().join("catalogue/bin"), tools().join("bin")];
        let path = std::env::join_paths(first.into_iter().chain(std::env::split_paths(&path))).expect("a PATH");
        let home = std::env::var_os("HOME").map(PathBuf::from).unwrap_or_default();
        let mut command = Command::new(program);
        command.current_dir(self.tree()).env("PATH", path).env("HOME", self.home());
        command.env("TMPDIR", self.folder.path().join("tmp")).env("NO_COLOR", "1");
        // Each plugin of pytest makes each run slower; who needs one names it.
        command.env("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1");
        // As nox has it in a session.
        command.env("VIRTUAL_ENV", tools().join("catalogue"));
        // What was downloaded for one is there for all.
        command.env("UV_CACHE_DIR", tools().join("catalogue/uv-cache"));
        for (key, folder) in [("CARGO_HOME", ".cargo"), ("RUSTUP_HOME", ".rustup")] {
            command.env(key, std::env::var_os(key).map_or_else(|| home.join(folder), PathBuf::from));
        }
        // `cargo test` speaks to itself by these; builds in the scratch project are others.
        for key in ["CARGO_TARGET_DIR", "COVERAGE_FILE", "PYTEST_ADDOPTS", "XDG_CACHE_HOME", "GIT_DIR"] {
            command.env_remove(key);
        }
        command
    }
}

/// Copies all of a folder, links as links.
fn copy(from: &Path, to: &Path) {
    run(Command::new("cp").arg("-R").arg(from.join(".")).arg(to));
}
