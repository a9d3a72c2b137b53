"""What nox itself would run for each of many command lines, as `selection.rs` reads it.

    chosen.py NOXFILE < LINES    LINES: a JSON list of [environment, arguments]; prints one queue a line, `null` for an error

Needs nox's own interpreter. Each line is judged in a process of its own, forked from this one, which has nox loaded.
"""

import contextlib
import io
import json
import os
import sys

import nox  # noqa: F401
from nox import _options, tasks


def queue(noxfile: str, environment: dict, arguments: list) -> list | None:
    os.environ.update(environment)
    sys.argv = ["nox", "-f", noxfile, *arguments]
    config = _options.options.parse_args()
    module = tasks.load_nox_module(config)
    if isinstance(module, int):
        raise SystemExit(f"nox cannot load {noxfile}")
    tasks.merge_noxfile_options(module, config)
    manifest = tasks.filter_manifest(tasks.discover_manifest(module, config), config)
    return None if isinstance(manifest, int) else [session.friendly_name for session in manifest]


def main(noxfile: str) -> int:
    for environment, arguments in json.load(sys.stdin):
        sys.stdout.flush()
        child = os.fork()
        if child == 0:
            said = None
            with contextlib.redirect_stdout(io.StringIO()), contextlib.suppress(SystemExit):
                said = queue(noxfile, environment, arguments)
            print(json.dumps(said))
            sys.stdout.flush()
            os._exit(0)
        _, status = os.waitpid(child, 0)
        if status:
            return 1
    return 0


if __name__ == "__main__":
    raise SystemExit(main(*sys.argv[1:]))
