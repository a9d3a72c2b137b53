"""Everything that must hold before a change is merged, one session for each question."""

import nox

nox.needs_version = ">=2024.4.15"
nox.options.default_venv_backend = "uv|virtualenv"
nox.options.reuse_existing_virtualenvs = True
nox.options.sessions = [
    "lint",
    "format",
    "typecheck",
    "security_scan",
    "dead_code",
    "unit_tests",
    "integration_tests",
    "docs",
    "build",
    "benchmark",
    "coverage_report",
]

RUFF = "ruff==0.17.6"
PYTEST = "pytest==9.2.0"
COVERAGE = "coverage==7.17.3"


@nox.session
def lint(session: nox.Session) -> None:
    """Ask ruff for mistakes."""
    session.install(RUFF)
    session.run("ruff", "check", ".")


@nox.session
def format(session: nox.Session) -> None:
    """Lay the sources out as ruff likes them."""
    session.install(RUFF)
    session.run("ruff", "format", ".")


@nox.session
def typecheck(session: nox.Session) -> None:
    """Check the types of the package and of its tests."""
    session.install("mypy==2.4.1", PYTEST)
    session.run("mypy", "src", "tests")


@nox.session
def security_scan(session: nox.Session) -> None:
    """Look for dangerous calls in the package."""
    session.install("bandit==1.9.4")
    session.run("bandit", "--quiet", "--configfile", "pyproject.toml", "--recursive", "src")


@nox.session
def dead_code(session: nox.Session) -> None:
    """Look for code that nothing uses."""
    session.install("vulture==2.16")
    session.run("vulture", "src", "tests", "benchmarks")


@nox.session
def unit_tests(session: nox.Session) -> None:
    """Test the parts on their own."""
    run_covered(session, "tests/unit")


@nox.session
def integration_tests(session: nox.Session) -> None:
    """Test the command line over a real journal on disk."""
    run_covered(session, "tests/integration")


@nox.session
def docs(session: nox.Session) -> None:
    """Build the manual; a broken link is an error."""
    session.install("mkdocs==1.6.1")
    session.run("mkdocs", "build", "--strict", "--quiet", "--site-dir", "site")


@nox.session
def build(session: nox.Session) -> None:
    """Build the source archive and the wheel."""
    session.install("build[uv]==1.6.1")
    session.run("python", "-m", "build", "--installer", "uv", "--outdir", "dist")


@nox.session
def benchmark(session: nox.Session) -> None:
    """Measure how fast durations are read and written."""
    session.install(PYTEST, "pytest-benchmark==5.3.1", ".")
    session.run("pytest", "benchmarks", "--benchmark-json=benchmark.json")


@nox.session
def coverage_report(session: nox.Session) -> None:
    """Put the data of all tests together and ask for 97 %."""
    session.install(COVERAGE)
    session.run("coverage", "combine")
    session.run("coverage", "report", "--fail-under=97")


def run_covered(session: nox.Session, folder: str) -> None:
    """Run the tests of one folder; each process leaves a `.coverage.*` file of its own."""
    session.install(COVERAGE, PYTEST, ".")
    session.run("coverage", "run", "--parallel-mode", "-m", "pytest", folder, *session.posargs)
