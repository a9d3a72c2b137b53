//! `longest-first`.

use expect_test::expect;

use super::{check, check_refused, check_silent};

/// A noxfile with this list: a chain of three behind four short ones, all allowed to overlap.
fn file(list: &str) -> String {
    let mut out = format!("#- noxfile.py\nimport nox<|>\n\nnox.options.allow_parallel = True\n{list}\n");
    for name in ["a", "b", "c", "d"] {
        out.push_str(&format!("\n@nox.session\ndef {name}(session):\n    session.run(\"mypy\", \"{name}\")\n"));
    }
    for (name, before) in [("one", ""), ("two", "(requires=[\"one\"])"), ("three", "(requires=[\"two\"])")] {
        out.push_str(&format!("\n@nox.session{before}\ndef {name}(session):\n    session.run(\"mypy\", \"{name}\")\n"));
    }
    let times = ["a", "b", "c", "d", "one", "two", "three"].map(|name| format!("{name} 100 100 100\n"));
    format!("{out}#- timings\n{}", times.concat())
}

#[test]
fn the_chain_comes_first() {
    check(
        "longest-first",
        &file("nox.options.sessions = [\"a\", \"b\", \"c\", \"d\", \"one\", \"two\", \"three\"]"),
        expect![[r#"
            Start the longest sessions first under `nox -j 4`: 6 m 40 s → 5 m (measured times, 4 cores)
            #- noxfile.py
            import nox

            nox.options.allow_parallel = True
            nox.options.sessions = ["one", "two", "a", "b", "c", "d", "three"]

            @nox.session
            def a(session):
                session.run("mypy", "a")

            @nox.session
            def b(session):
                session.run("mypy", "b")

            @nox.session
            def c(session):
                session.run("mypy", "c")

            @nox.session
            def d(session):
                session.run("mypy", "d")

            @nox.session
            def one(session):
                session.run("mypy", "one")

            @nox.session(requires=["one"])
            def two(session):
                session.run("mypy", "two")

            @nox.session(requires=["two"])
            def three(session):
                session.run("mypy", "three")
        "#]],
    );
}

#[test]
fn comments_go_with_their_names() {
    let list = "nox.options.sessions = (
    # Fast.
    \"a\",
    \"b\",
    \"c\",  # third
    \"d\",
    # The chain.
    \"one\",
    \"two\",  # needs one
    \"three\",
)";
    check(
        "longest-first",
        &file(list),
        expect![[r#"
            Start the longest sessions first under `nox -j 4`: 6 m 40 s → 5 m (measured times, 4 cores)
            #- noxfile.py
            import nox

            nox.options.allow_parallel = True
            nox.options.sessions = (
                # The chain.
                "one",
                "two",  # needs one
                # Fast.
                "a",
                "b",
                "c",  # third
                "d",
                "three",
            )

            @nox.session
            def a(session):
                session.run("mypy", "a")

            @nox.session
            def b(session):
                session.run("mypy", "b")

            @nox.session
            def c(session):
                session.run("mypy", "c")

            @nox.session
            def d(session):
                session.run("mypy", "d")

            @nox.session
            def one(session):
                session.run("mypy", "one")

            @nox.session(requires=["one"])
            def two(session):
                session.run("mypy", "two")

            @nox.session(requires=["two"])
            def three(session):
                session.run("mypy", "three")
        "#]],
    );
    check_refused(
        "longest-first",
        &file(&list.replace("    \"b\",\n", "    \"b\", ").replace("\"d\",\n", "\"d\",")),
        expect!["the list holds comments, and not one name a line"],
    );
}

#[test]
fn order_that_is_needed_stays() {
    let fixture = file("nox.options.sessions = [\"a\", \"b\", \"c\", \"d\", \"one\", \"two\", \"three\"]").replace(
        "def a(session):\n    session.run(\"mypy\", \"a\")",
        "def a(session):\n    session.run(\"ruff\", \"format\", \".\")",
    );
    check(
        "longest-first",
        &fixture,
        expect![[r#"
            Start the longest sessions first under `nox -j 4`: 6 m 40 s → 5 m (measured times, 4 cores)
            #- noxfile.py
            import nox

            nox.options.allow_parallel = True
            nox.options.sessions = ["a", "one", "two", "b", "c", "d", "three"]

            @nox.session
            def a(session):
                session.run("ruff", "format", ".")

            @nox.session
            def b(session):
                session.run("mypy", "b")

            @nox.session
            def c(session):
                session.run("mypy", "c")

            @nox.session
            def d(session):
                session.run("mypy", "d")

            @nox.session
            def one(session):
                session.run("mypy", "one")

            @nox.session(requires=["one"])
            def two(session):
                session.run("mypy", "two")

            @nox.session(requires=["two"])
            def three(session):
                session.run("mypy", "three")
        "#]],
    );
}

#[test]
fn nothing_to_gain_nothing_to_do() {
    check_silent(
        "longest-first",
        &file("nox.options.sessions = [\"one\", \"two\", \"three\", \"a\", \"b\", \"c\", \"d\"]"),
    );
    let exclusive = file("nox.options.sessions = [\"a\", \"b\", \"c\", \"d\", \"one\", \"two\", \"three\"]")
        .replace("nox.options.allow_parallel = True\n", "");
    check_silent("longest-first", &exclusive);
}

#[test]
fn a_list_that_is_changed_later_is_left_alone() {
    let list = "nox.options.sessions = [\"a\", \"b\", \"c\", \"d\", \"one\", \"two\"]\nnox.options.sessions = [*nox.options.sessions, \"three\"]";
    check_refused(
        "longest-first",
        &file(list),
        expect!["`nox.options.sessions` is not a list of names that is written out once"],
    );
}

/// What of the file the rewrite adds.
fn added(fixture: &str) -> String {
    let fixture = crate::fixture::Fixture::new(fixture);
    let Some(offer) = super::offer(&fixture, "longest-first") else { return "nothing".to_owned() };
    match offer.disabled {
        Some(why) => format!("refused: {why}"),
        None => offer.edits.iter().flat_map(|edit| &edit.edits).map(|edit| format!("{}|", edit.insert)).collect(),
    }
}

#[test]
fn without_a_list_one_is_added_and_no_function_moved() {
    check(
        "longest-first",
        "#- noxfile.py\nimport nox<|>\n\nnox.options.allow_parallel = True\nnox.options.reuse_venv = 'yes'\n\n\
         @nox.session\ndef a(session):\n    session.run('mypy', 'a')\n\n@nox.session(default=False)\ndef e(session):\n    session.run('mypy', 'e')\n\n\
         @nox.session\ndef b(session):\n    session.run('mypy', 'b')\n\n@nox.session\ndef x(session):\n    session.run('mypy', 'x')\n\n\
         @nox.session\ndef y(session):\n    session.run('mypy', 'y')\n\n@nox.session\ndef c(session):\n    session.run('mypy', 'c')\n\n\
         @nox.session(requires=['c'])\ndef d(session):\n    session.run('mypy', 'd')\n\
         #- timings\na 60 60 60\nb 60 60 60\nx 60 60 60\ny 60 60 60\nc 100 100 100\nd 100 100 100\n",
        expect![[r#"
            Start the longest sessions first under `nox -j 4`: 4 m 20 s → 3 m 20 s (measured times, 4 cores)
            #- noxfile.py
            import nox

            nox.options.allow_parallel = True
            nox.options.reuse_venv = 'yes'
            nox.options.sessions = ['c', 'd', 'a', 'b', 'x', 'y']

            @nox.session
            def a(session):
                session.run('mypy', 'a')

            @nox.session(default=False)
            def e(session):
                session.run('mypy', 'e')

            @nox.session
            def b(session):
                session.run('mypy', 'b')

            @nox.session
            def x(session):
                session.run('mypy', 'x')

            @nox.session
            def y(session):
                session.run('mypy', 'y')

            @nox.session
            def c(session):
                session.run('mypy', 'c')

            @nox.session(requires=['c'])
            def d(session):
                session.run('mypy', 'd')
        "#]],
    );
    let list = "nox.options.sessions = [\"one\", \"two\", \"a\", \"b\", \"c\", \"d\", \"three\"]";
    let usual = file("");
    assert_eq!(added(&usual), format!("\n{list}|"));
    // Behind the imports where nothing is set above the functions.
    let elsewhere = usual
        .replace("nox.options.allow_parallel = True\n", "")
        .replace("@nox.session\n", "@nox.session(allow_parallel=True)\n");
    let elsewhere = elsewhere.replace("(requires", "(allow_parallel=True, requires");
    assert_eq!(added(&elsewhere), format!("\n\n{list}|"));
}

#[test]
fn defaults_that_are_not_all_known_are_left_alone() {
    let usual = file("");
    for change in ["nox.options.tags = [\"x\"]\n", "nox.options.sessions = NAMES\n", "from other import *\n"] {
        assert_eq!(
            added(&usual.replace("\n@nox.session\ndef a(", &format!("{change}\n@nox.session\ndef a("))),
            "nothing",
            "{change}"
        );
    }
}

#[test]
fn a_call_with_j_in_a_workflow_has_an_order_of_its_own() {
    let with = |call: &str| {
        format!(
            "{}#- .github/workflows/ci.yml\non: push\njobs:\n  checks:\n    runs-on: ubuntu-latest\n    steps:\n      - run: {call}\n",
            file("").replace("<|>", "")
        )
    };
    check(
        "longest-first",
        &with("pipx run nox -<|>j 4 -s a b c d \"one\" two three -- -v"),
        expect![[r#"
        Start the longest sessions first under `nox -j 4`: 6 m 40 s → 5 m (measured times, 4 cores)
        #- .github/workflows/ci.yml
        on: push
        jobs:
          checks:
            runs-on: ubuntu-latest
            steps:
              - run: pipx run nox -j 4 -s "one" two a b c d three -- -v
    "#]],
    );
    for call in [
        "no<|>x -s a b c d one two three",
        "no<|>x -j 1 -s a b c d one two three",
        "no<|>x -j 4 -s one two a b c d three",
        "no<|>x -j 4 -s a b c d one two three unknown",
        "NOXSESSION=a,b,c,d,one,two,three no<|>x -j 4",
    ] {
        assert_eq!(added(&with(call)), "nothing", "{call}");
    }
}
