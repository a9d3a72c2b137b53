import nox


@nox.session
def tests(session):
    session.run("pytest")


@nox.session
def changelog(session):
    session.run("towncrier", "build", "--yes")


@nox.session
def bump(session):
    session.run("bump-my-version", "bump", "minor")


@nox.session
def tag(session):
    session.run("git", "add", "CHANGELOG.md", external=True)
    session.run("git", "tag", "v1", external=True)


@nox.session
def fixture(session):
    session.chdir(session.create_tmp())
    session.run("git", "init", external=True)
    session.run("git", "add", "-A", external=True)


@nox.session
def clone(session):
    session.run("git", "clone", "--depth", "1", "https://example.org/data-set.git", external=True)


@nox.session
def refresh(session):
    session.run("git", "-C", "data-set", "pull", external=True)


@nox.session
def status(session):
    session.run("git", "diff", "--exit-code", external=True)
