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
