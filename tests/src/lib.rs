//! What the end-to-end tests in the folders beside this file share: the binary, the outside tools, copies of projects.

use std::io::{BufRead, BufReader, Write};
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

/// The repository's root.
pub fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("the tests crate lies in the repository").to_owned()
}

/// The `noxflow` binary that was built with these tests (`cargo test --workspace` builds it).
pub fn noxflow() -> PathBuf {
    let mut folder = std::env::current_exe().expect("a test has a path");
    folder.pop(); // the test itself
    folder.pop(); // deps
    let path = folder.join(format!("noxflow{}", std::env::consts::EXE_SUFFIX));
    assert!(path.exists(), "{} is missing: run `cargo build -p noxflow` first", path.display());
    path
}

/// The folder of the outside tools that `tests/tools/setup.sh` installs.
pub fn tools() -> PathBuf {
    let path = std::env::var_os("NOXFLOW_TOOLS").map_or_else(|| root().join("target/tools"), PathBuf::from);
    assert!(path.join("bin").exists(), "{} is missing: run tests/tools/setup.sh first", path.display());
    path
}

/// One of the outside tools, by name: `nox`, `gh-parser`, `actionlint`.
pub fn tool(name: &str) -> Command {
    Command::new(tools().join("bin").join(name))
}

/// A copy of `tests/projects/NAME` with what git tracks of it, in a git repository of its own: some tools ask for one.
pub struct Project {
    folder: tempfile::TempDir,
}

impl Project {
    /// Copies the project.
    pub fn copy(name: &str) -> Self {
        let folder = tempfile::tempdir().expect("a scratch folder");
        let source = root().join("tests/projects").join(name);
        let listed = run(Command::new("git")
            .args(["ls-files", "-z", "--cached", "--others", "--exclude-standard", "."])
            .current_dir(&source));
        let names = String::from_utf8(listed.stdout).expect("names are text");
        for name in names.split('\0').filter(|name| !name.is_empty()) {
            let to = folder.path().join(name);
            std::fs::create_dir_all(to.parent().expect("a parent")).expect("a folder");
            std::fs::copy(source.join(name), to).expect("a file");
        }
        run(Command::new("git").args(["init", "-q"]).current_dir(folder.path()));
        Self { folder }
    }

    /// A project of these files: path and text.
    pub fn of(files: &[(&str, &str)]) -> Self {
        let project = Self { folder: tempfile::tempdir().expect("a scratch folder") };
        for (path, text) in files {
            project.write(path, text);
        }
        run(Command::new("git").args(["init", "-q"]).current_dir(project.path()));
        project
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        self.folder.path()
    }

    /// The text of one of its files.
    pub fn read(&self, name: &str) -> String {
        std::fs::read_to_string(self.path().join(name)).unwrap_or_else(|error| panic!("{name}: {error}"))
    }

    /// Writes one of its files.
    pub fn write(&self, name: &str, text: &str) {
        let path = self.path().join(name);
        std::fs::create_dir_all(path.parent().expect("a parent")).expect("a folder");
        std::fs::write(path, text).expect("a file can be written");
    }

    /// Adds text to the end of one of its files.
    pub fn append(&self, name: &str, text: &str) {
        self.write(name, &(self.read(name) + text));
    }

    /// Runs `noxflow` in it, with a state folder of its own so that no earlier run has a say in estimates.
    pub fn noxflow(&self, arguments: &[&str]) -> Output {
        self.command(arguments).output().expect("noxflow runs")
    }

    /// The same, for callers who set more.
    pub fn command(&self, arguments: &[&str]) -> Command {
        let state = self.path().join(".git/noxflow-state");
        let mut command = Command::new(noxflow());
        command.args(arguments).current_dir(self.path()).env("XDG_STATE_HOME", &state).env("NO_COLOR", "1");
        command
    }
}

/// Runs a command that must succeed.
#[track_caller]
pub fn run(command: &mut Command) -> Output {
    let output = command.output().unwrap_or_else(|error| panic!("{command:?}: {error}"));
    assert!(output.status.success(), "{command:?}: {}", text(&output));
    output
}

/// What a command printed, both streams.
pub fn text(output: &Output) -> String {
    format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr))
}

/// A forge on loopback: its address. Answers every request with what `answer` makes of its path; nobody who asks without this token gets anything.
pub fn forge(token: &'static str, answer: fn(&str) -> String) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let url = format!("http://{}", listener.local_addr().expect("an address"));
    std::thread::spawn(move || {
        for mut stream in listener.incoming().map_while(Result::ok) {
            let lines: Vec<String> =
                BufReader::new(&stream).lines().map_while(Result::ok).take_while(|line| !line.is_empty()).collect();
            let path = lines.first().and_then(|line| line.split(' ').nth(1)).unwrap_or_default();
            let is_known = lines.iter().any(|line| line.ends_with(token));
            let (status, body) = if is_known { (200, answer(path)) } else { (401, "{}".to_owned()) };
            let head = format!("HTTP/1.1 {status} X\r\nContent-Length: {}\r\nConnection: close\r\n\r\n", body.len());
            let _ = stream.write_all(format!("{head}{body}").as_bytes());
        }
    });
    url
}
