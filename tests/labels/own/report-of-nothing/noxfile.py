import nox


@nox.session
def tests(session):
    session.run("pytest", *session.posargs)


@nox.session
def coverage(session):
    session.run("coverage", "report")
