import os

import nox

DATA = {"unit": ".coverage.unit", "doctest": ".coverage.doctest"}


@nox.session
def unit(session):
    session.run("coverage", "run", "-m", "pytest", env={"COVERAGE_FILE": DATA["unit"], **os.environ})


@nox.session
def doctest(session):
    session.env["COVERAGE_FILE"] = DATA["doctest"]
    session.run("coverage", "run", "-m", "pytest", "--doctest-modules", "src")


@nox.session(python=["3.12", "3.13"])
def integration(session):
    env = {"COVERAGE_FILE": f".coverage.{session.name}"}
    session.run("pytest", "--cov", "tests/integration", env=env)


@nox.session
def combine(session):
    session.run("coverage", "combine")
    session.run("coverage", "xml", "-o", "reports/coverage.xml")
