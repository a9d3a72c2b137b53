//! Offers for workflows, as a person sees them: titles, results, refusals. A file for each rewrite; here is what they share.

use expect_test::{Expect, expect};
use model::Settings;
use syntax::Span;

use crate::fixture::Fixture;

mod aliases;
mod carriers;
mod checkout_folders;
mod combine_coverage;
mod combine_coverage_threshold;
mod conditions;
mod fix_all;
mod gate_runners;
mod instances;
mod known_shapes;
mod left_alone;
mod lift_out_of_matrix;
mod lift_out_of_one_cell;
mod matrix_values;
mod merge_identical_jobs;
mod needs_and_gates;
mod offered;
mod places;
mod preconditions;
mod raised_nox;
mod senders;
mod split_by_python;
mod split_into_jobs;
mod split_into_matrix;
mod steps_of_their_own;
mod table_of_styles;
mod traps;
mod use_background_processes;
mod use_dynamic_matrix;
mod use_nox_parallel;
mod use_parallel_steps;

/// Three sessions that do not touch each other, and times that make it worth while.
const NOXFILE: &str = r#"
#- noxfile.py
import nox

@nox.session
def lint(session):
    session.run("ruff", "check", ".")

@nox.session(python="3.12")
def typecheck(session):
    session.run("mypy", "src")

@nox.session
def docs(session):
    session.run("mkdocs", "build")

@nox.session
def unit(session):
    session.run("coverage", "run", "-p", "-m", "pytest", "tests/unit")

@nox.session
def integration(session):
    session.run("coverage", "run", "-p", "-m", "pytest", "tests/integration")

@nox.session
def report(session):
    session.run("coverage", "combine")
    session.run("coverage", "report")

@nox.session
def format(session):
    session.run("ruff", "format", ".")

#- timings
lint 60 60 60
typecheck 120 120 120
docs 180 180 180
unit 200 200 200
integration 240 240 240
report 20 20 20
format 10 10 10
"#;

const CHECKS: &str = "
#- .github/workflows/ci.yml
on: push
jobs:
  checks:
    name: Checks
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v7
      # Fast ones first.
      - name: Lint
        run: nox -s li<|>nt # ruff
      - name: Types
        run: nox -s typecheck
      # The manual.
      - name: Docs
        run: nox -s docs

  deploy:
    needs: checks
    runs-on: ubuntu-latest
    steps:
      - run: ./deploy
";

const DEPENDENT: &str = "
#- .github/workflows/ci.yml
on: push
jobs:
  checks:
    runs-on: ubuntu-latest
    steps:
      - run: nox -s lint
      - run: nox -s for<|>mat
      - run: nox -s unit integration docs
      - run: nox -s report
";

fn settings() -> Settings {
    Settings { forgejo_slots: 1, ..Settings::default() }
}

/// Lists what is offered at the cursor.
#[track_caller]
fn check_offers(workflow: &str, expected: Expect) {
    let fixture = Fixture::with_settings(&format!("{NOXFILE}{workflow}"), settings());
    let mut out = String::new();
    for offer in crate::assists(&fixture.snapshot, fixture.file, fixture.span) {
        let mark = if offer.is_preferred {
            "*"
        } else if offer.is_safe {
            " "
        } else {
            "!"
        };
        out.push_str(&format!("{mark} {}: {}\n", offer.assist, offer.title));
        if let Some(why) = offer.disabled {
            out.push_str(&format!("    disabled: {why}\n"));
        }
    }
    expected.assert_eq(&out);
}

/// Applies the offer called `id` and shows every file that changed.
#[track_caller]
fn check(id: &str, workflow: &str, expected: Expect) {
    check_in(NOXFILE, id, workflow, expected);
}

/// The same with another noxfile. The result is asked again, and must not be offered the same once more.
#[track_caller]
fn check_in(noxfile: &str, id: &str, workflow: &str, expected: Expect) {
    let after = check_once(noxfile, id, workflow, expected);
    let times = noxfile.split_once("#- timings").map_or("", |(_, times)| times);
    let again = Fixture::with_settings(&format!("{after}#- timings{times}"), with_runners());
    for file in &again.snapshot.files {
        for line in 0..file.document.lines().count() {
            let at = syntax::Span::empty(file.document.lines().start(line));
            let offers = crate::assists(&again.snapshot, file.id, at);
            let twice = offers.iter().find(|offer| offer.assist == id && offer.disabled.is_none());
            assert_eq!(twice, None, "{after}");
        }
    }
}

/// The same where more of the kind is left to do. Gives all files as they are then.
#[track_caller]
fn check_once(noxfile: &str, id: &str, workflow: &str, expected: Expect) -> String {
    let source = format!("{noxfile}{workflow}");
    let fixture = Fixture::with_settings(&source, with_runners());
    let offers = crate::assists(&fixture.snapshot, fixture.file, fixture.span);
    let offer =
        offers.iter().find(|offer| offer.assist == id).unwrap_or_else(|| panic!("{id} is not offered: {offers:#?}"));
    assert_eq!(offer.disabled, None);
    let mut out = String::new();
    let mut after = String::new();
    for file in &fixture.snapshot.files {
        let text = file.document.text();
        let edit = offer.edits.iter().find(|edit| edit.file == file.id);
        let text = edit.map_or(text.to_owned(), |edit| syntax::apply(text, &edit.edits).expect("edits that fit"));
        after.push_str(&format!("#- {}\n{text}\n", file.path));
        if edit.is_some() {
            let is_crlf = file.document.text().contains("\r\n");
            assert!(!is_crlf || !text.replace("\r\n", "").contains('\n'), "a line break of the other kind: {text:?}");
            out.push_str(&format!("#- {}\n{text}", file.path));
        }
    }
    expected.assert_eq(&out.replace("\r\n", "\n"));
    after
}

/// Enough runners for any forge.
fn with_runners() -> Settings {
    Settings { forgejo_slots: 4, gitea_slots: 4, ..Settings::default() }
}
