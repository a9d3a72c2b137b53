import nox


@nox.session
def unit(session):
    session.run("coverage", "run", "-m", "pytest", "tests/unit")


@nox.session
def slow(session):
    session.run("coverage", "run", "-m", "pytest", "tests/slow")


@nox.session
def html(session):
    session.run("coverage", "combine")
    session.run("coverage", "html")


@nox.session
def publish_html(session):
    session.run("cp", "-r", "build/cov-html", "public", external=True)
