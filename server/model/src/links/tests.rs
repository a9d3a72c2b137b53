//! Nox calls and the sessions they mean.

use std::fmt::Write as _;
use std::sync::Arc;

use expect_test::{Expect, expect};
use facts::noxfile::{NoxfileFacts, Options, Session};
use facts::workflow::WorkflowFacts;
use facts::{Forge, Known};
use syntax::Span;

use crate::workspace::testing::{instance, on_pythons, requiring, session};
use crate::workspace::{FileId, Input, InputFacts, InputFile, SessionId, Workspace};

mod selection;

fn sessions() -> Vec<Arc<Session>> {
    let mut slow = session("slow", &[]);
    slow.default = false;
    Arc::make_mut(&mut slow.instances)[0].tags = vec!["big".to_owned()];
    let mut tests = on_pythons(session("tests", &["pytest"]), &["3.11", "3.12"]);
    Arc::make_mut(&mut tests.instances)[1].tags = vec!["big".to_owned()];
    let mut dj = session("dj", &[]);
    dj.instances = Arc::new(vec![instance("dj-3.11(django='4.2')"), instance("dj-3.11(django='5.0')")]);
    [session("lint", &[]), requiring(tests, &["lint"]), dj, slow].map(Arc::new).to_vec()
}

fn build(facts: NoxfileFacts, jobs: &str) -> Workspace {
    let text = format!("on: push\njobs:\n{jobs}");
    let document = syntax::Document::new(syntax::Language::Yaml, text);
    let workflow: WorkflowFacts = facts::workflow::read(&document, Forge::GitHub);
    let file = |id, path: &str, facts| InputFile { id: FileId(id), path: path.to_owned(), facts };
    let files = vec![
        file(0, ".github/workflows/ci.yml", InputFacts::Workflow(Arc::new(workflow))),
        file(1, "noxfile.py", InputFacts::Noxfile(Arc::new(facts))),
        file(
            2,
            "sub/noxfile.py",
            InputFacts::Noxfile(Arc::new(NoxfileFacts {
                sessions: vec![Arc::new(session("inner", &[]))],
                ..NoxfileFacts::default()
            })),
        ),
    ];
    Workspace::build(&Input { files, ..Input::default() }, None)
}

fn text(workspace: &Workspace) -> String {
    let mut text = String::new();
    for link in &workspace.workflows[0].links {
        let Some(noxfile) = link.noxfile.map(|id| &workspace.noxfiles[id.0]) else {
            text.push_str("no noxfile\n");
            continue;
        };
        let names = |runs: &[super::LinkedSession]| {
            let mut names = Vec::new();
            for run in runs {
                let session = &noxfile.facts.sessions[run.session.0];
                for at in &run.instances {
                    let sign = if run.is_prerequisite { "+" } else { "" };
                    names.push(format!("{sign}{}", session.instances[*at].signature));
                }
            }
            names.join(" ")
        };
        let _ = write!(text, "{}", names(&link.runs));
        if !noxfile.folder.is_empty() {
            let _ = write!(text, " in {}", noxfile.folder);
        }
        for cell in &link.cells {
            let _ = write!(text, " | {}", names(cell));
        }
        for name in &link.unknown {
            let _ = write!(text, "; unknown {} ({})", name.name, name.suggestion.as_deref().unwrap_or("-"));
        }
        text.push_str(if link.is_partial { "; partial\n" } else { "\n" });
    }
    text
}

#[track_caller]
fn check(runs: &[&str], expected: Expect) {
    let steps: String = runs.iter().map(|run| format!("      - run: {run}\n")).collect();
    check_job(&format!("  a:\n    runs-on: x\n    steps:\n{steps}"), expected);
}

#[track_caller]
fn check_job(jobs: &str, expected: Expect) {
    let facts = NoxfileFacts { sessions: sessions(), ..NoxfileFacts::default() };
    // `expect!` takes blanks at the beginning of a text for indentation.
    expected.assert_eq(text(&build(facts, jobs)).trim_start());
}

#[test]
fn names_signatures_and_bases() {
    check(
        &["nox -s lint dj", "nox -s tests-3.12", "nox -s dj-3.11", "nox --session 'dj-3.11( django = \"5.0\" )'"],
        expect![[r#"
        lint dj-3.11(django='4.2') dj-3.11(django='5.0')
        +lint tests-3.12
        dj-3.11(django='4.2') dj-3.11(django='5.0')
        dj-3.11(django='5.0')
    "#]],
    );
}

#[test]
fn defaults_tags_keywords_pythons() {
    check(
        &["nox", "nox -t big", "nox -k 'test and not lint'", "nox -p 3.12", "nox -s lint -t big", "nox -k 'a-b'"],
        expect![[r#"
        lint tests-3.11 tests-3.12 dj-3.11(django='4.2') dj-3.11(django='5.0')
        +lint tests-3.12 slow
        +lint tests-3.11 tests-3.12
        +lint tests-3.12
        +lint tests-3.12 slow
        lint tests-3.11 tests-3.12 dj-3.11(django='4.2') dj-3.11(django='5.0') slow; partial
    "#]],
    );
}

#[test]
fn a_checkout_into_a_folder_brings_the_repository_there() {
    let job = |with: &str, directory: &str| {
        format!(
            "  a:\n    runs-on: x\n    defaults: {{run: {{working-directory: {directory}}}}}\n    steps:\n      - uses: \
             actions/checkout@v7\n        with: {{{with}}}\n      - run: nox -s lint\n"
        )
    };
    check_job(&job("path: x", "x"), expect!["lint\n"]);
    check_job(&job("path: ./x/", "./x"), expect!["lint\n"]);
    check_job(&job("path: x", "x/sub"), expect!["in sub; unknown lint (-)\n"]);
    // Another repository's, a folder that nobody names, another folder: looked for around, which is a guess.
    check_job(&job("path: x, repository: other/one", "x"), expect!["lint; partial\n"]);
    check_job(&job("path: '${{ github.sha }}'", "x"), expect!["lint; partial\n"]);
    check_job(&job("path: x", "y"), expect!["lint; partial\n"]);
}

#[test]
fn prerequisites_come_first() {
    check(
        &["nox -s tests lint", "nox -s tests", "nox --no-dependencies -s tests"],
        expect![[r#"
        lint tests-3.11 tests-3.12
        +lint tests-3.11 tests-3.12
        tests-3.11 tests-3.12
    "#]],
    );
}

#[test]
fn unknown_names_are_told_with_the_nearest() {
    check(
        &["nox -s lnit tests", "nox -s deploy"],
        expect![[r#"
        +lint tests-3.11 tests-3.12; unknown lnit (lint)
        ; unknown deploy (-)
    "#]],
    );
}

#[test]
fn the_noxfile_is_that_of_the_folder() {
    check(
        &["cd sub && nox", "nox -f sub/noxfile.py -s inner", "nox -f nowhere/noxfile.py"],
        expect![[r#"
            inner in sub
            inner in sub
            no noxfile
        "#]],
    );
    check_job(
        "  a:\n    runs-on: x\n    steps:\n      - run: nox\n        working-directory: sub\n",
        expect![[r#"
        inner in sub
    "#]],
    );
}

#[test]
fn matrices_are_filled_in() {
    check_job(
        "  a:\n    runs-on: x\n    strategy:\n      matrix:\n        session: [lint, tests, nope]\n    steps:\n      - run: nox -s ${{ matrix.session }}\n",
        expect![[r#"
            lint tests-3.11 tests-3.12 | lint | +lint tests-3.11 tests-3.12 | ; unknown nope (-)
        "#]],
    );
    check_job(
        "  a:\n    runs-on: x\n    strategy:\n      matrix:\n        py: ['3.11', '3.12']\n    env:\n      SESSION: tests-${{ matrix.py }}\n    steps:\n      - run: nox -s \"$SESSION\"\n      - run: nox -s ${{ inputs.x }}\n",
        expect![[r#"
            +lint tests-3.11 tests-3.12 | +lint tests-3.11 | +lint tests-3.12
            ; partial
        "#]],
    );
}

#[test]
fn a_cell_without_the_key_takes_what_stands_behind_the_bars() {
    check_job(
        "  a:\n    runs-on: x\n    strategy:\n      matrix:\n        py: ['3.11', '3.12']\n        include:\n          - py: '3.13'\n            session: lint\n    steps:\n      - run: nox\n        env:\n          NOXSESSION: ${{ matrix.session || 'slow' }}\n",
        expect![[r#"
            slow lint | slow | slow | lint
        "#]],
    );
}

/// As in pyca/bcrypt's workflow.
#[test]
fn a_list_for_the_environment_that_comes_from_the_matrix_is_told_apart_by_commas() {
    check_job(
        "  a:\n    runs-on: x\n    strategy:\n      matrix:\n        run: ['slow,lint', slow]\n    steps:\n      - run: nox\n        env:\n          NOXSESSION: ${{ matrix.run }}\n",
        expect![[r#"
            slow lint | slow lint | slow
        "#]],
    );
}

/// As in pypa/installer's workflow.
#[test]
fn a_cell_that_leaves_the_step_out_runs_nothing_of_it() {
    check_job(
        "  a:\n    runs-on: x\n    strategy:\n      matrix:\n        py: ['3.11', nope]\n    steps:\n      - run: nox -s tests-${{ matrix.py }}\n        if: matrix.py != 'nope'\n      - run: nox -s lint\n        if: matrix.py == 'nope'\n",
        expect![[r#"
            +lint tests-3.11 | +lint tests-3.11 | 
            lint |  | lint
        "#]],
    );
}

/// As in scientific-python/cookie's workflow.
#[test]
fn a_cell_whose_machine_or_variable_leaves_the_step_out_runs_nothing_of_it() {
    check_job(
        "  a:\n    runs-on: ${{ matrix.os }}\n    env:\n      PLACE: ${{ matrix.os }}\n    strategy:\n      matrix:\n        os: [ubuntu-latest, macos-latest, own]\n    steps:\n      - run: nox -s slow\n        if: runner.os == 'Linux'\n      - run: nox -s lint\n        if: env.PLACE == 'own'\n",
        expect![[r#"
            slow | slow |  | slow
            lint |  |  | lint
        "#]],
    );
}

#[test]
fn a_variable_in_quotes_is_one_word_however_long_its_value_is_written() {
    let job = |call: &str| {
        format!(
            "  a:\n    runs-on: x\n    strategy:\n      matrix:\n        some_sessions: [lint slow]\n    env:\n      S: ${{{{ matrix.some_sessions }}}}\n    steps:\n      - run: nox -s {call}\n"
        )
    };
    check_job(
        &job("$S"),
        expect![[r#"
            lint slow
        "#]],
    );
    check_job(
        &job("\"$S\""),
        expect![[r#"
            ; unknown lint slow (-)
        "#]],
    );
}

#[test]
fn nothing_is_unknown_in_a_noxfile_that_cannot_be_read_whole() {
    let unknown = vec![facts::Unknown { span: Span::default(), reason: "a loop".to_owned() }];
    let facts = NoxfileFacts { sessions: sessions(), unknown, ..NoxfileFacts::default() };
    let workspace = build(facts, "  a:\n    runs-on: x\n    steps:\n      - run: nox -s made-by-the-loop\n");
    expect![[r#"
        ; partial
    "#]]
    .assert_eq(&text(&workspace));
}

#[test]
fn options_decide_the_defaults() {
    let list = Known::Literal(
        vec![("slow".to_owned(), Span::default()), ("lint".to_owned(), Span::default())],
        Span::default(),
    );
    let options = Options { sessions: Some(list), ..Options::default() };
    let facts = NoxfileFacts { sessions: sessions(), options, ..NoxfileFacts::default() };
    let workspace = build(facts, "  a:\n    runs-on: x\n    steps:\n      - run: nox\n");
    expect![[r#"
        slow lint
    "#]]
    .assert_eq(&text(&workspace));
}

#[test]
fn a_job_takes_as_long_as_its_sessions_and_the_overhead() {
    let facts = NoxfileFacts { sessions: sessions(), ..NoxfileFacts::default() };
    let workspace = build(
        facts,
        "  a:\n    runs-on: x\n    steps:\n      - run: nox -s lint slow\n  b:\n    needs: a\n    runs-on: x\n    steps: []\n",
    );
    let (model, noxfile) = (&workspace.workflows[0], &workspace.noxfiles[0]);
    assert_eq!(
        model.jobs[0].seconds,
        40.0 + noxfile.ci.of(SessionId(0))[0].seconds + noxfile.ci.of(SessionId(3))[0].seconds
    );
    assert_eq!(model.jobs[1].seconds, 40.0);
    assert_eq!(model.needs, [(0, 1)]);
}

/// The calls of `.github/workflows/ci.yml` in other files: `job/step>inner job: file: sessions`.
#[track_caller]
fn check_called(others: &[(&str, &str)], jobs: &str, expected: Expect) {
    let yaml = |text: &str| syntax::Document::new(syntax::Language::Yaml, text);
    let noxfile = NoxfileFacts { sessions: sessions(), ..NoxfileFacts::default() };
    let mut files = vec![("noxfile.py", InputFacts::Noxfile(Arc::new(noxfile)))];
    let ci = facts::workflow::read(&yaml(&format!("on: push\njobs:\n{jobs}")), Forge::GitHub);
    files.push((".github/workflows/ci.yml", InputFacts::Workflow(Arc::new(ci))));
    for (path, text) in others {
        let facts = match path.ends_with("action.yml") {
            true => {
                let facts = facts::workflow::read_action(&yaml(text), Forge::GitHub, &facts::noxfile::Alone);
                InputFacts::Action(Arc::new(facts))
            }
            false => InputFacts::Workflow(Arc::new(facts::workflow::read(&yaml(text), Forge::GitHub))),
        };
        files.push((*path, facts));
    }
    let files = files.into_iter().zip(0..).map(|((path, facts), id)| InputFile {
        id: FileId(id),
        path: path.to_owned(),
        facts,
    });
    let workspace = Workspace::build(&Input { files: files.collect(), ..Input::default() }, None);
    let model = workspace.workflows.iter().find(|model| model.label == "ci.yml").expect("the workflow");
    let mut out = String::new();
    for called in &model.called {
        let step = called.step.map(|(step, _)| format!("/{step}")).unwrap_or_default();
        let inner = called.inner().map(|inner| format!(">{inner}")).unwrap_or_default();
        let mut names = Vec::new();
        for run in called.link.runs.iter() {
            let session = &workspace.noxfiles[0].facts.sessions[run.session.0];
            names.extend(run.instances.iter().map(|at| session.instances[*at].signature.as_str()));
        }
        let marks = if called.link.is_partial { " partial" } else { "" };
        let unknown: String = called.link.unknown.iter().map(|name| format!(" unknown {}", name.name)).collect();
        let _ = writeln!(out, "{}{step}{inner}: {}{marks}{unknown}", called.job, names.join(" "));
    }
    let times: Vec<String> = model.jobs.iter().map(|time| format!("{:.0}", time.seconds)).collect();
    let _ = writeln!(out, "seconds {}", times.join(" "));
    for action in &workspace.actions {
        let unknown: Vec<_> =
            action.links.iter().flat_map(|link| &link.unknown).map(|name| name.name.as_str()).collect();
        let _ = writeln!(out, "action: {} calls, unknown {}", action.links.len(), unknown.join(" "));
    }
    expected.assert_eq(&out);
}

const ACTION: &str = "
inputs:
  session: {required: true}
  extra: {default: 'false'}
runs:
  using: composite
  steps:
    - {shell: bash, run: 'nox -s ${{ inputs.session }} -t ${{ inputs.tags }}', if: inputs.tags}
    - {shell: bash, run: 'nox -s \"${{ inputs.session }}\"'}
    - {shell: bash, run: 'nox -s slow', if: \"inputs.extra == 'true'\"}
";

#[test]
fn an_action_runs_for_each_step_with_its_inputs() {
    check_called(
        &[(".github/actions/nox/action.yml", ACTION)],
        "  a:
    strategy: {matrix: {s: [lint, tests-3.12]}}
    steps:
      - {uses: ./.github/actions/nox, with: {session: '${{ matrix.s }}'}}
      - {uses: ./.github/actions/nox/, with: {session: lint, extra: true}}
      - {uses: $/.github/actions/nox, with: {session: '${{ github.actor }}'}}
      - {uses: ./gone}
",
        expect![[r#"
            0/0:  partial
            0/0: lint tests-3.12
            0/1:  partial
            0/1: lint
            0/1: slow
            0/2:  partial
            0/2:  partial
            seconds 270
            action: 3 calls, unknown 
        "#]],
    );
}

#[test]
fn a_called_workflow_runs_with_its_own_matrix_and_the_callers() {
    let called = "
on: {workflow_call: {inputs: {session: {type: string, default: slow}, all: {type: boolean}}}}
jobs:
  first: {runs-on: x, steps: [{run: nox -s lint}]}
  second:
    runs-on: x
    needs: first
    strategy: {matrix: {p: ['3.11', '3.12']}}
    steps: [{run: 'nox -s ${{ inputs.session }}-${{ matrix.p }}'}, {uses: ./.github/actions/nox, with: {session: '${{ inputs.session }}'}}]
  third: {runs-on: x, if: inputs.all, steps: [{run: nox}]}
";
    check_called(
        &[(".github/actions/nox/action.yml", ACTION), (".github/workflows/called.yml", called)],
        "  a:
    uses: ./.github/workflows/called.yml
    with: {session: tests, all: false}
  b:
    uses: ./.github/workflows/called.yml
  c:
    uses: owner/other/.github/workflows/called.yml@main
",
        expect![[r#"
            0>0: lint
            0>1: lint tests-3.11 tests-3.12
            0>1:  partial
            0>1: lint tests-3.11 tests-3.12
            1>0: lint
            1>1:  unknown slow-3.11 unknown slow-3.12
            1>1:  partial
            1>1: slow
            seconds 470 180 40
            action: 3 calls, unknown 
        "#]],
    );
}

#[test]
fn files_that_use_themselves_end() {
    let own = "on: workflow_call\njobs: {a: {uses: ./.github/workflows/called.yml}, b: {steps: [{run: nox -s lint}]}}";
    let action = "runs: {using: composite, steps: [{uses: ./x}, {shell: sh, run: nox -s nope}]}";
    check_called(
        &[(".github/workflows/called.yml", own), ("x/action.yml", action)],
        "  a: {uses: ./.github/workflows/called.yml}\n  b: {steps: [{uses: ./x}]}\n",
        expect![[r#"
            0>1: lint
            1/0:  unknown nope
            seconds 65 40
            action: 1 calls, unknown nope
        "#]],
    );
}

#[test]
fn actions_of_others_that_run_nox() {
    check_job(
        "  a:
    strategy: {matrix: {s: ['lint', 'tests-3.11 slow']}}
    steps:
      - uses: wntrblm/nox@2026.07.11
      - uses: excitedleigh/setup-nox@v2.1.0
      - uses: ansible-community/github-action-run-nox@v1
        with: {sessions: lint slow, force-pythons: '3.13', codecov: true, codecov-session: dj}
      - uses: ansible-community/github-action-run-nox@v1
        with:
          sessions: ${{ matrix.s }}
      - uses: ansible-community/antsibull-nox@main
        with: {working-directory: sub}
",
        expect![[r#"
            lint slow; partial
            dj-3.11(django='4.2') dj-3.11(django='5.0'); partial
            lint tests-3.11 slow | lint | +lint tests-3.11 slow
            inner in sub
        "#]],
    );
}
