//! The seed project as it is on disk, and what is kept from one state to the next.

use std::sync::Arc;

use expect_test::expect;
use facts::noxfile::Alone;
use facts::project::ProjectFacts;

use super::testing::{edges_text, id, session, text_of};
use super::{FileId, Input, InputFacts, InputFile, NoxfileId, Workspace};
use crate::verdict::Verdict;

const SEED: &str = include_str!("../../../../tests/projects/seed/noxfile.py");

fn seed() -> Workspace {
    let document = syntax::Document::new(syntax::Language::Python, SEED);
    let hatch = ProjectFacts { build_backend: Some("hatchling.build".to_owned()), ..ProjectFacts::default() };
    let file = |id, path: &str, facts| InputFile { id: FileId(id), path: path.to_owned(), facts };
    let files = vec![
        file(0, "noxfile.py", InputFacts::Noxfile(Arc::new(facts::noxfile::read(&document, &Alone)))),
        file(1, "pyproject.toml", InputFacts::Project(Arc::new(hatch))),
    ];
    Workspace::build(&Input { files, ..Input::default() }, None)
}

#[test]
fn the_seed_needs_two_edges_only() {
    let mut workspace = seed();
    Arc::make_mut(&mut workspace.noxfiles[0]).edges.retain(crate::Edge::is_needed);
    expect![[r#"
        Data, default path: `coverage_report` reads `.coverage.*`, which `unit_tests` writes
        Data, default path: `coverage_report` reads `.coverage.*`, which `integration_tests` writes
    "#]]
    .assert_eq(&edges_text(&workspace));
}

#[test]
fn the_seed_has_one_kind_of_hazard_beside_its_report() {
    let workspace = seed();
    let noxfile = &workspace.noxfiles[0];
    let name = |at: usize| noxfile.facts.sessions[at].name.as_str();
    let mut lines = Vec::new();
    for a in 0..noxfile.facts.sessions.len() {
        for b in a + 1..noxfile.facts.sessions.len() {
            match workspace.verdict(NoxfileId(0), crate::SessionId(a), crate::SessionId(b)) {
                Verdict::Parallel => {}
                Verdict::MustOrder(edge) => lines.push(format!("{} then {}", name(edge.from.0), name(edge.to.0))),
                Verdict::AfterCure(found) => lines.push(format!("{} | {}: {}", name(a), name(b), found[0].kind)),
                other => lines.push(format!("{} {}: {other:?}", name(a), name(b))),
            }
        }
    }
    expect![[r#"
        lint | format: in-place-formatter
        format | typecheck: in-place-formatter
        format | security_scan: in-place-formatter
        format | dead_code: in-place-formatter
        format | unit_tests: in-place-formatter
        format | integration_tests: in-place-formatter
        format | docs: in-place-formatter
        format | build: in-place-formatter
        format | benchmark: in-place-formatter
        format | coverage_report: in-place-formatter
        unit_tests then coverage_report
        integration_tests then coverage_report"#]]
    .assert_eq(&lines.join("\n"));
}

#[test]
fn what_did_not_change_is_taken_over() {
    let noxfile = |sessions| {
        let facts = facts::noxfile::NoxfileFacts { sessions, ..facts::noxfile::NoxfileFacts::default() };
        let file =
            InputFile { id: FileId(0), path: "noxfile.py".to_owned(), facts: InputFacts::Noxfile(Arc::new(facts)) };
        Input { files: vec![file], ..Input::default() }
    };
    let before =
        Workspace::build(&noxfile([session("a", &["mypy"]), session("b", &["pytest"])].map(Arc::new).to_vec()), None);
    let after = Workspace::build(
        &noxfile([session("b", &["pytest"]), session("a", &["ruff check"])].map(Arc::new).to_vec()),
        Some(&before),
    );
    let effects = |workspace: &Workspace, name: &str| Arc::clone(&workspace.noxfiles[0].effects[id(workspace, name).0]);
    assert!(Arc::ptr_eq(&effects(&before, "b"), &effects(&after, "b")), "the same actions in another place");
    expect![[r#"
        Write .ruff_cache Safe Cache by ruff check
    "#]]
    .assert_eq(&text_of(&effects(&after, "a")));
}
