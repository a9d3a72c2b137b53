//! YAML as it is lowered: values, styles, spans, places of content.

use expect_test::{Expect, expect};
use syntax::yaml::{Node, Value};
use syntax::{Document, Language};

#[test]
fn block_collections_end_with_their_content() {
    check_tree(
        "on: push # when\n\njobs:\n  a:\n    needs: [b, 'c d']   # why\n    # about steps\n\n  # about d\n  d:\n  - x: 1\n    y:\n  - z\n\n# the end\n",
        expect![[r#"
            {0..115
              on: plain "push" 4..8
              jobs: {25..115
                a: {32..49
                  needs: [flow 39..49
                    plain "b" 40..41
                    single "c d" 43..48
                  ]
                }
                d: [96..115
                  {98..109
                    x: plain "1" 101..102
                    y: null 109..109
                  }
                  plain "z" 114..115
                ]
              }
            }
            9..15 # when
            52..57 # why
            62..75 # about steps
            79..88 # about d
            117..126 # the end"#]],
    );
}

#[test]
fn anchors_aliases_tags_and_merge_keys_stay() {
    check_tree(
        "a: &x !!map\n  k: v\nb: *x\nc:\n  <<: *x\n  n: !!str 1\nd: &e\nf: &g 'h'\n",
        expect![[r#"
            {0..65
              a: &x {14..18
                k: plain "v" 17..18
              }
              b: *x 22..24
              c: {30..49
                <<: *x 34..36
                n: plain "1" 48..49
              }
              d: &e null 55..55
              f: &g single "h" 62..65
            }"#]],
    );
}

#[test]
fn scalars_of_every_style() {
    check_tree(
        "a: one\n  two\n\n  three\nb: 'it''s\n  x'\nc: \"t\\t\\u00e9 \\\"q\\\" \\\n   go\n\n  on\"\nd: |\n  l1\n\n    l2\n  l3\n\ne: >-\n  f1\n  f2\n\n  f3\n    more\n  f4\nf: |+\n  k\n\ng: |2\n    two\nh: |\ni: ''\nj: \"\"\n",
        expect![[r#"
            {0..173
              a: plain "one two\nthree" 3..21 from 3 6 9 13 16
              b: single "it's x" 25..36 from 26 30 31 34
              c: double "t\té \"q\" go\non" 40..71 from 41 42 44 50 51 53 54 56 62 65 68
              d: literal "l1\n\n  l2\nl3\n" 75..94 from 79 85 92
              e: folded "f1 f2\nf3\n  more\nf4" 99..131 from 104 106 109 112 115 120 129
              f: literal "k\n\n" 135..141
              g: literal "  two\n" 146..156
              h: literal "" 160..161
              i: single "" 165..167
              j: double "" 171..173
            }"#]],
    );
}

#[test]
fn flow_collections() {
    check_tree(
        "a: {b: [1, {c: d}], e, f: }\ng: [h: i, j]\n",
        expect![[r#"
        {0..40
          a: {flow 3..27
            b: [flow 7..18
              plain "1" 8..9
              {flow 11..17
                c: plain "d" 15..16
              }
            ]
            e: null 21..21
            f: null 25..25
          }
          g: [flow 31..40
            {flow 32..36
              h: plain "i" 35..36
            }
            plain "j" 38..39
          ]
        }"#]],
    );
}

#[test]
fn carriage_returns_and_byte_order_mark() {
    check_tree(
        "\u{feff}a: 1 # c\r\nb: |\r\n  x\r\n  y\r\nc: p\r\n  q\r\nd: 'r\r\n  s'\r\n",
        expect![[r#"
        {3..51
          a: plain "1" 6..7
          b: literal "x\ny\n" 16..27 from 21 22 26 27
          c: plain "p q" 32..38 from 32 33 37
          d: single "r s" 43..51 from 44 45 49
        }
        8..11 # c"#]],
    );
}

#[test]
fn documents_and_absent_values() {
    check_tree(
        "a: 1\n---\n---\n- b\n-\n- - c\n  - d\n...\n",
        expect![[r#"
        {0..4
          a: plain "1" 3..4
        }
        [13..30
          plain "b" 15..16
          null 18..18
          [21..30
            plain "c" 23..24
            plain "d" 29..30
          ]
        ]"#]],
    );
}

#[test]
fn what_is_broken_is_left_out_and_the_rest_stays() {
    check_tree(
        "a: 1\nb: [1, 2\nc: 3\n",
        expect![[r#"
            {0..18
              a: plain "1" 3..4
              c: plain "3" 17..18
            }
            5..13 b: [1, 2"#]],
    );
    check_tree(
        "jobs:\n  a:\n    x: 1\n  nee\n  b:\n    y: 2\n",
        expect![[r#"
            {0..39
              jobs: {8..39
                a: {15..19
                  x: plain "1" 18..19
                }
                b: {35..39
                  y: plain "2" 38..39
                }
              }
            }
            22..25 nee"#]],
    );
}

/// Also checks what must hold for every node: spans lie in each other, and runs lead to the text they name.
#[track_caller]
fn check_tree(text: &str, expected: Expect) {
    let document = Document::new(Language::Yaml, text);
    let mut out = Vec::new();
    for root in &document.yaml().roots {
        render(root, text, 0, "", &mut out);
    }
    for comment in &document.yaml().comments {
        out.push(format!("{comment:?} {}", comment.of(text)));
    }
    expected.assert_eq(&out.join("\n"));
}

fn render(node: &Node, text: &str, depth: usize, label: &str, out: &mut Vec<String>) {
    let pad = "  ".repeat(depth);
    let anchor = node.anchor.as_ref().map(|name| format!("&{name} ")).unwrap_or_default();
    let head = format!("{pad}{label}{anchor}");
    let span = node.span;
    match &node.value {
        Value::Null => out.push(format!("{head}null {span:?}")),
        Value::Alias(name) => out.push(format!("{head}*{name} {span:?}")),
        Value::Scalar(scalar) => {
            let style = format!("{:?}", scalar.style).to_lowercase();
            let mut places = Vec::new();
            for (at, (content, _)) in scalar.runs.iter().enumerate() {
                let end = scalar.runs.get(at + 1).map_or(scalar.content.len(), |(next, _)| *next as usize);
                let part = &scalar.content[*content as usize..end];
                let file = scalar.source(*content);
                assert!(span.touches(file), "{part:?} at {file} outside of {span:?}");
                if part.chars().count() > 1 && !part.contains('\n') {
                    assert_eq!(&text[file as usize..file as usize + part.len()], part);
                }
                places.push(format!("{file}"));
            }
            assert!(scalar.content.is_empty() || scalar.runs.first().map(|run| run.0) == Some(0));
            let runs = if places.len() > 1 { format!(" from {}", places.join(" ")) } else { String::new() };
            out.push(format!("{head}{style} {:?} {span:?}{runs}", scalar.content));
        }
        Value::Mapping(mapping) => {
            let (open, close) = if mapping.flow { ("{flow ", "}") } else { ("{", "}") };
            out.push(format!("{head}{open}{span:?}"));
            for entry in &mapping.entries {
                assert!(span.covers(entry.span()), "entry in mapping");
                let key = match entry.key.scalar() {
                    Some(scalar) => scalar.content.to_string(),
                    None => format!("{:?}", entry.key.span),
                };
                render(&entry.value, text, depth + 1, &format!("{key}: "), out);
            }
            out.push(format!("{pad}{close}"));
        }
        Value::Sequence(sequence) => {
            out.push(format!("{head}{}{span:?}", if sequence.flow { "[flow " } else { "[" }));
            for item in &sequence.items {
                assert!(span.covers(item.span) && item.span.covers(item.value.span), "item in sequence");
                render(&item.value, text, depth + 1, "", out);
            }
            out.push(format!("{pad}]"));
        }
    }
}
