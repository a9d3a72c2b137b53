import nox


@nox.session
def tests(session):
    session.run("pytest", "--cov", "tests")


@nox.session
def tests_extra(session):
    session.run("pytest", "--cov", "--cov-append", "tests")


@nox.session
def stubs(session):
    session.run("stubgen", "-p", "package", "-o", "src")


@nox.session
def stubs_are_fresh(session):
    session.run("git", "diff", "--exit-code", external=True)
