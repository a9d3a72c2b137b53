import nox


@nox.session
def tests(session):
    session.install(".[test]")
    session.run("pytest")


@nox.session
def typing(session):
    session.install("-e", ".", "mypy")
    session.run("mypy", "src")


@nox.session
def legacy(session):
    session.run("python", "setup.py", "sdist", "bdist_wheel")


@nox.session
def style(session):
    session.install("-r", "requirements/lint.txt")
    session.run("flake8", "src")
