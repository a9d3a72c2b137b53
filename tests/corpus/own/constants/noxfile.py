"""Lists, tuples, sets and dicts, put together in all ways."""
import nox

BASE = ["3.11", "3.12"]
NEWEST = "3.14"
ALL = [*BASE, "3.13"] + [NEWEST]
TABLE = {"fast": ("3.11", "3.12"), **{"slow": ("3.13",)}}
OLD, *REST = ALL


@nox.session(python=ALL, tags=["test", "ci"])
def tests(session): ...


@nox.session(python=ALL[-1])
def newest(session): ...


@nox.session(python=ALL[1:3])
def middle(session): ...


@nox.session(python=TABLE["fast"] + TABLE["slow"], name="by-table")
def by_table(session): ...


@nox.session(python=REST)
def rest(session): ...


@nox.session(python=sorted({"3.12", "3.11", "3.12"}))
def unique(session): ...


@nox.session(python=list({"a": 1, "b": 2}) if len(TABLE) == 2 else None)
def keys(session): ...
