import os

import nox

HERE = os.path.dirname(os.path.abspath(__file__))


def _both(session, first, second):
    for package in (first, second):
        session.chdir(package)
        session.run("rm", "-rf", "dist", "build", external=True)
        session.run("pip", "install", ".")
        session.chdir(HERE)


@nox.session(python=["3.12", "3.13"])
def plain(session):
    _both(session, "plain/a", "plain/b")


@nox.session
def mixed(session):
    _both(session, "plain/a", "other/b")


@nox.session
def other(session):
    _both(session, "other/a", "other/b")
