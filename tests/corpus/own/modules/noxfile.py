"""Sessions and helpers from other files."""
import os
import runpy
import sys
from pathlib import Path

import nox

sys.path.insert(0, str(Path(__file__).parent))
sys.path.append(os.path.join(os.path.dirname(__file__), "tools"))

import helpers
from helpers import make, PYTHONS as VERSIONS
from pack import *

for part in sorted(Path("parts").glob("*.py")):
    runpy.run_path(str(part))


@nox.session(python=VERSIONS)
def tests(session): ...


@nox.session(tags=[helpers.TAG])
def tagged(session): ...


make("made")
