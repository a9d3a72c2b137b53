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
            a call that runs the target alone: refused: the result would not be seen to run the same sessions
            defaults without brackets: unverified: Let `report` require `tests` instead of being notified (`nox -s tests` alone no longer runs `report`)
            the list of defaults cannot be added to: refused: `nox.options.sessions` is not a list that can be added to
            C1 and C3 to C10: cannot be: nothing runs at the same time that did not
        "#]],
    );
}
