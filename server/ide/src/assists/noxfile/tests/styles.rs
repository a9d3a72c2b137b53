//! How edits look in files of all sorts: bare and called decorators, tabs, CRLF, quotes, comments.

use expect_test::expect;

use super::{check, check_refused};

/// A report behind tests, with the report's decorator and the files around it as given.
fn report(head: &str, decorator: &str) -> String {
    let body = "def tests(session):\n    session.run('coverage', 'run', '-m', 'pytest')\n";
    let report = "def re<|>port(session):\n    session.run('coverage', 'report')\n";
    format!("#- noxfile.py\n{head}import nox\n\n@nox.session\n{body}\n{decorator}\n{report}")
}

#[test]
fn a_called_decorator_on_one_line() {
    check(
        "add-requires",
        &report("", "@nox.session(tags=['slow'])"),
        expect![[r#"
        Let `report` require `tests`
        #- noxfile.py
        import nox

        @nox.session
        def tests(session):
            session.run('coverage', 'run', '-m', 'pytest')

        @nox.session(tags=['slow'], requires=['tests'])
        def report(session):
            session.run('coverage', 'report')
    "#]],
    );
}

#[test]
fn an_empty_call() {
    check(
        "add-requires",
        &report("", "@nox.session()  # last"),
        expect![[r#"
        Let `report` require `tests`
        #- noxfile.py
        import nox

        @nox.session
        def tests(session):
            session.run('coverage', 'run', '-m', 'pytest')

        @nox.session(requires=['tests'])  # last
        def report(session):
            session.run('coverage', 'report')
    "#]],
    );
}

#[test]
fn one_argument_a_line_with_a_comment_behind_the_last() {
    let decorator = "@nox.session(\n    tags=['slow'],\n    name='report',  # as CI knows it\n)";
    check(
        "add-requires",
        &report("", decorator),
        expect![[r#"
        Let `report` require `tests`
        #- noxfile.py
        import nox

        @nox.session
        def tests(session):
            session.run('coverage', 'run', '-m', 'pytest')

        @nox.session(
            tags=['slow'],
            name='report',  # as CI knows it
            requires=['tests'],
        )
        def report(session):
            session.run('coverage', 'report')
    "#]],
    );
}

#[test]
fn a_line_that_would_be_too_long_is_broken() {
    let decorator = "@nox.session(name='report', tags=['slow', 'reporting', 'nightly'], reuse_venv=True)";
    check(
        "add-requires",
        &report("", decorator),
        expect![[r#"
        Let `report` require `tests`
        #- noxfile.py
        import nox

        @nox.session
        def tests(session):
            session.run('coverage', 'run', '-m', 'pytest')

        @nox.session(
            name='report',
            tags=['slow', 'reporting', 'nightly'],
            reuse_venv=True,
            requires=['tests'],
        )
        def report(session):
            session.run('coverage', 'report')
    "#]],
    );
}

#[test]
fn other_decorators_and_comments_between_them() {
    let decorator = "# The numbers.\n@nox.session\n# both\n@nox.parametrize('a', [1, 2])";
    let fixture = report("", decorator).replace("report(session)", "report(session, a)");
    check(
        "add-requires",
        &fixture,
        expect![[r#"
        Let `report` require `tests`
        #- noxfile.py
        import nox

        @nox.session
        def tests(session):
            session.run('coverage', 'run', '-m', 'pytest')

        # The numbers.
        @nox.session(requires=['tests'])
        # both
        @nox.parametrize('a', [1, 2])
        def report(session):
            session.run('coverage', 'report')
    "#]],
    );
}

#[test]
fn line_breaks_of_windows() {
    let fixture = report("", "@nox.session(\n    tags=['slow'],\n)").replace('\n', "\r\n");
    let fixture = fixture.replace("#- noxfile.py\r\n", "#- noxfile.py\n");
    let fixture = crate::fixture::Fixture::new(&fixture);
    let offer = super::offer(&fixture, "add-requires").expect("it is offered");
    let text = fixture.snapshot.file(fixture.file).expect("the noxfile").document.text();
    let after = syntax::apply(text, &offer.edits[0].edits).expect("the edits fit");
    assert!(after.contains("    tags=['slow'],\r\n    requires=['tests'],\r\n)\r\n"), "{after:?}");
    assert_eq!(after.matches('\n').count(), after.matches("\r\n").count(), "{after:?}");
}

#[test]
fn tabs() {
    check(
        "add-requires",
        &report("", "@nox.session(\n\ttags=['slow']\n)").replace("    ", "\t"),
        expect![[r#"
        Let `report` require `tests`
        #- noxfile.py
        import nox

        @nox.session
        def tests(session):
        	session.run('coverage', 'run', '-m', 'pytest')

        @nox.session(
        	tags=['slow'],
        	requires=['tests']
        )
        def report(session):
        	session.run('coverage', 'report')
    "#]],
    );
}

#[test]
fn sessions_without_a_plain_decorator_are_left_alone() {
    let fixture = "
        #- noxfile.py
        import nox

        @nox.session
        def tests(session):
            session.run('coverage', 'run', '-m', 'pytest')

        def re<|>port(session):
            session.run('coverage', 'report')

        nox.session(report)
    ";
    check_refused("add-requires", fixture, expect!["`report` is not made by a plain `@nox.session`"]);
}
