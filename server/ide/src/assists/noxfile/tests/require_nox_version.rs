//! `require-nox-version`.

use expect_test::expect;

use super::{check, check_refused, check_silent};

#[test]
fn added_behind_the_imports() {
    check(
        "require-nox-version",
        r#"
        #- noxfile.py
        """Sessions."""
        import os  # for the environment
        import nox  # and this

        @nox.session
        def a(session):
            session.run("ruff", "check")

        @nox.session(requires=["a"])
        def b<|>(session):
            session.run("mypy")
        "#,
        expect![[r#"
            Require nox 2025.02.09, the first with `requires=`
            #- noxfile.py
            """Sessions."""
            import os  # for the environment
            import nox  # and this

            nox.needs_version = ">=2025.02.09"

            @nox.session
            def a(session):
                session.run("ruff", "check")

            @nox.session(requires=["a"])
            def b(session):
                session.run("mypy")
        "#]],
    );
}

#[test]
fn raised_in_its_own_quotes() {
    check(
        "require-nox-version",
        r#"
        #- noxfile.py
        import nox<|>

        nox.needs_version = '>=2024.4.15'  # as in CI
        nox.options.allow_parallel = True

        @nox.session
        def a(session):
            session.run("ruff", "check")
        "#,
        expect![[r#"
            Require nox 2026.08.10, the first with `nox.options.allow_parallel`
            #- noxfile.py
            import nox

            nox.needs_version = '>=2026.08.10'  # as in CI
            nox.options.allow_parallel = True

            @nox.session
            def a(session):
                session.run("ruff", "check")
        "#]],
    );
}

#[test]
fn functions_of_nox_project_count_by_their_origin() {
    check(
        "require-nox-version",
        r#"
        #- noxfile.py
        import nox<|>
        from nox.project import python_versions

        @nox.session
        def a(session):
            session.run("ruff", "check")
        "#,
        expect![[r#"
            Require nox 2025.02.09, the first with `nox.project.python_versions`
            #- noxfile.py
            import nox
            from nox.project import python_versions

            nox.needs_version = ">=2025.02.09"

            @nox.session
            def a(session):
                session.run("ruff", "check")
        "#]],
    );
    check_silent(
        "require-nox-version",
        r#"
        #- noxfile.py
        import nox<|>

        python_versions = ["3.12"]  # nox.project.python_versions

        @nox.session(python=python_versions)
        def a(session):
            session.run("ruff", "check", "options.allow_parallel")
        "#,
    );
}

#[test]
fn enough_is_enough() {
    check_silent(
        "require-nox-version",
        r#"
        #- noxfile.py
        import nox<|>
        nox.needs_version = ">=2026.8.10"

        @nox.session(allow_parallel=True)
        def a(session):
            session.run("ruff", "check")
        "#,
    );
}

#[test]
fn a_module_of_nox_that_is_imported_binds_nox() {
    check(
        "require-nox-version",
        r#"
        #- noxfile.py
        import nox.command as command
        import nox.command

        @nox.session(requires=["b"])
        def a<|>(session):
            session.run("ruff", "check")

        @nox.session
        def b(session):
            session.run("mypy")
        "#,
        expect![[r#"
            Require nox 2025.02.09, the first with `requires=`
            #- noxfile.py
            import nox.command as command
            import nox.command

            nox.needs_version = ">=2025.02.09"

            @nox.session(requires=["b"])
            def a(session):
                session.run("ruff", "check")

            @nox.session
            def b(session):
                session.run("mypy")
        "#]],
    );
}

#[test]
fn what_may_exclude_the_version_is_not_guessed() {
    let fixture = r#"
        #- noxfile.py
        import nox<|>
        nox.needs_version = ">=2024,<2025"

        @nox.session(requires=["b"])
        def a(session):
            session.run("ruff", "check")

        @nox.session
        def b(session):
            session.run("ruff", "check")
        "#;
    check_refused(
        "require-nox-version",
        fixture,
        expect!["`nox.needs_version` is `>=2024,<2025`, which may not allow 2025.02.09"],
    );
    let fixture = fixture
        .replace("import nox<|>", "from nox import session<|>")
        .replace("nox.needs_version = \">=2024,<2025\"", "");
    check_refused(
        "require-nox-version",
        &fixture.replace("@nox.session", "@session"),
        expect!["the noxfile does not import `nox` by that name"],
    );
}
