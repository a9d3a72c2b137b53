//! Variables that one session changes and another reads, and `nox` in the hands of others.

use super::*;

/// What each session does with variables of the process, as `name: reads x (line)`.
#[track_caller]
fn check_variables(text: &str, expected: Expect) {
    let facts = read(&Document::new(Language::Python, text), &Alone);
    let mut out = String::new();
    for session in &facts.sessions {
        for action in &session.actions {
            let ActionKind::Variable { name, is_read } = &action.kind else { continue };
            let (does, may) =
                (if *is_read { "reads" } else { "changes" }, if action.conditional { " perhaps" } else { "" });
            out.push_str(&format!("{}{may} {does} {name}: `{}`\n", session.name, action.span.of(text)));
        }
    }
    expected.assert_eq(&out);
}

#[test]
fn a_global_that_one_sets_and_others_read() {
    check_variables(
        r#"
import nox

wheel = ""
PYTHONS = ["3.12"]

@nox.session(python=PYTHONS)
def build(session):
    global wheel
    wheel = "dist/a.whl"
    session.run("ls", wheel)

def install(session, path):
    session.install(path)

@nox.session(requires=["build"])
def tests(session):
    install(session, wheel)

@nox.session
def lint(session):
    session.install(*PYTHONS)
"#,
        expect![[r#"
            build changes wheel: `wheel = "dist/a.whl"`
            tests reads wheel: `wheel`
        "#]],
    );
}

#[test]
fn by_a_helper_and_under_a_condition() {
    check_variables(
        r#"
import nox

done = False

def once(session):
    global done
    if not done:
        session.run("make")
    done = True

@nox.session
def a(session):
    once(session)

@nox.session
def b(session):
    if session.posargs:
        once(session)
"#,
        expect![[r#"
            a reads done: `done`
            a changes done: `done = True`
            b perhaps reads done: `done`
            b perhaps changes done: `done = True`
        "#]],
    );
}

#[test]
fn what_is_changed_in_place() {
    check_variables(
        r#"
import nox
import state

RESULTS = []
SEEN = {}
CONFIG = make()

def keep(into, what):
    into.append(what)

@nox.session
def a(session):
    RESULTS.append("a")
    SEEN["a"] = 1
    CONFIG.wheel = "x"
    state.version = "1"

@nox.session
def b(session):
    keep(RESULTS, "b")
    local = []
    local.append(1)

@nox.session
def c(session):
    session.run("echo", *RESULTS)
    for name in SEEN:
        session.run("echo", name)
    session.run("echo", CONFIG.wheel)

@nox.session
def d(session):
    RESULTS.append("d")
"#,
        expect![[r#"
            a changes RESULTS: `RESULTS.append("a")`
            a changes SEEN: `SEEN["a"] = 1`
            a changes CONFIG: `CONFIG.wheel = "x"`
            b reads RESULTS: `RESULTS`
            b changes RESULTS: `[]`
            c reads RESULTS: `RESULTS`
            c reads SEEN: `SEEN`
            c reads CONFIG: `CONFIG`
            d changes RESULTS: `RESULTS.append("d")`
        "#]],
    );
}

#[test]
fn a_session_with_itself_and_its_instances() {
    check_variables(
        r#"
import nox

first = True
alone = 0

@nox.session(python=["3.12", "3.13"])
def tests(session):
    global first
    if not first:
        session.run("coverage", "combine")
    first = False

@nox.session
def once(session):
    global alone
    session.run("echo", str(alone))
    alone += 1
"#,
        expect![[r#"
            tests reads first: `first`
            tests changes first: `first = False`
        "#]],
    );
}

#[test]
fn the_environment_of_the_process() {
    check_variables(
        r#"
import os
import nox

os.environ["LOADED"] = "1"

@nox.session
def a(session):
    os.environ["VERSION"] = "1.0"
    os.environ["UNREAD"] = "1"
    session.env["OWN"] = "1"

@nox.session
def b(session):
    session.run("echo", os.environ["VERSION"], os.environ.get("LOADED"), os.environ.get("OWN"))
"#,
        expect![[r#"
            a changes os.environ["VERSION"]: `os.environ["VERSION"] = "1.0"`
            b reads os.environ["VERSION"]: `os.environ["VERSION"]`
        "#]],
    );
}

#[test]
fn after_an_edit_it_is_as_read_afresh() {
    let text = "import nox\n\nwheel = ''\n\n@nox.session\ndef build(session):\n    session.run('x')\n\n@nox.session\ndef tests(session):\n    session.install(wheel)\n";
    let edited = text.replace("    session.run('x')\n", "    global wheel\n    wheel = 'x'\n");
    for (before, after) in [(text, &*edited), (&*edited, text)] {
        let old = Document::new(Language::Python, before);
        let (_, memory) = read_fresh(&old, &Alone);
        let new = Document::new(Language::Python, after);
        let (again, _) = read_again(&new, &Alone, (&old, &memory));
        assert_eq!(again, read(&new, &Alone));
    }
}

#[test]
fn nox_in_the_hands_of_others() {
    let unknown = |text: &str| {
        let facts = read(&Document::new(Language::Python, text), &Alone);
        facts.unknown.iter().map(|it| format!("`{}` {}", it.span.of(text), it.reason)).collect::<Vec<_>>().join("\n")
    };
    expect!["`company.register(nox)` calls `company.register`, which may define sessions"]
        .assert_eq(&unknown("import nox\nimport company\n\ncompany.register(nox)\n"));
    expect!["`make_sessions(nox=nox)` calls `company.make_sessions`, which may define sessions"]
        .assert_eq(&unknown("import nox\nfrom company import make_sessions\n\nmake_sessions(nox=nox)\n"));
    expect![
        "`makers[0](nox)` hands `nox` to what uses `makers`, which is not known here, and which may define sessions"
    ]
    .assert_eq(&unknown("import nox\n\nmakers[0](nox)\n"));
    expect!["`nox.configure('lib')` calls `company.repo.nox.configure`, which may define sessions"]
        .assert_eq(&unknown("from company.repo import nox\n\nnox.configure('lib')\n"));
    expect![[""]]
        .assert_eq(&unknown("import nox\nimport company\n\ncompany.greet(1)\nprint(nox)\nhasattr(nox, 'x')\n"));
}
