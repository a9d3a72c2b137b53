import nox


@nox.session
def part_b(session): ...
