//! What a document promises: no text ends the process, an edit gives what a fresh parse gives, half-typed text costs
//! one line.

use super::*;

fn edit(document: &Document, from: &str, to: &str) -> Document {
    let start = document.text().find(from).expect("the text to replace is there");
    document.edited(&[Change { span: Span::from(start..start + from.len()), text: to.to_owned() }])
}

const WORKFLOW: &str = "\
on: [push]
jobs:
  lint:
    runs-on: ubuntu-latest
    steps:
      - run: nox -s lint
  tests:
    needs: lint
    runs-on: ubuntu-latest
    strategy:
      matrix:
        python: ['3.11', '3.12']
    steps:
      - uses: actions/checkout@v4
      - name: Test
        run: |
          nox -s tests
          echo done
  docs:
    runs-on: ubuntu-latest
    steps:
      - run: nox -s docs
";

/// Jobs other than `tests` that are still read, of two.
#[track_caller]
fn other_jobs(document: &Document) -> usize {
    let jobs = document.yaml().roots.first().and_then(|root| root.get("jobs"));
    ["lint", "docs"]
        .iter()
        .filter(|job| jobs.and_then(|jobs| jobs.get(job)).is_some_and(|job| job.get("steps").is_some()))
        .count()
}

#[test]
fn half_typed_yaml_costs_one_line() {
    let edits = [
        ("    needs: lint\n", "    nee\n"),
        ("    needs: lint\n", "    needs\n"),
        ("    needs: lint\n", "    needs:lint\n"),
        ("    needs: lint\n", "    needs: [lint\n"),
        ("    needs: lint\n", "    needs: [lint,\n"),
        ("    needs: lint\n", "    needs: \"lint\n"),
        ("    needs: lint\n", "    needs: 'lint\n"),
        ("    needs: lint\n", "    needs: lint\n    if: a: b\n"),
        ("    needs: lint\n", "\tneeds: lint\n"),
        ("    needs: lint\n", "   needs: lint\n"),
        ("    needs: lint\n", "     needs: lint\n"),
        ("    needs: lint\n", "    needs: lint\n    -\n"),
        ("    needs: lint\n", "    needs: {lint\n"),
        ("    needs: lint\n", "    needs: &\n"),
        ("    needs: lint\n", "    needs: *\n"),
        ("    needs: lint\n", "    needs: @x\n"),
        ("    needs: lint\n", "    needs: `x\n"),
        ("    needs: lint\n", "    needs: %x\n"),
        ("    needs: lint\n", "    ? needs\n"),
        ("    needs: lint\n", "    : needs\n"),
        ("      matrix:\n", "      matrix\n"),
        ("      matrix:\n", "      mat\n"),
        ("        python: ['3.11', '3.12']\n", "        python: ['3.11', '3.12'\n"),
        ("        python: ['3.11', '3.12']\n", "        python: ['3.11', '3.1]\n"),
        ("        python: ['3.11', '3.12']\n", "        python '3.11'\n"),
        ("      - name: Test\n", "      - name\n"),
        ("      - name: Test\n", "      - name: Test: x\n"),
        ("      - name: Test\n", "      -name: Test\n"),
        ("      - name: Test\n", "     - name: Test\n"),
        ("        run: |\n", "        run: nox: s\n"),
        ("        run: |\n", "        ru\n"),
        ("        run: |\n", "        run: |x\n"),
        ("  tests:\n", "  tests\n"),
        ("  tests:\n", "  te\n  tests:\n"),
        ("    needs: lint\n", "<<<<<<< ours\n    needs: lint\n=======\n    needs: [lint]\n>>>>>>> theirs\n"),
    ];
    let document = Document::new(Language::Yaml, WORKFLOW);
    assert_eq!((other_jobs(&document), document.issues().len()), (2, 0));
    let lost: Vec<&str> =
        edits.into_iter().filter(|(from, to)| other_jobs(&edit(&document, from, to)) < 2).map(|(_, to)| to).collect();
    assert_eq!(lost, Vec::<&str>::new(), "edits after which another job is lost");
}

#[test]
fn finished_text_has_no_issue_left() {
    let document = Document::new(Language::Yaml, WORKFLOW);
    let broken = edit(&document, "    needs: lint\n", "    nee\n");
    assert_eq!(
        broken.issues().iter().map(|issue| issue.span.of(broken.text())).collect::<Vec<_>>(),
        ["nee"],
        "the line is named, without its indent"
    );
    assert_eq!(edit(&broken, "nee\n", "needs: lint\n").issues(), []);
}

#[test]
fn a_document_that_rests_says_the_same() {
    let strings = "X = \"\"\"\nimport os\n\"\"\"\nif X:\n    pass\n\nelse:\n    a(\nb)\n@c\n\n# about d\ndef d(): ...\nclass E:\n  \"e\"\n";
    let long = NOXFILE.repeat(200);
    for text in [NOXFILE, strings, "", "\n", "x", "def f(:\n    pass\nimport nox\n", &long] {
        let (fresh, resting) = (Document::new(Language::Python, text), Document::resting(Language::Python, text));
        let shown = |document: &Document| format!("{:?} {:?}", document.python(), document.issues());
        assert_eq!(shown(&resting), shown(&fresh), "{text}");
        assert_eq!(shown(&resting.clone().at_rest()), shown(&fresh));
        assert_eq!(
            shown(&resting.edited(&[Change { span: Span::empty(0), text: "y = 1\n".to_owned() }])),
            shown(&Document::new(Language::Python, format!("y = 1\n{text}")))
        );
    }
}

#[test]
fn a_workflow_that_rests_says_the_same() {
    let job = |at: usize, last: &str| {
        let filler = "      - run: echo \"as long as it takes\"  # said\n".repeat(100);
        format!("  # job {at}\n  job-{at}:\n    runs-on: a\n    steps:\n{filler}      - run: {last}")
    };
    let jobs = |last: &str| (0..10).map(|at| job(at, last)).collect::<String>();
    let head = "name: CI\non: push\njobs:  # all\n";
    let cases = [
        ("as people write them", format!("{head}{}", jobs("x\n"))),
        ("kept line breaks at the end of a job", format!("{head}{}", jobs("|+\n          x\n\n\n"))),
        ("no line break at the end", format!("{head}{}", jobs("x\n").trim_end())),
        ("CRLF", format!("{head}{}", jobs("x\n")).replace('\n', "\r\n")),
        ("a byte order mark", format!("\u{feff}{head}{}", jobs("x\n"))),
        ("a text that looks like a job", format!("{head}{}", jobs("\"a\n  b:\n  c\"\n"))),
        ("brackets that look like jobs", format!("{head}{}", jobs("[a,\n  b: c,\n  d]\n"))),
        ("more behind the jobs", format!("{head}{}env: {{}}\n", jobs("x\n"))),
        ("a second document", format!("{head}{}---\na: b\n", jobs("x\n"))),
        ("something broken", format!("{head}{}", jobs("\"x\n"))),
        ("anchors", format!("{head}{}", jobs("*x\n").replacen("runs-on: a", "runs-on: &x a", 1))),
    ];
    for (what, text) in &cases {
        let text = text.as_str();
        let (fresh, resting) = (Document::new(Language::Yaml, text), Document::resting(Language::Yaml, text));
        let shown = |document: &Document| format!("{:?} {:?}", document.yaml(), document.issues());
        assert!(shown(&resting) == shown(&fresh), "{what}");
    }
    assert!(super::jobs::read(&cases[0].1).is_some(), "it is read in parts");
    assert!(super::jobs::read(&cases[7].1).is_none(), "it is read as a whole");
}

const NOXFILE: &str = "\
import nox

PYTHONS = [\"3.11\", \"3.12\"]


@nox.session(tags=[\"check\"])
def lint(session):
    \"\"\"Lint.\"\"\"
    session.install(\"ruff\")
    session.run(\"ruff\", \"check\", \"src\")


@nox.session(python=PYTHONS, requires=[\"lint\"])
def tests(session: nox.Session) -> None:
    if session.posargs:
        session.log(\"some\")
    session.run(
        \"pytest\",
        *session.posargs,
    )


@nox.session
def docs(session):
    session.run(\"sphinx-build\", \"docs\", \"out\")
";

/// Names of the decorated functions at the top level.
fn functions(document: &Document) -> Vec<&str> {
    let decorated = document.python().statements.iter().filter_map(|top| match &top.statement.kind {
        python::StmtKind::Function(function) if !function.decorators.is_empty() => Some(&*function.name.text),
        _ => None,
    });
    decorated.collect()
}

#[test]
fn half_typed_python_costs_one_line() {
    let edits = [
        ("@nox.session(python", "@nox.session(python\n@nox.session(python"),
        ("PYTHONS = [\"3.11\", \"3.12\"]", "PYTHONS = [\"3.11\", \"3.12\""),
        ("PYTHONS = [\"3.11\", \"3.12\"]", "PYTHONS = [\"3.11\", \"3.12"),
        ("PYTHONS = [\"3.11\", \"3.12\"]", "PYTHONS ="),
        ("PYTHONS = [\"3.11\", \"3.12\"]", "PYTHONS = ["),
        ("PYTHONS = [\"3.11\", \"3.12\"]", "PYTHONS = {"),
        ("import nox\n", "import nox\nimport \n"),
        ("import nox\n", "import nox\nfrom \n"),
        ("import nox\n", "import nox\nfrom os import \n"),
        ("import nox\n", "import nox\nfrom os import (\n"),
        ("(python=PYTHONS, requires=[\"lint\"])", "("),
        ("(python=PYTHONS, requires=[\"lint\"])", "(python"),
        ("(python=PYTHONS, requires=[\"lint\"])", "(python="),
        ("(python=PYTHONS, requires=[\"lint\"])", "(python=["),
        ("(python=PYTHONS, requires=[\"lint\"])", "(python=[\"3.1"),
        ("(python=PYTHONS, requires=[\"lint\"])", "(python=PYTHONS, "),
        ("(python=PYTHONS, requires=[\"lint\"])", "(python=PYTHONS))"),
        ("@nox.session(python=PYTHONS, requires=[\"lint\"])", "@nox."),
        ("@nox.session(python=PYTHONS, requires=[\"lint\"])", "@nox.session\n@"),
        ("def tests(session: nox.Session) -> None:", "def tests(session: nox.Session) ->"),
        ("def tests(session: nox.Session) -> None:", "def tests(session: nox.Session)"),
        ("def tests(session: nox.Session) -> None:", "def tests(session: "),
        ("def tests(session: nox.Session) -> None:", "def tests("),
        ("def tests(session: nox.Session) -> None:", "def tests"),
        ("    if session.posargs:\n", "    if session.posargs\n"),
        ("    if session.posargs:\n", "    if session.\n"),
        ("    if session.posargs:\n", "    if \n"),
        ("        session.log(\"some\")\n", "        session.\n"),
        ("        session.log(\"some\")\n", "        session.log(\"so\n"),
        ("        session.log(\"some\")\n", "        session.log(f\"{x\n"),
        ("        \"pytest\",\n", "        \"pytest\n"),
        ("        *session.posargs,\n    )\n", "        *session.posargs,\n"),
    ];
    let document = Document::new(Language::Python, NOXFILE);
    assert_eq!(functions(&document), ["lint", "tests", "docs"]);
    let mut found = 0;
    let mut lost = Vec::new();
    for (from, to) in edits {
        let edited = edit(&document, from, to);
        let names = functions(&edited);
        found += names.len();
        if names != ["lint", "tests", "docs"] {
            lost.push((to, names.len()));
        }
        for top in &edited.python().statements {
            if let python::StmtKind::Function(function) = &top.statement.kind {
                let name = function.name.span.shifted(top.start).of(edited.text());
                assert_eq!(name, &*function.name.text, "the name's span after {to:?}");
            }
        }
    }
    assert_eq!(lost, [], "{found} of 96");
}

mod properties {
    use proptest::prelude::*;

    use super::*;

    /// Pieces that open and close things, in both languages.
    const PIECES: [&str; 26] = [
        "\n",
        "  ",
        "    ",
        "a",
        "nox",
        ":",
        ": ",
        "- ",
        "#",
        "'",
        "\"",
        "\"\"\"",
        "(",
        ")",
        "[",
        "]",
        "{",
        "}",
        ",",
        "=",
        "def f(x):\n",
        "@",
        "é😀",
        "\r\n",
        "\t",
        "|\n",
    ];

    fn edits() -> impl Strategy<Value = Vec<(prop::sample::Index, usize, usize)>> {
        prop::collection::vec((any::<prop::sample::Index>(), 0..12_usize, 0..PIECES.len()), 1..8)
    }

    /// Everything that was read, with its places; nothing of how it was come by.
    fn read_of(document: &Document) -> String {
        let python: Vec<_> = document.python().statements.iter().map(|top| (top.start, &*top.statement)).collect();
        format!("{python:?}{:?}", document.yaml())
    }

    fn check_edits(language: Language, text: &str, edits: &[(prop::sample::Index, usize, usize)]) {
        let mut document = Document::new(language, text);
        for (at, deleted, piece) in edits {
            let start = at.index(document.text().len() + 1);
            let span = Span::from(start..start + deleted);
            document = document.edited(&[Change { span, text: PIECES[*piece].to_owned() }]);
            let fresh = Document::new(language, document.text());
            // What is mended depends on which line was edited: only whole texts must be read alike.
            if document.issues().is_empty() && fresh.issues().is_empty() {
                assert_eq!(read_of(&document), read_of(&fresh), "after an edit of {:?}", document.text());
            }
            assert_eq!(document.issues().is_empty(), fresh.issues().is_empty(), "of {:?}", document.text());
            for top in &document.python().statements {
                let span = top.statement.span.shifted(top.start);
                assert!(document.text().get(span.range()).is_some(), "{span:?} of {:?}", document.text());
            }
        }
    }

    /// One that is read job by job, in which every job has what makes reading hard.
    fn large_workflow() -> String {
        let job = |at: usize| {
            format!(
                "  # about {at}\n  job-{at}:\n    needs: [a, b]  # two\n    steps:\n      - run: |+\n          a\n\n      \
                 - name: \"x\n          y\"\n        run: >-\n          b\n          c\n    env: {{A: 'b', C: {at}}}\n\n"
            )
        };
        format!("on: push\njobs:\n{}", (0..80).map(job).collect::<String>())
    }

    /// Deep block structures as a person would not write them, many of which abort a parser that is not guarded.
    fn deep() -> impl Strategy<Value = String> {
        let line = (
            0..4_usize,
            prop::sample::select(vec!["- - - a", "- a:", "a:", "? - b", "- ? c", "if x:", "f('''", "(", "x = {"]),
        );
        (prop::collection::vec(line, 1..12), 1..400_usize).prop_map(|(lines, times)| {
            let (mut out, mut indent) = (String::new(), 0);
            for n in 0..times {
                let (step, line) = lines[n % lines.len()];
                out.push_str(&" ".repeat(indent));
                out.push_str(line);
                out.push('\n');
                indent += step;
            }
            out
        })
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 96, ..ProptestConfig::default() })]

        #[test]
        fn an_edited_noxfile_is_read_like_a_fresh_one(edits in edits()) {
            check_edits(Language::Python, NOXFILE, &edits);
        }

        #[test]
        fn an_edited_workflow_is_read_like_a_fresh_one(edits in edits()) {
            check_edits(Language::Yaml, WORKFLOW, &edits);
        }

        #[test]
        fn an_edited_job_is_read_like_in_a_fresh_workflow(edits in edits()) {
            check_edits(Language::Yaml, &large_workflow(), &edits);
        }

        #[test]
        fn no_depth_ends_the_process(text in deep()) {
            Document::new(Language::Yaml, text.as_str());
            Document::new(Language::Python, text.as_str());
        }
    }
}

#[test]
fn a_mended_place_ends_on_a_character() {
    let document =
        edit(&Document::new(Language::Python, NOXFILE), "    session.run(\"ruff\"", "é😀    session.run(\"ruff\"");
    for top in &document.python().statements {
        let span = top.statement.span.shifted(top.start);
        assert!(document.text().get(span.range()).is_some(), "{span:?}");
    }
}
