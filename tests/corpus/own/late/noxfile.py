"""Parameters put on a session after it was made, and wrappers that keep its name."""
import functools

import nox


@nox.parametrize("n", [1, 2])
@nox.session
def above(session, n): ...


def logged(function):
    @functools.wraps(function)
    def inner(session, *arguments, **keywords):
        return function(session, *arguments, **keywords)

    return inner


@nox.session
@logged
@nox.parametrize("m", ["a"])
def wrapped(session, m): ...


@nox.session(name="plain-" + logged.__name__)
def named(session): ...
