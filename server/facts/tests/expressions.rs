//! Expressions over what is known, and what that makes of jobs and steps. `tests/workflows` asks GitHub's own evaluator
//! for the same values.

use std::fmt::Write as _;

use expect_test::{Expect, expect};
use facts::Forge;
use facts::workflow::{Remainder, Scope, WorkflowFacts, read};
use syntax::{Document, Language};

const AROUND: &str = r#"
on:
  workflow_call:
    inputs:
      level: {type: number, default: 2}
      flag: {type: boolean}
      must: {type: string, required: true}
env: {TOP: top, PY: 3.10, NESTED: "${{ inputs.level }}-${{ env.TOP }}", OPEN: "${{ github.ref }}"}
jobs:
  j:
    runs-on: ${{ matrix.os }}
    env: {TOP: job, OUTER: "${{ env.TOP }}", WRITTEN: before}
    strategy:
      matrix:
        os: [windows-2025]
        n: [3.10]
        list: [[a, B, 3]]
        map: [{a: {x: 1, y: two}, b: {x: true}}]
    steps:
      - run: echo "WRITTEN=after" >> "$GITHUB_ENV"
      - run: x
        env: {STEP: "${{ env.TOP }}+${{ env.OUTER }}", TOP: step}
"#;

#[test]
fn literals_and_operators() {
    check(&[
        ("'it''s'", "it's"),
        ("0x1F", "31"),
        ("1e3", "1000"),
        ("0.1", "0.1"),
        ("-0", "0"),
        ("null", ""),
        ("true && 'a' || 'b'", "a"),
        ("false && 'a' || 'b'", "b"),
        ("'' || 0 || null", ""),
        ("!'' && !0 && !null && !NaN", "true"),
        ("!(1 == 2)", "true"),
        ("'A' == 'a'", "true"),
        ("'1' == 1", "true"),
        ("'x' == 1", "false"),
        ("true == 1 && true == '1'", "true"),
        ("null == 0 && null == '' && null == false", "true"),
        ("NaN == NaN", "false"),
        ("NaN != NaN", "true"),
        ("'b' > 'A' && 2 >= '2' && 1 < 2 && 'a' <= 'A'", "true"),
        ("1 < 2 == true", "true"),
        ("'' == 0", "true"),
        ("' ' == 0", "true"),
        ("'0x10' == 16", "true"),
    ]);
}

#[test]
fn functions() {
    check(&[
        ("contains('Hello', 'ELL')", "true"),
        ("contains(fromJSON('[\"a\", 1, true]'), '1')", "true"),
        ("contains(fromJSON('[\"ab\"]'), 'a')", "false"),
        ("contains(fromJSON('{\"a\": 1}'), 'a')", "false"),
        ("contains(12, 2)", "true"),
        ("startsWith('Hello', 'hE') && endsWith('Hello', 'LO') && !startsWith('a', 'ab')", "true"),
        ("format('{0} {1} {{{0}}}', 'a', 2)", "a 2 {a}"),
        ("format('{0}', fromJSON('[1]'))", "Array"),
        ("join(fromJSON('[1, \"b\", true, null]'))", "1,b,true,"),
        ("join(fromJSON('[1, 2]'), ', ')", "1, 2"),
        ("join('a', 'b')", "a"),
        (
            "toJSON(fromJSON('{\"a\": [1, \"\\\"\"], \"b\": {}, \"c\": []}'))",
            "{\n  \"a\": [\n    1,\n    \"\\\"\"\n  ],\n  \"b\": {},\n  \"c\": []\n}",
        ),
        ("toJSON('a')", "\"a\""),
        ("fromJSON('3.10')", "3.1"),
        ("fromJSON('\"\\u00e9\\ud83d\\ude00\"')", "é😀"),
        ("fromJSON('{\"a\": {\"B\": [10, 20]}}').A.b[1]", "20"),
        ("case(1 == 2, 'a', 2 == 2, 'b', 'c')", "b"),
        ("case(false, github.ref, 'c')", "c"),
        ("FROMJSON('true') && FromJson('\"x\"')", "x"),
    ]);
}

#[test]
fn accesses_and_filters() {
    check(&[
        ("matrix.n", "3.1"),
        ("matrix['LIST'][1]", "B"),
        ("matrix.list[-1]", ""),
        ("matrix.list[9]", ""),
        ("matrix.list['1']", "B"),
        ("matrix.none.at.all", ""),
        ("join(matrix.map.*.x)", "1,true"),
        ("join(matrix.map.a.*)", "1,two"),
        ("join(matrix.map.*.y)", "two"),
        ("contains(matrix.list, 'b')", "true"),
        ("matrix.map == matrix.list", "false"),
        ("format('{0}', matrix.map)", "Object"),
        ("matrix[format('{0}s', 'o')]", "windows-2025"),
        ("('a').b", ""),
    ]);
}

#[test]
fn contexts() {
    check(&[
        ("env.TOP", "job"),
        ("env.OUTER", "top"),
        ("env.PY", "3.1"),
        ("env.NESTED", "? depends on `env.NESTED`"), // a level of `env` does not see itself
        ("env.OPEN", "? depends on `env.OPEN`"),
        ("env.NONE", "? depends on `env.NONE`"),
        ("env.WRITTEN", "? depends on `env.WRITTEN`"),
        ("inputs.level + 1", "? is no expression: `inputs.level + 1`"),
        ("inputs.level", "2"),
        ("inputs.flag", "false"),
        ("inputs.must", "? depends on `inputs.must`"),
        ("runner.os", "Windows"),
        ("runner.temp", "? depends on `runner.temp`"),
        ("github.event.pull_request.number", "? depends on `github.event.pull_request.number`"),
        ("secrets.X != ''", "? depends on `secrets.X`"),
        ("false && github.ref", "false"),
        ("hashFiles('a')", "? depends on `hashFiles(…)`"),
        ("toJSON(github)", "? depends on `github`"),
        ("upper('a')", "? calls `upper`, which no forge has so"),
        ("fromJSON('[')", "? is an error: `fromjson` cannot read what it is given"),
        ("'a", "? is no expression: `'a`"),
        ("", "? is no expression: ``"),
    ]);
    let facts = facts(AROUND);
    let job = &facts.jobs[0];
    let scope = Scope::of_job(&facts, job, None).in_step(&job.steps[1]);
    assert_eq!(scope.fill("a ${{ env.STEP }} ${{ env.TOP }}"), Ok("a job+top step".to_owned()));
    assert_eq!(scope.variable("WRITTEN"), None, "an earlier step changes it");
}

#[test]
fn what_is_left_of_a_condition_in_a_cell() {
    let facts = facts(
        "on: push
env: {DEBUG: 1}
jobs:
  a:
    runs-on: ${{ matrix.os }}
    strategy: {matrix: {os: [ubuntu-latest], python: ['3.11']}}
    steps: []
",
    );
    let job = &facts.jobs[0];
    let cells = job.strategy.as_ref().and_then(|strategy| strategy.cells.value()).expect("a known matrix");
    let scope = Scope::of_job(&facts, job, Some(&cells[0]));
    for (condition, left) in [
        ("matrix.python == 3.11", "always"),
        ("${{ runner.os == 'Linux' && matrix.python == '3.11' }}", "always"),
        ("(matrix.python == '3.11') && (matrix.os == 'ubuntu-latest')", "always"),
        ("matrix.python == '3.12'", "never"),
        ("matrix.python == '3.12' && github.ref == 'x'", "never"),
        ("failure() && matrix.python == '3.12'", "never"),
        ("", "always"),
        // What the cell does not decide stays as it is written.
        ("${{ github.event_name == 'schedule' && matrix.python != '3.9' }}", "github.event_name == 'schedule'"),
        ("runner.os == 'Linux' && !startsWith(github.ref, 'a && b')", "!startsWith(github.ref, 'a && b')"),
        ("matrix.os && (github.a  ||github.b) && matrix.os && github.c", "(github.a  ||github.b) && github.c"),
        ("matrix.os && (github.a || github.b)", "github.a || github.b"),
        ("(github.a || matrix.os == 'x') && github.c", "github.a && github.c"),
        ("github.a || matrix.python == '3.11'", "always"),
        ("github.a  ||  github.b", "github.a  ||  github.b"),
        ("env.DEBUG == '1' && matrix.python == '3.11'", "env.DEBUG == '1'"),
        ("contains(github.actor, 'matrix') && matrix.os", "contains(github.actor, 'matrix')"),
        // A word about the status switches `success()` off, wherever it stands.
        ("always() && matrix.python == '3.11'", "always()"),
        ("success() && runner.os == 'Linux'", "success()"),
        ("always() || matrix.python == '3.11'", "always() || matrix.python == '3.11' (open)"),
        // What the cell may decide, nobody knows how.
        ("matrix.python == vars.X", "matrix.python == vars.X (open)"),
        ("runner.arch == 'X64' && matrix.os", "runner.arch == 'X64' (open)"),
        ("github.a && ${{ matrix.os }}", "github.a && ${{ matrix.os }} (open)"),
        ("matrix.python = '3.11'", "matrix.python = '3.11' (open)"),
    ] {
        let said = match scope.remainder(condition) {
            Remainder::Always => "always".to_owned(),
            Remainder::Never => "never".to_owned(),
            Remainder::If { text, is_open: false } => text,
            Remainder::If { text, is_open: true } => format!("{text} (open)"),
        };
        assert_eq!(said, left, "{condition}");
    }
}

#[test]
fn depth_and_length_are_bounded() {
    let deep = |n: usize| format!("{}true{}", "(".repeat(n), ")".repeat(n));
    let doubled = (0..40).fold("'xy'".to_owned(), |inner, _| format!("format('{{0}}{{0}}', {inner})"));
    check(&[(&deep(40), "true")]);
    assert!(evaluated(&deep(60)).starts_with("? is no expression"));
    assert!(evaluated(&deep(10_000)).starts_with("? is no expression"));
    assert!(evaluated(&"!".repeat(20_000)).starts_with("? is no expression"));
    assert!(evaluated(&"a.".repeat(20_000)).starts_with("? is no expression"));
    assert_eq!(evaluated(&doubled), "? is too long a text: `format(…)`");
    assert_eq!(evaluated(&format!("true{}", " && true".repeat(2_000))), "true");
    assert_eq!(evaluated(&format!("1{}", " == 1".repeat(3_000))), "true");
}

#[test]
fn matrices_of_what_is_known() {
    check_jobs(
        r#"
on: {workflow_dispatch: {inputs: {pythons: {default: '["3.12", "3.13"]'}}}}
jobs:
  a:
    name: py ${{ matrix.python }} of ${{ github.ref_name }}
    runs-on: ${{ matrix.python == '3.12' && 'ubuntu-latest' || fromJSON('["self-hosted", "linux"]') }}
    strategy:
      max-parallel: ${{ 1 == 1 && 3 }}
      fail-fast: ${{ false }}
      matrix:
        python: ${{ fromJSON(inputs.pythons) }}
  b:
    runs-on: ${{ github.event_name == 'push' && 'a' || 'b' }}
    strategy:
      matrix:
        x: [1, "${{ github.sha }}"]
        include: [{y: "${{ 2 }}"}]
  c:
    strategy:
      matrix:
        x: [1, "${{ github.sha }}"]
        exclude: [{x: 1}]
  d:
    name: ${{ '' }}
    strategy: {matrix: {include: "${{ fromJSON('[{\"os\": \"windows-latest\"}]') }}"}}
    runs-on: ${{ matrix.os }}
  e:
    name: just ${{ 'one' }}
"#,
        expect![[r#"
            a: Normally, "py ${{ matrix.python }} of ${{ github.ref_name }}" on ?
              fail-fast false, max-parallel Some(3)
              py 3.12 of ${{ github.ref_name }} on Some(["ubuntu-latest"])
              py 3.13 of ${{ github.ref_name }} on Some(["self-hosted", "linux"])
            b: Normally, "b" on ?
              fail-fast true, max-parallel None
              b (1) on None
              b (${{ github.sha }}) on None
            c: Normally, "c" on 
              fail-fast true, max-parallel None
              compares values that are made when the workflow runs
            d: Normally, "d" on windows-latest
              fail-fast true, max-parallel None
              d on Some(["windows-latest"])
            e: Normally, "just one" on 
        "#]],
    );
}

#[test]
fn what_never_runs() {
    check_jobs(
        "
on: push
env: {DEPLOY: 'no'}
jobs:
  off: {if: false}
  text: {if: '${{ false }} ', needs: []}
  trap: {if: '${{ false }} && true'}
  after: {needs: off}
  always: {needs: [after, on], if: always()}
  transitive: {needs: [always]}
  failed: {needs: [OFF], if: failure()}
  on: {if: github.ref == 'refs/heads/main'}
  either: {if: github.ref == 'x' && 1 == 2}
  cancelled: {needs: on, if: '!cancelled()'}
  steps:
    runs-on: ${{ matrix.os }}
    strategy: {matrix: {os: [ubuntu-latest, macos-15]}}
    steps:
    - {run: a, if: runner.os == 'Windows'}
    - {run: b, if: runner.os == 'Linux'}
    - {run: c, if: matrix.os != 'windows-latest'}
    - {run: d, if: env.DEPLOY == 'yes'}
    - {run: e, if: env.DEPLOY == 'yes', env: {DEPLOY: 'yes'}}
    - {run: f, if: always()}
    - {run: g, if: success() && !failure()}
    - parallel:
      - {run: h, if: 'false'}
      - run: i
",
        expect![[r#"
            off: Never, "off" on 
            text: Never, "text" on 
            trap: Normally, "trap" on 
            after: Never, "after" on 
            always: Normally, "always" on 
            transitive: Never, "transitive" on 
            failed: Maybe, "failed" on 
            on: Maybe, "on" on 
            either: Never, "either" on 
            cancelled: Maybe, "cancelled" on 
            steps: Normally, "steps" on ?
              fail-fast true, max-parallel None
              steps (ubuntu-latest) on Some(["ubuntu-latest"])
              steps (macos-15) on Some(["macos-15"])
              Never
              Maybe
              Normally
              Never
              Normally
              Normally
              Maybe
              Normally (Never) (Normally)
        "#]],
    );
}

/// Each expression in the only cell of `AROUND`'s job, and what it is.
#[track_caller]
fn check(table: &[(&str, &str)]) {
    for (expression, expected) in table {
        assert_eq!(evaluated(expression), *expected, "{expression}");
    }
}

fn evaluated(expression: &str) -> String {
    let facts = facts(AROUND);
    let job = &facts.jobs[0];
    let cells = job.strategy.as_ref().and_then(|strategy| strategy.cells.value()).expect("a known matrix");
    let scope = Scope::of_job(&facts, job, Some(&cells[0]));
    scope.fill(&format!("${{{{ {expression} }}}}")).unwrap_or_else(|reason| format!("? {reason}"))
}

#[track_caller]
fn check_jobs(text: &str, expected: Expect) {
    let facts = facts(text);
    let mut out = String::new();
    for job in &facts.jobs {
        let runs_on = job.runs_on.value().map_or("?".to_owned(), |labels| labels.join("+"));
        let _ = writeln!(out, "{}: {:?}, {:?} on {runs_on}", job.id, job.runs, job.shown);
        if let Some(strategy) = &job.strategy {
            let _ = writeln!(out, "  fail-fast {}, max-parallel {:?}", strategy.fail_fast, strategy.max_parallel);
            match &strategy.cells {
                facts::Known::Literal(cells, _) => cells.iter().for_each(|cell| {
                    let _ = writeln!(out, "  {} on {:?}", cell.name, cell.runs_on);
                }),
                facts::Known::Dynamic(unknown) => {
                    let _ = writeln!(out, "  {}", unknown.reason);
                }
            }
        }
        for step in &job.steps {
            let _ = write!(out, "  {:?}", step.runs);
            if let facts::workflow::StepKind::Parallel(members) = &step.kind {
                members.iter().for_each(|member| {
                    let _ = write!(out, " ({:?})", member.runs);
                });
            }
            out.push('\n');
        }
    }
    expected.assert_eq(&out);
}

fn facts(text: &str) -> WorkflowFacts {
    read(&Document::new(Language::Yaml, text), Forge::GitHub)
}
