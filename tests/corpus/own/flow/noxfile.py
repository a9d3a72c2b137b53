"""Conditions and loops while the noxfile is loaded."""
import os
import sys

import nox

PYTHONS = []
for minor in range(10, 15):
    if minor == 12:
        continue
    PYTHONS.append(f"3.{minor}")
    if minor == 13:
        break
else:
    PYTHONS = ["never"]

if "NOXFLOW_NEVER_SET" in os.environ:
    PYTHONS += ["3.99"]
elif len(PYTHONS) > 2:
    PYTHONS.insert(0, "3.9")

if sys.version_info >= (3,):
    KIND = "three"
else:
    KIND = "three"

with open("names.txt") as file:
    NAMES = [line.strip() for line in file if line.strip()]

try:
    EXTRA = NAMES[0]
except IndexError:
    EXTRA = "none"


@nox.session(python=PYTHONS)
def tests(session): ...


@nox.session(tags=[KIND, os.environ.get("NOXFLOW_NEVER_SET", "default")])
def tagged(session): ...


for name in NAMES:

    @nox.session(name=f"check-{name}")
    def check(session): ...


@nox.session(name=EXTRA)
def extra(session): ...
