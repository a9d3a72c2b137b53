import nox


@nox.session(tags=["inner"])
def checks(session): ...
