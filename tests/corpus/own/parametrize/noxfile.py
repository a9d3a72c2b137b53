"""Parameters in every form."""
import itertools

import nox


@nox.session
@nox.parametrize("a", [1, 2])
@nox.parametrize("b", ["x", "y"])
def stacked(session, a, b): ...


@nox.session(python=["3.11", "3.12"])
@nox.parametrize("django", ["4.2", "5.0"], ids=["four", None])
def ids(session, django): ...


@nox.session
@nox.parametrize("a, b", [(1, True), (None, 2.5)])
def pairs(session, a, b): ...


@nox.session
@nox.parametrize(["a", "b"], [nox.param(1, 2, id="first", tags=["t"]), nox.param("c", ["d"])])
def params(session, a, b): ...


@nox.session(tags=["own"])
@nox.parametrize("a", [1, 2], tags=[["one"], ["two", "more"]])
def tagged(session, a): ...


@nox.session
@nox.parametrize("python", ["3.11", "3.12"])
def by_parameter(session): ...


@nox.session
@nox.parametrize("python,dep", [(p, d) for p, d in itertools.product(["3.11", "3.12"], ["1", "2"]) if (p, d) != ("3.11", "2")])
def some(session, dep): ...


@nox.session
@nox.parametrize("nothing", [])
def empty(session, nothing): ...


@nox.session
@nox.parametrize("single", "value")
def single(session, single): ...


@nox.session
@nox.parametrize("value", [(1,), {"k": "v"}, [], None, -1])
def values(session, value): ...


@nox.session(python="3.12")
@nox.parametrize("n", range(2))
def one_python(session, n): ...
