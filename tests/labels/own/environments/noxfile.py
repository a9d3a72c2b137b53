import nox


@nox.session(venv_backend="none")
def first(session):
    session.run("uv", "run", "pytest", "tests/first")


@nox.session(venv_backend="none")
def second(session):
    session.run("uv", "run", "pytest", "tests/second")


@nox.session
def apart(session):
    env = {"UV_PROJECT_ENVIRONMENT": session.virtualenv.location}
    session.run_install("uv", "sync", "--frozen", env=env)
    session.run("pytest", "tests/third")


@nox.session
def nested(session):
    session.run("tox", "-e", "lint")


@nox.session
def matrix(session):
    session.run("tox", "-e", "py312,py313")


@nox.session
def front(session):
    session.run("npm", "ci", external=True)


@nox.session
def front_audit(session):
    session.run("npm", "install", external=True)
