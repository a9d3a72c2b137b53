"""What the disk lists, in its own order: read, and marked."""
from pathlib import Path

import nox


@nox.session
@nox.parametrize("page", [path.stem for path in Path("pages").glob("*.md")])
def pages(session, page): ...


@nox.session
@nox.parametrize("word", list({"a", "b", "c"}))
def words(session, word): ...


for path in Path("pages").iterdir():

    @nox.session(name=f"page-{path.stem}")
    def page(session): ...
