//! `facts`: nox calls in files that a step leads to.

use expect_test::expect;
use noxflow_tests::{Project, text};

const FILES: &[(&str, &str)] = &[
    (
        "noxfile.py",
        "import nox\n@nox.session(python=['3.11', '3.12'])\ndef tests(session): ...\n@nox.session\ndef lint(session): ...\n",
    ),
    ("Makefile", "S ?= tests\nlint:\n\tuvx nox -s lint\nall: lint\n\t./ci/run.sh $(S)-3.11\n"),
    ("ci/run.sh", "#!/bin/sh -e\ncd \"$(dirname \"$0\")/..\"\nnox -s \"$1\"\n"),
    (
        ".github/actions/nox/action.yml",
        "inputs: {session: {default: lint}}\nruns:\n  using: composite\n  steps:\n    - run: nox -s ${{ inputs.session }}\n      shell: bash\n    - run: make lint\n      shell: bash\n    - run: nox -s lnt\n      shell: bash\n",
    ),
    (
        ".github/workflows/called.yml",
        "on: {workflow_call: {inputs: {python: {type: string}}}}\njobs:\n  test:\n    runs-on: ubuntu-latest\n    steps:\n      - run: nox -s tests-${{ inputs.python }}\n",
    ),
    (
        ".github/workflows/ci.yml",
        "on: push\njobs:\n  a:\n    runs-on: ubuntu-latest\n    steps:\n      - run: make all\n      - run: make gone\n      - uses: ./.github/actions/nox\n        with: {session: tests}\n  b:\n    uses: ./.github/workflows/called.yml\n    with: {python: '3.12'}\n",
    ),
];

#[test]
fn calls_in_makefiles_actions_and_called_workflows_count() {
    let project = Project::copy("seed");
    for (path, content) in FILES {
        project.write(&format!("through/{path}"), content);
    }
    let output = project.noxflow(&["facts", "through/.github/workflows/ci.yml"]);
    assert!(output.status.success(), "{}", text(&output));
    expect![[r#"
        through/.github/workflows/ci.yml github
          a (line 3)
            run (line 6)
              nox runs lint (line 6, in through/Makefile line 3)
              nox runs tests-3.11 (line 6, in through/ci/run.sh line 3)
            run (line 7)
              line 7 runs the target `gone`, for which `Makefile` has no rule
            uses through/.github/actions/nox/action.yml (line 8)
              nox runs tests-3.11 tests-3.12 (line 8, in through/.github/actions/nox/action.yml line 5)
              nox runs lint (line 8, in through/.github/actions/nox/action.yml line 7)
              nox runs nothing (line 8, in through/.github/actions/nox/action.yml line 9)
              no session: lnt
          b (line 10)
            calls through/.github/workflows/called.yml
              test
                nox runs tests-3.12 (line 11, in through/.github/workflows/called.yml line 6)

    "#]]
    .assert_eq(&text(&output));
    // The name stands in the action, and is reported there alone.
    let output = project.noxflow(&["check", "through"]);
    expect![[r#"
        through/.github/actions/nox/action.yml:9:19: error: the noxfile has no session `lnt`; did you mean `lint`? [unknown-session]
            see through/noxfile.py:5: `lint` is defined here
            fix: Change to `lint`
        through/.github/workflows/ci.yml:3:3: info: 2 sessions run one after another without need: 6 m 50 s, with nox -j 4 in this job 2 m 30 s (lint, tests) [sequential-sessions]
            see through/.github/workflows/ci.yml:6: lint here
            see through/.github/workflows/ci.yml:6: tests here
            see through/.github/actions/nox/action.yml:5: tests here
        4 files: 1 error, 0 warnings, 1 note
        Why: noxflow check --explain unknown-session
    "#]].assert_eq(&text(&output));
}
