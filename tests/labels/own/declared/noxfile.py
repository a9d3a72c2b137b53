import nox


@nox.session(python=["3.12", "3.13"])
def wheel(session):
    session.run("custom-builder", f"--python={session.python}", external=True)


@nox.session(python=["3.12", "3.13"], requires=["wheel-{python}"])
def tests(session):
    session.run("custom-runner", external=True)


@nox.session
def lint(session):
    session.run("ruff", "check")
    session.notify("summary")


@nox.session
def summary(session):
    session.run("custom-summary", external=True)
