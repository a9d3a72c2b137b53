import nox


@nox.session
def unit(session):
    session.install(".", "coverage", "pytest")
    session.run("coverage", "run", "-m", "pytest", "tests/unit")


@nox.session
def integration(session):
    session.install(".", "coverage", "pytest")
    session.run("coverage", "run", "-m", "pytest", "tests/integration")


@nox.session
def report(session):
    session.install("coverage")
    session.run("coverage", "report", "--fail-under=90")


@nox.session
def lint(session):
    session.install("ruff")
    session.run("ruff", "check", ".")
