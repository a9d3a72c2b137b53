//! The stage: a project whose sessions are real nox processes that stop at agreed points until they are let on. Nothing
//! here waits for time to pass; a limit only ends what hangs.
//!
//! A point is a pair of files in `.race/`: who comes to `x` makes `x.here` and waits for `x.go`. In a noxfile that is
//! [`at`], in Python code [`PAUSE`].

use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use model::{Evidence, NoxfileId, SessionId};
use noxflow::workspace::OnDisk;
use noxflow_tests::{Project, text, tools};

/// After this long something hangs.
const LIMIT: Duration = Duration::from_secs(120);

/// Python that defines `pause(point)`.
pub(crate) const PAUSE: &str = "
import os
import pathlib
import time


def pause(point):
    race = pathlib.Path(os.environ['RACE_FOLDER'])
    race.mkdir(exist_ok=True)
    (race / (point + '.here')).touch()
    while not (race / (point + '.go')).exists():
        time.sleep(0.02)
";

/// What a session calls to stop at `point`: commands that noxflow knows to touch nothing else.
pub(crate) fn at(point: &str) -> String {
    format!(
        "session.run(\"sh\", \"-c\", \"mkdir -p .race; touch .race/{point}.here; until test -e .race/{point}.go; do sleep 0.02; done\", external=True)"
    )
}

/// A project on the stage.
pub(crate) struct Stage {
    project: Project,
}

/// A session that runs.
pub(crate) struct Playing {
    name: String,
    child: Child,
    log: std::path::PathBuf,
}

/// How a session ended.
pub(crate) struct Ended {
    /// Whether nox calls it green.
    pub(crate) green: bool,
    /// What it printed.
    pub(crate) shown: String,
}

impl Stage {
    /// A project of these files. `noxfile` has the sessions alone; they use the tools of the catalogue.
    pub(crate) fn of(noxfile: &str, files: &[(&str, &str)]) -> Self {
        let stage = Self { project: Project::of(files) };
        let head = "import nox\n\nnox.options.default_venv_backend = \"none\"\n";
        stage.write("noxfile.py", &format!("{head}{noxfile}"));
        stage.write(".git/info/exclude", ".race\n");
        stage
    }

    /// Writes a file.
    pub(crate) fn write(&self, name: &str, text: &str) {
        self.project.write(name, text);
    }

    /// A file's text.
    pub(crate) fn read(&self, name: &str) -> String {
        self.project.read(name)
    }

    /// Where it is.
    pub(crate) fn path(&self) -> &Path {
        self.project.path()
    }

    /// The cure by hand: `from` in the noxfile becomes `to`.
    #[track_caller]
    pub(crate) fn edit(&self, from: &str, to: &str) {
        let before = self.read("noxfile.py");
        assert!(before.contains(from), "`{from}` is not in the noxfile:\n{before}");
        self.write("noxfile.py", &before.replace(from, to));
    }

    /// The cure by our own rewrite.
    #[track_caller]
    pub(crate) fn rewrite(&self, id: &str) {
        let applied = self.project.noxflow(&["rewrite", "noxfile.py", "--apply", id]);
        assert!(applied.status.success(), "{id}: {}\n{}", text(&applied), self.read("noxfile.py"));
    }

    /// Ids of the hazards that noxflow sees between two sessions, and whether it lets them overlap as they are.
    pub(crate) fn hazards(&self, a: &str, b: &str) -> Vec<&'static str> {
        let (disk, a, b) = self.ask(a, b);
        let found = disk.snapshot.workspace.hazards_between(NoxfileId(0), a, b);
        found.iter().map(|hazard| hazard.kind).collect()
    }

    /// Whether noxflow knows that `b` must come after `a` because the noxfile declares it.
    pub(crate) fn is_declared(&self, a: &str, b: &str) -> bool {
        let (disk, a, b) = self.ask(a, b);
        let edges = &disk.snapshot.workspace.noxfiles[0].edges;
        edges.iter().any(|edge| (edge.from, edge.to, edge.evidence) == (a, b, Evidence::Declared))
    }

    #[track_caller]
    fn ask(&self, a: &str, b: &str) -> (OnDisk, SessionId, SessionId) {
        let disk = OnDisk::open(self.path()).expect("the project");
        let id = |name: &str| disk.snapshot.workspace.noxfiles[0].by_name.get(name).copied();
        let (a, b) = (id(a).expect("a session"), id(b).expect("a session"));
        (disk, a, b)
    }

    /// Forgets who was where, and what `paths` hold, so that the same is played again.
    pub(crate) fn clear(&self, paths: &[&str]) {
        for path in paths.iter().chain(&[".race"]) {
            let path = self.path().join(path);
            let gone = if path.is_dir() { std::fs::remove_dir_all(&path) } else { std::fs::remove_file(&path) };
            drop(gone); // it need not be there
        }
    }

    /// A command in the project with the catalogue's tools, which must succeed.
    #[track_caller]
    pub(crate) fn prepare(&self, words: &[&str]) {
        noxflow_tests::run(self.command(words[0]).args(&words[1..]));
    }

    /// Starts nox with one session.
    pub(crate) fn start(&self, session: &str) -> Playing {
        self.start_as(session, session)
    }

    /// The same, with a name that the processes find in `RACE`.
    pub(crate) fn start_as(&self, session: &str, name: &str) -> Playing {
        let log = self.path().join(format!(".git/{name}.log"));
        let file = std::fs::File::create(&log).expect("a log");
        let mut command = self.command("nox");
        command.args(["-s", session]).env("RACE", name).stdin(Stdio::null());
        command.stdout(file.try_clone().expect("a log")).stderr(file);
        std::os::unix::process::CommandExt::process_group(&mut command, 0);
        Playing { name: name.to_owned(), child: command.spawn().expect("nox starts"), log }
    }

    /// Runs a session to its end.
    pub(crate) fn play(&self, session: &str) -> Ended {
        self.start(session).end()
    }

    /// Waits until somebody is at `point`; whoever plays must not end before.
    #[track_caller]
    pub(crate) fn wait(&self, point: &str, playing: &mut Playing) {
        let here = self.path().join(format!(".race/{point}.here"));
        let start = Instant::now();
        while !here.exists() {
            let is_over = playing.child.try_wait().expect("a child").is_some() && !here.exists();
            assert!(!is_over, "`{}` ended before `{point}`: {}", playing.name, playing.shown());
            assert!(start.elapsed() < LIMIT, "`{}` does not come to `{point}`: {}", playing.name, playing.shown());
            std::thread::sleep(Duration::from_millis(10));
        }
    }

    /// Lets on who is at `point`, or will be.
    pub(crate) fn go(&self, point: &str) {
        self.write(&format!(".race/{point}.go"), "");
    }

    /// A command in the project that finds the tools of the catalogue.
    pub(crate) fn command(&self, program: &str) -> Command {
        let path = std::env::var_os("PATH").unwrap_or_default();
        let first = [tools().join("catalogue/bin"), tools().join("bin")];
        let path = std::env::join_paths(first.into_iter().chain(std::env::split_paths(&path))).expect("a PATH");
        let mut command = Command::new(program);
        command.current_dir(self.path()).env("PATH", path).env("NO_COLOR", "1").env("UV_OFFLINE", "1");
        command.env("RACE_FOLDER", self.path().join(".race"));
        // Nothing of the user's.
        let home = self.path().join(".git/home");
        std::fs::create_dir_all(&home).expect("a home");
        command.env("HOME", home).env("VIRTUAL_ENV", tools().join("catalogue"));
        for key in ["COVERAGE_FILE", "PYTEST_ADDOPTS", "DATABASE_URL", "UV_PROJECT_ENVIRONMENT", "XDG_CACHE_HOME"] {
            command.env_remove(key);
        }
        command
    }
}

impl Playing {
    /// Waits for its end.
    #[track_caller]
    pub(crate) fn end(mut self) -> Ended {
        let start = Instant::now();
        loop {
            if let Some(status) = self.child.try_wait().expect("a child") {
                return Ended { green: status.success(), shown: self.shown() };
            }
            assert!(start.elapsed() < LIMIT, "`{}` does not end: {}", self.name, self.shown());
            std::thread::sleep(Duration::from_millis(10));
        }
    }

    /// Whether it still runs.
    pub(crate) fn is_on(&mut self) -> bool {
        self.child.try_wait().expect("a child").is_none()
    }

    fn shown(&self) -> String {
        std::fs::read_to_string(&self.log).unwrap_or_default()
    }
}

impl Drop for Playing {
    /// Whatever a failed test leaves behind is ended with all that it started.
    fn drop(&mut self) {
        if self.is_on() {
            let group = format!("-{}", self.child.id());
            drop(Command::new("kill").args(["-KILL", "--", &group]).status());
            drop(self.child.wait());
        }
    }
}
