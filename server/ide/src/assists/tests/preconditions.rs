//! What must hold for each rewrite: a table of edits, each of which breaks one precondition of a project for which the
//! rewrite is offered, and what is then said. A precondition that cannot be broken there, or does not matter, says why.
//!
//! C1 to C10 are those of `model::verdict`; below them stand the rewrite's own. A file for each place where sessions go:
//! `one_job`, `one_cell`, `matrices`, `jobs`.

use super::*;

mod jobs;
mod matrices;
mod one_cell;
mod one_job;

/// One precondition of one rewrite.
enum Cell {
    /// The edit makes the offer vanish, or be disabled, or be marked.
    Breaks(Edit),
    /// The offer stays as it is, for this reason.
    Stays(Edit, &'static str),
    /// There is nothing to break, for this reason.
    Never(&'static str),
}

/// Text of the project and what stands there instead, each behind its mark: `from => to`.
type Edit = &'static [(&'static str, &'static str)];

use Cell::{Breaks, Never, Stays};

/// Breaks one precondition after the other; the cursor is where `<|>` stands.
#[track_caller]
fn check_cells(id: &str, project: &str, cells: &[(&str, Cell)], expected: Expect) {
    let base = said(id, project);
    assert!(base.starts_with("offered"), "{id} where nothing is broken: {base}");
    let (mut out, mut wrong) = (String::new(), Vec::new());
    for (precondition, cell) in cells {
        let broken = |edit: &Edit| {
            let replaced = |text: String, (from, to): &(&str, &str)| {
                assert!(text.contains(from), "{precondition}: `{from}` is not there");
                text.replace(from, to)
            };
            said(id, &edit.iter().fold(project.to_owned(), replaced))
        };
        let line = match cell {
            Breaks(edit) => {
                let said = broken(edit);
                if said == base {
                    wrong.push(format!("{precondition}: offered all the same"));
                }
                said
            }
            Stays(edit, why) => {
                let said = broken(edit);
                if said != base {
                    wrong.push(format!("{precondition}: {said}"));
                }
                format!("stays, {why}")
            }
            Never(why) => format!("never, {why}"),
        };
        out.push_str(&format!("{precondition}: {line}\n"));
    }
    assert!(wrong.is_empty(), "{id}:\n{}", wrong.join("\n"));
    expected.assert_eq(&out);
}

/// What is said of a rewrite at the cursor.
fn said(id: &str, project: &str) -> String {
    let fixture = Fixture::with_settings(project, with_runners());
    let offers = crate::assists(&fixture.snapshot, fixture.file, fixture.span);
    let Some(offer) = offers.iter().find(|offer| offer.assist == id) else { return "not offered".to_owned() };
    let caveat = || offer.title.rsplit(['(', ';']).next().unwrap_or_default().trim().trim_end_matches(')');
    match &offer.disabled {
        Some(why) => format!("disabled, {why}"),
        None if offer.is_safe => "offered".to_owned(),
        None => format!("offered, {}", caveat()),
    }
}

/// Two sessions that have nothing to do with each other, in two steps.
const TWO: &str = r#"
#- noxfile.py
import nox

@nox.session
def lint(session):
    session.run("ruff", "check", ".")

@nox.session
def docs(session):
    session.run("mkdocs", "build")

#- timings
lint 160 160 160
docs 180 180 180
#- .github/workflows/ci.yml
on: push
jobs:
  a<|>:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v7
      - run: nox -s lint
      - run: nox -s docs
"#;

const LINT: &str = "session.run(\"ruff\", \"check\", \".\")";
const DOCS: &str = "session.run(\"mkdocs\", \"build\")";
const LINT_STEP: &str = "- run: nox -s lint\n";
const DOCS_STEP: &str = "- run: nox -s docs\n";

/// One session leaves a variable in nox's process, the other reads it.
const LEAVES_VARIABLES: Edit = &[
    ("import nox\n", "import os\nimport nox\n"),
    (LINT, "os.environ[\"A\"] = \"1\""),
    (DOCS, "session.run(\"echo\", os.environ[\"A\"])"),
];
const LEAVES_VARIABLES_IN_ONE_STEP: Edit = &[
    ("import nox\n", "import os\nimport nox\n"),
    (LINT, "os.environ[\"A\"] = \"1\""),
    (DOCS, "session.run(\"echo\", os.environ[\"A\"])"),
    ("- run: nox -s lint\n      - run: nox -s docs\n", "- run: nox -s lint docs\n"),
];

/// The first step may be skipped where the second is not.
const OTHER_CONDITION: Edit = &[(LINT_STEP, "- if: github.ref == 'x'\n        run: nox -s lint\n")];

/// What the first step is called with is not what the second is called with.
const LIMITS_AND_SURROUNDINGS: &[(&str, Edit)] = &[
    ("C4 whatever happened", &[(LINT_STEP, "- if: always()\n        run: nox -s lint\n")]),
    ("C6 shell", &[(LINT_STEP, "- shell: bash\n        run: nox -s lint\n")]),
    ("C6 folder", &[(LINT_STEP, "- working-directory: ./\n        run: nox -s lint\n")]),
    ("C6 variables", &[(LINT_STEP, "- env: { A: 1 }\n        run: nox -s lint\n")]),
    ("C6 limit", &[(LINT_STEP, "- timeout-minutes: 5\n        run: nox -s lint\n")]),
    ("C6 may fail", &[(LINT_STEP, "- continue-on-error: true\n        run: nox -s lint\n")]),
];

/// C1 to C10 but for C6 and conditions that differ, where both sessions stay on one machine.
fn on_one_machine() -> Vec<(&'static str, Cell)> {
    let mut cells = of_any_machines();
    cells.insert(
        0,
        (
            "C1 files",
            Breaks(&[
                (LINT, "session.run(\"coverage\", \"run\", \"-m\", \"pytest\", \"a\")"),
                (DOCS, "session.run(\"coverage\", \"run\", \"-m\", \"pytest\", \"b\")"),
            ]),
        ),
    );
    cells.insert(
        1,
        ("C1 sources", Breaks(&[(LINT, "session.run(\"ruff\", \"format\")"), (DOCS, "session.run(\"mypy\", \".\")")])),
    );
    cells.insert(
        2,
        (
            "C1 sources by words of the call",
            Breaks(&[
                (LINT, "session.run(\"ruff\", \"check\", *session.posargs)"),
                (DOCS, "session.run(\"mypy\", \".\")"),
                (LINT_STEP, "- run: nox -s lint -- --fix\n"),
            ]),
        ),
    );
    cells
}

/// C1 to C10 but for C6 and conditions that differ, where each session gets a machine of its own.
fn on_several_machines() -> Vec<(&'static str, Cell)> {
    let mut cells = of_any_machines();
    cells.insert(
        0,
        (
            "C1 files",
            Stays(
                &[
                    (LINT, "session.run(\"coverage\", \"run\", \"-m\", \"pytest\", \"a\")"),
                    (DOCS, "session.run(\"coverage\", \"run\", \"-m\", \"pytest\", \"b\")"),
                ],
                "as each has a checkout of its own",
            ),
        ),
    );
    cells
}

/// C2 to C10 but for C6 and conditions that differ, wherever the sessions run.
fn of_any_machines() -> Vec<(&'static str, Cell)> {
    vec![
        ("C2 order", Breaks(&[("@nox.session\ndef docs", "@nox.session(requires=[\"lint\"])\ndef docs")])),
        (
            "C2 data",
            Breaks(&[
                (LINT, "session.run(\"coverage\", \"run\", \"-m\", \"pytest\")"),
                (DOCS, "session.run(\"coverage\", \"report\")"),
            ]),
        ),
        ("C2 notify", Breaks(&[(LINT, "session.notify(\"docs\")")])),
        (
            "C3 outputs",
            Breaks(&[
                (LINT_STEP, "- id: x\n        run: nox -s lint\n"),
                (DOCS_STEP, "- run: nox -s docs -- ${{ steps.x.outputs.y }}\n"),
            ]),
        ),
        (
            "C3 variables of steps",
            Breaks(&[(LINT_STEP, "- run: |\n          nox -s lint\n          echo A=1 >> \"$GITHUB_ENV\"\n")]),
        ),
        ("C3 variables of nox", Breaks(LEAVES_VARIABLES)),
        (
            "C4 asks for failures",
            Breaks(&[
                (LINT_STEP, "- if: failure()\n        run: nox -s lint\n"),
                (DOCS_STEP, "- if: failure()\n        run: nox -s docs\n"),
            ]),
        ),
        ("C5 between", Breaks(&[(DOCS_STEP, "- run: echo between\n      - run: nox -s docs\n")])),
        (
            "C7 services",
            Breaks(&[
                (LINT, "session.run(\"alembic\", \"upgrade\", \"head\")"),
                (DOCS, "session.run(\"python\", \"manage.py\", \"test\")"),
            ]),
        ),
        ("C8 publishing", Breaks(&[(LINT, "session.run(\"twine\", \"upload\", \"dist/*\")")])),
        ("C9 gate by place", Breaks(&[(DOCS, "session.run(\"twine\", \"upload\", \"dist/*\")")])),
        ("C10 twice", Breaks(&[(DOCS_STEP, "- run: nox -s lint -- again\n")])),
        ("unknown command", Breaks(&[(DOCS, "session.run(\"frobnicate\")")])),
        ("may fail in its call", Breaks(&[(LINT_STEP, "- run: nox -s lint || true\n")])),
        ("shell script around", Breaks(&[(LINT_STEP, "- run: cd sub && nox -s lint\n")])),
    ]
}

/// C4 and C6 where one step comes to stand for several.
fn of_one_step() -> Vec<(&'static str, Cell)> {
    let other = ("C4 other conditions", Breaks(OTHER_CONDITION));
    std::iter::once(other).chain(LIMITS_AND_SURROUNDINGS.iter().map(|(name, edit)| (*name, Breaks(edit)))).collect()
}

/// C4 and C6 where each step keeps what it is called with.
fn of_steps_of_their_own() -> Vec<(&'static str, Cell)> {
    const WHY: &str = "as each step keeps its own";
    LIMITS_AND_SURROUNDINGS.iter().map(|(name, edit)| (*name, Stays(edit, WHY))).collect()
}
