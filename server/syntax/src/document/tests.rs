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
