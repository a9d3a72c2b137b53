//! `use-nox-parallel` where a job pins a nox that has no `-j` yet: the version is raised in the same edit.

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

#- timings
lint 300 300 300
docs 300 300 300
"#;

/// All files after the rewrite, with what has to be agreed to, and the title.
fn rewritten(files: &str) -> String {
    let fixture = Fixture::with_settings(&format!("{SESSIONS}{files}"), with_runners());
    let offers = crate::assists(&fixture.snapshot, fixture.file, fixture.span);
    let offer = offers.iter().find(|offer| offer.assist == "use-nox-parallel").expect("it is offered");
    let mut out = format!("{}\n", offer.disabled.as_ref().unwrap_or(&offer.title));
    assert!(!offer.is_safe, "another nox may do other things");
    for edit in &offer.edits {
        let file = fixture.snapshot.file(edit.file).expect("it is there");
        if file.path == "noxfile.py" {
            continue;
        }
        let after = syntax::apply(file.document.text(), &edit.edits).expect("edits that fit");
        let question = edit.confirm.as_ref().map(|question| format!(" ({question}?)")).unwrap_or_default();
        out.push_str(&format!("#- {}{question}\n{after}", file.path));
    }
    out
}

/// A job with these steps before and the sessions' own.
fn job(before: &str, nox: &str) -> String {
    format!(
        "#- .github/workflows/ci.yml\non: push\njobs:\n  a<|>:\n    runs-on: l\n    steps:\n{before}      - run: {nox} -s lint\n      - run: {nox} -s docs\n"
    )
}

#[test]
fn what_a_step_installs_is_raised() {
    expect![[r#"
        Run 2 sessions with nox -j 4: 10 m 40 s → 5 m 40 s (measured times, 4 cores; with nox 2026.08.10 in the place of 2025.2.9)
        #- .github/workflows/ci.yml
        on: push
        jobs:
          a:
            runs-on: l
            steps:
              - run: python -m pip install 'nox[uv]==2026.8.10' # why
              - name: Sessions in parallel
                run: nox -j 4 -s lint docs
    "#]].assert_eq(&rewritten(&job("      - run: python -m pip install 'nox[uv]==2025.2.9' # why\n", "nox")));
}

#[test]
fn what_an_action_installs_is_raised_as_its_tags_are_written() {
    expect![[r#"
        Run 2 sessions with nox -j 4: 10 m 40 s → 5 m 40 s (measured times, 4 cores; with nox 2026.08.10 in the place of 2025.02.09)
        #- .github/workflows/ci.yml
        on: push
        jobs:
          a:
            runs-on: l
            steps:
              - uses: wntrblm/nox@2026.08.10
              - name: Sessions in parallel
                run: nox -j 4 -s lint docs
    "#]].assert_eq(&rewritten(&job("      - uses: wntrblm/nox@2025.02.09\n", "nox")));
}

#[test]
fn what_starts_nox_is_raised_where_it_stands_now() {
    expect![[r#"
        Run 2 sessions with nox -j 4: 10 m 40 s → 5 m 40 s (measured times, 4 cores; with nox 2026.08.10 in the place of 2025.2.9)
        #- .github/workflows/ci.yml
        on: push
        jobs:
          a:
            runs-on: l
            steps:
              - name: Sessions in parallel
                run: uvx nox@2026.8.10 -j 4 -s lint docs
    "#]].assert_eq(&rewritten(&job("", "uvx nox@2025.2.9")));
}

#[test]
fn what_the_project_requires_is_raised_there() {
    let project = "#- pyproject.toml\n[project]\nname = \"x\"\n\n[dependency-groups]\ndev = [\n    # \"nox==2025.2.9\" was fine.\n    \"nox == 2025.2.9\", # runs all\n    \"nox-poetry==2025.2.9\",\n]\n";
    expect![[r#"
        Run 2 sessions with nox -j 4: 10 m 40 s → 5 m 40 s (measured times, 4 cores; with nox 2026.08.10 in the place of 2025.2.9)
        #- .github/workflows/ci.yml
        on: push
        jobs:
          a:
            runs-on: l
            steps:
              - run: pip install --group dev
              - name: Sessions in parallel
                run: nox -j 4 -s lint docs
        #- pyproject.toml (pyproject.toml has nox 2025.2.9, and nox -j needs 2026.08.10?)
        [project]
        name = "x"

        [dependency-groups]
        dev = [
            # "nox==2025.2.9" was fine.
            "nox == 2026.8.10", # runs all
            "nox-poetry==2025.2.9",
        ]
    "#]].assert_eq(&rewritten(&format!("{}{project}", job("      - run: pip install --group dev\n", "nox"))));
}

#[test]
fn other_workflows_are_raised_with_consent() {
    let other = "#- .github/workflows/docs.yml\non: push\njobs:\n  docs:\n    runs-on: l\n    steps:\n      - run: pipx install nox==2024.4.15\n      - run: nox -s docs\n";
    expect![[r#"
        Run 2 sessions with nox -j 4: 10 m 40 s → 5 m 40 s (measured times, 4 cores; with nox 2026.08.10 in the place of 2024.4.15)
        #- .github/workflows/ci.yml
        on: push
        jobs:
          a:
            runs-on: l
            steps:
              - name: Sessions in parallel
                run: nox -j 4 -s lint docs
        #- .github/workflows/docs.yml (.github/workflows/docs.yml has nox 2024.4.15, and nox -j needs 2026.08.10?)
        on: push
        jobs:
          docs:
            runs-on: l
            steps:
              - run: pipx install nox==2026.8.10
              - run: nox -s docs
    "#]].assert_eq(&rewritten(&format!("{}{other}", job("", "nox"))));
}

#[test]
fn what_a_lock_file_says_stays() {
    let lock = "#- uv.lock\n[[package]]\nname = \"nox\"\nversion = \"2025.2.9\"\n";
    expect![[r#"
        nox -j needs nox 2026.08.10, and job `a` of ci.yml uses 2025.2.9 (uv.lock)
    "#]]
    .assert_eq(&rewritten(&format!("{}{lock}", job("", "uv run nox"))));
}
