import json
import os
import shutil
import tempfile
from pathlib import Path

import nox

OUT = Path("generated")


@nox.session
def schema(session):
    os.makedirs(OUT, exist_ok=True)
    with open(OUT / "schema.json", "w") as file:
        json.dump({}, file)


@nox.session
def client(session):
    text = (OUT / "schema.json").read_text()
    Path("client/api.json").write_text(text)


@nox.session
def bundle(session):
    shutil.copytree("client", "bundle/client", dirs_exist_ok=True)
    os.replace("bundle/client/api.json", "bundle/api.json")


@nox.session
def tidy(session):
    for path in Path("bundle").glob("*"):
        path.unlink()


@nox.session
def scratch(session):
    with tempfile.TemporaryDirectory() as folder:
        Path(folder, "schema.json").write_text("{}")


@nox.session
def version(session):
    Path("src/package/_version.py").write_text("VERSION = 1")


@nox.session
def tests(session):
    session.run("pytest", "tests")


@nox.session
def nobody_knows(session):
    for path in session.posargs:
        os.remove(path)
