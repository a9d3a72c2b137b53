//! Which nox is called, and what an old one can do.

use noxflow_tests::text;

use crate::project::{NOXFILE, Project};

/// A nox that says its version, else writes down how it was called.
fn nox(version: &str) -> String {
    format!("case \"$*\" in *--version*) echo {version} ;; *) echo \"$*\" >> calls ;; esac\n")
}

/// `words`: how nox must be called in a project with this `pyproject`.
#[track_caller]
fn check_found_as(program: &str, words: &str, pyproject: &str) {
    let project = Project::new(NOXFILE);
    std::fs::write(project.file("pyproject.toml"), pyproject).expect("written");
    let wanted = words.strip_prefix(program).expect("it starts with the program").trim();
    let is_other = format!("case \"$*\" in \"{wanted}\"*) ;; *) echo no such thing; exit 2 ;; esac\n");
    project.program(program, &format!("{is_other}{}", nox("2026.10.20")));
    let output = project.alone(&["run", "good"]).output().expect("noxflow runs");
    assert_eq!(output.status.code(), Some(0), "{}", text(&output));
    let call = format!("{wanted} -f noxfile.py -s good --no-dependencies");
    assert_eq!(project.read("calls").trim(), call.trim());
}

#[test]
fn nox_is_found_in_the_path_in_python_and_by_the_tools_that_fetch_it() {
    check_found_as("nox", "nox", "");
    check_found_as("python3", "python3 -m nox", "");
    check_found_as("uvx", "uvx nox", "");
    check_found_as("uv", "uv run nox", "[dependency-groups]\ndev = [\"nox\"]\n");
    check_found_as("pipx", "pipx run nox", "");
}

/// Sessions that need no other program.
const BARE: &str = "
import nox

nox.options.default_venv_backend = 'none'

@nox.session
def first(session):
    print('all is well')

@nox.session
def second(session):
    print('all is well')
";

/// Makes `name` call a program of the tools and write down how.
fn real(project: &Project, name: &str) {
    let program = noxflow_tests::tools().join("python/bin").join(name);
    project.program(name, &format!("echo \"{name} $*\" >> calls\nexec '{}' \"$@\"\n", program.display()));
    // The script that uv makes for nox looks for its interpreter by these.
    for helper in ["dirname", "realpath"] {
        project.program(helper, &format!("PATH=/usr/bin:/bin exec {helper} \"$@\"\n"));
    }
}

/// Runs both sessions at once; every call must be one of `way`.
#[track_caller]
fn check_runs(project: &Project, way: &str) {
    let mut command = project.alone(&["run", "-j", "2"]);
    command.env("UV_PYTHON", noxflow_tests::tools().join("python/bin/python"));
    let out = text(&command.output().expect("noxflow runs"));
    assert!(out.contains("2 passed"), "{out}");
    assert!(project.log("second").iter().any(|line| line == "all is well"), "{:?}", project.log("second"));
    let calls = project.read("calls");
    assert!(calls.lines().all(|call| call.starts_with(way)), "{calls}");
}

#[test]
fn sessions_run_by_python_itself() {
    let project = Project::new(BARE);
    real(&project, "python3");
    check_runs(&project, "python3 -m nox");
}

#[test]
fn sessions_run_by_uv() {
    // uv fetches nox once, then has it.
    let python = noxflow_tests::tools().join("python/bin/python");
    let fetched = noxflow_tests::tool("../python/bin/uvx").args(["nox", "--version"]).env("UV_PYTHON", python).output();
    if !fetched.expect("uvx runs").status.success() {
        eprintln!("left out: uv cannot fetch nox here");
        return;
    }
    let project = Project::new(BARE);
    real(&project, "uvx");
    check_runs(&project, "uvx nox");

    let project = Project::new(BARE);
    real(&project, "uv");
    let requires = "[project]\nname = 'demo'\nversion = '1'\n[dependency-groups]\ndev = ['nox']\n";
    std::fs::write(project.file("pyproject.toml"), requires).expect("written");
    check_runs(&project, "uv run nox");
}

#[test]
fn nox_can_be_named() {
    let project = Project::new(NOXFILE);
    project.program("my-nox", &nox("2026.10.20"));
    project.program("nox", "exit 1\n");
    let output = project.alone(&["run", "good", "--nox", "bin/my-nox --verbose"]).output().expect("noxflow runs");
    assert_eq!(output.status.code(), Some(0), "{}", text(&output));
    assert_eq!(project.read("calls").trim(), "--verbose -f noxfile.py -s good --no-dependencies");

    std::fs::write(project.file("pyproject.toml"), "[tool.noxflow]\nnox-command = 'bin/my-nox'\n").expect("written");
    let output = project.alone(&["run", "good"]).output().expect("noxflow runs");
    assert_eq!(output.status.code(), Some(0), "{}", text(&output));
}

#[test]
fn a_name_that_is_no_nox_is_told_with_the_reason() {
    let project = Project::new(NOXFILE);
    project.program("not-nox", "echo I am not it; exit 3\n");
    for (name, why) in [("bin/not-nox", "I am not it"), ("bin/nowhere", "was not found")] {
        let output = project.alone(&["run", "good", "--nox", name]).output().expect("noxflow runs");
        let out = text(&output);
        assert!(out.contains("is no nox that runs") && out.contains(why), "{out}");
        assert_eq!(output.status.code(), Some(2));
    }
}

#[test]
fn an_old_nox_runs_requirements_again_so_those_that_share_one_take_turns() {
    const SHARED: &str = "
import nox

@nox.session
def build(session): ...

@nox.session(requires=['build'])
def unit(session): ...

@nox.session(requires=['build'])
def integration(session): ...
";
    let project = Project::new(SHARED);
    // Whoever runs leaves a folder behind while it does: a second one at once could not make it.
    let old = "case \"$*\" in *--version*) echo 2024.4.15 ;; *) echo \"$*\" >> calls; /bin/mkdir here && /bin/rmdir here ;; esac\n";
    project.program("nox", old);
    let output = project.alone(&["run", "-j", "4"]).output().expect("noxflow runs");
    let out = text(&output);
    assert!(out.contains("nox 2024.4.15 runs what a session requires again with it"), "{out}");
    assert!(out.contains("3 passed"), "{out}");
    assert!(!project.read("calls").contains("--no-dependencies"), "{}", project.read("calls"));
    assert_eq!(output.status.code(), Some(0));
}

#[test]
fn a_session_that_notifies_runs_with_what_it_requires_for_nox_insists() {
    const NOTIFIES: &str = "
import nox

nox.options.default_venv_backend = 'none'
nox.options.sessions = ['tests']

@nox.session
def build(session): ...

@nox.session(requires=['build'])
def tests(session):
    session.notify('report')

@nox.session
def report(session):
    print('reported')
";
    let project = Project::new(NOTIFIES);
    let output = project.noxflow(&["run", "--output", "group"]);
    assert!(text(&output).contains("reported"), "{}", text(&output));
    assert_eq!(output.status.code(), Some(0), "{}", text(&output));
}
