//! Rewrites of noxfiles, executed: real nox runs the file before and after, alone and with `-j`.

use std::process::Output;

use noxflow_tests::{Project, text, tool};
use serde_json::Value;

/// Two sessions that test a module each, and a report that asks for all of it.
const COVERED: &str = r#"
import nox

nox.options.default_venv_backend = "uv"
nox.options.reuse_existing_virtualenvs = True


@nox.session
def report(session):
    session.install("coverage==7.17.3")
    session.run("coverage", "report", "--include=one.py,two.py", "--fail-under=100")


@nox.session
def first(session):
    session.install("coverage==7.17.3", "pytest==9.2.0")
    session.run("coverage", "run", "--source=.", "-m", "pytest", "-q", "test_one.py")


@nox.session
def second(session):
    session.install("coverage==7.17.3", "pytest==9.2.0")
    session.run("coverage", "run", "--source=.", "-m", "pytest", "-q", "test_two.py")
"#;

fn covered() -> Project {
    Project::of(&[
        ("noxfile.py", COVERED),
        ("one.py", "def one():\n    return 1\n"),
        ("two.py", "def two():\n    return 2\n"),
        ("test_one.py", "import one\ndef test(): assert one.one() == 1\n"),
        ("test_two.py", "import two\ndef test(): assert two.two() == 2\n"),
    ])
}

/// The whole way from a noxfile that works by luck to one that is fast and right under `nox -j`.
#[test]
fn coverage_is_counted_whole_and_in_order_under_nox_j() {
    let project = covered();
    let before = nox(&project, &["-s", "first", "second", "report"]);
    assert!(!before.is_green(), "the second session overwrites the first one's data: {}", before.shown);

    apply(&project, &["isolate-coverage"]);
    let isolated = nox(&project, &["-s", "first", "second", "report"]);
    assert!(isolated.is_green(), "{}\n{}", project.read("noxfile.py"), isolated.shown);
    assert_eq!(isolated.sessions, before.sessions);

    // The report stands first in the file: a bare nox runs it too early.
    assert!(!nox(&project, &[]).is_green());
    apply(&project, &["add-requires"]);
    let required = nox(&project, &["-s", "report"]);
    assert!(required.is_green(), "{}\n{}", project.read("noxfile.py"), required.shown);
    assert_eq!(required.sessions, ["first", "report", "second"]);

    apply(&project, &["allow-parallel"]);
    let parallel = nox(&project, &["-j", "3"]);
    assert!(parallel.is_green(), "{}\n{}", project.read("noxfile.py"), parallel.shown);
    assert_eq!(parallel.sessions, required.sessions);
    assert_eq!(parallel.started.last().map(String::as_str), Some("report"), "{}", parallel.shown);
    for id in ["isolate-coverage", "add-requires", "allow-parallel"] {
        assert!(!project.noxflow(&["rewrite", "noxfile.py", "--apply", id]).status.success(), "{id} is offered again");
    }
}

/// Each waits until the other one is there, too: they pass only side by side.
#[test]
fn sessions_that_are_let_in_run_at_the_same_time() {
    let meet = |own: &str, other: &str| {
        format!(
            "import pathlib, time
def test():
    pathlib.Path('{own}').touch()
    for _ in range(600):
        if pathlib.Path('{other}').exists():
            return
        time.sleep(0.1)
    assert False, 'the other one did not come'
"
        )
    };
    let project = Project::of(&[
        (
            "noxfile.py",
            &SESSIONS.replace(
                "BODY",
                "session.install(\"pytest==9.2.0\")\n    session.run(\"pytest\", f\"test_{session.name}.py\")",
            ),
        ),
        ("test_a.py", &meet("a-is-here", "b-is-here")),
        ("test_b.py", &meet("b-is-here", "a-is-here")),
    ]);
    apply(&project, &["allow-parallel"]);
    let parallel = nox(&project, &["-j", "2"]);
    assert!(parallel.is_green(), "{}\n{}", project.read("noxfile.py"), parallel.shown);
}

const SESSIONS: &str = r#"
import nox

nox.options.default_venv_backend = "uv"


@nox.session
def a(session):
    BODY


@nox.session
def b(session):
    BODY
"#;

#[test]
fn every_session_writes_its_own_report() {
    let body = "session.install(\"pytest==9.2.0\")\n    session.run(\"pytest\", \"--junitxml=out/report.xml\", \"test_it.py\")";
    let project = Project::of(&[("noxfile.py", &SESSIONS.replace("BODY", body)), ("test_it.py", "def test(): pass\n")]);
    assert!(nox(&project, &[]).is_green());
    assert!(project.path().join("out/report.xml").exists());
    std::fs::remove_dir_all(project.path().join("out")).expect("the report can be removed");
    apply(&project, &["isolate-output"]);
    let after = nox(&project, &[]);
    assert!(after.is_green(), "{}", after.shown);
    for name in ["a", "b"] {
        assert!(project.path().join(format!("out/report-{name}.xml")).exists(), "{}", project.read("noxfile.py"));
    }
}

/// nox refuses `notify` under `-j`, and runs the same by `requires=`.
#[test]
fn what_was_queued_is_required() {
    let noxfile = r#"
import nox

nox.options.default_venv_backend = "none"
nox.options.sessions = ["tests", "lint"]
nox.options.allow_parallel = True


@nox.session
def tests(session):
    session.run("echo", "tests", external=True)
    session.notify("report")


@nox.session
def lint(session):
    session.run("echo", "lint", external=True)


@nox.session
def report(session):
    session.run("echo", "report", external=True)
"#;
    let project = Project::of(&[("noxfile.py", noxfile)]);
    let before = nox(&project, &[]);
    assert!(before.is_green(), "{}", before.shown);
    assert!(!nox(&project, &["-j", "2"]).is_green(), "nox refuses it");
    let refused = project.noxflow(&["rewrite", "noxfile.py", "--apply", "replace-notify"]);
    assert!(!refused.status.success(), "it changes what `nox -s tests` does: {}", text(&refused));
    apply(&project, &["replace-notify", "--unsafe"]);
    for arguments in [&[][..], &["-j", "2"]] {
        let after = nox(&project, arguments);
        assert!(after.is_green(), "{}\n{}", project.read("noxfile.py"), after.shown);
        assert_eq!(after.sessions, before.sessions);
    }
    assert_eq!(nox(&project, &["-s", "report"]).sessions, ["report", "tests"]);
}

/// A session ends when four have begun, so that the first four to begin are those that nox chose: the lines that say so
/// come from four threads, in any order.
const WAVE: &str = r#"
import os, pathlib, sys, time

begun = pathlib.Path(".git/begun")
begun.mkdir(exist_ok=True)
(begun / sys.argv[1]).touch()
until = time.monotonic() + 120
while len(os.listdir(begun)) < 4:
    if time.monotonic() > until:
        sys.exit("no four sessions began together")
    time.sleep(0.01)
"#;

/// The chain is among the first to start, as the simulation has it.
#[test]
fn nox_starts_in_the_new_order() {
    let mut noxfile = "import nox\n\nnox.options.default_venv_backend = \"none\"\nnox.options.allow_parallel = True\n\
                       nox.options.sessions = [\"a\", \"b\", \"c\", \"d\", \"x\", \"y\"]\n"
        .to_owned();
    for (name, requires) in [("a", ""), ("b", ""), ("c", ""), ("d", ""), ("x", ""), ("y", "(requires=[\"x\"])")] {
        let body = format!("session.run(\"python3\", \"wave.py\", \"{name}\", external=True)");
        noxfile.push_str(&format!("\n\n@nox.session{requires}\ndef {name}(session):\n    {body}\n"));
    }
    let project = Project::of(&[("noxfile.py", &noxfile), ("wave.py", WAVE)]);
    assert_eq!(first_wave(&project, &[]), ["a", "b", "c", "d"]);
    apply(&project, &["longest-first"]);
    assert_eq!(first_wave(&project, &[]), ["a", "b", "c", "x"]);

    // Without a list nox takes the order of the file: there a list is added.
    let list = "nox.options.sessions = [\"a\", \"b\", \"c\", \"d\", \"x\", \"y\"]\n";
    let project = Project::of(&[("noxfile.py", &noxfile.replace(list, "")), ("wave.py", WAVE)]);
    assert_eq!(first_wave(&project, &[]), ["a", "b", "c", "d"]);
    apply(&project, &["longest-first"]);
    assert_eq!(first_wave(&project, &[]), ["a", "b", "c", "x"]);

    // A call with names of its own takes no notice of the list.
    assert_eq!(first_wave(&project, &["-s", "a", "b", "c", "d", "x", "y"]), ["a", "b", "c", "d"]);
    let workflow =
        "on: push\njobs:\n  checks:\n    runs-on: ubuntu-latest\n    steps:\n      - run: nox -j 4 -s a b c d x y\n";
    project.write(".github/workflows/ci.yml", workflow);
    let applied = project.noxflow(&["rewrite", ".github/workflows/ci.yml", "--apply", "longest-first"]);
    assert!(applied.status.success(), "{}", text(&applied));
    let call = project.read(".github/workflows/ci.yml");
    let names = call.trim_end().split_once(" -s ").expect("names").1.split(' ');
    let arguments: Vec<&str> = ["-s"].into_iter().chain(names).collect();
    assert_eq!(first_wave(&project, &arguments), ["a", "b", "c", "x"], "{call}");
}

/// The four sessions that nox starts together on four slots, sorted. All six pass.
fn first_wave(project: &Project, arguments: &[&str]) -> Vec<String> {
    let begun = project.path().join(".git/begun");
    if begun.exists() {
        std::fs::remove_dir_all(&begun).expect("the last run's marks can be removed");
    }
    let arguments: Vec<&str> = ["-j", "4"].into_iter().chain(arguments.iter().copied()).collect();
    let ran = nox(project, &arguments);
    assert!(ran.is_green(), "{}", ran.shown);
    assert_eq!(ran.sessions, ["a", "b", "c", "d", "x", "y"], "{}", ran.shown);
    let mut wave: Vec<String> = ran.started.into_iter().take(4).collect();
    wave.sort();
    wave
}

/// nox itself says that it is too old, instead of failing over an argument.
#[test]
fn nox_reads_the_version_that_is_asked_for() {
    let noxfile = "import nox\n\n\n@nox.session(venv_backend=\"none\", allow_parallel=True)\ndef a(session):\n    session.log(\"a\")\n";
    let project = Project::of(&[("noxfile.py", noxfile)]);
    apply(&project, &["require-nox-version"]);
    assert!(nox(&project, &[]).is_green());
    let far = project.read("noxfile.py").replace("2026.08.10", "9999.1.1");
    assert_ne!(far, project.read("noxfile.py"));
    project.write("noxfile.py", &far);
    let old = nox(&project, &[]);
    assert!(!old.is_green() && old.shown.contains("9999.1.1"), "{}", old.shown);
}

/// A project whose backend says in `builds.txt` each time that it builds.
fn built(noxfile: &str) -> Project {
    Project::of(&[
        ("noxfile.py", noxfile),
        (
            "pyproject.toml",
            "[build-system]\nrequires = [\"setuptools\"]\n[project]\nname = \"demo\"\nversion = \"1\"\n",
        ),
        (
            "setup.py",
            "import setuptools\nprint('building', file=open('builds.txt', 'a'))\nsetuptools.setup(py_modules=['demo'])\n",
        ),
        ("demo.py", "VALUE = 1\n"),
    ])
}

/// What nox did, and how often the backend was asked.
#[track_caller]
fn builds(project: &Project, arguments: &[&str]) -> (Ran, usize) {
    let ran = nox(project, arguments);
    assert!(ran.is_green(), "{}\n{}", project.read("noxfile.py"), ran.shown);
    let count = project.read("builds.txt").lines().count();
    std::fs::remove_file(project.path().join("builds.txt")).expect("the list can be removed");
    (ran, count)
}

/// Sessions of the report but for the one that builds.
fn without_builder(ran: &Ran) -> Vec<&str> {
    ran.sessions.iter().map(String::as_str).filter(|name| *name != "build").collect()
}

const IMPORT: &str = "session.run(\"python\", \"-c\", \"import demo; print('demo is', demo.VALUE)\")";

/// The backend is started once instead of twice, in a tree that stays clean of it in between; what is installed is what
/// the sources say, also in an environment that is used again.
#[test]
fn one_wheel_serves_all_sessions() {
    let body = format!("session.install(\".\")\n    {IMPORT}");
    let noxfile = SESSIONS.replace("BODY", &body).replace("@nox.session", "@nox.session(allow_parallel=True)");
    let project = built(&noxfile);
    let (before, each) = builds(&project, &[]);
    apply(&project, &["build-once"]);
    let (after, once) = builds(&project, &["-j", "2"]);
    assert_eq!(without_builder(&after), before.sessions);
    assert_eq!(once * 2, each, "{}", after.shown);
    assert_eq!(after.started.first().map(String::as_str), Some("build"), "{}", after.shown);

    project.write("demo.py", "VALUE = 2\n");
    let (again, _) = builds(&project, &["-r", "-s", "a"]);
    assert!(again.shown.contains("demo is 2"), "{}", again.shown);
}

/// Sessions that build by themselves find what one has built for all, in a folder that is as clean as it was.
#[test]
fn one_build_serves_all_sessions() {
    let body = format!(
        "shutil.rmtree(\"dist\", ignore_errors=True)\n    session.install(\"build\")\n    session.run(\"python\", \"-m\", \
         \"build\", \"--wheel\", \"--installer\", \"uv\")\n    session.install(\"--no-index\", \"--find-links\", \"dist\", \
         \"demo\")\n    {IMPORT}"
    );
    let project = built(&SESSIONS.replace("BODY", &body).replace("import nox\n", "import shutil\nimport nox\n"));
    project.write("dist/demo-0.9-py3-none-any.whl", "of last year");
    let (before, each) = builds(&project, &[]);
    let left = || {
        let entries = std::fs::read_dir(project.path().join("dist")).expect("the output folder");
        let mut names: Vec<_> = entries.map(|entry| entry.expect("an entry").file_name()).collect();
        names.sort();
        names
    };
    let left_before = left();
    apply(&project, &["build-once"]);
    let (after, once) = builds(&project, &[]);
    assert_eq!(without_builder(&after), before.sessions);
    assert_eq!(once * 2, each, "{}", after.shown);
    assert_eq!(left(), left_before);
    assert_eq!(after.shown.matches("demo is 1").count(), before.shown.matches("demo is 1").count(), "{}", after.shown);
}

#[track_caller]
fn apply(project: &Project, rewrite: &[&str]) {
    let arguments: Vec<&str> =
        ["rewrite", "noxfile.py", "--apply"].into_iter().chain(rewrite.iter().copied()).collect();
    let applied = project.noxflow(&arguments);
    assert!(applied.status.success(), "{}\n{}", text(&applied), project.read("noxfile.py"));
}

/// What nox did.
struct Ran {
    output: Output,
    shown: String,
    /// Sessions of its report, sorted.
    sessions: Vec<String>,
    /// Sessions in the order in which they started under `-j`.
    started: Vec<String>,
}

impl Ran {
    fn is_green(&self) -> bool {
        self.output.status.success()
    }
}

fn nox(project: &Project, arguments: &[&str]) -> Ran {
    let mut command = tool("nox");
    command.args(["--report", ".git/report.json"]).args(arguments).current_dir(project.path()).env("NO_COLOR", "1");
    let output = command.output().expect("nox runs");
    let shown = text(&output);
    let report = std::fs::read_to_string(project.path().join(".git/report.json")).unwrap_or_default();
    let report: Value = serde_json::from_str(&report).unwrap_or_default();
    let all = report["sessions"].as_array().cloned().unwrap_or_default();
    let mut sessions: Vec<String> = all.iter().filter_map(|it| it["name"].as_str()).map(str::to_owned).collect();
    sessions.sort();
    let start = |line: &str| Some(line.split_once("Starting session ")?.1.trim_end_matches('.').trim().to_owned());
    let started = shown.lines().filter_map(start).collect();
    Ran { output, shown, sessions, started }
}
