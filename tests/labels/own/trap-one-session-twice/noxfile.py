import nox


@nox.session
def detection(session):
    session.run("python", "-m", "coverage", "run", "--parallel-mode", "bin/detect.py", *session.posargs)


@nox.session
def coverage(session):
    session.run("coverage", *(session.posargs or ["report"]))
