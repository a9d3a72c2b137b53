import glob
import shutil

import nox


@nox.session
def build(session):
    shutil.rmtree("dist", ignore_errors=True)
    session.run("python", "-m", "build")


@nox.session
def check(session):
    session.run("twine", "check", "--strict", *glob.glob("dist/*"))


@nox.session(requires=["build"])
def smoke(session):
    wheel, = glob.glob("dist/*.whl")
    session.install(wheel)
    session.run("python", "-c", "import package; print(package.__version__)")


@nox.session
def tests(session):
    session.run("pytest")


@nox.session
def publish(session):
    session.run("twine", "upload", "dist/*")
