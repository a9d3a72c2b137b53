import nox


def _tests(session, path, coverage=False):
    if coverage:
        session.posargs.append("--cov")
    session.run("pytest", *session.posargs, path)


@nox.session
def tests(session):
    _tests(session, "tests")


@nox.session
def measured(session):
    _tests(session, "tests", coverage=True)


@nox.session
def plain(session):
    _tests(session, "tests", coverage=False)


@nox.session
def report(session):
    session.run("coverage", "report")
