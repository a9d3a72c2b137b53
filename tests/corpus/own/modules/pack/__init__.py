import nox

from .inner import checks


@nox.session
def packed(session): ...
