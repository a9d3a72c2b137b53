//! What people write in YAML, in every style: read as other YAML parsers read it. The expectations are those of the npm
//! package `yaml` 2.8, but for tags, which are not applied, and for a block scalar without a last line break, as libyaml.

use std::fmt::Write as _;

use syntax::yaml::{Node, Value};
use syntax::{Document, Language};

#[test]
fn every_style_is_read() {
    for (text, expected) in CASES {
        check(text, expected);
    }
}

#[test]
fn values_that_go_on_too_far_left_are_read() {
    for (text, expected) in LEFT {
        check(text, expected);
        check(&text.replace('\n', "\r\n"), expected);
    }
}

#[track_caller]
fn check(text: &str, expected: &str) {
    let document = Document::new(Language::Yaml, text);
    let roots = document.yaml().roots.iter().filter(|root| !matches!(root.value, Value::Null));
    let shown: Vec<String> = roots.map(shown).collect();
    assert_eq!(shown.join(" --- "), *expected, "{text}");
    assert_eq!(document.issues(), [], "{text}");
}

fn shown(node: &Node) -> String {
    match &node.value {
        Value::Null => "~".to_owned(),
        Value::Scalar(scalar) => quoted(&scalar.content),
        Value::Alias(name) => format!("*{name}"),
        Value::Sequence(sequence) => {
            let items: Vec<String> = sequence.items.iter().map(|item| shown(&item.value)).collect();
            format!("[{}]", items.join(", "))
        }
        Value::Mapping(mapping) => {
            let entry = |entry: &syntax::yaml::Entry| format!("{}: {}", shown(&entry.key), shown(&entry.value));
            format!("{{{}}}", mapping.entries.iter().map(entry).collect::<Vec<_>>().join(", "))
        }
    }
}

/// As JSON writes it.
fn quoted(text: &str) -> String {
    let mut out = "\"".to_owned();
    for char in text.chars() {
        match char {
            '"' | '\\' => out.extend(['\\', char]),
            '\n' => out.push_str("\\n"),
            '\t' => out.push_str("\\t"),
            '\r' => out.push_str("\\r"),
            char if char < ' ' => drop(write!(out, "\\u{:04x}", u32::from(char))),
            char => out.push(char),
        }
    }
    out.push('"');
    out
}

/// Text, and what it means.
const CASES: &[(&str, &str)] = &[
    ("a: &a 1\nb: [*a, *a]\nc: {d: *a, e: *a }\n", "{\"a\": \"1\", \"b\": [*a, *a], \"c\": {\"d\": *a, \"e\": *a}}"),
    ("&k a: 1\n*k : 2\n", "{\"a\": \"1\", *k: \"2\"}"),
    (
        "a: &x\n  b: 1\nc: *x\nd: &y\n- 1\ne: !!map\n  f: 1\n",
        "{\"a\": {\"b\": \"1\"}, \"c\": *x, \"d\": [\"1\"], \"e\": {\"f\": \"1\"}}",
    ),
    ("a: it's\nb: don't 'x'\n", "{\"a\": \"it's\", \"b\": \"don't 'x'\"}"),
    ("a: x@y\nb: a%b\nc: a`b\n", "{\"a\": \"x@y\", \"b\": \"a%b\", \"c\": \"a`b\"}"),
    ("--- |\n x\n y\n", "\"x\\ny\\n\""),
    ("a: |\n  x\n # c\n# d\nb: 1\n", "{\"a\": \"x\\n\", \"b\": \"1\"}"),
    ("a: |\nb: 1\nc: >\n\nd: 2\n", "{\"a\": \"\", \"b\": \"1\", \"c\": \"\", \"d\": \"2\"}"),
    ("a: |\n  # not a comment\n  x\n# comment\nb: 1\n", "{\"a\": \"# not a comment\\nx\\n\", \"b\": \"1\"}"),
    ("a: | # x\n  y\nb: >- # z\n  w\n", "{\"a\": \"y\\n\", \"b\": \"w\"}"),
    ("- |\n x\n- >\n y\n", "[\"x\\n\", \"y\\n\"]"),
    ("a: |2\n    x\n   y\nb: 1\n", "{\"a\": \"  x\\n y\\n\", \"b\": \"1\"}"),
    ("a: |+\n  x\n\n\nb: 1\n", "{\"a\": \"x\\n\\n\\n\", \"b\": \"1\"}"),
    ("a: |\n\n    x\n\n    y\n  \nb: 1\n", "{\"a\": \"\\nx\\n\\ny\\n\", \"b\": \"1\"}"),
    ("\u{feff}# c\n---\na: 1\n", "{\"a\": \"1\"}"),
    ("\u{feff}a: 1\nb: 2\n", "{\"a\": \"1\", \"b\": \"2\"}"),
    ("a: {b: c:d, e: http://x, \"f\":1}\n", "{\"a\": {\"b\": \"c:d\", \"e\": \"http://x\", \"f\": \"1\"}}"),
    ("a: 1 # x\n  # odd\nb:\n# zero\n  - x\n    # deep\n  # mid\n  - y\n", "{\"a\": \"1\", \"b\": [\"x\", \"y\"]}"),
    (
        "a:\r\n  - b: |\r\n      x\r\n      y\r\n    c: \"d\r\n      e\"\r\n",
        "{\"a\": [{\"b\": \"x\\ny\\n\", \"c\": \"d e\"}]}",
    ),
    ("%YAML 1.2\n---\na: 1\n", "{\"a\": \"1\"}"),
    ("a: 1\n...\n", "{\"a\": \"1\"}"),
    ("---\na: 1\n", "{\"a\": \"1\"}"),
    ("a: \"\\u00e9\\x41\\U0001F600\\N\\_\"\n", "{\"a\": \"éA😀\u{85}\u{a0}\"}"),
    ("a: \"😀\"\n😀: é\n", "{\"a\": \"😀\", \"😀\": \"é\"}"),
    ("a:\nb:\n  c:\n  d:\n-x: 1\n", "{\"a\": ~, \"b\": {\"c\": ~, \"d\": ~}, \"-x\": \"1\"}"),
    (
        "a:\n  b: [ # one\n    x, # two\n  # three\n    y # four\n  ]\n  c: 1\n",
        "{\"a\": {\"b\": [\"x\", \"y\"], \"c\": \"1\"}}",
    ),
    (
        "a:\n  b: [ # one\n    x, # two\n    # three\n    y\n  ]\n  c: 1\n",
        "{\"a\": {\"b\": [\"x\", \"y\"], \"c\": \"1\"}}",
    ),
    ("a:\n  b: [x,\n      y\n  ]\n  c: 1\n", "{\"a\": {\"b\": [\"x\", \"y\"], \"c\": \"1\"}}"),
    ("on: {push: {branches:\n  [main]}}\n", "{\"on\": {\"push\": {\"branches\": [\"main\"]}}}"),
    ("a:\n  b: {\n    x: 1,\n    y: 2\n  }\n  c: 1\n", "{\"a\": {\"b\": {\"x\": \"1\", \"y\": \"2\"}, \"c\": \"1\"}}"),
    ("a: [one\n  two, three]\nb: {c: d\n  e}\n", "{\"a\": [\"one two\", \"three\"], \"b\": {\"c\": \"d e\"}}"),
    ("a: {b, c: , d: }\n", "{\"a\": {\"b\": ~, \"c\": ~, \"d\": ~}}"),
    ("[a,\nb]\n", "[\"a\", \"b\"]"),
    ("a: [x, y,]\nb: {c: 1,}\n", "{\"a\": [\"x\", \"y\"], \"b\": {\"c\": \"1\"}}"),
    (
        "a:\n  b:\n    [x,\n    y]\n  c:\n    {z: 1,\n     w: 2}\n",
        "{\"a\": {\"b\": [\"x\", \"y\"], \"c\": {\"z\": \"1\", \"w\": \"2\"}}}",
    ),
    ("a: >\n  x\n  y\n\n  z\n   w\n  v\nb: 1\n", "{\"a\": \"x y\\nz\\n w\\nv\\n\", \"b\": \"1\"}"),
    ("--- {a: 1}\n", "{\"a\": \"1\"}"),
    (
        "{\n\"on\": \"push\",\n\"jobs\": {\n\"a\": {\"b\": [\n1,\n2\n]\n}\n}\n}\n",
        "{\"on\": \"push\", \"jobs\": {\"a\": {\"b\": [\"1\", \"2\"]}}}",
    ),
    (
        "{\"on\": \"push\", \"jobs\": {\"a\": {\"runs-on\": \"x\",\n\"steps\": [{\"run\": \"y\"}]}}}\n",
        "{\"on\": \"push\", \"jobs\": {\"a\": {\"runs-on\": \"x\", \"steps\": [{\"run\": \"y\"}]}}}",
    ),
    ("? |\n  block key\n: v\n", "{\"block key\\n\": \"v\"}"),
    (
        "a: &a {x: 1}\nb: &b {y: 2}\nc:\n  <<: [*a, *b]\n  z: 3\n",
        "{\"a\": {\"x\": \"1\"}, \"b\": {\"y\": \"2\"}, \"c\": {\"<<\": [*a, *b], \"z\": \"3\"}}",
    ),
    ("a: 1\n---\nb: 2\n", "{\"a\": \"1\"} --- {\"b\": \"2\"}"),
    ("a:\n  -\n    b: 1\n    c: 2\n  -\n    - d\n", "{\"a\": [{\"b\": \"1\", \"c\": \"2\"}, [\"d\"]]}"),
    ("on:\n  push:\ntrue: 1\n", "{\"on\": {\"push\": ~}, \"true\": \"1\"}"),
    ("a: one\n  - two\nb: 1\n", "{\"a\": \"one - two\", \"b\": \"1\"}"),
    ("a: one\n  #two\nb: 1\n", "{\"a\": \"one\", \"b\": \"1\"}"),
    ("a:\n  b: one\n    two\n    three\n  c: 1\n", "{\"a\": {\"b\": \"one two three\", \"c\": \"1\"}}"),
    ("a: it is\n  \"so\"\nb: 1\n", "{\"a\": \"it is \\\"so\\\"\", \"b\": \"1\"}"),
    (
        "a: x 'y' \"z\"\nb: 50%\nc: a, b\nd: [a b, c-d, e/f]\n",
        "{\"a\": \"x 'y' \\\"z\\\"\", \"b\": \"50%\", \"c\": \"a, b\", \"d\": [\"a b\", \"c-d\", \"e/f\"]}",
    ),
    (
        "a: http://x/y#z\nb: a:b\nc: -x\nd: ?x\ne: :x\n",
        "{\"a\": \"http://x/y#z\", \"b\": \"a:b\", \"c\": \"-x\", \"d\": \"?x\", \"e\": \":x\"}",
    ),
    ("\"a\": 1\n'b c': 2\n? d\n: 3\n\"e\" : 4\n", "{\"a\": \"1\", \"b c\": \"2\", \"d\": \"3\", \"e\": \"4\"}"),
    ("a: \"x\n\n\n  y\"\nb: 1\n", "{\"a\": \"x\\n\\ny\", \"b\": \"1\"}"),
    ("a: \"x: y\n    z: w\"\nb: 1\n", "{\"a\": \"x: y z: w\", \"b\": \"1\"}"),
    ("a: \"x # y\"\nb: '#'\nc: x#y\n", "{\"a\": \"x # y\", \"b\": \"#\", \"c\": \"x#y\"}"),
    ("a:\n- \"one\n  two\"\n- b\n", "{\"a\": [\"one two\", \"b\"]}"),
    ("a:\n  # c1\n  - x\n\n  # c2\n\n  - y\n# c3\nb: 1\n", "{\"a\": [\"x\", \"y\"], \"b\": \"1\"}"),
    ("- - a\n  - b\n- - c\n", "[[\"a\", \"b\"], [\"c\"]]"),
    ("a:\n- 1\n- b: 2\n  c:\n  - 3\nd: 4\n", "{\"a\": [\"1\", {\"b\": \"2\", \"c\": [\"3\"]}], \"d\": \"4\"}"),
    ("a:\tb\nc:\t# x\n  - d\t\n", "{\"a\": \"b\", \"c\": [\"d\"]}"),
    ("a:\n  b: 1\n\t\n  c: 2\n", "{\"a\": {\"b\": \"1\", \"c\": \"2\"}}"),
    ("a: |\n  x\n  \ty\nb: 1\n", "{\"a\": \"x\\n\\ty\\n\", \"b\": \"1\"}"),
    ("a: 1   \nb:   \n  - x   \n", "{\"a\": \"1\", \"b\": [\"x\"]}"),
    ("a: x\u{a0}y\nb: \u{2028}z\n", "{\"a\": \"x\u{a0}y\", \"b\": \"\u{2028}z\"}"),
    ("a: |\n  x", "{\"a\": \"x\"}"),
    (
        "a: !!str 1\nb: !local {x: 1}\nc: !!binary |\n  aGk=\n",
        "{\"a\": \"1\", \"b\": {\"x\": \"1\"}, \"c\": \"aGk=\\n\"}",
    ),
    ("a: >\n  x \n  y  \nb: |+\n  z \n \n", "{\"a\": \"x  y  \\n\", \"b\": \"z \\n\\n\"}"),
];

/// What the grammar refuses and libyaml takes.
const LEFT: &[(&str, &str)] = &[
    ("a:\n  run: \"one\n  two\"\n  b: 1\n", r#"{"a": {"run": "one two", "b": "1"}}"#),
    ("a:\n  run: \"one\n two\"\n  b: 1\n", r#"{"a": {"run": "one two", "b": "1"}}"#),
    ("a:\n  run: \"one # no\n\ntwo\"\n  b: 1\n", r#"{"a": {"run": "one # no\ntwo", "b": "1"}}"#),
    ("a:\n  run: 'it''s\n  two'\n  b: 1\n", r#"{"a": {"run": "it's two", "b": "1"}}"#),
    ("a:\n  - \"one\n  two\"\n  - b\n", r#"{"a": ["one two", "b"]}"#),
    ("a:\n  - run: \"one\n  two\"\n    b: 1\n", r#"{"a": [{"run": "one two", "b": "1"}]}"#),
    ("a:\n  run: \"one \\\n  two\"\n  b: 1\n", r#"{"a": {"run": "one two", "b": "1"}}"#),
    ("a:\n  b: [\n    x,\n    y\n ]\n  c: 1\n", r#"{"a": {"b": ["x", "y"], "c": "1"}}"#),
    ("a:\n  b: [ # one\n    x, # two é\n# three\n    y\n]\nc: 1\n", r#"{"a": {"b": ["x", "y"]}, "c": "1"}"#),
    ("a:\n  b: {x: 1,\n  y: 2}\n  c: 1\n", r#"{"a": {"b": {"x": "1", "y": "2"}, "c": "1"}}"#),
    (
        "a:\n  b: [{x: 1}, [2,\n  3], \"a\n  b\", it's]\n  c: |\n    x: [\n    y: \"\n  d: 1\n",
        r#"{"a": {"b": [{"x": "1"}, ["2", "3"], "a b", "it's"], "c": "x: [\ny: \"\n", "d": "1"}}"#,
    ),
];
