//! A project with a noxfile whose sessions wait, fail and die, and noxflow in it.

use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::time::{Duration, Instant};

/// A test that waits longer than this has failed; a machine is never so slow.
const PATIENCE: Duration = Duration::from_secs(300);

/// Sessions without environments, so that nothing is installed. `hang` says where it is, also from a child that has left
/// its process group and from one that ignores to be asked.
pub(crate) const NOXFILE: &str = r#"
import os

import nox

nox.options.default_venv_backend = "none"
nox.options.sessions = ["good", "bad", "after_bad", "skips"]


@nox.session
def good(session):
    session.run("echo", "all is well", external=True)


@nox.session(tags=["wrong"])
def bad(session):
    session.run("sh", "-c", "echo it broke; exit 7", external=True)


@nox.session(requires=["bad"])
def after_bad(session):
    session.run("touch", "after-bad-ran", external=True)


@nox.session
def skips(session):
    session.skip("nothing to do here")


@nox.session
def killed(session):
    print("about to die", flush=True)
    os.kill(os.getpid(), 9)


@nox.session
def segfault(session):
    os.kill(os.getpid(), 11)


@nox.session
def hang(session):
    script = """
        (setsid sh -c 'trap "" INT TERM; echo $$ > far; while :; do sleep 1; done' &)
        trap '' INT TERM
        while [ ! -s far ]; do sleep 0.05; done
        echo $$ > near
        while :; do sleep 1; done
    """
    session.run("sh", "-c", script, external=True)


@nox.session
def loud(session):
    for _ in range(int(session.posargs[0])):
        os.write(1, b"not quite a hundred bytes of nothing much, again and again, as test suites at times will do.......\n" * 100)


@nox.session
def gate(session):
    session.run("sh", "-c", "echo $$ > at-gate; while [ ! -e open ]; do sleep 0.05; done", external=True)


@nox.session(requires=["loud"])
def after_loud(session):
    gate(session)
"#;

pub(crate) struct Project(tempfile::TempDir);

impl Project {
    pub(crate) fn new(noxfile: &str) -> Self {
        let folder = tempfile::tempdir().expect("a scratch folder");
        std::fs::write(folder.path().join("noxfile.py"), noxfile).expect("written");
        Self(folder)
    }

    pub(crate) fn file(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    pub(crate) fn read(&self, name: &str) -> String {
        std::fs::read_to_string(self.file(name)).unwrap_or_default()
    }

    /// `noxflow` here, with nox found as the first of `PATH`, away from the CI that may run these tests.
    pub(crate) fn command(&self, arguments: &[&str]) -> Command {
        let tools = noxflow_tests::tools().join("bin");
        let path = std::env::join_paths(
            std::iter::once(tools).chain(std::env::split_paths(&std::env::var_os("PATH").unwrap_or_default())),
        );
        let mut command = Command::new(noxflow_tests::noxflow());
        command.args(arguments).current_dir(self.0.path()).env("PATH", path.expect("a path"));
        command.env("NOXFLOW_STATE_DIR", self.file("state")).env("NO_COLOR", "1");
        for name in [
            "GITHUB_ACTIONS",
            "FORGEJO_ACTIONS",
            "GITEA_ACTIONS",
            "GITHUB_STEP_SUMMARY",
            "VIRTUAL_ENV",
            "NOXSESSION",
            "NOXPYTHON",
            "FORCE_COLOR",
            "NOXFLOW_TASK",
        ] {
            command.env_remove(name);
        }
        command
    }

    /// A program in the folder `bin`: a shell script.
    pub(crate) fn program(&self, name: &str, script: &str) {
        use std::os::unix::fs::PermissionsExt;
        std::fs::create_dir_all(self.file("bin")).expect("made");
        let file = self.file("bin").join(name);
        std::fs::write(&file, format!("#!/bin/sh\n{script}")).expect("written");
        std::fs::set_permissions(&file, std::fs::Permissions::from_mode(0o755)).expect("made executable");
    }

    /// `noxflow` here, with the programs of `bin` and no others.
    pub(crate) fn alone(&self, arguments: &[&str]) -> Command {
        let mut command = self.command(arguments);
        command.env("PATH", self.file("bin"));
        command
    }

    /// The lines of the newest log of `session`.
    pub(crate) fn log(&self, session: &str) -> Vec<String> {
        let mut folders = vec![self.file("state")];
        let mut logs = Vec::new();
        while let Some(folder) = folders.pop() {
            for entry in std::fs::read_dir(folder).expect("a folder").filter_map(Result::ok) {
                let name = entry.file_name().to_string_lossy().into_owned();
                if entry.path().is_dir() {
                    folders.push(entry.path());
                } else if name.ends_with(&format!("-{session}.log")) {
                    logs.push(entry.path());
                }
            }
        }
        logs.sort();
        let log = std::fs::read(logs.last().expect("a log")).expect("it can be read");
        String::from_utf8_lossy(&log).lines().map(str::to_owned).collect()
    }

    /// The lines of the history, each of which must be whole.
    pub(crate) fn history(&self) -> Vec<serde_json::Value> {
        let Ok(mut state) = std::fs::read_dir(self.file("state/workspaces")) else { return Vec::new() };
        let Some(Ok(folder)) = state.next() else { return Vec::new() };
        let history = std::fs::read_to_string(folder.path().join("history.jsonl")).unwrap_or_default();
        history.lines().map(|line| serde_json::from_str(line).expect("a whole line")).collect()
    }

    pub(crate) fn noxflow(&self, arguments: &[&str]) -> Output {
        self.command(arguments).output().expect("noxflow runs")
    }

    /// Starts it in the background.
    pub(crate) fn start(&self, arguments: &[&str]) -> Child {
        self.command(arguments).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("noxflow runs")
    }

    /// Waits until a session has written a line to `name`.
    pub(crate) fn wait_for(&self, name: &str) -> String {
        wait_until(&format!("a session has not written `{name}`"), || {
            Some(self.read(name)).filter(|text| text.ends_with('\n')).map(|text| text.trim().to_owned())
        })
    }
}

/// Waits until `found` gives something.
#[track_caller]
pub(crate) fn wait_until<T>(otherwise: &str, mut found: impl FnMut() -> Option<T>) -> T {
    let begun = Instant::now();
    loop {
        if let Some(found) = found() {
            return found;
        }
        assert!(begun.elapsed() < PATIENCE, "{otherwise}");
        std::thread::sleep(Duration::from_millis(20));
    }
}

/// Sends a signal by the system's own tool.
pub(crate) fn signal(name: &str, process: u32) {
    let sent = Command::new("kill").args([name, &process.to_string()]).status().expect("kill runs");
    assert!(sent.success(), "{process} was there to hear {name}");
}

/// Processes that belong to a run in this project: they have inherited its environment.
#[cfg(target_os = "linux")]
pub(crate) fn left(project: &Project) -> Vec<String> {
    let wanted = format!("NOXFLOW_STATE_DIR={}", project.file("state").display());
    let processes = std::fs::read_dir("/proc").expect("a list of processes").filter_map(Result::ok);
    let mut left = Vec::new();
    for process in processes {
        let environment = std::fs::read(process.path().join("environ")).unwrap_or_default();
        if environment.split(|byte| *byte == 0).any(|variable| variable == wanted.as_bytes()) {
            left.push(std::fs::read_to_string(process.path().join("cmdline")).unwrap_or_default().replace('\0', " "));
        }
    }
    left
}

/// Elsewhere nobody says.
#[cfg(not(target_os = "linux"))]
pub(crate) fn left(_project: &Project) -> Vec<String> {
    Vec::new()
}

/// Whether a process has ended; one that nobody has waited for yet counts as ended.
pub(crate) fn is_gone(process: &str) -> bool {
    if !Path::new("/proc/self/stat").exists() {
        return !Command::new("kill")
            .args(["-0", process])
            .stderr(Stdio::null())
            .status()
            .expect("kill runs")
            .success();
    }
    let status = std::fs::read_to_string(format!("/proc/{process}/stat")).unwrap_or_default();
    status.is_empty() || status.contains(") Z")
}
