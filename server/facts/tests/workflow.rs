//! Workflows as they are read: jobs, steps and matrices of all dialects.

use std::fmt::Write as _;

use expect_test::{Expect, expect};
use facts::workflow::{Step, StepKind, WorkflowFacts, read};
use facts::{Forge, Known};
use syntax::{Document, Language};

#[test]
fn everything_that_a_job_may_say() {
    check(
        Forge::GitHub,
        r#"
name: CI
on: {push: {branches: [main]}, pull_request: }
env: {A: 1, B: "${{ vars.B }}"}
defaults: {run: {shell: bash, working-directory: src}}
concurrency: {group: "${{ github.ref }}", cancel-in-progress: true}
jobs:
  lint:
    runs-on: ubuntu-latest
    timeout-minutes: 5
    outputs:
      x: ${{ steps.one.outputs.x }}
    steps:
      - uses: actions/checkout@v7
        with:
          fetch-depth: 0
      - id: one
        name: One
        run: nox -s lint
        env: {T: "${{ secrets.TOKEN }}"}
      - if: steps.one.outcome == 'failure'
        continue-on-error: true
        run: "true"
  test:
    needs: lint
    if: needs.lint.outputs.x != ''
    runs-on: [self-hosted, linux]
    container: python:3.14
    permissions: {contents: read}
    defaults: {run: {working-directory: sub}}
    steps:
      - run: echo ${{ needs['lint'].result }}
  call:
    needs: [lint, test]
    uses: ./.github/workflows/other.yml
  os:
    runs-on: ${{ matrix.os }}
    strategy: {fail-fast: false, max-parallel: 2, matrix: {os: [ubuntu-latest, windows-latest]}}
"#,
        expect![[r#"
            name Some("CI") on push@push pull_request@pull_request
            env A=1 B=${{ vars.B }}? RunDefaults { shell: Some("bash"), working_directory: Some("src") } Some(("${{ github.ref }}", true))
            job lint 220..603 needs [] reads [] on ubuntu-latest if None outputs [x@x] carry [] Some("5") uses None
              342..408 uses actions/checkout@v7 with 1
              415..508 #one secrets run "nox -s lint"
              515..603 continue-on-error reads-steps run "\"true\""
            job test 606..860 needs [lint@lint] reads [lint@lint lint@lint] on self-hosted+linux if Some("needs.lint.outputs.x != ''") outputs [] carry [container@container: python:3.14 permissions@permissions: {contents: read}] None uses None
              821..860 run "echo ${{ needs['lint'].result }}"
            job call 863..932 needs [lint@lint test@test] reads [] on  if None outputs [] carry [] None uses Some("./.github/workflows/other.yml")
            job os 935..1065 needs [] reads [] reads of matrix [os@os] on ? if None outputs [] carry [] None uses None
        "#]],
    );
}

#[test]
fn background_steps() {
    check(
        Forge::GitHub,
        "jobs:\n  a:\n    steps:\n    - parallel:\n      - run: x\n      - uses: y@v1\n    - id: b\n      background: true\n      run: z\n    - wait: b\n    - wait: [b, c]\n    - wait-all:\n    - cancel: b\n    - name: half\n",
        expect![[r#"
            name None on 
            env  RunDefaults { shell: None, working_directory: None } None
            job a 8..201 needs [] reads [] on  if None outputs [] carry [] None uses None
              26..71 parallel
                44..52 run "x"
                59..71 uses y@v1 with 0
              76..119 #b background run "z"
              124..133 Wait(["b"])
              138..152 Wait(["b", "c"])
              157..168 WaitAll
              173..184 Cancel("b")
              189..201 Unknown
        "#]],
    );
}

#[test]
fn aliases_have_the_anchors_places_and_merge_keys_work_where_the_forge_has_them() {
    let text = "jobs:\n  a: &a\n    runs-on: x\n    steps: &s\n    - &one\n      run: nox\n    - run: two\n  b:\n    <<: *a\n    needs: a\n  c:\n    steps: *s\n  d:\n    steps:\n    - *one\n    - *none\n";
    check(
        Forge::GitHub,
        text,
        expect![[r#"
        name None on 
        env  RunDefaults { shell: None, working_directory: None } None
        job a 8..83 needs [] reads [] on x if None outputs [] carry [] None uses None
          47..68 run "nox"
          73..83 run "two"
        job b 86..112 needs [a@a] reads [] on  if None outputs [] carry [] None uses None
        job c 115..131 needs [] reads [] on  if None outputs [] carry [] None uses None
          47..68 run "nox"
          73..83 run "two"
        job d 134..170 needs [] reads [] on  if None outputs [] carry [] None uses None
          60..68 run "nox"
          163..170 Unknown
    "#]],
    );
    check(
        Forge::Forgejo,
        text,
        expect![[r#"
        name None on 
        env  RunDefaults { shell: None, working_directory: None } None
        job a 8..83 needs [] reads [] on x if None outputs [] carry [] None uses None
          47..68 run "nox"
          73..83 run "two"
        job b 86..112 needs [a@a] reads [] on x if None outputs [] carry [] None uses None
          47..68 run "nox"
          73..83 run "two"
        job c 115..131 needs [] reads [] on  if None outputs [] carry [] None uses None
          47..68 run "nox"
          73..83 run "two"
        job d 134..170 needs [] reads [] on  if None outputs [] carry [] None uses None
          60..68 run "nox"
          163..170 Unknown
    "#]],
    );
}

const FRUIT: &str = "
jobs:
  j:
    strategy:
      matrix:
        fruit: [apple, pear]
        animal: [cat, dog]
        include:
          - color: green
          - color: pink
            animal: cat
          - fruit: apple
            shape: circle
          - fruit: banana
          - fruit: banana
            animal: cat
";

#[test]
fn the_fruit_example_has_six_cells_on_github() {
    check_cells(
        Forge::GitHub,
        FRUIT,
        expect![[r#"
        j: 6
          j (apple, cat) | fruit=apple animal=cat color=pink shape=circle
          j (apple, dog) | fruit=apple animal=dog color=green shape=circle
          j (pear, cat) | fruit=pear animal=cat color=pink
          j (pear, dog) | fruit=pear animal=dog color=green
          j (banana) | fruit=banana
          j (banana, cat) | fruit=banana animal=cat
    "#]],
    );
    check_cells(
        Forge::Gitea,
        FRUIT,
        expect![[r#"
        j: 6
          j (banana) | fruit=banana
          j (cat, banana) | fruit=banana animal=cat
          j (cat, pink, apple, circle) | fruit=apple animal=cat color=pink shape=circle
          j (cat, pink, pear) | fruit=pear animal=cat color=pink
          j (dog, green, apple, circle) | fruit=apple animal=dog color=green shape=circle
          j (dog, green, pear) | fruit=pear animal=dog color=green
    "#]],
    );
}

#[test]
fn the_fruit_example_has_seven_cells_on_forgejo() {
    check_cells(
        Forge::Forgejo,
        FRUIT,
        expect![[r#"
        j: 7
          j (banana) | fruit=banana
          j (cat, banana) | fruit=banana animal=cat
          j (cat, pink, apple, circle) | fruit=apple animal=cat color=pink shape=circle
          j (cat, pink, pear) | fruit=pear animal=cat color=pink
          j (dog, apple, circle) | fruit=apple animal=dog shape=circle
          j (dog, pear) | fruit=pear animal=dog
          j (green) | color=green
    "#]],
    );
}

#[test]
fn cells_are_named_and_excluded() {
    check_cells(
        Forge::GitHub,
        "
jobs:
  a:
    name: Test
    strategy:
      matrix:
        python: [3.9, 3.10, '3.10', 3.0]
        os: [Ubuntu, windows]
        exclude:
          - {os: ubuntu, python: '3.9'}
          - python: 3.1
        include:
          - {python: 3.9, os: windows, extra: true}
  b:
    name: py${{ matrix.cfg.python }} on ${{ matrix.os || 'x' }}
    strategy:
      matrix:
        cfg: [{python: 3.12, tag: x}, {python: 3.13}]
  c:
    strategy:
      matrix:
        cfg: [{python: 3.12, tag: x}, {python: 3.13}]
        flag: [true, null, '']
  d:
    strategy:
      matrix:
        include:
        - session: lint
        - {session: tests, python: '3.10'}
  e:
    strategy:
      matrix:
        long: [aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa]
  f:
    strategy:
      fail-fast: false
",
        expect![[r#"
            a: 3
              Test (3.9, windows) | python=3.9 os=windows extra=true
              Test (3, Ubuntu) | python=3 os=Ubuntu
              Test (3, windows) | python=3 os=windows
            b: 2
              py3.12 on x | cfg.python=3.12 cfg.tag=x
              py3.13 on x | cfg.python=3.13
            c: 6
              c (3.12, x, true) | cfg.python=3.12 cfg.tag=x flag=true
              c (3.12, x) | cfg.python=3.12 cfg.tag=x flag=
              c (3.12, x) | cfg.python=3.12 cfg.tag=x flag=
              c (3.13, true) | cfg.python=3.13 flag=true
              c (3.13) | cfg.python=3.13 flag=
              c (3.13) | cfg.python=3.13 flag=
            d: 2
              d (lint) | session=lint
              d (tests, 3.10) | session=tests python=3.10
            e: 1
              e (aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa... | long=aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa
            f: 1
              f | 
        "#]],
    );
}

#[test]
fn computed_matrices_are_known_only_when_literal() {
    check_cells(
        Forge::GitHub,
        r#"
jobs:
  a:
    strategy:
      matrix:
        session: ${{ fromJSON('["a", "it''s", 3.10]') }}
  b:
    strategy:
      matrix: >-
        ${{ fromJson('{"include": [{"x": 1}, {"x": "\u0041"}]}') }}
  c:
    strategy:
      matrix:
        python: [a, b]
        session: ${{ fromJSON(needs.list.outputs.s) }}
  d:
    strategy:
      matrix: ${{ fromJSON(inputs.m) }}
  e:
    strategy:
      matrix:
        python: ["${{ inputs.x }}", b]
"#,
        expect![[r#"
            a: 3
              a (a) | session=a
              a (it's) | session=it's
              a (3.1) | session=3.1
            b: 2
              b (1) | x=1
              b (A) | x=A
            c: "${{ fromJSON(needs.list.outputs.s) }}" depends on `needs.list.outputs.s`
            d: "${{ fromJSON(inputs.m) }}" depends on `inputs.m`
            e: 2
              e (${{ inputs.x }}) | python=${{ inputs.x }}
              e (b) | python=b
        "#]],
    );
}

#[track_caller]
fn check(forge: Forge, text: &str, expected: Expect) {
    expected.assert_eq(&render(&facts(forge, text), text));
}

#[track_caller]
fn check_cells(forge: Forge, text: &str, expected: Expect) {
    let facts = facts(forge, text);
    let mut out = String::new();
    for job in &facts.jobs {
        match &job.strategy.as_ref().expect("the job has a strategy").cells {
            Known::Literal(cells, _) => {
                let _ = writeln!(out, "{}: {}", job.id, cells.len());
                for cell in cells {
                    let values: Vec<_> = cell.values.iter().map(|(key, value)| format!("{key}={value}")).collect();
                    let _ = writeln!(out, "  {} | {}", cell.name, values.join(" "));
                }
            }
            Known::Dynamic(unknown) => {
                let _ = writeln!(out, "{}: {:?} {}", job.id, unknown.span.of(text), unknown.reason);
            }
        }
    }
    expected.assert_eq(&out);
}

fn facts(forge: Forge, text: &str) -> WorkflowFacts {
    read(&Document::new(Language::Yaml, text), forge)
}

fn render(facts: &WorkflowFacts, text: &str) -> String {
    let mut out = String::new();
    let names = |list: &[(String, syntax::Span)]| {
        list.iter().map(|(name, span)| format!("{name}@{}", span.of(text))).collect::<Vec<_>>().join(" ")
    };
    let _ = writeln!(out, "name {:?} on {}", facts.name.as_ref().map(|name| &name.0), names(&facts.triggers));
    let env = |env: &[(String, facts::shell::Word)]| {
        let one = |(key, word): &(String, facts::shell::Word)| {
            format!("{key}={}{}", word.text, if word.literal { "" } else { "?" })
        };
        env.iter().map(one).collect::<Vec<_>>().join(" ")
    };
    let _ = writeln!(out, "env {} {:?} {:?}", env(&facts.env), facts.defaults, facts.concurrency);
    for job in &facts.jobs {
        let _ = write!(out, "job {} {:?}", job.id, job.span);
        let _ = write!(out, " needs [{}] reads [{}]", names(&job.needs), names(&job.reads_needs));
        if !job.reads_matrix.is_empty() {
            let _ = write!(out, " reads of matrix [{}]", names(&job.reads_matrix));
        }
        let _ = write!(out, " on {}", job.runs_on.value().map_or("?".to_owned(), |labels| labels.join("+")));
        let _ = write!(out, " if {:?} outputs [{}]", job.condition.as_ref().map(|it| &it.0), names(&job.outputs));
        let _ = write!(out, " carry [{}]", names(&job.other_keys));
        let _ = writeln!(
            out,
            " {:?} uses {:?}",
            job.timeout_minutes.as_ref().map(|it| &it.0),
            job.uses.as_ref().map(|it| &it.0)
        );
        for step in &job.steps {
            render_step(step, text, 1, &mut out);
        }
    }
    out
}

fn render_step(step: &Step, text: &str, depth: usize, out: &mut String) {
    let _ = write!(out, "{}{:?} ", "  ".repeat(depth), step.span);
    let _ = write!(out, "{}", step.id.as_ref().map(|id| format!("#{} ", id.0)).unwrap_or_default());
    for (flag, name) in [
        (step.background, "background "),
        (step.uses_secrets, "secrets "),
        (step.continue_on_error.is_some(), "continue-on-error "),
        (!step.reads_steps.is_empty(), "reads-steps "),
    ] {
        out.push_str(if flag { name } else { "" });
    }
    let _ = match &step.kind {
        StepKind::Run { span, .. } => writeln!(out, "run {:?}", span.of(text)),
        StepKind::Uses { action, with, .. } => writeln!(out, "uses {action} with {}", with.len()),
        StepKind::Parallel(steps) => {
            out.push_str("parallel\n");
            steps.iter().for_each(|step| render_step(step, text, depth + 1, out));
            Ok(())
        }
        other => writeln!(out, "{other:?}"),
    };
}
