import nox


@nox.session
def inventory(session):
    session.run("sh", "-c", "pip list --format=json > build/packages.json", external=True)


@nox.session
def audit(session):
    session.run("bash", "-lc", "set -e; cat build/packages.json; cp build/packages.json reports/", external=True)


@nox.session
def wipe(session):
    session.run("bash", "-c", "rm -rf build reports", external=True)


@nox.session
def inner(session):
    session.run("nox", "-f", "sub/noxfile.py", "-s", "tests")


@nox.session
def inner_again(session):
    session.run("python", "-m", "nox", "-f", "sub/noxfile.py", "-s", "lint")


@nox.session
def script(session):
    session.run("bash", "tools/everything.sh", external=True)


@nox.session
def lint(session):
    session.run("flake8")
