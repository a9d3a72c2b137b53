"""What the disk lists, sorted."""
import glob
import os
from pathlib import Path

import nox

HERE = Path(__file__).parent


@nox.session
@nox.parametrize("page", sorted(path.stem for path in (HERE / "pages").glob("*.md")))
def pages(session, page): ...


@nox.session
@nox.parametrize("path", sorted(glob.glob("pages/**/[!_]*.md", recursive=True)))
def deep(session, path): ...


@nox.session(tags=sorted(os.listdir("pages")))
def names(session): ...


@nox.session
@nox.parametrize("path", sorted(Path("pages").rglob("*.md")))
def paths(session, path): ...


@nox.session
@nox.parametrize("folder", sorted(p.name for p in Path("pages").iterdir() if p.suffix == ""))
def folders(session, folder): ...
