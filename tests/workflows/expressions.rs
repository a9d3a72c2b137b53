//! Expressions, evaluated by us and by GitHub's own evaluator: every operator and function over every kind of value.

use std::{io::Write, process::Stdio};

use facts::Forge;
use facts::workflow::{Scope, read};
use serde_json::{Value, json};
use syntax::{Document, Language};

/// Values of every kind, and texts that look like others.
const OPERANDS: [&str; 34] = [
    "null",
    "true",
    "false",
    "0",
    "-0",
    "1",
    "-1.5",
    "3.10",
    "1e3",
    "0x1F",
    "NaN",
    "Infinity",
    "''",
    "' '",
    "'0'",
    "'1'",
    "'3.1'",
    "'0x1f'",
    "'a'",
    "'A'",
    "'abc'",
    "'it''s'",
    "'true'",
    "'É'",
    "'é'",
    "matrix.os",
    "matrix.n",
    "matrix.flag",
    "matrix.nothing",
    "matrix.list",
    "matrix.map",
    "matrix.map.*.x",
    "matrix.list[1]",
    "matrix['MAP'].a",
];
const FUNCTIONS: [&str; 10] = [
    "contains({0}, {1})",
    "startsWith({0}, {1})",
    "endsWith({0}, {1})",
    "format('<{{0}}-{{1}}>', {0}, {1})",
    "join({0}, {1})",
    "toJSON({0})",
    "fromJSON(toJSON({0}))",
    "!{0}",
    "matrix.list[{0}]",
    "({0}) && {1} || 'neither'",
];
const OPERATORS: [&str; 8] = ["==", "!=", "<", "<=", ">", ">=", "&&", "||"];
/// Half of them are no expressions.
const SINGLE: [&str; 28] = [
    "format('{0}{1}', 'a')",
    "format('{', 1)",
    "format('{{}}{0:x}', 1)",
    "format('}', 1)",
    "fromJSON('')",
    "fromJSON('{\"a\": [1.0, 1e2, -0, \"\\u0041\"]}').a[3]",
    "toJSON(fromJSON('{\"b\": {\"c\": []}, \"a\": [null, {}]}'))",
    "fromJSON('[1, 2')",
    "case(1 == 1, 'x', 'y')",
    "case(1, 'x', 'y')",
    "case(true, 'x')",
    "matrix.map.*.*",
    "join(matrix.map.*.*, '+')",
    "join(matrix.map.*.list, '+')",
    "join(matrix.list.*, '+')",
    "matrix.list.*[0]",
    "matrix . os",
    "matrix [ 'os' ]",
    "matrix.list[1.7]",
    "1 == 1 == true",
    "!!1",
    "!(1 > 2) && (2 < 3)",
    "1 +",
    "'a",
    "a b",
    "matrix.",
    "upper('a')",
    "",
];

#[test]
fn expressions_have_the_values_that_github_gives_them() {
    let mut expressions: Vec<String> = SINGLE.into_iter().map(str::to_owned).collect();
    for a in OPERANDS {
        for b in OPERANDS {
            expressions.extend(OPERATORS.iter().map(|operator| format!("{a} {operator} {b}")));
            expressions.extend(FUNCTIONS.iter().map(|call| filled(call, a, b)));
        }
    }
    expressions.sort();
    expressions.dedup();
    let matrix = json!({
        "os": "Ubuntu", "n": 3.1, "flag": true, "nothing": null, "list": ["a", "B", 3, null],
        "map": {"a": {"x": 1, "y": "two"}, "b": {"x": true, "list": ["q"]}},
    });
    let theirs = ask(&matrix, &expressions);
    let text = format!("jobs: {{j: {{strategy: {{matrix: {{include: [{matrix}]}}}}}}}}");
    let facts = read(&Document::new(Language::Yaml, text), Forge::GitHub);
    let job = facts.jobs.first().expect("a job");
    let cells = job.strategy.as_ref().and_then(|strategy| strategy.cells.value()).expect("a known matrix");
    let scope = Scope::of_job(&facts, job, cells.first());
    let mut differences = Vec::new();
    for (expression, theirs) in expressions.iter().zip(&theirs) {
        let ours = scope.fill(&format!("${{{{ {expression} }}}}")).ok();
        if ours.as_deref() != theirs.as_str() {
            differences.push(format!("{expression}: {ours:?}; GitHub: {theirs}"));
        }
    }
    let known = theirs.iter().filter(|value| value.is_string()).count();
    assert!(known > 15_000, "{known} of {} have a value", expressions.len());
    assert_eq!(differences, Vec::<String>::new(), "{} differences", differences.len());
}

fn filled(template: &str, a: &str, b: &str) -> String {
    template.replace("{0}", a).replace("{1}", b).replace("{{", "{").replace("}}", "}")
}

/// Their values, null where there is none.
fn ask(matrix: &Value, expressions: &[String]) -> Vec<Value> {
    let mut child = noxflow_tests::tool("gh-parser")
        .arg("--evaluate")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("GitHub's evaluator");
    let questions = json!({"matrix": matrix, "expressions": expressions}).to_string();
    child.stdin.take().expect("its input").write_all(questions.as_bytes()).expect("questions are taken");
    let output = child.wait_with_output().expect("an answer");
    let values: Vec<Value> = serde_json::from_slice(&output.stdout).expect("JSON");
    assert_eq!(values.len(), expressions.len());
    values
}
