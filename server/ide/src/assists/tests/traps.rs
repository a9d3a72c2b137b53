//! Jobs that must stay as they are: each looks as if its sessions could run side by side, and each would break. Shapes
//! seen in real projects, in words of our own.

use super::*;

/// What a table of traps shares: a job of these steps, with sessions of these bodies.
struct Trap {
    noxfile: &'static str,
    steps: &'static str,
}

#[test]
fn data_is_fetched_before_it_is_tested_with() {
    check_trap(Trap {
        noxfile: r#"
@nox.session(name="fetch-source")
def fetch_source(session):
    urllib.request.urlretrieve(SOURCE, "tests/data/source.tar.gz")
    with tarfile.open("tests/data/source.tar.gz") as archive:
        archive.extractall("tests/data")

@nox.session(name="fetch-made")
def fetch_made(session):
    urllib.request.urlretrieve(MADE, "tests/data/made.tar.gz")
    with tarfile.open("tests/data/made.tar.gz") as archive:
        archive.extractall("tests/data")

@nox.session
def coverage(session):
    session.run("pytest", "--cov=pkg", "tests")
"#,
        steps: "
      - run: |
          nox -s fetch-source
          nox -s fetch-made
          nox -s coverage --verbose
",
    });
}

#[test]
fn every_session_clears_and_fills_the_same_folders() {
    check_trap(Trap {
        noxfile: r#"
def build_both(session, command):
    for folder in ["plain/one", "plain/two"]:
        session.chdir(folder)
        session.run("rm", "-rf", "dist", "build")
        session.run(*command)
        session.chdir("../..")

@nox.session(python=["3.12", "3.13"])
@nox.parametrize("command", [("pip", "install", "."), ("pip", "install", "-e", ".")])
def plain(session, command):
    build_both(session, command)
    session.run("python", "verify.py")

@nox.session(python=["3.12", "3.13"])
@nox.parametrize("command", [("pip", "install", "."), ("pip", "install", "-e", ".")])
def native(session, command):
    build_both(session, command)
    session.run("python", "verify.py")
"#,
        steps: "
      - run: nox --report report.json
      - run: python report_to_table.py report.json
",
    });
}

#[test]
fn a_linter_repairs_what_the_others_read() {
    check_trap(Trap {
        noxfile: r#"
@nox.session
def lint(session):
    session.run("ruff", "check", "--fix", "src", "tests")

@nox.session
def types(session):
    session.run("mypy", "src", "tests")
"#,
        steps: "
      - run: nox -s lint
      - run: nox -s types
",
    });
}

#[test]
fn one_data_file_is_combined_and_reported() {
    check_trap(Trap {
        noxfile: r#"
@nox.session
def combine(session):
    session.run("coverage", "combine")

@nox.session
def report(session):
    session.run("coverage", "report", "--show-missing")

@nox.session
def xml(session):
    session.run("coverage", "xml")
"#,
        steps: "
      - run: nox -s combine
      - run: nox -s report
",
    });
}

#[test]
fn a_second_run_adds_to_the_data_of_the_first() {
    check_trap(Trap {
        noxfile: r#"
@nox.session
def first(session):
    session.run("pytest", "--cov=pkg", "tests", "-m", "not slow")

@nox.session
def second(session):
    session.run("pytest", "--cov=pkg", "--cov-append", "tests", "-m", "slow")
"#,
        steps: "
      - run: nox -s first
      - run: nox -s second
",
    });
}

#[test]
fn what_is_generated_is_compared_with_what_is_committed() {
    check_trap(Trap {
        noxfile: r#"
@nox.session(name="generate-stubs")
def generate_stubs(session):
    session.run("stubgen", "-p", "pkg", "-o", ".")
    session.run("ruff", "format", "pkg")

@nox.session
def types(session):
    session.run("mypy", "pkg")
"#,
        steps: "
      - run: |
          nox -s generate-stubs
          if [ \"$(git status --short)\" ]; then exit 1; fi
      - run: nox -s types
",
    });
}

#[test]
fn one_session_runs_twice_in_one_environment() {
    check_trap(Trap {
        noxfile: r#"
@nox.session
def coverage(session):
    session.run("python", "bin/coverage.py", *session.posargs)
"#,
        steps: "
      - run: nox -s coverage -- --least 97 --early
      - run: nox -s coverage -- --least 96
",
    });
}

#[test]
fn one_commit_takes_what_several_sessions_change() {
    check_trap(Trap {
        noxfile: r#"
@nox.session
def update_native(session):
    session.run("python", "tools/update_native.py")

@nox.session
def update_interpreters(session):
    session.run("python", "tools/update_interpreters.py")

@nox.session
def update_python(session):
    session.run("uv", "pip", "compile", "--upgrade", "requirements.in", "-o", "requirements.txt")
"#,
        steps: "
      - run: nox -s update_native
      - run: nox -s update_interpreters
      - run: nox -s update_python
      - run: git commit -am update && git push
",
    });
}

#[test]
fn what_was_built_is_checked_and_published() {
    check_trap(Trap {
        noxfile: r#"
@nox.session
def build(session):
    session.run("python", "-m", "build")

@nox.session
def publish(session):
    session.run("twine", "upload", "dist/*")
"#,
        steps: "
      - run: nox -s build
      - run: nox -s publish
",
    });
}

#[test]
fn a_cleaner_comes_before_the_build() {
    check_trap(Trap {
        noxfile: r#"
@nox.session
def clean(session):
    shutil.rmtree("docs/_build", ignore_errors=True)

@nox.session
def docs(session):
    session.run("sphinx-build", "docs", "docs/_build")
"#,
        steps: "
      - run: nox -s clean
      - run: nox -s docs
",
    });
}

/// On every forge, with runners enough, at every place: nothing safe runs the sessions side by side.
#[track_caller]
fn check_trap(trap: Trap) {
    let imports = "import shutil, tarfile, urllib.request\nimport nox\nfrom sites import MADE, SOURCE\n";
    for (folder, label) in [(".github", "ubuntu-latest"), (".forgejo", "docker"), (".gitea", "docker")] {
        let text = format!(
            "#- noxfile.py\n{imports}{}\n#- {folder}/workflows/ci.yml\non: push\njobs:\n  checks:\n    runs-on: {label}\n    \
             steps:\n      - uses: actions/checkout@v4\n{}",
            trap.noxfile,
            trap.steps.trim_start_matches('\n'),
        );
        let fixture = Fixture::with_settings(&text, with_runners());
        for file in &fixture.snapshot.files {
            let length = file.document.text().len();
            let calls = file.document.text().match_indices("nox -").map(|(at, _)| Span::from(at..at));
            for span in calls.chain([Span::from(0..length)]) {
                for offer in crate::assists(&fixture.snapshot, file.id, span) {
                    let is_parallel = offer.kind == crate::OfferKind::Parallel;
                    assert!(!is_parallel || !offer.is_safe || offer.disabled.is_some(), "{folder}: {offer:#?}");
                    assert!(!offer.is_preferred || !is_parallel, "{folder}: {offer:#?}");
                }
            }
            let all = crate::fix_all(&fixture.snapshot, file.id);
            let is_workflow = file.workflow().is_some();
            assert!(!is_workflow || all.is_none(), "{folder}: {all:#?}");
        }
    }
}
