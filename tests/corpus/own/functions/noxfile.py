"""Small functions, lambdas, factories, and what they change."""
import nox


def versions(first, last=13, *, dot="."):
    return [f"3{dot}{minor}" for minor in range(first, last + 1)]


def add(to, *names):
    for name in names:
        to.append(name)


def grow(to):
    to += ["3.14"]


def make(name, pythons, **options):
    @nox.session(name=name, python=pythons, **options)
    def inner(session): ...

    return inner


PYTHONS = versions(11)
ALIAS = PYTHONS
add(PYTHONS, "pypy3.11")
grow(ALIAS)
pick = lambda names, start="3": [name for name in names if name.startswith(start)]
GROUPS = {"a": [], "b": []}
GROUPS["a"].append("x")
GROUPS.setdefault("c", []).extend(["y", "z"])

make("first", pick(PYTHONS))
make("second", PYTHONS[-2:], tags=["made"], default=False)
for name, pythons in zip(["third", "fourth"], [["3.11"], "3.12"]):
    make(name, pythons)


@nox.session
@nox.parametrize("group", [key for key, value in GROUPS.items() if value])
def groups(session, group): ...


@nox.session
@nox.parametrize("n", list(map(len, GROUPS.values())))
@nox.parametrize("m", [max(1, 2), min([3, 1]), sum([1, 3])])
def numbers(session, n, m): ...
