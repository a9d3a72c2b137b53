//! `allow-parallel`.

use expect_test::{Expect, expect};

use super::{check, check_refused, check_silent, offer};
use crate::fixture::Fixture;

const SESSIONS: &str = r#"
#- noxfile.py
import nox<|>

@nox.session
def lint(session):
    session.run("ruff", "check", ".")

@nox.session(python=["3.12", "3.13"])
def typecheck(session):
    session.run("mypy", "src")

@nox.session
def unit(session):
    session.run("coverage", "run", "-m", "pytest")

@nox.session
def e2e(session):
    session.run("coverage", "run", "-m", "pytest")

@nox.session
def report(session):
    session.run("coverage", "report")

@nox.session
def serve(session):
    session.run("mkdocs", "serve")

#- timings
lint 30 30 30
typecheck-3.12 60 60 60
typecheck-3.13 60 60 60
unit 120 120 120
e2e 60 60 60
report 10 10 10
"#;

const SHARING: &str = r#"
#- noxfile.py
import nox<|>

wheel = ""

@nox.session
def lint(session):
    session.run("ruff", "check", ".")

@nox.session
def typecheck(session):
    session.run("mypy", "src")

@nox.session(default=False)
def build(session):
    global wheel
    wheel = "dist/a.whl"
    session.run("python", "-m", "build", "--outdir", "dist")

def install(session):
    session.install(wheel)

@nox.session(requires=["build"])
def tests(session):
    install(session)
    session.run("pytest", "-p", "no:cacheprovider")

#- timings
lint 30 30 30
typecheck 60 60 60
build 60 60 60
tests 120 120 120
"#;

#[test]
fn sessions_that_share_variables_break_under_nox_j_whatever_is_let_in() {
    check_refused(
        "allow-parallel",
        SHARING,
        expect![
            "`tests` reads the variable `wheel`, which `build` changes; in a process of its own it sees what the noxfile set"
        ],
    );
    let own = SHARING.replace("nox<|>", "nox").replace("def build", "def bu<|>ild");
    check_refused(
        "allow-parallel",
        &own,
        expect![
            "`tests` reads the variable `wheel`, which `build` changes; in a process of its own it sees what the noxfile set"
        ],
    );
    // Nothing that a bare `nox -j` runs reads it.
    let unread = SHARING.replace("(requires=[\"build\"])", "(requires=[\"build\"], default=False)");
    let fixture = Fixture::new(&unread);
    let made = offer(&fixture, "allow-parallel").expect("an offer");
    expect!["Let `lint` and `typecheck` run beside others under `nox -j 4`: 1 m 30 s → 1 m (measured times, 4 cores)"]
        .assert_eq(&made.title);
    assert_eq!(made.disabled, None);
}

#[test]
fn running_alone_does_not_cure_what_needs_one_process() {
    let all = SHARING.replace("wheel = \"\"", "nox.options.allow_parallel = True\nwheel = \"\"");
    check_silent("allow-parallel", &all);
}

#[test]
fn all_that_disturb_nobody() {
    check(
        "allow-parallel",
        SESSIONS,
        expect![[r#"
            Let `lint`, `typecheck` and `unit` run beside others under `nox -j 4`: 5 m 40 s → 3 m 10 s (measured times, 4 cores)
            #- noxfile.py
            import nox

            nox.needs_version = ">=2026.08.10"

            @nox.session(allow_parallel=True)
            def lint(session):
                session.run("ruff", "check", ".")

            @nox.session(python=["3.12", "3.13"], allow_parallel=True)
            def typecheck(session):
                session.run("mypy", "src")

            @nox.session(allow_parallel=True)
            def unit(session):
                session.run("coverage", "run", "-m", "pytest")

            @nox.session
            def e2e(session):
                session.run("coverage", "run", "-m", "pytest")

            @nox.session
            def report(session):
                session.run("coverage", "report")

            @nox.session
            def serve(session):
                session.run("mkdocs", "serve")

        "#]],
    );
}

#[test]
fn what_disturbs_others_stays_alone() {
    let fixture = SESSIONS.replace("nox<|>\n", "nox\n").replace("def unit(", "def un<|>it(");
    let fixture = fixture.replace("@nox.session\ndef e2e", "@nox.session(allow_parallel=True)\ndef e2e");
    check_refused(
        "allow-parallel",
        &fixture,
        expect!["`unit` and `e2e` both write `.coverage`; the later one wins and the other's data is lost"],
    );
    let notify = fixture.replace("session.run(\"coverage\", \"run\", \"-m\", \"pytest\")", "session.notify(\"lint\")");
    check_refused("allow-parallel", &notify, expect!["`unit` calls `session.notify`, which nox -j refuses"]);
}

#[test]
fn the_later_of_two_that_may_not_overlap_is_taken_out() {
    check(
        "allow-parallel",
        r#"
        #- noxfile.py
        import nox

        nox.needs_version = ">=2026.8.10"
        nox.options.allow_parallel = True

        @nox.session
        def docs(session):
            session.run("mkdocs", "build")

        @nox.session(allow_parallel=True)
        def manual<|>(session):
            session.run("mkdocs", "build")
        "#,
        expect![[r#"
            Let `manual` run alone under `nox -j`, as `docs` and `manual` both write `site`; each finds the other's work in it: ~1 m 15 s → ~2 m 30 s (guessed times, 4 cores)
            #- noxfile.py
            import nox

            nox.needs_version = ">=2026.8.10"
            nox.options.allow_parallel = True

            @nox.session
            def docs(session):
                session.run("mkdocs", "build")

            @nox.session(allow_parallel=False)
            def manual(session):
                session.run("mkdocs", "build")
        "#]],
    );
}

#[test]
fn what_is_said_is_left_alone() {
    check_silent(
        "allow-parallel",
        r#"
        #- noxfile.py
        import nox

        @nox.session(allow_parallel=False)
        def li<|>nt(session):
            session.run("ruff", "check", ".")
        "#,
    );
}

#[test]
fn an_old_nox_would_not_load_it() {
    let pinned = "#- .github/workflows/ci.yml
on: push
jobs:
  all:
    runs-on: ubuntu-latest
    steps:
      - run: pip install nox==2025.11.12
      - run: nox
";
    let fixture = SESSIONS.replace("#- timings", &format!("{pinned}#- timings"));
    check_refused(
        "allow-parallel",
        &fixture,
        expect!["`allow_parallel=` needs nox 2026.08.10, and job `all` of ci.yml uses 2025.11.12"],
    );
    let fixture = SESSIONS.replace("nox<|>\n", "nox<|>\nnox.needs_version = '==2025.11.12'\n");
    check_refused(
        "allow-parallel",
        &fixture,
        expect!["`nox.needs_version` is `==2025.11.12`, which may not allow 2026.08.10"],
    );
}

#[test]
fn as_many_as_possible_and_no_formatter() {
    check(
        "allow-parallel",
        r#"
        #- noxfile.py
        import nox<|>

        @nox.session
        def format(session):
            session.run("ruff", "format", ".")

        @nox.session
        def everything(session):
            session.run("mkdocs", "build")
            session.run("coverage", "run", "-m", "pytest")

        @nox.session
        def docs(session):
            session.run("mkdocs", "build")

        @nox.session
        def tests(session):
            session.run("coverage", "run", "-m", "pytest")
        "#,
        expect![[r#"
            Let `docs` and `tests` run beside others under `nox -j 4`: ~5 m 10 s → ~3 m 50 s (guessed times, 4 cores)
            #- noxfile.py
            import nox

            nox.needs_version = ">=2026.08.10"

            @nox.session
            def format(session):
                session.run("ruff", "format", ".")

            @nox.session
            def everything(session):
                session.run("mkdocs", "build")
                session.run("coverage", "run", "-m", "pytest")

            @nox.session(allow_parallel=True)
            def docs(session):
                session.run("mkdocs", "build")

            @nox.session(allow_parallel=True)
            def tests(session):
                session.run("coverage", "run", "-m", "pytest")
        "#]],
    );
}

#[test]
fn one_alone_has_nobody_to_run_beside() {
    let fixture = SESSIONS.replace("nox<|>\n", "nox\n").replace("def unit(", "def un<|>it(");
    check_silent("allow-parallel", &fixture);
}

/// The title at the cursor in `two`, of a noxfile in which `one` and `three` are let in.
#[track_caller]
fn check_title(options: &str, workflow: &str, expected: Expect) {
    let session = |name: &str, arguments: &str, command: &str| {
        format!("\n@nox.session({arguments})\ndef {name}(session):\n    session.run({command})\n")
    };
    let sessions = [
        session("one", "allow_parallel=True", "\"ruff\", \"check\""),
        session("t<|>wo", "", "\"mypy\", \"src\""),
        session("three", "allow_parallel=True", "\"bandit\", \"src\""),
    ]
    .concat();
    let workflow = match workflow {
        "" => String::new(),
        call => format!(
            "#- .github/workflows/ci.yml\non: push\njobs:\n  checks:\n    runs-on: x\n    steps:\n      - run: {call}\n"
        ),
    };
    let times = "#- timings\none 100 100 100\ntwo 60 60 60\nthree 30 30 30\n";
    let fixture = Fixture::new(&format!("#- noxfile.py\nimport nox\n{options}{sessions}{workflow}{times}"));
    expected.assert_eq(&offer(&fixture, "allow-parallel").expect("it is offered").title);
}

#[test]
fn the_title_tells_the_time_of_a_run_in_which_the_session_takes_part() {
    check_title(
        "",
        "",
        expect!["Let `two` run beside others under `nox -j 4`: 2 m 40 s → 1 m 40 s (measured times, 4 cores)"],
    );
    // No bare run has it, one of a workflow does.
    let others = "nox.options.sessions = [\"one\", \"three\"]\n";
    check_title(
        others,
        "nox -j 2 -s one two",
        expect![
            "Let `two` run beside others under `nox -j 2` in job `checks` of ci.yml: 2 m 40 s → 1 m 40 s (measured times, 2 cores)"
        ],
    );
    // Nothing is gained where it runs by itself: what would be gained is told.
    check_title(
        others,
        "nox -j 2 -s two",
        expect![
            "Let `two` run beside others under `nox -j 4`: 2 m 40 s → 1 m 40 s (measured times, 4 cores, with all 3 that may overlap named)"
        ],
    );
    // No run is known in which it takes part: one after another is none of `nox -j`.
    check_title(
        others,
        "nox -s one two",
        expect![
            "Let `two` run beside others under `nox -j 4`: 2 m 40 s → 1 m 40 s (measured times, 4 cores, with all 3 that may overlap named)"
        ],
    );
    check_title(
        others,
        "nox -j 2 --list",
        expect![
            "Let `two` run beside others under `nox -j 4`: 2 m 40 s → 1 m 40 s (measured times, 4 cores, with all 3 that may overlap named)"
        ],
    );
    check_title(
        others,
        "",
        expect![
            "Let `two` run beside others under `nox -j 4`: 2 m 40 s → 1 m 40 s (measured times, 4 cores, with all 3 that may overlap named)"
        ],
    );
}
