import nox

PYTHONS = ["3.11", "3.12"]
TAG = "from-helpers"


def make(name):
    @nox.session(name=name, python=PYTHONS[0])
    def inner(session): ...
