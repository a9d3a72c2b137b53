//! Plans of small noxfiles: order, exclusions, instances.

use std::sync::Arc;

use expect_test::{Expect, expect};
use facts::noxfile::{Instance, NoxfileFacts};
use syntax::Span;

use super::Plan;
use crate::effects::{Access, Effect, Effects, Resource, Sharing};
use crate::estimate::{Estimate, Source, Times};
use crate::graph::{Edge, EdgeKind, Evidence};
use crate::workspace::{FileId, NoxfileId, NoxfileModel, SessionId, Workspace};

#[test]
fn what_is_needed_holds_and_the_order_of_the_file_does_not() {
    let mut noxfile = noxfile(&["lint", "tests", "report"]);
    noxfile.edge("tests", "report", EdgeKind::Data, Evidence::DefaultPath);
    noxfile.edge("lint", "tests", EdgeKind::Data, Evidence::OrderOnly);
    noxfile.check(
        &["lint", "tests", "report"],
        expect![[r#"
            lint, tests, report
            tests -> report
        "#]],
    );
}

#[test]
fn tasks_stand_behind_what_they_need() {
    let mut noxfile = noxfile(&["report", "lint", "tests"]);
    noxfile.edge("tests", "report", EdgeKind::Requires, Evidence::Declared);
    noxfile.check(
        &["report", "lint", "tests"],
        expect![[r#"
            tests, report, lint
            tests -> report
        "#]],
    );
}

#[test]
fn need_goes_over_sessions_that_do_not_take_part() {
    let mut noxfile = noxfile(&["build", "sign", "check"]);
    noxfile.edge("build", "sign", EdgeKind::Requires, Evidence::Declared);
    noxfile.edge("sign", "check", EdgeKind::Requires, Evidence::Declared);
    noxfile.check(
        &["build", "check"],
        expect![[r#"
            build, check
            build -> check (`check` needs `build` over `sign`)
        "#]],
    );
}

#[test]
fn an_inferred_edge_gives_way_to_a_declared_one() {
    let mut noxfile = noxfile(&["a", "b"]);
    noxfile.edge("b", "a", EdgeKind::Data, Evidence::ExactPath);
    noxfile.edge("a", "b", EdgeKind::Requires, Evidence::Declared);
    noxfile.check(
        &["a", "b"],
        expect![[r#"
            a, b
            a -> b
        "#]],
    );
}

#[test]
fn a_declared_circle_stays_for_the_launcher_to_refuse() {
    let mut noxfile = noxfile(&["a", "b"]);
    noxfile.edge("a", "b", EdgeKind::Requires, Evidence::Declared);
    noxfile.edge("b", "a", EdgeKind::Requires, Evidence::Declared);
    assert!(noxfile.plan(&["a", "b"]).cycle().is_some());
}

#[test]
fn two_that_queue_each_other_run_in_either_order() {
    let mut noxfile = noxfile(&["a", "b"]);
    noxfile.edge("a", "b", EdgeKind::Notify, Evidence::Declared);
    noxfile.edge("b", "a", EdgeKind::Notify, Evidence::Declared);
    noxfile.check(
        &["a", "b"],
        expect![[r#"
            a, b
            a -> b
        "#]],
    );
}

#[test]
fn each_instance_waits_for_the_one_it_requires() {
    let mut noxfile = noxfile(&["build", "tests"]);
    noxfile.instances("build", &["build-3.11", "build-3.12"]);
    noxfile.instances("tests", &["tests-3.11", "tests-3.12"]);
    Arc::make_mut(&mut noxfile.session("tests").instances)[0].requires = vec!["build-3.11".to_owned()];
    Arc::make_mut(&mut noxfile.session("tests").instances)[1].requires = vec!["build-3.12".to_owned()];
    noxfile.edge("build", "tests", EdgeKind::Requires, Evidence::Declared);
    noxfile.check(
        &["build", "tests"],
        expect![[r#"
            build-3.11, build-3.12, tests-3.11, tests-3.12
            build-3.11 -> tests-3.11
            build-3.12 -> tests-3.12
        "#]],
    );
}

#[test]
fn instances_that_write_the_same_file_take_turns() {
    let mut noxfile = noxfile(&["tests", "docs"]);
    noxfile.instances("tests", &["tests-3.11", "tests-3.12"]);
    noxfile.instances("docs", &["docs-3.11", "docs-3.12"]);
    noxfile.effect("tests", ".coverage", Access::Write);
    noxfile.effect("docs", "site-{session.python}", Access::Write);
    let plan = noxfile.plan(&["tests", "docs"]);
    assert_eq!(plan.exclusions, [(super::TaskId(0), super::TaskId(1))]);
    assert_eq!(plan.reasons[0].2, "all instances of `tests` change `.coverage`");
}

#[test]
fn a_formatter_that_comes_first_stays_first() {
    let mut noxfile = noxfile(&["format", "lint"]);
    noxfile.effect("format", ".", Access::Mutate);
    noxfile.edge("format", "lint", EdgeKind::Order, Evidence::OrderOnly);
    noxfile.check(
        &["format", "lint"],
        expect![[r#"
            format, lint
            format -> lint
        "#]],
    );
}

#[test]
fn a_formatter_in_the_middle_takes_turns() {
    let mut noxfile = noxfile(&["lint", "format", "docs"]);
    noxfile.effect("format", ".", Access::Mutate);
    noxfile.edge("lint", "format", EdgeKind::Order, Evidence::OrderOnly);
    noxfile.edge("format", "docs", EdgeKind::Order, Evidence::OrderOnly);
    noxfile.check(
        &["lint", "format", "docs"],
        expect![[r#"
            lint, format, docs
            lint | format
            format | docs
        "#]],
    );
}

#[test]
fn only_a_written_no_makes_a_session_exclusive() {
    let mut noxfile = noxfile(&["a", "b"]);
    noxfile.session("b").allow_parallel = Some(false);
    noxfile.model().effects = vec![Arc::default(), Arc::new(Effects { width: Some(0), ..Effects::default() })];
    let plan = noxfile.plan(&["a", "b", "b"]);
    let shown: Vec<_> = plan.tasks.iter().map(|task| (task.is_exclusive, task.lanes, task.seconds)).collect();
    assert_eq!(shown, [(false, 1, 7.0), (true, 2, 7.0)]);
}

#[test]
fn required_sessions_come_along() {
    let mut noxfile = noxfile(&["a", "b", "c"]);
    noxfile.edge("c", "b", EdgeKind::Requires, Evidence::Declared);
    noxfile.edge("b", "a", EdgeKind::Requires, Evidence::Declared);
    let found = noxfile.workspace.with_required(NoxfileId(0), &[SessionId(0), SessionId(1)]);
    assert_eq!(found, [SessionId(2), SessionId(1), SessionId(0)]);
}

struct Noxfile {
    workspace: Workspace,
}

fn noxfile(names: &[&str]) -> Noxfile {
    let seven = Estimate { seconds: 7.0, low: 7.0, high: 7.0, source: Source::Guess };
    let sessions = names.iter().map(|name| Arc::new(session(name))).collect();
    let model = NoxfileModel {
        file: FileId(0),
        folder: String::new(),
        facts: Arc::new(NoxfileFacts { sessions, ..NoxfileFacts::default() }),
        project: Arc::default(),
        effects: vec![Arc::default(); names.len()],
        local: Times::alike(seven, names.len()),
        ci: Times::alike(seven, names.len()),
        runners: Vec::new(),
        edges: Vec::new(),
        by_name: Arc::new(names.iter().enumerate().map(|(at, name)| ((*name).to_owned(), SessionId(at))).collect()),
    };
    Noxfile { workspace: Workspace { noxfiles: vec![Arc::new(model)], ..Workspace::default() } }
}

impl Noxfile {
    fn model(&mut self) -> &mut NoxfileModel {
        Arc::make_mut(&mut self.workspace.noxfiles[0])
    }

    fn id(&self, name: &str) -> SessionId {
        self.workspace.noxfiles[0].by_name[name]
    }

    fn session(&mut self, name: &str) -> &mut facts::noxfile::Session {
        let id = self.id(name);
        Arc::make_mut(&mut Arc::make_mut(&mut self.model().facts).sessions[id.0])
    }

    fn instances(&mut self, name: &str, signatures: &[&str]) {
        self.session(name).instances = Arc::new(signatures.iter().map(|signature| instance(signature)).collect());
    }

    fn effect(&mut self, name: &str, path: &str, access: Access) {
        let id = self.id(name);
        let effect = Effect {
            resource: Resource::Path(path.to_owned()),
            access,
            sharing: Sharing::Exclusive,
            action: 0,
            tool: String::new(),
            is_explicit: false,
            cure: String::new(),
            role: crate::effects::Role::Other,
            is_conditional: false,
        };
        Arc::make_mut(&mut self.model().effects[id.0]).items.push(effect);
    }

    fn edge(&mut self, from: &str, to: &str, kind: EdgeKind, evidence: Evidence) {
        let edge = Edge { from: self.id(from), to: self.id(to), kind, evidence, reason: String::new(), place: None };
        self.model().edges.push(edge);
    }

    fn plan(&self, names: &[&str]) -> Plan {
        let sessions: Vec<SessionId> = names.iter().map(|name| self.id(name)).collect();
        self.workspace.plan(NoxfileId(0), &sessions)
    }

    #[track_caller]
    fn check(&self, names: &[&str], expected: Expect) {
        let plan = self.plan(names);
        let label = |task: super::TaskId| plan.tasks[task.0].label.as_str();
        let mut text = plan.tasks.iter().map(|task| task.label.as_str()).collect::<Vec<_>>().join(", ") + "\n";
        let pairs = plan.edges.iter().map(|pair| (pair, "->")).chain(plan.exclusions.iter().map(|pair| (pair, "|")));
        for ((a, b), sign) in pairs {
            let reason = plan.reasons.iter().find(|(from, to, reason)| (from, to) == (a, b) && reason.contains("over"));
            let reason = reason.map_or(String::new(), |(_, _, reason)| format!(" ({reason})"));
            text += &format!("{} {sign} {}{reason}\n", label(*a), label(*b));
        }
        expected.assert_eq(&text);
    }
}

fn session(name: &str) -> facts::noxfile::Session {
    facts::noxfile::Session {
        name: name.to_owned(),
        name_span: Span::default(),
        function: name.to_owned(),
        function_span: Span::default(),
        span: Span::default(),
        decorator: facts::noxfile::Decorator {
            span: Span::default(),
            arguments: None,
            keywords: Vec::new(),
            is_plain: true,
        },
        doc: None,
        python: facts::noxfile::Python::Unset,
        tags: Vec::new(),
        requires: Vec::new(),
        default: true,
        venv_backend: None,
        reuse_venv: None,
        allow_parallel: None,
        instances: Arc::new(vec![instance(name)]),
        complete: true,
        is_configured: true,
        elsewhere: None,
        actions: Vec::new(),
        reads_posargs: false,
        unknown: Vec::new(),
    }
}

fn instance(signature: &str) -> Instance {
    Instance {
        signature: signature.to_owned(),
        aliases: Vec::new(),
        python: None,
        parameters: Vec::new(),
        tags: Vec::new(),
        requires: Vec::new(),
    }
}
