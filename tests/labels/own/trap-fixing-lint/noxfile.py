import nox

nox.options.sessions = ["lint", "typecheck", "tests"]


def run_tool(session, tool, *args):
    session.run(tool, *(session.posargs or args))


@nox.session
def lint(session):
    run_tool(session, "ruff", "check", "--select", "I", "--fix", "src", "tests")


@nox.session
def typecheck(session):
    run_tool(session, "mypy", "src")


@nox.session
def tests(session):
    run_tool(session, "pytest")
