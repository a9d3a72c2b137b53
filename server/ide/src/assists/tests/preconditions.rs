//! The ten preconditions (`model::verdict`), each broken by a pair of neighbouring steps, and what the rewrites that run
//! them side by side then say. A way that gives each its own machine need not mind shared files.

use super::*;

const SESSIONS: &str = r#"
#- noxfile.py
import nox

@nox.session
def lint(session):
    session.run("ruff", "check", ".")

@nox.session
def docs(session):
    session.run("mkdocs", "build")

@nox.session
def one(session):
    session.run("coverage", "run", "-m", "pytest", "tests/one")

@nox.session
def two(session):
    session.run("coverage", "run", "-m", "pytest", "tests/two")

@nox.session(requires=["lint"])
def after(session):
    session.run("mypy", "src")

@nox.session
def migrate(session):
    session.run("alembic", "upgrade", "head")

@nox.session
def manage(session):
    session.run("python", "manage.py", "test")

@nox.session
def publish(session):
    session.run("twine", "upload", "dist/*")

@nox.session
def posargs(session):
    session.run("pytest", *session.posargs)

#- timings
lint 60 60 60
docs 180 180 180
one 200 200 200
two 200 200 200
after 100 100 100
migrate 100 100 100
manage 100 100 100
publish 100 100 100
posargs 100 100 100
"#;

#[test]
fn each_precondition_keeps_two_steps_apart() {
    let mut out = String::new();
    for (precondition, steps) in [
        ("none", "- run: nox -s lint\n- run: nox -s docs"),
        ("C1 files", "- run: nox -s one\n- run: nox -s two"),
        ("C2 order", "- run: nox -s lint\n- run: nox -s after"),
        ("C3 outputs", "- id: a\n  run: nox -s lint\n- run: nox -s docs -- ${{ steps.a.outputs.x }}"),
        ("C3 variables", "- run: |\n    nox -s lint\n    echo A=1 >> \"$GITHUB_ENV\"\n- run: nox -s docs"),
        ("C4 other conditions", "- if: a\n  run: nox -s lint\n- run: nox -s docs"),
        ("C4 asks for failures", "- if: failure()\n  run: nox -s lint\n- if: failure()\n  run: nox -s docs"),
        ("C5 between", "- run: nox -s lint\n- run: echo between\n- run: nox -s docs"),
        ("C6 shell", "- shell: bash\n  run: nox -s lint\n- run: nox -s docs"),
        ("C6 env", "- env: { A: 1 }\n  run: nox -s lint\n- env: { A: 2 }\n  run: nox -s docs"),
        ("C6 folder", "- working-directory: a\n  run: nox -s lint\n- run: nox -s docs"),
        ("C6 timeout", "- timeout-minutes: 5\n  run: nox -s lint\n- run: nox -s docs"),
        ("C6 may fail", "- continue-on-error: true\n  run: nox -s lint\n- run: nox -s docs"),
        ("C7 services", "- run: nox -s migrate\n- run: nox -s manage"),
        ("C8 publishing", "- run: nox -s publish\n- run: nox -s docs"),
        ("C9 gate", "- run: nox -s lint\n- run: nox -s publish"),
        ("C10 twice", "- run: nox -s posargs -- a\n- run: nox -s posargs -- b"),
    ] {
        let steps: String = steps.lines().map(|line| format!("      {line}\n")).collect();
        let workflow = format!(
            "\n#- .github/workflows/ci.yml\non: push\njobs:\n  a<|>:\n    runs-on: ubuntu-latest\n    steps:\n{steps}"
        );
        let fixture = Fixture::with_settings(&format!("{SESSIONS}{workflow}"), settings());
        let offers = crate::assists(&fixture.snapshot, fixture.file, fixture.span);
        let ways = offers.iter().filter(|offer| offer.kind == crate::OfferKind::Parallel && offer.disabled.is_none());
        let ways: Vec<&str> = ways.map(|offer| offer.assist).collect();
        out.push_str(&format!(
            "{precondition}: {}\n",
            if ways.is_empty() { "nothing".to_owned() } else { ways.join(", ") }
        ));
    }
    expect![[r#"
        none: use-parallel-steps, use-nox-parallel, use-background-processes, split-into-jobs, split-into-matrix
        C1 files: split-into-jobs, split-into-matrix
        C2 order: nothing
        C3 outputs: nothing
        C3 variables: nothing
        C4 other conditions: nothing
        C4 asks for failures: nothing
        C5 between: nothing
        C6 shell: nothing
        C6 env: nothing
        C6 folder: nothing
        C6 timeout: nothing
        C6 may fail: nothing
        C7 services: nothing
        C8 publishing: nothing
        C9 gate: nothing
        C10 twice: nothing
    "#]]
    .assert_eq(&out);
}
