import nox


@nox.session
def unit(session):
    session.run("pytest", "--junitxml=reports/junit.xml", "--basetemp=.tmp/pytest", "tests/unit")


@nox.session
def slow(session):
    session.run("pytest", "--junitxml=reports/junit.xml", "tests/slow")


@nox.session
def apart(session):
    session.run("pytest", f"--junitxml=reports/{session.name}.xml", "--basetemp=.tmp/pytest", "tests/apart")


@nox.session
def acceptance(session):
    session.run("robot", "suites")


@nox.session
def acceptance_log(session):
    session.run("rebot", "results/output.xml")


@nox.session
def acceptance_smoke(session):
    session.run("robot", "--include", "smoke", "suites")


@nox.session
def behaviour(session):
    session.run("behave")


@nox.session
def behaviour_smoke(session):
    session.run("behave", "--tags=smoke")
