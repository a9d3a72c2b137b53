"""Strings made in all ways."""
import nox

MINORS = range(11, 14)
TEXT = "3.11, 3.12"


@nox.session(python=[f"3.{minor}" for minor in MINORS])
def fstrings(session): ...


@nox.session(python=["3.%d" % minor for minor in MINORS])
def percent(session): ...


@nox.session(python=["{}.{minor}".format(3, minor=minor) for minor in MINORS])
def formatted(session): ...


@nox.session(python=[part.strip() for part in TEXT.split(",")])
def parts(session): ...


@nox.session(name="-".join(["a", "b"]).upper(), tags="x y".split())
def joined(session): ...


@nox.session
@nox.parametrize("text", ["it's", 'say "hi"', "both ' and \"", "tab\t", "back\\slash", "é", "line\nend", ""])
def quoted(session, text): ...
