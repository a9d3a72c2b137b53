"""What a noxfile takes from its project."""
import json
import pathlib
import tomllib

import nox

nox.needs_version = ">=2024.4.15"
nox.options.default_venv_backend = "none"
nox.options.sessions = ["tests", "lint"]

PROJECT = nox.project.load_toml("pyproject.toml")
ROOT = pathlib.Path(__file__).parent
with open("pyproject.toml", "rb") as file:
    SAME = tomllib.load(file)
DEFAULT = (ROOT / ".python-version").read_text().strip()
DATA = json.loads(ROOT.joinpath("data.json").read_text(encoding="utf-8"))


@nox.session(venv_backend="uv", python=nox.project.python_versions(PROJECT))
def tests(session): ...


@nox.session(venv_backend="uv", python=nox.project.python_versions(PROJECT, max_version="3.12"))
def to_maximum(session): ...


@nox.session(python=["3.11", "3.12"])
def lint(session): ...


@nox.session(python=DEFAULT)
def default(session): ...


@nox.session(tags=list(nox.project.dependency_groups(PROJECT, "all")))
def groups(session): ...


@nox.session
@nox.parametrize("backend", DATA["backends"])
@nox.parametrize("name", [SAME["project"]["name"], DATA["deep"]["number"], DATA["nothing"]])
def from_data(session, backend, name): ...
