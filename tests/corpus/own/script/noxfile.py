# /// script
# requires-python = ">=3.10"
# dependencies = ["nox"]
#
# [tool.demo]
# pythons = ["3.11", "3.12"]
# ///
"""A script with its own block, and variables that Python sets."""
import nox

BLOCK = nox.project.load_toml("noxfile.py")


@nox.session(python=BLOCK["tool"]["demo"]["pythons"])
def tests(session): ...


if __name__ == "__main__":
    nox.main()
