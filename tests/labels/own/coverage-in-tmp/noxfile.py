from pathlib import Path

import nox


@nox.session(python=["3.12", "3.13"])
def tests(session):
    data = Path(session.create_tmp(), ".coverage")
    session.run("pytest", "--cov=package", env={"COVERAGE_FILE": str(data), **session.env})


@nox.session
def coverage(session):
    parts = map(str, Path().glob(".nox/*/tmp/.coverage"))
    session.run("coverage", "combine", "--keep", *parts)
    session.run("coverage", "report")
