import nox


@nox.session(default=False)
def part_a(session): ...
