"""Sessions in every form."""
import functools

import nox
from nox import session
from nox import session as aliased

decorator = nox.session


def twice(name):
    def make(function):
        return nox.session(name=name, python=["3.11", "3.12"])(function)

    return make


def tagged(function=None, **arguments):
    if function is None:
        return functools.partial(tagged, **arguments)
    return nox.session(function, tags=["wrapped"], **arguments)


@nox.session
def plain(session): ...


@session(python="3.12", reuse_venv=True)
def imported(session): ...


@aliased
def renamed(session): ...


@decorator(default=False)
def by_variable(session): ...


@twice("made")
def by_function(session): ...


@tagged
def wrapped(session): ...


@tagged(default=False, requires=["plain"])
def wrapped_with_arguments(session): ...


@nox.session(python=["3.11"], venv_backend="none")
def no_backend(session): ...


@nox.session(python=False)
def no_python(session): ...


@nox.session(py="3.11")
def short(session): ...


@nox.session(allow_parallel=True)
def beside(session): ...


@nox.session(python=["3.11", "3.12"], requires=["plain", "made-{python}"])
def after(session): ...


def later(session): ...


nox.session(later)
nox.session(python="3.13", name="later-too")(later)


@nox.session
def replaced(session): ...


@nox.session
def last(session): ...


@nox.session(name="replaced", tags=["second"])
def replaced_again(session): ...
