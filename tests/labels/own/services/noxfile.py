import nox


@nox.session
def preview(session):
    session.run("python", "-m", "http.server", "8000", "-d", "public")


@nox.session
def app(session):
    session.run("uvicorn", "package:app", "--port", "8000")


@nox.session
def other_app(session):
    session.run("uvicorn", "package:app", "--port", "8123")


@nox.session
def stack(session):
    session.run("docker", "compose", "up", "-d", external=True)
    session.run("pytest", "tests/stack")


@nox.session
def stack_upgrade(session):
    session.run("docker", "compose", "up", "--build", "-d", external=True)


@nox.session
def stack_apart(session):
    session.run("docker", "compose", "up", "-d", external=True, env={"COMPOSE_PROJECT_NAME": "apart"})


@nox.session
def migrate(session):
    session.run("alembic", "upgrade", "head")


@nox.session
def django(session):
    session.run("python", "manage.py", "test")


@nox.session
def broker(session):
    session.run("docker", "run", "--rm", "-d", "-p", "5672:5672", "rabbitmq", external=True)


@nox.session
def broker_again(session):
    session.run("docker", "run", "--rm", "-d", "-p", "5672:5672", "rabbitmq:management", external=True)
