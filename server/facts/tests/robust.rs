//! Whatever is typed: no panic, spans inside the text, and the same answer twice.

use facts::workflow::{Step, StepKind, read};
use facts::{Forge, shell};
use proptest::prelude::*;
use syntax::{Document, Language, Span};

const CI: &str = "name: CI\non:\n  push: {branches: [main]}\nenv: {FORCE_COLOR: '1'}\njobs:\n  lint: &lint\n    runs-on: ubuntu-latest # fast\n    steps:\n    - uses: actions/checkout@v7\n    - run: |\n        pip install nox\n        nox -s lint \"typing\" && echo 'ok' || exit 1\n        for s in a b; do nox -s \"$s\" & done; wait\n  tests:\n    needs: [lint]\n    if: needs.lint.result == 'success'\n    strategy:\n      matrix:\n        python: ['3.12', 3.13]\n        include: [{python: '3.14', extra: true}]\n    steps:\n    - run: >-\n        uvx nox -s tests-${{ matrix.python }}\n        -- -v\n      env: {A: \"x\\ty\", B: ${{ secrets.B }}}\n";
const DIALECT: &str = "\u{feff}on: [push]\r\njobs:\r\n  a:\r\n    strategy: {matrix: \"${{ fromJSON('{\\\"x\\\": [1, 2]}') }}\"}\r\n    steps: &s\r\n    - parallel:\r\n      - run: cd sub; nox -s é\r\n      - {run: \"nox \\\\\\n -s 'q'\"}\r\n    - wait-all:\r\n  b: {<<: *s, steps: *s}\r\n  c:\r\n    <<: {needs: a}\r\n    steps:\r\n    - run: |2-\r\n          cat <<EOF\r\n        nox\r\n        EOF\r\n";

#[test]
fn every_prefix() {
    for text in [CI, DIALECT] {
        for (at, _) in text.char_indices() {
            check(&text[..at]);
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn random_edits(
        edits in prop::collection::vec((0..2000_usize, 0..12_usize, "[ \n:{}\\[\\]\"'|>&*#$(`\\-a-z]{0,6}"), 1..5),
        which in any::<bool>(),
    ) {
        let mut text = if which { CI } else { DIALECT }.to_owned();
        for (start, length, insert) in edits {
            let floor = |at: usize| (0..=at.min(text.len())).rev().find(|at| text.is_char_boundary(*at)).unwrap_or(0);
            let (start, end) = (floor(start), floor(start + length));
            text.replace_range(start..end, &insert);
        }
        check(&text);
    }

    #[test]
    fn random_scripts(script in "(nox|-s|'|\"|\\$\\(|\\)|`|\\{|\\}|<<E|\n| |&&|\\|\\||;|if|fi|for x in|do|done|a=|\\$x|\\$\\{\\{|\\}\\}|\\\\|é|&){0,30}") {
        let script_read = shell::read(&script, &|span| span, &|_| None);
        for command in &script_read.commands {
            for word in &command.argv {
                prop_assert!(word.span.end as usize <= script.len(), "{word:?}");
            }
        }
    }
}

#[test]
fn a_script_that_multiplies_itself_ends() {
    let mut script = "a() { nox; nox; }\n".to_owned();
    for n in 0..20 {
        let (this, before) = (char::from(b'b' + n), char::from(b'a' + n));
        script.push_str(&format!("{this}() {{ {before}; {before}; {before}; }}\n"));
    }
    script.push_str("u\nS=x\n");
    script.push_str(&"S=\"$S$S$S$S\"\n".repeat(200));
    script.push_str(&"for i in {1,2,3,4,5,6,7,8}; do ".repeat(20));
    script.push_str("nox -s $S");
    script.push_str(&"; done".repeat(20));
    let read = shell::read(&script, &|span| span, &|_| None);
    assert!(read.commands.len() <= 2_000);
}

#[test]
fn aliases_of_aliases_cost_what_they_are_long() {
    let mut text = "x0: &x0 [a, a, a, a, a, a, a, a, a]\n".to_owned();
    for n in 1..12 {
        let items = vec![format!("*x{}", n - 1); 9].join(", ");
        text.push_str(&format!("x{n}: &x{n} [{items}]\n"));
    }
    text.push_str(
        "jobs:\n  a:\n    needs: *x11\n    strategy: {matrix: {x: *x11, y: &y [*y]}}\n    steps: [{run: *x11}]\n",
    );
    check(&text);
}

/// Everything that is read has a place in the text.
fn check(text: &str) {
    for forge in [Forge::GitHub, Forge::Forgejo] {
        let document = Document::new(Language::Yaml, text);
        let facts = read(&document, forge);
        let inside =
            |span: Span| assert!(span.end as usize <= text.len() && text.get(span.range()).is_some(), "{span:?}");
        for job in &facts.jobs {
            inside(job.span);
            inside(job.id_span);
            job.needs.iter().chain(&job.reads_needs).chain(&job.reads_matrix).for_each(|(_, span)| inside(*span));
            job.steps.iter().for_each(|step| check_step(step, &inside));
        }
        assert!(facts == read(&document, forge), "the same text reads the same");
    }
}

fn check_step(step: &Step, inside: &dyn Fn(Span)) {
    inside(step.span);
    match &step.kind {
        StepKind::Run { span, script } => {
            inside(*span);
            script.commands.iter().for_each(|command| inside(command.span));
            for call in &script.nox_calls {
                inside(call.span);
                inside(call.arguments);
                call.selection.sessions.iter().flatten().for_each(|word| inside(word.span));
            }
        }
        StepKind::Parallel(steps) => steps.iter().for_each(|step| check_step(step, inside)),
        _ => {}
    }
}
