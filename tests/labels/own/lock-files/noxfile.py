import nox


@nox.session
def lock(session):
    session.run("uv", "lock", "--upgrade", external=True)


@nox.session
def add(session):
    session.run("uv", "add", "attrs", external=True)


@nox.session
def pins(session):
    session.run("uv", "pip", "compile", "requirements.in", "-o", "requirements/test.txt", external=True)


@nox.session
def tests(session):
    session.install("-r", "requirements/test.txt")
    session.run("pytest")


@nox.session
def checked(session):
    session.run("uv", "lock", "--check", external=True)
