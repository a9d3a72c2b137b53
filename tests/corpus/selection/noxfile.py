"""What can be selected: every kind of session that `-s`, `-t`, `-k`, `-p` tell apart."""

import nox

nox.needs_version = ">=2025.2.9"


@nox.session
def lint(session): ...


@nox.session(python=["3.11", "3.12"], tags=["test"], requires=["lint"])
def tests(session): ...


@nox.session(python="3.12", tags=["slow", "test"], default=False)
def plain(session): ...


@nox.session(python=["3.11", "3.12"], requires=["tests-{python}"], default=False)
@nox.parametrize("django", ["4.2", "5.0"])
def dj(session, django): ...


@nox.session(default=False)
@nox.parametrize("db,debug", [("pg", True), ("lite", False)], ids=["one", "two"])
def pairs(session, db, debug): ...


@nox.session(name="custom-name", tags=["slow"], python=False)
def renamed(session): ...


@nox.session(requires=["dj"], default=False)
def report(session): ...


@nox.session(venv_backend="none", python=["3.11", "3.12"], default=False)
def bare(session): ...
