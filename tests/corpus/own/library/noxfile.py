"""The corners of the standard library that only compute."""
import functools
import itertools
import os
from pathlib import Path

import nox

HERE = Path(__file__).parent
PYTHONS = [f"3.{minor}" for minor in reversed(range(11, 13))]


@nox.session
@nox.parametrize("a,b", list(itertools.product("xy", [1, 2])))
def product(session, a, b): ...


@nox.session(python=list(itertools.chain(PYTHONS, ["pypy"])))
def chained(session): ...


@nox.session(python=sorted(PYTHONS, key=lambda version: int(version.split(".")[1]), reverse=True))
def by_key(session): ...


@nox.session
@nox.parametrize("n,name", list(enumerate(PYTHONS, start=1)))
def numbered(session, n, name): ...


@nox.session(tags=[os.path.basename("a/b.txt"), Path("x/y.tar.gz").stem, Path("x/y.tar.gz").suffix, (Path("p") / "q").name])
def paths(session): ...


@nox.session(tags=[str(Path("a") / "b"), os.path.join("c", "d"), Path("e/f").parent.as_posix(), Path("g.py").with_suffix(".md").name])
def more_paths(session): ...


tagged = functools.partial(nox.session, tags=["partial"])


@tagged(python="3.12")
def partial(session): ...


@nox.session(tags=list(filter(None, ["a", "", "b"])) + [t for t in dict.fromkeys(["x", "y", "x"])])
def filtered(session): ...


@nox.session
@nox.parametrize("flag", [any([0, 1]), all([]), bool(""), "a" in "abc", not [], 1 < 2 <= 2])
def flags(session, flag): ...


if (found := len(PYTHONS)) > 1:

    @nox.session(name=f"found-{found}")
    def walrus(session): ...
