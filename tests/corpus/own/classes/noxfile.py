"""Classes that hold data."""
import dataclasses
import enum
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

import nox


class Docs(enum.Enum):
    Sphinx = "sphinx"
    Mkdocs = "mkdocs"
    Zensical = Sphinx


class Level(enum.StrEnum):
    LOW = enum.auto()
    HIGH = enum.auto()


class Size(enum.Enum):
    SMALL = enum.auto()
    LARGE = enum.auto()


class Job(NamedTuple):
    name: str
    pythons: Sequence[str] = ("3.12",)


@dataclass
class Group:
    sessions: tuple[str, ...]
    python: str = "3.11"
    tags: list[str] = field(default_factory=list)

    @property
    def label(self):
        return f"{self.python}-{len(self.sessions)}"

    def has(self, name):
        return name in self.sessions


@dataclasses.dataclass
class Derived(Group):
    extra: int = 0

    def __post_init__(self):
        self.extra = len(self.sessions) * 10


class Plain:
    kind = "plain"

    def __init__(self, name, *pythons):
        self.name = name
        self.pythons = list(pythons)

    def add(self, python):
        self.pythons.append(python)
        self.last = python
        return self

    @staticmethod
    def upper(text):
        return text.upper()

    @classmethod
    def of(cls, name):
        return cls(name, "3.13")


JOBS = [Job("one"), Job("two", ["3.11", "3.12"]), Job(name="three", pythons=["3.13"])]
GROUPS = [Group(("lint", "docs")), Group(("test",), python="3.12", tags=["t"]), Derived(("lint",), extra=1)]
plain = Plain("plain", "3.11")
same = plain
same.add("3.12")
plain.extra = "later"

for job in JOBS:

    @nox.session(name=job.name, python=job.pythons)
    def run(session): ...


for name, pythons in JOBS[:1]:

    @nox.session(name=f"{name}-unpacked", python=pythons)
    def unpacked(session): ...


@nox.session(python=[group.python for group in GROUPS if group.has("lint")], tags=[group.label for group in GROUPS])
def lint(session): ...


@nox.session
@nox.parametrize("docs", [docs.value for docs in Docs])
@nox.parametrize("level", list(Level), ids=[str(level) for level in Level])
def docs(session, docs, level): ...


@nox.session
@nox.parametrize("value", [Docs.Sphinx, Docs("mkdocs"), Docs["Sphinx"], Size.LARGE.value, Level.LOW.name, GROUPS[2].extra])
def members(session, value): ...


@nox.session
@nox.parametrize("value", [JOBS[0], GROUPS[0], GROUPS[0] == Group(("lint", "docs")), f"{Docs.Mkdocs}", f"{Level.HIGH}"])
def shown(session, value): ...


@nox.session(python=plain.pythons, tags=[Plain.upper(plain.kind), Plain.of("x").pythons[0], same.last, same.extra])
def plain_ones(session): ...
