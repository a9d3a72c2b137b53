import nox


@nox.session
def update_python(session):
    session.run("uv", "pip", "compile", "requirements.in", "-o", "requirements.txt", external=True)


@nox.session
def update_tools(session):
    session.run("python", "tools/update.py")


@nox.session
def update_images(session):
    session.run("python", "tools/update_images.py")


@nox.session
def commit(session):
    session.run("git", "commit", "-am", "Update", external=True)
    session.run("git", "push", external=True)
