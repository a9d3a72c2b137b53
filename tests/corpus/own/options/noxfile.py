"""nox's own options."""
import nox

nox.options.sessions = []
nox.options.sessions.append("a")
nox.options.sessions += ["b"]
nox.options.tags = ["x"]
nox.options.reuse_venv = "yes"
nox.options.error_on_external_run = True
nox.options.stop_on_first_error = False


@nox.session(tags=["x"])
def a(session): ...


@nox.session(default=False)
def b(session): ...
