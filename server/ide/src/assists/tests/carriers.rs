//! What crosses into new jobs: everything that a job's steps can count on, put into a project job by job, and where it is
//! found after each rewrite that takes a job apart. What cannot be carried is a reason against the rewrite.

use super::*;

/// A carrier: its name, and text of the workflow with what stands there instead.
const CARRIERS: [(&str, &str, &str); 21] = [
    ("nothing", "on: push", "on: push"),
    ("variables of the workflow", "on: push\n", "on: push\nenv: { A: 1 }\n"),
    ("variables of the job", "    runs-on: l\n", "    runs-on: l\n    env:\n      A: one # why\n"),
    ("secrets in them", "    runs-on: l\n", "    runs-on: l\n    env:\n      A: ${{ secrets.A }}\n"),
    ("variables of the steps", "        shell: bash\n", "        shell: bash\n        env: { A: one }\n"),
    ("the steps' folder", "        shell: bash\n", "        shell: bash\n        working-directory: .\n"),
    ("services", "    runs-on: l\n", "    runs-on: l\n    services:\n      db: { image: postgres }\n"),
    ("container", "    runs-on: l\n", "    runs-on: l\n    container: python:3.13\n"),
    ("permissions", "    runs-on: l\n", "    runs-on: l\n    permissions: { contents: read }\n"),
    ("defaults", "    runs-on: l\n", "    runs-on: l\n    defaults: { run: { shell: bash } }\n"),
    ("limit of the job", "    runs-on: l\n", "    runs-on: l\n    timeout-minutes: 90\n"),
    ("limit of the steps", "        shell: bash\n", "        shell: bash\n        timeout-minutes: 30\n"),
    ("steps may fail", "        shell: bash\n", "        shell: bash\n        continue-on-error: true\n"),
    ("job may fail", "    runs-on: l\n", "    runs-on: l\n    continue-on-error: true\n"),
    ("condition of the job", "    runs-on: l\n", "    runs-on: l\n    if: github.ref == 'x'\n"),
    ("what the job waits for", "    runs-on: l\n", "    runs-on: l\n    needs: z\n"),
    ("outputs of the job", "    runs-on: l\n", "    runs-on: l\n    outputs: { x: \"${{ steps.x.outputs.x }}\" }\n"),
    (
        "checkout with options",
        "      - uses: actions/checkout@v7\n",
        "      - uses: actions/checkout@v7\n        with: { fetch-depth: 0 }\n",
    ),
    (
        "a cache",
        "      # Set up.\n",
        "      # Set up.\n      - uses: actions/cache@v6\n        with: { path: .c, key: k }\n",
    ),
    ("variables set by a step", "      # Set up.\n", "      # Set up.\n      - run: echo A=1 >> \"$GITHUB_ENV\"\n"),
    (
        "outputs of a step",
        "      # Set up.\n",
        "      # Set up.\n      - { id: x, run: \"echo x=1 >> $GITHUB_OUTPUT\" }\n      - run: echo ${{ steps.x.outputs.x }}\n",
    ),
];

/// Where a carrier's text is after the rewrite: in how many of the jobs that run sessions, and elsewhere.
fn found(id: &str, project: &str, (name, from, to): (&str, &str, &str)) -> String {
    let before = project.replace(from, to);
    assert!(project.contains(from), "{name}: `{from}` is not there");
    let fixture = Fixture::with_settings(&before, with_runners());
    let offers = crate::assists(&fixture.snapshot, fixture.file, fixture.span);
    let Some(offer) = offers.iter().find(|offer| offer.assist == id) else { return "not offered".to_owned() };
    if let Some(why) = &offer.disabled {
        return format!("refused, {why}");
    }
    let file = fixture.snapshot.file(fixture.file).expect("it is there");
    let edit = offer.edits.iter().find(|edit| edit.file == fixture.file).expect("the workflow is edited");
    let after = syntax::apply(file.document.text(), &edit.edits).expect("edits that fit");
    let document = syntax::Document::new(syntax::Language::Yaml, after.as_str());
    let facts = facts::workflow::read(&document, facts::Forge::GitHub);
    // No action comes in that the file does not use, but those that hand files over.
    let uses = facts.jobs.iter().flat_map(|job| &job.steps).filter_map(|step| match &step.kind {
        facts::workflow::StepKind::Uses { action, .. } => Some(action),
        _ => None,
    });
    let foreign: Vec<&String> = uses.filter(|it| !it.contains("-artifact@") && !before.contains(it.as_str())).collect();
    assert!(foreign.is_empty(), "{name}: {foreign:?}");
    let is_new = |line: &&str| !line.trim().is_empty() && !from.contains(*line);
    // Braces may get more to hold.
    let wanted: Vec<&str> = to.lines().filter(is_new).map(|line| line.trim().trim_end_matches([' ', '}'])).collect();
    let has = |job: &&facts::workflow::Job| {
        let text = job.span.of(&after);
        wanted.iter().all(|line| text.contains(line))
    };
    let (running, others): (Vec<_>, Vec<_>) = facts
        .jobs
        .iter()
        .filter(|job| job.id != "z")
        .partition(|job| job.steps.iter().any(|step| !step.nox_calls().is_empty()));
    if !wanted.iter().any(|line| !line.is_empty()) || !after.contains(wanted[0]) {
        return format!("{} jobs with sessions", running.len());
    }
    let with = running.iter().filter(|job| has(job)).count();
    let elsewhere: Vec<&str> = others.iter().filter(|job| has(job)).map(|job| job.id.as_str()).collect();
    let mut out = format!("in {with} of {}", running.len());
    if with == 0 && elsewhere.is_empty() {
        out = "where it was".to_owned();
    }
    if !elsewhere.is_empty() {
        out.push_str(&format!(", and in {}", elsewhere.join(", ")));
    }
    out
}

#[track_caller]
fn check_carriers(id: &str, project: &str, expected: Expect) {
    let mut out = String::new();
    for carrier in CARRIERS {
        out.push_str(&format!("{}: {}\n", carrier.0, found(id, project, carrier)));
    }
    expected.assert_eq(&out);
}

const STEPS: &str = r#"
#- noxfile.py
import nox

@nox.session
def lint(session):
    session.run("ruff", "check", ".")

@nox.session
def docs(session):
    session.run("mkdocs", "build")

@nox.session(python=["3.12", "3.13"])
def tests(session):
    session.run("pytest")

#- timings
lint 300 300 300
docs 300 300 300
tests-3.12 300 300 300
tests-3.13 300 300 300
#- .github/workflows/ci.yml
on: push
jobs:
  z:
    runs-on: x
    steps: [{ run: x }]
  a<|>:
    runs-on: l
    steps:
      - uses: actions/checkout@v7
      # Set up.
      - run: pip install nox
      - run: nox -s lint
        shell: bash
      - run: nox -s docs
        shell: bash
"#;

#[test]
fn into_jobs() {
    check_carriers(
        "split-into-jobs",
        STEPS,
        expect![[r#"
            nothing: 2 jobs with sessions
            variables of the workflow: where it was
            variables of the job: in 2 of 2
            secrets in them: in 2 of 2
            variables of the steps: in 2 of 2
            the steps' folder: in 2 of 2
            services: in 2 of 2
            container: in 2 of 2
            permissions: in 2 of 2
            defaults: in 2 of 2
            limit of the job: in 2 of 2
            limit of the steps: in 2 of 2
            steps may fail: in 2 of 2
            job may fail: refused, the job has `continue-on-error`, which a gate would not see
            condition of the job: in 2 of 2
            what the job waits for: in 2 of 2
            outputs of the job: in 1 of 2
            checkout with options: in 2 of 2
            a cache: in 2 of 2
            variables set by a step: in 2 of 2
            outputs of a step: in 2 of 2
        "#]],
    );
}

#[test]
fn into_a_matrix() {
    check_carriers(
        "split-into-matrix",
        STEPS,
        expect![[r#"
            nothing: 1 jobs with sessions
            variables of the workflow: where it was
            variables of the job: in 1 of 1
            secrets in them: in 1 of 1
            variables of the steps: in 1 of 1
            the steps' folder: in 1 of 1
            services: in 1 of 1
            container: in 1 of 1
            permissions: in 1 of 1
            defaults: in 1 of 1
            limit of the job: in 1 of 1
            limit of the steps: in 1 of 1
            steps may fail: in 1 of 1
            job may fail: refused, the job has `continue-on-error`, which a gate would not see
            condition of the job: in 1 of 1
            what the job waits for: in 1 of 1
            outputs of the job: refused, the job has `outputs`, and those of a matrix overwrite one another
            checkout with options: in 1 of 1
            a cache: in 1 of 1
            variables set by a step: in 1 of 1
            outputs of a step: in 1 of 1
        "#]],
    );
}

#[test]
fn into_a_matrix_of_pythons() {
    let steps = "      - run: nox -s lint\n        shell: bash\n      - run: nox -s docs\n        shell: bash\n";
    let project = STEPS.replace(steps, "      - run: nox -s tests\n        shell: bash\n");
    check_carriers(
        "split-by-python",
        &project,
        expect![[r#"
        nothing: 1 jobs with sessions
        variables of the workflow: where it was
        variables of the job: in 1 of 1
        secrets in them: in 1 of 1
        variables of the steps: in 1 of 1
        the steps' folder: in 1 of 1
        services: in 1 of 1
        container: in 1 of 1
        permissions: in 1 of 1
        defaults: in 1 of 1
        limit of the job: in 1 of 1
        limit of the steps: in 1 of 1
        steps may fail: in 1 of 1
        job may fail: refused, the job has `continue-on-error`, which a gate would not see
        condition of the job: in 1 of 1
        what the job waits for: in 1 of 1
        outputs of the job: refused, the job has `outputs`, and those of a matrix overwrite one another
        checkout with options: in 1 of 1
        a cache: in 1 of 1
        variables set by a step: in 1 of 1
        outputs of a step: in 1 of 1
    "#]],
    );
}

#[test]
fn out_of_a_matrix() {
    let project = STEPS
        .replace("    runs-on: l\n", "    strategy: { matrix: { python: [\"3.12\", \"3.13\"] } }\n    runs-on: l\n")
        .replace("nox -s docs", "nox -s tests-${{ matrix.python }}");
    check_carriers(
        "lift-out-of-matrix",
        &project,
        expect![[r#"
            nothing: 2 jobs with sessions
            variables of the workflow: where it was
            variables of the job: in 2 of 2
            secrets in them: in 2 of 2
            variables of the steps: in 2 of 2
            the steps' folder: in 2 of 2
            services: in 2 of 2
            container: in 2 of 2
            permissions: in 2 of 2
            defaults: in 2 of 2
            limit of the job: in 2 of 2
            limit of the steps: in 2 of 2
            steps may fail: in 2 of 2
            job may fail: in 2 of 2
            condition of the job: in 2 of 2
            what the job waits for: in 2 of 2
            outputs of the job: in 1 of 2
            checkout with options: in 2 of 2
            a cache: in 2 of 2
            variables set by a step: in 2 of 2
            outputs of a step: in 2 of 2
        "#]],
    );
}
