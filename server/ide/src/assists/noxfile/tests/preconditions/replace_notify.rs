//! `replace-notify`: tests that queue a report.

use expect_test::expect;

use super::*;

const NOTIFY: &str = r#"#- noxfile.py
import nox

@nox.session
def tests<|>(session):
    session.run("pytest")
    session.notify("report")

@nox.session(default=False)
def report(session):
    session.run("coverage", "report")
"#;

const COLLECTS: &str = r#"#- noxfile.py
import nox

@nox.session
def check<|>(session):
    session.notify("lint")
    session.notify("types")

@nox.session(default=False)
def lint(session):
    session.run("flake8", "src")

@nox.session(default=False, python=["3.12", "3.13"])
def types(session):
    session.run("mypy", "src")
"#;

#[test]
fn of_who_does_nothing_but_queue() {
    let types = |text: &str| with(COLLECTS, "session.notify(\"types\")", text);
    check(
        "replace-notify",
        vec![
            ("as it is", In(COLLECTS.to_owned())),
            (
                "asked at one that is queued",
                with(COLLECTS, "<|>", "").then(|text| text.replace("def lint", "def li<|>nt")),
            ),
            ("requires one already", with(COLLECTS, "@nox.session\n", "@nox.session(requires=[\"lint\"])\n")),
            (
                "requires all already",
                with(COLLECTS, "@nox.session\n", "@nox.session(requires=[\"lint\", \"types\"])\n"),
            ),
            ("queues one twice", types("session.notify(\"lint\")")),
            ("queues itself", types("session.notify(\"check\")")),
            (
                "one that is queued requires it",
                with(COLLECTS, "default=False)", "default=False, requires=[\"check\"])"),
            ),
            (
                "one that is queued requires it over another",
                with(COLLECTS, "default=False, python", "requires=[\"check\"], python")
                    .then(|text| text.replace("default=False)", "requires=[\"types\"])")),
            ),
            ("instances", types("session.notify(\"types-3.12\")\n    session.notify(\"types-3.13\")")),
            ("in a loop", types("for p in (\"3.12\", \"3.13\"):\n        session.notify(f\"types-{p}\")")),
            ("names that are not known", types("for p in session.posargs:\n        session.notify(f\"types-{p}\")")),
            ("a session that is not there", types("session.notify(\"other\")")),
        ],
        expect![[r#"
            as it is: offered
            asked at one that is queued: nothing
            requires one already: offered
            requires all already: offered
            queues one twice: offered
            queues itself: refused: `check` queues itself
            one that is queued requires it: refused: `lint` requires `check`, and nox refuses a circle
            one that is queued requires it over another: refused: `lint` requires `check`, and nox refuses a circle
            instances: offered
            in a loop: refused: `check` queues `types-3.12` within a loop or a block, which is not taken apart
            names that are not known: refused: `check` queues sessions whose names are not known
            a session that is not there: nothing
        "#]],
    );
}

#[test]
fn replace_notify() {
    let call = |text: &str| with(NOTIFY, "session.notify(\"report\")", text);
    check(
        "replace-notify",
        vec![
            ("as it is", In(NOTIFY.to_owned())),
            ("notifies nobody", call("session.log(\"x\")")),
            ("under a condition", call("if session.posargs:\n        session.notify(\"report\")")),
            ("with arguments", call("session.notify(\"report\", [\"-x\"])")),
            ("a session that is not there", call("session.notify(\"other\")")),
            (
                "one instance of it",
                with(NOTIFY, "@nox.session(default=False)", "@nox.session(default=False, python=[\"3.12\", \"3.13\"])")
                    .then(|text| text.replace("notify(\"report\")", "notify(\"report-3.12\")")),
            ),
            ("more is done behind it", call("session.notify(\"report\")\n    session.run(\"mypy\", \"src\")")),
            ("two statements on the line", call("session.log(\"x\"); session.notify(\"report\")")),
            ("a comment in the statement", call("session.notify(  # later\n        \"report\")")),
            ("it requires the target itself", with(NOTIFY, "@nox.session\n", "@nox.session(requires=[\"report\"])\n")),
            ("a decorator from elsewhere", with(NOTIFY, "@nox.session(default=False)", "@nox.session(**OPTIONS)")),
            ("an old nox", steps(NOTIFY, "      - run: pip install nox==2024.10.9\n      - run: nox\n")),
            ("a call that runs the target alone", steps(NOTIFY, "      - run: nox -s report\n")),
            (
                "defaults without brackets",
                with(NOTIFY, "import nox\n", "import nox\nnox.options.sessions = \"tests\", \"report\"\n")
                    .then(|text| text.replace("\"tests\", \"report\"", "\"tests\",")),
            ),
            (
                "the list of defaults cannot be added to",
                with(NOTIFY, "import nox\n", "import nox\nnox.options.sessions = tuple(NAMES)\n"),
            ),
            ("C1 and C3 to C10", Never("nothing runs at the same time that did not")),
        ],
        expect![[r#"
            as it is: unverified: Let `report` require `tests` instead of being notified (`nox -s tests` alone no longer runs `report`)
            notifies nobody: nothing
            under a condition: refused: `tests` queues `report` only under a condition
            with arguments: refused: `tests` hands arguments over to `report`
            a session that is not there: nothing
            one instance of it: refused: `tests` queues one instance of `report`
            more is done behind it: refused: `tests` does more after it queued `report`, and `report` would now wait for that
            two statements on the line: refused: line 6 holds more than one statement
            a comment in the statement: refused: the statement in line 6 holds a comment
            it requires the target itself: refused: `tests` requires `report` itself
            a decorator from elsewhere: refused: the decorator of `report` takes arguments from elsewhere (`*`, `**`)
            an old nox: refused: `requires=` needs nox 2025.02.09, and job `all` of ci.yml uses 2024.10.9
            a call that runs the target alone: refused: job `all` of ci.yml would run `tests`, too
            defaults without brackets: unverified: Let `report` require `tests` instead of being notified (`nox -s tests` alone no longer runs `report`)
            the list of defaults cannot be added to: refused: `nox.options.sessions` is not a list that can be added to
            C1 and C3 to C10: cannot be: nothing runs at the same time that did not
        "#]],
    );
}
