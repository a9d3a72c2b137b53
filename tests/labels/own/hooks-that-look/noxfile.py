import nox


@nox.session
def hooks(session):
    session.run("pre-commit", "run", "--all-files")


@nox.session
def tests(session):
    session.run("pytest")
