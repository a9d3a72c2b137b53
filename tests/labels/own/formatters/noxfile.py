import nox


@nox.session
def fix(session):
    session.run("ruff", "check", "--fix", ".")
    session.run("ruff", "format", ".")


@nox.session
def style(session):
    session.run("ruff", "format", "--check", ".")


@nox.session
def hooks(session):
    session.run("pre-commit", "run", "--all-files")


@nox.session
def only_mypy(session):
    session.run("pre-commit", "run", "mypy", "--all-files")


@nox.session
def snapshots(session):
    session.run("pytest", "--snapshot-update")


@nox.session
def tests(session):
    session.run("pytest")


@nox.session
def readme(session):
    session.run("cog", "-r", "README.md")
